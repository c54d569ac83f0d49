/**
 * A database of its own for each test file: a clone of the migrated template, real PostgreSQL. Isolation costs some
 * ten milliseconds, so no test needs to clean up after another.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  /** Connection URL of the owner. */
  readonly url: string;
  /** Ends every session on it and removes it. */
  drop(): Promise<void>;
}

/** @param options.migrated false: an empty database, for tests of the migrations themselves. */
export async function startTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = await testServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = options.migrated === false ? 'template1' : server.template;
  await onServer(server.url, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function testServer(): Promise<{ url: string; template: string }> {
  const address = process.env.TEST_SERVER_URL;
  if (!address)
    throw new Error('TEST_SERVER_URL is not set: run this under Jest (test/support/global-setup.js)');
  const response = await fetch(address);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { url: string; template: string };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
