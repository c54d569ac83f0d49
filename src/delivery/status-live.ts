/**
 * What keeps an open page up to date: an empty region in which news is announced, and a small script that listens for
 * it. The page is whole without either. The script asks our own origin only and puts nothing into the page that the
 * server has not made; it never moves the focus and never throws away what somebody has begun to write.
 */
import { createHash } from 'node:crypto';
import { say } from './catalogue.js';
import type { CustomerView } from './customer-view.js';
import { type Child, html } from './html.js';
import type { Locale } from '../domain/policies.js';

interface LiveContext {
  /** Address of the page, without a query. */
  readonly path: string;
  readonly eventsPath: string;
  readonly chosen: Locale | null;
}

/** @returns nothing for a case on which there will never be news again. */
export function liveRegion({ stage, timeline, locale }: CustomerView, context: LiveContext): Child {
  if (stage === 'withdrawn' || stage === 'merged') return null;
  const language = context.chosen === null ? '' : `?lang=${context.chosen}`;
  return html`<div
      class="wrap live"
      id="live"
      role="status"
      aria-live="polite"
      data-events="${context.eventsPath}"
      data-page="${context.path}${language}"
      data-seq="${timeline.at(-1)?.seq ?? 0}"
      data-news="${say(locale, 'live.news')}"
      data-show="${say(locale, 'live.show')}"
      data-updated="${say(locale, 'live.updated')}"
    ></div>
    <script src="${STATUS_LIVE_PATH}?v=${STATUS_LIVE_VERSION}" defer></script>`;
}

/** Runs in browsers as it is, so in the JavaScript that all of them have. */
export const STATUS_LIVE_JS = `'use strict';
(() => {
  const region = document.getElementById('live');
  const main = document.querySelector('main');
  if (!region || !main || !window.EventSource || !window.DOMParser) return;
  const { events, page, news, show, updated } = region.dataset;
  let seen = Number(region.dataset.seq);
  let source = null;
  let failures = 0;

  // Somebody reads with a keyboard, writes or chooses: then nothing may change under their hands.
  const isBusy = () =>
    (document.activeElement !== main && main.contains(document.activeElement)) ||
    [...main.querySelectorAll('textarea')].some((field) => field.value !== field.defaultValue) ||
    [...main.querySelectorAll('input')].some((field) => field.checked !== field.defaultChecked) ||
    main.querySelector('details[open], [role=alert]') !== null;

  const offer = () => {
    const link = document.createElement('a');
    link.href = page;
    link.textContent = show;
    region.replaceChildren(news + ' ', link);
  };

  const refresh = async () => {
    const answer = await fetch(page, { cache: 'no-store' });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (isBusy()) return offer();
    for (const part of ['main', 'footer']) {
      document.querySelector(part).replaceChildren(...fresh.querySelector(part).childNodes);
    }
    document.title = fresh.title;
    const now = fresh.getElementById('live');
    if (now) seen = Math.max(seen, Number(now.dataset.seq));
    else close();
    region.replaceChildren(updated);
  };

  const onNews = ({ lastEventId }) => {
    failures = 0;
    if (!(Number(lastEventId) > seen)) return;
    seen = Number(lastEventId);
    if (isBusy()) offer();
    else refresh().catch(offer);
  };

  // An answer other than the stream ends a source for good; asked again ever more rarely, and not for ever.
  const onError = () => {
    if (!source || source.readyState !== EventSource.CLOSED) return;
    close();
    failures += 1;
    if (failures < 6) setTimeout(open, failures * 60000);
  };

  const close = () => {
    if (source) source.close();
    source = null;
  };

  // A page in the background holds no connection; it looks again when it is shown.
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(events);
    source.onmessage = onNews;
    source.onerror = onError;
  };

  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  open();
})();
`;

export const STATUS_LIVE_PATH = '/assets/status-live.js';
/** Part of the address, so that a browser may keep the script for ever and still see a new one. */
export const STATUS_LIVE_VERSION = createHash('sha256')
  .update(STATUS_LIVE_JS)
  .digest('base64url')
  .slice(0, 12);
