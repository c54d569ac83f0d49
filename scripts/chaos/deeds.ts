/**
 * What somebody might do to a case, by where it stands: life cycles that go somewhere, commands that the machine
 * refuses, and what time does by itself when nobody comes. Pure but for the dice it is handed. Knows no HTTP beyond
 * method, noun and body.
 */
import type { Random } from '../fuzz/random.js';

/** A case as the last answer about it showed it. */
export interface SeenCase {
  readonly id: string;
  readonly state: string;
  readonly level: number;
  readonly revision: number;
  readonly department: string | null;
  readonly onHold: boolean;
}

export interface Deed {
  readonly method: 'POST' | 'PUT';
  /** Below `/api/v1/cases/{id}/`. */
  readonly noun: string;
  readonly body: unknown;
  /** A name in `tokens.json`. */
  readonly role: string;
}

export const DEPARTMENTS = ['sales', 'product', 'logistics', 'finance'] as const;
/** Its policies have spans of seconds, so that a short run sees many deadlines. */
export const CATEGORY = 'chaos';
/** Nobody touches these any more. */
const OVER: ReadonlySet<string> = new Set(['withdrawn', 'merged']);

type Maker = (seen: SeenCase, random: Random) => Deed;
/** How often, beside its neighbours. */
type Choice = readonly [weight: number, make: Maker];

const post = (role: string | ((seen: SeenCase) => string), noun: string, body: unknown): Maker => {
  return (seen) => ({ method: 'POST', noun, body, role: typeof role === 'string' ? role : role(seen) });
};
const member = ({ department }: SeenCase): string => (department === null ? 'agent' : `member:${department}`);

const escalate = (toLevel: number | undefined): Maker => {
  return (seen, random) => ({
    method: 'POST',
    noun: 'escalations',
    role: member(seen),
    body: {
      department: random.pick(DEPARTMENTS),
      ...(toLevel === undefined ? {} : { toLevel }),
      purpose: 'Find out what happened',
      expectedOutcome: 'An answer today',
      reason: 'Nobody else knows',
    },
  });
};
const note = post('agent', 'notes', { text: 'Called, nobody there.' });
const message = post('agent', 'messages', { text: 'We are still looking into it.' });
const withdraw = post('service', 'withdrawals', { reason: 'It has turned up' });
const ask = post(member, 'questions', { question: 'Which colour was it?' });
const resolve = post(member, 'resolutions', { solution: 'Replaced', rootCause: 'Worn out' });
const hold: Maker = (seen) => ({
  method: 'POST',
  noun: 'holds',
  role: member(seen),
  body: { reason: 'The carrier searches', reviewAt: new Date(Date.now() + 8_000).toISOString() },
});
const prioritize: Maker = (_seen, random) => ({
  method: 'PUT',
  noun: 'priority',
  role: 'agent',
  body: { impact: random.pick(['low', 'medium', 'high']), reason: 'Seen anew' },
});
const sendBack = post(member, 'returns', { reason: 'misrouted', comment: 'Not ours' });
const reroute: Maker = (seen, random) => ({
  method: 'POST',
  noun: 'reroutes',
  role: member(seen),
  body: { department: random.pick(DEPARTMENTS), reason: 'They know more' },
});

/** Anywhere; refused where it does not fit. */
const ANYWHERE: readonly Choice[] = [
  [4, note],
  [3, message],
  [2, prioritize],
  [2, post('service', 'replies', { text: 'Any news?' })],
  [1, escalate(3)],
  [1, withdraw],
];

const BY_STATE: Readonly<Record<string, readonly Choice[]>> = {
  received: [
    [40, post('agent', 'ownership', {})],
    [20, escalate(undefined)],
  ],
  'frontline.working': [
    [40, escalate(undefined)],
    [15, ask],
    [20, resolve],
    [5, hold],
  ],
  'frontline.returned': [
    [40, escalate(undefined)],
    [30, resolve],
  ],
  'level1.dispatched': [
    [60, post(member, 'acceptances', {})],
    [8, sendBack],
    [8, reroute],
    [8, escalate(2)],
  ],
  'level1.working': [
    [40, escalate(undefined)],
    [20, resolve],
    [15, ask],
    [8, sendBack],
    [5, hold],
  ],
  'level2.dispatched': [
    [60, post(member, 'acceptances', {})],
    [8, sendBack],
    [8, escalate(undefined)],
  ],
  'level2.working': [
    [20, post(member, 'hand-backs', { decision: 'Pay half' })],
    [30, resolve],
    [15, escalate(undefined)],
    [15, ask],
  ],
  arbitration: [
    [40, post('manager', 'assignments', { department: 'logistics', level: 1, reason: 'Theirs' })],
    [20, post('manager', 'decisions', { decision: 'grant', solution: 'Paid' })],
    [20, escalate(undefined)],
  ],
  waiting: [
    [40, post('service', 'replies', { text: 'It was blue.' })],
    [10, post('agent', 'waits/cancellation', { reason: 'Found out otherwise' })],
  ],
  resolved: [
    [40, post('service', 'confirmations', {})],
    [15, post('service', 'rejections', { reason: 'It broke again' })],
  ],
  closed: [[30, post('service', 'reopenings', { reason: 'It broke again' })]],
};

const release = post(member, 'holds/release', { reason: 'They answered' });

/** @returns null when the case is over. */
export function nextDeed(seen: SeenCase, random: Random): Deed | null {
  if (OVER.has(seen.state)) return null;
  const choices = [...(BY_STATE[seen.state] ?? []), ...ANYWHERE];
  if (seen.onHold) choices.push([60, release]);
  let left = random.fraction() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of choices) {
    left -= weight;
    if (left < 0) return make(seen, random);
  }
  return note(seen, random);
}

/** @param n makes a customer of its own. */
export function opening(n: string, random: Random): unknown {
  return {
    subject: `Order ${n} has not arrived`,
    description: 'Nine days in transit.',
    expectedOutcome: 'Deliver or refund.',
    category: CATEGORY,
    channel: 'phone',
    impact: random.pick(['low', 'medium', 'high']),
    urgency: random.pick(['low', 'medium', 'high']),
    customer: {
      externalId: `chaos-${n}`,
      name: `Customer ${n}`,
      email: `c${n}@${random.pick(MAIL_DOMAINS)}`,
    },
  };
}

/** Several, as a mail server that is away is away for its own domains. */
const MAIL_DOMAINS = ['one.example', 'two.example', 'three.example', 'four.example', 'five.example'];

/** null for what is no case. */
export function seenCase(body: Readonly<Record<string, unknown>> | null): SeenCase | null {
  if (body === null) return null;
  const { id, state, level, revision, handler, flags } = body;
  if (typeof id !== 'string' || typeof state !== 'string' || typeof revision !== 'number') return null;
  const department = (handler as { department?: string } | null)?.department ?? null;
  const onHold = Array.isArray(flags) && flags.includes('onHoldExternal');
  return { id, state, level: Number(level), revision, department, onHold };
}
