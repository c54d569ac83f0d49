/** The sign-in pages: where to sign in, and why it did not succeed. No script, no form. Pure. */
import { LOCALE_NAMES } from '../../delivery/choose-locale.js';
import { type Child, html } from '../../delivery/html.js';
import { MARK } from '../../delivery/status-icons.js';
import {
  STATUS_CSS_PATH,
  STATUS_CSS_VERSION,
  STATUS_ICON_PATH,
  STATUS_ICON_VERSION,
} from '../../delivery/status-style.js';
import { LOCALES, type Locale } from '../../domain/policies.js';
import { LOGIN_TEXTS, type LoginTrouble } from './login-texts.js';

export interface Choice {
  readonly issuer: string;
  readonly label: string;
}

/** @param returnTo a path of ours */
export function choicePage(locale: Locale, choices: readonly Choice[], returnTo: string): string {
  const { title, choose, language } = LOGIN_TEXTS[locale];
  const languages = html`<nav class="languages" aria-label="${language}">
    ${LOCALES.map((other) => languageLink(other, other === locale, returnTo))}
  </nav>`;
  const content = html`<h1 id="title">${title}</h1>
    <p>${choose}</p>
    <ul class="commitments">
      ${choices.map(({ issuer, label }) => html`<li>${button(addressOf({ issuer, returnTo }), label)}</li>`)}
    </ul>`;
  return framed(locale, title, languages, content);
}

/** In all languages at once, the likeliest first: asking again in another one would begin another sign-in. */
export function troublePage(locale: Locale, trouble: LoginTrouble): string {
  const { again, troubles } = LOGIN_TEXTS[locale];
  const { title, text } = troubles[trouble];
  const content = html`<h1 id="title">${title}</h1>
    <p>${text}</p>
    ${trouble !== 'notSetUp' && html`<p>${button('/login', again)}</p>`}
    ${LOCALES.filter((other) => other !== locale).map((other) => inOtherLanguage(other, trouble))}`;
  return framed(locale, title, null, content);
}

function inOtherLanguage(locale: Locale, trouble: LoginTrouble): Child {
  const { title, text } = LOGIN_TEXTS[locale].troubles[trouble];
  return html`<div class="other" lang="${locale}">
    <h2>${title}</h2>
    <p>${text}</p>
  </div>`;
}

function addressOf(query: Readonly<Record<string, string>>): string {
  return `/login?${new URLSearchParams(query).toString()}`;
}

function button(href: string, label: string): Child {
  return html`<a class="go" href="${href}"><bdi>${label}</bdi></a>`;
}

function framed(locale: Locale, title: string, languages: Child, content: Child): string {
  const { service, skip } = LOGIN_TEXTS[locale];
  return html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${title} · ${service}</title>
        <link rel="icon" type="image/svg+xml" href="${STATUS_ICON_PATH}?v=${STATUS_ICON_VERSION}" />
        <link rel="stylesheet" href="${STATUS_CSS_PATH}?v=${STATUS_CSS_VERSION}" />
      </head>
      <body>
        <a class="skip" href="#content">${skip}</a>
        <header class="wrap top">
          <p class="brand">${MARK}${service}</p>
          ${languages}
        </header>
        <main class="wrap" id="content" tabindex="-1">
          <section class="card" aria-labelledby="title"><div class="sorry">${content}</div></section>
        </main>
      </body>
    </html> `.toString();
}

function languageLink(locale: Locale, isCurrent: boolean, returnTo: string): Child {
  const href = addressOf({ returnTo, lang: locale });
  const name = LOCALE_NAMES[locale];
  return isCurrent
    ? html`<a href="${href}" lang="${locale}" hreflang="${locale}" aria-current="true">${name}</a>`
    : html`<a href="${href}" lang="${locale}" hreflang="${locale}">${name}</a>`;
}
