/**
 * All scenarios on one line of time: which of their events and checks fall on which instant, in order. The clock of an
 * instance only goes forward, so they are lived side by side. Pure; plays nothing.
 */
import type { Check, Scenario, ScenarioEvent } from './read-scenarios.js';

/** What one scenario does at one instant: first its events, in the order of the file, then its checks. */
export interface Moment {
  readonly scenario: Scenario;
  readonly events: readonly ScenarioEvent[];
  readonly checks: readonly Check[];
  /** The scenario has nothing after this. */
  readonly isLast: boolean;
}

export interface TimelineInstant {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly moments: readonly Moment[];
}

export function timelineOf(scenarios: readonly Scenario[]): TimelineInstant[] {
  const instants = new Map<number, Moment[]>();
  for (const scenario of scenarios) {
    const checks = scenario.checks.flatMap((check) => withLaterLooks(check, scenario.events));
    const times = new Set([...scenario.events, ...checks].map(({ at }) => Date.parse(at)));
    for (const at of times) {
      const then = ({ at: other }: { readonly at: string }): boolean => Date.parse(other) === at;
      const isLast = at === Math.max(...times);
      const moment = { scenario, events: scenario.events.filter(then), checks: checks.filter(then), isLast };
      instants.set(at, [...(instants.get(at) ?? []), moment]);
    }
  }
  return [...instants].map(([at, moments]) => ({ at, moments })).sort((a, b) => a.at - b.at);
}

/**
 * A warning can be read only once it has come. One that is expected later than its check is looked for when it is
 * expected, provided that nothing happens to the case in between.
 */
function withLaterLooks(check: Check, events: readonly ScenarioEvent[]): Check[] {
  const now: Record<string, unknown> = {};
  const later: Check[] = [];
  const checkedAt = Date.parse(check.at);
  const canWait = (value: unknown): value is string => {
    const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    const between = events.some((event) => Date.parse(event.at) > checkedAt && Date.parse(event.at) < at);
    return at > checkedAt && !between;
  };
  for (const [name, expected] of Object.entries(check.expect)) {
    if (/(^|_)warn_at$/.test(name) && canWait(expected)) {
      later.push({ at: expected, expect: { [name]: expected } });
    } else if (
      typeof expected === 'object' &&
      expected !== null &&
      'warn_at' in expected &&
      canWait(expected.warn_at)
    ) {
      const { warn_at, ...rest } = expected;
      later.push({ at: warn_at, expect: { [name]: { warn_at } } });
      now[name] = rest;
    } else now[name] = expected;
  }
  return [{ at: check.at, expect: now }, ...later];
}
