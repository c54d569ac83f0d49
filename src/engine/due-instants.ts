/** When the deadlines of committed steps fall due. Knows no loop. */
import type { Instant } from '../domain/actor.js';
import type { Accepted } from '../domain/step-result.js';

/** @returns Infinity when none of them has a deadline. */
export function earliestDeadline(accepted: readonly Accepted[]): Instant {
  let earliest = Infinity;
  for (const { deadlines } of accepted) {
    for (const { dueAt } of deadlines) earliest = Math.min(earliest, dueAt);
  }
  return earliest;
}
