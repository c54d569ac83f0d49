/**
 * Moves of the conversation with the customer: question, reply, the wait between them, messages, notes, and the hold
 * for a third party (domain.md §3, rows 14–16, 20a, 23). Knows no channel and no text.
 */
import type { CaseContext, Instant } from '../case.js';
import { workState } from '../escalation-records.js';
import { refusal } from '../refusals.js';
import { resolved } from './outcome.js';
import { type MoveTable, type PolicedEvent, secondsAfter } from './move.js';

export const CONVERSATION: MoveTable<
  | 'case.ask'
  | 'case.reply'
  | 'case.cancelWait'
  | 'case.waiveReply'
  | 'case.remindWaiting'
  | 'case.expireWaiting'
  | 'case.message'
  | 'case.note'
  | 'case.hold'
  | 'case.release'
  | 'case.reviewHold'
> = {
  'case.ask': {
    refuse: (_context, { at, waitUntilAt }) => {
      if (waitUntilAt !== null && waitUntilAt <= at) return refusal('wait-until-in-past', ['/waitUntil']);
      return isTooFar(at, waitUntilAt) ? refusal('too-far-ahead', ['/waitUntil']) : null;
    },
    apply: (context, event) => {
      const { lifecycle } = event.policies;
      const expireAt = event.waitUntilAt ?? secondsAfter(event.at, lifecycle.waitingExpireAfterSeconds);
      const remindAt = lifecycle.waitingRemindAfterSeconds
        .map((seconds) => secondsAfter(event.at, seconds))
        .filter((remind) => remind < expireAt);
      return {
        ...context,
        hold: null,
        waiting: {
          resumeTo: workState(context),
          question: event.question,
          askedBy: event.actor.id,
          since: event.at,
          remindAt,
          expireAt,
        },
      };
    },
  },

  'case.reply': {
    refuse: (context, event) =>
      event.automatic && context.waiting !== null ? refusal('automatic-message') : null,
    apply: (context, event) => ({
      ...context,
      waiting: null,
      chases: context.chases + (isChase(context, event) ? 1 : 0),
      needsTriage: context.needsTriage || context.resolution !== null,
      lastCustomerMessageAt: event.at,
    }),
  },

  'case.cancelWait': {
    apply: (context) => ({ ...context, waiting: null }),
  },

  'case.remindWaiting': {
    refuse: ({ waiting }, event) =>
      waiting?.remindAt[0] !== undefined && waiting.remindAt[0] <= event.at ? null : refusal('not-due'),
    // After an outage several may be due: one reminder stands for them all.
    apply: ({ waiting, ...context }, event) => ({
      ...context,
      waiting: waiting && { ...waiting, remindAt: waiting.remindAt.filter((remind) => remind > event.at) },
    }),
  },

  'case.expireWaiting': {
    refuse: ({ waiting }, event) => (waiting && waiting.expireAt <= event.at ? null : refusal('not-due')),
    apply: (context, event) => {
      const resumeTo = context.waiting?.resumeTo ?? 'frontline.working';
      return {
        ...resolved(context, event, {
          kind: 'noCustomerReply',
          decision: null,
          solution: '',
          rootCause: null,
          reworkTo: resumeTo === 'frontline.returned' ? 'frontline.working' : resumeTo,
        }),
        waiting: null,
      };
    },
  },

  'case.waiveReply': { apply: (context) => ({ ...context }) },
  'case.message': { apply: (context) => ({ ...context }) },
  'case.note': { apply: (context) => ({ ...context }) },

  'case.hold': {
    blocked: (context) => (context.hold ? refusal('already-on-hold') : null),
    refuse: (_context, { at, reviewAt }) => {
      if (reviewAt <= at) return refusal('review-date-in-past', ['/reviewAt']);
      return isTooFar(at, reviewAt) ? refusal('too-far-ahead', ['/reviewAt']) : null;
    },
    apply: (context, event) => ({
      ...context,
      hold: { reason: event.reason, since: event.at, reviewAt: event.reviewAt, reviewDue: false },
    }),
  },

  'case.release': {
    blocked: (context) => (context.hold ? null : refusal('not-on-hold')),
    apply: (context) => ({ ...context, hold: null }),
  },

  'case.reviewHold': {
    refuse: ({ hold }, event) =>
      hold && !hold.reviewDue && hold.reviewAt <= event.at ? null : refusal('not-due'),
    apply: (context, event) => ({
      ...context,
      hold: context.hold && { ...context.hold, reviewDue: true },
      attention: context.attention ?? {
        reason: 'review date of a hold has come',
        by: event.actor.id,
        byKind: event.actor.kind,
        at: event.at,
      },
    }),
  },
};

/** Nobody means to wait for years: a slip of the keyboard must not hide a case for ever (reliability.md E7). */
const AHEAD_SECONDS_MAX = 5 * 366 * 86_400;

function isTooFar(at: Instant, date: Instant | null): boolean {
  return date !== null && date > secondsAfter(at, AHEAD_SECONDS_MAX);
}

/** 催单: the customer asks again before having heard anything since the last message (row 23). */
function isChase(context: CaseContext, event: PolicedEvent<'case.reply'>): boolean {
  const last = context.lastCustomerMessageAt;
  if (last === null || context.waiting !== null || context.lastUpdateAt > last) return false;
  return event.at <= secondsAfter(last, event.policies.lifecycle.chaseWithinSeconds);
}
