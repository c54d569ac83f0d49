/**
 * Brings a database to this build's schema, or one step back. Any number of processes may call it at once, and nodes
 * may serve meanwhile. Knows the order of things, not the things (`migrations/`).
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { grantAppRole, mayTakeAppRole } from './app-role.js';
import { createDataSource } from './data-source.js';
import { refuseUnknownCases } from './migratable-cases.js';
import { FLOOR, MIGRATIONS } from './migrations.js';

export interface Migrated {
  /** Names of the migrations that were applied now. */
  readonly applied: readonly string[];
  /** What the application should connect as: `owner` when the URL's user may not create roles. */
  readonly role: 'app' | 'owner';
}

/** Any number that no other program uses for an advisory lock in the same database. */
const LOCK = 4_201_795_305;
/** Longer than any migration of ours takes; a start that waits longer has met a stuck one. */
const LOCK_WAIT_MS = 60_000;
const LOCK_POLL_MS = 100;
/** Whoever waits for a table has everybody wait behind: a migration gives way soon, and comes again. */
const TABLE_WAIT_MS = 500;
const TABLE_PAUSE_MS = 500;
const TABLE_TRIES = 60;
/** lock_not_available: by lock_timeout. */
const LOCKED = '55P03';

/** The database was written by a newer build; running this one on it could lose what it does not know. */
export class SchemaTooNew extends Error {
  constructor(readonly migration: string) {
    super(`The database has migration ${migration}, which this build does not know. Start a newer build.`);
  }
}

/**
 * A schema that a newer build has only added to is left as it is: nothing of ours is missing there.
 * @param url of a user who owns the schema.
 * @throws SchemaTooNew, before anything is touched; CasesNotUnderstood when cases stand where this build knows no way.
 */
export async function migrate(url: string): Promise<Migrated> {
  return locked(url, async (client) => {
    const before = await appliedNames(client);
    if (await isNewer(client, before)) {
      await refuseUnknownCases(client);
      // What the newer build lets the role do must not be taken back.
      return { applied: [], role: (await mayTakeAppRole(client)) ? 'app' : 'owner' };
    }
    await withDataSource(url, (dataSource) => patiently(() => dataSource.runMigrations()));
    await client.query(
      'INSERT INTO schema_floor (migration) VALUES ($1) ON CONFLICT (one) DO UPDATE SET migration = EXCLUDED.migration',
      [FLOOR],
    );
    await refuseUnknownCases(client);
    const granted = await grantAppRole(client);
    const known = new Set(before);
    const applied = (await appliedNames(client)).filter((name) => !known.has(name)).reverse();
    return { applied, role: granted ? 'app' : 'owner' };
  });
}

/** Takes the newest migration back; returns its name, or null when there is none. */
export async function revert(url: string): Promise<string | null> {
  return locked(url, async (client) => {
    const [newest, ...others] = await appliedNames(client);
    if (newest === undefined) return null;
    const unknown = [newest, ...others].find((name) => !isKnown(name));
    if (unknown !== undefined) throw new SchemaTooNew(unknown);
    await withDataSource(url, (dataSource) => dataSource.undoLastMigration());
    return newest;
  });
}

/** One at a time per database; the others wait and then find nothing to do. */
async function locked<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'migrate' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await untilLocked(client);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** By asking again: a statement that waits holds a snapshot, and an index that is built concurrently waits for those. */
async function untilLocked(client: pg.Client): Promise<void> {
  const giveUpAt = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS mine', [LOCK]);
    if ((rows[0] as { mine: boolean }).mine) return;
    if (performance.now() > giveUpAt)
      throw new Error('Another process has been migrating the database for a minute. Start again later.');
    await pause(LOCK_POLL_MS);
  }
}

/** Migrations that were applied stay so; the one that met a lock begins anew. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== LOCKED || attempt === TABLE_TRIES) throw error;
      await pause(TABLE_PAUSE_MS);
    }
  }
}

async function withDataSource<T>(
  url: string,
  work: (dataSource: ReturnType<typeof createDataSource>) => Promise<T>,
): Promise<T> {
  const options = { poolSize: 2, applicationName: 'migrate', lockTimeoutMs: TABLE_WAIT_MS };
  const dataSource = createDataSource({ url, ...options });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

const isKnown = (name: string): boolean => MIGRATIONS.some((migration) => migration.name === name);

/**
 * Whether a newer build has migrated this database. @param applied newest first
 * @throws SchemaTooNew when it may have taken away what this build uses.
 */
async function isNewer(client: pg.Client, applied: readonly string[]): Promise<boolean> {
  const unknown = applied.find((name) => !isKnown(name));
  if (unknown === undefined) return false;
  const isComplete = MIGRATIONS.every(({ name }) => applied.includes(name));
  if (!isComplete || !isKnown(await floorOf(client))) throw new SchemaTooNew(unknown);
  return true;
}

/** Empty when no build has said: then nothing is known of it. */
async function floorOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query('SELECT migration FROM schema_floor');
  return (rows[0] as { migration: string } | undefined)?.migration ?? '';
}

/** Newest first. */
async function appliedNames(client: pg.Client): Promise<string[]> {
  const table = await client.query(`SELECT to_regclass('schema_migrations') IS NOT NULL AS there`);
  if (!(table.rows[0] as { there: boolean }).there) return [];
  const { rows } = await client.query('SELECT name FROM schema_migrations ORDER BY id DESC');
  return (rows as { name: string }[]).map(({ name }) => name);
}
