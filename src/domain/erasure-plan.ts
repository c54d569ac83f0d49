/**
 * Every field of a case, and what becomes of it once its person is forgotten. A field without a line here does not
 * compile, and a stored one that nobody knows is erased. Knows no transition.
 */
import type { CaseContext, Intake } from './case.js';

/** What stands where a person's words or name stood. */
export const ERASED = '[erased]';

/**
 * kept: says nothing of a person · text: somebody wrote it · actor: an id of ours, unless it is an address · cause:
 * staff's classification, kept while it names nobody, because reports count by it.
 */
type Rule = 'kept' | 'text' | 'actor' | 'cause';
type Plan<T> = { readonly [K in keyof T]-?: Rule | Inner<NonNullable<T[K]>> };
type Inner<T> = T extends readonly (infer One)[]
  ? One extends object
    ? Plan<One>
    : never
  : T extends object
    ? Plan<T>
    : never;

export const INTAKE: Plan<Intake> = {
  subject: 'text',
  description: 'text',
  expectedOutcome: 'text',
  category: 'kept',
  channel: 'kept',
  orderRef: 'text',
  customerId: 'kept',
  receivedAt: 'kept',
  openedAt: 'kept',
  previousCaseId: 'kept',
};

export const CONTEXT: Plan<CaseContext> = {
  level: 'kept',
  maxLevelReached: 'kept',
  ownerId: 'kept',
  handler: 'kept',
  impact: 'kept',
  urgency: 'kept',
  grade: 'kept',
  priority: 'kept',
  cycle: 'kept',
  escalations: {
    level: 'kept',
    purpose: 'text',
    expectedOutcome: 'text',
    evidence: 'text',
    fields: 'text',
    reason: 'text',
    by: 'actor',
    at: 'kept',
    binding: 'kept',
    attempts: 'kept',
  },
  bounces: 'kept',
  reroutes: 'kept',
  returned: {
    fromLevel: 'kept',
    reason: 'kept',
    missingFields: 'text',
    suggestion: 'text',
    comment: 'text',
  },
  waiting: {
    resumeTo: 'kept',
    question: 'text',
    askedBy: 'actor',
    since: 'kept',
    remindAt: 'kept',
    expireAt: 'kept',
  },
  hold: { reason: 'text', since: 'kept', reviewAt: 'kept', reviewDue: 'kept' },
  resolution: {
    kind: 'kept',
    decision: 'kept',
    solution: 'text',
    rootCause: 'cause',
    by: 'actor',
    at: 'kept',
    reworkTo: 'kept',
    remindAt: 'kept',
    closeAt: 'kept',
  },
  closedAt: 'kept',
  closedBecause: 'kept',
  reopenUntilAt: 'kept',
  sealed: 'kept',
  rejections: 'kept',
  reopenings: 'kept',
  attention: { reason: 'text', by: 'actor', byKind: 'kept', at: 'kept' },
  attentionAskedInCycle: 'kept',
  arbitrations: 'kept',
  needsTriage: 'kept',
  finalDecisionRequired: 'kept',
  reputationRisk: 'kept',
  abuse: 'kept',
  chases: 'kept',
  lastCustomerMessageAt: 'kept',
  mergedInto: 'kept',
  absorbed: 'kept',
  linkGeneration: 'kept',
  lastUpdateAt: 'kept',
  lastEventAt: 'kept',
  consults: {
    n: 'kept',
    department: 'kept',
    question: 'text',
    blocking: 'kept',
    askedBy: 'actor',
    askedAt: 'kept',
    dueAt: 'kept',
    assigneeId: 'actor',
    acceptedAt: 'kept',
    endedAt: 'kept',
    outcome: 'kept',
    answer: 'text',
    answeredBy: 'actor',
    withDeputy: 'kept',
  },
  proposals: {
    n: 'kept',
    text: 'text',
    by: 'actor',
    at: 'kept',
    voices: { department: 'kept', agrees: 'kept', by: 'actor', at: 'kept', comment: 'text' },
    actions: {
      k: 'kept',
      text: 'text',
      department: 'kept',
      dueAt: 'kept',
      doneAt: 'kept',
      doneBy: 'actor',
      outcome: 'text',
    },
    state: 'kept',
    settledAt: 'kept',
  },
  promises: {
    n: 'kept',
    text: 'text',
    dueAt: 'kept',
    department: 'kept',
    madeBy: 'actor',
    madeByKind: 'kept',
    madeAt: 'kept',
    concerns: 'kept',
    state: 'kept',
    endedAt: 'kept',
    fulfilledAt: 'kept',
    renegotiations: { fromDueAt: 'kept', at: 'kept', by: 'actor', reason: 'text' },
  },
  compensations: {
    n: 'kept',
    kind: 'kept',
    amountMinor: 'kept',
    currency: 'kept',
    description: 'text',
    reason: 'text',
    proposedBy: 'actor',
    proposedByKind: 'kept',
    proposedAt: 'kept',
    approverRole: 'kept',
    approverDepartment: 'kept',
    state: 'kept',
    decidedBy: 'actor',
    decidedAt: 'kept',
    decisionComment: 'text',
    authority: 'kept',
    executedAt: 'kept',
    reference: 'text',
    assigneeId: 'actor',
    withDeputy: 'kept',
  },
  extensions: {
    n: 'kept',
    metric: 'kept',
    untilAt: 'kept',
    reason: 'text',
    tell: 'text',
    requestedBy: 'actor',
    requestedAt: 'kept',
    state: 'kept',
    decidedBy: 'actor',
    decidedAt: 'kept',
    comment: 'text',
  },
  callbacks: {
    n: 'kept',
    reason: 'kept',
    note: 'text',
    channel: 'kept',
    department: 'kept',
    assigneeId: 'actor',
    askedBy: 'actor',
    askedAt: 'kept',
    dueAt: 'kept',
    overdue: 'kept',
    doneAt: 'kept',
    doneBy: 'actor',
    outcome: 'text',
  },
  ratings: { cycle: 'kept', score: 'kept', recommend: 'kept', comment: 'text', at: 'kept' },
  handOffRatings: {
    level: 'kept',
    attempt: 'kept',
    department: 'kept',
    score: 'kept',
    comment: 'text',
    by: 'actor',
    at: 'kept',
  },
  clocks: 'kept',
  erasedAt: 'kept',
};

const ADDRESS = /^(mailto|tel):|@/;

/** What is left of a value under its plan. @param names whether a text names the person */
export function erased<T extends object>(value: T, plan: Plan<T>, names: (text: string) => boolean): T {
  const kept = Object.entries(value).map(([key, item]) => {
    const rule = Object.hasOwn(plan, key) ? (plan as Record<string, unknown>)[key] : 'text';
    return [key, byRule(item, rule as Rule | Plan<object>, names)];
  });
  return Object.fromEntries(kept) as T;
}

function byRule(value: unknown, rule: Rule | Plan<object>, names: (text: string) => boolean): unknown {
  if (value === null || value === undefined || rule === 'kept') return value;
  if (typeof rule === 'object') {
    return Array.isArray(value)
      ? value.map((one) => erased(one as object, rule, names))
      : erased(value as object, rule, names);
  }
  if (Array.isArray(value)) return value.map(() => ERASED);
  if (typeof value === 'object') return {};
  if (typeof value !== 'string') return ERASED;
  if (rule === 'actor') return ADDRESS.test(value) ? ERASED : value;
  return rule === 'cause' && !names(value) ? value : ERASED;
}
