/**
 * Brings a database to this build's schema, or one step back. Any number of processes may call it at once. Knows the
 * order of things, not the things (`migrations/`).
 */
import pg from 'pg';
import { grantAppRole } from './app-role.js';
import { createDataSource } from './data-source.js';
import { MIGRATIONS } from './migrations.js';

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

/** The database was written by a newer build; running this one on it could lose what it does not know. */
export class SchemaTooNew extends Error {
  constructor(readonly migration: string) {
    super(`The database has migration ${migration}, which this build does not know. Start a newer build.`);
  }
}

/**
 * @param url of a user who owns the schema.
 * @throws SchemaTooNew, before anything is touched.
 */
export async function migrate(url: string): Promise<Migrated> {
  return locked(url, async (client) => {
    await refuseNewer(client);
    const applied = await withDataSource(url, (dataSource) => dataSource.runMigrations());
    const granted = await grantAppRole(client);
    return { applied: applied.map(({ name }) => name), role: granted ? 'app' : 'owner' };
  });
}

/** Takes the newest migration back; returns its name, or null when there is none. */
export async function revert(url: string): Promise<string | null> {
  return locked(url, async (client) => {
    await refuseNewer(client);
    const [newest] = await appliedNames(client);
    if (newest === undefined) return null;
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
    await client.query(`SET lock_timeout = ${LOCK_WAIT_MS}`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    return await work(client);
  } finally {
    await client.end();
  }
}

async function withDataSource<T>(
  url: string,
  work: (dataSource: ReturnType<typeof createDataSource>) => Promise<T>,
): Promise<T> {
  const dataSource = createDataSource({ url, poolSize: 2, applicationName: 'migrate' });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function refuseNewer(client: pg.Client): Promise<void> {
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  const unknown = (await appliedNames(client)).find((name) => !known.has(name));
  if (unknown !== undefined) throw new SchemaTooNew(unknown);
}

/** Newest first. */
async function appliedNames(client: pg.Client): Promise<string[]> {
  const table = await client.query(`SELECT to_regclass('schema_migrations') IS NOT NULL AS there`);
  if (!(table.rows[0] as { there: boolean }).there) return [];
  const { rows } = await client.query('SELECT name FROM schema_migrations ORDER BY id DESC');
  return (rows as { name: string }[]).map(({ name }) => name);
}
