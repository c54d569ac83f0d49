/**
 * A PostgreSQL of the benchmark's own, as durable as in production, that remembers when each transaction was
 * committed: what counts is when an effect was safe, not when its transaction began. Knows no schema.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { startEmbeddedDatabase } from '../src/app/embedded-database.js';
import { migrate } from '../src/store/migrate.js';

export interface BenchDatabase {
  readonly url: string;
  /** Process id of the server; its children do the work. */
  readonly serverPid: number;
  /** Stops the server, and removes the data unless they were asked for by name. */
  stop(): Promise<void>;
}

/** @param dataDir keeps the data there for another run; null: a temporary folder, removed afterwards */
export async function startBenchDatabase(dataDir: string | null): Promise<BenchDatabase> {
  const folder = dataDir === null ? mkdtempSync(join(tmpdir(), 'case-escalation-bench-')) : resolve(dataDir);
  mkdirSync(folder, { recursive: true });
  // Under root the database's own user must reach it.
  chmodSync(folder, 0o755);
  const start = () => startEmbeddedDatabase({ dataDir: folder, durable: true });
  let database = await start();
  const discard = async (): Promise<void> => {
    await database.stop();
    if (dataDir !== null) return;
    for (const each of [database.directory, folder]) rmSync(each, { recursive: true, force: true });
  };
  try {
    if ((await one<string>(database.url, 'SHOW track_commit_timestamp')) === 'off') {
      await one(database.url, 'ALTER SYSTEM SET track_commit_timestamp = on');
      await database.stop();
      database = await start();
    }
    await migrate(database.url);
    const serverPid = await one<number>(
      database.url,
      `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int`,
    );
    return { url: database.url, serverPid, stop: discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** The first column of the first row. */
async function one<T>(url: string, question: string): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, T>>(question);
    return Object.values(rows[0] ?? {})[0] as T;
  } finally {
    await client.end();
  }
}
