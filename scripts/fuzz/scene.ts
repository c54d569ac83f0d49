/** What a value or a request is made in the sight of. Makes nothing. */
import type { Contract } from './contract.js';
import type { KnownWorld } from './known-world.js';
import type { Random } from './random.js';

export interface Scene {
  readonly random: Random;
  readonly world: KnownWorld;
  readonly contract: Contract;
  readonly operationId: string;
  /** Parameters of the address. */
  readonly params: Readonly<Record<string, string>>;
}
