/**
 * Moves of compensation: proposed, approved within authority, executed once (domain.md §3, row 22).
 */
import type { MoveTable } from './move.js';

export const COMPENSATIONS: MoveTable<
  | 'case.proposeCompensation'
  | 'case.approveCompensation'
  | 'case.rejectCompensation'
  | 'case.executeCompensation'
  | 'case.settleCompensation'
  | 'case.cancelCompensation'
> = {
  'case.proposeCompensation': { apply: (context) => ({ ...context }) },
  'case.approveCompensation': { apply: (context) => ({ ...context }) },
  'case.rejectCompensation': { apply: (context) => ({ ...context }) },
  'case.executeCompensation': { apply: (context) => ({ ...context }) },
  'case.settleCompensation': { apply: (context) => ({ ...context }) },
  'case.cancelCompensation': { apply: (context) => ({ ...context }) },
};
