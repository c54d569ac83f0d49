/**
 * What is allowed and yet probably not meant: budgets along a path that exceed the promise to the customer (domain.md
 * §2), a policy that serves no case. Told to whoever publishes; nothing is refused for it. Knows no HTTP.
 */
import { businessSecondsBetween } from '../calendar/business-seconds.js';
import type { CalendarDefinition } from '../calendar/calendar-definition.js';
import { compileCalendar } from '../calendar/compile-calendar.js';
import { PRIORITIES, type Priority } from '../domain/case.js';
import type { Department, SlaPolicy, Span } from '../domain/policies.js';
import type { Configuration } from './configuration.js';
import type { KindName } from './configuration-kinds.js';
import { PATH_METRICS } from './departments.js';
import { DEFAULT_SLA_KEY } from './sla-policies.js';

export interface Warning {
  /** JSON pointer into the body. */
  readonly pointer: string;
  readonly code: 'budget-over-target' | 'serves-no-case';
  readonly message: string;
}

/** A case may climb twice, and the same department may have it both times. */
const LEVELS = 2;
const WEEK_SECONDS = 7 * 86_400;
/** A Monday of a week without clock change anywhere: only the weekly hours are measured. */
const SOME_MONDAY = Date.UTC(2026, 0, 5);

/** Warnings about the newest version of a key; empty when there is nothing to say. */
export function warningsOf(kind: KindName, key: string, configuration: Configuration): Warning[] {
  if (kind === 'slaPolicy')
    return [...servesNothing(key, configuration), ...policyBudgets(key, configuration)];
  if (kind === 'department') return departmentBudgets(key, configuration);
  return [];
}

function servesNothing(key: string, configuration: Configuration): Warning[] {
  const match = configuration.newest('slaPolicy', key)?.body.match;
  if (match || key === DEFAULT_SLA_KEY) return [];
  return [
    { pointer: '/match', code: 'serves-no-case', message: 'Without `match` this policy serves no case.' },
  ];
}

/** One warning per priority, about the department that needs most. */
function policyBudgets(key: string, configuration: Configuration): Warning[] {
  const policy = configuration.newest('slaPolicy', key)?.body;
  if (!policy) return [];
  const departments = configuration.list('department');
  return PRIORITIES.flatMap((priority) => {
    const [worst] = departments
      .flatMap(({ key: name, body }) => {
        const over = excess(priority, policy, body, configuration);
        return over ? [{ ...over, name }] : [];
      })
      .sort((a, b) => b.excessSeconds - a.excessSeconds);
    if (!worst) return [];
    const message = `${priority}: ${sentence(worst)} with "${worst.name}" at both levels.`;
    return [{ pointer: `/targets/${priority}/resolution`, code: 'budget-over-target', message }];
  });
}

function departmentBudgets(key: string, configuration: Configuration): Warning[] {
  const department = configuration.newest('department', key)?.body;
  if (!department) return [];
  return configuration.list('slaPolicy').flatMap(({ key: name, body }) =>
    PRIORITIES.flatMap((priority): Warning[] => {
      const over = excess(priority, body, department, configuration);
      if (!over) return [];
      const message = `${priority}: ${sentence(over)} in SLA policy "${name}", at both levels.`;
      return [{ pointer: `/ola/${priority}`, code: 'budget-over-target', message }];
    }),
  );
}

interface Excess {
  readonly budgetSeconds: number;
  readonly targetSeconds: number;
  readonly excessSeconds: number;
}

/** By how much acceptance and work at both levels exceed the resolution target; null when they do not. */
function excess(
  priority: Priority,
  policy: Pick<SlaPolicy, 'calendar' | 'targets'>,
  { ola = {} }: Pick<Department, 'ola'>,
  configuration: Configuration,
): Excess | null {
  const resolution = policy.targets[priority]?.resolution;
  const parts = PATH_METRICS.flatMap((metric) => ola[priority]?.[metric] ?? []);
  if (!resolution || parts.length === 0) return null;
  const hours = weeklyHours(configuration.newest('calendar', policy.calendar)?.body);
  const inPlainSeconds = [resolution, ...parts].every((span) => 'calendarSeconds' in span);
  const length = (span: Span) => (inPlainSeconds ? plainSeconds(span) : openSeconds(span, hours));
  const targetSeconds = length(resolution);
  const budgetSeconds = LEVELS * parts.reduce((sum, part) => sum + length(part), 0);
  const excessSeconds = budgetSeconds - targetSeconds;
  return excessSeconds > 0 ? { budgetSeconds, targetSeconds, excessSeconds } : null;
}

function sentence({ budgetSeconds, targetSeconds, excessSeconds }: Excess): string {
  const [budget, target, over] = [budgetSeconds, targetSeconds, excessSeconds].map(inWords);
  return `acceptance and work may take ${budget}, which is ${over} more than the ${target} until resolution,`;
}

interface WeeklyHours {
  readonly openSeconds: number;
  readonly openDays: number;
}

function weeklyHours(definition: CalendarDefinition | undefined): WeeklyHours {
  if (!definition) return { openSeconds: WEEK_SECONDS, openDays: 7 };
  // In UTC, and without its dates: an ordinary week.
  const calendar = compileCalendar({ timeZone: 'UTC', weekly: definition.weekly, overrides: [] });
  const openSeconds = businessSecondsBetween(calendar, SOME_MONDAY, SOME_MONDAY + WEEK_SECONDS * 1000);
  const openDays = Object.values(definition.weekly).filter((windows) => windows.length > 0).length;
  return { openSeconds, openDays };
}

/** Mixed units are compared as open time of an ordinary week. */
function openSeconds(span: Span, { openSeconds, openDays }: WeeklyHours): number {
  if ('businessSeconds' in span) return span.businessSeconds;
  if ('calendarSeconds' in span) return Math.round((span.calendarSeconds * openSeconds) / WEEK_SECONDS);
  return Math.round((span.businessDays * openSeconds) / Math.max(1, openDays));
}

function plainSeconds(span: Span): number {
  return 'calendarSeconds' in span ? span.calendarSeconds : 0;
}

function inWords(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3_600 ? `${rounded(seconds / 60)} min` : `${rounded(seconds / 3_600)} h`;
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}
