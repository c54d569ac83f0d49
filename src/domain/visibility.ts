/**
 * How far somebody sees: which cases exist for them at all, as data. Evaluated over a case here and turned into a
 * condition of SQL by the reports, so that a list can never hold what its reader may not open. Knows no action.
 */
import type { Actor } from './actor.js';

export type Visibility =
  | { readonly sees: 'everything' }
  /** What is or was the department's, or was asked of it. */
  | { readonly sees: 'department'; readonly department: string }
  /** The customer's own. */
  | { readonly sees: 'customer'; readonly customerId: string }
  | { readonly sees: 'nothing' };

export const EVERYTHING: Visibility = { sees: 'everything' };
const NOTHING: Visibility = { sees: 'nothing' };

export function visibilityOf({ kind, id, department }: Actor): Visibility {
  switch (kind) {
    case 'member':
    case 'lead':
      return department ? { sees: 'department', department } : NOTHING;
    case 'customer':
      return { sees: 'customer', customerId: id };
    case 'agent':
    case 'manager':
    case 'admin':
    case 'service':
    case 'system':
      return EVERYTHING;
    default:
      // A role that came later and was forgotten here sees nothing.
      return NOTHING;
  }
}

/** What of a case decides for whom it exists. */
export interface Seen {
  readonly customerId: string;
  /** Every department that it is or was with, or that was asked to help. */
  readonly departments: readonly string[];
}

export function isVisible(one: Seen, to: Visibility): boolean {
  switch (to.sees) {
    case 'everything':
      return true;
    case 'department':
      return one.departments.includes(to.department);
    case 'customer':
      return one.customerId === to.customerId;
    case 'nothing':
      return false;
  }
}
