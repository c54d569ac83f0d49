/**
 * A finite alphabet of commands that covers every event type and every branch of a guard, and the fingerprint under
 * which two cases count as the same place in the graph. For walking the machine exhaustively.
 */
import type { Actor } from '../../src/domain/actor.js';
import type { Case } from '../../src/domain/case.js';
import { DECISIONS, RETURN_REASONS } from '../../src/domain/case.js';
import { SYSTEM } from '../../src/domain/deadlines.js';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Policies } from '../../src/domain/policies.js';
import {
  agent,
  CASE_ID,
  customer,
  DAY_MS,
  escalate,
  manager,
  open,
  OTHER_ID,
  TARGETED,
  T0,
} from '../domain/given.js';
import { matterCommands, openMatter } from './matter-alphabet.js';

const staff = (kind: Actor['kind'], department: string): Actor => ({
  kind,
  id: `${kind}-${department}`,
  department,
});

/** The widest rules: level 2 directly allowed, so that every edge can be taken; a low cap, so that it is met. */
export const WIDEST: Policies = {
  ...TARGETED,
  playbook: { ...TARGETED.playbook, directLevel2: true },
  lifecycle: { ...TARGETED.lifecycle, reroutesPerCase: 1 },
};

/** The handling department acts for itself, so that places that differ only in its name are one place. */
export function alphabet(current: Case | null): CaseCommand[] {
  const handling = current?.context.handler?.department ?? 'sales';
  const other = handling === 'sales' ? 'finance' : 'sales';
  const inside = staff('member', handling);
  const outside = staff('member', other);
  const soon = (current?.context.lastEventAt ?? T0) + 2000;
  return [
    ...STATIC,
    { type: 'case.hold', actor: agent, reason: 'carrier', reviewAt: soon },
    { type: 'case.ask', actor: agent, question: '?', waitUntilAt: soon + 1000 * DAY_MS },
    ...departmental(inside),
    ...departmental(outside),
    { type: 'case.reroute', actor: manager, department: other, reason: 'theirs' },
    ...matterCommands(current),
  ];
}

function departmental(actor: Actor): CaseCommand[] {
  return [
    escalate('finance', { actor }),
    { type: 'case.accept', actor },
    ...RETURN_REASONS.map((reason): CaseCommand => ({
      type: 'case.return',
      actor,
      reason,
      suggestion: null,
      missingFields: ['serial'],
      comment: '',
    })),
    { type: 'case.handBack', actor, decision: 'do it', department: null },
    { type: 'case.handBack', actor, decision: 'do it', department: 'sales' },
    { type: 'case.ask', actor, question: '?', waitUntilAt: null },
    { type: 'case.resolve', actor, solution: 's', rootCause: 'r' },
  ];
}

const STATIC: readonly CaseCommand[] = [
  open,
  { ...open, ownerId: null },
  { type: 'case.start', actor: agent, agentId: agent.id },
  { type: 'case.handOver', actor: manager, agentId: 'agent-2', reason: 'leave' },
  escalate('sales'),
  escalate('sales', { actor: SYSTEM }),
  ...([0, 1, 2] as const).map((toLevel) => escalate('sales', { toLevel, fields: { serial: '1' } })),
  { type: 'case.assign', actor: manager, department: null, reason: 'yours' },
  { type: 'case.assign', actor: manager, department: 'sales', reason: 'theirs' },
  { type: 'case.assign', actor: manager, department: 'finance', level: 2, reason: 'theirs' },
  ...DECISIONS.map((decision): CaseCommand => ({
    type: 'case.decide',
    actor: manager,
    decision,
    solution: 's',
    reasons: 'r',
  })),
  { type: 'case.reply', actor: customer, text: 'hello', channel: null, messageId: null, automatic: false },
  { type: 'case.reply', actor: customer, text: 'away', channel: null, messageId: null, automatic: true },
  { type: 'case.cancelWait', actor: agent, reason: null },
  { type: 'case.release', actor: agent, reason: null },
  { type: 'case.message', actor: agent, text: 'soon' },
  { type: 'case.waiveReply', actor: agent, reason: 'thanks only' },
  { type: 'case.rebase', actor: SYSTEM },
  { type: 'case.note', actor: agent, text: 'hm' },
  { type: 'case.resolve', actor: agent, solution: 's', rootCause: 'r' },
  { type: 'case.confirm', actor: customer, comment: null },
  { type: 'case.reject', actor: customer, reason: 'no' },
  { type: 'case.reopen', actor: customer, reason: 'again' },
  { type: 'case.withdraw', actor: customer, reason: 'found' },
  {
    type: 'case.merge',
    actor: agent,
    caseId: CASE_ID,
    primaryCaseId: OTHER_ID,
    primaryState: 'received',
    reason: 'same',
  },
  { type: 'case.absorb', actor: agent, secondaryCaseId: OTHER_ID },
  { type: 'case.prioritize', actor: agent, impact: 'high', urgency: 'high', reason: 'r' },
  { type: 'case.regrade', actor: agent, grade: 'vip', reason: 'r' },
  { type: 'case.raiseAttention', actor: customer, reason: 'please' },
  { type: 'case.raiseAttention', actor: agent, reason: 'please' },
  { type: 'case.clearAttention', actor: manager, reason: 'seen' },
  { type: 'case.flag', actor: agent, flag: 'reputationRisk', on: true, reason: 'press' },
];

/**
 * What of a case decides what may happen next; counters are capped where no rule looks further. While a matter is open
 * beside it, the case's past is left out: it was walked without.
 */
export function fingerprint(current: Case): string {
  const { context, state } = current;
  const matter = openMatter(context);
  if (matter !== null) {
    const { level, waiting, resolution, sealed } = context;
    return JSON.stringify([matter, state, level, waiting?.resumeTo, resolution?.reworkTo, sealed]);
  }
  return JSON.stringify([
    state,
    context.level,
    context.maxLevelReached,
    context.handler?.memberId != null,
    context.escalations.map((record) => [record.level, record.binding]),
    [Math.min(context.bounces[1], 1), Math.min(context.bounces[2], 1)],
    context.reroutes > 0,
    context.returned && [context.returned.fromLevel, context.returned.missingFields.length > 0],
    context.waiting?.resumeTo ?? null,
    context.hold !== null,
    context.resolution?.reworkTo ?? null,
    context.sealed,
    context.ownerId !== null,
  ]);
}
