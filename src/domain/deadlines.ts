/**
 * The instants at which a case must be acted on, derived from its context alone. Nothing is scheduled or cancelled:
 * a deadline that no longer follows from the case no longer exists (ADR-0002). Knows no calendar and no loop.
 */
import type { Actor, Case, CaseContext, ClockMark, Instant } from './case.js';
import type { CaseEvent } from './events.js';
import type { Deadline, DeadlineKind } from './step-result.js';

export const SYSTEM: Actor = { kind: 'system', id: 'system' };

/** All deadlines that stand, earliest first. */
export function deadlines(current: Pick<Case, 'state' | 'context'>): Deadline[] {
  const { context, state } = current;
  return [...lifecycleDeadlines(state, context), ...clockDeadlines(context)].sort(
    (a, b) => a.dueAt - b.dueAt,
  );
}

/**
 * The event that time asks for now, or null. An expiry that is due outranks the reminders before it: after an outage
 * nobody is reminded of what is over.
 * @param now the database's clock; `at` of the event is never before the case's last event.
 */
export function dueEvent(current: Case, now: Instant): CaseEvent | null {
  const due = deadlines(current).filter((deadline) => deadline.dueAt <= now);
  const next = due.find((one) => !isOvertaken(one, due));
  if (!next) return null;
  const at = Math.max(now, current.context.lastEventAt);
  const { kind, metric, percent, dueAt } = next;
  const base = { at, actor: SYSTEM, dueAt };
  if (metric === null || percent === null) return { ...base, type: EVENTS[kind as LifecycleDeadline] };
  if (kind === 'holding') return { ...base, type: 'case.reassure', metric: 'nextUpdate', percent };
  return { ...base, type: kind === 'warning' ? 'case.warn' : 'case.breach', metric, percent };
}

/** After an outage nobody is reminded of what is over, and of several warnings only the highest is given. */
function isOvertaken(one: Deadline, due: readonly Deadline[]): boolean {
  const overtakes = OVERTAKEN_BY[one.kind];
  return due.some(
    (other) =>
      overtakes?.includes(other.kind) &&
      other.metric === one.metric &&
      (other.percent ?? 1) > (one.percent ?? 0),
  );
}

/** Which later deadline of the same matter makes an earlier one pointless. A breach is never overtaken. */
const OVERTAKEN_BY: Readonly<Partial<Record<DeadlineKind, readonly DeadlineKind[]>>> = {
  waitingReminder: ['waitingExpiry'],
  confirmationReminder: ['confirmationExpiry'],
  warning: ['warning', 'holding', 'breach', 'overrun'],
  holding: ['breach'],
};

type LifecycleDeadline = Exclude<DeadlineKind, ClockMark['kind']>;

const EVENTS = {
  waitingReminder: 'case.remindWaiting',
  waitingExpiry: 'case.expireWaiting',
  holdReview: 'case.reviewHold',
  confirmationReminder: 'case.remindConfirmation',
  confirmationExpiry: 'case.closeUnopposed',
  reopenWindow: 'case.seal',
} as const satisfies Record<LifecycleDeadline, string>;

function* lifecycleDeadlines(state: Case['state'], context: CaseContext): Iterable<Deadline> {
  const { waiting, hold, resolution, reopenUntilAt } = context;
  if (state === 'waiting' && waiting) {
    for (const dueAt of waiting.remindAt) yield deadline('waitingReminder', dueAt);
    yield deadline('waitingExpiry', waiting.expireAt);
  }
  if (hold && !hold.reviewDue) yield deadline('holdReview', hold.reviewAt);
  if (state === 'resolved' && resolution) {
    if (resolution.remindAt !== null) yield deadline('confirmationReminder', resolution.remindAt);
    yield deadline('confirmationExpiry', resolution.closeAt);
  }
  if (state === 'closed' && !context.sealed && reopenUntilAt !== null) {
    yield deadline('reopenWindow', reopenUntilAt);
  }
}

function deadline(kind: LifecycleDeadline, dueAt: Instant): Deadline {
  return { kind, metric: null, percent: null, dueAt };
}

function clockDeadlines(context: CaseContext): Deadline[] {
  return context.clocks
    .filter((clock) => clock.stoppedAt === null)
    .flatMap(({ metric, marks }) =>
      marks.map(({ kind, percent, at }): Deadline => ({ kind, metric, percent, dueAt: at })),
    );
}
