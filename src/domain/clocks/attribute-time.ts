/**
 * Who held the clock: every second of a case between its receipt and its end, attributed to the front line, a
 * department, the customer, a third party, a manager, or to nobody because the house was closed. Derived from what
 * happened; measures no promise.
 */
import { businessSecondsBetween } from '../../calendar/business-seconds.js';
import type { Calendar } from '../../calendar/compile-calendar.js';
import type { Instant } from '../actor.js';
import type { Attempt, CaseContext, StatePath } from '../case.js';
import type { JournalType } from '../events.js';

/** What of a journal entry says who held the case from then on. */
export interface Happened {
  readonly type: JournalType;
  readonly toState: StatePath;
  readonly occurredAt: Instant;
}

export type Holder =
  'frontline' | 'manager' | 'customer' | 'thirdParty' | 'offHours' | `department:${string}`;

export interface Held {
  readonly holder: Holder;
  readonly seconds: number;
}

interface Stretch {
  readonly fromAt: Instant;
  readonly toAt: Instant;
  readonly state: StatePath;
  readonly onHold: boolean;
}

const MS_PER_SECOND = 1000;
/** From these on nobody owes anything: the rest of time belongs to no one. */
const OVER: ReadonlySet<StatePath> = new Set<StatePath>(['closed', 'withdrawn', 'merged']);

/**
 * @param calendar of the front line; what falls outside it is off-hours, whoever had the case.
 * @param until now, for a case that is not over.
 * @returns one row per holder, longest first; the seconds add up to the wall time of the case.
 */
export function attributeTime(
  happened: readonly Happened[],
  context: CaseContext,
  calendar: Calendar,
  until: Instant,
): Held[] {
  const seconds = new Map<Holder, number>();
  const give = (holder: Holder, count: number) => {
    if (count > 0) seconds.set(holder, (seconds.get(holder) ?? 0) + count);
  };
  const attempts = context.escalations.flatMap((record) => record.attempts);
  for (const stretch of stretches(happened, until)) {
    const { fromAt, toAt } = stretch;
    const wall = wholeSeconds(toAt) - wholeSeconds(fromAt);
    const open = Math.min(wall, businessSecondsBetween(calendar, fromAt, toAt));
    give(holderOf(stretch, attempts), open);
    give('offHours', wall - open);
  }
  return [...seconds]
    .map(([holder, count]) => ({ holder, seconds: count }))
    .sort((a, b) => b.seconds - a.seconds);
}

function stretches(happened: readonly Happened[], until: Instant): Stretch[] {
  let onHold = false;
  return happened.flatMap((entry, index) => {
    onHold = holdAfter(onHold, entry, happened[index - 1]);
    const toAt = happened[index + 1]?.occurredAt ?? until;
    return OVER.has(entry.toState) || toAt <= entry.occurredAt
      ? []
      : [{ fromAt: entry.occurredAt, toAt, state: entry.toState, onHold }];
  });
}

/** A hold lasts until it is released or the case moves. */
function holdAfter(onHold: boolean, entry: Happened, before: Happened | undefined): boolean {
  if (entry.type === 'case.held') return true;
  if (entry.type === 'case.released') return false;
  return onHold && entry.toState === before?.toState;
}

function holderOf({ fromAt, state, onHold }: Stretch, attempts: readonly Attempt[]): Holder {
  if (onHold) return 'thirdParty';
  if (state === 'waiting' || state === 'resolved') return 'customer';
  if (state === 'arbitration') return 'manager';
  if (!state.startsWith('level')) return 'frontline';
  const attempt = attempts.find(
    (one) => one.dispatchedAt <= fromAt && (one.endedAt === null || one.endedAt > fromAt),
  );
  return attempt ? `department:${attempt.department}` : 'frontline';
}

function wholeSeconds(instant: Instant): number {
  return Math.floor(instant / MS_PER_SECOND);
}
