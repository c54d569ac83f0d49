/** From a form of the page to what the customer said by it, or to what is wrong with it. Pure. */
import type { CustomerAction } from '../../delivery/customer-actions.js';
import {
  RECOMMEND_FIELD,
  RECOMMENDATION_MAX,
  type RatingChoice,
  SCORE_FIELD,
  SCORES,
} from '../../delivery/status-rating.js';
import { textFieldOf } from '../../delivery/status-forms.js';
import { Problem } from '../problems/problem.js';
import type { Said } from './customer-command.js';
import { type FormFault, readFormText } from './form-text.js';

export type FormDeed =
  | { readonly kind: 'fine'; readonly said: Said }
  | { readonly kind: 'faulty'; readonly fault: FormFault; readonly shown: string };

type Fields = ReadonlyMap<string, string>;

/** @throws Problem 400 for a choice that no form of ours offers. */
export function readFormDeed(action: CustomerAction, fields: Fields): FormDeed {
  const written = readFormText(action, fields.get(textFieldOf(action)) ?? '');
  if (action !== 'rating') {
    return written.kind === 'fine' ? { kind: 'fine', said: { action, text: written.text } } : written;
  }
  const { score, recommend } = ratingIn(fields);
  if (score === null) {
    const shown = written.kind === 'fine' ? (written.text ?? '') : written.shown;
    return { kind: 'faulty', fault: 'noScore', shown };
  }
  return written.kind === 'fine'
    ? { kind: 'fine', said: { action, text: written.text, score, recommend } }
    : written;
}

/** What was chosen, none of which may be. @throws Problem 400 */
export function ratingIn(fields: Fields): RatingChoice {
  const score = chosenNumber(fields.get(SCORE_FIELD));
  const recommend = chosenNumber(fields.get(RECOMMEND_FIELD));
  const known = SCORES.find((each) => each === score) ?? null;
  const isStrange = (score !== null && known === null) || (recommend ?? 0) > RECOMMENDATION_MAX;
  if (isStrange) throw new Problem('bad-request');
  return { score: known, recommend };
}

/** What a link says beforehand: a hint, so that a strange one is none. */
export function scoreHint(score: string | null): RatingChoice {
  return { score: SCORES.find((each) => String(each) === score) ?? null, recommend: null };
}

function chosenNumber(field: string | undefined): number | null {
  if (field === undefined || field === '') return null;
  if (!/^\d{1,2}$/.test(field)) throw new Problem('bad-request');
  return Number(field);
}
