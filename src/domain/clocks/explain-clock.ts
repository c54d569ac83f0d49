/**
 * Why a clock shows what it shows: its spans with the open windows that count, its pauses, and the due time computed
 * anew from them, in numbers and in words for staff. Reads a clock; never changes one.
 */
import { addBusinessSeconds, businessSecondsBetween } from '../../calendar/business-seconds.js';
import type { Calendar } from '../../calendar/compile-calendar.js';
import { isPastValidity, openWindowsBetween } from '../../calendar/openings.js';
import type { Instant } from '../actor.js';
import type { Clock } from '../case.js';
import type { PolicyBook } from '../policies.js';
import { calendarOf } from './clock-record.js';

export interface CountedWindow {
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

export interface ExplainedSpan {
  readonly fromAt: Instant;
  readonly toAt: Instant;
  readonly running: boolean;
  readonly businessSeconds: number;
  /** The first of the open windows that count; `windowsLeftOut` says how many more there are. */
  readonly windows: readonly CountedWindow[];
  readonly windowsLeftOut: number;
}

export interface ClockExplanation {
  readonly timeZone: string;
  readonly spans: readonly ExplainedSpan[];
  /** Gaps between running spans; `toAt` null: paused now. */
  readonly pauses: readonly { readonly fromAt: Instant; readonly toAt: Instant | null }[];
  readonly elapsedSeconds: number;
  readonly remainingSeconds: number | null;
  /** The due time computed now from the spans; null while paused, stopped, or without a target. */
  readonly recomputedDueAt: Instant | null;
  /** Whether the stored figures are the recomputed ones. */
  readonly agrees: boolean;
  readonly words: readonly string[];
}

/** A span of years has thousands of windows: the first ones explain the rule, the count the rest. */
const WINDOWS_SHOWN_MAX = 40;

/** @param now the instant to explain for; a stopped clock is explained as of its stop. */
export function explainClock(clock: Clock, now: Instant, book: PolicyBook): ClockExplanation {
  const calendar = calendarOf(clock, book);
  const ended = clock.spans.map((span) => explainSpan(span.fromAt, span.toAt, false, calendar));
  const running =
    clock.runningSince === null
      ? []
      : [explainSpan(clock.runningSince, Math.max(now, clock.runningSince), true, calendar)];
  const spans = [...ended, ...running];
  const used = sum(ended);
  const elapsedSeconds = sum(spans);
  const { targetSeconds } = clock;
  const recomputedDueAt = dueFromSpans(clock, calendar);
  const parts = {
    timeZone: calendar.definition.timeZone,
    spans,
    pauses: pausesOf(clock),
    elapsedSeconds,
    remainingSeconds: targetSeconds === null ? null : targetSeconds - elapsedSeconds,
    recomputedDueAt,
    agrees: used === clock.elapsedSeconds && (clock.runningSince === null || recomputedDueAt === clock.dueAt),
  };
  const unsure = recomputedDueAt !== null && isPastValidity(calendar, recomputedDueAt);
  const words = inWords(clock, parts, used);
  return { ...parts, words: unsure ? [...words, beyondValidity(calendar)] : words };
}

function explainSpan(fromAt: Instant, toAt: Instant, running: boolean, calendar: Calendar): ExplainedSpan {
  const windows = openWindowsBetween(calendar, fromAt, toAt).map((window) => ({
    fromAt: window.fromMs,
    toAt: window.toMs,
  }));
  return {
    fromAt,
    toAt,
    running,
    businessSeconds: businessSecondsBetween(calendar, fromAt, toAt),
    windows: windows.slice(0, WINDOWS_SHOWN_MAX),
    windowsLeftOut: Math.max(0, windows.length - WINDOWS_SHOWN_MAX),
  };
}

/** From the spans alone, so that a wrong stored figure shows. */
function dueFromSpans(clock: Clock, calendar: Calendar): Instant | null {
  if (clock.runningSince === null || clock.targetSeconds === null) return null;
  let left = clock.targetSeconds;
  for (const { fromAt, toAt } of clock.spans) {
    const seconds = businessSecondsBetween(calendar, fromAt, toAt);
    if (left > 0 && seconds >= left) return addBusinessSeconds(calendar, fromAt, left);
    left -= seconds;
  }
  return addBusinessSeconds(calendar, clock.runningSince, Math.max(0, left));
}

function pausesOf(clock: Clock): { fromAt: Instant; toAt: Instant | null }[] {
  const starts = [...clock.spans.slice(1).map(({ fromAt }) => fromAt), clock.runningSince];
  return clock.spans.flatMap(({ toAt }, index) => {
    const next = starts[index] ?? null;
    const endedHere = next === null && clock.stoppedAt !== null && clock.stoppedAt <= toAt;
    return next === toAt || endedHere ? [] : [{ fromAt: toAt, toAt: next ?? clock.stoppedAt }];
  });
}

function inWords(clock: Clock, parts: Omit<ClockExplanation, 'words'>, used: number): string[] {
  const { targetSeconds, policyKey, policyVersion, calendarKey, calendarVersion } = clock;
  const rule = `policy ${policyKey} version ${policyVersion}, calendar ${calendarKey} version ${calendarVersion} (${parts.timeZone})`;
  const lines =
    targetSeconds === null
      ? [`No target is agreed for ${clock.metric}; it is measured only. By ${rule}.`]
      : [`The target of ${clock.metric} is ${targetSeconds} s, by ${rule}.`];
  lines.push(`It counts from ${text(clock.startedAt)}.`);
  for (const span of parts.spans) {
    const count = span.windows.length + span.windowsLeftOut;
    const end = span.running ? `now, ${text(span.toAt)},` : text(span.toAt);
    lines.push(
      `From ${text(span.fromAt)} to ${end} it ran: ${span.businessSeconds} s in ${count} open window(s).`,
    );
  }
  for (const { fromAt, toAt } of parts.pauses) {
    lines.push(`From ${text(fromAt)} ${toAt === null ? 'until now' : `to ${text(toAt)}`} it was paused.`);
  }
  if (targetSeconds !== null && clock.runningSince !== null && parts.recomputedDueAt !== null) {
    const left = Math.max(0, targetSeconds - used);
    lines.push(
      `${targetSeconds} s less ${used} s used before leaves ${left} s; counted from ${text(clock.runningSince)} in open time, that is due at ${text(parts.recomputedDueAt)}.`,
    );
  }
  if (clock.breachedAt !== null) {
    const cause = clock.breachCause === 'retarget' ? ' when the target was changed' : '';
    lines.push(`It was missed at ${text(clock.breachedAt)}${cause}; noticed at ${text(clock.detectedAt)}.`);
  }
  if (clock.stoppedAt !== null) {
    lines.push(`It stopped at ${text(clock.stoppedAt)}: ${clock.outcome ?? 'measured, without a target'}.`);
  }
  return lines;
}

/** Weekly hours go on, but holidays after that date are not known yet: the due time may still move. */
function beyondValidity(calendar: Calendar): string {
  return `Mind that the calendar knows its holidays only until ${calendar.definition.validUntil}: the due time lies after that.`;
}

function sum(spans: readonly ExplainedSpan[]): number {
  return spans.reduce((total, span) => total + span.businessSeconds, 0);
}

function text(instant: Instant | null): string {
  return instant === null ? 'an unknown time' : new Date(instant).toISOString();
}
