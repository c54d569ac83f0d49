/**
 * A case as its customer sees it: plain words, public names, what has happened, what can be done. Pure. What is not
 * named here cannot reach a customer: purposes, notes, comments, causes, reasons of holds, evidence, staff ids and
 * flags are never read (domain.md §3 and §5).
 */
import type { Case, Instant, StatePath } from '../domain/case.js';
import { caseNumber } from '../domain/case-number.js';
import type { Locale } from '../domain/policies.js';
import { type CustomerAction, customerActions } from './customer-actions.js';
import { displayLine } from './display-text.js';
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
    allowed: withReopening(customerActions(source.allowedEvents), windowOver),
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

function withReopening(allowed: CustomerAction[], windowOver: boolean): CustomerAction[] {
  // Past the window a reopening is the one thing left: it makes a new case (domain.md §3, row 19).
  return windowOver ? ['reopening'] : allowed;
}
