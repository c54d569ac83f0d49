/**
 * Answers to what a customer did by link, as they are kept with their key and given again: rendered before the write,
 * free of the link itself. Does no I/O.
 */
import { say } from '../../delivery/catalogue.js';
import type { CustomerView } from '../../delivery/customer-view.js';
import type { Case } from '../../domain/case.js';
import type { Locale } from '../../domain/policies.js';
import type { RefusalCode } from '../../domain/refusals.js';
import type { RenderedAnswer } from '../../engine/outcome.js';
import { etagOf } from '../input/command-headers.js';
import { Problem, PROBLEM_MEDIA_TYPE, toProblemDocument } from '../problems/problem.js';
import { errorKeyOf } from './customer-words.js';
import { statusResource } from './status-resource.js';

export const JSON_MEDIA_TYPE = 'application/json; charset=utf-8';

/**
 * In the headers of a kept answer, and never sent: the new case that it is about. The link to it is signed when the
 * answer is given, since no link may lie in the database.
 */
export const CONTINUED_BY = 'continued-by';

/** The case as the customer sees it after the deed. */
export function doneAnswer(view: CustomerView, after: Case): RenderedAnswer {
  const headers = { 'content-type': JSON_MEDIA_TYPE, etag: etagOf(after.revision) };
  return { status: 201, body: JSON.stringify(statusResource(view)), headers };
}

/** The same for both windows, since both share the one key of a continuation. */
export function continuedAnswer(view: CustomerView, after: Case): RenderedAnswer {
  const answer = doneAnswer(view, after);
  return { ...answer, headers: { ...answer.headers, [CONTINUED_BY]: after.id } };
}

/** Why not, in the customer's words; no `instance`, which would hold the link. */
export function refusedAnswer(
  code: string,
  view: CustomerView | null,
  locale: Locale,
  traceId: string,
): RenderedAnswer {
  const words = say(locale, errorKeyOf(code));
  const members = { title: words, ...(view && { stage: view.stage, allowedActions: view.allowed }) };
  const problem = new Problem(code as RefusalCode, { detail: words, members });
  return {
    status: problem.status,
    body: JSON.stringify(toProblemDocument(problem, null, traceId)),
    headers: { 'content-type': PROBLEM_MEDIA_TYPE },
  };
}
