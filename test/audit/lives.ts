/**
 * The lives that the audit is shown: who does what in each case, step by step. Each travels another part of the chart.
 * Writes nothing.
 */
import type { Actor } from '../../src/domain/actor.js';
import type { CaseCommand } from '../../src/domain/events.js';

export const HOUR_MS = 3_600_000;
/** When every life begins. */
export const START = Date.parse('2026-03-02T08:00:00Z');

export const CASE_IDS = {
  travelled: '00000000-0000-7000-8000-000000000001',
  arbitrated: '00000000-0000-7000-8000-000000000002',
  waiting: '00000000-0000-7000-8000-000000000003',
  resolved: '00000000-0000-7000-8000-000000000004',
  withdrawn: '00000000-0000-7000-8000-000000000005',
  merged: '00000000-0000-7000-8000-000000000006',
  sealed: '00000000-0000-7000-8000-000000000007',
  fresh: '00000000-0000-7000-8000-000000000008',
  decided: '00000000-0000-7000-8000-000000000009',
  promised: '00000000-0000-7000-8000-00000000000a',
  paid: '00000000-0000-7000-8000-00000000000b',
} as const;

const agent: Actor = { kind: 'agent', id: 'anna' };
const manager: Actor = { kind: 'manager', id: 'max' };
const payments: Actor = { kind: 'service', id: 'payments' };
const customer: Actor = { kind: 'customer', id: '00000000-0000-7000-8000-0000000000cc' };
const member = (department: string): Actor => ({ kind: 'member', id: `member-${department}`, department });

export type Payload = Omit<CaseCommand, 'caseId' | 'actor'> & Record<string, unknown>;
/** null: time passes until the next deadline, which then acts. */
export type Step = readonly [Actor, Payload] | null;

const open = {
  type: 'case.open',
  intake: {
    subject: 'Late parcel',
    description: 'It has not come.',
    expectedOutcome: 'Deliver it.',
    category: 'delivery',
    channel: 'phone',
    orderRef: null,
    customerId: customer.id,
    receivedAt: START,
    openedAt: START,
    previousCaseId: null,
  },
  impact: 'medium',
  urgency: 'medium',
  grade: 'standard',
  ownerId: null,
} as const;
const start = { type: 'case.start', agentId: agent.id } as const;
const escalate = (department: string) =>
  ({
    type: 'case.escalate',
    department,
    purpose: 'p',
    expectedOutcome: 'o',
    evidence: ['e'],
    fields: {},
    reason: null,
  }) as const;
const accept = { type: 'case.accept' } as const;
const resolve = { type: 'case.resolve', solution: 's', rootCause: 'c' } as const;
const bounce = {
  type: 'case.return',
  reason: 'misrouted',
  suggestion: null,
  missingFields: [],
  comment: 'c',
} as const;
const ask = { type: 'case.ask', question: 'q', waitUntilAt: null } as const;
const reply = { type: 'case.reply', text: 't', channel: null, messageId: null, automatic: false } as const;
const propose = (amountMinor: number) =>
  ({
    type: 'case.proposeCompensation',
    kind: 'refund',
    amountMinor,
    currency: 'CNY',
    description: 'd',
    reason: 'r',
    grantedMinor: 0,
  }) as const;
const begun: Step[] = [
  [agent, open],
  [agent, start],
];

export const LIVES: Readonly<Record<keyof typeof CASE_IDS, Step[]>> = {
  travelled: [
    ...begun,
    [agent, escalate('logistics')],
    [member('logistics'), accept],
    [member('logistics'), ask],
    [customer, reply],
    [member('logistics'), { type: 'case.hold', reason: 'r', reviewAt: START + 9000 * HOUR_MS }],
    [member('logistics'), { type: 'case.release', reason: null }],
    [member('logistics'), escalate('product')],
    [member('product'), accept],
    [member('product'), { type: 'case.handBack', decision: 'd', department: null }],
    [member('logistics'), resolve],
    [customer, { type: 'case.reject', reason: 'r' }],
    [manager, { type: 'case.handOver', agentId: 'bert', reason: 'r' }],
    [member('logistics'), resolve],
    [customer, { type: 'case.confirm', comment: null }],
    [customer, { type: 'case.reopen', reason: 'r' }],
  ],
  arbitrated: [
    ...begun,
    [agent, escalate('sales')],
    [member('sales'), bounce],
    [agent, escalate('finance')],
    [member('finance'), bounce],
  ],
  waiting: [...begun, [agent, { type: 'case.note', text: 't' }], [agent, ask], null],
  resolved: [...begun, [agent, resolve]],
  withdrawn: [...begun, [agent, escalate('sales')], [customer, { type: 'case.withdraw', reason: 'r' }]],
  merged: [
    ...begun,
    [
      agent,
      { type: 'case.merge', primaryCaseId: CASE_IDS.travelled, primaryState: 'level1.working', reason: 'r' },
    ],
  ],
  sealed: [...begun, [agent, resolve], null, null, null],
  fresh: [[agent, open]],
  decided: [
    ...begun,
    [agent, escalate('sales')],
    [member('sales'), escalate('product')],
    [manager, { type: 'case.decide', decision: 'refuse', solution: 's', reasons: 'r' }],
  ],
  promised: [
    ...begun,
    [
      manager,
      {
        type: 'case.promise',
        text: 't',
        promisedAt: START + 90 * HOUR_MS,
        department: null,
        despite: true,
        openTasks: 0,
      },
    ],
    [agent, { type: 'case.consult', department: 'logistics', question: 'q', blocking: true, dueAt: null }],
    [agent, ask],
    [customer, reply],
    [member('logistics'), { type: 'case.answerConsult', n: 1, answer: 'a' }],
    [agent, resolve],
    [customer, { type: 'case.confirm', comment: null }],
  ],
  paid: [
    ...begun,
    [agent, propose(1_000)],
    [agent, { type: 'case.executeCompensation', n: 1, reference: 'p-1', grantedMinor: 0 }],
    [agent, propose(20_000)],
    [manager, { type: 'case.approveCompensation', n: 2, comment: null, grantedMinor: 1_000 }],
    [agent, { type: 'case.executeCompensation', n: 2, reference: null, grantedMinor: 1_000 }],
    [payments, { type: 'case.settleCompensation', n: 2, paid: true, reference: 'p-2', detail: null }],
  ],
};
