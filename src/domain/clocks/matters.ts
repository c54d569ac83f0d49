/**
 * What is measured side by side: each consult, each approval of a compensation, each promise, by its own number. Reads
 * them out of the case; says when one is still owed and by when. Moves no clock.
 */
import type { Instant } from '../actor.js';
import type { CaseContext, ParallelMetric } from '../case.js';
import type { Compensation, Consult, CustomerPromise } from '../cooperation.js';

export interface Matter {
  readonly metric: ParallelMetric;
  readonly n: number;
  readonly isOpen: boolean;
  /** Ended without being owed any more. */
  readonly isCancelled: boolean;
  /** An instant that was agreed upon; null: by the policies. */
  readonly dueAt: Instant | null;
  /** Whose calendar and agreement apply; null: those towards the customer. */
  readonly department: string | null;
}

/** All of them, those that have ended included. */
export function mattersOf({ consults, compensations, promises }: CaseContext): Matter[] {
  return [...consults.map(ofConsult), ...compensations.map(ofDecision), ...promises.map(ofPromise)];
}

function ofConsult({ n, endedAt, outcome, dueAt, department }: Consult): Matter {
  const isCancelled = outcome === 'cancelled';
  return { metric: 'consult', n, isOpen: endedAt === null, isCancelled, dueAt, department };
}

function ofDecision({ n, state }: Compensation): Matter {
  const isCancelled = state === 'cancelled';
  return { metric: 'decision', n, isOpen: state === 'proposed', isCancelled, dueAt: null, department: null };
}

/** A broken one is owed until it is fulfilled, however late. */
function ofPromise({ n, endedAt, fulfilledAt, dueAt }: CustomerPromise): Matter {
  const isCancelled = fulfilledAt === null;
  return { metric: 'promise', n, isOpen: endedAt === null, isCancelled, dueAt, department: null };
}
