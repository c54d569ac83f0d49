/** What keeps people out of a page, as axe finds it, in each look that the page has. Knows no page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

/** Colours do not depend on the size of the screen, so two looks stand for four. */
const LOOKS = [
  { colorScheme: 'dark', viewport: PHONE },
  { colorScheme: 'light', viewport: DESK },
] as const;

// What runs in the page is a text: the tests themselves know no document.
/** What is folded is part of the page too. */
export const UNFOLD = 'for (const each of document.querySelectorAll("details")) each.open = true';
const PIXELS_TOO_WIDE = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
/** A frame without scripts cannot be asked; it is a page of its own. */
const RUN_AXE = `axe.run({ iframes: false }).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 120) + ' ' + failureSummary)))`;

/** @returns one line for each fault and element. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  await page.evaluate(UNFOLD);
  const faults: string[] = [];
  for (const { colorScheme, viewport } of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    const found = await page.evaluate<string[]>(RUN_AXE);
    const tooWide = await page.evaluate<number>(PIXELS_TOO_WIDE);
    if (tooWide > 0) found.push(`${tooWide} px wider than the screen`);
    faults.push(...found.map((fault) => `${colorScheme}: ${fault}`));
  }
  return faults;
}
