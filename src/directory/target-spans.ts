/**
 * Targets as configuration: one span per priority and metric, as SLA policies and departments write them. Checks that
 * each can be read, and that the calendar is open long enough for a clock to reach it. Knows no clock.
 */
import { addBusinessDays } from '../calendar/business-days.js';
import { addBusinessSeconds } from '../calendar/business-seconds.js';
import { CalendarExhaustedError } from '../calendar/calendar-errors.js';
import { compileCalendar, type Calendar } from '../calendar/compile-calendar.js';
import type { Instant } from '../domain/actor.js';
import { PRIORITIES, type Priority } from '../domain/case.js';
import type { Span } from '../domain/policies.js';
import type { Checks } from './checks.js';
import type { ConfiguredNow } from './configuration-kind.js';

/** Five years: a target beyond it is a typing error, and nobody is waiting any more. */
export const SPAN_DAYS_MAX = 5 * 366;
export const SPAN_SECONDS_MAX = SPAN_DAYS_MAX * 86_400;

/** A late acceptance climbs at 150 % of its target; with room to spare, twice the span must lie within the calendar. */
const REACH_FACTOR = 2;

export type Targets<M extends string> = Readonly<
  Partial<Record<Priority, Readonly<Partial<Record<M, Span | null>>>>>
>;

/** The targets without those that are null: absent means the same, and one form keeps equal bodies equal. */
export function readTargets<M extends string>(
  value: unknown,
  pointer: string,
  metrics: readonly M[],
  checks: Checks,
): Targets<M> {
  const given = checks.object(value, pointer, PRIORITIES);
  const priorities = PRIORITIES.filter((priority) => (given[priority] ?? null) !== null);
  return Object.fromEntries(
    priorities.map((priority) => {
      const at = `${pointer}/${priority}`;
      const spans = checks.object(given[priority], at, metrics);
      const set = metrics.filter((metric) => (spans[metric] ?? null) !== null);
      return [
        priority,
        Object.fromEntries(set.map((metric) => [metric, readSpan(spans[metric], `${at}/${metric}`, checks)])),
      ];
    }),
  ) as Targets<M>;
}

const UNITS = {
  businessSeconds: SPAN_SECONDS_MAX,
  calendarSeconds: SPAN_SECONDS_MAX,
  businessDays: SPAN_DAYS_MAX,
} as const;
const UNIT_NAMES = Object.keys(UNITS) as (keyof typeof UNITS)[];

/** One span, in exactly one unit. */
export function readSpan(value: unknown, pointer: string, checks: Checks): Span {
  const given = checks.object(value, pointer, UNIT_NAMES);
  const units = UNIT_NAMES.filter((unit) => given[unit] !== undefined);
  const [unit] = units;
  if (unit === undefined || units.length > 1) {
    const isObject = typeof value === 'object' && !Array.isArray(value);
    if (isObject) checks.report(pointer, 'inconsistent', `Must be exactly one of ${UNIT_NAMES.join(', ')}.`);
    return { calendarSeconds: 1 };
  }
  return { [unit]: checks.integer(given[unit], `${pointer}/${unit}`, 1, UNITS[unit]) } as unknown as Span;
}

/** Reports each target that no clock could reach: the calendar is closed too much, and a case could not be opened. */
export function checkReachable(
  targets: Targets<string>,
  pointer: string,
  calendarKey: string,
  { calendars, at }: ConfiguredNow,
  checks: Checks,
): void {
  const definition = calendars.get(calendarKey);
  if (definition === undefined || checks.problems.length > 0) return;
  const calendar = compileCalendar(definition);
  for (const { priority, metric } of unreachableTargets(targets, calendar, at)) {
    const message = `The calendar "${calendarKey}" is not open long enough to measure this.`;
    checks.report(`${pointer}/${priority}/${metric}`, 'inconsistent', message);
  }
}

/** @param at from when on the calendar must be open long enough */
export function unreachableTargets(
  targets: Targets<string>,
  calendar: Calendar,
  at: Instant,
): { readonly priority: string; readonly metric: string }[] {
  return Object.entries(targets).flatMap(([priority, spans]) =>
    Object.entries(spans)
      .filter(([, span]) => span && !isReachable(span, calendar, at))
      .map(([metric]) => ({ priority, metric })),
  );
}

function isReachable(span: Span, calendar: Calendar, at: Instant): boolean {
  try {
    if ('businessSeconds' in span) addBusinessSeconds(calendar, at, span.businessSeconds * REACH_FACTOR);
    if ('businessDays' in span) addBusinessDays(calendar, at, span.businessDays * REACH_FACTOR);
    return true;
  } catch (error) {
    if (error instanceof CalendarExhaustedError) return false;
    throw error;
  }
}
