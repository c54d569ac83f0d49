/**
 * The instants at which a case must be acted on, derived from its context alone. Nothing is scheduled or cancelled:
 * a deadline that no longer follows from the case no longer exists (ADR-0002). Knows no calendar and no loop.
 */
import type { Actor, Case, CaseContext, Instant } from './case.js';
import type { CaseEvent } from './events.js';
import type { Deadline, DeadlineKind } from './step-result.js';

export const SYSTEM: Actor = { kind: 'system', id: 'system' };

/** All deadlines that stand, earliest first. */
export function deadlines(current: Pick<Case, 'state' | 'context'>): Deadline[] {
  const { context, state } = current;
  return [...lifecycleDeadlines(state, context)].sort((a, b) => a.dueAt - b.dueAt);
}

/**
 * The event that time asks for now, or null. An expiry that is due outranks the reminders before it: after an outage
 * nobody is reminded of what is over.
 * @param now the database's clock; `at` of the event is never before the case's last event.
 */
export function dueEvent(current: Case, now: Instant): CaseEvent | null {
  const due = deadlines(current).filter((deadline) => deadline.dueAt <= now);
  const next = due.find(({ kind }) => !REMINDERS.has(kind)) ?? due[0];
  if (!next) return null;
  const at = Math.max(now, current.context.lastEventAt);
  return { type: EVENTS[next.kind], at, actor: SYSTEM, dueAt: next.dueAt };
}

const REMINDERS: ReadonlySet<DeadlineKind> = new Set<DeadlineKind>([
  'waitingReminder',
  'confirmationReminder',
]);

type LifecycleDeadline = DeadlineKind;

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
  return { kind, metric: null, dueAt };
}
