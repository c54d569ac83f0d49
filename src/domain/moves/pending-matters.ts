/**
 * What is still under way beside the case itself, and what becomes of it when the case is solved or ends: consults,
 * proposals, promises, compensations, callbacks. Tasks, clocks and deadlines follow by themselves.
 */
import type { Instant } from '../actor.js';
import type { CaseContext } from '../case.js';
import type { Compensation, CustomerPromise } from '../cooperation.js';
import { type Refusal, refusal } from '../refusals.js';
import type { PolicedEvent } from './move.js';

/** What keeps a solution back: a blocking consult, an approval that is awaited, a promise overdue (row 17). */
export function solutionBlocked(context: CaseContext, at: Instant): Refusal | null {
  if (context.consults.some((one) => one.blocking && one.endedAt === null)) return refusal('consult-open');
  if (context.promises.some((one) => isOwed(one) && one.dueAt <= at)) return refusal('promise-open');
  return approvalAwaited(context);
}

/** A proposal that nobody has decided yet would be lost with the solution. */
export function approvalAwaited({ compensations }: CaseContext): Refusal | null {
  return compensations.some(({ state }) => state === 'proposed') ? refusal('compensation-open') : null;
}

/** What was paid, or is being paid, cannot be undone by ending the case (row 20). */
export function endBlocked({ compensations }: CaseContext): Refusal | null {
  const paid = compensations.some(({ state }) => state === 'executing' || state === 'executed');
  return paid ? refusal('compensation-paid') : null;
}

/** A promise is owed until it was fulfilled or cancelled; a broken one too. */
export function isOwed({ endedAt }: CustomerPromise): boolean {
  return endedAt === null;
}

/** The solution is found: nobody's advice, agreement or approval is awaited any more. Promises stand. */
export function withoutQuestions(context: CaseContext, { at }: Pick<PolicedEvent, 'at'>): CaseContext {
  return {
    ...context,
    consults: changed(
      context.consults,
      ({ endedAt }) => endedAt === null,
      (one) => ({ ...one, endedAt: at, outcome: 'cancelled' }),
    ),
    proposals: changed(context.proposals, inState('open'), (one) => ({
      ...one,
      state: 'cancelled',
      settledAt: at,
    })),
    compensations: changed(context.compensations, inState('proposed'), cancelled),
  };
}

/** The case ends for good: nothing is owed and nothing is to be done any more. What was approved may still be paid. */
export function withoutWork(context: CaseContext, event: Pick<PolicedEvent, 'at' | 'actor'>): CaseContext {
  const left = withoutQuestions(context, event);
  const { at, actor } = event;
  return {
    ...left,
    proposals: changed(left.proposals, inState('agreed'), (one) => ({ ...one, state: 'cancelled' })),
    promises: changed(left.promises, isOwed, (one) => cancelledPromise(one, at)),
    callbacks: changed(
      left.callbacks,
      ({ doneAt }) => doneAt === null,
      (one) => ({ ...one, doneAt: at, doneBy: actor.id }),
    ),
  };
}

/** The case ends without a solution: what was approved for it falls away, too. */
export function withoutMatters(context: CaseContext, event: PolicedEvent): CaseContext {
  const left = withoutWork(context, event);
  return {
    ...left,
    compensations: changed(left.compensations, inState('approved', 'failed'), cancelled),
  };
}

/** A promise that was broken stays broken: ending it whitewashes nothing. */
export function cancelledPromise(promise: CustomerPromise, at: Instant): CustomerPromise {
  const isBroken = promise.state === 'broken' || at > promise.dueAt;
  return { ...promise, state: isBroken ? 'broken' : 'cancelled', endedAt: at };
}

function cancelled(one: Compensation): Compensation {
  return { ...one, state: 'cancelled' };
}

function inState(...states: readonly string[]): (one: { readonly state: string }) => boolean {
  return ({ state }) => states.includes(state);
}

/** The same list when nothing in it changes. */
function changed<T>(list: readonly T[], which: (one: T) => boolean, to: (one: T) => T): readonly T[] {
  return list.some(which) ? list.map((one) => (which(one) ? to(one) : one)) : list;
}
