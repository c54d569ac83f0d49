/**
 * Working calendars as configuration: what a body must hold beyond what `src/calendar` asks of a definition (exact
 * fields, bounded lists, every target that is measured in it still within reach). Does no arithmetic of its own.
 */
import { isDeepStrictEqual } from 'node:util';
import type { CalendarDefinition, DatedWindows } from '../calendar/calendar-definition.js';
import { compileCalendar } from '../calendar/compile-calendar.js';
import { validateCalendar } from '../calendar/validate-calendar.js';
import type { Instant } from '../domain/actor.js';
import { Checks, type Problem } from './checks.js';
import type { ConfigurationKind, ConfiguredNow } from './configuration-kind.js';
import { ALWAYS_KEY, CALENDAR_SEEDS } from './seeds/calendar-seeds.js';
import { unreachableTargets } from './target-spans.js';

const CALENDAR_KEY = /^[a-z0-9][a-z0-9-]{0,63}$/;

const FIELDS = ['timeZone', 'weekly', 'overrides', 'breaks', 'validUntil'] as const;

/** Ten years of dates in China. What is read must be fit to be published again, in a body of a thousand keys. */
const DATES_MAX = 450;
/** Shifts of half an hour around the clock. Overlaps are found by comparing all pairs, so the list must be short. */
const WINDOWS_MAX = 48;

export const calendarKind: ConfigurationKind<CalendarDefinition> = {
  keyPattern: CALENDAR_KEY,
  keyShape: 'lower-case letters, digits and hyphens, at most 64',
  defaults: CALENDAR_SEEDS,
  check: (key, body, configured) => {
    const { value, problems } = readCalendar(body, configured.at);
    if (problems.length > 0) return { value, problems };
    return { value, problems: [...staysAlways(key, value), ...keepsTargets(key, value, configured)] };
  },
};

/** The key of a configured calendar, `default` when none is given; reports one that does not exist. */
export function existingCalendar(value: unknown, { calendars }: ConfiguredNow, checks: Checks): string {
  const key = checks.matching(value ?? 'default', '/calendar', CALENDAR_KEY, 'the key of a calendar');
  if (key !== '' && !calendars.has(key)) {
    checks.report('/calendar', 'inconsistent', 'No such calendar is configured.');
  }
  return key;
}

/**
 * A definition as it came from outside, checked and in its stored form: absent lists filled in, null left out.
 * @param at it must open within ten years from then; absent: at any time at all
 * @returns problems empty: `value` compiles.
 */
export function readCalendar(
  body: unknown,
  at?: Instant,
): { readonly value: CalendarDefinition; readonly problems: readonly Problem[] } {
  const checks = new Checks();
  const given = checks.object(body, '', FIELDS);
  for (const list of ['overrides', 'breaks']) checkDates(given[list], `/${list}`, checks);
  for (const [weekday, windows] of Object.entries((given['weekly'] ?? {}) as object)) {
    checkCount(windows, WINDOWS_MAX, `/weekly/${weekday}`, checks);
  }
  const { timeZone, weekly, overrides, breaks, validUntil } = given as unknown as CalendarDefinition;
  const value: CalendarDefinition = {
    timeZone,
    weekly,
    overrides: overrides ?? [],
    ...(breaks && breaks.length > 0 ? { breaks } : {}),
    ...(validUntil ? { validUntil } : {}),
  };
  // Bounds and fields first: what is too long is not worth reading.
  if (checks.problems.length > 0) return { value, problems: checks.problems };
  for (const { path, code, message } of validateCalendar(given, at)) {
    checks.report(path, code, `${message.charAt(0).toUpperCase()}${message.slice(1)}.`);
  }
  return { value, problems: checks.problems };
}

function checkDates(dates: unknown, pointer: string, checks: Checks): void {
  if (!Array.isArray(dates)) return;
  checkCount(dates, DATES_MAX, pointer, checks);
  for (const [index, entry] of dates.slice(0, DATES_MAX).entries()) {
    const { windows } = checks.object(entry, `${pointer}/${index}`, [
      'date',
      'windows',
    ]) as Partial<DatedWindows>;
    checkCount(windows, WINDOWS_MAX, `${pointer}/${index}/windows`, checks);
  }
}

function checkCount(list: unknown, max: number, pointer: string, checks: Checks): void {
  if (Array.isArray(list) && list.length > max) {
    checks.report(pointer, 'out-of-range', `At most ${max} entries.`);
  }
}

/** Clocks of plain seconds run on this calendar without looking it up, so it must stay what its name says. */
function staysAlways(key: string, value: CalendarDefinition): Problem[] {
  if (key !== ALWAYS_KEY || isDeepStrictEqual(value, CALENDAR_SEEDS[ALWAYS_KEY])) return [];
  return [
    { pointer: '', code: 'inconsistent', message: 'This calendar is always open and cannot be changed.' },
  ];
}

/** A version that is hardly ever open would leave the policies that count on this calendar without due times. */
function keepsTargets(key: string, value: CalendarDefinition, configured: ConfiguredNow): Problem[] {
  const calendar = compileCalendar(value);
  const users = [
    ...[...configured.slaPolicies].map(([name, { calendar: uses, targets }]) => ({
      name: `SLA policy "${name}"`,
      uses,
      targets,
    })),
    ...[...configured.departments].map(([name, { calendar: uses, ola = {} }]) => ({
      name: `department "${name}"`,
      uses,
      targets: ola,
    })),
  ];
  return users
    .filter(({ uses }) => uses === key)
    .flatMap(({ name, targets }) =>
      unreachableTargets(targets, calendar, configured.at).map(({ priority, metric }): Problem => ({
        pointer: '',
        code: 'inconsistent',
        message: `Not open long enough for ${metric} of ${priority} in ${name}.`,
      })),
    );
}
