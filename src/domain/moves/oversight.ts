/**
 * Moves that change how a case is looked at, not where it lies: opening, owner, priority, grade, attention, flags
 * (domain.md §3, rows 1 and 21). No effect on level or handler.
 */
import type { CaseContext } from '../case.js';
import { priorityOf } from '../priority.js';
import { refusal } from '../refusals.js';
import type { MoveTable, PolicedEvent } from './move.js';

export const OVERSIGHT: MoveTable<
  | 'case.open'
  | 'case.handOver'
  | 'case.prioritize'
  | 'case.regrade'
  | 'case.raiseAttention'
  | 'case.clearAttention'
  | 'case.flag'
> = {
  'case.open': {
    apply: (context, event) => ({
      ...context,
      ownerId: event.ownerId,
      impact: event.impact,
      urgency: event.urgency,
      grade: event.grade,
      priority: priorityOf(event.impact, event.urgency, event.grade),
      lastUpdateAt: event.at,
    }),
  },

  'case.handOver': {
    refuse: (context, event) =>
      event.agentId === context.ownerId ? refusal('same-owner', ['/agentId']) : null,
    apply: (context, event) => ({ ...context, ownerId: event.agentId }),
  },

  'case.prioritize': {
    refuse: (context, { impact, urgency }) =>
      impact === context.impact && urgency === context.urgency ? refusal('unchanged') : null,
    apply: (context, { impact, urgency }) => ({
      ...context,
      impact,
      urgency,
      priority: priorityOf(impact, urgency, context.grade),
    }),
  },

  'case.regrade': {
    refuse: (context, { grade }) => (grade === context.grade ? refusal('unchanged', ['/grade']) : null),
    apply: (context, { grade }) => ({
      ...context,
      grade,
      priority: priorityOf(context.impact, context.urgency, grade),
    }),
  },

  'case.raiseAttention': {
    blocked: (context) => (context.attention ? refusal('attention-already-raised') : null),
    refuse: (context, { actor }) =>
      actor.kind === 'customer' && context.attentionAskedInCycle === context.cycle
        ? refusal('attention-used-in-cycle')
        : null,
    apply: (context, event) => ({
      ...context,
      attention: { reason: event.reason, by: event.actor.id, byKind: event.actor.kind, at: event.at },
      attentionAskedInCycle: event.actor.kind === 'customer' ? context.cycle : context.attentionAskedInCycle,
    }),
  },

  'case.clearAttention': {
    blocked: (context) => (context.attention ? null : refusal('attention-not-raised')),
    apply: (context) => ({ ...context, attention: null }),
  },

  'case.flag': {
    refuse: (context, { flag, on }) => (context[flag] === on ? refusal('unchanged', ['/flag']) : null),
    apply: (context, event) => ({
      ...context,
      [event.flag]: event.on,
      attention: context.attention ?? (callsManager(context, event) ? attentionFor(event) : null),
    }),
  },
};

/** A case that may go public, or in which staff must be protected, is a manager's to look at (E6, C4). */
function callsManager({ closedAt }: CaseContext, { flag, on }: PolicedEvent<'case.flag'>): boolean {
  return on && flag !== 'needsTriage' && closedAt === null;
}

function attentionFor({ flag, actor, at }: PolicedEvent<'case.flag'>): CaseContext['attention'] {
  return { reason: `marked as ${flag}`, by: actor.id, byKind: actor.kind, at };
}

/** The context before anything happened: what the machine's `new` state holds. */
export const BLANK_CONTEXT: CaseContext = {
  level: 0,
  maxLevelReached: 0,
  ownerId: null,
  handler: null,
  impact: 'medium',
  urgency: 'medium',
  grade: 'standard',
  priority: 'P3',
  cycle: 1,
  escalations: [],
  bounces: { 1: 0, 2: 0 },
  reroutes: 0,
  returned: null,
  waiting: null,
  hold: null,
  resolution: null,
  closedAt: null,
  closedBecause: null,
  reopenUntilAt: null,
  sealed: false,
  rejections: 0,
  reopenings: 0,
  attention: null,
  attentionAskedInCycle: 0,
  arbitrations: 0,
  needsTriage: false,
  finalDecisionRequired: false,
  reputationRisk: false,
  abuse: false,
  chases: 0,
  lastCustomerMessageAt: null,
  mergedInto: null,
  absorbed: [],
  linkGeneration: 1,
  lastUpdateAt: 0,
  lastEventAt: 0,
  consults: [],
  proposals: [],
  promises: [],
  compensations: [],
  extensions: [],
  callbacks: [],
  ratings: [],
  handOffRatings: [],
  clocks: [],
};
