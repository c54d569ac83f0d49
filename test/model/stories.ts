/**
 * Histories that every later machine must still be able to fold: one per path through the chart that customers
 * really take. Only commands and instants; what they lead to is in `test/golden/journals`.
 */
import type { CaseCommand } from '../../src/domain/events.js';
import { FRONT_LINE } from '../../src/domain/moves/proposals.js';
import { promise, renegotiate } from '../domain/commitment-words.js';
import {
  accept,
  agent,
  approve,
  consult,
  customer,
  escalate,
  execute,
  giveBack,
  lead,
  manager,
  member,
  open,
  propose,
  resolve,
  start,
  T0,
} from '../domain/given.js';

const MINUTE_MS = 60_000;
type Story = readonly (readonly [minutes: number, command: CaseCommand])[];

const reply: CaseCommand = {
  type: 'case.reply',
  actor: customer,
  text: 'Blue',
  channel: 'email',
  messageId: '<1@example>',
  automatic: false,
};
const confirm: CaseCommand = { type: 'case.confirm', actor: customer, comment: 'thanks' };
const ask: CaseCommand = {
  type: 'case.ask',
  actor: agent,
  question: 'Which colour?',
  waitUntilAt: T0 + 3 * 24 * 60 * MINUTE_MS,
};

export const STORIES: Readonly<Record<string, Story>> = {
  'both-levels-to-closed': [
    [0, open],
    [5, start],
    [10, escalate('logistics')],
    [20, accept('logistics')],
    [40, escalate('finance', { actor: member('logistics'), reason: 'needs money' })],
    [50, accept('finance')],
    [90, resolve(member('finance'))],
    [200, confirm],
  ],
  'returned-then-resumed': [
    [0, open],
    [10, escalate('sales')],
    [20, giveBack('sales', 'missingInfo', ['serial'])],
    [30, escalate('sales', { fields: { serial: '17' } })],
    [40, accept('sales')],
    [60, resolve(member('sales'))],
    [70, { type: 'case.reject', actor: customer, reason: 'no' }],
    [80, resolve(member('sales'))],
    [90, confirm],
    [300, { type: 'case.reopen', actor: customer, reason: 'again' }],
    [310, resolve(member('sales'))],
  ],
  'bounced-to-arbitration': [
    [0, { ...open, ownerId: null }],
    [10, escalate('sales')],
    [20, giveBack('sales', 'misrouted')],
    [30, escalate('product')],
    [40, { type: 'case.reroute', actor: lead('product'), department: 'finance', reason: 'money' }],
    [50, { type: 'case.assign', actor: manager, department: 'product', reason: 'theirs' }],
    [60, accept('product')],
    [70, escalate('finance', { actor: member('product') })],
    [80, accept('finance')],
    [90, { type: 'case.handBack', actor: member('finance'), decision: 'half', department: null }],
    [95, { type: 'case.hold', actor: agent, reason: 'carrier', reviewAt: T0 + 200 * MINUTE_MS }],
    [250, { type: 'case.release', actor: agent, reason: null }],
    [260, resolve(agent)],
  ],
  'asked-and-answered': [
    [0, open],
    [10, start],
    [20, ask],
    [90, reply],
    [95, reply],
    [100, { type: 'case.message', actor: agent, text: 'Blue it is' }],
    [110, { type: 'case.note', actor: agent, text: 'ordered' }],
    [120, { type: 'case.prioritize', actor: agent, impact: 'high', urgency: 'medium', reason: 'press' }],
    [130, ask],
    [60 * 24 * 9, { type: 'case.note', actor: agent, text: 'expired by itself' }],
  ],
  'left-to-time': [
    [0, open],
    [60 * 24 * 4, { type: 'case.note', actor: agent, text: 'nobody touched it' }],
    [
      60 * 24 * 4 + 1,
      { type: 'case.decide', actor: manager, decision: 'refuse', solution: 'no', reasons: 'age' },
    ],
    [60 * 24 * 40, { type: 'case.note', actor: agent, text: 'closed and sealed' }],
  ],
  withdrawn: [
    [0, open],
    [5, escalate('sales')],
    [10, { type: 'case.withdraw', actor: customer, reason: 'found it' }],
  ],
  'worked-out-together': [
    [0, open],
    [5, start],
    [10, consult('finance', { blocking: true })],
    [12, consult('logistics', { dueAt: T0 + 90 * MINUTE_MS })],
    [20, ask],
    [40, reply],
    [50, { type: 'case.answerConsult', actor: member('finance'), n: 1, answer: 'yes' }],
    [60 * 3, { type: 'case.declineConsult', actor: manager, n: 2, reason: 'found it' }],
    [
      60 * 3 + 1,
      {
        type: 'case.proposeSolution',
        actor: agent,
        text: 'again, at our cost',
        departments: ['sales', 'finance'],
        actions: [{ text: 'send', department: FRONT_LINE, dueAt: null }],
      },
    ],
    [60 * 3 + 2, { type: 'case.agreeToSolution', actor: member('sales'), n: 1, comment: null }],
    [60 * 3 + 2, { type: 'case.agreeToSolution', actor: member('finance'), n: 1, comment: null }],
    [60 * 3 + 3, resolve(agent)],
    [60 * 3 + 4, { type: 'case.completeAction', actor: agent, n: 1, k: 1, outcome: 'sent' }],
    [60 * 3 + 9, confirm],
  ],
  'promised-and-extended': [
    [0, open],
    [5, start],
    [10, promise(T0 + 5 * 60 * MINUTE_MS)],
    [20, promise(T0 + 6 * 60 * MINUTE_MS, { department: 'sales' })],
    [30, reply],
    [40, reply],
    [60, renegotiate(T0 + 8 * 60 * MINUTE_MS)],
    [
      70,
      {
        type: 'case.requestExtension',
        actor: agent,
        metric: 'resolution',
        untilAt: T0 + 40 * 60 * MINUTE_MS,
        reason: 'carrier',
        tell: 'The carrier is searching.',
      },
    ],
    [80, { type: 'case.grantExtension', actor: manager, n: 1, comment: null }],
    [7 * 60, { type: 'case.keepPromise', actor: agent, n: 1, note: null }],
    [9 * 60, { type: 'case.keepPromise', actor: agent, n: 2, note: 'late' }],
    [9 * 60 + 5, promise(T0 + 5 * 24 * 60 * MINUTE_MS, { actor: manager, despite: true })],
    [9 * 60 + 10, resolve(agent)],
    [9 * 60 + 20, confirm],
    [60 * 24 * 40, { type: 'case.note', actor: agent, text: 'broken, closed and sealed' }],
  ],
  compensated: [
    [0, open],
    [5, start],
    [10, propose(1_000)],
    [20, execute()],
    [30, propose(20_000)],
    [60 * 20, approve(manager, 2)],
    [60 * 20 + 5, execute(2, null, 1_000)],
    [60 * 20 + 6, resolve(agent)],
    [
      60 * 20 + 7,
      {
        type: 'case.settleCompensation',
        actor: { kind: 'service', id: 'payments' },
        n: 2,
        paid: true,
        reference: 'p-2',
        detail: null,
      },
    ],
    [60 * 20 + 8, confirm],
    [60 * 20 + 9, { type: 'case.rate', actor: customer, score: 1, recommend: 2, comment: 'slow' }],
    [60 * 24 * 4, { type: 'case.completeCallback', actor: agent, n: 1, outcome: 'called' }],
  ],
};
