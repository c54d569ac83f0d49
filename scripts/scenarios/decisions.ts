/**
 * Where the product decides otherwise than a scenario, on purpose. Each decision has a rule that recognises it, no
 * wider than it must be: a difference that no rule explains is a miss. README.md gives the reasons.
 */
import { targetsOf } from './metrics.js';
import type { Compared } from './compare.js';
import type { Life } from './life.js';
import { isLive, lastDue, nextDeadline, recordsOf, runningDue } from './readings.js';
import type { Observed } from './observe.js';

export interface Decision {
  readonly name: string;
  /** One sentence for the report. */
  readonly why: string;
  readonly explains: (compared: Compared, life: Life, observed: Observed) => boolean;
}

const isPaused = ({ state }: Observed): boolean =>
  state === 'waiting' || state === 'resolved' || state === 'closed';

export const DECISIONS: readonly Decision[] = [
  {
    name: 'next-update-always-runs',
    why:
      'nextUpdate counts from the last informative update, the opening included, and beside nextResponse: ' +
      'silence is silence, whoever spoke last (domain.md §2)',
    explains: ({ field, expected }, _life, observed) => {
      if (isPaused(observed) || runningDue(observed, 'nextUpdate') === null) return false;
      if (field === 'keep_in_loop.due') return expected === null;
      // The next deadline is as expected once that clock is left out.
      const [without] = nextDeadline(observed, new Set(['nextUpdate', 'olaAccept', 'olaWork']));
      const wanted = typeof expected === 'string' ? Date.parse(expected) : null;
      return field === 'next_deadline' && (without === null ? null : Date.parse(without)) === wanted;
    },
  },
  {
    name: 'reply-ends-wait',
    why: 'a message of the customer ends the wait, so the clocks run on from there (domain.md §3, row 15)',
    explains: ({ field }, life) =>
      (life.waitWasShortened || (life.waitsInScenario && life.resumedEarlyAt !== null)) &&
      /(due|used_minutes|margin_minutes|deadline|state|hold_business_minutes)$/.test(field),
  },
  {
    name: 'answer-to-a-question-starts-no-response',
    why: 'nextResponse starts with a message outside waiting; an answer to our question resumes work (§3, rows 15 and 23)',
    explains: ({ field, expected }, life, observed) =>
      field === 'next_response.due' &&
      expected !== null &&
      life.answeredQuestion &&
      !recordsOf(observed, 'nextResponse').some(isLive),
  },
  {
    name: 'response-owed-once',
    why: 'nextResponse does not start while a targeted firstResponse is still owed: one answer settles both (§2)',
    explains: ({ field, expected }, life, observed) =>
      field === 'next_response.due' &&
      expected !== null &&
      targetsOf(life.policy).some(({ metric }) => metric === 'nextResponse') &&
      lastDue(observed, 'nextResponse') === null &&
      recordsOf(observed, 'firstResponse').some(isLive),
  },
];

/** The decision that explains a difference; null when none does. */
export function decisionBehind(compared: Compared, life: Life, observed: Observed): Decision | null {
  return DECISIONS.find(({ explains }) => explains(compared, life, observed)) ?? null;
}
