/**
 * The pages of the demo's mailbox: a list of what was received, and one mail. No script; the mail itself stands in a
 * frame that may do nothing but be read. Pure.
 */
import { createHash } from 'node:crypto';
import { type Child, html } from '../../delivery/html.js';
import type { MailboxAddress, MailboxItem } from './mailbox.js';

const CSS = `:root{color-scheme:light dark;--ground:#f3f5f8;--card:#fff;--line:#d9dfe7;--text:#1a2230;--muted:#55606f;--accent:#1d5bb8}
@media (prefers-color-scheme:dark){:root{--ground:#10141a;--card:#191f28;--line:#323c4a;--text:#e8ecf2;--muted:#a9b4c2;--accent:#8db8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC",sans-serif;overflow-wrap:anywhere}
.wrap{max-width:60rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem;line-height:1.3;margin:0}
h2{font-size:1.0625rem;margin:0}
p,ul,dl,dd,pre{margin:0;padding:0}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
header{display:grid;gap:.25rem;margin:.75rem 0 1.25rem}
.muted,time,dt{color:var(--muted);font-size:.875rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.375rem;margin-bottom:1rem}
nav a{display:inline-block;padding:.25rem .75rem;border:1px solid var(--line);border-radius:1rem;background:var(--card);text-decoration:none;font-size:.875rem}
nav a[aria-current]{border-color:var(--accent);font-weight:600}
.mails{list-style:none;display:grid;gap:.5rem}
.mails li,.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.875rem 1.125rem}
.mails a{font-weight:600}
.who{display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between}
main{display:grid;gap:1rem}
.facts{display:grid;gap:.5rem}
@media (min-width:40rem){.facts>div{display:grid;grid-template-columns:8rem 1fr}}
iframe{width:100%;height:46rem;border:1px solid var(--line);border-radius:12px;background:var(--ground)}
pre{white-space:pre-wrap;font:.875rem/1.6 ui-monospace,"SFMono-Regular",Menlo,monospace}
summary{cursor:pointer;font-weight:600}
details[open] summary{margin-bottom:.75rem}`;

const styleHash = createHash('sha256').update(CSS).digest('base64');

/** Nothing but its own style, and frames of its own origin. */
export const MAILBOX_CSP = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** A mail may bring its own style and open its links in a new window; nothing else. */
export const MAIL_CSP =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** @param recipient an address, to show its mails only; null: all */
export function mailboxPage(items: readonly MailboxItem[], recipient: string | null): string {
  const shown = recipient === null ? items : items.filter(({ to }) => to.address === recipient);
  return framed(
    'Demo mailbox',
    html`<header>
        <h1>Demo mailbox</h1>
        <p class="muted">
          Every mail that customers of this demo have received, the newest first. None has left this machine.
          Reload to see the latest.
        </p>
      </header>
      ${recipients(items, recipient)}
      <main>
        ${
          shown.length === 0
            ? html`<p class="card">Nothing has been received yet.</p>`
            : html`<ul class="mails">
                ${shown.map(listItem)}
              </ul>`
        }
      </main>`,
  );
}

function recipients(items: readonly MailboxItem[], chosen: string | null): Child {
  const counts = new Map<string, { readonly to: MailboxAddress; count: number }>();
  for (const { to } of items) {
    const known = counts.get(to.address);
    if (known) known.count += 1;
    else counts.set(to.address, { to, count: 1 });
  }
  if (counts.size === 0) return null;
  return html`<nav aria-label="Customers">
    <ul>
      <li>
        ${chosen === null ? html`<a href="/mailbox" aria-current="true">All</a>` : html`<a href="/mailbox">All</a>`}
      </li>
      ${[...counts.values()].map(({ to, count }) => {
        const href = `/mailbox?to=${encodeURIComponent(to.address)}`;
        const label = html`<bdi>${to.name || to.address}</bdi> (${count})`;
        return to.address === chosen
          ? html`<li><a href="${href}" aria-current="true">${label}</a></li>`
          : html`<li><a href="${href}">${label}</a></li>`;
      })}
    </ul>
  </nav>`;
}

function listItem({ id, to, subject, receivedAt }: MailboxItem): Child {
  return html`<li>
    <p class="who muted"><bdi>${person(to)}</bdi> ${time(receivedAt)}</p>
    <p>
      <a href="/mailbox/${id}"><bdi>${subject || '(no subject)'}</bdi></a>
    </p>
  </li>`;
}

export function mailPage(item: MailboxItem): string {
  const { id, subject, statusUrl } = item;
  return framed(
    subject || '(no subject)',
    html`<header>
        <p><a href="/mailbox">All mails</a></p>
        <h1><bdi>${subject || '(no subject)'}</bdi></h1>
      </header>
      <main>
        <dl class="card facts">
          ${fact('To', html`<bdi>${person(item.to)}</bdi>`)}
          ${fact('From', html`<bdi>${person(item.from)}</bdi>`)} ${fact('Received', time(item.receivedAt))}
          ${statusUrl && fact('Status page', html`<a href="${statusUrl}">${statusUrl}</a>`)}
        </dl>
        ${
          item.html !== null &&
          html`<iframe
            sandbox="allow-popups allow-popups-to-escape-sandbox"
            src="/mailbox/${id}/html"
            title="The mail as the customer sees it"
          ></iframe>`
        }
        <details class="card">
          <summary>Plain text</summary>
          <pre>${item.text}</pre>
        </details>
        <details class="card">
          <summary>Headers</summary>
          <pre>${item.headers.map(({ name, value }) => `${name}: ${value}\n`)}</pre>
        </details>
      </main>`,
  );
}

function person({ name, address }: MailboxAddress): string {
  return name === '' ? address : `${name} <${address}>`;
}

function time(at: number): Child {
  const text = new Date(at).toISOString();
  return html`<time datetime="${text}">${text.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

function fact(term: string, description: Child): Child {
  return html`<div>
    <dt>${term}</dt>
    <dd>${description}</dd>
  </div>`;
}

function framed(title: string, content: Child): string {
  // The style's hash stands in the policy, so it must arrive letter by letter.
  const [head, tail] = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${title} · Demo mailbox</title>
        <style></style>
      </head>
      <body>
        <div class="wrap">${content}</div>
      </body>
    </html> `
    .toString()
    .split('<style></style>', 2);
  return `${head}<style>${CSS}</style>${tail}`;
}
