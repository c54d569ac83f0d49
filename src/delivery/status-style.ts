/**
 * How the customer's pages look: one sheet and one icon, served from our own origin so that the page needs no inline
 * style and no foreign host. Small phones first, light and dark, and every pair of colours at a contrast of 4.5 or
 * more (WCAG 2.2 AA). Knows no content.
 */
import { createHash } from 'node:crypto';

export const STATUS_CSS = `:root {
  color-scheme: light dark;
  --ground: #f3f5f8; --card: #ffffff; --line: #d9dfe7; --text: #1a2230; --muted: #55606f;
  --accent: #1d5bb8; --on-accent: #ffffff; --accent-soft: #e8f0fc;
  --ask: #9a4a00; --ask-line: #e0a04a; --ask-soft: #fff6e6;
  --good: #176a42; --good-soft: #e6f5ec; --bad: #ad1f1f; --bad-soft: #fdecec; --on-bad: #ffffff;
  --shadow: 0 1px 2px rgb(20 30 50 / 6%), 0 8px 24px rgb(20 30 50 / 6%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10141a; --card: #191f28; --line: #323c4a; --text: #e8ecf2; --muted: #a9b4c2;
    --accent: #8db8ff; --on-accent: #0a1a33; --accent-soft: #1b2a44;
    --ask: #ffc978; --ask-line: #8a6224; --ask-soft: #2c2415;
    --good: #7fd6a6; --good-soft: #14291f; --bad: #ff9d97; --bad-soft: #331c1d; --on-bad: #2b0606;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text); font-size: 1rem; line-height: 1.6;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  overflow-wrap: anywhere; text-autospace: normal;
}
:lang(zh-CN) { font-family: system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif; }
:lang(zh-TW) { font-family: system-ui, -apple-system, "PingFang TC", "Microsoft JhengHei", "Noto Sans TC", "Noto Sans CJK TC", sans-serif; }
h1, h2, p, ol, dl, dd, blockquote, figure, fieldset { margin: 0; padding: 0; }
h1 { font-size: clamp(1.5rem, 1.15rem + 1.8vw, 2rem); line-height: 1.25; letter-spacing: -0.01em; text-wrap: balance; }
h2 { font-size: 1.0625rem; line-height: 1.4; }
:lang(zh) h1 { letter-spacing: 0; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: 1rem; top: -4rem; z-index: 1; background: var(--card); padding: 0.5rem 1rem; border-radius: 8px; }
.skip:focus { top: 0.75rem; }
.wrap { max-width: 44rem; margin: 0 auto; padding: 0 1rem; }
.top { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: center; justify-content: space-between; padding-block: 0.875rem; }
.brand { display: flex; align-items: center; gap: 0.5rem; font-weight: 600; }
.brand svg { width: 1.5rem; height: 1.5rem; color: var(--accent); }
.languages { display: flex; flex-wrap: wrap; gap: 0.125rem; margin-inline-start: -0.5rem; }
.languages a { padding: 0.375rem 0.5rem; border-radius: 6px; color: var(--muted); text-decoration: none; font-size: 0.875rem; }
.languages a:hover { color: var(--text); text-decoration: underline; }
.languages a[aria-current] { color: var(--text); font-weight: 600; background: var(--line); }
main { display: grid; gap: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.25rem; box-shadow: var(--shadow); min-width: 0; }
.hero { display: grid; gap: 1.125rem; }
.eyebrow { color: var(--muted); font-size: 0.9375rem; margin-bottom: 0.375rem; }
.eyebrow b { font-weight: 600; color: var(--text); }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.stations { display: grid; grid-template-columns: repeat(4, 1fr); list-style: none; font-size: 0.8125rem; color: var(--muted); line-height: 1.35; }
.stations li { position: relative; padding-top: 1.5rem; text-align: center; padding-inline: 0.125rem; }
.stations li::before { content: ""; position: absolute; top: 0.1875rem; left: calc(50% - 0.4375rem); width: 0.875rem; height: 0.875rem; border-radius: 50%; border: 2px solid var(--line); background: var(--card); z-index: 1; }
.stations li + li::after { content: ""; position: absolute; top: 0.5625rem; right: 50%; width: 100%; height: 2px; background: var(--line); }
.stations .done::before, .stations .now::before { border-color: var(--accent); background: var(--accent); }
.stations .done::after, .stations .now::after { background: var(--accent) !important; }
.stations .now { color: var(--text); font-weight: 600; }
.stations .now::before { box-shadow: 0 0 0 4px var(--accent-soft); }
.facts { display: grid; gap: 0.875rem; border-top: 1px solid var(--line); padding-top: 1.125rem; }
.facts dt { color: var(--muted); font-size: 0.875rem; }
.facts dd { font-weight: 500; }
.late { color: var(--ask); font-weight: 500; }
.ask { border-color: var(--ask-line); background: var(--ask-soft); display: grid; gap: 0.875rem; }
.ask h2 { color: var(--ask); }
.quotes { display: grid; gap: 0.625rem; }
.timeline .quotes, .notice .quotes { margin-top: 0.5rem; }
figure figcaption { color: var(--muted); font-size: 0.8125rem; margin-bottom: 0.125rem; }
blockquote { border-inline-start: 3px solid var(--accent); padding: 0.125rem 0 0.125rem 0.75rem; }
blockquote bdi { white-space: pre-wrap; }
.notice { border-radius: 12px; padding: 0.75rem 1rem; background: var(--good-soft); color: var(--good); font-weight: 500; }
.notice.bad { background: var(--bad-soft); color: var(--bad); }
.acts { display: grid; gap: 0.25rem; }
.acts h2 { margin-bottom: 0.25rem; }
details { border-top: 1px solid var(--line); }
.acts h2 + details { border-top: 0; }
summary { cursor: pointer; padding: 0.75rem 0; font-weight: 500; color: var(--accent); }
summary.grave { color: var(--bad); }
details form { padding-bottom: 1rem; }
.ask details { border-top-color: var(--ask-line); }
form { display: grid; gap: 0.625rem; }
label { font-weight: 500; }
textarea {
  width: 100%; min-height: 6.5rem; padding: 0.625rem 0.75rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--muted); border-radius: 8px; resize: vertical;
}
textarea[aria-invalid] { border-color: var(--bad); border-width: 2px; }
.wrong { color: var(--bad); font-size: 0.9375rem; font-weight: 500; }
.about { color: var(--muted); font-size: 0.9375rem; }
button {
  font: inherit; font-weight: 600; min-height: 2.75rem; padding: 0.5rem 1.125rem; border-radius: 8px; cursor: pointer;
  border: 1px solid transparent; background: var(--accent); color: var(--on-accent); justify-self: start;
}
button:hover { filter: brightness(1.08); }
button.grave { background: var(--bad); color: var(--on-bad); }
.timeline { list-style: none; display: grid; margin-top: 0.875rem; }
.timeline li { position: relative; padding: 0 0 1.25rem 1.375rem; }
.timeline li:last-child { padding-bottom: 0; }
.timeline li::before { content: ""; position: absolute; inset-inline-start: 0; top: 0.5rem; width: 0.625rem; height: 0.625rem; border-radius: 50%; background: var(--line); z-index: 1; }
.timeline li:first-child::before { background: var(--accent); }
.timeline li:not(:last-child)::after { content: ""; position: absolute; inset-inline-start: 0.25rem; top: 0.75rem; bottom: -0.5rem; width: 2px; background: var(--line); }
.timeline time { display: block; color: var(--muted); font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.head { display: flex; flex-wrap: wrap; gap: 0 0.75rem; align-items: baseline; justify-content: space-between; }
.small, footer { color: var(--muted); font-size: 0.8125rem; }
footer.wrap { display: grid; gap: 0.25rem; padding-block: 1.25rem 2rem; }
.acts { padding-bottom: 0.75rem; }
.go { display: inline-block; margin-top: 0.25rem; font-weight: 600; }
.other { border-top: 1px solid var(--line); padding-top: 1rem; margin-top: 1rem; display: grid; gap: 0.25rem; }
.sorry { display: grid; gap: 0.5rem; }
@media (min-width: 34rem) {
  .card { padding: 1.75rem; }
  .acts { padding-bottom: 1rem; }
  .stations { font-size: 0.875rem; }
  .facts > div { display: grid; grid-template-columns: 10rem 1fr; gap: 1rem; }
  .facts dt { font-size: 0.9375rem; }
}
@media (prefers-reduced-motion: no-preference) { button { transition: filter 120ms; } }
@media print { .languages, .acts, form, .skip { display: none; } .card { box-shadow: none; break-inside: avoid; } }
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
