/**
 * The customer's page of one case, from its view: one screen that says where things stand, what is needed and what
 * has happened, without any script. Knows no request and no database.
 */
import type { Instant } from '../domain/case.js';
import { say } from './catalogue.js';
import type { CustomerAction } from './customer-actions.js';
import type { CustomerView, Stage, TimelineEntry } from './customer-view.js';
import { displayText } from './display-text.js';
import { formatInstant } from './format-instant.js';
import { type Child, html } from './html.js';
import type { MessageKey } from './messages/message-keys.js';
import { framed } from './page-frame.js';
import type { Quote } from './render-update.js';
import { answerForm, confirmationForm, folded, type FormContext, type FormVariant } from './status-forms.js';

export interface StatusPageContext extends Omit<FormContext, 'locale' | 'variant'> {
  /** What to say about what was just done. */
  readonly notice: Extract<MessageKey, `notice.${string}`> | null;
  /** Page of the case into which this one was merged, when the same customer may read it. */
  readonly mergedPath: string | null;
  /** The database's clock. */
  readonly now: Instant;
}

/** @returns a whole HTML document. */
export function statusPage(view: CustomerView, context: StatusPageContext): string {
  const { locale } = view;
  const forms: FormContext = { ...context, locale, variant: variantOf(view) };
  const inTheCard = actionsInTheCard(view);
  const others = view.allowed.filter((action) => !inTheCard.includes(action));
  return framed({
    locale,
    title: `${view.headline} · ${view.number}`,
    path: context.path,
    main: html`${notices(view, context)} ${hero(view, context)} ${needCard(view, inTheCard, forms)}
    ${solutionCard(view)} ${actionsCard(view, others, forms)} ${timelineCard(view)}`,
    footer: html`<p>${say(locale, 'page.asOf', { at: formatInstant(context.now, locale, view.timeZone) })}</p>
      <p>${say(locale, 'page.private')}</p>`,
  });
}

function variantOf({ offer, reopeningMakesNewCase }: CustomerView): FormVariant | null {
  if (offer === 'refusal') return 'refusal';
  return reopeningMakesNewCase ? 'continuation' : null;
}

function notices({ locale, allowed }: CustomerView, { notice, failed }: StatusPageContext): Child {
  if (!failed) return notice && html`<p class="notice" role="status">${say(locale, notice)}</p>`;
  // Where the form is gone, so would be what was written in it.
  const isHomeless = failed.text !== '' && !allowed.includes(failed.action);
  return html`<div class="notice bad" role="alert">
    <p>${say(locale, 'error.title')}${locale === 'en' ? '. ' : '。'}${failed.message}</p>
    ${isHomeless && quotes([{ label: say(locale, 'form.reply.label'), text: displayText(failed.text) }])}
  </div>`;
}

function hero(view: CustomerView, context: StatusPageContext): Child {
  const { locale, headline, number, subject, mergedInto } = view;
  return html`<section class="card hero" aria-labelledby="headline">
    <div>
      <p class="eyebrow">
        <span class="number">${say(locale, 'page.case', { number })}</span> · <b><bdi>${subject}</bdi></b>
      </p>
      <h1 id="headline">${headline}</h1>
    </div>
    ${stations(view)}
    <dl class="facts">
      ${view.whoHasIt && fact(say(locale, 'page.who'), html`<bdi>${view.whoHasIt}</bdi>`)}
      ${fact(say(locale, 'page.next'), view.whatComesNext)} ${nextUpdate(view, context.now)}
    </dl>
    ${
      mergedInto &&
      context.mergedPath &&
      html`<p>
        <a class="go" href="${context.mergedPath}">${say(locale, 'page.continue', { number: mergedInto })}</a>
      </p>`
    }
  </section>`;
}

function fact(term: string, description: Child): Child {
  return html`<div>
    <dt>${term}</dt>
    <dd>${description}</dd>
  </div>`;
}

/** The promise of the next update, or an apology once it is broken: never silence (D2). */
function nextUpdate({ nextUpdateDueAt: dueAt, locale, timeZone }: CustomerView, now: Instant): Child {
  if (dueAt === null) return null;
  const at = formatInstant(dueAt, locale, timeZone);
  const time = html`<time datetime="${new Date(dueAt).toISOString()}">${at}</time>`;
  return dueAt >= now
    ? fact(say(locale, 'page.hearBy'), time)
    : fact(
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

/** What we ask for can be answered right where we ask. */
function actionsInTheCard({ stage, allowed, whatWeNeed }: CustomerView): CustomerAction[] {
  if (whatWeNeed === null) return [];
  const asked: CustomerAction[] = stage === 'yourTurn' ? ['reply'] : ['confirmation', 'rejection'];
  return asked.filter((action) => allowed.includes(action));
}

function needCard(view: CustomerView, actions: readonly CustomerAction[], forms: FormContext): Child {
  const { whatWeNeed: need, locale } = view;
  if (need === null) return null;
  const question =
    need.question === null
      ? []
      : [{ label: say(locale, 'quote.question'), text: need.question } satisfies Quote];
  return html`<section class="card ask" aria-labelledby="need">
    <h2 id="need">${say(locale, 'page.need')}</h2>
    <p>${need.text}</p>
    ${quotes([...question, ...(view.stage === 'solution' ? view.solution : [])])}
    ${actions.includes('reply') && answerForm(forms)}
    ${actions.includes('confirmation') && confirmationForm(forms)}
    ${actions.includes('rejection') && folded('rejection', forms)}
  </section>`;
}

/** While it waits to be confirmed, the solution stands in the card above. */
function solutionCard({ stage, solution, locale }: CustomerView): Child {
  if (stage !== 'closed' || solution.length === 0) return null;
  return html`<section class="card" aria-label="${say(locale, 'quote.solution')}">
    ${quotes(solution)}
  </section>`;
}

function actionsCard(view: CustomerView, actions: readonly CustomerAction[], forms: FormContext): Child {
  if (actions.length === 0) return null;
  return html`<section class="card acts" aria-labelledby="actions">
    <h2 id="actions">${say(view.locale, 'page.actions')}</h2>
    ${actions.map((action) => (action === 'confirmation' ? confirmationForm(forms) : folded(action, forms)))}
  </section>`;
}

function timelineCard(view: CustomerView): Child {
  const { locale } = view;
  return html`<section class="card" aria-labelledby="timeline">
    <div class="head">
      <h2 id="timeline">${say(locale, 'page.timeline')}</h2>
      <span class="small">${say(locale, 'page.newest')}</span>
    </div>
    <ol class="timeline" reversed>
      ${view.timeline.toReversed().map((entry) => timelineItem(entry, view))}
    </ol>
  </section>`;
}

function timelineItem(
  { at, text, quotes: quoted }: TimelineEntry,
  { locale, timeZone }: CustomerView,
): Child {
  return html`<li>
    <time datetime="${new Date(at).toISOString()}">${formatInstant(at, locale, timeZone, 'short')}</time>
    <p>${text}</p>
    ${quotes(quoted)}
  </li>`;
}

function quotes(quoted: readonly Quote[]): Child {
  if (quoted.length === 0) return null;
  return html`<div class="quotes">
    ${quoted.map(
      ({ label, text }) =>
        html`<figure>
          <figcaption>${label}</figcaption>
          <blockquote dir="auto"><bdi>${text}</bdi></blockquote>
        </figure>`,
    )}
  </div>`;
}
