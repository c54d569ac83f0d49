/**
 * When a customer's quiet hours end. They are a working calendar turned inside out, so clock changes and nights past
 * midnight follow the same rules as everywhere else. Pure.
 */
import { BoundedCache } from '../../calendar/bounded-cache.js';
import { weekdays } from '../../calendar/calendar-definition.js';
import { compileCalendar, type Calendar } from '../../calendar/compile-calendar.js';
import { nextOpening } from '../../calendar/openings.js';
import type { Instant } from '../../domain/actor.js';

/** Local times `HH:MM`; `to` before `from` runs past midnight. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** Combinations of zone and hours in use at one time. */
const CALENDARS_KEPT_MAX = 500;

const calendars = new BoundedCache<string, Calendar>(CALENDARS_KEPT_MAX, (name) => {
  const [timeZone, from, to] = JSON.parse(name) as [string, string, string];
  const weekly = Object.fromEntries(weekdays.map((weekday) => [weekday, [[to, from] as const]]));
  return compileCalendar({ timeZone, weekly, overrides: [] });
});

/**
 * @param timeZone a known IANA zone.
 * @returns the first instant at or after `now` that is not quiet: `now` itself when none of it is.
 * @throws InvalidCalendarError for hours that are none.
 */
export function quietUntil(now: Instant, { from, to }: QuietHours, timeZone: string): Instant {
  // A window that closes when it opens is a whole day: nothing is quiet.
  return nextOpening(calendars.get(JSON.stringify([timeZone, from, to])), now);
}
