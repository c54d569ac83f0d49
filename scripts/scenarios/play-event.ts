/**
 * What each event of a scenario asks of the product, and who asks it. The only file that knows the request shapes.
 * What the product already did by itself is not asked again.
 */
import { describe } from '../replay/replay-run.js';
import { keyOf, putDepartment, putPolicy } from './configuration.js';
import { CommandRefused, Inexpressible, type Life } from './life.js';
import { isOfDepartment, targetsOf } from './metrics.js';
import type { ForeignPolicy, ScenarioEvent } from './read-scenarios.js';

const AGENT = 'agent';
const ADMIN = 'admin';
const MANAGER = 'manager';
/** Passes on what the customer said and did. */
const FOR_CUSTOMER = 'service';

/**
 * Lives one event; the clock stands at its instant. Afterwards either the case stands where the scenario says, or
 * `life.stopped` tells why not.
 */
export async function playEvent(life: Life, event: ScenarioEvent): Promise<void> {
  if (life.stopped) return;
  const at = `${event.type} at ${event.at}`;
  try {
    const player = PLAYERS[event.type];
    if (!player) throw new Inexpressible('no such event is known');
    await player(life, event);
  } catch (error) {
    if (error instanceof Inexpressible)
      life.stopped = { kind: 'inexpressible', why: `${at}: ${error.message}` };
    else if (error instanceof CommandRefused)
      life.stopped = { kind: 'refused', why: `${at}: ${error.message}` };
    else throw error;
  }
}

const ENDED: ReadonlySet<string> = new Set(['none', 'resolved', 'closed']);

/**
 * Nobody looks at the case any more. It is withdrawn, or its clocks would go on for as long as others live: one that
 * counts silence is missed again and again.
 * @throws CommandRefused
 */
export async function endLife(life: Life): Promise<void> {
  if (life.id === null || ENDED.has(life.state)) return;
  await life.send('withdrawals', { reason: 'The scenario is over.' }, FOR_CUSTOMER);
}

const PLAYERS: Readonly<Record<string, (life: Life, event: ScenarioEvent) => Promise<void>>> = {
  async created(life, event) {
    const { id, title } = life.scenario;
    const body = {
      subject: `Scenario ${id}`,
      description: title || id,
      expectedOutcome: 'As the scenario says.',
      category: keyOf(life.scenario),
      channel: 'api',
      impact: 'medium',
      urgency: 'medium',
      receivedAt: event.at,
      customer: { externalId: `scenario-${id}`, name: `Customer of ${id}` },
    };
    await life.send(null, body, event.by === 'agent' ? AGENT : FOR_CUSTOMER);
    // Somebody works on it from the first instant: no scenario knows a case that nobody has taken.
    await life.send('ownership', {}, AGENT);
  },

  async customer_message(life, event) {
    const waited = life.state === 'waiting';
    await life.send('replies', { text: 'Any news?', channel: 'email' }, FOR_CUSTOMER);
    life.answeredQuestion = waited;
    if (waited) life.resumedEarlyAt = Date.parse(event.at);
  },

  async agent_reply(life) {
    await life.send('messages', { text: 'We are on it.' }, AGENT);
  },

  async internal_note(life) {
    await life.send('notes', { text: 'For us alone.' }, AGENT);
  },

  async waiting_customer(life) {
    life.waitsInScenario = true;
    if (life.state === 'waiting') return;
    await takeOn(life);
    await life.send('questions', { question: 'Which one is it?' }, AGENT);
  },

  async resumed(life, event) {
    life.waitsInScenario = false;
    if (life.state === 'waiting') await life.send('waits/cancellation', {}, AGENT);
    else if (life.resumedEarlyAt !== null)
      life.waitWasShortened ||= life.resumedEarlyAt < Date.parse(event.at);
    life.resumedEarlyAt = null;
  },

  async resolved(life) {
    life.waitsInScenario = false;
    if (life.state === 'resolved') return;
    await endWait(life);
    await takeOn(life);
    await life.send('resolutions', { solution: 'Done.', rootCause: 'A scenario.' }, workerOf(life));
  },

  async closed(life, event) {
    if (life.state === 'closed') return;
    if (life.state !== 'resolved') await PLAYERS['resolved']?.(life, event);
    await life.send('confirmations', {}, FOR_CUSTOMER);
  },

  async reopened(life) {
    if (life.state !== 'resolved' && life.state !== 'closed') return;
    const noun = life.state === 'resolved' ? 'rejections' : 'reopenings';
    await life.send(noun, { reason: 'It is not solved.' }, FOR_CUSTOMER);
  },

  async policy_changed(life, event) {
    if (!event.policy) throw new Inexpressible('it names no policy');
    life.calendar = event.calendar ?? life.calendar;
    await changePolicy(life, event.policy);
  },

  async policy_removed(life) {
    await changePolicy(life, null);
  },

  async assigned_to_department(life, event) {
    const department = life.departmentFor(event.department ?? '');
    if (life.level > 0 && life.department === department) return;
    await putDepartment(life.door, department, life.policy, life.calendar);
    if (life.level === 0) {
      const packet = {
        department,
        purpose: 'Take over',
        expectedOutcome: 'A solution',
        reason: 'A scenario',
      };
      await endWait(life);
      await life.send('escalations', packet, AGENT);
    } else await life.send('reroutes', { department, reason: 'A scenario' }, MANAGER);
  },

  async opened_date_edited() {
    throw new Inexpressible(
      'the receipt of a case is part of its intake, which never changes; a wrong one is a new case',
    );
  },
};

/** The newest policy counts from the clocks' own start. */
async function changePolicy(life: Life, policy: ForeignPolicy | null): Promise<void> {
  life.policy = policy;
  const owed = targetsOf(policy).some(({ metric }) => isOfDepartment(metric));
  if (life.department !== null && owed)
    await putDepartment(life.door, life.department, policy, life.calendar);
  await putPolicy(life.door, life.scenario, policy, life.calendar);
  const path = `/api/v1/sla-policies/${keyOf(life.scenario)}/rebase`;
  const answer = await life.door.send('POST', path, ADMIN, { dryRun: false });
  const { refused = 0 } = answer.body as { refused?: number };
  if (answer.status >= 300 || refused > 0) {
    throw new CommandRefused(`rebase: ${describe(answer.status, answer.body)} ${refused} refused`);
  }
}

/** A department must have accepted before anybody can work, ask or resolve there. */
async function takeOn(life: Life): Promise<void> {
  if (life.state.endsWith('.dispatched')) await life.send('acceptances', {}, workerOf(life));
}

async function endWait(life: Life): Promise<void> {
  if (life.state === 'waiting') await life.send('waits/cancellation', {}, AGENT);
}

function workerOf(life: Life): string {
  return life.department === null ? AGENT : `member:${life.department}`;
}
