/**
 * Moves of the conversation with the customer: question, reply, the wait between them, messages, notes, and the hold
 * for a third party (domain.md §3, rows 14–16, 20a, 23). Knows no channel and no text.
 */
import type { CaseContext } from '../case.js';
import { workState } from '../escalation-records.js';
import { refusal } from '../refusals.js';
import { wrongDate } from './asked-date.js';
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
    refuse: (_context, { at, waitUntilAt }) => wrongDate(at, waitUntilAt, 'wait-until-in-past', '/waitUntil'),
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
      ...(isChase(context, event) ? chased(context, event) : context),
      waiting: null,
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
    refuse: (_context, { at, reviewAt }) => wrongDate(at, reviewAt, 'review-date-in-past', '/reviewAt'),
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

/**
 * 催单: the customer asks again before having heard anything since the last message (row 23). After the solution a
 * further word is for triage, whatever it says.
 */
export function isChase(context: CaseContext, event: PolicedEvent<'case.reply'>): boolean {
  const last = context.lastCustomerMessageAt;
  if (event.automatic || last === null || context.waiting !== null || context.resolution !== null)
    return false;
  if (context.lastUpdateAt > last) return false;
  return event.at <= secondsAfter(last, event.policies.lifecycle.chaseWithinSeconds);
}

/** Whoever has to ask that often has waited long enough for a manager to look. */
function chased(context: CaseContext, { at, actor, policies }: PolicedEvent<'case.reply'>): CaseContext {
  const chases = context.chases + 1;
  if (chases < policies.lifecycle.chasesBeforeAttention || context.attention !== null) {
    return { ...context, chases };
  }
  const reason = `the customer asked ${chases} times`;
  return { ...context, chases, attention: { reason, by: actor.id, byKind: actor.kind, at } };
}
