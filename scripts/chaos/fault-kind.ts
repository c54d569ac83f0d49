/**
 * What one kind of fault is: what it does, how long it lasts and how it is known that somebody felt it; and what such a
 * kind may touch. Knows no fault in particular.
 */
import type pg from 'pg';
import type { Random } from '../fuzz/random.js';
import type { Fault } from './faults.js';
import type { Installation } from './installation.js';
import type { LoadStats } from './load.js';

/** What a fault may touch. */
export interface Scene {
  readonly installation: Installation;
  readonly random: Random;
  stats(): LoadStats;
}

export interface FaultKind {
  readonly name: string;
  readonly about: string;
  /** How long it lasts, milliseconds; null: it is a moment. */
  readonly holdMs: readonly [least: number, most: number] | null;
  make(scene: Scene): Fault;
}

export type FaultDeeds = Omit<Fault, 'name'>;

export const kind = (
  name: string,
  about: string,
  holdMs: FaultKind['holdMs'],
  make: (scene: Scene) => FaultDeeds,
): FaultKind => ({ name, about, holdMs, make: (scene) => ({ name, ...make(scene) }) });

/** Work on the server itself, past the proxy; what it says matters, whether it can say goodbye does not. */
export const onServer = <T>({ installation }: Scene, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  installation.cluster.once(installation.database, work);

export async function count(client: pg.Client, text: string, values: unknown[] = []): Promise<number> {
  return ((await client.query(text, values)).rows[0] as { count: number }).count;
}
