/**
 * Finds what `JSON.parse` lets pass although it is ambiguous or dangerous: duplicate keys, names that reach an
 * object's prototype, NUL and lone surrogates, numbers that would become others, excessive depth and breadth
 * (reliability.md T12, T15, N1–N11).
 * Expects text that `JSON.parse` has accepted, so it needs no grammar of its own. One pass, no recursion.
 */

export type JsonFault =
  | 'duplicate-key'
  | 'forbidden-key'
  | 'ill-formed-text'
  | 'too-deep'
  | 'too-many-items'
  | 'too-many-keys'
  | 'unsafe-number';

/** From about 5,000 levels on, class-transformer overflows the stack; no body here needs more than four. */
export const JSON_DEPTH_MAX = 32;
/** Bounds what validation has to walk for one request. */
export const JSON_KEYS_MAX = 1_000;
/**
 * The same for items of all lists together: class-transformer takes a third of a second over 120,000, named in no class.
 * A working calendar of many years has about 2,000.
 */
export const JSON_ITEMS_MAX = 8_000;

/** `__proto__` vanishes silently in class-transformer, the others escape its white list (nest#16050). */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
]);

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * @param text valid JSON, decoded from valid UTF-8.
 * @returns the first fault, or null.
 */
export function scanJson(text: string): JsonFault | null {
  /** Keys seen in each object that is still open; null stands for an array. */
  const open: (Set<string> | null)[] = [];
  let keys = 0;
  let items = 0;
  let atKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: // [
        atKey = text[at] === '{';
        open.push(atKey ? new Set() : null);
        if (!atKey) items += 1;
        if (open.length > JSON_DEPTH_MAX) return 'too-deep';
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        atKey = false;
        break;
      case COMMA:
        atKey = open.at(-1) instanceof Set;
        if (!atKey && ++items > JSON_ITEMS_MAX) return 'too-many-items';
        break;
      case QUOTE: {
        const end = endOfString(text, at);
        const value = unquote(text.slice(at, end + 1));
        if (!isWellFormed(value)) return 'ill-formed-text';
        if (atKey) {
          const fault = keyFault(open.at(-1) as Set<string>, value, ++keys);
          if (fault) return fault;
          atKey = false;
        }
        at = end;
        break;
      }
      default:
        if (!isDigit(text.charCodeAt(at))) break;
        NUMBER.lastIndex = at;
        const [literal = ''] = NUMBER.exec(text) ?? [];
        if (isUnsafe(literal)) return 'unsafe-number';
        at += literal.length - 1;
    }
  }
  return null;
}

/** From the first digit on: a sign before it changes nothing here. */
const NUMBER = /[\d.eE+-]+/y;
/** Up to here every number keeps its digits, unless it has an exponent. */
const SAFE_LENGTH = 15;

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether a number would be another one once it is read: rounded to a neighbour, to zero, or to infinity (RFC 7493). */
function isUnsafe(literal: string): boolean {
  if (literal.length <= SAFE_LENGTH && !/e/i.test(literal)) return false;
  const value = Number(literal);
  const isLost = value === 0 && /^[0.]*[1-9]/.test(literal);
  return isLost || value > Number.MAX_SAFE_INTEGER;
}

/** Whether a text has neither NUL nor half of a surrogate pair: what PostgreSQL and UTF-8 can hold. */
export function isWellFormed(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

function unquote(literal: string): string {
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
}

function keyFault(seen: Set<string>, key: string, count: number): JsonFault | null {
  if (FORBIDDEN_KEYS.has(key)) return 'forbidden-key';
  if (seen.has(key)) return 'duplicate-key';
  if (count > JSON_KEYS_MAX) return 'too-many-keys';
  seen.add(key);
  return null;
}
