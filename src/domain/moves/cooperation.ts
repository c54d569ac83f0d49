/**
 * Moves by which departments work together without the case moving: consults, joint solutions and their action items
 * (domain.md §3, row 22).
 */
import type { MoveTable } from './move.js';

export const COOPERATION: MoveTable<
  | 'case.consult'
  | 'case.answerConsult'
  | 'case.declineConsult'
  | 'case.cancelConsult'
  | 'case.proposeSolution'
  | 'case.agreeToSolution'
  | 'case.objectToSolution'
  | 'case.completeAction'
> = {
  'case.consult': { apply: (context) => ({ ...context }) },
  'case.answerConsult': { apply: (context) => ({ ...context }) },
  'case.declineConsult': { apply: (context) => ({ ...context }) },
  'case.cancelConsult': { apply: (context) => ({ ...context }) },
  'case.proposeSolution': { apply: (context) => ({ ...context }) },
  'case.agreeToSolution': { apply: (context) => ({ ...context }) },
  'case.objectToSolution': { apply: (context) => ({ ...context }) },
  'case.completeAction': { apply: (context) => ({ ...context }) },
};
