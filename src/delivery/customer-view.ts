/**
 * A case as its customer sees it: plain words, public names, what has happened, what can be done. Pure. What is not
 * named here cannot reach a customer: purposes, notes, comments, causes, reasons of holds, evidence, staff ids and
 * flags are never read (domain.md §3 and §5).
 */
import type { Instant } from '../domain/actor.js';
import type { Case, StatePath } from '../domain/case.js';
import { caseNumber } from '../domain/case-number.js';
import type { Locale } from '../domain/policies.js';
import { type CustomerAction, customerActions } from './customer-actions.js';
import {
  compensationsOf,
  type CompensationView,
  promisesOf,
  type PromiseView,
} from './customer-commitments.js';
import { displayLine, displayText } from './display-text.js';
import { caseEndedAt, reopenWindowIsOver } from './link-life.js';
import { type Quote, type Reader, renderUpdate, type VisibleUpdate } from './render-update.js';
import {
  headline,
  type Need,
  type Offer,
  offerOf,
  whatComesNext,
  whatWeNeed,
  whoHasIt,
} from './state-texts.js';

/** Where the case stands, coarsely enough to draw. */
export type Stage = 'received' | 'working' | 'yourTurn' | 'solution' | 'closed' | 'withdrawn' | 'merged';

export interface CustomerView {
  readonly number: string;
  readonly subject: string;
  readonly stage: Stage;
  readonly headline: string;
  /** What there is to answer to while the case is resolved; null in every other state. */
  readonly offer: Offer | null;
  /** A department's public name or the owner's first name; null once the case has ended. */
  readonly whoHasIt: string | null;
  readonly whatComesNext: string;
  readonly whatWeNeed: Need | null;
  /** What the customer was promised; may lie in the past, and is then an apology. */
  readonly nextUpdateDueAt: Instant | null;
  /** The solution, with its reasons, as it was told; empty while there is none. */
  readonly solution: readonly Quote[];
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
  readonly promises: readonly PromiseView[];
  readonly compensations: readonly CompensationView[];
  /** What the customer said of this closing; an earlier one of a reopened case is over. */
  readonly rating: RatingView | null;
  readonly allowed: readonly CustomerAction[];
  /** A reopening would make a new case that continues this one, because the window has passed. */
  readonly reopeningMakesNewCase: boolean;
  /** Number of the case into which this one was merged. */
  readonly mergedInto: string | null;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly ended: boolean;
}

export interface TimelineEntry {
  readonly seq: number;
  readonly at: Instant;
  readonly text: string;
  readonly quotes: readonly Quote[];
}

export interface RatingView {
  /** 1 to 5. */
  readonly score: number;
  /** 0 to 10. */
  readonly recommend: number | null;
  readonly comment: string | null;
  readonly at: Instant;
}

export interface ViewSource {
  readonly current: Case;
  /** Ascending by `seq`. */
  readonly updates: readonly VisibleUpdate[];
  /** What the domain allows this customer: the answer of `allowedActions`. */
  readonly allowedEvents: readonly string[];
  /** The database's clock. */
  readonly now: Instant;
}

export function customerView(source: ViewSource, reader: Reader): CustomerView {
  const { current, updates, now } = source;
  const { context } = current;
  const windowOver = reopenWindowIsOver(current, now);
  const rating = ratingOf(current);
  return {
    number: caseNumber(current.id),
    subject: displayLine(current.intake.subject),
    stage: STAGES[current.state],
    headline: headline(current, reader),
    offer: current.state === 'resolved' ? offerOf(current) : null,
    whoHasIt: whoHasIt(current, reader),
    whatComesNext: whatComesNext(current, now, reader),
    whatWeNeed: whatWeNeed(current, reader),
    nextUpdateDueAt: nextUpdateDueAt(current),
    solution: toldSolution(current, updates, reader),
    timeline: updates.map((update) => timelineEntry(update, reader)),
    promises: promisesOf(context),
    compensations: compensationsOf(context, reader.locale),
    rating,
    allowed: actionsLeft(customerActions(source.allowedEvents), windowOver, rating !== null),
    reopeningMakesNewCase: windowOver,
    mergedInto: context.mergedInto === null ? null : caseNumber(context.mergedInto),
    locale: reader.locale,
    timeZone: reader.timeZone,
    ended: caseEndedAt(current) !== null,
  };
}

const STAGES: Readonly<Record<StatePath, Stage>> = {
  received: 'received',
  'frontline.working': 'working',
  'frontline.returned': 'working',
  'level1.dispatched': 'working',
  'level1.working': 'working',
  'level2.dispatched': 'working',
  'level2.working': 'working',
  arbitration: 'working',
  waiting: 'yourTurn',
  resolved: 'solution',
  closed: 'closed',
  withdrawn: 'withdrawn',
  merged: 'merged',
};

function nextUpdateDueAt({ context }: Case): Instant | null {
  const running = context.clocks.filter((clock) => clock.metric === 'nextUpdate' && clock.stoppedAt === null);
  return running.at(-1)?.dueAt ?? null;
}

const SOLUTION_KEYS: ReadonlySet<string> = new Set([
  'case.resolved',
  'case.decided.grant',
  'case.decided.alternative',
  'case.decided.refuse',
]);

/** Taken from what was told, not from the case: a root cause stands beside the solution there. */
function toldSolution({ state }: Case, updates: readonly VisibleUpdate[], reader: Reader): readonly Quote[] {
  if (state !== 'resolved' && state !== 'closed') return [];
  const told = updates.findLast(
    (update) => SOLUTION_KEYS.has(update.key) || update.key === 'case.waitExpired',
  );
  return told ? renderUpdate(told, reader).quotes : [];
}

function timelineEntry(update: VisibleUpdate, reader: Reader): TimelineEntry {
  const { happened, quotes } = renderUpdate(update, reader);
  return { seq: update.seq, at: update.at, text: happened, quotes };
}

function ratingOf({ state, context: { ratings, cycle } }: Case): RatingView | null {
  const given = state === 'closed' ? ratings.find((rating) => rating.cycle === cycle) : undefined;
  if (given === undefined) return null;
  const { score, recommend, comment, at } = given;
  return { score, recommend, comment: comment === null ? null : displayText(comment), at };
}

function actionsLeft(allowed: CustomerAction[], windowOver: boolean, isRated: boolean): CustomerAction[] {
  // Past the window a reopening is the one thing left: it makes a new case (domain.md §3, row 19).
  if (windowOver) return ['reopening'];
  return isRated ? allowed.filter((action) => action !== 'rating') : allowed;
}
