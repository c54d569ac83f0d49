// The demo's mailbox, where a newcomer reads what customers are sent: no barriers, nothing from elsewhere, and hostile
// words are words.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { StatusCases } from '../http/status-cases.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { barriersOn } from './barriers.js';
import { startBrowser } from './browser.js';
import { openWatched } from './watched-page.js';

const HOSTILE = '<img src=//evil.example/x onerror=alert(1)><script>alert(1)</script>';

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startTestApp({ demo: '1' }), startBrowser()]);
  const cases = new StatusCases(app);
  const found = await cases.opened({ email: 'ada@customer.example', name: HOSTILE }, HOSTILE);
  await cases.command(found.id, 'agent', 'messages', { text: HOSTILE });
  await cases.letDaysPass(1 / 24);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

describe('the demo’s mailbox', () => {
  it('leads from the list to a mail, and from the mail to the customer’s page', async () => {
    const { page, faults, close } = await openWatched(browser, app.url);
    await page.goto(`${app.url}/mailbox?to=ada%40customer.example`);
    expect(await barriersOn(page)).toEqual([]);
    await page.locator('main li a').first().click();
    await page.waitForURL(/\/mailbox\/\d+$/);
    expect(await barriersOn(page)).toEqual([]);
    const mail = page.frameLocator('iframe');
    expect(await mail.locator('body').textContent()).toContain('<script>alert(1)</script>');
    const link = await page.locator('a[href*="/s/"]').first().getAttribute('href');
    await page.goto(`${app.url}${new URL(link ?? '', app.url).pathname}`);
    expect(await page.locator('.subject').textContent()).toContain('<script>alert(1)</script>');
    await close();
    expect(faults).toEqual([]);
  });
});
