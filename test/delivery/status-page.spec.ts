import { describe, expect, it } from '@jest/globals';
import { apologyPage } from '../../src/delivery/apology-page.js';
import type { CustomerAction } from '../../src/delivery/customer-actions.js';
import { customerView, type CustomerView } from '../../src/delivery/customer-view.js';
import { html } from '../../src/delivery/html.js';
import { statusPage, type StatusPageContext } from '../../src/delivery/status-page.js';
import { STATUS_CSS } from '../../src/delivery/status-style.js';
import { allowedActions } from '../../src/domain/allowed-actions.js';
import type { Clock } from '../../src/domain/case.js';
import { LOCALES, type Locale } from '../../src/domain/policies.js';
import { ASKED, CUSTOMER, MEMBER, namesIn, POLICIES, SOLVED, Story, type Told } from './story.js';

const HOUR_MS = 3_600_000;
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onfocus='alert(1)' autofocus='",
  '</textarea><svg/onload=alert(1)>',
  '</title></style><script>alert(1)</script>',
  '&lt;script&gt;&#60;',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '<!-- -->]]><![CDATA[',
].join(' ');
const RTL_OVERRIDE = '\u202e';

function viewOf(
  { current, updates, now }: Told,
  locale: Locale = 'en',
  names = namesIn(locale),
): CustomerView {
  const allowedEvents = allowedActions(current, CUSTOMER, POLICIES);
  return customerView({ current, updates, allowedEvents, now }, { locale, timeZone: 'UTC', names });
}

let keys = 0;
function pageOf(view: CustomerView, context: Partial<StatusPageContext> = {}): string {
  return statusPage(view, {
    path: '/s/token',
    chosen: null,
    newKey: () => `key-${(keys += 1)}`,
    failed: null,
    notice: null,
    mergedPath: null,
    eventsPath: '/api/v1/status/token/events',
    ratingChoice: null,
    now: Story.opened().told.now,
    ...context,
  });
}

/** Everything between < and >, quoted values taken out. */
const tags = (page: string) => page.match(/<[^>"]*(?:"[^"]*"[^>"]*)*>/g) ?? [];

const working = () => Story.accepted();
const waiting = () => Story.accepted().then('case.ask', MEMBER, ASKED);
const resolved = () => Story.accepted().then('case.resolve', MEMBER, SOLVED);
const closed = () => resolved().then('case.confirm', CUSTOMER, { comment: null });

describe('hostile text', () => {
  const text = `${HOSTILE}${RTL_OVERRIDE}evil`;
  const story = () =>
    Story.started({ subject: text })
      .then('case.message', MEMBER_AGENT, { text })
      .then('case.ask', MEMBER_AGENT, { question: text, waitUntilAt: null });
  const MEMBER_AGENT = { kind: 'agent', id: 'a' } as const;
  const names = { owner: () => text, department: () => text };
  const page = () =>
    pageOf(viewOf(story().told, 'en', names), { failed: { action: 'reply', text, message: 'Too long.' } });

  it('stays text wherever it is shown: no element, no attribute, no address comes of it', () => {
    const honest = pageOf(viewOf(story().told), {
      failed: { action: 'reply', text: '', message: 'Too long.' },
    });
    const shape = (markup: string) => tags(markup).map((tag) => tag.replace(/"[^"]*"/g, '""'));
    expect(shape(page())).toEqual(shape(honest));
    expect(page()).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page()).toContain('&amp;lt;script&amp;gt;&amp;#60;');
  });

  it('turns nothing around: overrides are gone, and each text stands in an isolate of its own', () => {
    expect(page()).not.toMatch(/[\u202a-\u202e\u2066\u2067]/);
    expect(page()).toMatch(/<p class="subject"><bdi>&lt;script/);
    expect(page()).toMatch(/<blockquote dir="auto"><bdi>&lt;script/);
  });

  it('is escaped by the markup tag itself, in elements and in attributes, in lists and in numbers', () => {
    expect(
      html`<p title="${`"<&'>\``}">${['<', [html`<b>${'&'}</b>`]]}${1}${null}${false}</p>`.toString(),
    ).toBe('<p title="&quot;&lt;&amp;&#39;&gt;`">&lt;<b>&amp;</b>1</p>');
  });
});

describe.each(LOCALES)('the page in %s', (locale) => {
  const page = () => pageOf(viewOf(waiting().told, locale));

  it(`says its language, has one heading, its landmarks, and a label for every field (${locale})`, () => {
    expect(page()).toMatch(new RegExp(`^<!doctype html>\\s*<html lang="${locale}">`));
    expect(page().match(/<h1/g)).toHaveLength(1);
    for (const landmark of ['<header', '<nav', '<main', '<footer']) expect(page()).toContain(landmark);
    const ids = [...page().matchAll(/<textarea[^>]*?id="([^"]+)"/g)].map(([, id]) => id);
    const labels = [...page().matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(1);
    expect(labels).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it(`holds one script of its own origin, no inline style, no event handler, no foreign address (${locale})`, () => {
    expect(page()).not.toMatch(/<style|\sstyle=|\son\w+=|https?:|\/\/\w/i);
    expect(page().match(/<script/g)).toHaveLength(1);
    expect(page()).toMatch(/<script src="\/assets\/status-live\.js\?v=[\w-]{12}" defer><\/script>/);
  });

  it(`switches to each language, marked in that language (${locale})`, () => {
    for (const other of LOCALES) {
      expect(page()).toMatch(
        new RegExp(`<a href="/s/token\\?lang=${other}" lang="${other}" hreflang="${other}"`),
      );
    }
    expect(page().match(/aria-current="true"/g)).toHaveLength(1);
  });

  it(`apologises for a dead link in all three languages, its own first (${locale})`, () => {
    const apology = apologyPage('notFound', locale, '/s/x');
    expect(apology).toContain(`<html lang="${locale}">`);
    expect([...apology.matchAll(/<div class="other" lang="([^"]+)"/g)].map(([, other]) => other)).toEqual(
      LOCALES.filter((other) => other !== locale),
    );
  });
});

describe('what can be done on the page', () => {
  const formsOf = (page: string) =>
    [...page.matchAll(/<form\s+method="post"\s+action="\/s\/token\/(\w+)"/g)].map(([, path]) => path);

  it.each([
    ['working', working, ['replies', 'attention', 'withdrawal']],
    ['waiting for the customer', waiting, ['replies', 'attention', 'withdrawal']],
    ['resolved', resolved, ['confirmation', 'rejection', 'replies', 'attention']],
    ['closed', closed, ['rating', 'replies', 'reopening']],
  ])('is what the case allows while it is %s', (_, story, paths) => {
    expect(formsOf(pageOf(viewOf(story().told)))).toEqual(paths);
  });

  it('is nothing once the case has been withdrawn', () => {
    const page = pageOf(viewOf(working().then('case.withdraw', CUSTOMER, { reason: 'found' }).told));
    expect(page).not.toMatch(/<form|<textarea|<button/);
  });

  it('carries a one-time key in every form, each another', () => {
    const found = [...pageOf(viewOf(resolved().told)).matchAll(/name="key"\s+value="([^"]+)"/g)].map(
      ([, key]) => key,
    );
    expect(found).toHaveLength(4);
    expect(new Set(found).size).toBe(4);
  });

  it('keeps the chosen language through a form', () => {
    const view = viewOf(waiting().told, 'zh-TW');
    expect(pageOf(view, { chosen: 'zh-TW' })).toMatch(/name="lang"\s+value="zh-TW"/);
    expect(pageOf(view)).not.toContain('name="lang"');
  });

  it('takes two steps to withdraw, without a script', () => {
    const page = pageOf(viewOf(working().told));
    expect(page).toMatch(/<details><summary class="grave">Withdraw the case<\/summary><form/);
    expect(page).toContain('This cannot be undone.');
  });

  it('answers a refusal in words that fit it', () => {
    const view: CustomerView = { ...viewOf(resolved().told), offer: 'refusal' };
    const page = pageOf(view);
    expect(page).toContain('I accept this');
    expect(page).toContain('I do not agree');
    expect(page).not.toContain('my problem is solved');
  });

  it('offers a new case once the reopen window is over', () => {
    const { current, updates, now } = closed().told;
    const late = viewOf({ current, updates, now: now + 15 * 24 * HOUR_MS });
    expect(pageOf(late)).toContain('Open a new case');
    expect(formsOf(pageOf(late))).toEqual(['reopening']);
  });

  it.each(['reply', 'rejection', 'attention'] as const)(
    'gives back what was written when %s did not go through, next to the reason',
    (action) => {
      const page = pageOf(viewOf(resolved().told), {
        failed: { action, text: 'first line\nsecond <line>', message: 'That is too long.' },
      });
      expect(page).toMatch(/role="alert"/);
      expect(page).toMatch(new RegExp(`<details open><summary>.*?id="${action}-text"`, 's'));
      expect(page).toMatch(/aria-invalid="true"\s+aria-describedby/);
      expect(page).toMatch(/>\nfirst line\nsecond &lt;line&gt;<\/textarea\s*>/);
    },
  );

  it('gives back what was written even when its form is gone', () => {
    const gone: CustomerAction = 'reopening';
    const page = pageOf(viewOf(working().told), {
      failed: { action: gone, text: 'my words', message: 'Too late.' },
    });
    expect(page).toContain('my words');
  });
});

describe('time on the page', () => {
  it('is a promise while it lies ahead, and an apology once it is broken', () => {
    const { current, updates, now } = working().told;
    const dueAt = now + HOUR_MS;
    const clocks = [{ metric: 'nextUpdate', dueAt, stoppedAt: null }] as Clock[];
    const view = viewOf({ current: { ...current, context: { ...current.context, clocks } }, updates, now });
    const iso = new Date(dueAt).toISOString();
    expect(pageOf(view, { now: dueAt })).toContain(`<time datetime="${iso}">`);
    expect(pageOf(view, { now: dueAt })).not.toContain('We are late');
    expect(pageOf(view, { now: dueAt + 1 })).toContain('We are late, and we are sorry');
  });

  it('runs from the newest to the oldest', () => {
    const page = pageOf(viewOf(working().told));
    expect(page.indexOf('taken up by Logistics')).toBeLessThan(page.indexOf('We have received your case.'));
  });

  it('marks the station where the case stands', () => {
    const here = (story: Story) => /aria-current="step">([^<]+)</.exec(pageOf(viewOf(story.told)))?.[1];
    expect([Story.opened(), working(), waiting(), resolved(), closed()].map(here)).toEqual([
      'Received',
      'In progress',
      'In progress',
      'Our answer',
      'Closed',
    ]);
  });
});

describe('the colours', () => {
  const schemes = {
    light: tokensIn(STATUS_CSS.slice(0, STATUS_CSS.indexOf('@media'))),
    dark: tokensIn(
      STATUS_CSS.slice(STATUS_CSS.indexOf('prefers-color-scheme: dark'), STATUS_CSS.indexOf('* {')),
    ),
  };
  const PAIRS = [
    ['text', 'ground'],
    ['text', 'card'],
    ['text', 'line'],
    ['text', 'ask-soft'],
    ['muted', 'ground'],
    ['muted', 'card'],
    ['muted', 'ask-soft'],
    ['accent', 'ground'],
    ['accent', 'card'],
    ['accent', 'ask-soft'],
    ['on-accent', 'accent'],
    ['ask', 'ask-soft'],
    ['ask', 'card'],
    ['good', 'good-soft'],
    ['bad', 'bad-soft'],
    ['bad', 'card'],
    ['bad', 'ask-soft'],
    ['on-bad', 'bad'],
  ] as const;

  it.each(['light', 'dark'] as const)(
    'of every text stand out from their ground by 4.5 to 1 (%s)',
    (scheme) => {
      const faint = PAIRS.map(([front, back]) => ({
        pair: `${front} on ${back}`,
        contrast: contrast(schemes[scheme][front], schemes[scheme][back]),
      })).filter(({ contrast: found }) => !(found >= 4.5));
      expect(faint).toEqual([]);
    },
  );
});

function tokensIn(css: string): Record<string, string> {
  return Object.fromEntries(
    [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  );
}

/** WCAG 2.2, relative luminance. */
function contrast(front = '', back = ''): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(front), luminance(back)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
