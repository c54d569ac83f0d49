/**
 * Keeps a quarter of a pool's connections for those who only read. While no standby confirms or a disk is full, every
 * write hangs until it is given up; unlimited, they take all connections within a second, and nobody can read a case.
 * Knows statements by their text only.
 */
import type pg from 'pg';
import { DependencyUnavailable } from './database-errors.js';

/** As long as for a connection: a client that waits longer had better ask another node. */
const GATE_WAIT_MS = 2_000;
/** A pool of two or three has none to spare. */
const READERS_SHARE = 1 / 4;
/** The driver's own. */
const POOL_SIZE_DEFAULT = 10;

const WRITES = /\b(?:INSERT INTO|DELETE FROM|UPDATE [a-z]|FOR (?:NO KEY )?UPDATE)/;

/** Statements with a name are few, and asked about for ever. */
const known = new Map<string, boolean>();

/** Whether it changes or locks rows. A function that it calls may do so unseen. */
export function isWrite({ name, text }: { readonly name?: string; readonly text: string }): boolean {
  if (name === undefined) return WRITES.test(text);
  let answer = known.get(name);
  if (answer === undefined) known.set(name, (answer = WRITES.test(text)));
  return answer;
}

export class WriteGate {
  private inside = 0;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly max: number) {}

  /** @returns null when there is room, the usual case. @throws DependencyUnavailable when there is none in time. */
  enter(): Promise<void> | null {
    if (this.inside < this.max) {
      this.inside += 1;
      return null;
    }
    return new Promise((resolve, reject) => {
      const next = (): void => {
        clearTimeout(patience);
        resolve();
      };
      const patience = setTimeout(() => {
        this.waiting.delete(next);
        reject(new DependencyUnavailable('too many writes wait for the database'));
      }, GATE_WAIT_MS);
      this.waiting.add(next);
    });
  }

  /** Whoever has waited longest takes the place over. */
  leave(): void {
    for (const next of this.waiting) {
      this.waiting.delete(next);
      next();
      return;
    }
    this.inside -= 1;
  }
}

const gates = new WeakMap<pg.Pool, WriteGate>();

export function writeGateOf(pool: pg.Pool): WriteGate {
  let gate = gates.get(pool);
  if (!gate) {
    const size = pool.options?.max ?? POOL_SIZE_DEFAULT;
    gates.set(pool, (gate = new WriteGate(size - Math.floor(size * READERS_SHARE))));
  }
  return gate;
}
