/**
 * What the customer reads of what was promised and granted: a promise's words, date and how it stands; a compensation's
 * description and amount. Pure. Reasons, authors, authority, references and whatever is not decided yet stay inside.
 */
import type { Instant } from '../domain/actor.js';
import type { CaseContext } from '../domain/case.js';
import type { Compensation, CustomerPromise } from '../domain/cooperation.js';
import { displayText } from './display-text.js';
import { formatAmount } from './format-amount.js';
import type { Locale } from '../domain/policies.js';

/** `keptLate`: broken, and made good since. */
export const PROMISE_STANDINGS = ['open', 'kept', 'keptLate', 'broken'] as const;
export type PromiseStanding = (typeof PROMISE_STANDINGS)[number];

export interface PromiseView {
  readonly text: string;
  readonly dueAt: Instant;
  readonly state: PromiseStanding;
}

export const COMPENSATION_STANDINGS = ['approved', 'executed'] as const;
export type CompensationStanding = (typeof COMPENSATION_STANDINGS)[number];

export interface CompensationView {
  readonly description: string;
  /** As the reader's language writes money. */
  readonly amount: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly state: CompensationStanding;
}

/** Oldest first. One that no longer applies is a turn of the timeline, not a promise. */
export function promisesOf({ promises }: Pick<CaseContext, 'promises'>): PromiseView[] {
  return promises.flatMap((promise) => {
    const state = standingOf(promise);
    return state === null ? [] : [{ text: displayText(promise.text), dueAt: promise.dueAt, state }];
  });
}

function standingOf({ state, fulfilledAt }: CustomerPromise): PromiseStanding | null {
  if (state === 'cancelled') return null;
  return state === 'broken' && fulfilledAt !== null ? 'keptLate' : state;
}

/** Until it is executed, what was approved is owed, whatever the payment system says meanwhile. */
const COMPENSATION_STANDING: Readonly<Record<Compensation['state'], CompensationStanding | null>> = {
  proposed: null,
  approved: 'approved',
  executing: 'approved',
  failed: 'approved',
  executed: 'executed',
  rejected: null,
  cancelled: null,
};

/** Oldest first. */
export function compensationsOf(
  { compensations }: Pick<CaseContext, 'compensations'>,
  locale: Locale,
): CompensationView[] {
  return compensations.flatMap(({ description, amountMinor, currency, state: inside }) => {
    const state = COMPENSATION_STANDING[inside];
    if (state === null) return [];
    const amount = formatAmount(amountMinor, currency, locale);
    return [{ description: displayText(description), amount, amountMinor, currency, state }];
  });
}
