// What the product is measured against must do its work: a contender that answers without writing, or an answer that
// nobody checks, would make every ratio worthless. The one that needs no further packages is run here for real.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Contender, driveLives } from '../../bench/contender.js';
import { startContenders } from '../../bench/contenders.js';
import { LIFE, move } from '../../bench/contenders/case-life.js';
import { missingPlatformPackages, type PackageLock } from '../../scripts/lock/platform-packages.js';
import { startTestDatabase } from '../support/database.js';

const closers: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('a contender', () => {
  it('writes a case, an event and a notification for what it answers, and leaves nothing behind', async () => {
    const database = await startTestDatabase({ migrated: false });
    closers.push(() => database.drop());
    const [contender] = (await startContenders(['typeorm'], database)) as [Contender];
    closers.push(() => contender.stop());
    const { latencies } = await contender.drive(2, 0.5);
    const counts = await ask(
      database.url,
      'contender_typeorm',
      `SELECT (SELECT sum(revision) FROM cases)::int AS revisions, (SELECT count(*) FROM events)::int AS events,
         (SELECT count(*) FROM notifications)::int AS notifications`,
    );
    const done = latencies.length;
    expect(done).toBeGreaterThan(0);
    expect(counts).toEqual([{ revisions: done, events: done, notifications: done }]);

    await contender.stop();
    expect(() => process.kill(contender.pids().application, 0)).toThrow('ESRCH');
    const left = `SELECT datname FROM pg_database WHERE datname = 'contender_typeorm'`;
    expect(await ask(database.url, 'postgres', left)).toEqual([]);
  });
});

describe('the clients of a contender', () => {
  it.each([
    ['an answer without the state that the step leads to', 201, '{"state":"closed","revision":1}'],
    ['a revision that nobody wrote', 201, '{"state":"frontline","revision":2}'],
    ['a refusal', 409, '{"state":"frontline","revision":1}'],
  ])('do not count %s', async (_what, status, body) => {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    const base = await listen(server);
    await expect(driveLives(base, 1, 1)).rejects.toThrow(`/open: ${status} ${body}`);
  });
});

describe('the life of a case', () => {
  it('leads through every step that the clients take, to its end', () => {
    let current: ReturnType<typeof move> = null;
    for (const { command, state } of LIFE) {
      current = move(current, command);
      expect(current?.state).toBe(state);
    }
    expect(current).toEqual({ state: 'closed', level: 2, revision: 7, dueInMs: null });
    expect(move(current, 'escalate')).toBeNull();
  });
});

describe('the contenders’ own lock', () => {
  const read = (file: string): unknown => JSON.parse(readFileSync(`bench/contenders/${file}`, 'utf8'));
  const lock = read('package-lock.json') as PackageLock;

  it('names every platform’s package, each with its digest', () => {
    expect(missingPlatformPackages(lock)).toEqual({});
    const without = Object.entries(lock.packages).filter(
      ([place, locked]) => place !== '' && !('integrity' in locked),
    );
    expect(without).toEqual([]);
  });

  it('asks for exact versions', () => {
    const { dependencies } = read('package.json') as { dependencies: Record<string, string> };
    expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});

async function listen(server: Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function ask(url: string, database: string, question: string): Promise<unknown[]> {
  const there = new URL(url);
  there.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: there.href });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(question)).rows;
  } finally {
    await client.end();
  }
}
