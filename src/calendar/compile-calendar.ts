/**
 * Makes a saved calendar definition ready for arithmetic.
 * Responsible for wiring the compiled parts together and for refusing what cannot be read; the arithmetic itself is in
 * business-seconds.ts, business-days.ts and openings.ts. A compiled calendar is immutable to its users and meant to be
 * kept: it remembers zone offsets and expanded weeks, within fixed bounds.
 */
import { weekdays } from './calendar-definition.js';
import type { CalendarDefinition } from './calendar-definition.js';
import { InvalidCalendarError } from './calendar-errors.js';
import { OpenWeeks } from './open-weeks.js';
import { parseCalendar } from './parse-calendar.js';
import type { ParsedCalendar } from './parse-calendar.js';

export interface Calendar {
  readonly definition: CalendarDefinition;
  /** @internal for the functions of this room */
  readonly parsed: ParsedCalendar;
  /** @internal */
  readonly weeks: OpenWeeks;
}

/**
 * Throws InvalidCalendarError when a value cannot be read (bad zone, time, date, two overrides of one date). Windows
 * that overlap are merged, and a calendar that never opens compiles and then runs out (CalendarExhaustedError):
 * refusing those is for `validateCalendar`, when a definition is saved. Costs 0.1 ms (0.4 ms for a zone not met
 * before); keep the result.
 */
export function compileCalendar(definition: CalendarDefinition): Calendar {
  const { parsed, problems } = parseCalendar(definition);
  if (problems.length > 0) throw new InvalidCalendarError(problems);
  return { definition, parsed, weeks: new OpenWeeks(parsed) };
}

/** 24×7: business seconds are seconds. Its dates are those of UTC. */
export const always: Calendar = compileCalendar({
  timeZone: 'UTC',
  weekly: Object.fromEntries(weekdays.map((weekday) => [weekday, [['00:00', '24:00']] as const])),
  overrides: [],
});
