/**
 * Deadlines counted in dates: business days of a calendar, and calendar days for legal periods (domain.md §2, units).
 * Responsible for which date is meant and which instant ends it; spans of seconds are business-seconds.ts' matter.
 *
 * Instants are whole epoch milliseconds from 1970 to 2199; dates are those of the calendar's zone.
 */
import { CalendarExhaustedError } from './calendar-errors.js';
import type { Calendar } from './compile-calendar.js';
import { expandDates } from './expand-dates.js';
import { assertInstant, dayMs, lastInstantMs } from './local-date.js';

/** Closed dates in a row after which a search gives up, for the reason given at `emptyWeeksMax` in open-weeks.ts. */
const closedDaysMax = 3653;

/**
 * The close of the last window of the `days`-th open date after the local date of `startMs`; `days` ≥ 1. The date of
 * the start never counts, open or not, so the customer has `days` whole business days whatever the hour. An open date
 * is one on which a window opens and of which breaks and clock changes leave something; the close of a night shift
 * lies on the morning after. Throws CalendarExhaustedError when the calendar runs out first.
 */
export function addBusinessDays(calendar: Calendar, startMs: number, days: number): number {
  assertInstant(startMs);
  assertDays(days, 1);
  let openDays = 0;
  let closedDays = 0;
  const startDay = calendar.parsed.offsets.localDayAt(startMs);
  for (let day = startDay + 1; closedDays <= closedDaysMax && day * dayMs < lastInstantMs; day++) {
    const closeMs = closeOfDate(calendar, day);
    closedDays = closeMs === null ? closedDays + 1 : 0;
    if (closeMs !== null && ++openDays === days) return closeMs;
  }
  throw new CalendarExhaustedError(startMs);
}

/**
 * The end of the local date that lies `days` ≥ 0 dates after that of `startMs`, open or closed: the first instant from
 * which that date is over for good. Windows and overrides play no part.
 */
export function addCalendarDays(calendar: Calendar, startMs: number, days: number): number {
  assertInstant(startMs);
  assertDays(days, 0);
  const day = calendar.parsed.offsets.localDayAt(startMs) + days;
  if (day * dayMs >= lastInstantMs) throw new CalendarExhaustedError(startMs);
  const nextMidnight = (day + 1) * dayMs;
  const firstEndMs = calendar.parsed.offsets.instantOf(nextMidnight, 'open');
  const lastEndMs = calendar.parsed.offsets.instantOf(nextMidnight, 'close');
  // Midnight strikes twice when the clock goes back over it. America/Havana repeats the first hour of the new date:
  // the old one is over at the first stroke. America/St_Johns (until 2011) went back into the old date at 00:01: it
  // is over at the second.
  return calendar.parsed.offsets.localDayAt(lastEndMs - 1) > day ? firstEndMs : lastEndMs;
}

function closeOfDate(calendar: Calendar, day: number): number | null {
  const instantOf = calendar.parsed.offsets.instantOf.bind(calendar.parsed.offsets);
  return expandDates(calendar.parsed, day, day, instantOf).at(-1)?.toMs ?? null;
}

function assertDays(days: number, daysMin: number): void {
  if (!Number.isSafeInteger(days) || days < daysMin) {
    throw new RangeError(`not a whole number of days from ${daysMin}: ${days}`);
  }
}
