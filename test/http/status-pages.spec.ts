import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { CANARY, hiddenFieldsOf, StatusCases, submit } from './status-cases.js';

const FORM = 'application/x-www-form-urlencoded';
let app: TestApp;
let nobody: ReturnType<TestApp['api']>;
let cases: StatusCases;

beforeAll(async () => {
  app = await startTestApp();
  nobody = app.api(null);
  cases = new StatusCases(app);
});
afterAll(() => app.close());

describe('the customer’s page', () => {
  it('shows the case in the customer’s language and zone', async () => {
    const { page } = await cases.opened({ locale: 'zh-TW', timeZone: 'Asia/Taipei' });
    const { status, headers, body } = await nobody.get(page);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-language')).toBe('zh-TW');
    expect(body).toContain('我們已收到您的案件');
    expect(body).toContain('台北標準時間');
    expect(body).not.toContain(CANARY);
    expect((await nobody.get(`${page}?lang=en`)).body).toContain('<html lang="en">');
  });

  it('finds its style, its icon and its script on its own origin, to be kept for ever under their version', async () => {
    const { page } = await cases.opened();
    const { body } = await nobody.get(page);
    for (const [, path = '', type = ''] of [
      [0, /href="(\/assets\/status\.css[^"]*)"/.exec(body)?.[1], 'text/css; charset=utf-8'],
      [0, /href="(\/assets\/status\.svg[^"]*)"/.exec(body)?.[1], 'image/svg+xml; charset=utf-8'],
      [0, /src="(\/assets\/status-live\.js[^"]*)"/.exec(body)?.[1], 'text/javascript; charset=utf-8'],
    ] as const) {
      const kept = await fetch(`${app.url}${path}`);
      expect([kept.status, kept.headers.get('content-type')]).toEqual([200, type]);
      expect(kept.headers.get('cache-control')).toContain('immutable');
      const unversioned = await fetch(`${app.url}${path.split('?')[0]}`);
      expect(unversioned.headers.get('cache-control')).toBe('public, max-age=300');
    }
  });

  it('may send forms to its own origin, run one script of it that asks it alone, and do nothing else', async () => {
    const { page } = await cases.opened();
    const { headers } = await nobody.get(page);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('set-cookie')).toBeNull();
    for (const path of ['/s/nothing', `/api/v1/status/${page.slice('/s/'.length)}`]) {
      const scriptless = (await nobody.get(path)).headers.get('content-security-policy');
      expect(scriptless).toMatch(/^default-src 'none'; style-src(?!.*(script|connect)-src)/);
    }
  });

  it('shows hostile text as text', async () => {
    const subject = `<script>alert(1)</script>"><img src=x onerror=alert(1)>\u202egpj`;
    const { page, id } = await cases.opened({}, subject);
    await app.api('agent').post(`/cases/${id}/messages`, { text: `</blockquote>${subject}` });
    const { body } = await nobody.get(page);
    expect(body).not.toMatch(/<script(?! src="\/assets\/)|<img|\u202e/);
    expect(body).toContain('&lt;/blockquote&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  });
});

describe('a form of the page', () => {
  it('leads back to the page with a short notice, and a reload repeats nothing', async () => {
    const { page, id } = await cases.opened();
    const { body } = await nobody.get(page);
    const sent = await submit(app, `${page}/replies`, {
      ...hiddenFieldsOf(body, 'replies'),
      text: 'Hello, 你好',
    });
    expect([sent.status, sent.headers.get('location'), sent.body]).toEqual([
      303,
      `${page}?done=replies`,
      null,
    ]);
    const after = await nobody.get(sent.headers.get('location') as string);
    expect(after.body).toMatch(/role="status">Thank you, we have your message\./);
    expect(await cases.eventsOf(id)).toEqual(['case.opened', 'case.replied']);
    const journal = (await app.api('admin').get(`/cases/${id}/journal`)).body.data.at(-1);
    expect(journal).toMatchObject({
      actor: { kind: 'customer' },
      data: { text: 'Hello, 你好', channel: 'web' },
    });
  });

  it('has one effect however often it is sent, until something else is written in it', async () => {
    const { page, id } = await cases.opened();
    const fields = hiddenFieldsOf((await nobody.get(page)).body, 'replies');
    const twice = await Promise.all(
      [1, 2, 3].map(() => submit(app, `${page}/replies`, { ...fields, text: 'Hello' })),
    );
    expect(twice.map(({ status }) => status)).toContain(303);
    expect((await submit(app, `${page}/replies`, { ...fields, text: 'Hello' })).status).toBe(303);
    expect((await cases.eventsOf(id)).filter((type) => type === 'case.replied')).toHaveLength(1);
    expect((await submit(app, `${page}/replies`, { ...fields, text: 'And one more thing' })).status).toBe(
      303,
    );
    expect((await cases.eventsOf(id)).filter((type) => type === 'case.replied')).toHaveLength(2);
  });

  it.each([
    ['confirmation', {}, 'case.confirmed', 'Thank you for confirming'],
    ['rejection', { reason: 'It did not.' }, 'case.rejected', 'We are working on it again'],
    ['attention', { reason: '' }, 'case.attentionRaised', 'A manager has been told'],
  ])('of %s does what it says', async (path, fields, event, notice) => {
    const { page, id } = await cases.resolved();
    const { body } = await nobody.get(page);
    const sent = await submit(app, `${page}/${path}`, { ...hiddenFieldsOf(body, path), ...fields });
    expect(sent.status).toBe(303);
    expect((await cases.eventsOf(id)).at(-1)).toBe(event);
    expect((await nobody.get(sent.headers.get('location') as string)).body).toContain(notice);
  });

  it('of withdrawal needs its second step, and then leaves nothing to do', async () => {
    const { page, id } = await cases.opened();
    const { body } = await nobody.get(page);
    expect(body).toMatch(/<details><summary class="grave">/);
    const sent = await submit(app, `${page}/withdrawal`, {
      ...hiddenFieldsOf(body, 'withdrawal'),
      reason: 'Found it',
    });
    expect(sent.status).toBe(303);
    expect((await cases.eventsOf(id)).at(-1)).toBe('case.withdrawn');
    expect((await nobody.get(page)).body).not.toContain('<form');
  });

  it('keeps the language that was chosen', async () => {
    const { page } = await cases.opened();
    const { body } = await nobody.get(`${page}?lang=zh-CN`);
    const sent = await submit(app, `${page}/replies`, { ...hiddenFieldsOf(body, 'replies'), text: '你好' });
    expect(sent.headers.get('location')).toBe(`${page}?done=replies&lang=zh-CN`);
    expect((await nobody.get(sent.headers.get('location') as string)).body).toContain('我们已收到您的留言');
  });

  it.each([
    ['empty', '  ', 'Please write something first.'],
    ['too long', 'x'.repeat(1_501), 'at most 1,500 characters'],
    ['unreadable', 'a\u0000b', 'could not be read'],
    ['invisible', '\u200b\u2800', 'Please write something first.'],
  ])('that is %s comes back with what was written and why', async (_, text, reason) => {
    const { page, id } = await cases.opened();
    const { status, body } = await submit(app, `${page}/replies`, { text });
    expect(status).toBe(422);
    expect(body).toMatch(/role="alert"/);
    expect(body).toContain(reason);
    if (text.startsWith('x')) expect(body).toContain(`${text}</textarea`);
    expect(await cases.eventsOf(id)).toEqual(['case.opened']);
  });

  it('takes exactly as many characters as it promises, four bytes each or not', async () => {
    const { page } = await cases.opened();
    expect((await submit(app, `${page}/replies`, { text: '你'.repeat(1_500) })).status).toBe(303);
    expect((await submit(app, `${page}/replies`, { text: '😀'.repeat(1_300) })).status).toBe(303);
    expect((await submit(app, `${page}/replies`, { text: '😀'.repeat(1_501) })).status).toBe(413);
  });

  it('that comes too late shows how the case stands now, why not, and what was written', async () => {
    const { page, id } = await cases.resolved({ locale: 'zh-CN' });
    const { body } = await nobody.get(page);
    await app.api('agent').post(`/cases/${id}/confirmations`, {});
    const fields = { ...hiddenFieldsOf(body, 'rejection'), reason: '<还没收到>' };
    for (const attempt of [1, 2]) {
      const late = await submit(app, `${page}/rejection`, fields);
      expect([attempt, late.status]).toEqual([attempt, 409]);
      expect(late.body).toContain('目前无法进行此操作');
      expect(late.body).toContain('服务单已关闭');
      expect(late.body).toContain('&lt;还没收到&gt;');
    }
    expect((await cases.eventsOf(id)).at(-1)).toBe('case.confirmed');
  });

  it.each([
    ['broken percent-encoding', 'text=%zz'],
    ['what is no UTF-8', 'text=%ff%fe'],
    ['one field twice', 'text=a&text=b'],
    ['a name that reaches a prototype', '__proto__=a&text=b'],
    ['very many fields', Array.from({ length: 50 }, (_, n) => `f${n}=x`).join('&')],
  ])('with %s is not guessed at', async (_, form) => {
    const { page, id } = await cases.opened();
    const answer = await nobody.post(`${page}/replies`, form, { 'content-type': FORM });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('<html lang="en">');
    expect(await cases.eventsOf(id)).toEqual(['case.opened']);
  });

  it('is read under the page’s own addresses only, and nothing but a form is read there', async () => {
    const { page, id } = await cases.opened();
    const token = page.slice('/s/'.length);
    expect((await submit(app, `/status/${token}/replies`, { text: 'x' })).status).toBe(415);
    expect((await submit(app, `/cases/${id}/notes`, { text: 'x' })).status).toBe(415);
    for (const type of ['text/plain', 'multipart/form-data; boundary=x']) {
      expect((await nobody.post(`${page}/withdrawal`, 'reason=x', { 'content-type': type })).status).toBe(
        415,
      );
    }
    expect(await cases.eventsOf(id)).toEqual(['case.opened']);
  });
});

describe('a page that cannot be shown', () => {
  it('apologises in the reader’s language first, and in the two others below', async () => {
    const { status, body, headers } = await nobody.get('/s/nothing', { 'accept-language': 'zh-HK' });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(body).toMatch(/<h1 id="title">找不到這個頁面/);
    expect(body).toContain('找不到这个页面');
    expect(body).toContain('We cannot find this page');
  });
});

describe('a case that was merged', () => {
  it('leads its customer on to the case that goes on, and nobody else’s', async () => {
    const [first, second] = [
      await cases.opened({ externalId: 'same' }),
      await cases.opened({ externalId: 'same' }),
    ];
    const other = await cases.opened();
    const merge = (from: string, into: string) =>
      app.api('agent').post(`/cases/${from}/merges`, { primaryCaseId: into, reason: 'the same parcel' });
    expect((await merge(first.id, second.id)).status).toBe(201);
    expect((await nobody.get(first.page)).body).toContain(`href="${second.page}"`);
    expect((await merge(second.id, other.id)).status).toBe(201);
    const { body } = await nobody.get(second.page);
    expect(body).toContain('This case goes on as case');
    expect(body).not.toContain(other.page);
  });
});
