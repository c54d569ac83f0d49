/**
 * Opens the database of a node: somebody's PostgreSQL or the embedded one, migrated to this build's schema, with the
 * one pool that everything shares. Knows no table; what is in them is seeded and read elsewhere.
 */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../store/data-source.js';
import { migrate } from '../store/migrate.js';
import { startEmbeddedDatabase, type EmbeddedDatabase } from './embedded-database.js';
import type { Logger } from './logging.js';
import type { Settings } from './settings.js';
import type { Shutdown } from './shutdown.js';

export interface OpenDatabase {
  readonly dataSource: DataSource;
  /** null when the database is somebody else's. */
  readonly embeddedIn: string | null;
}

/** A database that does not answer within this is a wrong address; the start must fail within 5 s, and say so. */
const FIRST_ANSWER_MS = 3_000;

/** @throws Error with one line, without the password, when the database cannot be used. */
export async function openDatabase(
  settings: Settings,
  shutdown: Shutdown,
  logger: Logger,
): Promise<OpenDatabase> {
  const embedded =
    settings.databaseUrl === null ? await startEmbedded(settings.dataDir, shutdown, logger) : null;
  const url = embedded?.url ?? settings.databaseUrl ?? '';
  if (embedded === null) await shutdown.step('first question', () => reach(url));
  const { applied, role } = await shutdown.step('migrations', () => migrate(url));
  if (applied.length > 0) logger.info({ count: applied.length }, 'Schema migrated');
  if (role === 'owner') {
    logger.warn('The database user may not create roles: the application runs with its full rights');
  }
  const dataSource = createDataSource({
    url,
    poolSize: settings.poolSize,
    role,
    applicationName: `case-escalation ${settings.role}`,
  });
  await shutdown.step(
    'pool',
    () => dataSource.initialize(),
    () => dataSource.destroy(),
  );
  return { dataSource, embeddedIn: embedded?.directory ?? null };
}

async function startEmbedded(dataDir: string, shutdown: Shutdown, logger: Logger): Promise<EmbeddedDatabase> {
  // Made here, open to be passed through: under root the database runs as a user of its own below it.
  await mkdir(resolve(dataDir), { recursive: true, mode: 0o755 });
  return shutdown.step(
    'embedded database',
    () => startEmbeddedDatabase({ dataDir, log: (line) => logger.info(line) }),
    (database) => database.stop(),
  );
}

async function reach(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: FIRST_ANSWER_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } catch (error) {
    throw new Error(`The database of DATABASE_URL cannot be reached: ${reasonOf(error)}`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The driver's words name user, host and database, never the password. An attempt per address gives no message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message.replaceAll('\n', ' ') : 'unknown reason';
}
