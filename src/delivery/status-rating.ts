/**
 * How the customer says what they think of a closed case, and how the page shows what they said. Five answers in
 * words beside their numbers, a comment, and one more question behind its title; needs no script. Knows no request.
 */
import { say } from './catalogue.js';
import type { CustomerView } from './customer-view.js';
import { type Child, html } from './html.js';
import { form, type FormContext, textField } from './status-forms.js';

/** Customer satisfaction, worst first. */
export const SCORES = [1, 2, 3, 4, 5] as const;
export type Score = (typeof SCORES)[number];
/** "Would you recommend us?", 0 to 10. */
export const RECOMMENDATION_MAX = 10;

/** Names of the fields that a rating sends beside its comment. */
export const SCORE_FIELD = 'score';
export const RECOMMEND_FIELD = 'recommend';

/** What is marked before the customer has chosen: what their link says, or what they sent and did not go through. */
export interface RatingChoice {
  readonly score: Score | null;
  readonly recommend: number | null;
}

/** @returns the question while it can be answered, the answer once it was given, else nothing. */
export function ratingCard(view: CustomerView, forms: FormContext, choice: RatingChoice | null): Child {
  if (view.rating !== null) return givenCard(view);
  if (!view.allowed.includes('rating')) return null;
  return html`<section class="card rate" id="rate" aria-labelledby="rating">
    <h2 id="rating">${say(view.locale, 'page.rating')}</h2>
    ${ratingForm(forms, choice ?? { score: null, recommend: null })}
  </section>`;
}

function ratingForm(context: FormContext, choice: RatingChoice): Child {
  const { locale, failed } = context;
  const wrong = failed?.action === 'rating' ? failed : null;
  // The fault is the missing answer unless there is one; it is told beside what is at fault.
  const unanswered = choice.score === null ? wrong : null;
  const comment = textField('rating', say(locale, 'form.rate.label'), {
    wrong: unanswered === null ? wrong : null,
    written: wrong?.text ?? '',
    optional: true,
  });
  return form(
    'rating',
    context,
    html`<fieldset${unanswered && html` aria-describedby="score-wrong"`}>
<legend>${say(locale, 'form.rate.legend')}</legend>
<div class="scores">${SCORES.map((score) => scoreOption(score, choice.score === score, locale))}</div>
${unanswered && html`<p class="wrong" id="score-wrong">${unanswered.message}</p>`}
</fieldset>
${comment}
${recommendation(locale, choice.recommend)}
<button>${say(locale, 'form.rate.send')}</button>`,
  );
}

function scoreOption(score: Score, checked: boolean, locale: CustomerView['locale']): Child {
  return html`<label class="score">
    <input type="radio" name="${SCORE_FIELD}" value="${score}" required${checked && html` checked`} />
    <span><b>${score}</b> ${say(locale, `score.${score}`)}</span>
  </label>`;
}

function recommendation(locale: CustomerView['locale'], chosen: number | null): Child {
  const numbers = Array.from({ length: RECOMMENDATION_MAX + 1 }, (_, number) => number);
  return html`<details${chosen !== null && html` open`}><summary>${say(locale, 'form.rate.more')}</summary>
<fieldset>
<legend>${say(locale, 'form.rate.recommend')}</legend>
<div class="numbers">${numbers.map(
    (number) =>
      html`<label class="number">
        <input
          type="radio"
          name="${RECOMMEND_FIELD}"
          value="${number}"
          ${number === chosen && html` checked`}
        />
        <span>${number}</span>
      </label>`,
  )}</div>
</fieldset></details>`;
}

function givenCard({ rating, locale }: CustomerView): Child {
  if (rating === null) return null;
  const score = SCORES.find((each) => each === rating.score) ?? SCORES[0];
  const word = say(locale, `score.${score}`);
  return html`<section class="card" aria-labelledby="rating">
    <h2 id="rating">${say(locale, 'page.yourRating')}</h2>
    <p class="given"><b>${say(locale, 'score.given', { score, word })}</b></p>
    ${rating.comment && html`<blockquote dir="auto"><bdi>${rating.comment}</bdi></blockquote>`}
  </section>`;
}
