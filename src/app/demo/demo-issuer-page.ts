/** The page of the demo's issuer: everybody whom one may sign in as. Says that it is a demo. No script. Pure. */
import { html } from '../../delivery/html.js';
import { STATUS_CSS_PATH, STATUS_CSS_VERSION } from '../../delivery/status-style.js';
import type { StaffRole } from '../../domain/actor.js';

export interface DemoPerson {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
  readonly department: string | null;
}

/** Its own style sheet, and links. */
export const DEMO_ISSUER_CSP =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Everybody reads the name of their own language; the rest is for people who try the product out. */
const NOTES = [
  {
    locale: 'en',
    text: 'This is a demo: pick who you want to be. There is no password, and nobody checks who you are.',
  },
  { locale: 'zh-CN', text: '这是演示环境：请选择要使用的身份。无需密码，也不会核实您的身份。' },
  { locale: 'zh-TW', text: '這是示範環境：請選擇要使用的身分。無需密碼，也不會核實您的身分。' },
] as const;

/** @param addressFor where choosing this person leads */
export function demoIssuerPage(people: readonly DemoPerson[], addressFor: (id: string) => string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <title>Demo sign-in</title>
        <link rel="stylesheet" href="${STATUS_CSS_PATH}?v=${STATUS_CSS_VERSION}" />
      </head>
      <body>
        <header class="wrap top"><p class="brand">Demo sign-in</p></header>
        <main class="wrap" id="content">
          <section class="card">
            <div class="sorry">
              <h1>Who are you today?</h1>
              ${NOTES.map(({ locale, text }) => html`<p class="about" lang="${locale}">${text}</p>`)}
            </div>
          </section>
          <section class="card">
            <ul class="commitments">
              ${people.map(
                ({ id, name, role, department }) =>
                  html`<li>
                    <a href="${addressFor(id)}" rel="nofollow"><bdi>${name}</bdi></a>
                    <span class="standing">${role}${department !== null && `, ${department}`}</span>
                  </li>`,
              )}
            </ul>
          </section>
        </main>
      </body>
    </html> `.toString();
}
