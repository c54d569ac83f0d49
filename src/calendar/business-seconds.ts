/**
 * Adding, subtracting and measuring business seconds, with pauses: the arithmetic of domain.md §2.
 * Responsible for its laws and edges (an exactly filled window, zero seconds, time inside a pause); it knows neither
 * clocks nor cases, nor how open time is found.
 *
 * All instants are whole epoch milliseconds from 1970 to 2199, all spans half-open. A pause is a span whose business
 * time does not count; pauses may come unsorted, overlap or be empty. Other input throws RangeError.
 */
import { CalendarExhaustedError } from './calendar-errors.js';
import type { Calendar } from './compile-calendar.js';
import { assertInstant, lastInstantMs } from './local-date.js';
import { mergeSpans } from './time-spans.js';
import type { TimeSpan } from './time-spans.js';

/**
 * The due time: earliest u ≥ `startMs` with `seconds` of business time in `[startMs, u)`. A window filled exactly ends
 * at its close. Zero seconds give `startMs` itself when it is open and not paused, else the next such instant.
 * Throws CalendarExhaustedError when the calendar runs out first.
 *
 * @example addBusinessSeconds(berlin, Date.parse('2026-03-27T15:30:00Z'), 3600) // 2026-03-30T07:30:00Z
 */
export function addBusinessSeconds(
  calendar: Calendar,
  startMs: number,
  seconds: number,
  pauses: readonly TimeSpan[] = [],
): number {
  assertInstant(startMs);
  assertSeconds(seconds);
  // The next counted instant is one millisecond before the first counted millisecond is over.
  const leadMs = seconds === 0 ? 1 : 0;
  let wantedMs = seconds * 1000 + leadMs;
  let fromMs = startMs;
  for (const pause of sortedPauses(pauses)) {
    if (pause.toMs <= fromMs) continue;
    const beforePauseMs = calendar.weeks.openMsBetween(fromMs, pause.fromMs);
    if (wantedMs <= beforePauseMs) break;
    wantedMs -= beforePauseMs;
    fromMs = pause.toMs;
  }
  const reachedMs = calendar.weeks.advance(fromMs, wantedMs) - leadMs;
  if (reachedMs >= lastInstantMs) throw new CalendarExhaustedError(startMs);
  return reachedMs;
}

/**
 * Backwards, for warning times: the latest s ≤ `endMs` with `seconds` of business time in `[s, endMs)`. So it begins at
 * the opening of a window used up exactly, never at the close before it; zero seconds give `endMs` itself.
 * Throws CalendarExhaustedError when the calendar has not been open that long.
 */
export function subtractBusinessSeconds(
  calendar: Calendar,
  endMs: number,
  seconds: number,
  pauses: readonly TimeSpan[] = [],
): number {
  assertInstant(endMs);
  assertSeconds(seconds);
  if (seconds === 0) return endMs;
  let wantedMs = seconds * 1000;
  let toMs = endMs;
  for (const pause of sortedPauses(pauses).reverse()) {
    if (pause.fromMs >= toMs) continue;
    const afterPauseMs = calendar.weeks.openMsBetween(pause.toMs, toMs);
    if (wantedMs <= afterPauseMs) break;
    wantedMs -= afterPauseMs;
    toMs = pause.fromMs;
  }
  return calendar.weeks.retreat(toMs, wantedMs);
}

/**
 * Elapsed business time in `[fromMs, toMs)`, pauses left out, in whole seconds rounded down; 0 when `toMs` is before
 * `fromMs`. Exact when all instants are whole seconds, as the engine's are.
 */
export function businessSecondsBetween(
  calendar: Calendar,
  fromMs: number,
  toMs: number,
  pauses: readonly TimeSpan[] = [],
): number {
  assertInstant(fromMs);
  assertInstant(toMs);
  let openMs = calendar.weeks.openMsBetween(fromMs, toMs);
  for (const pause of sortedPauses(pauses)) {
    openMs -= calendar.weeks.openMsBetween(Math.max(pause.fromMs, fromMs), Math.min(pause.toMs, toMs));
  }
  return Math.floor(openMs / 1000);
}

/** Pauses in order, without overlap and empty ones. */
export function sortedPauses(pauses: readonly TimeSpan[]): TimeSpan[] {
  for (const pause of pauses) {
    assertInstant(pause.fromMs);
    assertInstant(pause.toMs);
  }
  return mergeSpans(pauses);
}

function assertSeconds(seconds: number): void {
  if (!Number.isSafeInteger(seconds) || seconds < 0) {
    throw new RangeError(`not a whole number of seconds from 0: ${seconds}`);
  }
}
