// Signing in as in production: behind TLS, with several issuers to choose from, one of which is down.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOGIN_TEXTS } from '../../src/http/auth/login-texts.js';
import { Browser } from '../identity/browser.js';
import { startIssuer, type IssuerServer } from '../identity/issuer-server.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { clientOf } from '../support/client.js';

/** Does not lead to this machine: nothing here may need that it does. */
const PUBLIC_URL = 'https://cases.example.com';
let app: TestApp;
let down: IssuerServer;

beforeAll(async () => {
  down = await startIssuer([]);
  down.status = 500;
  const issuers = [
    {
      issuer: down.issuer,
      audience: 'cases',
      algorithm: 'RS256',
      clientId: 'console',
      label: 'Head office <b>',
    },
    { issuer: 'https://tokens.example.com', audience: 'cases', algorithm: 'RS256' },
  ];
  app = await startTestApp({ env: { AUTH_ISSUERS: JSON.stringify(issuers), DEMO_LOGIN: '1', PUBLIC_URL } });
});
afterAll(async () => {
  await app?.close();
  await down?.close();
});

describe('several issuers', () => {
  it.each(['en', 'zh-CN', 'zh-TW'] as const)('are there to choose from, in %s', async (locale) => {
    const { status, text, headers } = await new Browser(app.url).visit(
      `/login?lang=${locale}&returnTo=%2Finbox`,
    );
    expect([status, headers.get('content-language')]).toEqual([200, locale]);
    expect(text).toContain(LOGIN_TEXTS[locale].choose);
    // One that names no client is for tokens alone.
    expect(text.match(/class="go"/g)).toHaveLength(2);
    expect(text).toContain('Head office &lt;b&gt;');
    expect(text).toContain(`issuer=${encodeURIComponent(`${PUBLIC_URL}/demo-issuer`)}&amp;returnTo=%2Finbox`);
    expect(text).not.toContain('<script');
  });

  it('are not waited for when one is down', async () => {
    const browser = new Browser(app.url);
    const { status, headers, text } = await browser.visit(`/login?issuer=${encodeURIComponent(down.issuer)}`);
    expect([status, headers.get('retry-after')]).toEqual([503, '2']);
    expect(text).toContain(LOGIN_TEXTS.en.troubles.unavailable.title);
    expect(browser.cookies.size).toBe(0);
  });
});

describe('behind TLS', () => {
  it('the cookies are the host’s own, and secure', async () => {
    const browser = new Browser(app.url);
    const issuer = encodeURIComponent(`${PUBLIC_URL}/demo-issuer`);
    const begun = await browser.visit(`/login?issuer=${issuer}&returnTo=%2Finbox`);
    expect(begun.location).toContain(`${PUBLIC_URL}/demo-issuer/authorize?`);
    const picked = await browser.visit(`${begun.location}&login_as=agent-1`);
    const done = await browser.visit(picked.location ?? '');
    expect([done.status, done.location]).toEqual([303, `${PUBLIC_URL}/inbox`]);
    const [attempt, , session] = browser.setCookies;
    expect(attempt).toMatch(/^__Host-sign-in=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(session).toMatch(/^__Host-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect((await browser.visit('/api/v1/session')).status).toBe(200);
  });

  it('a cookie without the prefix, as a neighbour could set it, is nothing', async () => {
    const browser = new Browser(app.url);
    browser.cookies.set('session', 'A'.repeat(43));
    const { status, headers } = await browser.visit('/api/v1/session');
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="api"']);
  });

  it('only pages of the public address change something, whatever `Host` says', async () => {
    const browser = new Browser(app.url);
    browser.cookies.set('__Host-session', 'A'.repeat(43));
    const headers = { origin: app.url, 'x-forwarded-host': 'evil.example' };
    expect((await browser.visit('/logout', { method: 'POST', headers })).status).toBe(403);
    const ours = { method: 'POST', headers: { origin: PUBLIC_URL } };
    expect((await browser.visit('/logout', ours)).status).toBe(204);
  });
});

describe('the demo’s issuer', () => {
  it('serves any client that speaks the protocol, and its access token opens the API', async () => {
    const documentOf = async (path: string) => (await fetch(`${app.url}/demo-issuer/${path}`)).json();
    const published = (await documentOf('.well-known/openid-configuration')) as Record<string, string>;
    expect(published['issuer']).toBe(`${PUBLIC_URL}/demo-issuer`);
    expect(await documentOf('jwks')).toMatchObject({ keys: [{ alg: 'ES256', use: 'sig', kty: 'EC' }] });
    const verifier = 'verifier'.repeat(6);
    const redirect_uri = `${PUBLIC_URL}/login/callback`;
    const query = new URLSearchParams({
      client_id: 'demo-console',
      redirect_uri,
      response_type: 'code',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      login_as: 'logistics-1',
    });
    const { location } = await new Browser(app.url).visit(`/demo-issuer/authorize?${query.toString()}`);
    const code = new URL(location ?? '').searchParams.get('code') ?? '';
    const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: 'demo-console' });
    for (const [name, value] of Object.entries({ code, redirect_uri, code_verifier: verifier }))
      body.set(name, value);
    const answer = await fetch(`${app.url}/demo-issuer/token`, { method: 'POST', body });
    const { access_token } = (await answer.json()) as { access_token: string };
    const me = await clientOf(app.url, access_token).get('/session');
    expect(me.body).toMatchObject({ id: 'logistics-1', department: 'logistics', csrf: 'none' });
  });
});
