/**
 * What a limited answer says of its budgets: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers,
 * structured fields) and `Retry-After`. Pure. What is said is true: who waits that long is served, unless the budget
 * is used from elsewhere meanwhile.
 */
import type { Rate, Verdict, Window } from './budgets.js';

export interface Measured {
  readonly budget: Rate | Window;
  readonly verdict: Verdict;
}

/** `"principal";q=100;w=2`: so many requests, which take so many seconds to be there again. */
export function policyItem(budget: Rate | Window): string {
  const known = POLICIES.get(budget);
  if (known !== undefined) return known;
  const [quota, seconds] =
    'quota' in budget
      ? [budget.quota, budget.windowMs / 1_000]
      : [budget.burst, budget.burst / budget.perSecond];
  const item = `"${budget.name}";q=${quota};w=${Math.max(1, Math.round(seconds))}`;
  POLICIES.set(budget, item);
  return item;
}

/** A budget says the same all its life. */
const POLICIES = new WeakMap<Rate | Window, string>();

/** `"principal";r=99;t=1`: so many more now; in so many seconds all of them. */
export function limitItem({ budget, verdict }: Measured): string {
  return `"${budget.name}";r=${verdict.remaining};t=${wholeSeconds(verdict.wholeInMs)}`;
}

/** Of one who was refused: the longest wait counts. */
export function retryAfterSeconds(measured: readonly Measured[]): number {
  return Math.max(1, ...measured.map(({ verdict }) => wholeSeconds(verdict.waitMs)));
}

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1_000));
}
