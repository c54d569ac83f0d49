/**
 * Moves about dates: promises to the customer, and more time before a deadline (domain.md §3, row 22).
 */
import type { MoveTable } from './move.js';

export const COMMITMENTS: MoveTable<
  | 'case.promise'
  | 'case.keepPromise'
  | 'case.renegotiatePromise'
  | 'case.cancelPromise'
  | 'case.requestExtension'
  | 'case.grantExtension'
  | 'case.denyExtension'
> = {
  'case.promise': { apply: (context) => ({ ...context }) },
  'case.keepPromise': { apply: (context) => ({ ...context }) },
  'case.renegotiatePromise': { apply: (context) => ({ ...context }) },
  'case.cancelPromise': { apply: (context) => ({ ...context }) },
  'case.requestExtension': { apply: (context) => ({ ...context }) },
  'case.grantExtension': { apply: (context) => ({ ...context }) },
  'case.denyExtension': { apply: (context) => ({ ...context }) },
};
