/**
 * Moves around the work itself: who has a task, callbacks, ratings, channels that fail (domain.md §3, rows 18, 21,
 * 22). Knows no inbox and no channel.
 */
import {
  assignableTask,
  hasAssignableTask,
  mayNotAccept,
  mayNotAssign,
  notTheirs,
} from '../assignable-tasks.js';
import type { Instant } from '../actor.js';
import type { CaseContext } from '../case.js';
import type { Callback } from '../cooperation.js';
import { openAttempt } from '../escalation-records.js';
import { refusal, type Refusal } from '../refusals.js';
import { wrongDate } from './asked-date.js';
import { isFull, tooMany } from './matter-limits.js';
import { type MoveTable, type PolicedEvent, secondsAfter } from './move.js';
import { unknownDepartment } from './movement.js';

const noMoreCallbacks = tooMany('callbacks');

/** Also tells, once the call was made, that the manager need not look any more. */
const CALLBACK_OVERDUE = 'a callback is overdue';

export const AFTERCARE: MoveTable<
  | 'case.rate'
  | 'case.askCallback'
  | 'case.completeCallback'
  | 'case.callbackOverdue'
  | 'case.reportUndeliverable'
  | 'case.assignTask'
  | 'case.acceptTask'
  | 'case.rateHandOff'
> = {
  'case.rate': {
    blocked: (context) =>
      sealed(context) ??
      (context.ratings.some(({ cycle }) => cycle === context.cycle) ? refusal('already-rated') : null),
    apply: (context, event) => {
      const { at, actor, score, recommend, comment } = event;
      const { cycle } = context;
      const rated = { ...context, ratings: [...context.ratings, { cycle, score, recommend, comment, at }] };
      const isLow = score <= event.policies.lifecycle.lowScoreAtMost;
      // The customer's word counts, even where one call more would be one too many.
      if (!isLow || isFull(context, 'callbacks')) return rated;
      return withCallback(rated, {
        reason: 'lowRating',
        note: comment ?? '',
        askedBy: actor.id,
        askedAt: at,
        dueAt: usualDueAt(event),
      });
    },
  },

  'case.askCallback': {
    blocked: (context) => sealed(context) ?? noMoreCallbacks(context),
    refuse: (_context, { at, department, dueAt, policies }) =>
      (department === null ? null : unknownDepartment(department, policies)) ??
      wrongDate(at, dueAt, 'due-in-past', '/dueAt'),
    apply: (context, event) =>
      withCallback(context, {
        reason: event.reason,
        note: event.note,
        department: event.department,
        askedBy: event.actor.id,
        askedAt: event.at,
        dueAt: event.dueAt ?? usualDueAt(event),
      }),
  },

  'case.completeCallback': {
    blocked: ({ callbacks }) => (callbacks.some(isOpen) ? null : refusal('callback-unknown')),
    refuse: (context, { n, actor }) => {
      const task = assignableTask(context, `callback-${n}`);
      if (!task) return refusal('callback-unknown');
      // The front line answers for the case, whoever was to call.
      if (actor.kind === 'agent') return null;
      const isAnothers = task.assigneeId !== null && task.assigneeId !== actor.id;
      return notTheirs(task, actor) ?? (actor.kind === 'member' && isAnothers ? refusal('task-taken') : null);
    },
    apply: (context, { n, at, actor, outcome }) => {
      const done = changed(context, n, { doneAt: at, doneBy: actor.id, outcome });
      const others = done.callbacks.some((one) => isOpen(one) && one.overdue);
      const settled = done.attention?.reason === CALLBACK_OVERDUE && !others;
      return settled ? { ...done, attention: null } : done;
    },
  },

  'case.callbackOverdue': {
    refuse: ({ callbacks }, { n, at }) => {
      const one = callbacks.find((each) => each.n === n);
      const isDue = one && isOpen(one) && !one.overdue && one.dueAt !== null && one.dueAt <= at;
      return isDue ? null : refusal('not-due');
    },
    apply: (context, { n, at, actor }) => ({
      ...changed(context, n, { overdue: true }),
      attention: context.attention ?? {
        reason: CALLBACK_OVERDUE,
        by: actor.id,
        byKind: actor.kind,
        at,
      },
    }),
  },

  'case.reportUndeliverable': {
    blocked: (context) => sealed(context) ?? noMoreCallbacks(context),
    refuse: ({ callbacks }, { channel }) =>
      callbacks.some((one) => isOpen(one) && one.reason === 'undeliverable' && one.channel === channel)
        ? refusal('unchanged')
        : null,
    apply: (context, event) =>
      withCallback(context, {
        reason: 'undeliverable',
        note: event.detail,
        channel: event.channel,
        askedBy: event.actor.id,
        askedAt: event.at,
        dueAt: usualDueAt(event),
      }),
  },

  'case.assignTask': {
    blocked: (context) => (hasAssignableTask(context) ? null : refusal('task-unknown')),
    refuse: (context, { task: key, actor, assigneeId }) => {
      const task = assignableTask(context, key);
      if (!task) return refusal('task-unknown', ['/task']);
      return mayNotAssign(task, actor, assigneeId) ?? unchangedBy(task.assigneeId === assigneeId);
    },
    apply: (context, { task, at, actor, assigneeId }) =>
      assignableTask(context, task)?.assignedTo(assigneeId, assigneeId === actor.id ? at : null) ?? context,
  },

  'case.acceptTask': {
    blocked: (context) => (hasAssignableTask(context) ? null : refusal('task-unknown')),
    refuse: (context, { task: key, actor }) => {
      const task = assignableTask(context, key);
      if (!task || task.acceptance === 'none') return refusal('task-unknown', ['/task']);
      return mayNotAccept(task, actor);
    },
    apply: (context, { task, at, actor }) =>
      assignableTask(context, task)?.assignedTo(actor.id, at) ?? context,
  },

  'case.rateHandOff': {
    blocked: (context) => {
      const attempt = openAttempt(context);
      if (!attempt) return refusal('nothing-to-rate');
      const rated = context.handOffRatings.some(
        (one) => one.level === context.level && one.attempt === attempt.n,
      );
      return rated ? refusal('already-rated') : null;
    },
    apply: (context, { at, actor, score, comment }) => {
      const attempt = openAttempt(context);
      if (!attempt || context.level === 0) return context;
      const { level } = context;
      const rating = { level, attempt: attempt.n, department: attempt.department, score, comment };
      return { ...context, handOffRatings: [...context.handOffRatings, { ...rating, by: actor.id, at }] };
    },
  },
};

/** Nothing moves a case any more whose reopen window is over: what is asked of it now, nobody would be reminded of. */
function sealed(context: CaseContext): Refusal | null {
  return context.sealed ? refusal('case-final') : null;
}

type Asked = Pick<Callback, 'reason' | 'note' | 'askedBy' | 'askedAt' | 'dueAt'> &
  Partial<Pick<Callback, 'department' | 'channel'>>;

/** Without a department it is the owner's, whoever that is when it is made. */
function withCallback(context: CaseContext, asked: Asked): CaseContext {
  const callback: Callback = {
    n: context.callbacks.length + 1,
    department: null,
    channel: null,
    assigneeId: null,
    overdue: false,
    doneAt: null,
    doneBy: null,
    outcome: null,
    ...asked,
  };
  return { ...context, callbacks: [...context.callbacks, callback] };
}

function changed(context: CaseContext, n: number, change: Partial<Callback>): CaseContext {
  const callbacks = context.callbacks.map((one) => (one.n === n ? { ...one, ...change } : one));
  return { ...context, callbacks };
}

function isOpen({ doneAt }: Callback): boolean {
  return doneAt === null;
}

function usualDueAt({ at, policies }: PolicedEvent): Instant {
  return secondsAfter(at, policies.lifecycle.callbackWithinSeconds);
}

function unchangedBy(same: boolean): Refusal | null {
  return same ? refusal('unchanged', ['/assigneeId']) : null;
}
