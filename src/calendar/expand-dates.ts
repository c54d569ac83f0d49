/**
 * Turns the windows of local dates into spans of instants.
 * Responsible for what a date owns (weekly hours or their override, night shift included) and for cutting breaks out
 * last; how a local time becomes an instant is handed in, so that the same rule serves real and pattern weeks.
 */
import { dayMs, weekdayOf } from './local-date.js';
import type { DayWindow, ParsedCalendar } from './parse-calendar.js';
import { cutSpans, mergeSpans } from './time-spans.js';
import type { TimeSpan } from './time-spans.js';
import type { WindowEdge } from './zone-offsets.js';

/** The instant of a local time in milliseconds since 1970-01-01T00:00 on the wall. */
export type InstantOf = (localMs: number, edge: WindowEdge) => number;

/**
 * The open spans owned by the local dates `fromDay` to `toDay` (day numbers, both included), merged, breaks cut out.
 * Breaks of the neighbouring dates count too: a break at 02:00 falls into the night shift of the date before.
 */
export function expandDates(
  calendar: ParsedCalendar,
  fromDay: number,
  toDay: number,
  instantOf: InstantOf,
): TimeSpan[] {
  const windowsOf = (day: number) => calendar.overrides.get(day) ?? calendar.weekly[weekdayOf(day)]!;
  const open = spansOfDates(fromDay, toDay, windowsOf, instantOf);
  if (calendar.breaks.size === 0) return mergeSpans(open);
  const breaks = spansOfDates(fromDay - 2, toDay + 2, (day) => calendar.breaks.get(day) ?? [], instantOf);
  return cutSpans(mergeSpans(open), mergeSpans(breaks));
}

function spansOfDates(
  fromDay: number,
  toDay: number,
  windowsOf: (day: number) => readonly DayWindow[],
  instantOf: InstantOf,
): TimeSpan[] {
  const spans: TimeSpan[] = [];
  for (let day = fromDay; day <= toDay; day++) {
    for (const { openMinute, closeMinute } of windowsOf(day)) {
      spans.push({
        fromMs: instantOf(day * dayMs + openMinute * 60_000, 'open'),
        toMs: instantOf(day * dayMs + closeMinute * 60_000, 'close'),
      });
    }
  }
  return spans;
}
