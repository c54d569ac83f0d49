/**
 * The customer's view as JSON: instants become RFC 3339 texts, everything else is as the page shows it.
 */
import type { CustomerView } from '../../delivery/customer-view.js';
import { toInstantText as text } from '../input/instant.js';

export function statusResource(view: CustomerView) {
  const need = view.whatWeNeed;
  return {
    number: view.number,
    subject: view.subject,
    stage: view.stage,
    headline: view.headline,
    offer: view.offer,
    whoHasIt: view.whoHasIt,
    whatComesNext: view.whatComesNext,
    whatWeNeed:
      need === null ? null : { text: need.text, question: need.question, untilAt: text(need.untilAt) },
    nextUpdateDueAt: text(view.nextUpdateDueAt),
    solution: view.solution,
    timeline: view.timeline.map(({ seq, at, text: happened, quotes }) => ({
      seq,
      at: text(at),
      text: happened,
      quotes,
    })),
    promises: view.promises.map(({ text: words, dueAt, state }) => ({
      text: words,
      dueAt: text(dueAt),
      state,
    })),
    compensations: view.compensations,
    rating: view.rating && { ...view.rating, at: text(view.rating.at) },
    canRate: view.allowed.includes('rating'),
    allowed: view.allowed,
    reopeningMakesNewCase: view.reopeningMakesNewCase,
    mergedInto: view.mergedInto,
    ended: view.ended,
    locale: view.locale,
    timeZone: view.timeZone,
  };
}

export type StatusResource = ReturnType<typeof statusResource>;
