/**
 * The open time of a calendar, laid out in weeks of UTC, with sums that let a search jump over stretches.
 * Responsible for speed and for ending: weeks without exceptions share one pattern per zone offset, 16 weeks share a
 * sum, and every walk is bounded. It works in open milliseconds; seconds, pauses and days are its callers' words.
 */
import { BoundedCache } from './bounded-cache.js';
import { CalendarExhaustedError } from './calendar-errors.js';
import { expandDates } from './expand-dates.js';
import type { InstantOf } from './expand-dates.js';
import { dayMs, firstInstantMs, lastInstantMs } from './local-date.js';
import { lastPointAfter, openMsUpTo, pointAfter, toOpenWeek, weekMs } from './open-week.js';
import type { OpenWeek } from './open-week.js';
import type { ParsedCalendar } from './parse-calendar.js';
import { clipSpans } from './time-spans.js';
import type { TimeSpan } from './time-spans.js';

/** Weeks under one sum: ten years are some 32 sums and at most 30 single weeks, and a cold search looks little too far. */
const groupWeeks = 16;

/** 39 years of weeks; ordinary ones only refer to their pattern. Sums survive when their weeks are forgotten. */
const weeksMax = 2048;

/** A zone has a handful of offsets in its whole history since 1970. */
const patternsMax = 32;

/**
 * A search gives up after ten years without an open second: such a calendar was left without its next year's dates,
 * and a due time in the far future would hide that. Whole weeks are counted, and after a jump over a group the
 * count starts anew, so the limit lies between ten years and ten and a half.
 */
const emptyWeeksMax = 522;

const firstWeek = Math.floor(firstInstantMs / weekMs);
const lastWeek = Math.floor(lastInstantMs / weekMs);
const groupsMax = Math.ceil(lastWeek / groupWeeks) + 1;

/**
 * The windows of date D begin at the earliest on the UTC day before D (UTC+14) and end at the latest on the second
 * after it (two days of window, UTC-12): dates this far around a week can reach into it, and no others.
 */
const reachBeforeDays = 2;
const reachAfterDays = 1;

export class OpenWeeks {
  private readonly weeks = new BoundedCache(weeksMax, (week: number) => this.layOutWeek(week));
  private readonly patterns = new BoundedCache(patternsMax, (offsetMs: number) =>
    this.layOutPattern(offsetMs),
  );
  private readonly groupTotals = new BoundedCache(groupsMax, (week: number) => this.sumGroup(week));
  private readonly exceptionalWeeks: ReadonlySet<number>;

  constructor(private readonly calendar: ParsedCalendar) {
    this.exceptionalWeeks = weeksReachedBy([...calendar.overrides.keys(), ...calendar.breaks.keys()]);
  }

  /** Open milliseconds in `[fromMs, toMs)`; 0 when `toMs` is not after `fromMs`. */
  openMsBetween(fromMs: number, toMs: number): number {
    if (toMs <= fromMs) return 0;
    const toWeek = weekOf(toMs);
    let openMs = this.openMsInWeek(toMs) - this.openMsInWeek(fromMs);
    for (let week = weekOf(fromMs); week < toWeek;) {
      const isWholeGroup = week % groupWeeks === 0 && week + groupWeeks <= toWeek;
      openMs += isWholeGroup ? this.groupTotals.get(week) : this.weeks.get(week).totalMs;
      week += isWholeGroup ? groupWeeks : 1;
    }
    return openMs;
  }

  /** Earliest instant at which `openMs` > 0 milliseconds have been open since `fromMs`. */
  advance(fromMs: number, openMs: number): number {
    let wantedMs = openMs + this.openMsInWeek(fromMs);
    let emptyWeeks = 0;
    for (let week = weekOf(fromMs); week <= lastWeek && emptyWeeks <= emptyWeeksMax;) {
      const current = this.weeks.get(week);
      if (wantedMs <= current.totalMs) return week * weekMs + pointAfter(current, wantedMs);
      // The week itself first, its group second: a near deadline need not pay for the sum of a group.
      const skipsGroup = week % groupWeeks === 0 && this.groupTotals.get(week) < wantedMs;
      const skippedMs = skipsGroup ? this.groupTotals.get(week) : current.totalMs;
      const skippedWeeks = skipsGroup ? groupWeeks : 1;
      emptyWeeks = skippedMs > 0 ? 0 : emptyWeeks + skippedWeeks;
      wantedMs -= skippedMs;
      week += skippedWeeks;
    }
    throw new CalendarExhaustedError(fromMs);
  }

  /** Latest instant from which `openMs` > 0 milliseconds are open until `toMs`: `advance` in the mirror. */
  retreat(toMs: number, openMs: number): number {
    const ownMs = this.openMsInWeek(toMs);
    const ownWeek = weekOf(toMs);
    if (openMs <= ownMs) return ownWeek * weekMs + lastPointAfter(this.weeks.get(ownWeek), ownMs - openMs);
    let wantedMs = openMs - ownMs;
    let emptyWeeks = 0;
    for (let week = ownWeek - 1; week >= firstWeek && emptyWeeks <= emptyWeeksMax;) {
      const current = this.weeks.get(week);
      if (wantedMs <= current.totalMs) {
        return week * weekMs + lastPointAfter(current, current.totalMs - wantedMs);
      }
      const group = week + 1 - groupWeeks;
      const skipsGroup = group >= 0 && group % groupWeeks === 0 && this.groupTotals.get(group) < wantedMs;
      const skippedMs = skipsGroup ? this.groupTotals.get(group) : current.totalMs;
      const skippedWeeks = skipsGroup ? groupWeeks : 1;
      emptyWeeks = skippedMs > 0 ? 0 : emptyWeeks + skippedWeeks;
      wantedMs -= skippedMs;
      week -= skippedWeeks;
    }
    throw new CalendarExhaustedError(toMs);
  }

  /** Open spans within `[fromMs, toMs)` in order; one that crosses from week to week stays one. */
  spansBetween(fromMs: number, toMs: number): TimeSpan[] {
    const spans: TimeSpan[] = [];
    for (let week = weekOf(fromMs); week * weekMs < toMs; week++) {
      const { opens, closes } = this.weeks.get(week);
      const own = opens.map((open, i) => ({
        fromMs: week * weekMs + open,
        toMs: week * weekMs + closes[i]!,
      }));
      for (const span of clipSpans(own, fromMs, toMs)) {
        const last = spans[spans.length - 1];
        if (last?.toMs === span.fromMs) spans[spans.length - 1] = { fromMs: last.fromMs, toMs: span.toMs };
        else spans.push(span);
      }
    }
    return spans;
  }

  private openMsInWeek(ms: number): number {
    const week = weekOf(ms);
    return openMsUpTo(this.weeks.get(week), ms - week * weekMs);
  }

  private sumGroup(firstOfGroup: number): number {
    let totalMs = 0;
    for (let i = 0; i < groupWeeks; i++) totalMs += this.weeks.get(firstOfGroup + i).totalMs;
    return totalMs;
  }

  private layOutWeek(week: number): OpenWeek {
    const { offsets } = this.calendar;
    const [fromDay, toDay] = [week * 7 - reachBeforeDays, week * 7 + 6 + reachAfterDays];
    const offsetMs = offsets.constantOffset(fromDay * dayMs, (toDay + 1) * dayMs);
    if (offsetMs !== undefined && !this.exceptionalWeeks.has(week)) return this.patterns.get(offsetMs);
    const instantOf: InstantOf =
      offsetMs === undefined
        ? (localMs, edge) => offsets.instantOf(localMs, edge)
        : (localMs) => localMs - offsetMs;
    return toOpenWeek(expandDates(this.calendar, fromDay, toDay, instantOf), week * weekMs);
  }

  /** All weeks without override, break or clock change look alike under one offset: week 0 stands for them. */
  private layOutPattern(offsetMs: number): OpenWeek {
    const plain = { ...this.calendar, overrides: new Map(), breaks: new Map() };
    const spans = expandDates(plain, -reachBeforeDays, 6 + reachAfterDays, (localMs) => localMs - offsetMs);
    return toOpenWeek(spans, 0);
  }
}

function weekOf(ms: number): number {
  return Math.floor(ms / weekMs);
}

/** The weeks in which an override or break of one of these dates can show. */
function weeksReachedBy(days: readonly number[]): Set<number> {
  const weeks = new Set<number>();
  for (const day of days) {
    weeks.add(Math.floor((day - reachAfterDays) / 7));
    weeks.add(Math.floor((day + reachBeforeDays) / 7));
  }
  return weeks;
}
