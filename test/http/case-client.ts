// Brings a case over HTTP into the state that a test needs, step by step, as its people would. Fails on the step that
// was not accepted, so that a test never begins from somewhere else.
import type { Answer, TestApp } from '../support/app.js';
import type { TokenName } from '../../src/app/demo/demo-directory.js';

export const OPEN_CASE = {
  subject: 'Parcel has not arrived',
  description: 'Tracking has said "in transit" for nine days.',
  expectedOutcome: 'Deliver by Friday or refund.',
  category: 'delivery',
  channel: 'phone',
  impact: 'medium',
  urgency: 'medium',
  customer: { externalId: 'crm-1', name: 'Ada Lovelace' },
};

export const ESCALATION = {
  department: 'logistics',
  purpose: 'Find the parcel',
  expectedOutcome: 'A delivery date',
  evidence: ['Tracking page of 1 March'],
};

export const RESOLUTION = { solution: 'It arrives on Friday.', rootCause: 'Label torn' };
export const MISROUTED = { reason: 'misrouted', comment: 'This is not ours.' };

/** One command: who, where (under the case), what. */
type Step = readonly [who: TokenName, path: string, body: object];

const START: Step = ['agent', 'ownership', {}];
const ESCALATE: Step = ['agent', 'escalations', ESCALATION];
const ACCEPT: Step = ['member:logistics', 'acceptances', {}];
const CLIMB: Step = [
  'member:logistics',
  'escalations',
  { ...ESCALATION, department: 'product', reason: 'A fault' },
];
const RETURN: Step = ['member:logistics', 'returns', MISROUTED];

const CONSULT: Step = ['agent', 'consults', { department: 'finance', question: 'Was it booked?' }];
const PROPOSE: Step = [
  'agent',
  'proposals',
  {
    text: 'A new one',
    departments: ['logistics'],
    actions: [{ text: 'Send it', department: 'logistics' }],
  },
];
const PROMISE: Step = ['agent', 'promises', { text: 'We call you', dueAt: '2026-03-03T10:00:00Z' }];
/** Beyond an agent, within a lead. */
export const COMPENSATION = {
  kind: 'refund',
  amount: '200.00',
  description: 'Your money back',
  reason: 'Lost in the depot',
};
const COMPENSATE: Step = ['agent', 'compensations', COMPENSATION];
const APPROVE: Step = ['lead:logistics', 'compensations/1/approval', {}];
export const MORE_TIME = {
  metric: 'olaWork',
  untilAt: '2026-03-06T12:00:00Z',
  reason: 'The depot is closed',
  tell: 'We need until Friday.',
};
const CALL: Step = ['agent', 'callbacks', { note: 'Ask whether it arrived' }];

/** How each situation comes about. */
const SITUATIONS = {
  received: [],
  working: [START],
  returned: [START, ESCALATE, RETURN],
  dispatched1: [START, ESCALATE],
  working1: [START, ESCALATE, ACCEPT],
  dispatched2: [START, ESCALATE, ACCEPT, CLIMB],
  working2: [START, ESCALATE, ACCEPT, CLIMB, ['member:product', 'acceptances', {}]],
  arbitration: [START, ESCALATE, RETURN, ESCALATE, RETURN],
  waiting: [START, ['agent', 'questions', { question: 'Which address?' }]],
  onHold: [START, ['agent', 'holds', { reason: 'Carrier searches', reviewAt: '2026-12-05T09:00:00Z' }]],
  replied: [START, ['service', 'replies', { text: 'Any news?' }]],
  attention: [START, ['agent', 'attention', { reason: 'Threatens to sue' }]],
  resolved: [START, ['agent', 'resolutions', RESOLUTION]],
  closed: [START, ['agent', 'resolutions', RESOLUTION], ['agent', 'confirmations', {}]],
  consulted: [START, CONSULT],
  proposed: [START, ESCALATE, ACCEPT, PROPOSE],
  agreed: [START, ESCALATE, ACCEPT, PROPOSE, ['member:logistics', 'proposals/1/agreement', {}]],
  promised: [START, PROMISE],
  compensationProposed: [START, ESCALATE, ACCEPT, COMPENSATE],
  compensationApproved: [START, ESCALATE, ACCEPT, COMPENSATE, APPROVE],
  compensationExecuting: [
    START,
    ESCALATE,
    ACCEPT,
    COMPENSATE,
    APPROVE,
    ['agent', 'compensations/1/execution', {}],
  ],
  moreTimeAsked: [START, ESCALATE, ACCEPT, ['member:logistics', 'extensions', MORE_TIME]],
  callAsked: [START, CALL],
  rated: [
    START,
    ESCALATE,
    ['member:logistics', 'hand-off-ratings', { score: 4 }],
    ACCEPT,
    ['agent', 'resolutions', RESOLUTION],
    ['agent', 'confirmations', {}],
    ['agent', 'ratings', { score: 1, recommend: 0, comment: 'Late' }],
  ],
  withdrawn: [START, ['agent', 'withdrawals', { reason: 'Found at the neighbour’s' }]],
} as const satisfies Record<string, readonly Step[]>;

export type Situation = keyof typeof SITUATIONS;

/** Whatever gives a client per role. */
export type Asking = Pick<TestApp, 'api'>;

export async function openCase(
  app: Asking,
  who: TokenName = 'agent',
  body: object = OPEN_CASE,
): Promise<string> {
  const answer = await app.api(who).post('/cases', body);
  return String(expectStatus(answer, 201).body.id);
}

/** Opens a case and brings it there. @returns its id */
export async function caseIn(app: Asking, situation: Situation): Promise<string> {
  const id = await openCase(app);
  for (const [who, path, body] of SITUATIONS[situation] as readonly Step[]) {
    expectStatus(await app.api(who).post(`/cases/${id}/${path}`, body), 201);
  }
  return id;
}

/** @throws Error that shows the answer, when its status is another. */
export function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
}
