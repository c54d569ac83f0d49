/**
 * The customer's page of one case, from its view: one screen that says where things stand, what is needed and what
 * has happened, without any script. Knows no request and no database.
 */
import type { Instant } from '../domain/actor.js';
import { say } from './catalogue.js';
import type { CustomerAction } from './customer-actions.js';
import type { CustomerView, TimelineEntry } from './customer-view.js';
import { displayText } from './display-text.js';
import { formatInstant } from './format-instant.js';
import { type Child, html } from './html.js';
import type { MessageKey } from './messages/message-keys.js';
import { framed } from './page-frame.js';
import type { Quote } from './render-update.js';
import { compensationsCard, promisesCard } from './status-commitments.js';
import { answerForm, confirmationForm, folded, type FormContext, type FormVariant } from './status-forms.js';
import { factsCard, hero } from './status-hero.js';
import { liveRegion } from './status-live.js';
import { ratingCard, type RatingChoice } from './status-rating.js';

export interface StatusPageContext extends Omit<FormContext, 'locale' | 'variant'> {
  /** What to say about what was just done. */
  readonly notice: Extract<MessageKey, `notice.${string}`> | null;
  /** Page of the case into which this one was merged, when the same customer may read it. */
  readonly mergedPath: string | null;
  /** Where the page hears of news, from our own origin. */
  readonly eventsPath: string;
  /** The rating that a link or a form brought with it: the page then begins with its question. */
  readonly ratingChoice: RatingChoice | null;
  /** The database's clock. */
  readonly now: Instant;
}

/** @returns a whole HTML document. */
export function statusPage(view: CustomerView, context: StatusPageContext): string {
  const { locale } = view;
  const forms: FormContext = { ...context, locale, variant: variantOf(view) };
  const inTheCard = actionsInTheCard(view);
  const others = view.allowed.filter((action): action is ListedAction => isListed(action, inTheCard));
  const rating = ratingCard(view, forms, context.ratingChoice);
  const asksFirst = context.ratingChoice !== null;
  return framed({
    locale,
    title: `${view.headline} · ${view.number}`,
    path: context.path,
    live: liveRegion(view, context),
    main: html`${notices(view, context)} ${asksFirst && rating} ${hero(view, context.now, context.mergedPath)}
    ${needCard(view, inTheCard, forms)} ${factsCard(view, context.now)} ${!asksFirst && rating}
    ${solutionCard(view)} ${promisesCard(view)} ${compensationsCard(view)} ${actionsCard(view, others, forms)}
    ${timelineCard(view)}`,
    footer: html`<p>${say(locale, 'page.asOf', { at: formatInstant(context.now, locale, view.timeZone) })}</p>
      <p>${say(locale, 'page.private')}</p>`,
  });
}

/** What stands in the list of things to do; a rating has a card of its own. */
type ListedAction = Exclude<CustomerAction, 'rating'>;

function isListed(action: CustomerAction, elsewhere: readonly CustomerAction[]): boolean {
  return action !== 'rating' && !elsewhere.includes(action);
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
  return html`<section class="card ask ${view.stage}" aria-labelledby="need">
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

function actionsCard(view: CustomerView, actions: readonly ListedAction[], forms: FormContext): Child {
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
