/**
 * Says what is wrong with a calendar before it is saved.
 * Responsible for whether the whole makes sense (windows that overlap, a calendar that never opens) once each value
 * can be read (parse-calendar.ts). It never throws for bad input: an administrator gets the problems, with paths.
 */
import { weekdays } from './calendar-definition.js';
import type { CalendarDefinition, CalendarProblem } from './calendar-definition.js';
import { CalendarExhaustedError } from './calendar-errors.js';
import { compileCalendar } from './compile-calendar.js';
import type { Calendar } from './compile-calendar.js';
import { expandDates } from './expand-dates.js';
import { dayNumberOf } from './local-date.js';
import { nextOpening } from './openings.js';
import { parseCalendar } from './parse-calendar.js';
import type { DayWindow } from './parse-calendar.js';

/**
 * All problems of a definition as it came from outside (any JSON); none = it may be saved and compiled.
 *
 * With `nowMs` (epoch milliseconds) the calendar must open within ten years from then, so one whose only openings lie
 * in the past is refused as well; without, it must open at any time at all. A night shift may run into the next
 * date's windows (they are merged), but windows of one date may not overlap: that is a slip of the pen.
 */
export function validateCalendar(definition: unknown, nowMs?: number): CalendarProblem[] {
  const { problems } = parseCalendar(definition);
  // Values that cannot be read come first: what the whole would mean is not known before they are right.
  if (problems.length > 0) return problems;
  const calendar = compileCalendar(definition as CalendarDefinition);
  return [...overlapsOf(calendar), ...opens(calendar, nowMs)];
}

function overlapsOf({ definition, parsed }: Calendar): CalendarProblem[] {
  const weekly = weekdays.flatMap((weekday, i) => overlapsIn(parsed.weekly[i]!, `/weekly/${weekday}`));
  const dated = (definition.overrides ?? []).flatMap(({ date }, i) =>
    overlapsIn(parsed.overrides.get(dayNumberOf(date)!)!, `/overrides/${i}/windows`),
  );
  return [...weekly, ...dated];
}

function overlapsIn(windows: readonly DayWindow[], path: string): CalendarProblem[] {
  return windows.flatMap((window, i) => {
    const overlapsEarlier = windows
      .slice(0, i)
      .some((other) => window.openMinute < other.closeMinute && other.openMinute < window.closeMinute);
    if (!overlapsEarlier) return [];
    return [
      { code: 'overlapping-windows', path: `${path}/${i}`, message: 'overlaps a window listed before it' },
    ];
  });
}

function opens(calendar: Calendar, nowMs: number | undefined): CalendarProblem[] {
  const hasOpening = nowMs === undefined ? opensEver(calendar) : opensAfter(calendar, nowMs);
  if (hasOpening) return [];
  return [
    {
      code: 'no-open-second',
      path: '',
      message: 'must be open for at least one second in the next ten years',
    },
  ];
}

function opensEver({ parsed }: Calendar): boolean {
  // Overrides and breaks are finitely many, so they cannot close a weekday for ever.
  if (parsed.weekly.some((windows) => windows.length > 0)) return true;
  const instantOf = parsed.offsets.instantOf.bind(parsed.offsets);
  return [...parsed.overrides.keys()].some((day) => expandDates(parsed, day, day, instantOf).length > 0);
}

function opensAfter(calendar: Calendar, nowMs: number): boolean {
  try {
    nextOpening(calendar, nowMs);
    return true;
  } catch (error) {
    if (error instanceof CalendarExhaustedError) return false;
    throw error;
  }
}
