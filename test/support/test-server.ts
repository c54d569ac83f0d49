/**
 * One PostgreSQL for a whole Jest run, started only when a test asks for it, with a migrated template database to
 * clone. Workers are processes of their own, so they ask over loopback HTTP. `TEST_DATABASE_URL` names a server to
 * use instead.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/app/embedded-database.js';
import { migrate } from '../../src/store/migrate.js';

export interface TestServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Running {
  readonly url: string;
  readonly template: string;
  stop(): Promise<void>;
}

export async function offerTestServer(): Promise<TestServer> {
  let running: Promise<Running> | null = null;
  const server = createServer((_request, response) => {
    // A kept socket that the server closes while a worker reuses it would fail that worker's file.
    response.setHeader('connection', 'close');
    running ??= start();
    running.then(
      ({ url, template }) => response.end(JSON.stringify({ url, template })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      await (await running?.catch(() => null))?.stop();
    },
  };
}

async function start(): Promise<Running> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => undefined } : await startOwn();
  const template = `template_${process.pid}`;
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${template}`);
  await client.query(`CREATE DATABASE ${template}`);
  await client.end();
  const templateUrl = new URL(server.url);
  templateUrl.pathname = `/${template}`;
  await migrate(templateUrl.href);
  return { ...server, template };
}

async function startOwn(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-test-'));
  // Under root the database's own user must reach it.
  chmodSync(dataDir, 0o755);
  const database = await startEmbeddedDatabase({ dataDir, durable: false });
  return {
    url: database.url,
    stop: async () => {
      await database.stop();
      for (const directory of [database.directory, dataDir])
        rmSync(directory, { recursive: true, force: true });
    },
  };
}
