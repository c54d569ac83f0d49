/**
 * Reads the forms of the customer's page, which lives without scripts. Strict: one value per field, valid
 * percent-encoding, valid UTF-8. Parsed under the page's own addresses only; everywhere else a form stays a 415, so
 * that no API route can be reached by a cross-site form.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FORBIDDEN_KEYS } from '../input/scan-json.js';
import { Problem } from '../problems/problem.js';

/** What any form of ours can come to, the longest text in Chinese included. */
export const FORM_BYTES_MAX = 16 * 1024;
/** Past this the body is not even read: no person typed it. In between, the page says in words what is too long. */
const READ_BYTES_MAX = 64 * 1024;
/** Our forms have four. */
const FIELDS_MAX = 16;

/** The customer's page, and the one address at which OAuth prescribes a form. */
const TAKES_FORMS = /^\/(s\/|demo-issuer\/token$)/;

/** A form as sent, or why it cannot be read. A fault is no exception here: it is answered with a page. */
export type FormBody =
  | { readonly kind: 'form'; readonly fields: ReadonlyMap<string, string> }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'malformed' };

/** Call after the parsers of the API were installed. */
export function installFormParser(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer', bodyLimit: READ_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      if (!TAKES_FORMS.test(request.routeOptions.url ?? '')) throw new Problem('unsupported-media-type');
      return parseForm(body);
    },
  );
}

/** What a route of the page finds as its body: nothing at all counts as an empty form. */
export function formBodyOf(body: unknown): FormBody {
  return isFormBody(body) ? body : { kind: 'form', fields: new Map() };
}

function isFormBody(body: unknown): body is FormBody {
  return typeof body === 'object' && body !== null && 'kind' in body;
}

/** @param body bytes of `application/x-www-form-urlencoded`. */
export function parseForm(body: Buffer): FormBody {
  if (body.length > FORM_BYTES_MAX) return { kind: 'tooLarge' };
  const pairs = body.toString('latin1').split('&').filter(Boolean);
  if (pairs.length > FIELDS_MAX) return { kind: 'malformed' };
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const gap = pair.indexOf('=');
    const name = decoded(gap === -1 ? pair : pair.slice(0, gap));
    const value = decoded(gap === -1 ? '' : pair.slice(gap + 1));
    const isFaulty = name === null || value === null || fields.has(name) || FORBIDDEN_KEYS.has(name);
    if (isFaulty) return { kind: 'malformed' };
    fields.set(name, value);
  }
  return { kind: 'form', fields };
}

// `fatal`: invalid UTF-8 is a fault, not U+FFFD. `ignoreBOM`: U+FEFF stays, `fields.ts` judges it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @returns null for broken percent-encoding or what is no UTF-8. */
function decoded(encoded: string): string | null {
  if (/%(?![0-9a-f]{2})/i.test(encoded)) return null;
  const bytes = encoded
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return null;
  }
}
