// Access tokens of issuers over real HTTP: a valid one is its person, and nothing else is anybody.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOGIN_TEXTS } from '../../src/http/auth/login-texts.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { clientOf } from '../support/client.js';
import { Browser } from './browser.js';
import { HOSTILE_TOKENS, type Forge } from './hostile-tokens.js';
import { AUDIENCE, claimsOf, makeKey, startIssuer, token, type IssuerServer } from './issuer-server.js';

const SUBJECT = '00u-lena';
let app: TestApp;
let other: IssuerServer;
let forge: Forge;

const ask = (bearer: string): Promise<Answer> => clientOf(app.url, bearer).get('/session');
const now = () => Math.floor(Date.now() / 1_000);
const valid = (more: Record<string, unknown> = {}, header = {}) =>
  token(forge.key, claimsOf(forge.server.issuer, SUBJECT, more), header);

beforeAll(async () => {
  const [key, ownKey, otherKey] = await Promise.all([
    makeKey('RS256', 'k1'),
    makeKey('RS256', 'k1'),
    makeKey('ES256', 'e1'),
  ]);
  const server = await startIssuer([key]);
  other = await startIssuer([otherKey]);
  forge = { server, key, ownKey, otherKey, otherIssuer: other.issuer, subject: SUBJECT };
  const issuers = [
    { issuer: server.issuer, audience: AUDIENCE, algorithm: 'RS256' },
    {
      issuer: other.issuer,
      audience: AUDIENCE,
      algorithm: 'ES256',
      typ: 'JWT',
      jwksUri: `${other.issuer}/jwks`,
    },
  ];
  app = await startTestApp({ env: { AUTH_ISSUERS: JSON.stringify(issuers) } });
  const identities = [
    { issuer: server.issuer, subject: SUBJECT },
    { issuer: other.issuer, subject: SUBJECT },
  ];
  const { status } = await app.api('admin').put('/staff/agent-1/identities', { identities });
  expect(status).toBe(200);
});
afterAll(async () => {
  await app?.close();
  await forge?.server.close();
  await other?.close();
});

describe('a valid access token', () => {
  it('is the member of staff to whom its subject is linked', async () => {
    const { status, body } = await ask(valid());
    expect([status, body]).toMatchObject([
      200,
      {
        id: 'agent-1',
        name: 'Lena Hoffmann',
        role: 'agent',
        department: null,
        idleSeconds: null,
        csrf: 'none',
      },
    ]);
    expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.now());
  });

  it('says nothing of role and department: those are ours', async () => {
    const { body } = await ask(
      valid({ role: 'admin', department: 'sales', scope: 'admin', groups: ['admin'] }),
    );
    expect(body).toMatchObject({ role: 'agent', department: null });
  });

  it.each([
    ['an audience that is a list of one', () => valid({ aud: [AUDIENCE] })],
    ['an end 25 s ago: clocks differ', () => valid({ iat: now() - 300, exp: now() - 25 })],
    ['a birth in 25 s', () => valid({ iat: now() + 25, exp: now() + 300 })],
    ['a life of 15 minutes', () => valid({ exp: now() + 895 })],
    ['a thumbprint, which nobody follows', () => valid({}, { x5t: 'AAAA' })],
    ['its type written out', () => valid({}, { typ: 'application/at+jwt' })],
    [
      'another algorithm and type, where its issuer is configured so',
      () => token(forge.otherKey, claimsOf(other.issuer, SUBJECT), { typ: 'JWT' }),
    ],
  ])('may have %s', async (_, make) => {
    expect((await ask(make())).status).toBe(200);
  });

  it('counts together with the same in `X-API-Key`, and not beside another', async () => {
    const bearer = valid();
    const client = clientOf(app.url, bearer);
    expect((await client.get('/session', { 'x-api-key': bearer })).status).toBe(200);
    expect((await client.get('/session', { 'x-api-key': app.tokens.agent })).status).toBe(401);
  });
});

describe('what is no valid access token', () => {
  it('is a long table', () => {
    expect(HOSTILE_TOKENS.length).toBeGreaterThanOrEqual(75);
  });

  it.each(HOSTILE_TOKENS)('is nobody, in the one shape of all refusals: %s', async (_, make) => {
    const { status, headers, body } = await ask(make(forge));
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api", error="invalid_token"');
    expect({ ...body, traceId: '' }).toEqual({
      type: '/problems/unauthenticated',
      title: 'A valid token is needed.',
      status: 401,
      detail: 'A valid token is needed.',
      instance: '/api/v1/session',
      code: 'unauthenticated',
      traceId: '',
    });
  });

  it('makes nobody ask the issuers for anything but their keys, and those hardly ever', () => {
    const keyQuestions = forge.server.asked.filter((path) => path === '/jwks').length;
    expect(new Set(forge.server.asked)).toEqual(new Set(['/.well-known/openid-configuration', '/jwks']));
    // Once, and on a machine so slow that half a minute has passed, once more.
    expect(keyQuestions).toBeLessThanOrEqual(2);
    expect(other.asked).toEqual(['/jwks']);
  });

  it('is what an API key is not told to be: without a credential the challenge names no error', async () => {
    const { status, headers } = await app.api(null).get('/session');
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="api"']);
  });
});

describe('issuers without a client', () => {
  it('are for tokens alone: nobody signs in there', async () => {
    const { status, text } = await new Browser(app.url).visit('/login');
    expect(status).toBe(404);
    expect(text).toContain(LOGIN_TEXTS.en.troubles.notSetUp.title);
    expect((await new Browser(app.url).visit('/demo-issuer/jwks')).status).toBe(404);
  });
});

describe('an identity', () => {
  const put = (id: string, identities: unknown) =>
    app.api('admin').put(`/staff/${id}/identities`, { identities });

  it('leads to one person only', async () => {
    const { status, body } = await put('agent-2', [{ issuer: forge.server.issuer, subject: SUBJECT }]);
    expect([status, body.errors]).toMatchObject([422, [{ pointer: '/identities/0/subject', code: 'taken' }]]);
    expect((await app.api('admin').get('/staff/agent-2/identities')).body).toEqual({ identities: [] });
  });

  it.each([
    [
      'an issuer that nobody configured',
      [{ issuer: 'https://evil.example', subject: 's' }],
      '/identities/0/issuer',
    ],
    ['a subject without end', [{ issuer: 'x', subject: 's'.repeat(256) }], '/identities/0/subject'],
    ['no object', ['s'], '/identities'],
  ])('is refused with %s', async (_, identities, pointer) => {
    const { status, body } = await put('agent-2', identities);
    expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
  });

  it('ends at once on this node when it is unlinked', async () => {
    const identity = { issuer: forge.server.issuer, subject: 'leaving' };
    const bearer = token(forge.key, claimsOf(forge.server.issuer, 'leaving'));
    await put('agent-2', [identity]);
    expect((await ask(bearer)).body.id).toBe('agent-2');
    expect((await put('agent-2', [])).body).toEqual({ identities: [] });
    expect((await ask(bearer)).status).toBe(401);
  });

  it('is 404 of somebody who does not exist', async () => {
    expect((await put('nobody', [])).status).toBe(404);
    expect((await app.api('admin').get('/staff/nobody/identities')).status).toBe(404);
  });
});

describe('an administrator with a token', () => {
  it('revokes and replaces keys without having one', async () => {
    const { issuer } = forge.server;
    await app.api('admin').put('/staff/admin-1/identities', { identities: [{ issuer, subject: 'ada' }] });
    const ada = clientOf(app.url, token(forge.key, claimsOf(issuer, 'ada')));
    const made = await ada.post('/api-keys', { staffId: 'agent-2', name: 'by token' });
    const rotated = await ada.post(`/api-keys/${made.body.id}/rotation`, {});
    expect([made.status, rotated.status]).toEqual([201, 201]);
    expect((await ada.delete(`/api-keys/${rotated.body.id}`)).status).toBe(204);
    expect((await clientOf(app.url, rotated.body.key).get('/session')).status).toBe(401);
  });
});
