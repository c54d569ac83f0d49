/**
 * Open seconds of a calendar, worked out a second time and in another way: date by date, each local time looked up in
 * the zone by trying every offset that holds near it. Slow and plain on purpose; shares no code with `src/calendar`,
 * so a slip of one shows in the other. Knows no clock and no case.
 */

/** The stored body of a calendar, as the administrator wrote it. */
export interface StoredCalendar {
  readonly timeZone: string;
  readonly weekly: Readonly<Partial<Record<string, readonly StoredWindow[]>>>;
  readonly overrides?: readonly DatedWindows[] | null;
  readonly breaks?: readonly DatedWindows[] | null;
}

type StoredWindow = readonly [open: string, close: string];
interface DatedWindows {
  readonly date: string;
  readonly windows: readonly StoredWindow[];
}

/** Whole open seconds in `[fromMs, toMs)`; 0 when it is empty. */
export interface BusinessTime {
  secondsBetween(fromMs: number, toMs: number): number;
}

/** Half-open, epoch milliseconds. */
type Interval = readonly [from: number, to: number];

/** What the windows of one local date come to. */
interface LocalDate {
  readonly open: readonly Interval[];
  readonly cut: readonly Interval[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** In the order of day numbers: 1970-01-01 was a Thursday. */
const WEEKDAYS = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'] as const;
/** Offsets reach from -12 h to +14 h, and a change may skip a whole day (Pacific/Apia 2011). */
const OFFSETS_WITHIN_HOURS = 38;
/** A window runs into the next date, and the wall clock may be a day away from where it seems. */
const DATES_AROUND = 3;
/** Ten years of dates, some hundred bytes each: a database full of calendars cannot fill the memory. */
const DATES_KEPT_MAX = 3_660;

/** A calendar that never closes: plain seconds. */
export const AROUND_THE_CLOCK: BusinessTime = {
  secondsBetween: (fromMs, toMs) => Math.max(0, Math.floor((toMs - fromMs) / 1000)),
};

/** @throws RangeError when this machine does not know the zone. */
export function businessTimeOf(calendar: StoredCalendar): BusinessTime {
  return new DateByDate(calendar);
}

class DateByDate implements BusinessTime {
  private readonly wall: Intl.DateTimeFormat;
  private readonly overrides: ReadonlyMap<number, readonly StoredWindow[]>;
  private readonly breaks: ReadonlyMap<number, readonly StoredWindow[]>;
  private readonly dates = new Map<number, LocalDate>();

  constructor(private readonly calendar: StoredCalendar) {
    this.wall = new Intl.DateTimeFormat('sv-SE', {
      timeZone: calendar.timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    this.overrides = byDay(calendar.overrides ?? []);
    this.breaks = byDay(calendar.breaks ?? []);
  }

  secondsBetween(fromMs: number, toMs: number): number {
    if (toMs <= fromMs) return 0;
    const open: Interval[] = [];
    const cut: Interval[] = [];
    const lastDay = dayOf(this.wallAt(toMs)) + DATES_AROUND;
    for (let day = dayOf(this.wallAt(fromMs)) - DATES_AROUND; day <= lastDay; day++) {
      const date = this.dateOf(day);
      open.push(...date.open);
      cut.push(...date.cut);
    }
    const counted = subtract(union(open), union(cut));
    const ms = counted.reduce(
      (sum, [from, to]) => sum + Math.max(0, Math.min(to, toMs) - Math.max(from, fromMs)),
      0,
    );
    return Math.floor(ms / 1000);
  }

  private dateOf(day: number): LocalDate {
    const known = this.dates.get(day);
    if (known) return known;
    if (this.dates.size >= DATES_KEPT_MAX) this.dates.clear();
    const weekday = WEEKDAYS[((day % 7) + 7) % 7] ?? '';
    const windows = this.overrides.get(day) ?? this.calendar.weekly[weekday] ?? [];
    const date = {
      open: windows.map((window) => this.intervalOf(day, window)),
      cut: (this.breaks.get(day) ?? []).map((window) => this.intervalOf(day, window)),
    };
    this.dates.set(day, date);
    return date;
  }

  /** A close at or before the open lies on the next date. */
  private intervalOf(day: number, [open, close]: StoredWindow): Interval {
    const [opens, closes] = [minutesOf(open), minutesOf(close)];
    const closesAt = closes > opens ? closes : closes + 24 * 60;
    const at = (minutes: number): number => day * DAY_MS + minutes * MINUTE_MS;
    return [Math.min(...this.instantsOf(at(opens))), Math.max(...this.instantsOf(at(closesAt)))];
  }

  /** Every instant at which the wall shows this time; in a gap, the first instant after it. */
  private instantsOf(local: number): number[] {
    const offsets = new Set<number>();
    for (let hours = -OFFSETS_WITHIN_HOURS; hours <= OFFSETS_WITHIN_HOURS; hours += 2) {
      const near = local + hours * HOUR_MS;
      offsets.add(this.wallAt(near) - near);
    }
    const shown = [...offsets].map((offset) => local - offset).filter((at) => this.wallAt(at) === local);
    if (shown.length > 0) return shown;
    let at = local - Math.max(...offsets);
    while (this.wallAt(at) < local) at += MINUTE_MS;
    return [at];
  }

  /** What the wall shows, as if it were UTC. */
  private wallAt(ms: number): number {
    return Date.parse(`${this.wall.format(ms).replace(' ', 'T')}Z`) + (((ms % 1000) + 1000) % 1000);
  }
}

/** Sorted, without overlap. */
export function union(intervals: readonly Interval[]): Interval[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (to > from) merged.push([from, to]);
  }
  return merged;
}

/** What of `from` lies outside `away`. Both as `union` gives them. */
export function subtract(from: readonly Interval[], away: readonly Interval[]): Interval[] {
  if (away.length === 0) return [...from];
  return from.flatMap(([start, end]) => {
    const left: Interval[] = [];
    let at = start;
    for (const [cutFrom, cutTo] of away) {
      if (cutTo <= at || cutFrom >= end) continue;
      if (cutFrom > at) left.push([at, cutFrom]);
      at = cutTo;
    }
    if (at < end) left.push([at, end]);
    return left;
  });
}

/** Several entries of one date add up. */
function byDay(dated: readonly DatedWindows[]): Map<number, readonly StoredWindow[]> {
  const days = new Map<number, readonly StoredWindow[]>();
  for (const { date, windows } of dated) {
    const day = dayOf(Date.parse(`${date}T00:00:00Z`));
    days.set(day, [...(days.get(day) ?? []), ...windows]);
  }
  return days;
}

const dayOf = (wallMs: number): number => Math.floor(wallMs / DAY_MS);

function minutesOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
