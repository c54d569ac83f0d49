// What a customer's link bears: being used too often, too late, by scanners, on several nodes; and that no log holds it
// (reliability.md S8, S9).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { StatusLinks } from '../../src/delivery/status-link.js';
import { CANARY, StatusCases, submit } from '../http/status-cases.js';
import { startTestApp, type TestApp } from '../support/app.js';

const QUOTA = 30;
const lines: string[] = [];
let app: TestApp;
let other: TestApp;
let cases: StatusCases;
beforeAll(async () => {
  app = await startTestApp({ log: (line) => lines.push(line) });
  other = await startTestApp({ databaseUrl: app.databaseUrl, demo: '0', log: (line) => lines.push(line) });
  cases = new StatusCases(app);
});
afterAll(async () => {
  await other?.close();
  await app?.close();
});

/** A token of this installation for a case, as it would be after its links were replaced. */
function newerToken(caseId: string, generation = 2): string {
  return app.get(StatusLinks).sign(caseId, generation);
}

describe('a link', () => {
  it('is refused from the 31st request of a minute on, by page, form, file and API, and says when to come back', async () => {
    const nobody = app.api(null);
    const { id, token, page } = await cases.opened({ locale: 'zh-TW' });
    const unrelated = await cases.opened();
    const left: (string | null)[] = [];
    for (let n = 0; n < QUOTA; n += 1) {
      const { status, headers } = await nobody.get(n % 2 === 0 ? page : `/status/${token}`);
      expect(status).toBe(200);
      left.push(headers.get('ratelimit'));
    }
    expect(left[0]).toBe('"link";r=29;t=60');
    expect(left.at(-1)).toMatch(/^"link";r=0;t=(60|59)$/);

    const byApi = await nobody.get(`/status/${token}`);
    expect([byApi.status, byApi.body.code]).toEqual([429, 'too-many-requests']);
    const shown = await nobody.get(page, { 'accept-language': 'zh-TW' });
    expect(shown.status).toBe(429);
    expect(shown.body).toContain('操作太頻繁了，請稍後再試。');
    for (const { headers } of [byApi, shown]) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect(headers.get('ratelimit-policy')).toBe('"link";q=30;w=60');
    }
    expect((await submit(app, `${page}/withdrawal`, {})).status).toBe(429);
    expect((await nobody.post(`/status/${token}/replies`, { text: 'x' })).status).toBe(429);
    expect((await nobody.get(`/status/${token}/events`)).status).toBe(429);
    const file = { 'content-type': 'text/plain' };
    expect((await nobody.post(`/status/${token}/attachments?name=a.txt`, 'x', file)).status).toBe(429);
    expect(await cases.eventsOf(id)).toEqual(['case.opened']);

    expect((await nobody.get(unrelated.page)).status).toBe(200);
    expect((await nobody.get('/s/nothing')).status).toBe(404);
  });

  it('has one budget on all nodes', async () => {
    const { page } = await cases.opened();
    const [here, there] = [app.api(null), other.api(null)];
    for (let n = 0; n < QUOTA; n += 1) {
      expect((await (n % 2 === 0 ? here : there).get(page)).status).toBe(200);
    }
    for (const nobody of [here, there]) {
      const { status, headers } = await nobody.get(page);
      expect(status).toBe(429);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    }
  });

  it('that was used up on one node is used up on another that never saw it', async () => {
    const { page } = await cases.opened();
    for (let n = 0; n < QUOTA; n += 1) await app.api(null).get(page);
    expect((await other.api(null).get(page)).status).toBe(429);
  });

  it('of a new generation does not give its case a budget of its own', async () => {
    const { id, page } = await cases.opened();
    for (let n = 0; n < QUOTA; n += 1) await app.api(null).get(page);
    expect((await app.api(null).get(`/s/${newerToken(id)}`)).status).toBe(429);
  });
});

/** Every route behind a link, those of the page and those of the API. */
const DEEDS = ['replies', 'confirmation', 'rejection', 'rating', 'reopening', 'withdrawal', 'attention'];

describe('every route behind a link', () => {
  const routesOf = (token: string) =>
    [`/s/${token}`, `/api/v1/status/${token}`].flatMap((root) => [
      root,
      ...DEEDS.map((deed) => `${root}/${deed}`),
      ...(root.startsWith('/api') ? [`${root}/events`, `${root}/attachments`] : []),
    ]);

  it('changes nothing when it is only looked at, twice each, by GET and by HEAD', async () => {
    const kinds = [
      await cases.opened(),
      await cases.resolved(),
      await cases.closed(),
      await cases.atLogistics(),
    ];
    for (const { id, token } of kinds) {
      const before = await snapshotOf(id);
      for (const path of routesOf(token)) {
        for (const method of ['GET', 'HEAD', 'GET', 'HEAD']) {
          const { signal, abort } = abortable();
          const { status } = await fetch(`${app.url}${path}`, { method, redirect: 'manual', signal });
          abort();
          expect([200, 303, 405]).toContain(status);
        }
      }
      expect(await snapshotOf(id)).toEqual(before);
    }
  });

  it('answers 404 for what is no link, and 410 for one that was replaced', async () => {
    const { id, token } = await cases.opened();
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    for (const [bad, status] of [
      ['nothing', 404],
      [forged, 404],
      [newerToken('018f3b7a-0000-7000-8000-000000000000', 1), 404],
      [newerToken(id), 410],
    ] as const) {
      for (const path of routesOf(bad)) {
        const isPost = DEEDS.some((deed) => path.endsWith(deed));
        if (path.endsWith('/attachments')) continue;
        const type = path.startsWith('/s/') ? 'application/x-www-form-urlencoded' : 'application/json';
        const body = path.startsWith('/s/') ? 'text=x' : '{"text":"x"}';
        const answer = await fetch(`${app.url}${path}`, {
          method: isPost ? 'POST' : 'GET',
          redirect: 'manual',
          ...(isPost ? { body, headers: { 'content-type': type } } : {}),
        });
        await answer.text();
        expect([path.replace(bad, ''), answer.status]).toEqual([path.replace(bad, ''), status]);
      }
    }
  });

  it('leaves no trace in caches, referrers and search engines, whatever it answers', async () => {
    const { token } = await cases.opened();
    for (const path of [...routesOf(token), ...routesOf('nothing')]) {
      const { signal, abort } = abortable();
      const { headers } = await fetch(`${app.url}${path}`, { redirect: 'manual', signal });
      abort();
      expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual([
        'no-store',
        'no-referrer',
      ]);
      expect(headers.get('x-robots-tag')).toBe('noindex, nofollow');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';/);
    }
  });

  it('asks nobody else for anything', async () => {
    const { token } = await cases.opened();
    const page = (await app.api(null).get(`/s/${token}`)).body as string;
    const fetched = [
      ...page.matchAll(/<(?:link|script|img|iframe|source|form)\b[^>]*(?:href|src|action)="([^"]*)"/g),
    ];
    expect(fetched.length).toBeGreaterThan(3);
    for (const [, address = ''] of fetched) expect(address).toMatch(/^\/(assets|s)\//);
    expect(page).not.toMatch(/@import|url\(["']?https?:/);
  });

  it('is dead 30 days after its case was closed', async () => {
    const { token, page } = await cases.closed();
    await cases.letDaysPass(29);
    expect((await app.api(null).get(page)).status).toBe(200);
    await cases.letDaysPass(1);
    expect([
      (await app.api(null).get(page)).status,
      (await app.api(null).get(`/status/${token}`)).status,
    ]).toEqual([410, 410]);
  });
});

describe('the log', () => {
  it('holds no token of a link, whatever was done with it', async () => {
    const { id, token, page } = await cases.resolved();
    const nobody = app.api(null);
    const replaced = newerToken(id);
    await nobody.get(page);
    await nobody.get(`/status/${token}`, { accept: 'text/xml' });
    await nobody.post(`/status/${token}/replies`, '{"text":');
    await nobody.post(`/status/${token}/replies`, { text: '' });
    await nobody.put(`/status/${token}`, {});
    await submit(app, `${page}/rating`, { score: '9' });
    await submit(app, `${page}/confirmation`, {});
    await nobody.get(`/s/${replaced}`);
    await nobody.get(`/s/${token}/nowhere/at/all`);
    await nobody.get('/docs', { referer: `${app.url}${page}` });
    for (let n = 0; n < QUOTA; n += 1) await nobody.get(page);
    // Failures of ours are what gets logged, each at its full length.
    const failing = await cases.opened();
    await asOwner('ALTER TABLE cases RENAME TO cases_away');
    const failed = [await nobody.get(failing.page), await nobody.get(`/status/${failing.token}`)];
    await asOwner('ALTER TABLE cases_away RENAME TO cases');
    expect(failed.map(({ status }) => status)).toEqual([500, 500]);
    const text = lines.join('\n');
    expect(text).toContain('A request failed');
    expect(text).not.toContain(failing.token);
    for (const secret of [token, replaced, token.slice(0, 24), CANARY]) expect(text).not.toContain(secret);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });
});

async function asOwner(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** An event stream never ends by itself. */
function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

/** All that a deed would change. */
async function snapshotOf(caseId: string): Promise<unknown> {
  const tables = ['journal', 'notifications', 'customer_messages', 'tasks', 'attachments'];
  const counts = await Promise.all(
    tables.map(async (table) => {
      const [row] = await app.dataSource.query(`SELECT count(*) FROM ${table} WHERE case_id = $1`, [caseId]);
      return [table, Number(row.count)];
    }),
  );
  const [row] = await app.dataSource.query('SELECT revision, state, context FROM cases WHERE id = $1', [
    caseId,
  ]);
  return { counts, row };
}
