/**
 * What all of the customer's pages share: head, title bar, language switch, skip link, landmarks. Knows no case.
 */
import { LOCALES, type Locale } from '../domain/policies.js';
import { say } from './catalogue.js';
import { LOCALE_NAMES } from './choose-locale.js';
import { type Child, html } from './html.js';
import { MARK } from './status-icons.js';
import {
  STATUS_CSS_PATH,
  STATUS_CSS_VERSION,
  STATUS_ICON_PATH,
  STATUS_ICON_VERSION,
} from './status-style.js';

export interface Frame {
  readonly locale: Locale;
  /** The part of the window's title before the product's own words. */
  readonly title: string;
  /** Address of this page without a query: where the language links lead. */
  readonly path: string;
  readonly main: Child;
  readonly footer: Child;
  /** Where the page hears of news while it is open, and what brings it up to date; null: it stays as it is. */
  readonly live: Child;
}

/** A whole document, ready to send as UTF-8. */
export function framed({ locale, title, path, main, footer, live }: Frame): string {
  return html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${title} · ${say(locale, 'page.label')}</title>
        <link rel="icon" type="image/svg+xml" href="${STATUS_ICON_PATH}?v=${STATUS_ICON_VERSION}" />
        <link rel="stylesheet" href="${STATUS_CSS_PATH}?v=${STATUS_CSS_VERSION}" />
      </head>
      <body>
        <a class="skip" href="#content">${say(locale, 'page.skip')}</a>
        <header class="wrap top">
          <p class="brand">${MARK}${say(locale, 'page.label')}</p>
          <nav class="languages" aria-label="${say(locale, 'page.language')}">
            ${LOCALES.map((other) => languageLink(other, other === locale, path))}
          </nav>
        </header>
        ${live}
        <main class="wrap" id="content" tabindex="-1">${main}</main>
        <footer class="wrap">${footer}</footer>
      </body>
    </html> `.toString();
}

function languageLink(locale: Locale, current: boolean, path: string): Child {
  const name = LOCALE_NAMES[locale];
  const href = `${path}?lang=${locale}`;
  return current
    ? html`<a href="${href}" lang="${locale}" hreflang="${locale}" aria-current="true">${name}</a>`
    : html`<a href="${href}" lang="${locale}" hreflang="${locale}">${name}</a>`;
}
