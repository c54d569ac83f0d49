/**
 * How a case stands, at the top of the customer's page: its headline, the stations on its way, and who has it, by when
 * there is news and what comes next. Knows no form.
 */
import type { Instant } from '../domain/actor.js';
import { say } from './catalogue.js';
import type { CustomerView, Stage } from './customer-view.js';
import { formatInstant } from './format-instant.js';
import { type Child, html } from './html.js';
import { type Fact, FACT_ICONS } from './status-icons.js';

/** @param mergedPath page of the case into which this one was merged, when it may be read. */
export function hero(view: CustomerView, now: Instant, mergedPath: string | null): Child {
  const { locale, headline, number, subject, mergedInto } = view;
  return html`<section class="card hero ${view.stage}" aria-labelledby="headline">
    <div>
      <p class="eyebrow">${say(locale, 'page.case', { number })}</p>
      <h1 id="headline">${headline}</h1>
      <p class="subject"><bdi>${subject}</bdi></p>
    </div>
    ${stations(view)} ${view.whatWeNeed === null && facts(view, now)}
    ${
      mergedInto &&
      mergedPath &&
      html`<p>
        <a class="go" href="${mergedPath}">${say(locale, 'page.continue', { number: mergedInto })}</a>
      </p>`
    }
  </section>`;
}

function facts(view: CustomerView, now: Instant): Child {
  const { locale, whoHasIt } = view;
  return html`<dl class="facts">
    ${whoHasIt && fact('who', say(locale, 'page.who'), html`<bdi>${whoHasIt}</bdi>`)} ${nextUpdate(view, now)}
    ${fact('next', say(locale, 'page.next'), view.whatComesNext)}
  </dl>`;
}

/** Where we need something from the customer, that comes first: on a phone there is room for one thing. */
export function factsCard(view: CustomerView, now: Instant): Child {
  return view.whatWeNeed !== null && html`<div class="card">${facts(view, now)}</div>`;
}

function fact(about: Fact, term: string, description: Child): Child {
  return html`<div class="${about}">
    <dt>${FACT_ICONS[about]}${term}</dt>
    <dd>${description}</dd>
  </div>`;
}

/** The promise of the next update, or an apology once it is broken: never silence (D2). */
function nextUpdate({ nextUpdateDueAt: dueAt, locale, timeZone }: CustomerView, now: Instant): Child {
  if (dueAt === null) return null;
  const at = formatInstant(dueAt, locale, timeZone);
  const time = html`<time datetime="${new Date(dueAt).toISOString()}">${at}</time>`;
  return dueAt >= now
    ? fact('when', say(locale, 'page.hearBy'), time)
    : fact(
        'when',
        say(locale, 'page.hearBy'),
        html`<span class="late">${say(locale, 'page.hearLate', { at })}</span>`,
      );
}

const STATIONS = ['station.received', 'station.working', 'station.solution', 'station.closed'] as const;
const STATION_OF: Readonly<Record<Stage, number | null>> = {
  received: 0,
  working: 1,
  yourTurn: 1,
  solution: 2,
  closed: 3,
  withdrawn: null,
  merged: null,
};

function stations({ stage, locale }: CustomerView): Child {
  const here = STATION_OF[stage];
  if (here === null) return null;
  const items = STATIONS.map((key, index) => {
    const name = say(locale, key);
    if (index === here) return html`<li class="now" aria-current="step">${name}</li>`;
    return index < here ? html`<li class="done">${name}</li>` : html`<li>${name}</li>`;
  });
  return html`<ol class="stations" aria-label="${say(locale, 'station.label')}">
    ${items}
  </ol>`;
}
