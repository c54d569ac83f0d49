/**
 * The page for a link that opens nothing, and for the few other times when there is no case to show. In all three
 * languages at once, the likeliest first, since whoever stands before a dead link must not also hunt for a switch.
 * Says nothing of any case.
 */
import { LOCALES, type Locale } from '../domain/policies.js';
import { say } from './catalogue.js';
import { type Child, html } from './html.js';
import { framed } from './page-frame.js';

export type Apology = 'notFound' | 'expired' | 'tryAgain' | 'tooOften' | 'badForm' | 'tooLong';

/**
 * @param path where the language links lead.
 * @returns a whole HTML document.
 */
export function apologyPage(apology: Apology, locale: Locale, path: string, textMax = 0): string {
  const others = LOCALES.filter((other) => other !== locale);
  const { title, text } = textsOf(apology, locale, textMax);
  return framed({
    locale,
    title,
    path,
    main: html`<section class="card" aria-labelledby="title">
      <div class="sorry">
        <h1 id="title">${title}</h1>
        <p>${text}</p>
      </div>
      ${others.map((other) => inOtherLanguage(apology, other, textMax))}
    </section>`,
    footer: null,
    live: null,
  });
}

function inOtherLanguage(apology: Apology, locale: Locale, textMax: number): Child {
  const { title, text } = textsOf(apology, locale, textMax);
  return html`<div class="other" lang="${locale}">
    <h2>${title}</h2>
    <p>${text}</p>
  </div>`;
}

function textsOf(apology: Apology, locale: Locale, textMax: number): { title: string; text: string } {
  switch (apology) {
    case 'notFound':
      return { title: say(locale, 'error.notFound.title'), text: say(locale, 'error.notFound.text') };
    case 'expired':
      return { title: say(locale, 'error.expired.title'), text: say(locale, 'error.expired.text') };
    case 'tooLong':
      return { title: say(locale, 'error.title'), text: say(locale, 'error.tooLong', { max: textMax }) };
    default:
      return { title: say(locale, 'error.title'), text: say(locale, `error.${apology}`) };
  }
}
