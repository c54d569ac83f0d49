/**
 * Whether a request comes from a page of ours, and whether an address leads to one: what keeps other sites from acting
 * with a person's session, and a sign-in from ending elsewhere. Pure.
 */
import type { FastifyRequest } from 'fastify';
import { RETURN_PATH_MAX } from '../../identity/sign-in.js';

/** They change nothing, so it does not matter who made a browser ask (RFC 9110 §9.2.1). */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Browsers send `Origin` with every change; where a proxy has taken it away, `Sec-Fetch-Site` says as much. A page
 * can forge neither.
 */
export function isFromOurPages({ method, headers }: FastifyRequest, publicUrl: string): boolean {
  if (SAFE_METHODS.has(method)) return true;
  const { origin, 'sec-fetch-site': site } = headers;
  return origin === undefined ? site === 'same-origin' : origin === new URL(publicUrl).origin;
}

/** Where a sign-in may not end: it would begin anew, or end at once. */
const NOWHERE = /^\/(login|logout|demo-issuer)(\/|$)/;

/**
 * @param wanted what the address of a sign-in asked for
 * @returns a path of ours, with query and fragment; `/` for everything that leads elsewhere in any reading.
 */
export function safeReturnPath(wanted: unknown, publicUrl: string): string {
  // One slash, then no second one in any spelling; a backslash is a slash to browsers, and tabs are nothing to them.
  if (typeof wanted !== 'string' || wanted.length > RETURN_PATH_MAX || !/^\/[\x21-\x7e]*$/.test(wanted)) {
    return '/';
  }
  const { origin } = new URL(publicUrl);
  if (!URL.canParse(wanted, origin)) return '/';
  const { origin: target, pathname, search, hash } = new URL(wanted, origin);
  if (target !== origin || NOWHERE.test(pathname)) return '/';
  // What a proxy may decode on the way must not turn into the beginning of another host.
  if (/^\/(\/|\\|%2f|%5c)/i.test(pathname) || wanted.includes('\\')) return '/';
  return `${pathname}${search}${hash}`;
}
