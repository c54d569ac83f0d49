/**
 * The instants at which a case must be acted on, derived from its context alone. Nothing is scheduled or cancelled:
 * a deadline that no longer follows from the case no longer exists (ADR-0002). Knows no calendar and no loop.
 */
import type { Actor, Instant } from './actor.js';
import type { Case, CaseContext } from './case.js';
import { isParallel } from './clocks/clock-rules.js';
import type { CaseEvent, EventType } from './events.js';
import { sealDueAt } from './moves/outcome.js';
import type { ClockDeadline, Deadline, DeadlineKind, LifecycleDeadline } from './step-result.js';

export const SYSTEM: Actor = { kind: 'system', id: 'system' };

/** All deadlines that stand, earliest first. */
export function deadlines(current: Pick<Case, 'state' | 'context'>): Deadline[] {
  const { context, state } = current;
  if (context.erasedAt !== undefined) return [];
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
  if (next.metric === null) {
    const { kind, dueAt } = next;
    if (kind === 'callbackDue')
      return { type: 'case.callbackOverdue', at, actor: SYSTEM, dueAt, n: next.attempt ?? 0 };
    return { type: EVENTS[kind], at, actor: SYSTEM, dueAt };
  }
  const { kind, metric, percent, attempt } = next;
  const dueAt = MISSES.has(kind) ? next.dueAt - MISSED_AFTER_MS : next.dueAt;
  const mark = { at, actor: SYSTEM, dueAt, percent, ...(attempt === undefined ? {} : { attempt }) };
  if (kind === 'holding') {
    return { ...mark, type: 'case.reassure', metric: metric === 'promise' ? metric : 'nextUpdate' };
  }
  return { ...mark, type: kind === 'warning' ? 'case.warn' : 'case.breach', metric };
}

/** After an outage nobody is reminded of what is over, and of several warnings only the highest is given. */
function isOvertaken(one: Deadline, due: readonly Deadline[]): boolean {
  const overtakes = OVERTAKEN_BY[one.kind];
  return due.some(
    (other) =>
      overtakes?.includes(other.kind) &&
      other.metric === one.metric &&
      other.attempt === one.attempt &&
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

const EVENTS = {
  waitingReminder: 'case.remindWaiting',
  waitingExpiry: 'case.expireWaiting',
  holdReview: 'case.reviewHold',
  confirmationReminder: 'case.remindConfirmation',
  confirmationExpiry: 'case.closeUnopposed',
  reopenWindow: 'case.seal',
} as const satisfies Record<Exclude<LifecycleDeadline['kind'], 'callbackDue'>, EventType>;

const MISSES: ReadonlySet<DeadlineKind> = new Set<DeadlineKind>(['breach', 'overrun']);

/** An answer on the very due instant keeps the promise (met iff stopped by its due time), so a miss comes after it. */
const MISSED_AFTER_MS = 1;

function* lifecycleDeadlines(state: Case['state'], context: CaseContext): Iterable<LifecycleDeadline> {
  const { waiting, hold, resolution } = context;
  if (state === 'waiting' && waiting) {
    for (const dueAt of waiting.remindAt) yield deadline('waitingReminder', dueAt);
    yield deadline('waitingExpiry', waiting.expireAt);
  }
  if (hold && !hold.reviewDue) yield deadline('holdReview', hold.reviewAt);
  if (state === 'resolved' && resolution) {
    if (resolution.remindAt !== null) yield deadline('confirmationReminder', resolution.remindAt);
    yield deadline('confirmationExpiry', resolution.closeAt);
  }
  for (const { n, dueAt, doneAt, overdue } of context.callbacks) {
    if (doneAt === null && !overdue && dueAt !== null) {
      yield { ...deadline('callbackDue', dueAt), attempt: n };
    }
  }
  const sealAt = sealDueAt(context);
  if (state === 'closed' && !context.sealed && sealAt !== null) yield deadline('reopenWindow', sealAt);
}

function deadline(kind: LifecycleDeadline['kind'], dueAt: Instant): LifecycleDeadline {
  return { kind, metric: null, percent: null, dueAt };
}

function clockDeadlines(context: CaseContext): ClockDeadline[] {
  return context.clocks
    .filter((clock) => clock.stoppedAt === null)
    .flatMap(({ metric, attempt, marks }) =>
      marks.map(({ kind, percent, at }): ClockDeadline => ({
        kind,
        metric,
        ...(isParallel(metric) ? { attempt } : {}),
        percent,
        dueAt: MISSES.has(kind) ? at + MISSED_AFTER_MS : at,
      })),
    );
}
