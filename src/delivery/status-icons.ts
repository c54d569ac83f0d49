/** The small drawings of the customer's page. Decoration: each stands beside words that say the same. */
import { type Child, html } from './html.js';

/** What a fact in the page's first card is about. */
export type Fact = 'who' | 'when' | 'next';

const drawn = (path: Child): Child =>
  html`<svg
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${path}
  </svg>`;

export const FACT_ICONS: Readonly<Record<Fact, Child>> = {
  who: drawn(html`<circle cx="12" cy="8" r="4" /><path d="M4.5 20a7.5 7.5 0 0 1 15 0" />`),
  when: drawn(html`<circle cx="12" cy="12" r="8.5" /><path d="M12 7.5V12l3 2" />`),
  next: drawn(html`<path d="M5 12h13m-5.5-5.5L18 12l-5.5 5.5" />`),
};

/** A speech bubble with a tick. */
export const MARK = drawn(html`<path d="M4 5h16v11h-9l-5 4v-4H4z" /><path d="m8.5 10.5 2.5 2.5 4.5-4.5" />`);
