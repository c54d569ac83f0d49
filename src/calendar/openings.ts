/**
 * When a calendar is open: now, next, and in detail over a stretch of time.
 * Responsible for answers that are shown to people (inbox, explanation of a clock); it counts nothing.
 *
 * Instants are whole epoch milliseconds from 1970 to 2199, spans half-open. Other input throws RangeError.
 */
import { addBusinessSeconds, sortedPauses } from './business-seconds.js';
import type { Calendar } from './compile-calendar.js';
import { assertInstant, dayNumberOf } from './local-date.js';
import { cutSpans } from './time-spans.js';
import type { TimeSpan } from './time-spans.js';

/** Whether business time runs at the instant: true at an opening, false at a close. */
export function isOpen(calendar: Calendar, ms: number): boolean {
  assertInstant(ms);
  return calendar.weeks.openMsBetween(ms, ms + 1) > 0;
}

/** Earliest open instant at or after `ms`: `ms` itself when open. Throws CalendarExhaustedError when there is none. */
export function nextOpening(calendar: Calendar, ms: number): number {
  return addBusinessSeconds(calendar, ms, 0);
}

/**
 * The open spans within `[fromMs, toMs)`, in order, clipped to it, merged where windows touch, pauses cut out: their
 * lengths add up to `businessSecondsBetween`. The list grows with the stretch; callers bound what a client may ask.
 */
export function openWindowsBetween(
  calendar: Calendar,
  fromMs: number,
  toMs: number,
  pauses: readonly TimeSpan[] = [],
): TimeSpan[] {
  assertInstant(fromMs);
  assertInstant(toMs);
  return cutSpans(calendar.weeks.spansBetween(fromMs, toMs), sortedPauses(pauses));
}

/**
 * Whether the instant falls on a local date after the calendar's `validUntil`: a time computed there rests on weekly
 * hours alone, since its holidays are not known yet. False for a calendar without that date.
 */
export function isPastValidity(calendar: Calendar, ms: number): boolean {
  assertInstant(ms);
  const { validUntil } = calendar.definition;
  if (!validUntil) return false;
  return calendar.parsed.offsets.localDayAt(ms) > dayNumberOf(validUntil)!;
}
