// Every page that a customer can meet, in every language, light and dark, on a phone and on a desk: no barrier that axe
// knows, nothing wider than the screen, nothing from elsewhere.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { LOCALES } from '../../src/domain/policies.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { barriersOn, PHONE, UNFOLD } from './barriers.js';
import { startBrowser } from './browser.js';
import { House, SITUATION_NAMES, type Situations } from './situations.js';
import { openWatched } from './watched-page.js';

let app: TestApp;
let browser: Browser;
let pages: Situations;
beforeAll(async () => {
  [app, browser] = await Promise.all([startTestApp(), startBrowser()]);
  pages = await new House(app).everySituation();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** What runs in the page is a text: the tests themselves know no document. */
const LOW_TARGETS = `[...document.querySelectorAll('main :is(button, summary, textarea, .score, .number)')]
  .map((element) => [element.textContent, element.getBoundingClientRect().height])
  .filter(([, height]) => height < 44)`;

describe.each(LOCALES)('in %s', (locale) => {
  it(`each page is free of barriers and keeps to itself, light and dark, large and small (${locale})`, async () => {
    const { page, faults, close } = await openWatched(browser, app.url, { reducedMotion: 'reduce' });
    const barriers: Record<string, string[]> = {};
    for (const name of SITUATION_NAMES) {
      await page.goto(`${app.url}${pages[name]}?lang=${locale}`);
      expect([name, await page.getAttribute('html', 'lang')]).toEqual([name, locale]);
      barriers[name] = await barriersOn(page);
    }
    await close();
    expect(barriers).toEqual(Object.fromEntries(SITUATION_NAMES.map((name) => [name, []])));
    expect(faults).toEqual([]);
  });
});

describe('every place to touch', () => {
  it('is at least 44 pixels high on a phone, but for links inside a line and the switch of languages', async () => {
    const { page, close } = await openWatched(browser, app.url, { viewport: PHONE });
    for (const name of ['waiting', 'resolved', 'closed'] as const) {
      await page.goto(`${app.url}${pages[name]}`);
      await page.evaluate(UNFOLD);
      const low = await page.evaluate(LOW_TARGETS);
      expect([name, low]).toEqual([name, []]);
    }
    await close();
  });
});

describe('somebody who uses the keyboard alone', () => {
  it('skips to the content, chooses a score, and sends it', async () => {
    const { page, close } = await openWatched(browser, app.url);
    await page.goto(`${app.url}${pages.closed}`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.name')).toBe('score');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('input[name=score]:checked').getAttribute('value')).toBe('2');
    await page.locator('textarea[name=comment]').focus();
    await page.keyboard.type('Fine.');
    await page.locator('#rate button').press('Enter');
    await page.waitForURL(/done=rating/);
    expect(await page.locator('.notice').textContent()).toContain('Thank you for your rating.');
    expect(await page.locator('.given').textContent()).toBe('2 of 5 – Dissatisfied');
    await close();
  });
});
