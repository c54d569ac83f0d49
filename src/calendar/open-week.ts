/**
 * One week of open time and the questions that can be answered inside it.
 * Responsible for exact positions (which instant holds the n-th open millisecond); it does not know which week it is,
 * since ordinary weeks share one object (open-weeks.ts).
 */
import { dayMs } from './local-date.js';
import { clipSpans } from './time-spans.js';
import type { TimeSpan } from './time-spans.js';

export const weekMs = 7 * dayMs;

/** Open spans in milliseconds since the start of the week; `openBefore[i]` = open time ahead of span i. */
export interface OpenWeek {
  readonly opens: readonly number[];
  readonly closes: readonly number[];
  readonly openBefore: readonly number[];
  readonly totalMs: number;
}

/** The part of sorted, disjoint spans that lies in the week beginning at `weekStartMs`. */
export function toOpenWeek(spans: readonly TimeSpan[], weekStartMs: number): OpenWeek {
  const own = clipSpans(spans, weekStartMs, weekStartMs + weekMs);
  const openBefore: number[] = [];
  let totalMs = 0;
  for (const span of own) {
    openBefore.push(totalMs);
    totalMs += span.toMs - span.fromMs;
  }
  const opens = own.map((span) => span.fromMs - weekStartMs);
  const closes = own.map((span) => span.toMs - weekStartMs);
  return { opens, closes, openBefore, totalMs };
}

/** Open milliseconds from the start of the week up to `inWeekMs`. */
export function openMsUpTo(week: OpenWeek, inWeekMs: number): number {
  const i = week.opens.findLastIndex((open) => open <= inWeekMs);
  if (i < 0) return 0;
  return week.openBefore[i]! + Math.min(inWeekMs, week.closes[i]!) - week.opens[i]!;
}

/** Earliest point at which `openMs` (0 < openMs ≤ total) have been open: filling a span ends at its close. */
export function pointAfter(week: OpenWeek, openMs: number): number {
  const i = week.openBefore.findLastIndex((before) => before < openMs);
  return week.opens[i]! + openMs - week.openBefore[i]!;
}

/** Latest point with `openMs` (0 ≤ openMs < total) ahead of it: the open of a span, not the close before it. */
export function lastPointAfter(week: OpenWeek, openMs: number): number {
  const i = week.openBefore.findLastIndex((before) => before <= openMs);
  return week.opens[i]! + openMs - week.openBefore[i]!;
}
