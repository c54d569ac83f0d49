/**
 * Files of the format `sla-lifecycle-scenarios/1`: what happens to a case, and what its clocks must show at which
 * instant. Checks that it is such a file; says which words of it are known, and judges nothing.
 */
import { readFile } from 'node:fs/promises';
import type { ForeignCalendar } from '../vectors/foreign-calendar.js';

export const SCENARIOS_FORMAT = 'sla-lifecycle-scenarios/1';

/** Targets in whole minutes; null or absent: none. A field that is not named here is reported, never passed over. */
export interface ForeignPolicy {
  readonly first_response_minutes?: number | null;
  readonly next_response_minutes?: number | null;
  readonly resolution_minutes?: number | null;
  readonly keep_in_loop_minutes?: number | null;
  readonly first_response_pausable?: boolean;
  readonly warn_before_minutes?: number | null;
  readonly escalate_after_minutes?: number | null;
  readonly escalation_levels?: unknown;
  /** Targets of the department: an object of such targets, or true when all of the policy's are its. */
  readonly internal?: ForeignPolicy | boolean | null;
}

const POLICY_FIELDS: ReadonlySet<string> = new Set<keyof ForeignPolicy>([
  'first_response_minutes',
  'next_response_minutes',
  'resolution_minutes',
  'keep_in_loop_minutes',
  'first_response_pausable',
  'warn_before_minutes',
  'escalate_after_minutes',
  'escalation_levels',
  'internal',
]);

export interface ScenarioEvent {
  readonly at: string;
  readonly type: string;
  readonly by?: string;
  /** Of `policy_changed`. */
  readonly policy?: ForeignPolicy;
  readonly calendar?: string;
  /** Of `assigned_to_department`. */
  readonly department?: string;
}

export interface Check {
  readonly at: string;
  readonly expect: Readonly<Record<string, unknown>>;
}

export interface Scenario {
  readonly id: string;
  readonly title?: string;
  readonly calendar: string;
  readonly policy: ForeignPolicy | null;
  readonly events: readonly ScenarioEvent[];
  readonly checks: readonly Check[];
  /** `universal`, `design-choice` or `disputed`. */
  readonly portability: string;
  readonly note?: string;
  readonly due_tolerance_seconds?: number;
}

export interface ScenarioFile {
  readonly calendars: Readonly<Record<string, ForeignCalendar>>;
  readonly scenarios: readonly Scenario[];
}

/** @throws Error in one line when the file is of another format or a scenario lacks what any needs. */
export async function readScenarios(path: string): Promise<ScenarioFile> {
  const file = JSON.parse(await readFile(path, 'utf8')) as ScenarioFile & { readonly format?: string };
  if (file.format !== SCENARIOS_FORMAT) {
    throw new Error(`${path} is of format "${file.format}", not "${SCENARIOS_FORMAT}"`);
  }
  const ids = new Set<string>();
  for (const scenario of file.scenarios) {
    const { id, calendar, events, checks } = scenario;
    if (ids.has(id)) throw new Error(`two scenarios are called ${id}`);
    ids.add(id);
    if (!file.calendars[calendar]) {
      throw new Error(`${id} names the calendar "${calendar}", which the file does not have`);
    }
    if (events[0]?.type !== 'created') throw new Error(`${id} does not begin with "created"`);
    const unreadable = [...events, ...checks].find(({ at }) => Number.isNaN(Date.parse(at)));
    if (unreadable) throw new Error(`${id} has an instant that cannot be read: "${unreadable.at}"`);
  }
  return file;
}

/** Names of policy fields that carry a value and that nobody here knows, those of `policy_changed` included. */
export function unknownPolicyFields({ policy, events }: Scenario): string[] {
  const policies = [policy, ...events.map((event) => event.policy ?? null)].flatMap((one) => one ?? []);
  const parts = policies.flatMap((one) =>
    typeof one.internal === 'object' ? [one, one.internal ?? {}] : [one],
  );
  const fields = parts.flatMap((part) =>
    Object.entries(part).flatMap(([field, value]) => (value === null || value === false ? [] : [field])),
  );
  return [...new Set(fields)].filter((field) => !POLICY_FIELDS.has(field));
}

/** @returns epoch milliseconds of the earliest instant that the file names. */
export function earliestOf(scenarios: readonly Scenario[]): number {
  return Math.min(
    ...scenarios.flatMap(({ events, checks }) => [...events, ...checks].map(({ at }) => Date.parse(at))),
  );
}
