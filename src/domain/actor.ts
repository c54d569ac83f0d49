/** Who does something to a case, and when: the two words that everything else in this room is told in. Knows no case. */
import type { Scope } from './scopes.js';

/** Epoch milliseconds, UTC. Names of fields that hold one end in `At`. */
export type Instant = number;

/** Whoever works here, people and systems: those who have credentials of their own. */
export const STAFF_ROLES = ['agent', 'member', 'lead', 'manager', 'admin', 'service'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

export type ActorKind = StaffRole | 'customer' | 'system';

/** Who asks. `department` is set for members and leads only. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string;
  readonly department?: string;
  /** What the credential is narrowed to; absent: it may all that its holder may. */
  readonly scopes?: readonly Scope[];
}
