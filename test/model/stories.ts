/**
 * Histories that every later machine must still be able to fold: one per path through the chart that customers
 * really take. Only commands and instants; what they lead to is in `test/golden/journals`.
 */
import type { CaseCommand } from '../../src/domain/events.js';
import {
  accept,
  agent,
  customer,
  escalate,
  giveBack,
  lead,
  manager,
  member,
  open,
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
};
