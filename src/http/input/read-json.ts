/**
 * Turns the bytes of a body into one JSON object, or says precisely why it is none. The only parser of bodies;
 * knows no field.
 */
import { Problem } from '../problems/problem.js';
import { scanJson } from './scan-json.js';

// `fatal`: invalid UTF-8 is an error, not U+FFFD. A byte order mark is tolerated and dropped.
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * @param contentType of the request; a `charset` other than UTF-8 is refused.
 * @param contentEncoding of the request; compressed bodies are refused, and with them compression bombs.
 * @throws Problem 400 or 415.
 */
export function readJson(
  bytes: Buffer,
  contentType: string | undefined,
  contentEncoding: string | undefined,
): Record<string, unknown> {
  refuseOtherEncodings(contentType, contentEncoding);
  const text = decode(bytes);
  const value = parse(text);
  const fault = scanJson(text);
  if (fault) throw new Problem(fault);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('malformed-json', { detail: 'The body must be a JSON object.' });
  }
  return value as Record<string, unknown>;
}

function refuseOtherEncodings(contentType: string | undefined, contentEncoding: string | undefined): void {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
  const isUtf8 = charset === undefined || charset === 'utf-8' || charset === 'utf8';
  const isPlain = contentEncoding === undefined || contentEncoding.trim().toLowerCase() === 'identity';
  if (!isUtf8 || !isPlain) throw new Problem('unsupported-media-type');
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem('malformed-json', { detail: 'The body is not valid UTF-8.' });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message quotes the body, which may hold what no log and no proxy should keep.
    throw new Problem('malformed-json', {
      detail: text.trim() === '' ? 'The body is empty.' : 'The body is not valid JSON.',
    });
  }
}
