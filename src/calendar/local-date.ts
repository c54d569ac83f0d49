/**
 * Local calendar dates as whole day numbers (days since 1970-01-01), and the range of time this room answers for.
 * Responsible for the proleptic Gregorian calendar only; it knows no zone and no clock.
 */

export const dayMs = 86_400_000;

/**
 * Instants outside [1970, 2200) are refused. The bound protects against endless walks and unbounded caches; the lower
 * end also carries a fact that ZoneOffsets needs: since 1970 no zone changes its offset twice within six days.
 */
export const firstInstantMs = Date.UTC(1970, 0, 1);
export const lastInstantMs = Date.UTC(2200, 0, 1);

/** The day number of `YYYY-MM-DD`, or null when the text is no real date (2026-02-29, 2026-1-5). */
export function dayNumberOf(date: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (!match) return null;
  const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return dateOf(ms / dayMs) === date ? ms / dayMs : null;
}

/** The `YYYY-MM-DD` of a day number. */
export function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** 0 = Monday … 6 = Sunday. Day 0 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Throws RangeError unless `ms` is a whole epoch millisecond within the range; callers bound client input before. */
export function assertInstant(ms: number): void {
  if (!Number.isSafeInteger(ms) || ms < firstInstantMs || ms >= lastInstantMs) {
    throw new RangeError(`not an epoch millisecond from 1970 to 2199: ${ms}`);
  }
}
