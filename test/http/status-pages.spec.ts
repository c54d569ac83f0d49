import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, startTestApp, type TestApp } from '../support/app.js';

const CANARY = 'CANARY-4c2e';
const FORM = 'application/x-www-form-urlencoded';
let app: TestApp;
let nobody: Client;

beforeAll(async () => {
  app = await startTestApp();
  nobody = app.api(null);
});
afterAll(() => app.close());

let customers = 0;
async function opened(customer: Record<string, string> = {}, subject = 'Parcel has not arrived') {
  customers += 1;
  const { body } = await app.api('agent').post('/cases', {
    subject,
    description: CANARY,
    expectedOutcome: CANARY,
    category: 'delivery',
    channel: 'phone',
    impact: 'medium',
    urgency: 'high',
    customer: { externalId: `page-${customers}`, name: CANARY, ...customer },
  });
  return { id: body.id as string, page: new URL(body.statusUrl as string).pathname };
}

async function resolvedCase(customer: Record<string, string> = {}) {
  const found = await opened(customer);
  const solution = { solution: 'It arrives on Friday.', rootCause: CANARY };
  const { status } = await app.api('agent').post(`/cases/${found.id}/resolutions`, solution);
  expect(status).toBe(201);
  return found;
}

const submit = (
  path: string,
  fields: Record<string, string> | string,
  headers: Record<string, string> = {},
) => nobody.post(path, new URLSearchParams(fields).toString(), { 'content-type': FORM, ...headers });
/** The fields that the page itself put into the form of an action. */
function fieldsOf(page: string, action: string): Record<string, string> {
  const [, form = ''] = new RegExp(`action="[^"]*/${action}"(.*?)</form>`, 's').exec(page) ?? [];
  const found = [...form.matchAll(/<input type="hidden" name="([^"]+)"\s+value="([^"]*)"/g)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]));
}
const eventsOf = async (id: string) => {
  const { body } = await app.api('admin').get(`/cases/${id}/journal?limit=100`);
  return (body.data as { type: string }[]).map(({ type }) => type);
};

describe('the customer’s page', () => {
  it('shows the case in the customer’s language and zone', async () => {
    const { page } = await opened({ locale: 'zh-TW', timeZone: 'Asia/Taipei' });
    const { status, headers, body } = await nobody.get(page);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-language')).toBe('zh-TW');
    expect(body).toContain('我們已收到您的案件');
    expect(body).toContain('台北標準時間');
    expect(body).not.toContain(CANARY);
    expect((await nobody.get(`${page}?lang=en`)).body).toContain('<html lang="en">');
  });

  it('finds its style and its icon on its own origin, to be kept for ever under their version', async () => {
    const { page } = await opened();
    const { body } = await nobody.get(page);
    for (const [, path = '', type = ''] of [
      [0, /href="(\/assets\/status\.css[^"]*)"/.exec(body)?.[1], 'text/css; charset=utf-8'],
      [0, /href="(\/assets\/status\.svg[^"]*)"/.exec(body)?.[1], 'image/svg+xml; charset=utf-8'],
    ] as const) {
      const kept = await fetch(`${app.url}${path}`);
      expect([kept.status, kept.headers.get('content-type')]).toEqual([200, type]);
      expect(kept.headers.get('cache-control')).toContain('immutable');
      const unversioned = await fetch(`${app.url}${path.split('?')[0]}`);
      expect(unversioned.headers.get('cache-control')).toBe('public, max-age=300');
    }
  });

  it('may send forms to its own origin and do nothing else', async () => {
    const { page } = await opened();
    const { headers } = await nobody.get(page);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('shows hostile text as text', async () => {
    const subject = `<script>alert(1)</script>"><img src=x onerror=alert(1)>\u202egpj`;
    const { page, id } = await opened({}, subject);
    await app.api('agent').post(`/cases/${id}/messages`, { text: `</blockquote>${subject}` });
    const { body } = await nobody.get(page);
    expect(body).not.toMatch(/<script|<img|\u202e/);
    expect(body).toContain('&lt;/blockquote&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  });
});

describe('a form of the page', () => {
  it('leads back to the page with a short notice, and a reload repeats nothing', async () => {
    const { page, id } = await opened();
    const { body } = await nobody.get(page);
    const sent = await submit(`${page}/replies`, { ...fieldsOf(body, 'replies'), text: 'Hello, 你好' });
    expect([sent.status, sent.headers.get('location'), sent.body]).toEqual([
      303,
      `${page}?done=replies`,
      null,
    ]);
    const after = await nobody.get(sent.headers.get('location') as string);
    expect(after.body).toMatch(/role="status">Thank you, we have your message\./);
    expect(await eventsOf(id)).toEqual(['case.opened', 'case.replied']);
    const journal = (await app.api('admin').get(`/cases/${id}/journal`)).body.data.at(-1);
    expect(journal).toMatchObject({
      actor: { kind: 'customer' },
      data: { text: 'Hello, 你好', channel: 'web' },
    });
  });

  it('has one effect however often it is sent, until something else is written in it', async () => {
    const { page, id } = await opened();
    const fields = fieldsOf((await nobody.get(page)).body, 'replies');
    const twice = await Promise.all(
      [1, 2, 3].map(() => submit(`${page}/replies`, { ...fields, text: 'Hello' })),
    );
    expect(twice.map(({ status }) => status)).toContain(303);
    expect((await submit(`${page}/replies`, { ...fields, text: 'Hello' })).status).toBe(303);
    expect((await eventsOf(id)).filter((type) => type === 'case.replied')).toHaveLength(1);
    expect((await submit(`${page}/replies`, { ...fields, text: 'And one more thing' })).status).toBe(303);
    expect((await eventsOf(id)).filter((type) => type === 'case.replied')).toHaveLength(2);
  });

  it.each([
    ['confirmation', {}, 'case.confirmed', 'Thank you for confirming'],
    ['rejection', { reason: 'It did not.' }, 'case.rejected', 'We are working on it again'],
    ['attention', { reason: '' }, 'case.attentionRaised', 'A manager has been told'],
  ])('of %s does what it says', async (path, fields, event, notice) => {
    const { page, id } = await resolvedCase();
    const { body } = await nobody.get(page);
    const sent = await submit(`${page}/${path}`, { ...fieldsOf(body, path), ...fields });
    expect(sent.status).toBe(303);
    expect((await eventsOf(id)).at(-1)).toBe(event);
    expect((await nobody.get(sent.headers.get('location') as string)).body).toContain(notice);
  });

  it('of withdrawal needs its second step, and then leaves nothing to do', async () => {
    const { page, id } = await opened();
    const { body } = await nobody.get(page);
    expect(body).toMatch(/<details><summary class="grave">/);
    const sent = await submit(`${page}/withdrawal`, { ...fieldsOf(body, 'withdrawal'), reason: 'Found it' });
    expect(sent.status).toBe(303);
    expect((await eventsOf(id)).at(-1)).toBe('case.withdrawn');
    expect((await nobody.get(page)).body).not.toContain('<form');
  });

  it('keeps the language that was chosen', async () => {
    const { page } = await opened();
    const { body } = await nobody.get(`${page}?lang=zh-CN`);
    const sent = await submit(`${page}/replies`, { ...fieldsOf(body, 'replies'), text: '你好' });
    expect(sent.headers.get('location')).toBe(`${page}?done=replies&lang=zh-CN`);
    expect((await nobody.get(sent.headers.get('location') as string)).body).toContain('我们已收到您的留言');
  });

  it.each([
    ['empty', '  ', 'Please write something first.'],
    ['too long', 'x'.repeat(1_501), 'at most 1,500 characters'],
    ['unreadable', 'a\u0000b', 'could not be read'],
    ['invisible', '\u200b\u2800', 'Please write something first.'],
  ])('that is %s comes back with what was written and why', async (_, text, reason) => {
    const { page, id } = await opened();
    const { status, body } = await submit(`${page}/replies`, { text });
    expect(status).toBe(422);
    expect(body).toMatch(/role="alert"/);
    expect(body).toContain(reason);
    if (text.startsWith('x')) expect(body).toContain(`${text}</textarea`);
    expect(await eventsOf(id)).toEqual(['case.opened']);
  });

  it('takes exactly as many characters as it promises, four bytes each or not', async () => {
    const { page } = await opened();
    expect((await submit(`${page}/replies`, { text: '你'.repeat(1_500) })).status).toBe(303);
    expect((await submit(`${page}/replies`, { text: '😀'.repeat(1_300) })).status).toBe(303);
    expect((await submit(`${page}/replies`, { text: '😀'.repeat(1_501) })).status).toBe(413);
  });

  it('that comes too late shows how the case stands now, why not, and what was written', async () => {
    const { page, id } = await resolvedCase({ locale: 'zh-CN' });
    const { body } = await nobody.get(page);
    await app.api('agent').post(`/cases/${id}/confirmations`, {});
    const fields = { ...fieldsOf(body, 'rejection'), reason: '<还没收到>' };
    for (const attempt of [1, 2]) {
      const late = await submit(`${page}/rejection`, fields);
      expect([attempt, late.status]).toEqual([attempt, 409]);
      expect(late.body).toContain('目前无法进行此操作');
      expect(late.body).toContain('服务单已关闭');
      expect(late.body).toContain('&lt;还没收到&gt;');
    }
    expect((await eventsOf(id)).at(-1)).toBe('case.confirmed');
  });

  it('sent again after the window of reopening leads to the new case, and to the same one each time', async () => {
    const { page, id } = await resolvedCase();
    await submit(`${page}/confirmation`, {});
    const { body: clock } = await app.api('admin').get('/clock');
    await app.moveClockTo(new Date(Date.parse(clock.now) + 15 * 86_400_000).toISOString());
    const { body } = await nobody.get(page);
    expect(body).toContain('Open a new case');
    const sent = await submit(`${page}/reopening`, {
      ...fieldsOf(body, 'reopening'),
      reason: 'Broken again',
    });
    const again = await submit(`${page}/reopening`, { reason: 'Hello?' });
    expect([sent.status, again.status]).toEqual([303, 303]);
    expect(again.headers.get('location')).toBe(sent.headers.get('location'));
    const location = sent.headers.get('location') as string;
    expect(location.startsWith(page)).toBe(false);
    expect((await nobody.get(location)).body).toContain('It continues the earlier one.');
    expect((await eventsOf(id)).at(-1)).toBe('case.sealed');
  });

  it.each([
    ['broken percent-encoding', 'text=%zz'],
    ['what is no UTF-8', 'text=%ff%fe'],
    ['one field twice', 'text=a&text=b'],
    ['a name that reaches a prototype', '__proto__=a&text=b'],
    ['very many fields', Array.from({ length: 50 }, (_, n) => `f${n}=x`).join('&')],
  ])('with %s is not guessed at', async (_, form) => {
    const { page, id } = await opened();
    const answer = await nobody.post(`${page}/replies`, form, { 'content-type': FORM });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('<html lang="en">');
    expect(await eventsOf(id)).toEqual(['case.opened']);
  });

  it('is read under the page’s own addresses only, and nothing but a form is read there', async () => {
    const { page, id } = await opened();
    const token = page.slice('/s/'.length);
    expect((await submit(`/status/${token}/replies`, { text: 'x' })).status).toBe(415);
    expect((await submit(`/cases/${id}/notes`, { text: 'x' })).status).toBe(415);
    for (const type of ['text/plain', 'multipart/form-data; boundary=x']) {
      expect((await nobody.post(`${page}/withdrawal`, 'reason=x', { 'content-type': type })).status).toBe(
        415,
      );
    }
    expect(await eventsOf(id)).toEqual(['case.opened']);
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

  it('is gone, not missing, once its link has expired, and says nothing of the case', async () => {
    const { page } = await opened({ locale: 'zh-CN' }, `subject ${CANARY}`);
    await submit(`${page}/withdrawal`, {});
    const { body: clock } = await app.api('admin').get('/clock');
    await app.moveClockTo(new Date(Date.parse(clock.now) + 30 * 86_400_000).toISOString());
    const { status, body } = await nobody.get(page);
    expect(status).toBe(410);
    expect(body).toContain('This link no longer works');
    expect(body).not.toContain(CANARY);
    expect((await submit(`${page}/replies`, { text: 'x' })).status).toBe(410);
  });
});

describe('a case that was merged', () => {
  it('leads its customer on to the case that goes on, and nobody else’s', async () => {
    const [first, second] = [await opened({ externalId: 'same' }), await opened({ externalId: 'same' })];
    const other = await opened();
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
