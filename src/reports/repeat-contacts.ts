/**
 * Whether a customer had to come again (A4, E3), and whether two cases are about the same thing. Pure, over the cases
 * that `customer-view.ts` reads; decides nothing: a person merges.
 */
import type { Instant } from '../domain/actor.js';
import { OPEN_STATES } from '../domain/case.js';
import type { CustomerCase } from './customer-view.js';

const DAY_MS = 86_400_000;
/** A contact within this span of an earlier one counts as a repeated one. */
export const REPEAT_DAYS = 90;
const REPEAT_MS = REPEAT_DAYS * DAY_MS;

export interface RepeatContact {
  /** Other cases opened within the 90 days before this one. */
  readonly count90Days: number;
  /** The one opened last. */
  readonly lastCaseId: string;
}

/** null when the customer came for the first time in 90 days. */
export function repeatContact(
  { id, openedAt }: Pick<CustomerCase, 'id' | 'openedAt'>,
  cases: readonly CustomerCase[],
): RepeatContact | null {
  const earlier = cases
    .filter((one) => isBefore(one, { id, openedAt }) && one.openedAt > openedAt - REPEAT_MS)
    .sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1));
  return earlier[0] ? { count90Days: earlier.length, lastCaseId: earlier[0].id } : null;
}

/** Ids are UUIDv7: of two cases of one instant, the lower id was opened first. */
function isBefore(one: Pick<CustomerCase, 'id' | 'openedAt'>, other: Pick<CustomerCase, 'id' | 'openedAt'>) {
  return one.openedAt < other.openedAt || (one.openedAt === other.openedAt && one.id < other.id);
}

/** How many of the cases of the last 90 days followed another one within 90 days. @param now epoch ms */
export function repeatsSince(cases: readonly CustomerCase[], now: Instant): number {
  return cases.filter((one) => one.openedAt > now - REPEAT_MS && repeatContact(one, cases) !== null).length;
}

export interface PossibleDuplicate {
  readonly id: string;
  readonly number: string;
  readonly why: 'sameOrder' | 'sameCategory';
}

/** Other open cases of the customer about the same order, or of the same category; the same order says more. */
export function possibleDuplicates(
  current: Pick<CustomerCase, 'id' | 'orderRef' | 'category'>,
  cases: readonly CustomerCase[],
): PossibleDuplicate[] {
  const others = cases.filter(({ id, state }) => id !== current.id && OPEN_STATES.has(state));
  const isSameOrder = (one: CustomerCase) => current.orderRef !== null && one.orderRef === current.orderRef;
  const sameOrder = others.filter(isSameOrder);
  const sameCategory = others.filter((one) => !isSameOrder(one) && one.category === current.category);
  return [
    ...sameOrder.map(({ id, number }) => ({ id, number, why: 'sameOrder' as const })),
    ...sameCategory.map(({ id, number }) => ({ id, number, why: 'sameCategory' as const })),
  ];
}
