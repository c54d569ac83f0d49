/**
 * One clock as a value: start, pause, resume, retarget, stop, breach, and the instants that follow from it. All
 * arithmetic goes through its calendar; a due time is never shifted by wall time (glpi#10594). Knows no case and no
 * state: when to do which is `clock-rules.ts`.
 */
import { addBusinessDays } from '../../calendar/business-days.js';
import { addBusinessSeconds, businessSecondsBetween } from '../../calendar/business-seconds.js';
import { always, type Calendar } from '../../calendar/compile-calendar.js';
import type { Instant } from '../actor.js';
import type { Clock, ClockMark, Metric } from '../case.js';
import { wholeSecond } from '../moves/asked-date.js';
import type { PolicyBook, Span, VersionedCalendar } from '../policies.js';

/** What a clock is measured against: a span in a calendar, under one version of a policy. */
export interface Target {
  readonly span: Span | null;
  readonly policyKey: string;
  readonly policyVersion: number;
  readonly calendar: VersionedCalendar;
  readonly warnPercents: readonly number[];
}

/** `olaAccept` climbs only half a target after its breach (domain.md §3): accepting late beats climbing early. */
const OVERRUN_PERCENT = 150;

/** Of these the customer hears before they are missed (domain.md §3, last paragraph). */
const HOLDING: ReadonlySet<Metric> = new Set<Metric>(['nextUpdate', 'promise']);

const ALWAYS_OPEN: VersionedCalendar = { key: '24x7', version: 0, calendar: always };

/** The calendar that a clock runs on, in the version it started with. */
export function calendarOf(clock: Clock, book: PolicyBook): Calendar {
  return clock.calendarKey === ALWAYS_OPEN.key
    ? always
    : book.calendar(clock.calendarKey, clock.calendarVersion).calendar;
}

/** A running clock, begun at `at`, or with its second. */
export function startClock(
  metric: Metric,
  cycle: number,
  attempt: number,
  at: Instant,
  target: Target,
): Clock {
  const from = beginning(target, at);
  const { calendar, targetSeconds } = measure(target, from);
  return timed(
    {
      metric,
      cycle,
      attempt,
      policyKey: target.policyKey,
      policyVersion: target.policyVersion,
      calendarKey: calendar.key,
      calendarVersion: calendar.version,
      targetSeconds,
      startedAt: from,
      elapsedSeconds: 0,
      runningSince: from,
      dueAt: null,
      marks: [],
      warnedPercent: 0,
      breachedAt: null,
      detectedAt: null,
      breachCause: null,
      retargetedAt: null,
      stoppedAt: null,
      outcome: null,
      spans: [],
    },
    calendar.calendar,
    target.warnPercents,
  );
}

/** A target that was missed before the pause stays missed, even if nobody had noticed yet. */
export function pauseClock(clock: Clock, at: Instant, calendar: Calendar): Clock {
  return { ...settled(noticed(clock, at), at, calendar), dueAt: null, marks: [] };
}

/** Goes on with exactly what was left. */
export function resumeClock(
  clock: Clock,
  at: Instant,
  calendar: Calendar,
  warnPercents: readonly number[],
): Clock {
  return timed({ ...clock, runningSince: at }, calendar, warnPercents);
}

/** Ends a clock. Met iff it stopped by its due time, whether or not anybody noticed a breach (domain.md §2). */
export function stopClock(clock: Clock, at: Instant, calendar: Calendar): Clock {
  const stopped = settled(noticed(clock, at), at, calendar);
  const outcome = clock.targetSeconds === null ? null : stopped.breachedAt === null ? 'met' : 'breached';
  return { ...stopped, marks: [], stoppedAt: at, outcome };
}

/** The case ended without an answer being owed any more. */
export function cancelClock(clock: Clock, at: Instant, calendar: Calendar): Clock {
  const cancelled = settled(noticed(clock, at), at, calendar);
  return { ...cancelled, dueAt: null, marks: [], stoppedAt: at, outcome: 'cancelled' };
}

/** A breach is a fact about times, not about whether a timer happened to run. */
function noticed(clock: Clock, at: Instant): Clock {
  return clock.dueAt !== null && at > clock.dueAt ? breachClock(clock, at) : clock;
}

/** Stamped with the due time, however late it is detected. */
export function breachClock(clock: Clock, detectedAt: Instant): Clock {
  if (clock.breachedAt !== null || clock.dueAt === null) return clock;
  const retargeted = clock.retargetedAt !== null && clock.dueAt <= clock.retargetedAt;
  return { ...clock, breachedAt: clock.dueAt, detectedAt, breachCause: retargeted ? 'retarget' : 'time' };
}

/** A mark was acted upon: it and all lower ones are behind the clock. */
export function passMark(clock: Clock, percent: number): Clock {
  return {
    ...clock,
    warnedPercent: Math.max(clock.warnedPercent, percent),
    marks: clock.marks.filter((mark) => mark.percent > percent),
  };
}

/** Another target, counted from the clock's own start with its own pauses; a breach that no longer holds is gone. */
export function retargetClock(clock: Clock, at: Instant, target: Target): Clock {
  const begun = begunAt(clock, beginning(target, clock.startedAt));
  const { calendar, targetSeconds } = measure(target, begun.startedAt);
  const moved: Clock = {
    ...begun,
    policyKey: target.policyKey,
    policyVersion: target.policyVersion,
    calendarKey: calendar.key,
    calendarVersion: calendar.version,
    targetSeconds,
    elapsedSeconds: elapsedIn(begun.spans, calendar.calendar),
    retargetedAt: at,
  };
  const missedAt = reachedBy(moved, calendar.calendar, at);
  const kept = missedAt !== null && clock.breachedAt !== null;
  const judged: Clock = kept
    ? { ...moved, breachedAt: missedAt }
    : { ...moved, breachedAt: null, detectedAt: null, breachCause: null };
  // Whoever was warned of what is behind the clock by the new target too is not warned of it again.
  const warnedPercent = Math.min(clock.warnedPercent, usedPercent(moved, calendar.calendar, at));
  return timed({ ...judged, warnedPercent }, calendar.calendar, target.warnPercents);
}

/** The highest whole percent of the target whose mark is reached by `at`, whole seconds as marks are; 0 without a target. */
function usedPercent(clock: Clock, calendar: Calendar, at: Instant): number {
  if (clock.targetSeconds === null) return 0;
  const used = elapsedAt(clock, Math.max(at, clock.runningSince ?? at), calendar);
  return clock.targetSeconds === 0 ? Infinity : Math.ceil(((used + 0.5) * 100) / clock.targetSeconds) - 1;
}

/**
 * Another due time that was agreed upon, within the clock's own policy and calendar. A warning that lies behind it by
 * then is not given any more: whoever it was for has just agreed.
 * @param targetSeconds counted from the clock's start, with its pauses.
 */
export function reaimClock(
  clock: Clock,
  at: Instant,
  targetSeconds: number,
  calendar: Calendar,
  warnPercents: readonly number[],
): Clock {
  const used = elapsedAt(clock, at, calendar);
  const behind = warnPercents.filter((percent) => used * 100 >= percent * targetSeconds);
  const warnedPercent = Math.max(0, ...behind);
  return timed({ ...clock, targetSeconds, warnedPercent, retargetedAt: at }, calendar, warnPercents);
}

/** When the clock had used up its target, if it had by `at`; a paused clock is judged by what it used before. */
function reachedBy(clock: Clock, calendar: Calendar, at: Instant): Instant | null {
  if (clock.targetSeconds === null) return null;
  const used = elapsedAt(clock, Math.max(at, clock.runningSince ?? at), calendar);
  return used > clock.targetSeconds ? reachedAt(clock, calendar, clock.targetSeconds) : null;
}

/** Business seconds used up by now, running or not. */
export function elapsedAt(clock: Clock, at: Instant, calendar: Calendar): number {
  if (clock.runningSince === null) return clock.elapsedSeconds;
  return clock.elapsedSeconds + businessSecondsBetween(calendar, clock.runningSince, at);
}

/** The due time of a clock that would start when this one is due, with the same target; null without one. */
export function oneMoreSpan(clock: Clock, book: PolicyBook): Instant | null {
  if (clock.dueAt === null || clock.targetSeconds === null) return null;
  return addBusinessSeconds(calendarOf(clock, book), clock.dueAt, clock.targetSeconds);
}

/**
 * Clocks count whole seconds: begun between two, one that ends with a day would fall short of the close by what the
 * count cuts off, and the customer would read a minute too early.
 */
function beginning({ span }: Target, at: Instant): Instant {
  return span !== null && 'businessDays' in span ? wholeSecond(at) : at;
}

/** The same clock, begun within the same second. */
function begunAt(clock: Clock, startedAt: Instant): Clock {
  const moved = (at: Instant) => (at === clock.startedAt ? startedAt : at);
  return {
    ...clock,
    startedAt,
    runningSince: clock.runningSince === null ? null : moved(clock.runningSince),
    spans: clock.spans.map(({ fromAt, toAt }) => ({ fromAt: moved(fromAt), toAt })),
  };
}

function measure(target: Target, at: Instant): { calendar: VersionedCalendar; targetSeconds: number | null } {
  const { span, calendar } = target;
  if (span === null) return { calendar, targetSeconds: null };
  if ('calendarSeconds' in span) return { calendar: ALWAYS_OPEN, targetSeconds: span.calendarSeconds };
  if ('businessSeconds' in span) return { calendar, targetSeconds: span.businessSeconds };
  const end = addBusinessDays(calendar.calendar, at, span.businessDays);
  return { calendar, targetSeconds: businessSecondsBetween(calendar.calendar, at, end) };
}

function elapsedIn(spans: Clock['spans'], calendar: Calendar): number {
  return spans.reduce((sum, span) => sum + businessSecondsBetween(calendar, span.fromAt, span.toAt), 0);
}

/** Closes the running span. */
function settled(clock: Clock, at: Instant, calendar: Calendar): Clock {
  if (clock.runningSince === null) return clock;
  const end = Math.max(at, clock.runningSince);
  const span = { fromAt: clock.runningSince, toAt: end };
  return {
    ...clock,
    elapsedSeconds: clock.elapsedSeconds + businessSecondsBetween(calendar, span.fromAt, span.toAt),
    runningSince: null,
    spans: span.fromAt === span.toAt ? clock.spans : [...clock.spans, span],
  };
}

/** Due time and marks of a clock that runs; neither exists while it is paused or without a target. */
function timed(clock: Clock, calendar: Calendar, warnPercents: readonly number[]): Clock {
  const { targetSeconds } = clock;
  if (clock.runningSince === null || targetSeconds === null) return { ...clock, dueAt: null, marks: [] };
  const reaches = (percent: number) =>
    reachedAt(clock, calendar, Math.round((targetSeconds * percent) / 100));
  const dueAt = reaches(100);
  const last = Math.max(0, ...warnPercents);
  const warnings = warnPercents.map((percent): ClockMark => ({
    kind: HOLDING.has(clock.metric) && percent === last ? 'holding' : 'warning',
    percent,
    at: reaches(percent),
  }));
  const marks: ClockMark[] = [
    ...warnings,
    { kind: 'breach', percent: 100, at: dueAt },
    ...(clock.metric === 'olaAccept'
      ? [{ kind: 'overrun' as const, percent: OVERRUN_PERCENT, at: reaches(OVERRUN_PERCENT) }]
      : []),
  ];
  const passed = Math.max(clock.warnedPercent, clock.breachedAt === null ? 0 : 100);
  return {
    ...clock,
    dueAt,
    marks: marks.filter(({ percent }) => percent > passed).sort((a, b) => a.percent - b.percent),
  };
}

/** The instant at which the clock had used, or will have used, so many business seconds. */
function reachedAt(clock: Clock, calendar: Calendar, seconds: number): Instant {
  let left = seconds;
  for (const span of clock.spans) {
    const length = businessSecondsBetween(calendar, span.fromAt, span.toAt);
    if (length >= left && left > 0) return addBusinessSeconds(calendar, span.fromAt, left);
    left -= length;
  }
  return addBusinessSeconds(calendar, clock.runningSince ?? clock.startedAt, Math.max(0, left));
}
