/**
 * All clocks of a case across one step: derived from what changed, compared with what ran, moved accordingly.
 * Targets, rules, arithmetic and the clocks that run side by side live next door.
 */
import { businessSecondsBetween } from '../../calendar/business-seconds.js';
import type { Instant } from '../actor.js';
import type { Clock, SingleMetric } from '../case.js';
import type { Extension } from '../cooperation.js';
import { SINGLE_METRICS } from '../case.js';
import type { Policies } from '../policies.js';
import { advanceParallelClocks } from './advance-parallel-clocks.js';
import {
  breachClock,
  calendarOf,
  cancelClock,
  elapsedAt,
  passMark,
  pauseClock,
  reaimClock,
  resumeClock,
  retargetClock,
  startClock,
  stopClock,
  type Target,
} from './clock-record.js';
import {
  type Change,
  CLOCK_RULES,
  clockOf,
  endedWithoutAnswer,
  isLive,
  type Step,
  type Want,
} from './clock-rules.js';
import { agreement, targetFor } from './clock-targets.js';

export interface AdvancedClocks {
  /** The latest record of each single metric and every live one of the others: what the context keeps. */
  readonly clocks: readonly Clock[];
  /** Records that ended in this step: written once, never changed. */
  readonly finished: readonly Clock[];
}

/** A floor under what is left after a return for missing information (domain.md §2): work needs some time at all. */
const REWORK_FLOOR = 0.25;

export function advanceClocks(stepped: Step, policies: Policies): AdvancedClocks {
  const change: Change = { ...stepped, sla: agreement(stepped, policies) };
  const moved = SINGLE_METRICS.map((metric) => moveClock(metric, change, policies));
  const parallel = advanceParallelClocks(change, policies);
  return {
    clocks: [...moved.flatMap(({ clock }) => clock ?? []), ...parallel.clocks],
    finished: [...moved.flatMap(({ finished }) => finished), ...parallel.finished],
  };
}

interface Moved {
  readonly clock: Clock | undefined;
  readonly finished: readonly Clock[];
}

function moveClock(metric: SingleMetric, change: Change, policies: Policies): Moved {
  const { event } = change;
  const was = change.before ? clockOf(change.before.context, metric) : undefined;
  const noted = was && isLive(was) ? notedBy(was, change, policies) : was;
  const live = isLive(noted);
  const want: Want =
    live && endedWithoutAnswer(change) ? { do: 'cancel' } : CLOCK_RULES[metric](change, live);

  if (want.do === 'begin') {
    const ended = live ? [stopClock(noted, event.at, calendarOf(noted, policies.book))] : [];
    const target = targetFor(metric, change, policies, noted);
    const begun = beginClock(metric, change, noted, target, want, policies);
    return { clock: begun, finished: ended };
  }
  if (!live) return { clock: noted, finished: [] };
  const calendar = calendarOf(noted, policies.book);
  const { warnPercents } = change.sla;
  switch (want.do) {
    case 'run':
      return keep(noted.runningSince === null ? resumeClock(noted, event.at, calendar, warnPercents) : noted);
    case 'pause':
      return keep(noted.runningSince === null ? noted : pauseClock(noted, event.at, calendar));
    case 'stop':
      return ended(stopClock(noted, event.at, calendar));
    case 'cancel':
      return ended(cancelClock(noted, event.at, calendar));
    case 'nothing':
      return keep(noted);
  }
}

/** Only clocks of single metrics are moved here. */
const metricOf = (clock: Clock): SingleMetric => clock.metric as SingleMetric;

const keep = (clock: Clock): Moved => ({ clock, finished: [] });
const ended = (clock: Clock): Moved => ({ clock, finished: [clock] });

/** What the event says to this very clock: a mark acted upon, a breach, another target. */
function notedBy(clock: Clock, change: Change, policies: Policies): Clock {
  const { event, context } = change;
  const target = (keeps: Clock | undefined) => targetFor(metricOf(clock), change, policies, keeps);
  switch (event.type) {
    case 'case.warn':
    case 'case.reassure':
      return event.metric === clock.metric ? passMark(clock, event.percent) : clock;
    case 'case.breach':
      return event.metric === clock.metric ? passMark(breachClock(clock, event.at), event.percent) : clock;
    case 'case.rebase':
      return retargetClock(clock, event.at, target(undefined));
    case 'case.prioritize':
    case 'case.regrade':
      return retargetClock(clock, event.at, target(clock));
    case 'case.grantExtension': {
      const granted = context.extensions.find(({ n }) => n === event.n);
      return granted?.metric === clock.metric ? extendedClock(clock, granted, change, policies) : clock;
    }
    default:
      return clock;
  }
}

/** Due when the extension says, on an open second: what the clock used so far, and what is open until then. */
function extendedClock(clock: Clock, { untilAt }: Extension, change: Change, { book }: Policies): Clock {
  const { at } = change.event;
  const calendar = calendarOf(clock, book);
  const seconds = elapsedAt(clock, at, calendar) + businessSecondsBetween(calendar, at, untilAt);
  return reaimClock(clock, at, seconds, calendar, change.sla.warnPercents);
}

function beginClock(
  metric: SingleMetric,
  change: Change,
  previous: Clock | undefined,
  target: Target,
  want: Extract<Want, { do: 'begin' }>,
  policies: Policies,
): Clock {
  const { cycle } = change.context;
  const attempt = previous?.cycle === cycle ? previous.attempt + 1 : 1;
  const begun =
    previous && want.continues
      ? continuedClock(metric, cycle, attempt, previous, want.from, target, policies)
      : startClock(metric, cycle, attempt, want.from, target);
  return want.paused ? pauseClock(begun, want.from, calendarOf(begun, policies.book)) : begun;
}

/** `resolution` carries what was used (the pause in between does not count); the OLA gets what was left. */
function continuedClock(
  metric: SingleMetric,
  cycle: number,
  attempt: number,
  previous: Clock,
  at: Instant,
  target: Target,
  { book }: Policies,
): Clock {
  if (metric === 'olaWork') {
    const fresh = startClock(metric, cycle, attempt, at, target);
    if (fresh.targetSeconds === null) return fresh;
    const floor = Math.ceil(fresh.targetSeconds * REWORK_FLOOR);
    const left = Math.max(floor, fresh.targetSeconds - previous.elapsedSeconds);
    return resumeClock(
      { ...fresh, targetSeconds: left },
      fresh.startedAt,
      calendarOf(fresh, book),
      target.warnPercents,
    );
  }
  const reopened: Clock = {
    ...previous,
    cycle,
    attempt,
    stoppedAt: null,
    outcome: null,
    detectedAt: previous.breachedAt === null ? null : previous.detectedAt,
  };
  return resumeClock(reopened, at, calendarOf(previous, book), target.warnPercents);
}
