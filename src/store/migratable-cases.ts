/**
 * Whether this build can go on with every case that is in the database. Asked before it serves: a case without a way
 * would answer 503 for ever, and its deadlines would be fired by nobody. Knows no schema migration.
 */
import type pg from 'pg';
import { STATE_PATHS, type StatePath } from '../domain/case.js';
import { MACHINE_VERSION, MIGRATIONS, type MachineMigration } from '../domain/machine-version.js';

/** What a build understands; another one than ours in tests. */
export interface Machine {
  readonly version: number;
  readonly states: readonly string[];
  /** By the version migrated from. */
  readonly migrations: Readonly<Record<number, Pick<MachineMigration, 'states'>>>;
}

const OURS: Machine = { version: MACHINE_VERSION, states: STATE_PATHS, migrations: MIGRATIONS };

/** Cases stand where this build cannot take them up. */
export class CasesNotUnderstood extends Error {}

interface Known {
  readonly version: number;
  readonly states: readonly string[];
}

/**
 * Notes this build's machine, so that later ones know what it may have written.
 * @param client inside the lock of the migrations.
 * @throws CasesNotUnderstood, with how many cases, where, and what to do.
 */
export async function refuseUnknownCases(client: pg.ClientBase, machine: Machine = OURS): Promise<void> {
  // The versions that may be there are few and written down: the cases themselves are looked at when one is not ours.
  const { rows } = await client.query('SELECT version, states FROM machine_versions ORDER BY version');
  for (const { version, states } of rows as Known[]) {
    if (version > machine.version) await refuseNewerCases(client, version, machine);
    else await refuseStranded(client, version, states, machine);
  }
  await client.query(
    'INSERT INTO machine_versions (version, states) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING',
    [machine.version, machine.states],
  );
}

/** A case that has ended for good is shown by any build; one that goes on needs its own. */
async function refuseNewerCases(client: pg.ClientBase, version: number, machine: Machine): Promise<void> {
  const count = await countCases(client, 'machine_version = $1 AND NOT terminal', [version]);
  if (count > 0) {
    throw new CasesNotUnderstood(
      `${count} open cases are of machine version ${version}; this build runs ${machine.version}. Start a newer build.`,
    );
  }
}

/** Ended ones count too: they are listed and read as long as they are kept. */
async function refuseStranded(
  client: pg.ClientBase,
  version: number,
  states: readonly string[],
  machine: Machine,
): Promise<void> {
  const stranded = states.filter((state) => !hasWay(state, version, machine));
  if (stranded.length === 0) return;
  const count = await countCases(client, 'machine_version = $1 AND state = ANY ($2)', [version, stranded]);
  if (count > 0) {
    throw new CasesNotUnderstood(
      `${count} cases of machine version ${version} stand in ${stranded.join(', ')}, from where no way leads to version ` +
        `${machine.version}. Start a build that maps them.`,
    );
  }
}

/** As `migrateCase` goes it. */
function hasWay(from: string, version: number, machine: Machine): boolean {
  let state: string | undefined = from;
  for (let at = version; at < machine.version && state !== undefined; at += 1) {
    const states: Readonly<Record<string, StatePath>> | undefined = machine.migrations[at]?.states;
    state = states?.[state];
  }
  return state !== undefined && machine.states.includes(state);
}

async function countCases(client: pg.ClientBase, which: string, values: unknown[]): Promise<number> {
  const { rows } = await client.query(`SELECT count(*)::integer AS count FROM cases WHERE ${which}`, values);
  return (rows[0] as { count: number }).count;
}
