/**
 * Moves that end a case or bring it back: resolve, confirm, reject, close unopposed, reopen, withdraw, merge
 * (domain.md §3, rows 17–20). A finished cycle stays as it was; knows nothing of what the customer is told.
 */
import type { Instant } from '../actor.js';
import type { CaseContext, Resolution } from '../case.js';
import type { Compensation } from '../cooperation.js';
import { OPEN_STATES } from '../case.js';
import { endAttempt, resumeWork, reworkState } from '../escalation-records.js';
import { refusal } from '../refusals.js';
import { type MoveTable, type PolicedEvent, secondsAfter } from './move.js';
import {
  endBlocked,
  solutionBlocked,
  withoutMatters,
  withoutQuestions,
  withoutWork,
} from './pending-matters.js';

/**
 * The context of a case for which a solution was found: the attempt ended, nothing asked for any more, the customer has
 * time to object.
 */
export function resolved(
  context: CaseContext,
  event: PolicedEvent,
  found: Omit<Resolution, 'by' | 'at' | 'remindAt' | 'closeAt'>,
): CaseContext {
  const { lifecycle } = event.policies;
  return {
    ...endAttempt(withoutQuestions(context, event), event.at, 'resolved'),
    returned: null,
    resolution: {
      ...found,
      by: event.actor.id,
      at: event.at,
      remindAt: secondsAfter(event.at, lifecycle.confirmationRemindAfterSeconds),
      closeAt: secondsAfter(event.at, lifecycle.confirmationExpireAfterSeconds),
    },
  };
}

export const OUTCOME: MoveTable<
  | 'case.resolve'
  | 'case.confirm'
  | 'case.reject'
  | 'case.remindConfirmation'
  | 'case.closeUnopposed'
  | 'case.reopen'
  | 'case.seal'
  | 'case.withdraw'
  | 'case.merge'
  | 'case.absorb'
> = {
  'case.resolve': {
    blocked: solutionBlocked,
    refuse: ({ compensations }, { compensation }) => {
      const stands = compensations.some(({ n, state }) => n === compensation && STANDING.has(state));
      return compensation === undefined || stands
        ? null
        : refusal('compensation-unknown', ['/compensationId']);
    },
    apply: (context, event) =>
      resolved({ ...context, ownerId: context.ownerId ?? event.actor.id }, event, {
        kind: 'solution',
        decision: null,
        solution: event.solution,
        rootCause: event.rootCause,
        reworkTo: reworkState(context),
      }),
  },

  'case.confirm': { apply: (context, event) => closed(context, event, 'confirmed') },

  'case.closeUnopposed': {
    refuse: ({ resolution }, event) =>
      resolution && resolution.closeAt <= event.at ? null : refusal('not-due'),
    apply: (context, event) => closed(context, event, 'noObjection'),
  },

  'case.remindConfirmation': {
    refuse: ({ resolution }, event) =>
      resolution?.remindAt && resolution.remindAt <= event.at ? null : refusal('not-due'),
    apply: (context) => ({
      ...context,
      resolution: context.resolution && { ...context.resolution, remindAt: null },
    }),
  },

  'case.reject': {
    apply: (context, event) => ({
      ...backToWork(context, event),
      rejections: context.rejections + 1,
    }),
  },

  'case.reopen': {
    blocked: (context, at) =>
      context.sealed || (context.reopenUntilAt !== null && context.reopenUntilAt <= at)
        ? refusal('reopen-window-over')
        : null,
    refuse: ({ reopenings }, { actor, policies }) =>
      actor.kind === 'customer' && reopenings >= policies.lifecycle.reopeningsPerCase
        ? refusal('reopen-limit-reached')
        : null,
    apply: (context, event) => {
      const reopenings = context.reopenings + 1;
      const oftenEnough = reopenings >= event.policies.lifecycle.reopeningsBeforeAttention;
      const { id: by, kind: byKind } = event.actor;
      return {
        ...backToWork(context, event),
        cycle: context.cycle + 1,
        reopenings,
        chases: 0,
        closedAt: null,
        closedBecause: null,
        reopenUntilAt: null,
        attention:
          context.attention ??
          (oftenEnough ? { reason: `reopened ${reopenings} times`, by, byKind, at: event.at } : null),
      };
    },
  },

  'case.seal': {
    refuse: (context, event) => {
      const sealAt = sealDueAt(context);
      return sealAt !== null && sealAt <= event.at ? null : refusal('not-due');
    },
    apply: (context, event) => ({ ...withoutWork(context, event), sealed: true }),
  },

  'case.withdraw': {
    blocked: endBlocked,
    apply: (context, event) => ({ ...endedUnsolved(context, event), ...NOTHING_PENDING }),
  },

  'case.merge': {
    blocked: endBlocked,
    refuse: (_context, event) => {
      if (event.primaryCaseId === event.caseId) return refusal('merge-into-itself', ['/primaryCaseId']);
      return OPEN_STATES.has(event.primaryState) ? null : refusal('primary-not-open', ['/primaryCaseId']);
    },
    apply: (context, event) => ({
      ...endedUnsolved(context, event),
      ...NOTHING_PENDING,
      mergedInto: event.primaryCaseId,
    }),
  },

  'case.absorb': {
    apply: (context, event) => ({ ...context, absorbed: [...context.absorbed, event.secondaryCaseId] }),
  },
};

/** A compensation that may be part of a solution: granted, whether or not it was paid already. */
const STANDING: ReadonlySet<Compensation['state']> = new Set<Compensation['state']>([
  'approved',
  'executing',
  'executed',
  'failed',
]);

/**
 * When a closed case ends for good: after its reopen window, and not before every promise and callback had its day.
 * @returns null for a case that is not closed.
 */
export function sealDueAt({ reopenUntilAt, promises, callbacks }: CaseContext): Instant | null {
  if (reopenUntilAt === null) return null;
  const owed = promises.filter(({ state }) => state === 'open').map(({ dueAt }) => dueAt);
  const asked = callbacks.filter(({ doneAt }) => doneAt === null).map(({ dueAt }) => dueAt ?? 0);
  // A second later: what is missed by then was noticed before.
  const latest = secondsAfter(Math.max(0, ...owed, ...asked), 1);
  return Math.max(reopenUntilAt, latest);
}

function endedUnsolved(context: CaseContext, event: PolicedEvent): CaseContext {
  return endAttempt(withoutMatters(context, event), event.at, 'withdrawn');
}

/** An ended case owes nobody anything. */
const NOTHING_PENDING = {
  waiting: null,
  returned: null,
  attention: null,
  finalDecisionRequired: false,
} as const;

function closed(
  context: CaseContext,
  event: PolicedEvent,
  closedBecause: 'confirmed' | 'noObjection',
): CaseContext {
  return {
    ...context,
    closedAt: event.at,
    closedBecause,
    reopenUntilAt: secondsAfter(event.at, event.policies.lifecycle.reopenWindowSeconds),
    attention: null,
  };
}

/** Same level, same department, a further attempt: levels that were used stay used. */
function backToWork(context: CaseContext, event: PolicedEvent): CaseContext {
  const state = context.resolution?.reworkTo ?? 'frontline.working';
  const back = { ...context, resolution: null, needsTriage: false };
  return resumeWork(back, event.at, event.actor.id, state);
}
