/**
 * One check of a scenario against what the product shows: expectation by expectation, in a table. Says what was
 * expected, what was found, and whether they agree; what a difference means is `verdict.ts`.
 */
import { type MetricName, metricOf, targetsOf } from './metrics.js';
import { warnPercentOf } from './configuration.js';
import type { Life } from './life.js';
import type { Observed } from './observe.js';
import type { Check } from './read-scenarios.js';
import {
  breachesOf,
  lastDue,
  marginMinutes,
  nextDeadline,
  overall,
  runningDue,
  stateOf,
  usedMinutes,
  warnedAt,
} from './readings.js';

/** One expectation and what became of it. */
export interface Compared {
  /** `resolution.due`. */
  readonly field: string;
  /** null where the expectation is about the case as a whole. */
  readonly metric: MetricName | null;
  readonly expected: unknown;
  readonly found: unknown;
  /** `told`: not ours to meet, only to be told of; `inexpressible`: the product has no such figure. */
  readonly outcome: 'equal' | 'differs' | 'told' | 'inexpressible';
  readonly why?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const MINUTE_SECONDS = 60;

export function compareCheck(life: Life, check: Check, observed: Observed): Compared[] {
  const tolerance = numberOf(check.expect['due_tolerance_seconds'] ?? life.scenario.due_tolerance_seconds);
  return Object.entries(check.expect).flatMap(([name, expected]) => {
    if (name === 'due_tolerance_seconds') return [];
    if (name.startsWith('source_')) return [sourceSays(life, name, expected, observed)];
    const whole = WHOLE[name];
    if (whole) return whole(life, observed, expected, tolerance);
    // `keep_in_loop_due` is the scenarios' short form of `keep_in_loop: {due}`.
    const short = /^(.+)_(due|state|used_minutes|margin_minutes|warn_at)$/.exec(name);
    if (short && metricOf(short[1] ?? '', life.policy)) {
      return clockFields(life, short[1] ?? '', { [short[2] ?? '']: expected }, observed, tolerance);
    }
    if (metricOf(name, life.policy) && (isFields(expected) || expected === null)) {
      return clockFields(life, name, expected ?? { due: null }, observed, tolerance);
    }
    if (name === 'internal' && isFields(expected)) {
      return Object.entries(expected).flatMap(([inner, fields]) =>
        clockFields(life, `internal_${inner}`, fields as Fields, observed, tolerance),
      );
    }
    return [inexpressible(name, expected, 'no such figure is known')];
  });
}

type WholeComparer = (life: Life, observed: Observed, expected: unknown, tolerance: number) => Compared[];

const WHOLE: Readonly<Record<string, WholeComparer>> = {
  next_deadline: (life, observed, expected, tolerance) => {
    // A first response that waiting does not pause still runs, but the format's next deadline is null while waiting.
    const isHeld = observed.state === 'waiting' && life.policy?.first_response_pausable !== true;
    const without = isHeld ? ['firstResponse', 'olaAccept', 'olaWork'] : ['olaAccept', 'olaWork'];
    const found = nextDeadline(observed, new Set(without));
    return [compared('next_deadline', null, expected, found, isSameInstant(tolerance))];
  },
  overall: (_life, observed, expected) => [compared('overall', null, expected, overall(observed))],
  sla_outcome: (_life, observed, expected) => [compared('sla_outcome', null, expected, overall(observed))],
  breach_events: (life, observed, expected) =>
    Object.entries(expected as Fields).map(([name, count]) => {
      const field = `breach_events.${name}`;
      const metric = metricOf(name, life.policy);
      if (!metric) return inexpressible(field, count, 'no such clock is known');
      return compared(field, metric, count, [breachesOf(observed, metric)]);
    }),
  hold_business_minutes: (_life, { waitedSeconds }, expected) => [
    compared('hold_business_minutes', null, expected, [Math.floor(waitedSeconds / MINUTE_SECONDS)]),
  ],
  warn_at: (life, observed, expected, tolerance) => {
    const owed = targetsOf(life.policy).map(({ metric }) => metric);
    const metric = owed.includes('resolution') ? 'resolution' : owed[0];
    return metric ? [warning('warn_at', metric, life, observed, expected, tolerance)] : [];
  },
  escalate_at: (_life, _observed, expected) => [
    inexpressible(
      'escalate_at',
      expected,
      'a missed target climbs at once, by the playbook; no span puts that off',
    ),
  ],
};

function clockFields(
  life: Life,
  name: string,
  fields: Fields,
  observed: Observed,
  inherited: number,
): Compared[] {
  const metric = metricOf(name, life.policy);
  if (!metric) return [inexpressible(name, fields, 'no such clock is known')];
  const tolerance = numberOf(fields['due_tolerance_seconds'] ?? inherited);
  return Object.entries(fields).flatMap(([key, expected]) => {
    const field = `${name}.${key}`;
    switch (key) {
      case 'due_tolerance_seconds':
        return [];
      case 'due': {
        const found = expected === null ? runningDue(observed, metric) : lastDue(observed, metric);
        return [compared(field, metric, expected, [found], isSameInstant(tolerance))];
      }
      case 'state':
        return [compared(field, metric, expected, stateOf(observed, metric))];
      case 'used_minutes':
      case 'worst_used_minutes':
        return [compared(field, metric, expected, usedMinutes(observed, metric))];
      case 'margin_minutes':
      case 'worst_margin_minutes':
        return [compared(field, metric, expected, marginMinutes(observed, metric))];
      case 'breach_events':
        return [compared(field, metric, expected, [breachesOf(observed, metric)])];
      case 'warn_at':
        return [warning(field, metric, life, observed, expected, tolerance)];
      default:
        return [inexpressible(field, expected, 'no such figure is known')];
    }
  });
}

function warning(
  field: string,
  metric: MetricName,
  life: Life,
  observed: Observed,
  expected: unknown,
  tolerance: number,
): Compared {
  const target = targetsOf(life.policy).find((one) => one.metric === metric);
  const percent = target ? warnPercentOf(target, life.policy) : null;
  if (target && percent === null) {
    return inexpressible(field, expected, 'warnings stand at whole percentages of the target');
  }
  if (typeof expected === 'string' && Date.parse(expected) > observed.at) {
    return inexpressible(
      field,
      expected,
      'a warning cannot be read before it has come, and the scenario goes on',
    );
  }
  const found = percent === null ? null : warnedAt(observed, metric, percent);
  return compared(field, metric, expected, [found], isSameInstant(tolerance));
}

/** What the source of a scenario asserts against the scenario itself, beside what the product says. */
function sourceSays(life: Life, name: string, expected: unknown, observed: Observed): Compared {
  const found =
    name === 'source_breach_events'
      ? Object.fromEntries(
          Object.keys(expected as Fields).map((clock) => {
            const metric = metricOf(clock, life.policy);
            return [clock, metric ? breachesOf(observed, metric) : null];
          }),
        )
      : (overall(observed)[0] ?? null);
  return { field: name, metric: null, expected, found, outcome: 'told' };
}

type Same = (expected: unknown, found: unknown) => boolean;

const isSame: Same = (expected, found) => expected === found;

const isSameInstant =
  (toleranceSeconds: number): Same =>
  (expected, found) =>
    typeof expected === 'string' && typeof found === 'string'
      ? Math.abs(Date.parse(expected) - Date.parse(found)) <= toleranceSeconds * 1000
      : expected === found;

/** @param readings what the product's figure may be taken to mean; the first is shown. */
function compared(
  field: string,
  metric: MetricName | null,
  expected: unknown,
  readings: readonly unknown[],
  same: Same = isSame,
): Compared {
  const fitting = readings.find((reading) => same(expected, reading));
  const isEqual = readings.some((reading) => same(expected, reading));
  const found = (isEqual ? fitting : readings[0]) ?? null;
  return { field, metric, expected, found, outcome: isEqual ? 'equal' : 'differs' };
}

function inexpressible(field: string, expected: unknown, why: string): Compared {
  return { field, metric: null, expected, found: null, outcome: 'inexpressible', why };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
