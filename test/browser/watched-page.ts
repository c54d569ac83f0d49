/**
 * A page that is watched while it is used: every request, dialog, error of a script and breach of the content policy
 * is noted, so that a test can say that there was none.
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface WatchedPage {
  readonly page: Page;
  /** Whatever no page of ours may do, as short lines. */
  readonly faults: string[];
  close(): Promise<void>;
}

/** What does not come by then does not come; below the time that a test may take. */
const PATIENCE_MS = 15_000;

/** @param origin the only one that may be asked. */
export async function openWatched(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`asks ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    faults.push(`opens a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => faults.push(`throws ${error.message}`));
  page.on('console', (message) => {
    // Refusals by the content policy among them. What the server refuses on purpose is told here too.
    const isAnswer = message.text().startsWith('Failed to load resource: the server responded');
    if (message.type() === 'error' && !isAnswer) faults.push(message.text());
  });
  return { page, faults, close: () => context.close() };
}
