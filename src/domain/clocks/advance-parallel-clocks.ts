/**
 * The clocks that run side by side, across one step: one per open consult, pending approval and open promise, derived
 * from what the case holds, as the single ones are from its state. Arithmetic and targets live next door.
 */
import type { Instant } from '../actor.js';
import type { Clock } from '../case.js';
import { wholeSecond } from '../moves/asked-date.js';
import type { Policies } from '../policies.js';
import {
  breachClock,
  calendarOf,
  cancelClock,
  passMark,
  pauseClock,
  reaimClock,
  resumeClock,
  retargetClock,
  startClock,
  stopClock,
} from './clock-record.js';
import { type Change, isLive } from './clock-rules.js';
import { targetOfMatter } from './clock-targets.js';
import { type Matter, mattersOf } from './matters.js';

const MS_PER_SECOND = 1000;

/** @returns the clocks that live after the step, and those that ended in it; an ended one is kept nowhere else. */
export function advanceParallelClocks(
  change: Change,
  policies: Policies,
): { readonly clocks: readonly Clock[]; readonly finished: readonly Clock[] } {
  const clocks: Clock[] = [];
  const finished: Clock[] = [];
  for (const matter of mattersOf(change.context)) {
    const was = liveClockOf(matter, change);
    if (matter.isOpen) {
      clocks.push(was ? goOn(was, matter, change, policies) : beginClock(matter, change, policies));
    } else if (was) {
      const end = matter.isCancelled ? cancelClock : stopClock;
      finished.push(end(was, change.event.at, calendarOf(was, policies.book)));
    }
  }
  return { clocks, finished };
}

function liveClockOf({ metric, n }: Matter, { before }: Change): Clock | undefined {
  return before?.context.clocks.find(
    (clock) => clock.metric === metric && clock.attempt === n && isLive(clock),
  );
}

function beginClock(matter: Matter, change: Change, policies: Policies): Clock {
  const { context, event } = change;
  const from = startOf(matter, event.at);
  const target = targetOfMatter(matter, from, change, policies, undefined);
  const begun = startClock(matter.metric, context.cycle, matter.n, from, target);
  return isPaused(matter, change) ? pauseClock(begun, from, calendarOf(begun, policies.book)) : begun;
}

/** Clocks count whole seconds; from a whole one on, what the customer was promised is met exactly. */
function startOf({ metric }: Matter, at: Instant): Instant {
  return metric === 'promise' ? wholeSecond(at) : at;
}

/** A promise runs everywhere. All else rests while the customer is asked, and where nobody works on the case. */
function isPaused({ metric }: Matter, { tags }: Change): boolean {
  return metric !== 'promise' && !tags.has('customerClocks');
}

function goOn(was: Clock, matter: Matter, change: Change, policies: Policies): Clock {
  const { event, sla } = change;
  const noted = notedBy(was, matter, change, policies);
  const runs = noted.runningSince !== null;
  if (isPaused(matter, change) === !runs) return noted;
  const calendar = calendarOf(noted, policies.book);
  return runs
    ? pauseClock(noted, event.at, calendar)
    : resumeClock(noted, event.at, calendar, sla.warnPercents);
}

/** What the event says to this very clock: a mark acted upon, a breach, another target. */
function notedBy(clock: Clock, matter: Matter, change: Change, policies: Policies): Clock {
  const { event, sla } = change;
  const target = (keeps: Clock | undefined) =>
    targetOfMatter(matter, clock.startedAt, change, policies, keeps);
  const isMeant = 'attempt' in event && event.metric === clock.metric && event.attempt === clock.attempt;
  switch (event.type) {
    case 'case.warn':
    case 'case.reassure':
      return isMeant ? passMark(clock, event.percent) : clock;
    case 'case.breach':
      return isMeant ? passMark(breachClock(clock, event.at), event.percent) : clock;
    case 'case.renegotiatePromise': {
      if (matter.metric !== 'promise' || matter.n !== event.n || matter.dueAt === null) return clock;
      const seconds = (matter.dueAt - clock.startedAt) / MS_PER_SECOND;
      return reaimClock(clock, event.at, seconds, calendarOf(clock, policies.book), sla.warnPercents);
    }
    // What was agreed for this one matter is nobody's policy.
    case 'case.rebase':
      return matter.dueAt === null ? retargetClock(clock, event.at, target(undefined)) : clock;
    case 'case.prioritize':
    case 'case.regrade':
      return matter.metric === 'consult' && matter.dueAt === null
        ? retargetClock(clock, event.at, target(clock))
        : clock;
    default:
      return clock;
  }
}
