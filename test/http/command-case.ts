// What a row of the tables of command tests says: what is sent, by whom, from where, where it leads, and each way in
// which it fails.
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import type { Situation } from './case-client.js';

export interface CommandCase {
  /** `POST` unless said. */
  readonly method?: 'PUT' | 'DELETE';
  /** As in the product's own table; every number is 1. */
  readonly path: string;
  readonly who: TokenName;
  readonly from: Situation;
  readonly body: object;
  /** State after it. */
  readonly to: string;
  /** Where the machine says no, and how. */
  readonly refusedIn: readonly [Situation, string, TokenName?];
  /** A body that is never valid, and what is named; none for bodies in which all is optional. */
  readonly invalid: readonly [object, readonly string[]];
  /** A role that may never do this; null where every role may. */
  readonly forbidden: TokenName | null;
  /** 409 unless the refusal is about the actor. */
  readonly refusedStatus?: number;
}
