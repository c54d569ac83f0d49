/**
 * Moves around the work itself: who has a task, callbacks, ratings, channels that fail (domain.md §3, rows 18, 21, 22).
 */
import type { MoveTable } from './move.js';

export const AFTERCARE: MoveTable<
  | 'case.rate'
  | 'case.askCallback'
  | 'case.completeCallback'
  | 'case.callbackOverdue'
  | 'case.reportUndeliverable'
  | 'case.assignTask'
  | 'case.acceptTask'
  | 'case.rateHandOff'
> = {
  'case.rate': { apply: (context) => ({ ...context }) },
  'case.askCallback': { apply: (context) => ({ ...context }) },
  'case.completeCallback': { apply: (context) => ({ ...context }) },
  'case.callbackOverdue': { apply: (context) => ({ ...context }) },
  'case.reportUndeliverable': { apply: (context) => ({ ...context }) },
  'case.assignTask': { apply: (context) => ({ ...context }) },
  'case.acceptTask': { apply: (context) => ({ ...context }) },
  'case.rateHandOff': { apply: (context) => ({ ...context }) },
};
