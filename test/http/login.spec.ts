// Signing in with a browser at the demo's issuer, over real HTTP, and everything that can be done to a session.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpOptions } from '../../src/http/http-options.js';
import { WINDOWS } from '../../src/http/limits/budgets.js';
import { RequestLimits } from '../../src/http/limits/request-limits.js';
import { LOGIN_TEXTS } from '../../src/http/auth/login-texts.js';
import { Identities } from '../../src/identity/identities.js';
import { Principals } from '../../src/identity/principals.js';
import { Sessions } from '../../src/identity/sessions.js';
import { Browser, type Visit } from '../identity/browser.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { clientOf } from '../support/client.js';

let app: TestApp;
/** As pages know it: `http://localhost:PORT`. */
let origin: string;
let limits: RequestLimits;
let use: RequestLimits['use'];

beforeAll(async () => {
  app = await startTestApp({ env: { DEMO_LOGIN: '1' } });
  origin = app.get(HttpOptions as never as new () => HttpOptions).publicUrl;
  limits = app.get(RequestLimits);
  use = limits.use.bind(limits);
});
afterAll(() => app?.close());
beforeEach(() => {
  // More people sign in here than from one address in a minute.
  const verdict = { isServed: true, remaining: 1, waitMs: 0, wholeInMs: 0 };
  limits.use = async (name) => ({ budget: WINDOWS[name], verdict });
});

/** Up to the address to which the issuer sends the browser back. */
async function atTheIssuer(browser: Browser, who: string, begin = '/login'): Promise<string> {
  const begun = await browser.visit(begin);
  expect(begun.status).toBe(302);
  const picked = await browser.visit(`${begun.location}&login_as=${who}`);
  expect(picked.location).toContain(`${origin}/login/callback?code=`);
  return picked.location ?? '';
}

async function signedIn(who: string, browser = new Browser(app.url), begin = '/login'): Promise<Browser> {
  const done = await browser.visit(await atTheIssuer(browser, who, begin));
  expect([done.status, done.text]).toEqual([303, '']);
  return browser;
}

const whoAmI = (browser: Browser): Promise<Visit> => browser.visit('/api/v1/session');
const change = (browser: Browser, headers: Record<string, string>): Promise<Visit> =>
  browser.visit('/api/v1/calendars/preview', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{}',
  });

describe('signing in', () => {
  it('goes by code, PKCE, state and nonce to the issuer and back, and the session is that person', async () => {
    const browser = new Browser(app.url);
    const { location, headers } = await browser.visit('/login?returnTo=%2Finbox%3Fmine%3D1');
    const query = new URL(location ?? '').searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${origin}/login/callback`,
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(query.get(name)?.length).toBeGreaterThan(40);
    expect(headers.get('cache-control')).toBe('no-store');
    const page = await browser.visit(location ?? '');
    expect(page.text).toContain('This is a demo');
    expect(page.text).toContain('Priya Nair');
    const back = await browser.visit(`${location}&login_as=product-lead`);
    const done = await browser.visit(back.location ?? '');
    expect([done.status, done.location]).toEqual([303, `${origin}/inbox?mine=1`]);
    const { status, text } = await whoAmI(browser);
    expect([status, JSON.parse(text)]).toMatchObject([
      200,
      {
        id: 'product-lead',
        name: 'Priya Nair',
        role: 'lead',
        department: 'product',
        idleSeconds: 1_800,
        csrf: 'origin',
      },
    ]);
    expect(JSON.parse(text).expiresAt).toBe('2026-03-02T21:00:00.000Z');
  });

  it('sets cookies that no script and no other site can use', async () => {
    const { setCookies } = await signedIn('agent-1');
    const [attempt, dropped, session] = setCookies;
    expect(attempt).toMatch(/^sign-in=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(dropped).toBe('sign-in=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax');
    expect(session).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('stores neither the session nor the attempt, but a hash', async () => {
    const { cookies } = await signedIn('agent-1');
    const rows = await app.dataSource.query(
      `SELECT 1 FROM sessions WHERE secret_hash = sha256(convert_to($1, 'UTF8'))`,
      [cookies.get('session')],
    );
    expect(rows).toHaveLength(1);
    const [{ text }] = await app.dataSource.query('SELECT string_agg(x::text, $1) AS text FROM sessions x', [
      ' ',
    ]);
    expect(text).not.toContain(cookies.get('session'));
  });

  it('gives every sign-in a session of its own and ends the one before (fixation)', async () => {
    const browser = await signedIn('agent-1');
    const before = browser.cookies.get('session') ?? '';
    await signedIn('agent-1', browser);
    expect(browser.cookies.get('session')).not.toBe(before);
    const old = new Browser(app.url);
    old.cookies.set('session', before);
    expect((await whoAmI(old)).status).toBe(401);
  });

  it('takes no session that somebody made up', async () => {
    const browser = new Browser(app.url);
    browser.cookies.set('session', 'A'.repeat(43));
    await signedIn('agent-1', browser);
    expect(browser.cookies.get('session')).not.toBe('A'.repeat(43));
  });

  it.each([
    ['unknown', 'stranger'],
    ['no longer here', 'gone'],
  ])('says the same to whoever is %s here', async (_, subject) => {
    const [linked] = await app.get(Identities).of('agent-1');
    const issuer = linked?.issuer ?? '';
    await app.api('admin').put('/staff/gone', { name: 'Gone', role: 'agent', active: false });
    await app.get(Identities).linkOnce('gone', { issuer, subject: 'gone' });
    expect(await app.get(Sessions).begin({ issuer, subject }, null)).toBeNull();
    const browser = new Browser(app.url);
    const callback = await atTheIssuer(browser, 'agent-1');
    const sessions = app.get(Sessions);
    const begin = sessions.begin.bind(sessions);
    sessions.begin = (_identity, previous) => begin({ issuer, subject }, previous);
    const answer = await browser.visit(callback).finally(() => (sessions.begin = begin));
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(LOGIN_TEXTS.en.troubles.noAccount.title);
    expect(answer.text).not.toContain(subject === 'gone' ? 'Gone' : subject);
    expect(browser.cookies.has('session')).toBe(false);
  });
});

describe('coming back from the issuer', () => {
  it.each([
    [
      'without an attempt',
      (browser: Browser) => void browser.cookies.delete('sign-in'),
      (url: string) => url,
    ],
    [
      'with an attempt that is not ours',
      (browser: Browser) => void browser.cookies.set('sign-in', 'e30.x.y.z.q'),
      (url: string) => url,
    ],
    ['with another state', () => undefined, (url: string) => url.replace(/state=[^&]+/, 'state=forged')],
    ['without a state', () => undefined, (url: string) => url.replace(/&state=[^&]+/, '')],
    ['with another code', () => undefined, (url: string) => url.replace(/code=[^&]+/, 'code=forged')],
    ['with two codes', () => undefined, (url: string) => `${url}&code=second`],
    [
      'from another issuer',
      () => undefined,
      (url: string) => url.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example'),
    ],
    ['with nothing', () => undefined, () => '/login/callback'],
    ['with a refusal', () => undefined, (url: string) => url.replace(/code=[^&]+/, 'error=access_denied')],
    ['with broken percent signs', () => undefined, () => '/login/callback?code=%zz&state=%'],
  ])('signs nobody in %s', async (_, spoil, respell) => {
    const browser = new Browser(app.url);
    const callback = await atTheIssuer(browser, 'admin-1');
    spoil(browser);
    const answer = await browser.visit(respell(callback));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(browser.cookies.has('session')).toBe(false);
  });

  it('does nothing for whoever stole the address: the attempt is in another browser', async () => {
    const victim = new Browser(app.url);
    const callback = await atTheIssuer(victim, 'admin-1');
    const thief = new Browser(app.url);
    expect((await thief.visit(callback)).status).toBe(400);
    await thief.visit('/login');
    expect((await thief.visit(callback)).status).toBe(400);
    expect(thief.cookies.has('session')).toBe(false);
  });

  it('happens once: a second time the code and the attempt are used up', async () => {
    const browser = new Browser(app.url);
    const callback = await atTheIssuer(browser, 'agent-1');
    const attempt = browser.cookies.get('sign-in') ?? '';
    expect((await browser.visit(callback)).status).toBe(303);
    const session = browser.cookies.get('session');
    browser.cookies.set('sign-in', attempt);
    expect((await browser.visit(callback)).status).toBe(400);
    expect(browser.cookies.get('session')).toBe(session);
    expect((await whoAmI(browser)).status).toBe(200);
  });
});

describe('where a sign-in ends', () => {
  it('is our own page even when the address asked for another', async () => {
    const browser = new Browser(app.url);
    const callback = await atTheIssuer(browser, 'agent-1', '/login?returnTo=%2F%2Fevil.example');
    expect((await browser.visit(callback)).location).toBe(`${origin}/`);
  });
});

describe('a session', () => {
  it.each([
    ['a page of ours', () => ({ origin }), true],
    ['a page of ours, by a proxy that hides it', () => ({ 'sec-fetch-site': 'same-origin' }), true],
    ['another site', () => ({ origin: 'https://evil.example' }), false],
    ['a page without an origin', () => ({ origin: 'null' }), false],
    ['a neighbouring site', () => ({ 'sec-fetch-site': 'same-site' }), false],
    ['another port', () => ({ origin: 'http://localhost:1' }), false],
    [
      'another site that claims to be ours',
      () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }),
      false,
    ],
    ['who knows where', () => ({}), false],
  ])('changes something for %s: %#', async (_, headers, mayChange) => {
    const browser = await signedIn('agent-1');
    const { status, text } = await change(browser, headers() as Record<string, string>);
    // Past the guard an empty body is what is wrong.
    expect([status, JSON.parse(text).code]).toEqual(
      mayChange ? [422, 'invalid-fields'] : [403, 'foreign-origin'],
    );
  });

  it('does not let a form of another site change anything', async () => {
    const browser = await signedIn('agent-1');
    const { status } = await browser.visit('/api/v1/calendars/preview', {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(status).toBe(415);
  });

  it('is no bearer token', async () => {
    const { cookies } = await signedIn('agent-1');
    expect((await clientOf(app.url, cookies.get('session') ?? '').get('/session')).status).toBe(401);
  });

  it('stands beside a token of the same person, and of nobody else', async () => {
    const browser = await signedIn('agent-1');
    const as = (token: string) =>
      browser.visit('/api/v1/session', { headers: { authorization: `Bearer ${token}` } });
    expect((await as(app.tokens.agent)).status).toBe(200);
    expect((await as(app.tokens.agent2)).status).toBe(401);
    expect((await as('junk')).status).toBe(401);
    browser.cookies.set('session', 'B'.repeat(43));
    expect((await as(app.tokens.agent2)).status).toBe(200);
  });

  it('needs no origin beside a token, which no other site can send', async () => {
    const browser = await signedIn('agent-1');
    const { status } = await change(browser, { authorization: `Bearer ${app.tokens.agent}` });
    expect(status).toBe(422);
  });

  it('ends when its person leaves, at once here, and does not come back with them', async () => {
    const person = { name: 'Tomás Silva', role: 'member', department: 'product' };
    const browser = await signedIn('product-2');
    await app.api('admin').put('/staff/product-2', { ...person, active: false });
    expect((await whoAmI(browser)).status).toBe(401);
    await app.api('admin').put('/staff/product-2', person);
    expect((await whoAmI(browser)).status).toBe(401);
  });

  it('follows its person into another department and role, at once here', async () => {
    const browser = await signedIn('sales-2');
    await app
      .api('admin')
      .put('/staff/sales-2', { name: 'Sofia Rossi', role: 'lead', department: 'finance' });
    expect(JSON.parse((await whoAmI(browser)).text)).toMatchObject({ role: 'lead', department: 'finance' });
  });

  it('ends with the link on which it stands', async () => {
    const browser = await signedIn('finance-2');
    await app.api('admin').put('/staff/finance-2/identities', { identities: [] });
    expect((await whoAmI(browser)).status).toBe(401);
  });

  it('keeps an administrator able to manage keys', async () => {
    const browser = await signedIn('admin-1');
    const init = { method: 'POST', headers: { origin, 'content-type': 'application/json' } };
    const made = await browser.visit('/api/v1/api-keys', {
      ...init,
      body: '{"staffId":"agent-2","name":"x"}',
    });
    const { id } = JSON.parse(made.text);
    const revoked = await browser.visit(`/api/v1/api-keys/${id}`, { method: 'DELETE', headers: { origin } });
    expect([made.status, revoked.status]).toEqual([201, 204]);
  });
});

describe('signing out', () => {
  it('ends the session here at once and takes the cookie back', async () => {
    const browser = await signedIn('agent-1');
    const token = browser.cookies.get('session') ?? '';
    expect((await browser.visit('/logout', { method: 'POST', headers: { origin } })).status).toBe(204);
    expect(browser.cookies.has('session')).toBe(false);
    browser.cookies.set('session', token);
    expect((await whoAmI(browser)).status).toBe(401);
  });

  it('is not for other sites to do, nor for a link', async () => {
    const browser = await signedIn('agent-1');
    const foreign = { method: 'POST', headers: { origin: 'https://evil.example' } };
    expect((await browser.visit('/logout', foreign)).status).toBe(403);
    expect((await browser.visit('/logout')).status).toBe(405);
    expect((await whoAmI(browser)).status).toBe(200);
  });

  it('is done already for whoever is not signed in', async () => {
    expect((await new Browser(app.url).visit('/logout', { method: 'POST' })).status).toBe(204);
  });
});

describe('the pages', () => {
  it.each(['en', 'zh-CN', 'zh-TW'] as const)(
    'say in all languages what went wrong, first in %s',
    async (locale) => {
      const { status, text, headers } = await new Browser(app.url).visit(`/login/callback?lang=${locale}`);
      expect([status, headers.get('content-language')]).toEqual([400, locale]);
      expect(text).toContain(`<h1 id="title">${LOGIN_TEXTS[locale].troubles.failed.title}</h1>`);
      for (const texts of Object.values(LOGIN_TEXTS)) expect(text).toContain(texts.troubles.failed.text);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    },
  );

  it('refuse an issuer that is not offered', async () => {
    expect((await new Browser(app.url).visit('/login?issuer=https%3A%2F%2Fevil.example')).status).toBe(400);
  });

  it('come no more often than twenty times a minute to one address', async () => {
    limits.use = use;
    const { quota } = WINDOWS.login;
    const browser = new Browser(app.url);
    const answers: Visit[] = [];
    for (let n = 0; n <= quota; n++) answers.push(await browser.visit('/login/callback'));
    expect(answers.map(({ status }) => status)).toEqual([...Array(quota).fill(400), 429]);
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answers.at(-1)?.text).toContain(LOGIN_TEXTS.en.troubles.tooOften.title);
  });
});

// Last: the clock does not go back.
describe('time', () => {
  it('ends a session that is not used for half an hour, and one that is used after twelve', async () => {
    const [idle, busy] = [await signedIn('agent-1'), await signedIn('agent-2')];
    const at = async (now: string): Promise<number[]> => {
      await app.moveClockTo(now);
      const principals = app.get(Principals);
      principals.forget();
      const statuses = [(await whoAmI(busy)).status];
      await principals.settle();
      // Uses are noted to the minute of the node's own clock, which stands still here.
      await app.dataSource.query(
        `UPDATE sessions SET last_used_at = (SELECT now_at FROM manual_clock) WHERE staff_id = 'agent-2'`,
      );
      return [...statuses, now.endsWith('09:29:00Z') ? 0 : (await whoAmI(idle)).status];
    };
    expect(await at('2026-03-02T09:29:00Z')).toEqual([200, 0]);
    expect(await at('2026-03-02T09:31:00Z')).toEqual([200, 401]);
    for (let hour = 10; hour < 21; hour++) {
      for (const minute of ['00', '25', '50']) {
        expect((await at(`2026-03-02T${hour}:${minute}:00Z`))[0]).toBe(200);
      }
    }
    expect((await at('2026-03-02T21:00:00Z'))[0]).toBe(401);
  });

  it('lets a sign-in take away what has ended', async () => {
    const count = async () => Number((await app.dataSource.query('SELECT count(*) AS n FROM sessions'))[0].n);
    const before = await count();
    expect(before).toBeGreaterThan(10);
    await signedIn('agent-1');
    await signedIn('agent-1');
    expect(await count()).toBeLessThanOrEqual(Math.max(2, before + 2 - 40));
  });
});
