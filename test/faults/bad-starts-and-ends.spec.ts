// How the built product ends under load and does not begin with what is bad (reliability.md A7, A13; A8 and the rest of
// A13 are told in test/app/boot.spec.ts).
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { TcpProxy } from '../../scripts/chaos/tcp-proxy.js';
import { buildProduct, discardProduct, type NodeProcess, startNodeProcess } from '../app/node-process.js';
import { openCase } from '../http/case-client.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { clientOf } from '../support/client.js';

let base: TestApp;
let line: TcpProxy;
let node: NodeProcess;
beforeAll(async () => {
  buildProduct();
  base = await startTestApp({ env: { ROLE: 'api' } });
  const { hostname, port } = new URL(base.databaseUrl);
  line = await TcpProxy.start({ targetHost: hostname, targetPort: Number(port) });
});
afterEach(() => node?.kill('SIGKILL'));
afterAll(async () => {
  discardProduct();
  await line?.close();
  await base?.close();
});

/** A note in a case, asked for so that the node says when it has taken the request, before the body is sent. */
function askNote(url: string, id: string, key: string): { accepted: Promise<void>; status: Promise<number> } {
  const asking = request(`${url}/api/v1/cases/${id}/notes`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${base.tokens.agent}`,
      'content-type': 'application/json',
      'idempotency-key': key,
      expect: '100-continue',
    },
  });
  const status = new Promise<number>((resolve, reject) => {
    asking.on('response', (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    asking.on('error', reject);
  });
  // Awaited later than it may fail.
  status.catch(() => undefined);
  const accepted = new Promise<void>((resolve) => {
    asking.on('continue', () => void asking.end('{"text":"Written at the end"}', () => resolve()));
  });
  asking.flushHeaders();
  return { accepted, status };
}

describe('a node that is told to stop while fifty requests wait for a slow database', () => {
  it('answers every one of them, takes no other, and ends with 0 within ten seconds', async () => {
    const database = new URL(base.databaseUrl);
    database.port = String(line.port);
    const env = { CLOCK: 'manual', DEMO: '0', LOG_LEVEL: 'debug', POOL_SIZE: '20' };
    node = startNodeProcess({ ...env, DATABASE_URL: database.href });
    const url = await node.serving;
    const agent = clientOf(url, base.tokens.agent);
    const ids = await Promise.all(Array.from({ length: 50 }, () => openCase(base)));
    // Twenty connections stand: only what is asked on them is slow, not their making.
    await Promise.all(ids.map((id) => agent.get(`/cases/${id}`)));
    line.setWeather({ delayMs: 100 });
    const keys = ids.map(() => randomUUID());
    const asked = ids.map((id, n) => askNote(url, id, keys[n] ?? ''));
    await Promise.all(asked.map(({ accepted }) => accepted));
    const stopped = performance.now();
    node.kill('SIGTERM');
    await node.logs('Stopping');
    const late = await agent.get('/cases').then(
      ({ status }) => status,
      () => 503,
    );
    expect(late).toBe(503);
    expect(await Promise.all(asked.map(({ status }) => status))).toEqual(ids.map(() => 201));
    expect(await node.ended).toBe(0);
    expect(performance.now() - stopped).toBeLessThan(10_000);
    line.setWeather({});
    const rows = await base.dataSource.query('SELECT FROM journal WHERE command_key = ANY ($1)', [keys]);
    expect(rows).toHaveLength(50);
  });
});

describe('a node with a bad setting', () => {
  it.each<[string, Record<string, string>, string]>([
    ['a key that is too short', { LINK_SECRET: 'hunter2' }, 'LINK_SECRET'],
    ['a first key that is none', { ADMIN_KEY: 'cew_admin_hunter2' }, 'ADMIN_KEY'],
    ['an issuer that cannot be read', { AUTH_ISSUERS: '[{"clientSecret":"hunter2"}]' }, 'AUTH_ISSUERS'],
    ['a mail server by another way', { SMTP_URL: 'http://me:hunter2@mail.example' }, 'SMTP_URL'],
    ['a clock that nobody may move', { CLOCK: 'manual', NODE_ENV: 'production' }, 'CLOCK'],
  ])('ends each time with one line that tells no secret: %s', async (_what, bad, name) => {
    for (const _restart of [1, 2]) {
      const startedAt = performance.now();
      node = startNodeProcess({ DATABASE_URL: base.databaseUrl, DEMO: '0', ...bad });
      expect(await node.ended).toBeGreaterThan(0);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expect(node.stderr).toHaveLength(1);
      expect(node.stderr[0]).toContain(name);
      expect([...node.stderr, ...node.stdout].join('\n')).not.toContain('hunter2');
    }
  });
});
