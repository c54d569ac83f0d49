/**
 * Opaque cursors of keyset pages: the sort key of the last row, bound to the list and order it came from. A cursor
 * is the caller's to forge, so every part is checked before it reaches SQL, and it grants nothing: each page applies
 * the caller's visibility anew. Knows no list.
 */

/** How one part of a sort key looks: `instant` in microseconds since 1970, as a decimal; empty when missing. */
export type KeyPart = 'instant' | 'uuid' | 'priority' | 'taskKey' | 'seq';

const SHAPES: Record<KeyPart, RegExp> = {
  instant: /^\d{0,18}$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  priority: /^P[1-4]$/,
  taskKey: /^[a-zA-Z0-9-]{1,64}$/,
  seq: /^\d{1,9}$/,
};

/** 9999-12-31T23:59:59.999999Z: the last instant that RFC 3339 can write. */
const LATEST_MICROSECONDS = 253_402_300_799_999_999n;

/** Bounds the decoding of junk; a true cursor has about 120 characters. */
const CURSOR_LENGTH_MAX = 512;

/** The cursor is none that this list gave out for this order. */
export class InvalidCursor extends Error {}

/** @param list name and order of the list, e.g. `cases:-createdAt`. */
export function encodeCursor(list: string, key: readonly string[]): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}

/**
 * @returns the parts of the key, each of its kind's shape.
 * @throws InvalidCursor
 */
export function decodeCursor(cursor: string, list: string, parts: readonly KeyPart[]): string[] {
  const [name, ...key] = read(cursor);
  const fits = (part: unknown, index: number) => {
    const kind = parts[index];
    if (kind === undefined || typeof part !== 'string' || !SHAPES[kind].test(part)) return false;
    return kind !== 'instant' || BigInt(part) <= LATEST_MICROSECONDS;
  };
  if (name !== list || key.length !== parts.length || !key.every(fits)) throw new InvalidCursor();
  return key as string[];
}

/** @param microseconds as in a cursor. @returns text that PostgreSQL reads as exactly that instant; null for none. */
export function instantOf(microseconds: string): string | null {
  if (microseconds === '') return null;
  const all = BigInt(microseconds);
  const milliseconds = new Date(Number(all / 1000n)).toISOString().slice(0, -1);
  return `${milliseconds}${String(all % 1000n).padStart(3, '0')}Z`;
}

function read(cursor: string): unknown[] {
  if (cursor.length > CURSOR_LENGTH_MAX || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw new InvalidCursor();
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    throw new InvalidCursor();
  }
}
