/**
 * Dates that somebody asks for: each must lie ahead, and not so far that it can only be a slip. Knows no clock and no
 * calendar.
 */
import type { Instant } from '../actor.js';
import { type Refusal, refusal, type RefusalCode } from '../refusals.js';
import { secondsAfter } from './move.js';

/** Nobody means to wait for years: a slip of the keyboard must not hide a case for ever (reliability.md E7). */
const AHEAD_SECONDS_MAX = 5 * 366 * 86_400;

/**
 * @param date null is always well.
 * @param past what to say of a date that does not lie ahead.
 * @param pointer into the request, e.g. `/dueAt`.
 */
export function wrongDate(
  at: Instant,
  date: Instant | null,
  past: RefusalCode,
  pointer: string,
): Refusal | null {
  if (date === null) return null;
  if (date <= at) return refusal(past, [pointer]);
  return date > secondsAfter(at, AHEAD_SECONDS_MAX) ? refusal('too-far-ahead', [pointer]) : null;
}

const MS_PER_SECOND = 1000;

/** Clocks count whole seconds: what is agreed upon is, too, so that both name the same instant. */
export function wholeSecond(date: Instant): Instant {
  return Math.floor(date / MS_PER_SECOND) * MS_PER_SECOND;
}
