/**
 * What every kind of configuration must state about itself. The kinds themselves stand in files of their own, the
 * table of them in `configuration-kinds.ts`.
 */
import type { CalendarDefinition } from '../calendar/calendar-definition.js';
import type { Instant } from '../domain/actor.js';
import type { Department, SlaPolicy } from '../domain/policies.js';
import type { Problem } from './checks.js';
import type { StaffMember } from './staff.js';

/** What is configured when a body is checked, newest versions by key: bodies refer to one another. */
export interface ConfiguredNow {
  /** The database's clock. */
  readonly at: Instant;
  readonly departments: ReadonlyMap<string, Pick<Department, 'calendar' | 'ola'>>;
  readonly calendars: ReadonlyMap<string, CalendarDefinition>;
  readonly slaPolicies: ReadonlyMap<string, Pick<SlaPolicy, 'calendar' | 'targets'>>;
  /** By id; those who have left included. */
  readonly staff: ReadonlyMap<string, Pick<StaffMember, 'role' | 'department' | 'active'>>;
}

export interface ConfigurationKind<T> {
  readonly keyPattern: RegExp;
  /** Reads well after "must be". */
  readonly keyShape: string;
  /** Version 1 of each of these keys is written when the database has none. */
  readonly defaults: Readonly<Record<string, T>>;
  /**
   * Checks a body and brings it into its stored form, defaults filled in.
   * @returns problems empty: `value` may be stored and used.
   */
  readonly check: (
    key: string,
    body: unknown,
    configured: ConfiguredNow,
  ) => { readonly value: T; readonly problems: readonly Problem[] };
}
