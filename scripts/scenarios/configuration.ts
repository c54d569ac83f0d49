/**
 * What an instance is told before a scenario can happen in it: calendar, SLA policy, playbook, departments and a life
 * cycle that does nothing by itself. A scenario's own policy serves its own category, so that many live side by side.
 */
import { createHash } from 'node:crypto';
import type { Door } from '../replay/http-door.js';
import { describe } from '../replay/replay-run.js';
import { toCalendarBody } from '../vectors/foreign-calendar.js';
import { isOfDepartment, type MetricTarget, targetsOf } from './metrics.js';
import type { ForeignPolicy, Scenario, ScenarioFile } from './read-scenarios.js';

const PRIORITIES = ['P1', 'P2', 'P3', 'P4'] as const;
/** The departments of the demo's tokens, in the order in which a scenario names its own. */
export const DEPARTMENTS = ['sales', 'product', 'logistics', 'finance'] as const;

const YEARS_5_SECONDS = 5 * 366 * 86_400;
const DAY_SECONDS = 86_400;

/** The product's own reminders and endings, put off until long after any scenario. */
const PATIENT_LIFECYCLE = {
  waitingRemindAfterSeconds: [],
  waitingExpireAfterSeconds: YEARS_5_SECONDS,
  confirmationRemindAfterSeconds: YEARS_5_SECONDS - DAY_SECONDS,
  confirmationExpireAfterSeconds: YEARS_5_SECONDS,
  reopenWindowSeconds: YEARS_5_SECONDS,
  reopeningsBeforeAttention: 50,
  reroutesPerCase: 50,
  bouncesBeforeArbitration: 20,
};

/** Percentages at which the product warns: what lies so many minutes before each target. Whole ones only. */
export function warnPercentOf(target: MetricTarget, policy: ForeignPolicy | null): number | null {
  const before = (policy?.warn_before_minutes ?? 0) * 60;
  const percent = ((target.seconds - before) / target.seconds) * 100;
  return before > 0 && Number.isInteger(percent) && percent >= 1 && percent <= 99 ? percent : null;
}

/** Key of everything that belongs to one scenario: readable, and unlike any other's. */
export function keyOf(scenario: Scenario): string {
  const readable = scenario.id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  return `scenario-${readable}-${digest(scenario.id)}`;
}

export function calendarKeyOf(name: string): string {
  return `scenario-calendar-${digest(name)}`;
}

/** The product does not take what a scenario needs of it. */
export class ConfigurationRefused extends Error {}

/**
 * Brings the instance to where the scenarios can begin.
 * @returns scenario → why it cannot be set up, in the product's words; empty when all can.
 */
export async function configure(
  door: Door,
  { calendars, scenarios }: ScenarioFile,
): Promise<Map<Scenario, string>> {
  await put(door, 'lifecycle-policies/default', PATIENT_LIFECYCLE);
  for (const department of DEPARTMENTS) await putDepartment(door, department, null, null);
  const published = new Map<string, string | null>();
  const refused = new Map<Scenario, string>();
  for (const scenario of scenarios) {
    const names = [scenario.calendar, ...scenario.events.flatMap(({ calendar }) => calendar ?? [])];
    for (const name of names) {
      if (published.has(name)) continue;
      const definition = calendars[name];
      if (!definition)
        throw new Error(`${scenario.id} names the calendar "${name}", which the file does not have`);
      const body = toCalendarBody(definition);
      published.set(name, await whyRefused(() => put(door, `calendars/${calendarKeyOf(name)}`, body)));
    }
    const why =
      names.flatMap((name) => published.get(name) ?? [])[0] ??
      (await whyRefused(() => setUp(door, scenario)));
    if (why !== null) refused.set(scenario, why);
  }
  return refused;
}

async function setUp(door: Door, scenario: Scenario): Promise<void> {
  // A missed resolution only alarms: a climb would bring department clocks and states that no scenario knows.
  const playbook = { directLevel2: false, evidenceRequired: false, route: { level1: null, level2: null } };
  await put(door, `playbooks/${keyOf(scenario)}`, playbook);
  await putPolicy(door, scenario, scenario.policy, scenario.calendar);
}

async function whyRefused(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof ConfigurationRefused) return error.message;
    throw error;
  }
}

/** A new version of the scenario's policy; running clocks keep theirs until a rebase. */
export async function putPolicy(
  door: Door,
  scenario: Scenario,
  policy: ForeignPolicy | null,
  calendar: string,
): Promise<void> {
  const customer = targetsOf(policy).filter(({ metric }) => !isOfDepartment(metric));
  const warnPercents = customer.flatMap((target) => warnPercentOf(target, policy) ?? []);
  await put(door, `sla-policies/${keyOf(scenario)}`, {
    calendar: calendarKeyOf(calendar),
    targets: byPriority(customer),
    firstResponsePausable: policy?.first_response_pausable ?? false,
    onReopen: 'continue',
    warnPercents: [...new Set(warnPercents)].sort((a, b) => a - b),
    match: { category: [keyOf(scenario)] },
  });
}

/** A department that owes what the policy says of departments; without a policy it owes nothing. */
export async function putDepartment(
  door: Door,
  key: string,
  policy: ForeignPolicy | null,
  calendar: string | null,
): Promise<void> {
  await put(door, `departments/${key}`, {
    publicName: { en: key, 'zh-CN': key, 'zh-TW': key },
    answersFor: 'A department in a scenario.',
    ...(calendar === null ? {} : { calendar: calendarKeyOf(calendar) }),
    ola: byPriority(targetsOf(policy).filter(({ metric }) => isOfDepartment(metric))),
  });
}

function byPriority(targets: readonly MetricTarget[]): object {
  const spans = Object.fromEntries(
    targets.map(({ metric, seconds }) => [metric, { businessSeconds: seconds }]),
  );
  return Object.fromEntries(PRIORITIES.map((priority) => [priority, spans]));
}

async function put(door: Door, path: string, body: unknown): Promise<void> {
  const answer = await door.send('PUT', `/api/v1/${path}`, 'admin', body);
  if (answer.status < 300) return;
  throw new ConfigurationRefused(`PUT ${path}: ${describe(answer.status, answer.body)}`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
