// API keys over HTTP: made, shown once, used in either header, replaced, run out, revoked; and nobody locks everybody out.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACTIONS } from '../../src/domain/rights.js';
import { isWithin, SCOPES } from '../../src/domain/scopes.js';
import { ApiKeys } from '../../src/identity/api-keys.js';
import { Principals } from '../../src/identity/principals.js';
import { startTestApp, type Answer, type Client, type TestApp } from '../support/app.js';
import { clientOf } from '../support/client.js';
import { expectStatus } from './case-client.js';

const NOBODY = '01a2011f-9c23-7ebd-b176-93490937ef58';

let app: TestApp;
let admin: Client;
/** Hours after nine on 2 March 2026. */
let hours = 0;
beforeAll(async () => {
  app = await startTestApp();
  admin = app.api('admin');
});
afterAll(() => app?.close());

const atHour = (hour: number) => new Date(Date.UTC(2026, 2, 2, 9 + hour)).toISOString();
async function passHours(count: number): Promise<void> {
  hours += count;
  expectStatus(await app.moveClockTo(atHour(hours)), 200);
}
const create = async (body: object = {}) =>
  expectStatus(await admin.post('/api-keys', { staffId: 'service-1', name: 'Web shop', ...body }), 201).body;
const rotate = (id: string, body?: object): Promise<Answer> => admin.post(`/api-keys/${id}/rotation`, body);
const revoke = (id: string): Promise<Answer> => admin.delete(`/api-keys/${id}`);
/** Status of a request with this key. */
const use = async (key: string) => (await clientOf(app.url, key).get('/me')).status;
const listed = async (id: string) =>
  (await admin.get('/api-keys?limit=100')).body.data.find((each: { id: string }) => each.id === id);
/** The key with which the tests ask. */
const ownId = async (): Promise<string> =>
  (await admin.get('/api-keys?staffId=admin-1')).body.data[0].id as string;

describe('an API key', () => {
  it('is shown when it is made and never again, works, and is stored as a hash', async () => {
    const { key, ...rest } = await create({ expiresAt: '2027-03-02T10:00:00+01:00' });
    expect(key).toMatch(/^cew_service_[A-Za-z0-9_-]{43}$/);
    expect(rest).toEqual({
      id: expect.any(String),
      prefix: key.slice(0, 16),
      scopes: null,
      staffId: 'service-1',
      name: 'Web shop',
      createdAt: atHour(hours),
      expiresAt: '2027-03-02T09:00:00.000Z',
      revokedAt: null,
      lastUsedAt: null,
    });
    expect(await listed(rest.id)).toEqual(rest);
    expect((await clientOf(app.url, key).get('/me')).body).toMatchObject({
      id: 'service-1',
      role: 'service',
    });
    await app.get(Principals).settle();
    expect(await listed(rest.id)).toEqual({ ...rest, lastUsedAt: atHour(hours) });
    const [{ row }] = await app.dataSource.query('SELECT k::text AS row FROM api_keys k WHERE id = $1', [
      rest.id,
    ]);
    expect([row.includes(rest.prefix), row.includes(key.slice(0, 18))]).toEqual([true, false]);
  });

  it('is listed page by page, and by holder', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push((await create({ staffId: 'finance-2', name: `No. ${n}` })).id);
    const path = '/api-keys?staffId=finance-2&limit=2';
    const first = (await admin.get(path)).body;
    expect(first.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const second = (await admin.get(`${path}&cursor=${first.meta.nextCursor}`)).body;
    expect([second.data.map(({ id }: { id: string }) => id), second.meta]).toEqual([
      ids.slice(2),
      { hasMore: false, nextCursor: null },
    ]);
    expect((await admin.get(`/api-keys?cursor=${first.meta.nextCursor}`)).status).toBe(400);
    expect((await admin.get('/api-keys?staffId=none-such')).body.data).toEqual([]);
  });

  it('is refused from the instant at which it expires', async () => {
    const { key } = await create({ expiresAt: atHour(hours + 1) });
    await passHours(1);
    expect(await use(key)).toBe(401);
  });

  it('is refused at once when it is revoked, and revoking it again changes nothing', async () => {
    const { id, key } = await create();
    expect(await use(key)).toBe(200);
    expect((await revoke(id)).status).toBe(204);
    expect(await use(key)).toBe(401);
    const { revokedAt } = await listed(id);
    expect(revokedAt).toBe(atHour(hours));
    await passHours(1);
    expect((await revoke(id)).status).toBe(204);
    expect((await listed(id)).revokedAt).toBe(revokedAt);
  });

  it('is taken by X-API-Key too, and of two that differ neither counts', async () => {
    const me = async (headers: Record<string, string>) => (await app.api(null).get('/me', headers)).status;
    const { key } = await create();
    const other = app.tokens.admin;
    expect(await me({ 'x-api-key': key })).toBe(200);
    expect(await me({ 'x-api-key': key, authorization: `Bearer ${key}` })).toBe(200);
    expect(await me({ 'x-api-key': key, authorization: `Bearer ${other}` })).toBe(401);
    expect(await me({ 'x-api-key': key, authorization: 'Basic YTpi' })).toBe(401);
    expect(await me({ 'x-api-key': '', authorization: `Bearer ${key}` })).toBe(401);
    expect(await me({ 'x-api-key': `${key}x` })).toBe(401);
  });
});

describe('a rotation', () => {
  it('makes a new key like the old one, which is refused at once', async () => {
    const old = await create({ expiresAt: '2027-03-02T09:00:00Z' });
    expect(await use(old.key)).toBe(200);
    const { key, ...fresh } = expectStatus(await rotate(old.id), 201).body;
    const { staffId, name, expiresAt } = old;
    expect(fresh).toMatchObject({ staffId, name, expiresAt, revokedAt: null });
    expect([fresh.id === old.id, key === old.key]).toEqual([false, false]);
    expect([await use(old.key), await use(key)]).toEqual([401, 200]);
    expect((await rotate(old.id)).body.code).toBe('api-key-ended');
  });

  it('lets both keys work until the overlap ends', async () => {
    const [asked, unasked] = [await create(), await create()];
    const overlap = { overlapSeconds: 7_200, expiresAt: '2027-01-01T00:00:00Z' };
    const fresh = expectStatus(await rotate(asked.id, overlap), 201).body;
    expectStatus(await rotate(unasked.id, overlap), 201);
    expect(fresh.expiresAt).toBe('2027-01-01T00:00:00.000Z');
    expect((await listed(asked.id)).revokedAt).toBe(atHour(hours + 2));
    await passHours(1);
    expect([await use(asked.key), await use(fresh.key)]).toEqual([200, 200]);
    await passHours(1);
    // The other one is in this node's memory for seconds more.
    expect([await use(unasked.key), await use(fresh.key)]).toEqual([401, 200]);
  });

  it('is cut short by a revocation', async () => {
    const { id, key } = await create();
    expectStatus(await rotate(id, { overlapSeconds: 604_800 }), 201);
    expect(await use(key)).toBe(200);
    expect((await revoke(id)).status).toBe(204);
    expect(await use(key)).toBe(401);
  });

  it('of an expired key is refused', async () => {
    const { id } = await create({ expiresAt: atHour(hours + 1) });
    await passHours(1);
    const { status, body } = await rotate(id);
    expect([status, body.code]).toEqual([409, 'api-key-ended']);
  });
});

describe('the last way in', () => {
  it('stays open: nobody ends the key that they are using', async () => {
    const id = await ownId();
    for (const answer of [await revoke(id), await rotate(id), await rotate(id, { overlapSeconds: 0 })]) {
      expect([answer.status, answer.body.code]).toEqual([409, 'api-key-in-use']);
    }
    expect(await use(app.tokens.admin)).toBe(200);
  });

  it('stays open when two administrators revoke each other’s key at the same moment', async () => {
    const keys = [await create({ staffId: 'admin-1' }), await create({ staffId: 'admin-1' })];
    const [one, other] = keys;
    const answers = await Promise.all([
      clientOf(app.url, one.key).delete(`/api-keys/${other.id}`),
      clientOf(app.url, other.key).delete(`/api-keys/${one.id}`),
    ]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect([await use(one.key), await use(other.key)].sort()).toEqual([200, 401]);
  });

  it('is not closed by a key that was revoked on another node and is still known on this one', async () => {
    const stale = await create({ staffId: 'admin-1' });
    expect(await use(stale.key)).toBe(200);
    expect(await app.get(ApiKeys).revoke(stale.id, app.tokens.admin)).toBe('revoked');
    const answer = await clientOf(app.url, stale.key).delete(`/api-keys/${await ownId()}`);
    expect([answer.status, answer.body.code]).toEqual([409, 'api-key-ended']);
    expect(await use(app.tokens.admin)).toBe(200);
  });

  it('is replaced by its holder with an overlap', async () => {
    const { id, key } = await create({ staffId: 'admin-1' });
    const mine = clientOf(app.url, key);
    const fresh = expectStatus(await mine.post(`/api-keys/${id}/rotation`, { overlapSeconds: 60 }), 201).body;
    expect([await use(key), await use(fresh.key)]).toEqual([200, 200]);
    expect((await mine.delete(`/api-keys/${fresh.id}`)).body.code).toBe('api-key-ended');
    expect((await clientOf(app.url, fresh.key).delete(`/api-keys/${id}`)).status).toBe(204);
    expect(await use(key)).toBe(401);
  });
});

describe('what is asked wrongly', () => {
  it.each([
    ['no holder', { staffId: undefined }, '/staffId'],
    ['a holder who does not exist', { staffId: 'none-such' }, '/staffId'],
    ['a holder who is no text', { staffId: 5 }, '/staffId'],
    ['no name', { name: ' ' }, '/name'],
    ['a name beyond bounds', { name: 'x'.repeat(201) }, '/name'],
    ['an end without an offset', { expiresAt: '2027-03-02T09:00:00' }, '/expiresAt'],
    ['an end that has passed', { expiresAt: '2026-03-02T08:59:59Z' }, '/expiresAt'],
    ['a key of its own', { key: `cew_admin_${'A'.repeat(43)}` }, '/key'],
    ['a role of its own', { role: 'admin' }, '/role'],
  ])('is 422 when a key is made: %s', async (_what, wrong, pointer) => {
    const { status, body } = await admin.post('/api-keys', { staffId: 'service-1', name: 'x', ...wrong });
    expect([status, body.errors]).toMatchObject([422, [{ pointer }]]);
  });

  it.each([
    ['too long an overlap', { overlapSeconds: 604_801 }, '/overlapSeconds'],
    ['a negative overlap', { overlapSeconds: -1 }, '/overlapSeconds'],
    ['an overlap that is no whole number', { overlapSeconds: 0.5 }, '/overlapSeconds'],
    ['an end that has passed', { expiresAt: '2026-03-02T08:59:59Z' }, '/expiresAt'],
    ['a name', { name: 'x' }, '/name'],
  ])('is 422 when a key is rotated: %s', async (_what, wrong, pointer) => {
    const { id, key } = await create();
    const { status, body } = await rotate(id, wrong);
    expect([status, body.errors]).toMatchObject([422, [{ pointer }]]);
    expect(await use(key)).toBe(200);
  });

  it.each(['?limit=0', '?limit=101', '?cursor=abc', '?staffId=', '?staffId=a&staffId=b', '?order=id'])(
    'is 400 when keys are listed: %s',
    async (query) => expect((await admin.get(`/api-keys${query}`)).status).toBe(400),
  );

  it('is 404 for a key that does not exist', async () => {
    for (const id of [NOBODY, 'x', '%00']) {
      expect([id, (await revoke(id)).status, (await rotate(id)).status]).toEqual([id, 404, 404]);
    }
  });

  it('is 422 for a holder who has left', async () => {
    const leaver = { name: 'Leaver', role: 'agent', active: false };
    expectStatus(await admin.put('/staff/leaver', leaver), 200);
    const { status, body } = await admin.post('/api-keys', { staffId: 'leaver', name: 'x' });
    expect([status, body.errors[0].pointer]).toEqual([422, '/staffId']);
  });

  it.each(['manager', 'agent', 'service', 'member:sales', 'lead:sales'] as const)(
    'is 403 for everybody but administrators: %s',
    async (who) => {
      const { id, key } = await create();
      const client = app.api(who);
      const answers = [
        await client.post('/api-keys', { staffId: 'service-1', name: 'x' }),
        await client.get('/api-keys'),
        await client.post(`/api-keys/${id}/rotation`),
        await client.delete(`/api-keys/${id}`),
      ];
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
      expect(await use(key)).toBe(200);
    },
  );
});

describe('a narrowed key', () => {
  it('opens what its scopes say and nothing else, and says so', async () => {
    const { key, scopes } = await create({ staffId: 'admin-1', scopes: ['cases'] });
    const mine = clientOf(app.url, key);
    const paths = ['/cases', '/tasks', '/me', '/customers', '/staff', '/api-keys', '/webhook-endpoints'];
    const statuses = await Promise.all(paths.map(async (path) => (await mine.get(path)).status));
    expect([scopes, statuses]).toEqual([['cases'], [200, 200, 200, 403, 403, 403, 403]]);
    const refused = await mine.get('/customers');
    expect(refused.body.code).toBe('insufficient-scope');
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="api", error="insufficient_scope"');
  });

  it('only looks when it is narrowed to reading', async () => {
    const { key } = await create({ staffId: 'admin-1', scopes: ['read'] });
    const mine = clientOf(app.url, key);
    expect((await mine.get('/customers')).status).toBe(200);
    expect((await mine.put('/departments/sales', {})).body.code).toBe('insufficient-scope');
    expect((await mine.post('/cases', {})).body.code).toBe('insufficient-scope');
  });

  it('never manages keys, and stays as narrow when it is replaced', async () => {
    const { id, key } = await create({ staffId: 'admin-1', scopes: [...SCOPES] });
    expect((await clientOf(app.url, key).post('/api-keys', {})).body.code).toBe('insufficient-scope');
    expect(expectStatus(await rotate(id), 201).body.scopes).toEqual([...SCOPES]);
  });

  it.each([[[]], [['everything']], [['cases', 'cases']], ['cases'], [[5]]])(
    'is not made with scopes that are none: %j',
    async (scopes) => {
      const { status, body } = await admin.post('/api-keys', { staffId: 'admin-1', name: 'x', scopes });
      expect([status, body.errors[0].pointer.startsWith('/scopes')]).toEqual([422, true]);
    },
  );

  it('can be narrowed to each action but those on keys, by one noun', () => {
    const nouns = SCOPES.filter((scope) => scope !== 'read');
    const open = ACTIONS.map((action) => [action, nouns.filter((scope) => isWithin([scope], action)).length]);
    const others = open.filter(([, count]) => count !== 1);
    expect(others).toEqual([
      ['self.read', nouns.length],
      ['apiKey.manage', 0],
    ]);
  });
});
