/** What somebody of the house may be named for: to answer to a customer, or to work on a department's tasks. Pure. */
import type { StaffMember } from '../../directory/staff.js';
import type { StaffRole } from '../../domain/actor.js';

type Person = Pick<StaffMember, 'role' | 'department' | 'active'> | null;

/** The front line: those who answer to customers. */
const OWNER_ROLES: readonly StaffRole[] = ['agent', 'manager', 'admin'];

export function mayOwnCases(person: Person): boolean {
  return person !== null && person.active && OWNER_ROLES.includes(person.role);
}

/** @param department null: the front line. */
export function worksIn(person: Person, department: string | null): boolean {
  if (department === null) return mayOwnCases(person);
  return person !== null && person.active && person.department === department;
}
