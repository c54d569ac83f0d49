/**
 * How the customer's pages look: one sheet and one icon, served from our own origin so that the page needs no inline
 * style and no foreign host. Small phones first, light and dark, and every pair of colours at a contrast of 4.5 or
 * more (WCAG 2.2 AA). Knows no content.
 */
import { createHash } from 'node:crypto';

export const STATUS_CSS = `:root {
  color-scheme: light dark;
  --ground: #f4f6f9; --card: #ffffff; --line: #dfe5ec; --text: #172130; --muted: #556173; --edge: #7d899a; --sunken: #f4f7fb;
  --accent: #1b5dbf; --on-accent: #ffffff; --accent-soft: #e9f1fd;
  --ask: #8f4700; --ask-line: #e3a652; --ask-soft: #fff8eb;
  --good: #166b41; --good-soft: #e5f5ec; --bad: #ad1f1f; --bad-soft: #fdecec; --on-bad: #ffffff;
  --shadow: 0 1px 2px rgb(20 32 54 / 5%), 0 10px 30px -12px rgb(20 32 54 / 14%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1319; --card: #181e27; --line: #313b49; --text: #e9edf3; --muted: #a8b3c2; --edge: #6f7d8f; --sunken: #131922;
    --accent: #8db8ff; --on-accent: #0a1a33; --accent-soft: #1b2a44;
    --ask: #ffc978; --ask-line: #8a6224; --ask-soft: #261f13;
    --good: #7fd6a6; --good-soft: #14291f; --bad: #ff9d97; --bad-soft: #331c1d; --on-bad: #2b0606;
    --shadow: none;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text); font-size: 1rem; line-height: 1.6;
  font-family: -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, system-ui, sans-serif;
  overflow-wrap: anywhere; text-autospace: normal; -webkit-font-smoothing: antialiased;
}
:lang(zh-CN) { font-family: -apple-system, BlinkMacSystemFont, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", system-ui, sans-serif; }
:lang(zh-TW) { font-family: -apple-system, BlinkMacSystemFont, "PingFang TC", "Microsoft JhengHei", "Noto Sans TC", "Noto Sans CJK TC", system-ui, sans-serif; }
h1, h2, p, ol, ul, dl, dd, blockquote, figure, fieldset, legend { margin: 0; padding: 0; }
ol, ul { list-style: none; }
fieldset { border: 0; min-width: 0; }
h1 { font-size: clamp(1.625rem, 1.2rem + 2vw, 2.25rem); line-height: 1.2; letter-spacing: -0.02em; text-wrap: balance; }
h2 { font-size: 1.125rem; line-height: 1.4; letter-spacing: -0.005em; }
:lang(zh) h1, :lang(zh) h2 { letter-spacing: 0; }
svg { width: 1.25rem; height: 1.25rem; flex: none; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
main:focus { outline: 0; }
.skip { position: absolute; left: 1rem; top: -4rem; z-index: 3; background: var(--card); padding: 0.5rem 1rem; border-radius: 8px; }
.skip:focus { top: 0.75rem; }
.wrap { max-width: 45rem; margin: 0 auto; padding-inline: 1rem; }
.top { display: flex; flex-wrap: wrap; gap: 0.375rem 1rem; align-items: center; justify-content: space-between; padding-block: 1rem; }
.brand { display: flex; align-items: center; gap: 0.5rem; font-weight: 650; }
.brand svg { width: 1.625rem; height: 1.625rem; color: var(--accent); }
.languages { display: flex; flex-wrap: wrap; gap: 0.125rem; padding: 0.1875rem; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
.languages a { padding: 0.25rem 0.5rem; border-radius: 7px; color: var(--muted); text-decoration: none; font-size: 0.8125rem; }
.languages a:hover { color: var(--text); }
.languages a[aria-current] { color: var(--accent); font-weight: 600; background: var(--accent-soft); }
main { display: grid; gap: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 1.25rem; box-shadow: var(--shadow); min-width: 0; }
.card > h2 { margin-bottom: 0.875rem; }
.hero { display: grid; gap: 1.5rem; overflow: hidden; border-top: 4px solid var(--accent); }
.hero.yourTurn { border-top-color: var(--ask-line); }
.hero.closed { border-top-color: var(--good); }
.hero.withdrawn, .hero.merged { border-top-color: var(--muted); }
.eyebrow { color: var(--muted); font-size: 0.875rem; font-weight: 500; font-variant-numeric: tabular-nums; margin-bottom: 0.25rem; }
.subject { color: var(--muted); margin-top: 0.375rem; }
.stations { display: grid; grid-template-columns: repeat(4, 1fr); font-size: 0.8125rem; line-height: 1.35; color: var(--muted); margin-inline: -0.5rem; }
.stations li { position: relative; padding: 2.375rem 0.25rem 0; text-align: center; }
.stations li::before {
  content: ""; position: absolute; top: 0; left: calc(50% - 0.875rem); z-index: 1; width: 1.75rem; height: 1.75rem; border-radius: 50%;
  border: 2px solid var(--line); background: var(--card); color: var(--on-accent); font-size: 0.875rem; font-weight: 700; line-height: 1.5rem;
}
.stations li + li::after { content: ""; position: absolute; top: 0.8125rem; right: 50%; width: 100%; height: 2px; background: var(--line); }
.stations .done::before { content: "\\2713"; content: "\\2713" / ""; border-color: var(--accent); background: var(--accent); }
.stations .now { color: var(--text); font-weight: 650; }
.stations .now::before { border: 7px solid var(--accent); line-height: 0; background: var(--card); box-shadow: 0 0 0 4px var(--accent-soft); }
.stations li.done::after, .stations li.now::after { background: var(--accent); }
.closed .stations .now::before { content: "\\2713"; content: "\\2713" / ""; border: 2px solid var(--good); line-height: 1.5rem; background: var(--good); color: var(--card); box-shadow: 0 0 0 4px var(--good-soft); }
.facts { display: grid; gap: 0.75rem; }
.facts > div { position: relative; padding: 0.875rem 1rem 0.875rem 2.875rem; border-radius: 12px; background: var(--sunken); }
.facts svg { position: absolute; left: 0.9375rem; top: 1.0625rem; color: var(--accent); }
.facts dt { color: var(--muted); font-size: 0.875rem; }
.facts dd { font-weight: 550; }
.facts .next dd { font-weight: 400; }
.late { color: var(--ask); font-weight: 550; }
.ask { border: 1px solid var(--ask-line); background: var(--ask-soft); display: grid; gap: 1rem; }
.ask > h2 { margin: 0; color: var(--ask); }
.quotes { display: grid; gap: 0.75rem; }
.timeline .quotes, .notice .quotes { margin-top: 0.5rem; }
figcaption { color: var(--muted); font-size: 0.8125rem; font-weight: 500; margin-bottom: 0.25rem; }
blockquote { border-inline-start: 3px solid var(--accent); border-radius: 4px; background: var(--sunken); padding: 0.5rem 0.875rem; }
.ask blockquote { background: var(--card); border-color: var(--ask-line); }
blockquote bdi { white-space: pre-wrap; }
.notice { border-radius: 14px; padding: 0.875rem 1.125rem; background: var(--good-soft); color: var(--good); font-weight: 550; }
.notice.bad { background: var(--bad-soft); color: var(--bad); }
.live:empty { display: none; }
.live { position: sticky; top: 0.5rem; z-index: 2; margin-bottom: 1rem; padding: 0.75rem 1rem; border-radius: 12px; background: var(--accent); color: var(--on-accent); width: calc(100% - 2rem); max-width: 43rem; }
.live a { color: inherit; }
.acts { padding-block-end: 0.5rem; }
details { border-top: 1px solid var(--line); }
.acts h2 { margin-bottom: 0.375rem; }
.acts h2 + details { border-top: 0; }
summary { display: flex; align-items: center; justify-content: space-between; gap: 1rem; min-height: 3.25rem; cursor: pointer; font-weight: 550; color: var(--accent); list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::after { content: ""; flex: none; width: 0.625rem; height: 0.625rem; margin-inline-end: 0.375rem; border: solid currentColor; border-width: 0 2px 2px 0; transform: rotate(45deg) translate(-2px, -2px); }
details[open] > summary::after { transform: rotate(225deg) translate(-2px, -2px); }
summary:hover { text-decoration: underline; text-underline-offset: 0.2em; }
summary.grave { color: var(--bad); }
details > form, details > fieldset { padding-bottom: 1.25rem; }
.ask details { border: 1px solid var(--ask-line); border-radius: 10px; padding-inline: 1rem; background: var(--card); }
form { display: grid; gap: 0.75rem; }
label, legend { font-weight: 550; }
textarea {
  width: 100%; min-height: 6.5rem; padding: 0.75rem 0.875rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--edge); border-radius: 10px; resize: vertical; field-sizing: content;
}
textarea[aria-invalid] { border-color: var(--bad); border-width: 2px; }
.wrong { color: var(--bad); font-size: 0.9375rem; font-weight: 550; }
.about { color: var(--muted); font-size: 0.9375rem; }
button {
  font: inherit; font-weight: 650; min-height: 3rem; padding: 0.625rem 1.375rem; border-radius: 10px; cursor: pointer;
  border: 1px solid transparent; background: var(--accent); color: var(--on-accent);
}
button:hover { filter: brightness(1.08); }
button.grave { background: var(--bad); color: var(--on-bad); }
.rate form { gap: 1rem; }
.scores { display: grid; gap: 0.5rem; margin-top: 0.75rem; }
.numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(2.75rem, 1fr)); gap: 0.375rem; margin-top: 0.75rem; }
.score, .number { position: relative; display: grid; font-weight: 500; }
.score input, .number input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.score span, .number span { display: flex; align-items: center; gap: 0.75rem; min-height: 3rem; padding: 0.5rem 0.875rem; border: 1px solid var(--edge); border-radius: 10px; background: var(--card); }
.score b { display: grid; place-items: center; flex: none; width: 1.75rem; height: 1.75rem; border-radius: 50%; background: var(--accent-soft); color: var(--accent); font-size: 0.9375rem; }
.number span { justify-content: center; padding: 0.25rem; min-height: 2.75rem; font-variant-numeric: tabular-nums; }
.score input:hover + span, .number input:hover + span { border-color: var(--accent); }
.score input:checked + span, .number input:checked + span { border-color: var(--accent); background: var(--accent-soft); box-shadow: inset 0 0 0 1px var(--accent); font-weight: 650; }
.score input:checked + span b { background: var(--accent); color: var(--on-accent); }
.score input:focus-visible + span, .number input:focus-visible + span { outline: 3px solid var(--accent); outline-offset: 2px; }
.given { margin-bottom: 0.5rem; }
.commitments { display: grid; }
.commitments li { display: grid; gap: 0.25rem; padding-block: 0.875rem; border-top: 1px solid var(--line); }
.commitments li:first-child { border-top: 0; padding-top: 0; }
.commitments li:last-child { padding-bottom: 0; }
.commitments .amount { font-size: 1.125rem; font-variant-numeric: tabular-nums; margin-inline-end: 0.375rem; }
.standing { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.125rem 0.625rem; color: var(--muted); font-size: 0.875rem; }
.mark { padding: 0.0625rem 0.5625rem; border-radius: 99px; font-size: 0.8125rem; font-weight: 600; background: var(--accent-soft); color: var(--accent); }
.mark.good { background: var(--good-soft); color: var(--good); }
.mark.bad { background: var(--bad-soft); color: var(--bad); }
.timeline { display: grid; }
.timeline li { position: relative; padding: 0 0 1.375rem 1.625rem; }
.timeline li:last-child { padding-bottom: 0; }
.timeline li::before { content: ""; position: absolute; inset-inline-start: 0; top: 0.3125rem; z-index: 1; width: 0.75rem; height: 0.75rem; border-radius: 50%; background: var(--card); border: 2px solid var(--edge); }
.timeline li:first-child::before { background: var(--accent); border-color: var(--accent); box-shadow: 0 0 0 4px var(--accent-soft); }
.timeline li:not(:last-child)::after { content: ""; position: absolute; inset-inline-start: 0.3125rem; top: 1rem; bottom: -0.375rem; width: 2px; background: var(--line); }
.timeline time { display: block; color: var(--muted); font-size: 0.8125rem; line-height: 1.7; font-variant-numeric: tabular-nums; }
.timeline li:first-child > p { font-weight: 550; }
.head { display: flex; flex-wrap: wrap; gap: 0 0.75rem; align-items: baseline; justify-content: space-between; margin-bottom: 1rem; }
.small, footer { color: var(--muted); font-size: 0.8125rem; }
footer.wrap { display: grid; gap: 0.25rem; padding-block: 1.25rem 2.5rem; }
.go { display: inline-flex; align-items: center; min-height: 3rem; padding: 0.625rem 1.375rem; border-radius: 10px; background: var(--accent); color: var(--on-accent); font-weight: 650; text-decoration: none; }
.other { border-top: 1px solid var(--line); padding-top: 1.25rem; margin-top: 1.25rem; display: grid; gap: 0.25rem; }
.sorry { display: grid; gap: 0.75rem; }
@media (min-width: 34rem) {
  .top { padding-block: 1.5rem 1.25rem; }
  .languages a { padding-inline: 0.75rem; font-size: 0.875rem; }
  .card { padding: 2rem; }
  .acts { padding-block-end: 1rem; }
  .stations { font-size: 0.875rem; margin-inline: -1.5rem; }
  .facts { grid-template-columns: 1fr 1fr; }
  .facts .next, .facts .who:has(+ .next) { grid-column: 1 / -1; }
  button { justify-self: start; }
  .scores { grid-template-columns: repeat(5, 1fr); }
  .score span { flex-direction: column; gap: 0.375rem; padding: 0.875rem 0.375rem; text-align: center; font-size: 0.875rem; line-height: 1.3; }
  .numbers { grid-template-columns: repeat(11, 1fr); }
}
@media (prefers-reduced-motion: no-preference) { button, .score span, .number span { transition: filter 120ms, background-color 120ms, border-color 120ms; } }
@media (forced-colors: active) { .score input:checked + span, .number input:checked + span { outline: 3px solid Highlight; } }
@media print { .languages, .acts, .rate, .live, form, .skip { display: none; } .card { box-shadow: none; break-inside: avoid; } }
`;

/** A speech bubble with a tick; follows the reader's colour scheme like the page does. */
export const STATUS_ICON_SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><style>path{stroke:#1d5bb8}@media(prefers-color-scheme:dark){path{stroke:#8db8ff}}</style><g fill="none" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="M4 5h16v11h-9l-5 4v-4H4z"/><path d="m8.5 10.5 2.5 2.5 4.5-4.5"/></g></svg>`;

const versionOf = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 12);

/** The version is part of the address, so that a browser may keep the sheet for ever and still see a new one. */
export const STATUS_CSS_PATH = '/assets/status.css';
export const STATUS_CSS_VERSION = versionOf(STATUS_CSS);
export const STATUS_ICON_PATH = '/assets/status.svg';
export const STATUS_ICON_VERSION = versionOf(STATUS_ICON_SVG);
