// How often callers may ask, over real sockets: principals, addresses, and those who guess.
import { Agent, get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings, SettingsError } from '../../src/app/settings.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';

/** So many at once, so that little grows back meanwhile. */
async function ask(times: number, one: (n: number) => Promise<Answer>) {
  const startedAt = performance.now();
  const answers = await Promise.all(Array.from({ length: times }, (_, n) => one(n)));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { answers, seconds, served: answers.filter(({ status }) => status !== 429) };
}

const wrongKey = (n: number) => `cew_agent_${String(n).padStart(43, 'x')}`;

describe('a node with rates', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { RATE_LIMIT: '10' } });
  });
  afterAll(() => app?.close());

  it('serves a principal its burst, then tells it how long to wait, and serves others meanwhile', async () => {
    const { answers, served, seconds } = await ask(60, () => app.api('agent').get('/cases'));
    expect(served.length).toBeGreaterThanOrEqual(20);
    expect(served.length).toBeLessThanOrEqual(20 + Math.ceil(10 * seconds));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: 'too-many-requests', status: 429 });
    expect(refused?.headers.get('content-type')).toContain('application/problem+json');
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(refused?.headers.get('ratelimit-policy')).toBe('"principal";q=20;w=2');
    expect(refused?.headers.get('ratelimit')).toBe('"principal";r=0;t=2');
    expect((await app.api('manager').get('/cases')).status).toBe(200);
  });

  it('says on every answer what is left', async () => {
    const { status, headers } = await app.api('lead:sales').get('/cases');
    expect([status, headers.get('ratelimit-policy'), headers.get('ratelimit')]).toEqual([
      200,
      '"principal";q=20;w=2',
      '"principal";r=19;t=1',
    ]);
    const missing = await app.api('lead:sales').get('/cases/018f3b7a-0000-7000-8000-000000000000');
    expect(missing.status).toBe(404);
    // What was used by the first may have grown back by now.
    expect(missing.headers.get('ratelimit')).toMatch(/^"principal";r=1[89];t=1$/);
  });

  it('counts by who asks, not by the key', async () => {
    const admin = app.api('admin');
    const { body } = await admin.post('/api-keys', { name: 'second', staffId: 'agent-2', role: 'agent' });
    const keys = [app.tokens.agent2, body.key as string | undefined].filter((key) => key !== undefined);
    const answers = await ask(60, (n) =>
      app.api(null).get('/cases', { authorization: `Bearer ${keys[n % keys.length]}` }),
    );
    expect(answers.served.length).toBeLessThanOrEqual(20 + Math.ceil(10 * answers.seconds));
  });
});

describe('an address', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { RATE_LIMIT: '1000' } });
  });
  afterAll(() => app?.close());

  it('has one budget for all who show nothing, whatever they say in headers', async () => {
    const from = (n: number) => ({ 'x-forwarded-for': `203.0.113.${n}`, forwarded: `for=203.0.113.${n}` });
    const { answers, served, seconds } = await ask(120, (n) => app.api(null).get('/problems', from(n)));
    expect(served.length).toBeLessThanOrEqual(60 + Math.ceil(20 * seconds));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('ratelimit-policy')).toBe('"address";q=60;w=3');
    expect((await app.api('agent').get('/cases')).status).toBe(200);
  });

  it('may look after the node’s health as often as it pleases', async () => {
    const { served } = await ask(150, () => app.api(null).get('/health/live'));
    expect(served).toHaveLength(150);
  });

  it('is turned away once it has guessed too often, but for what it has proven on the same connection', async () => {
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    const withKey = (key: string) =>
      new Promise<number>((resolve, reject) => {
        const headers = { authorization: `Bearer ${key}` };
        get(`${app.url}/api/v1/cases`, { agent: kept, headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
        }).on('error', reject);
      });
    expect(await withKey(app.tokens.agent)).toBe(200);
    const statuses: number[] = [];
    for (let n = 0; n < 200; n += 1) {
      const { status } = await app.api(null).get('/cases', { authorization: `Bearer ${wrongKey(n)}` });
      statuses.push(status);
    }
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(statuses.filter((status) => status === 401).length).toBeLessThan(30);
    const guess = await app.api(null).get('/cases');
    expect([guess.status, guess.headers.get('ratelimit-policy')]).toEqual([429, '"guesses";q=20;w=60']);
    expect(Number(guess.headers.get('retry-after'))).toBeGreaterThan(0);
    // Unheard: whether the key would have been right is not told.
    expect(
      (await app.api(null).get('/cases', { authorization: `Bearer ${app.tokens.manager}` })).status,
    ).toBe(429);
    expect(await withKey(app.tokens.agent)).toBe(200);
    expect(await withKey(wrongKey(1))).toBe(429);
    kept.destroy();
  });
});

describe('an address behind a trusted proxy', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { RATE_LIMIT: '1000', TRUSTED_PROXIES: '127.0.0.0/8, ::1' } });
  });
  afterAll(() => app?.close());

  it('is the one that the proxy names, an IPv6 network being one', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': `198.51.100.1, ${address}` });
    const office = await ask(120, (n) => app.api(null).get('/problems', from(`2001:db8:0:1::${n}`)));
    expect(office.served.length).toBeLessThanOrEqual(60 + Math.ceil(20 * office.seconds));
    const others = await ask(50, (n) => app.api(null).get('/problems', from(`2001:db8:0:${n + 2}::1`)));
    expect(others.served).toHaveLength(50);
  });
});

describe('the setting of rates', () => {
  it.each([
    [{}, 0],
    [{ DEMO: '0' }, 50],
    [{ DATABASE_URL: 'postgres://db/cases' }, 50],
    [{ DATABASE_URL: 'postgres://db/cases', DEMO: 'directory' }, 0],
    [{ DEMO: '0', RATE_LIMIT: '0' }, 0],
    [{ DEMO: '1', RATE_LIMIT: '7' }, 7],
  ])('makes of %j %d requests a second', (env, perSecond) => {
    expect(readSettings(env).rateLimit).toBe(perSecond);
  });

  it.each([
    { RATE_LIMIT: '-1' },
    { RATE_LIMIT: '1e9' },
    { TRUSTED_PROXIES: '10.0.0.0/33' },
    { TRUSTED_PROXIES: 'localhost' },
    { TRUSTED_PROXIES: '10.0.0.1,,10.0.0.2' },
    { MAX_CONNECTIONS: '1' },
  ])('refuses %j', (env) => {
    expect(() => readSettings(env)).toThrow(SettingsError);
  });

  it('takes addresses and networks of proxies', () => {
    expect(readSettings({ TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::/32,192.0.2.1' }).trustedProxies).toEqual([
      '10.0.0.0/8',
      '2001:db8::/32',
      '192.0.2.1',
    ]);
  });

  it('limits nobody on a node with demo data', async () => {
    const app = await startTestApp();
    const { served } = await ask(150, () => app.api('agent').get('/cases?limit=1'));
    const { headers } = await app.api('agent').get('/cases?limit=1');
    await app.close();
    expect(served).toHaveLength(150);
    expect([headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([null, null]);
  });
});
