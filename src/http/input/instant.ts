/**
 * Instants at the edge: RFC 3339 with an offset outside, epoch milliseconds inside. Real dates only: neither the
 * 30th of February nor a leap second, and nothing that `Date` or PostgreSQL would read in a way of its own
 * (reliability.md T11, N6). Knows no field and no policy.
 */
import type { Instant } from '../../domain/actor.js';

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** Calendars reckon from 1970 to 2199; ten years are left for whatever is counted from an instant. */
const EARLIEST_AT = Date.parse('1970-01-01T00:00:00Z');
const LATEST_AT = Date.parse('2189-12-31T23:59:59.999Z');

/** @returns epoch milliseconds, fractions of a millisecond cut off; null when `text` is no such instant. */
export function parseInstant(text: string): Instant | null {
  const match = RFC_3339.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as SixNumbers;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const [, , , , , , , fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = match;
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return null;
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, Number(fraction.slice(0, 3).padEnd(3, '0')));
  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  const at = local.getTime() - (sign === '-' ? -offsetMs : offsetMs);
  return at >= EARLIEST_AT && at <= LATEST_AT ? at : null;
}

/** @returns RFC 3339 in UTC; null stays null. */
export function toInstantText(at: Instant): string;
export function toInstantText(at: Instant | null): string | null;
export function toInstantText(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

type SixNumbers = [number, number, number, number, number, number];

function daysInMonth(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] as number;
}
