/**
 * All clocks of a case across one step: derived from what changed, compared with what ran, moved accordingly.
 * Which target applies is read from the policies' versions here; rules and arithmetic live next door.
 */
import type { CaseContext, Clock, Instant, SingleMetric } from '../case.js';
import { SINGLE_METRICS } from '../case.js';
import type { OlaMetric, Policies, SlaMetric, SlaPolicy, Span } from '../policies.js';
import {
  breachClock,
  calendarOf,
  cancelClock,
  passMark,
  pauseClock,
  resumeClock,
  retargetClock,
  startClock,
  stopClock,
  type Target,
} from './clock-record.js';
import { type Change, CLOCK_RULES, clockOf, endedWithoutAnswer, isLive, type Want } from './clock-rules.js';

export interface AdvancedClocks {
  /** The latest record of each metric: what the context keeps. */
  readonly clocks: readonly Clock[];
  /** Records that ended in this step: written once, never changed. */
  readonly finished: readonly Clock[];
}

/** What a step knows of itself before its clocks moved. */
export type Step = Omit<Change, 'sla'> & {
  readonly intake: { readonly category: string; readonly channel: string };
};

/** A floor under what is left after a return for missing information (domain.md §2): work needs some time at all. */
const REWORK_FLOOR = 0.25;

export function advanceClocks(stepped: Step, policies: Policies): AdvancedClocks {
  const change: Change = { ...stepped, sla: agreement(stepped, policies) };
  const moved = SINGLE_METRICS.map((metric) => moveClock(metric, change, stepped, policies));
  return {
    clocks: moved.flatMap(({ clock }) => clock ?? []),
    finished: moved.flatMap(({ finished }) => finished),
  };
}

interface Moved {
  readonly clock: Clock | undefined;
  readonly finished: readonly Clock[];
}

function moveClock(metric: SingleMetric, change: Change, stepped: Step, policies: Policies): Moved {
  const { event, context } = change;
  const was = change.before ? clockOf(change.before.context, metric) : undefined;
  const noted = was && isLive(was) ? notedBy(was, change, stepped, policies) : was;
  const live = isLive(noted);
  const want: Want =
    live && endedWithoutAnswer(change) ? { do: 'cancel' } : CLOCK_RULES[metric](change, live);

  if (want.do === 'begin') {
    const ended = live ? [stopClock(noted, event.at, calendarOf(noted, policies.book))] : [];
    const target = targetFor(metric, context, stepped, policies, noted);
    const begun = beginClock(metric, change, noted, target, want, policies);
    return { clock: begun, finished: ended };
  }
  if (!live) return { clock: noted, finished: [] };
  const calendar = calendarOf(noted, policies.book);
  const { warnPercents } = agreement(stepped, policies);
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
function notedBy(clock: Clock, change: Change, stepped: Step, policies: Policies): Clock {
  const { event, context } = change;
  switch (event.type) {
    case 'case.warn':
    case 'case.reassure':
      return event.metric === clock.metric ? passMark(clock, event.percent) : clock;
    case 'case.breach':
      return event.metric === clock.metric ? passMark(breachClock(clock, event.at), event.percent) : clock;
    case 'case.rebase':
      return retargetClock(
        clock,
        event.at,
        targetFor(metricOf(clock), context, stepped, policies, undefined),
      );
    case 'case.prioritize':
    case 'case.regrade':
      return retargetClock(clock, event.at, targetFor(metricOf(clock), context, stepped, policies, clock));
    default:
      return clock;
  }
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
    return resumeClock({ ...fresh, targetSeconds: left }, at, calendarOf(fresh, book), target.warnPercents);
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

/** The agreement that applies: the version that the running clocks keep, else the newest that matches. */
function agreement(stepped: Step, { book }: Policies): SlaPolicy {
  const { before, context, intake, event } = stepped;
  const kept = before && event.type !== 'case.rebase' ? clockOf(before.context, 'resolution') : undefined;
  const newest = book.slaPolicyFor({ ...intake, grade: context.grade });
  return kept && kept.policyKey === newest.key ? book.slaPolicy(kept.policyKey, kept.policyVersion) : newest;
}

/** @param keeps the clock whose versions stay in force; undefined takes the newest. */
function targetFor(
  metric: SingleMetric,
  context: CaseContext,
  stepped: Step,
  policies: Policies,
  keeps: Clock | undefined,
): Target {
  const { book } = policies;
  const sla = agreement(stepped, policies);
  const department = policies.departments[context.handler?.department ?? ''];
  const isOla = metric === 'olaAccept' || metric === 'olaWork';
  const key = isOla ? (department?.calendar ?? sla.calendar) : sla.calendar;
  const version = keeps?.calendarKey === key ? keeps.calendarVersion : undefined;
  return {
    span: (isOla ? olaSpan(metric, context, department) : slaSpan(metric, context, sla)) ?? null,
    policyKey: sla.key,
    policyVersion: sla.version,
    calendar: book.calendar(key, version),
    warnPercents: sla.warnPercents,
  };
}

function slaSpan(metric: SlaMetric, context: CaseContext, sla: SlaPolicy): Span | null | undefined {
  return sla.targets[context.priority]?.[metric];
}

function olaSpan(
  metric: OlaMetric,
  context: CaseContext,
  department: Policies['departments'][string] | undefined,
): Span | null | undefined {
  return department?.ola?.[context.priority]?.[metric];
}
