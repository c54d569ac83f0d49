/** Hand-made scenarios for the runner's tests, each with one thing to see. */
import type {
  Check,
  ForeignPolicy,
  Scenario,
  ScenarioEvent,
  ScenarioFile,
} from '../../scripts/scenarios/read-scenarios.js';

const ALWAYS = [['00:00', '24:00']] as const;

const CALENDARS: ScenarioFile['calendars'] = {
  always: {
    timezone: 'UTC',
    hours: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, ALWAYS])),
  },
};

/** 12 January 2026, before any event of our own file. */
export const at = (time: string): string => `2026-01-12T${time}:00Z`;
export const event = (time: string, type: string, more: Partial<ScenarioEvent> = {}): ScenarioEvent => ({
  at: at(time),
  type,
  ...more,
});
export const check = (time: string, expect: Check['expect']): Check => ({ at: at(time), expect });

/** One-hour resolution target unless `policy` says otherwise; created at 08:00. */
export function scenario(
  id: string,
  events: readonly ScenarioEvent[],
  checks: readonly Check[],
  more: { readonly policy?: ForeignPolicy; readonly portability?: string } = {},
): Scenario {
  return {
    id,
    calendar: 'always',
    policy: more.policy ?? { resolution_minutes: 60 },
    events: [event('08:00', 'created'), ...events],
    checks,
    portability: more.portability ?? 'universal',
  };
}

export const fileOf = (...scenarios: readonly Scenario[]): ScenarioFile => ({
  calendars: CALENDARS,
  scenarios,
});
