// What customers receive, in the demo's own mailbox: from a step of a case to a mail that can be read in a browser.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { DemoMailbox } from '../../src/app/demo/mailbox.js';
import { Mailbox, type MailboxItem } from '../../src/http/mailbox/mailbox.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { StatusCases } from './status-cases.js';

describe('the demo’s mailbox', () => {
  let app: TestApp;
  let cases: StatusCases;
  beforeAll(async () => {
    app = await startTestApp({ demo: '1' });
    cases = new StatusCases(app);
  });
  afterAll(() => app?.close());

  const get = (path: string) => fetch(`${app.url}${path}`, { redirect: 'manual' });
  const items = async (): Promise<MailboxItem[]> =>
    ((await (await get('/mailbox.json')).json()) as { data: MailboxItem[] }).data;

  it('holds the mail of a step, in the customer’s language, with the link that opens the case', async () => {
    await cases.opened({ email: 'mei@customer.example', locale: 'zh-TW', name: '林<b>淑芬' });
    await cases.letDaysPass(1 / 24);
    const mine = (await items()).filter(({ to }) => to.address === 'mei@customer.example');
    expect(mine).toHaveLength(1);
    expect(mine[0]?.to.name).toBe('林<b>淑芬');
    expect(mine[0]?.subject).toMatch(/^\[C-[0-9A-Z-]+\] 我們已收到您反映的問題/);
    expect(mine[0]?.text).toContain('林<b>淑芬 您好：');
    const page = await fetch(mine[0]?.statusUrl?.replace(/^https?:\/\/[^/]+/, app.url) ?? '');
    expect(page.status).toBe(200);
  });

  it('shows the list, the mail and its parts as pages that run nothing', async () => {
    const [item] = await items();
    const list = await get('/mailbox');
    expect(list.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    const listed = await list.text();
    expect(listed).toContain(`href="/mailbox/${item?.id}"`);
    expect(listed).not.toMatch(/<script|http-equiv|林<b>/);
    const one = await (await get(`/mailbox/${item?.id}`)).text();
    expect(one).toMatch(
      /<iframe\s+sandbox="allow-popups allow-popups-to-escape-sandbox"\s+src="\/mailbox\/\d+\/html"/,
    );
    expect(one).toContain(`href="${item?.statusUrl}"`);
    expect(one).toContain('Auto-Submitted: auto-generated');
    const mail = await get(`/mailbox/${item?.id}/html`);
    expect(mail.headers.get('content-security-policy')).toMatch(
      /^sandbox [\w- ]+; default-src 'none'; style-src 'unsafe-inline';/,
    );
    expect(mail.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(await mail.text()).toContain('<html lang=');
  });

  it('shows one customer’s mails when asked for them', async () => {
    const page = await (await get('/mailbox?to=mei%40customer.example')).text();
    expect(page).toContain('aria-current="true"');
    expect(page.split('<li>').length).toBeLessThan(
      (await (await get('/mailbox')).text()).split('<li>').length,
    );
    expect(await (await get('/mailbox?to=nobody')).text()).toContain('Nothing has been received yet.');
  });

  it('has no mail that it has not received', async () => {
    for (const path of ['/mailbox/0', '/mailbox/x', '/mailbox/0/html', '/mailbox/..%2fx']) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
  });

  it('keeps the newest two hundred and no mail of more than a mebibyte', async () => {
    const box = app.get(Mailbox as never) as DemoMailbox;
    const transport = createTransport({ url: box.url, pool: true, maxConnections: 5, maxMessages: 1_000 });
    const send = (subject: string, text: string) =>
      transport.sendMail({ from: 'a@b.example', to: 'flood@customer.example', subject, text });
    await Promise.all(Array.from({ length: 250 }, (_, n) => send(`no ${n}`, 'x')));
    await expect(send('large', 'x'.repeat(1_100_000))).rejects.toMatchObject({ responseCode: 552 });
    transport.close();
    expect(box.all()).toHaveLength(200);
    expect(new Set(box.all().map(({ id }) => id)).size).toBe(200);
    expect(box.all().some(({ subject }) => subject === 'large')).toBe(false);
  });
});

describe('a node that is no demo', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app?.close());

  it('has no mailbox at all', async () => {
    for (const path of ['/mailbox', '/mailbox.json', '/mailbox/1', '/mailbox/1/html']) {
      const { status } = await fetch(`${app.url}${path}`);
      expect([path, status]).toEqual([path, 404]);
    }
  });
});
