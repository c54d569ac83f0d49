// Every route that exists, walked: none answers without a token but those on the public list, and each role meets
// exactly the doors that are its own (reliability.md S1, I14). A new route without an entry fails.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouteTable } from '../../src/http/route-table.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** Open to everybody. By link: the token in the address is the credential. */
const PUBLIC = [
  'GET /docs',
  'GET /docs/reference.js',
  'GET /docs/start.js',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /openapi.json',
  'GET /problems',
  'GET /problems/:code',
  'GET /assets/status.css',
  'GET /assets/status-live.js',
  'GET /assets/status.svg',
  'GET /mailbox',
  'GET /mailbox.json',
  'GET /mailbox/:id',
  'GET /mailbox/:id/html',
  'GET /login',
  'GET /login/callback',
  'POST /logout',
  'GET /demo-issuer/.well-known/openid-configuration',
  'GET /demo-issuer/jwks',
  'GET /demo-issuer/authorize',
  'POST /demo-issuer/token',
];
const BY_LINK = /^(GET|POST) (\/s\/:token|\/api\/v1\/status\/:token)/;

/** Only for administrators, whatever is sent. */
const ADMIN = [
  'GET /clock',
  'PUT /clock',
  'GET /api/v1/clock',
  'PUT /api/v1/clock',
  'PUT /api/v1/departments/:key',
  'PUT /api/v1/playbooks/:key',
  'PUT /api/v1/lifecycle-policies/:key',
  'PUT /api/v1/calendars/:key',
  'PUT /api/v1/sla-policies/:key',
  'PUT /api/v1/delivery-policies/:key',
  'PUT /api/v1/templates/:key',
  'POST /api/v1/templates/:key/preview',
  'PUT /api/v1/routing-rules/:key',
  'PUT /api/v1/staff/:id',
  'GET /api/v1/staff/:id/identities',
  'PUT /api/v1/staff/:id/identities',
  'PUT /api/v1/compensation-policies/:key',
  'POST /api/v1/api-keys',
  'GET /api/v1/api-keys',
  'POST /api/v1/api-keys/:id/rotation',
  'DELETE /api/v1/api-keys/:id',
  'POST /api/v1/webhook-endpoints',
  'GET /api/v1/webhook-endpoints',
  'GET /api/v1/webhook-endpoints/:id',
  'PUT /api/v1/webhook-endpoints/:id',
  'DELETE /api/v1/webhook-endpoints/:id',
  'POST /api/v1/webhook-endpoints/:id/rotation',
  'POST /api/v1/webhook-endpoints/:id/test',
  'GET /api/v1/webhook-endpoints/:id/deliveries',
  'POST /api/v1/webhook-endpoints/:id/deliveries/:delivery/resend',
  'POST /api/v1/webhook-endpoints/:id/resend-failed',
  'POST /api/v1/calendars/:key/ics-import',
  'POST /api/v1/sla-policies/:key/rebase',
];

const ROLES = ['admin', 'manager', 'agent', 'agent2', 'service', 'member:sales', 'lead:sales'] as const;

let app: TestApp;
let routes: string[];
beforeAll(async () => {
  app = await startTestApp();
  routes = app
    .get(RouteTable)
    .all()
    .flatMap(({ url, methods }) => methods.map((method) => `${method} ${url}`))
    .filter((route) => !route.startsWith('HEAD '))
    .sort();
});
afterAll(() => app?.close());

/** As a few clients would: all at once, they would wait for the database's connections and be told so (503). */
const AT_ONCE = 16;

async function askAll(
  asked: readonly string[],
  token: string | null,
): Promise<(readonly [string, number])[]> {
  const answers: (readonly [string, number])[] = [];
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const some = asked.slice(from, from + AT_ONCE);
    answers.push(
      ...(await Promise.all(some.map(async (route) => [route, await ask(route, token)] as const))),
    );
  }
  return answers;
}

async function ask(route: string, token: string | null): Promise<number> {
  const [method, url] = route.split(' ') as [string, string];
  const path = url
    .replace(':id', '01a2011f-9c23-7ebd-b176-93490937ef58')
    .replace(/:\w+/g, 'x')
    .replace('*', 'x');
  const response = await fetch(`${app.url}${path}`, {
    method,
    redirect: 'manual',
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });
  await response.arrayBuffer();
  return response.status;
}

const isOpen = (route: string) => PUBLIC.includes(route) || BY_LINK.test(route);

describe('every route', () => {
  it('is known to this walk, and there are many', () => {
    expect(routes.length).toBeGreaterThan(60);
    expect(PUBLIC.filter((route) => !routes.includes(route))).toEqual([]);
    expect(ADMIN.filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('is 401 without a token, unless it is on the public list', async () => {
    const answers = await askAll(routes, null);
    const open = answers.filter(([, status]) => status !== 401).map(([route]) => route);
    expect(open.filter((route) => !isOpen(route))).toEqual([]);
    expect(answers.filter(([route, status]) => isOpen(route) && status === 401)).toEqual([]);
  });

  it('is 401 with a token that is none', async () => {
    const closed = routes.filter((route) => !isOpen(route));
    const answers = await askAll(closed, `cew_admin_${'A'.repeat(43)}`);
    expect(answers.filter(([, status]) => status !== 401)).toEqual([]);
  });

  it.each(ROLES)('keeps administration from everybody but administrators: %s', async (role) => {
    const answers = await askAll(ADMIN, app.tokens[role]);
    const refused = answers.filter(([, status]) => status === 403).length;
    expect(refused).toBe(role === 'admin' ? 0 : ADMIN.length);
  });

  it.each(ROLES)('never fails, whoever asks for what does not exist: %s', async (role) => {
    const answers = await askAll(routes, app.tokens[role]);
    expect(answers.filter(([, status]) => status >= 500)).toEqual([]);
  });

  it('answers HEAD with the status of GET, and no variant of spelling opens it', async () => {
    for (const route of routes.filter((each) => each.startsWith('GET /api/'))) {
      const url = route.slice('GET '.length).replace(/:\w+/g, 'x');
      const variants = [`${url}/`, `/${url}`, url.toUpperCase(), `${url}%2f`, `${url};x=1`, `${url}/.`];
      const head = await fetch(`${app.url}${url}`, { method: 'HEAD' });
      expect([route, head.status]).toEqual([route, isOpen(route) ? head.status : 401]);
      for (const variant of variants) {
        const { status } = await fetch(`${app.url}${variant}`, { redirect: 'manual' });
        expect([variant, status >= 400 && status < 500]).toEqual([variant, true]);
      }
    }
  });
});
