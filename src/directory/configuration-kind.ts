/**
 * What every kind of configuration must state about itself. The kinds themselves stand in files of their own, the
 * table of them in `configuration-kinds.ts`.
 */
import type { Problem } from './checks.js';

export interface ConfigurationKind<T> {
  readonly keyPattern: RegExp;
  /** Reads well after "must be". */
  readonly keyShape: string;
  /** Version 1 of each of these keys is written when the database has none. */
  readonly defaults: Readonly<Record<string, T>>;
  /**
   * Checks a body and brings it into its stored form, defaults filled in.
   * @param departments keys of the departments that are configured now
   * @returns problems empty: `value` may be stored and used.
   */
  readonly check: (
    key: string,
    body: unknown,
    departments: ReadonlySet<string>,
  ) => { readonly value: T; readonly problems: readonly Problem[] };
}
