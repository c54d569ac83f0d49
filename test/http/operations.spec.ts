// Health, figures and time: what operators and tests ask of a node.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NodeHealth } from '../../src/http/http-options.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn, expectStatus } from './case-client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

/** Replaces one member of the node's health while `work` runs. */
async function during<T>(
  name: 'probeWrite' | 'isDraining',
  value: unknown,
  work: () => Promise<T>,
): Promise<T> {
  const health = app.get(NodeHealth as never) as NodeHealth;
  Object.defineProperty(health, name, { value, configurable: true });
  try {
    return await work();
  } finally {
    delete (health as unknown as Record<string, unknown>)[name];
  }
}

describe('health', () => {
  it('is alive and ready when a write gets through', async () => {
    const answers = [await app.api(null).get('/health/live'), await app.api(null).get('/health/ready')];
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, { status: 'ok' }],
      [200, { status: 'ok' }],
    ]);
  });

  it('is alive but not ready when no write gets through, and says when to ask again', async () => {
    const failing = () => Promise.reject(new Error('password of the database: secret'));
    await during('probeWrite', failing, async () => {
      expect((await app.api(null).get('/health/live')).status).toBe(200);
      const ready = await app.api(null).get('/health/ready');
      expect([ready.status, ready.body.code]).toEqual([503, 'unavailable']);
      expect(Number(ready.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(JSON.stringify(ready.body)).not.toContain('secret');
    });
    expect((await app.api(null).get('/health/ready')).status).toBe(200);
  });

  it('turns requests away while the node stops, but lives on', async () => {
    await during('isDraining', true, async () => {
      const answer = await app.api('agent').get('/cases');
      expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
      expect(answer.headers.get('connection')).toBe('close');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await app.api(null).get('/health/ready')).status).toBe(503);
      expect((await app.api(null).get('/health/live')).status).toBe(200);
    });
  });
});

describe('figures', () => {
  it('count requests by route, never by address', async () => {
    const id = await caseIn(app, 'received');
    await app.api('agent').get(`/cases/${id}`);
    await app.api('agent').get('/no/such/address');
    const { status, headers, body } = await app.api(null).get('/metrics');
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
    const counted = body
      .split('\n')
      .filter((line: string) => line.startsWith('http_request_duration_seconds_count'));
    const of = (route: string, code: number) =>
      counted.filter((line: string) => line.includes(`route="${route}",status="${code}"`)).length;
    expect([of('/api/v1/cases/:id', 200), of('none', 404)]).toEqual([1, 1]);
    expect(/^process_cpu_seconds_total/m.test(body)).toBe(true);
    expect(body.includes(id)).toBe(false);
  });
});

describe('time', () => {
  it('is read and moved under both addresses, by an administrator', async () => {
    for (const [n, path] of ['/clock', '/api/v1/clock'].entries()) {
      const headers = { authorization: `Bearer ${app.tokens.admin}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ now: `2026-03-03T10:0${n}:00+01:00` });
      const moved = await fetch(`${app.url}${path}`, { method: 'PUT', headers, body });
      expect([moved.status, await moved.json()]).toEqual([
        200,
        { now: `2026-03-03T09:0${n}:00.000Z`, manual: true, fired: expect.any(Number) },
      ]);
      const read = await fetch(`${app.url}${path}`, { headers });
      expect(await read.json()).toEqual({ now: `2026-03-03T09:0${n}:00.000Z`, manual: true });
    }
  });

  it('returns when everything that is due by then has happened', async () => {
    const id = await caseIn(app, 'resolved');
    const { closeAt } = (await app.api('agent').get(`/cases/${id}`)).body.resolution;
    const { body } = expectStatus(await app.moveClockTo(closeAt), 200);
    expect(body.fired).toBeGreaterThan(0);
    const after = (await app.api('agent').get(`/cases/${id}`)).body;
    expect([after.state, after.closedBecause, after.closedAt]).toEqual(['closed', 'noObjection', closeAt]);
  });

  it('does not go back', async () => {
    const answer = await app.moveClockTo('2026-03-02T09:00:00Z');
    expect([answer.status, answer.body.code]).toEqual([409, 'clock-goes-back']);
  });

  it.each([
    {},
    { now: 'tomorrow' },
    { now: 5 },
    { now: '2026-02-30T00:00:00Z' },
    { now: '2027-01-01T00:00:00Z', x: 1 },
  ])('is not moved by %j', async (body) => {
    const answer = await app.api('admin').put('/clock', body);
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid-fields']);
  });

  it('cannot be moved where it is the system’s', async () => {
    const other = await startTestApp({ clock: 'system' });
    try {
      const answer = await other.api('admin').put('/clock', { now: '2030-01-01T00:00:00Z' });
      expect([answer.status, answer.body.code]).toEqual([409, 'clock-not-manual']);
      expect((await other.api('admin').get('/clock')).body.manual).toBe(false);
    } finally {
      await other.close();
    }
  });
});

describe('who asks', () => {
  it.each([
    ['admin', { id: 'admin-1', name: 'Ada Okafor', role: 'admin', department: null }],
    ['member:sales', { id: 'sales-1', name: '林志豪', role: 'member', department: 'sales' }],
  ] as const)('learns who the token says it is: %s', async (who, me) => {
    expect((await app.api(who).get('/me')).body).toEqual(me);
  });
});
