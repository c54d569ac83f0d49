/**
 * How long a customer's link opens its case, and how long a closed case can be reopened. Pure; knows no token and no
 * HTTP. The clock decides, not whether the deadline has been handled yet.
 */
import type { Instant } from '../domain/actor.js';
import type { Case } from '../domain/case.js';

const DAY_MS = 86_400_000;

/** States after which the customer's link has a limited life. A reopened case is none of them, so its link lives. */
type EndState = 'closed' | 'withdrawn' | 'merged';

/**
 * Long enough to look something up or to come back after a holiday; short enough that a mailbox which changes hands
 * years later opens nothing (reliability.md §4, capability links).
 */
export const LINK_LIFE_AFTER_END_MS: Readonly<Record<EndState, number>> = {
  closed: 30 * DAY_MS,
  withdrawn: 30 * DAY_MS,
  merged: 30 * DAY_MS,
};

export type LinkState = 'live' | 'replaced' | 'expired' | 'erased';

/**
 * @param generation what the link says. An older one was replaced on purpose, a newer one cannot be true.
 * @param now epoch milliseconds of the database's clock.
 */
export function linkState(current: Case, generation: number, now: Instant): LinkState {
  if (current.context.erasedAt !== undefined) return 'erased';
  if (generation !== current.context.linkGeneration) return 'replaced';
  const endedAt = caseEndedAt(current);
  if (endedAt === null) return 'live';
  return now < endedAt + LINK_LIFE_AFTER_END_MS[current.state as EndState] ? 'live' : 'expired';
}

/**
 * When the case ended, or null while it is open or still to be confirmed. Notes and the end of the reopen window
 * may come after a closing, so that one has an instant of its own.
 */
export function caseEndedAt(current: Case): Instant | null {
  if (current.state === 'closed') return current.context.closedAt ?? current.context.lastEventAt;
  if (current.state === 'withdrawn' || current.state === 'merged') return current.context.lastEventAt;
  return null;
}

/** Whether a closed case can only be continued by a new one. */
export function reopenWindowIsOver({ state, context }: Case, now: Instant): boolean {
  if (state !== 'closed') return false;
  return context.sealed || (context.reopenUntilAt !== null && context.reopenUntilAt <= now);
}
