/**
 * How many matters a case may hold of each kind, those that have ended included: every step reads and writes all of
 * them, so a caller in a loop must not make a case heavier without end. Knows no matter's own rules.
 */
import type { CaseContext } from '../case.js';
import { type Refusal, refusal } from '../refusals.js';

const AT_MOST = {
  consults: 50,
  proposals: 20,
  promises: 50,
  compensations: 50,
  callbacks: 50,
} as const satisfies Partial<Record<keyof CaseContext, number>>;

export function isFull(context: CaseContext, list: keyof typeof AT_MOST): boolean {
  return context[list].length >= AT_MOST[list];
}

/** The refusal of one more. */
export function tooMany(list: keyof typeof AT_MOST): (context: CaseContext) => Refusal | null {
  return (context) => (isFull(context, list) ? refusal('too-many') : null);
}
