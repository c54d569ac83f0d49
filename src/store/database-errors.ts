/**
 * Which failures of a statement mean "the database cannot serve now" rather than "this statement is wrong". Knows the
 * driver's and the server's ways to say so; decides nothing about retries.
 */

import { types } from 'node:util';

/** What we depend on (the database, an issuer of tokens) cannot serve now: answer 503 with Retry-After, never 500. */
export class DependencyUnavailable extends Error {
  /** Fail-overs last seconds; clients that come back sooner only add to the crowd. */
  readonly retryAfterSeconds = 2;

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
  }
}

/** serialization_failure and deadlock_detected: rolled back for certain, and likely to pass when tried again. */
const TRY_AGAIN = new Set(['40001', '40P01']);

/** Whole classes: connection, authorisation, resources, operator intervention, system error. */
const UNAVAILABLE_CLASSES = new Set(['08', '28', '53', '57', '58']);
const UNAVAILABLE_CODES = new Set([
  '25006', // the server is (now) a read-only standby
  '25P03', // idle in transaction for too long
  '55P03', // lock_timeout
  ...TRY_AGAIN,
]);

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The driver and its pool give these no code. */
const DRIVER_MESSAGES =
  /timeout exceeded when trying to connect|connection terminated|client has encountered a connection error|client was closed|timeout expired|after calling end on the pool/i;

/** The error as `DependencyUnavailable`, or null when the statement itself is at fault. */
export function dependencyFault(error: unknown): DependencyUnavailable | null {
  if (error instanceof DependencyUnavailable) return error;
  // Not `instanceof Error`: sockets raise errors of Node's own realm, which may not be the caller's.
  if (!types.isNativeError(error)) return null;
  // Node tries several addresses and reports them together.
  if ('errors' in error && Array.isArray(error.errors)) {
    return error.errors.some((inner) => dependencyFault(inner))
      ? new DependencyUnavailable('the database cannot be reached', { cause: error })
      : null;
  }
  const code = codeOf(error);
  const unavailable =
    code === null
      ? DRIVER_MESSAGES.test(error.message)
      : UNAVAILABLE_CODES.has(code) ||
        SOCKET_CODES.has(code) ||
        (code.length === 5 && UNAVAILABLE_CLASSES.has(code.slice(0, 2)));
  return unavailable
    ? new DependencyUnavailable(`the database cannot serve now (${code ?? error.message})`, { cause: error })
    : null;
}

/** True when nothing was written and trying again at once is likely to succeed. */
export function isWorthRetrying(error: unknown): boolean {
  const cause = error instanceof DependencyUnavailable ? error.cause : error;
  return TRY_AGAIN.has(codeOf(cause) ?? '');
}

/** lock_timeout: somebody else holds a row. */
export function isLockTimeout(error: unknown): boolean {
  const cause = error instanceof DependencyUnavailable ? error.cause : error;
  return codeOf(cause) === '55P03';
}

/** After these the connection itself is of no use, whatever the driver believes: a demoted primary stays connected. */
export function spoilsConnection(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === null ||
    code === '25006' ||
    code === '25P03' ||
    !/^[0-9A-Z]{5}$/.test(code) ||
    /^(08|57P)/.test(code)
  );
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}
