/**
 * Finds the database to audit: the one that DATABASE_URL names, or the embedded one under DATA_DIR, whether an
 * instance runs it now or nobody does. Starts the latter for the time of the audit. Knows no table.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/app/embedded-database.js';
import { postgresFiles } from '../../src/app/embedded-postgres-files.js';

export interface AuditDatabase {
  readonly client: pg.Client;
  readonly where: string;
  close(): Promise<void>;
}

const DATABASE = 'case_escalation';
/** A server on this machine, or a wrong address. */
const CONNECT_WITHIN_MS = 5_000;

/** @throws Error with one clear line when there is no database to look at. */
export async function openAuditDatabase(env: NodeJS.ProcessEnv): Promise<AuditDatabase> {
  const url = env['DATABASE_URL'];
  if (url) return { ...(await connect(url)), where: 'the database of DATABASE_URL' };

  const dataDir = env['DATA_DIR'] || '.data';
  if (!existsSync(dataDir))
    throw new Error(`There is no database under ${dataDir}. Set DATA_DIR or DATABASE_URL.`);
  const { home } = postgresFiles(dataDir, () => undefined);
  if (!existsSync(join(home, 'data', 'PG_VERSION')))
    throw new Error(`There is no database under ${dataDir}.`);
  const where = `the embedded database under ${dataDir}`;
  const running = runningUrl(home);
  if (running !== null) {
    const connected = await connect(running).catch(() => null);
    if (connected) return { ...connected, where };
  }
  const embedded = await startEmbeddedDatabase({ dataDir, database: DATABASE });
  const connected = await connect(embedded.url);
  const close = async (): Promise<void> => {
    await connected.close();
    await embedded.stop();
  };
  return { client: connected.client, where, close };
}

/** The address of the server that runs on this cluster, by the file that PostgreSQL keeps; null when none does. */
function runningUrl(home: string): string | null {
  const pidFile = join(home, 'data', 'postmaster.pid');
  if (!existsSync(pidFile)) return null;
  const port = readFileSync(pidFile, 'utf8').split('\n')[3]?.trim();
  const password = readFileSync(join(home, 'password'), 'utf8').trim();
  return `postgres://postgres:${password}@127.0.0.1:${port}/${DATABASE}`;
}

async function connect(url: string): Promise<Omit<AuditDatabase, 'where'>> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    application_name: 'case-escalation audit',
  });
  await client.connect();
  return { client, close: () => client.end() };
}
