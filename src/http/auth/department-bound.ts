/** How far a reader sees in lists: the form of `canSee` (domain) that SQL can apply. */
import type { Actor } from '../../domain/actor.js';

/** Bounds the list of a member without a department to nothing: no department has this name. */
const NO_DEPARTMENT = '';

/** @returns the department to which a reader's lists are bound; null for readers who see every case. */
export function departmentBound(actor: Actor): string | null {
  return actor.kind === 'member' || actor.kind === 'lead' ? (actor.department ?? NO_DEPARTMENT) : null;
}
