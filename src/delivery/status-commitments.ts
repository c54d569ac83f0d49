/** The cards of what was promised to the customer and of what they get; each only while there is something in it. */
import { say } from './catalogue.js';
import type { CompensationStanding, PromiseStanding } from './customer-commitments.js';
import type { CustomerView } from './customer-view.js';
import { formatInstant } from './format-instant.js';
import { type Child, html } from './html.js';

/** How a mark looks: its word says the same, so that nothing hangs on a colour. */
const TONES: Readonly<Record<PromiseStanding | CompensationStanding, 'plain' | 'good' | 'bad'>> = {
  open: 'plain',
  kept: 'good',
  keptLate: 'plain',
  broken: 'bad',
  approved: 'plain',
  executed: 'good',
};

export function promisesCard({ promises, locale, timeZone }: CustomerView): Child {
  if (promises.length === 0) return null;
  return html`<section class="card" aria-labelledby="promises">
    <h2 id="promises">${say(locale, 'page.promises')}</h2>
    <ul class="commitments">
      ${promises.map(({ text, dueAt, state }) => {
        const at = formatInstant(dueAt, locale, timeZone);
        const due = html`<time datetime="${new Date(dueAt).toISOString()}"
          >${say(locale, 'promise.due', { at })}</time
        >`;
        return commitment(html`<bdi>${text}</bdi>`, mark(state, say(locale, `promise.${state}`)), due);
      })}
    </ul>
  </section>`;
}

export function compensationsCard({ compensations, locale }: CustomerView): Child {
  if (compensations.length === 0) return null;
  return html`<section class="card" aria-labelledby="compensations">
    <h2 id="compensations">${say(locale, 'page.compensations')}</h2>
    <ul class="commitments">
      ${compensations.map(({ description, amount, state }) =>
        commitment(
          html`<b class="amount">${amount}</b> <bdi>${description}</bdi>`,
          mark(state, say(locale, `compensation.${state}`)),
          null,
        ),
      )}
    </ul>
  </section>`;
}

function commitment(what: Child, standing: Child, due: Child): Child {
  return html`<li>
    <p>${what}</p>
    <p class="standing">${standing} ${due}</p>
  </li>`;
}

function mark(state: PromiseStanding | CompensationStanding, word: string): Child {
  return html`<span class="mark ${TONES[state]}">${word}</span>`;
}
