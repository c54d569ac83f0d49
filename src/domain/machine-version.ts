/**
 * Old cases under new machines (ADR-0006): the version of the chart that this build runs, and the total map from
 * each older one. Knows no storage; a case that a newer build wrote is left alone by name.
 */
import { type Case, STATE_PATHS, type StatePath } from './case.js';

/** Raise it whenever a released state, its meaning or the context's shape changes, and add its migration. */
export const MACHINE_VERSION = 2;

/** From version N to N+1: where each state path of N goes, and what its context gains. */
export interface MachineMigration {
  readonly states: Readonly<Record<string, StatePath>>;
  context(context: Case['context']): Case['context'];
}

/** Written out, so that a later renaming cannot reach back. */
const STATES_1 = [
  'received',
  'frontline.working',
  'frontline.returned',
  'level1.dispatched',
  'level1.working',
  'level2.dispatched',
  'level2.working',
  'arbitration',
  'waiting',
  'resolved',
  'closed',
  'withdrawn',
  'merged',
] as const satisfies readonly StatePath[];

/** By the version migrated from. */
export const MIGRATIONS: Readonly<Record<number, MachineMigration>> = {
  // Cooperation and commitments: no state changes, nothing of them was ever asked of an older case.
  1: {
    states: unchanged(STATES_1),
    context: (context) => ({
      ...context,
      consults: [],
      proposals: [],
      promises: [],
      compensations: [],
      extensions: [],
      callbacks: [],
      ratings: [],
      handOffRatings: [],
    }),
  },
};

function unchanged(paths: readonly StatePath[]): Record<string, StatePath> {
  return Object.fromEntries(paths.map((path) => [path, path]));
}

/** The case was written by a newer build, or its state is not in the map: this node must leave it alone (503). */
export class MachineVersionUnsupported extends Error {
  constructor(
    readonly caseId: string,
    readonly machineVersion: number,
  ) {
    super(`case ${caseId} has machine version ${machineVersion}; this build runs ${MACHINE_VERSION}`);
  }
}

/**
 * The case as this build's machine understands it.
 * @throws MachineVersionUnsupported when no total path leads there; never guesses.
 */
export function migrateCase(
  stored: Case,
  migrations: Readonly<Record<number, MachineMigration>> = MIGRATIONS,
  target: number = MACHINE_VERSION,
): Case {
  let current = stored;
  while (current.machineVersion < target) {
    const migration = migrations[current.machineVersion];
    const state = migration?.states[current.state];
    if (!migration || !state) throw new MachineVersionUnsupported(stored.id, stored.machineVersion);
    current = {
      ...current,
      state,
      context: migration.context(current.context),
      machineVersion: current.machineVersion + 1,
    };
  }
  if (current.machineVersion > target || !STATE_PATHS.includes(current.state)) {
    throw new MachineVersionUnsupported(stored.id, stored.machineVersion);
  }
  return current;
}
