/**
 * The one way to the database: TypeORM's data source, and the pg pool beneath it for hand-written statements. Every
 * limit is set on the server side, once, when a connection starts. Knows no table.
 */
import type pg from 'pg';
import { DataSource, type Logger } from 'typeorm';
import { APP_ROLE } from './app-role.js';
import { MIGRATIONS } from './migrations.js';
import { PG_TYPES } from './pg-types.js';

export interface DataSourceOptions {
  /** PostgreSQL URL; must not carry `options=`, for the limits below travel there. */
  readonly url: string;
  /** Connections of this process. Each in-flight batch, read and report holds one. */
  readonly poolSize: number;
  /** `app` acts as the least-privilege role; `owner` as the URL's user. */
  readonly role?: 'owner' | 'app';
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Shorter than usual for who would have everybody else wait behind. */
  readonly lockTimeoutMs?: number;
}

/** A statement that runs longer is a fault, not patience. Ends cleanly with 57014. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** One row that somebody holds must not hold us. Shorter than the statement's, so that the cause is named. */
const LOCK_TIMEOUT_MS = 3_000;
/** Nobody thinks that long inside a transaction; whoever does has lost it. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/** Waiting for a free connection, or for a new one to be made. Unlimited by default, which hangs the service. */
const POOL_WAIT_MS = 2_000;

const nothing = (): void => undefined;
/** `logging: false` still has a failed migration printed on standard output, between the log's JSON; it is thrown, too. */
const SILENT: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

/** @throws Error with one clear line for a URL that cannot be used. */
export function createDataSource(options: DataSourceOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    migrations: MIGRATIONS,
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    logging: false,
    logger: SILENT,
    extra: poolSettings(options),
  });
}

/** The pool beneath an initialised data source: hand-written statements and TypeORM share one. */
export function poolOf(dataSource: DataSource): pg.Pool {
  return (dataSource.driver as unknown as { master: pg.Pool }).master;
}

/** Settings for a pg pool or client. `query_timeout` is left out on purpose: it leaks an open transaction. */
export function poolSettings(options: DataSourceOptions): pg.PoolConfig {
  if (/[?&]options=/.test(options.url)) throw new Error('DATABASE_URL must not set "options".');
  const session = {
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    TimeZone: 'UTC',
    ...(options.role === 'app' ? { role: APP_ROLE } : {}),
  };
  return {
    connectionString: options.url,
    max: options.poolSize,
    connectionTimeoutMillis: POOL_WAIT_MS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: options.applicationName,
    types: PG_TYPES,
    options: Object.entries(session)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  };
}
