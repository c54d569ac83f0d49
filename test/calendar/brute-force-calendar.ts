/**
 * A second, slow calculator of business time: lays out every minute of a stretch, asks Intl what the wall clock shows
 * in it, marks it open or closed, and then walks. Responsible for being obviously right and for sharing no code with
 * src/calendar, so that the two cannot be wrong in the same way. Zone changes must fall on whole minutes.
 */
export interface Pause {
  fromMs: number;
  toMs: number;
}

interface Definition {
  timeZone: string;
  weekly: Record<string, readonly (readonly [string, string])[] | undefined>;
  overrides: readonly { date: string; windows: readonly (readonly [string, string])[] }[];
  breaks?: readonly { date: string; windows: readonly (readonly [string, string])[] }[];
}

const minuteMs = 60_000;
const dayMinutes = 1440;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock shows at an instant, as minutes since 1970-01-01T00:00 on the wall. */
function wallMinute(timeZone: string, ms: number): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(timeZone, format);
  }
  return Date.parse(`${format.format(ms).replace(' ', 'T')}Z`) / minuteMs; // 2026-03-27 16:30
}

export class BruteForceCalendar {
  private readonly firstMinute: number;
  private readonly wall: Float64Array;
  private readonly open: Uint8Array;

  /** Everything asked later must lie within `[fromMs, toMs)`; the walks return null when they leave it. */
  constructor(
    private readonly definition: Definition,
    readonly fromMs: number,
    readonly toMs: number,
  ) {
    // Five days more on both sides, so that shifts which begin outside are known.
    this.firstMinute = Math.floor(fromMs / minuteMs / 60) * 60 - 5 * dayMinutes;
    const minutes = Math.ceil(toMs / minuteMs / 60) * 60 + 5 * dayMinutes - this.firstMinute;
    this.wall = new Float64Array(minutes);
    this.open = new Uint8Array(minutes);
    this.readWallClock();
    this.markDates();
  }

  elapsedSeconds(fromMs: number, toMs: number, pauses: readonly Pause[] = []): number {
    let seconds = 0;
    for (let at = fromMs; at < toMs;) {
      const stepMs = this.isWholeMinute(at, toMs, pauses) ? minuteMs : 1000;
      if (this.counts(at, pauses)) seconds += stepMs / 1000;
      at += stepMs;
    }
    return seconds;
  }

  /** Earliest u ≥ start with the seconds elapsed; for 0 the first instant from start that counts. */
  add(startMs: number, seconds: number, pauses: readonly Pause[] = []): number | null {
    let left = seconds;
    for (let at = startMs; at < this.toMs;) {
      if (seconds === 0 && this.counts(at, pauses)) return at;
      const stepMs = left > 60 && this.isWholeMinute(at, Infinity, pauses) ? minuteMs : 1000;
      if (this.counts(at, pauses)) left -= stepMs / 1000;
      at += stepMs;
      if (seconds > 0 && left === 0) return at;
    }
    return null;
  }

  /** Latest s ≤ end with the seconds elapsed until end. */
  subtract(endMs: number, seconds: number, pauses: readonly Pause[] = []): number | null {
    let left = seconds;
    for (let at = endMs; at > this.fromMs;) {
      if (left === 0) return at;
      const stepMs = left > 60 && this.isWholeMinute(at - minuteMs, at, pauses) ? minuteMs : 1000;
      if (this.counts(at - stepMs, pauses)) left -= stepMs / 1000;
      at -= stepMs;
    }
    return null;
  }

  /** Close of the n-th date after that of start on which something opens and stays open. */
  addBusinessDays(startMs: number, days: number): number | null {
    let left = days;
    const today = Math.floor(this.wallAt(startMs) / dayMinutes);
    for (let day = today + 1; (day + 2) * dayMinutes * minuteMs < this.toMs; day++) {
      const minutes = this.minutesOwnedBy(day).filter((minute) => this.open[minute] === 1);
      if (minutes.length > 0) left -= 1;
      if (left === 0) return (Math.max(...minutes) + 1 + this.firstMinute) * minuteMs;
    }
    return null;
  }

  /** The minute after the last minute that shows the local date n days on, or any date before it. */
  addCalendarDays(startMs: number, days: number): number {
    const day = Math.floor(this.wallAt(startMs) / dayMinutes) + days;
    const last = this.wall.findLastIndex((wall) => Math.floor(wall / dayMinutes) <= day);
    return (last + 1 + this.firstMinute) * minuteMs;
  }

  private counts(ms: number, pauses: readonly Pause[]): boolean {
    if (this.open[Math.floor(ms / minuteMs) - this.firstMinute] !== 1) return false;
    return !pauses.some((pause) => pause.fromMs <= ms && ms < pause.toMs);
  }

  /** Whether the minute from `ms` lies before the end and no pause begins or ends inside it. */
  private isWholeMinute(ms: number, toMs: number, pauses: readonly Pause[]): boolean {
    if (ms % minuteMs !== 0 || ms + minuteMs > toMs) return false;
    const isInside = (edgeMs: number) => edgeMs > ms && edgeMs < ms + minuteMs;
    return !pauses.some((pause) => isInside(pause.fromMs) || isInside(pause.toMs));
  }

  private wallAt(ms: number): number {
    return this.wall[Math.floor(ms / minuteMs) - this.firstMinute]!;
  }

  /** Hour by hour; where an hour of time is not an hour on the wall, minute by minute. */
  private readWallClock(): void {
    const { timeZone } = this.definition;
    const at = (minute: number) => wallMinute(timeZone, (this.firstMinute + minute) * minuteMs);
    for (let hour = 0; hour < this.wall.length; hour += 60) {
      const start = at(hour);
      const isPlain = at(hour + 59) === start + 59;
      for (let minute = 0; minute < 60; minute++) {
        this.wall[hour + minute] = isPlain ? start + minute : at(hour + minute);
      }
    }
  }

  private markDates(): void {
    const firstDay = Math.floor(this.firstMinute / dayMinutes);
    const lastDay = firstDay + Math.ceil(this.wall.length / dayMinutes);
    for (let day = firstDay + 2; day < lastDay - 2; day++) {
      for (const minute of this.minutesOwnedBy(day)) this.open[minute] = 1;
    }
    for (let day = firstDay + 2; day < lastDay - 2; day++) {
      for (const { date, windows } of this.definition.breaks ?? []) {
        if (Date.parse(date) !== day * dayMinutes * minuteMs) continue;
        for (const window of windows) for (const minute of this.minutesOf(day, window)) this.open[minute] = 0;
      }
    }
  }

  private minutesOwnedBy(day: number): number[] {
    const date = new Date(day * dayMinutes * minuteMs);
    const override = this.definition.overrides.find((o) => Date.parse(o.date) === date.getTime());
    const weekday = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][date.getUTCDay()]!;
    const windows = override ? override.windows : (this.definition.weekly[weekday] ?? []);
    return windows.flatMap((window) => this.minutesOf(day, window));
  }

  private minutesOf(day: number, [open, close]: readonly [string, string]): number[] {
    const [openMinute, closeMinute] = [open, close].map(
      (t) => Number(t.slice(0, 2)) * 60 + Number(t.slice(3)),
    );
    const midnight = day * dayMinutes;
    const runsOver = closeMinute! <= openMinute!;
    const first = this.find(midnight + openMinute!, 'earlier');
    const end = this.find(midnight + closeMinute! + (runsOver ? dayMinutes : 0), 'later');
    return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  }

  /** The minute that shows a wall time; one that is skipped gives the first minute shown after it. */
  private find(wall: number, which: 'earlier' | 'later'): number {
    const utc = wall - this.firstMinute;
    const shown: number[] = [];
    let firstAfter: number | undefined;
    // No wall clock differs from UTC by more than 15 hours.
    for (let minute = Math.max(0, utc - 900); minute <= utc + 900; minute++) {
      if (this.wall[minute] === wall) shown.push(minute);
      if (firstAfter === undefined && this.wall[minute]! > wall) firstAfter = minute;
    }
    if (shown.length === 0) return firstAfter ?? this.wall.length;
    return which === 'earlier' ? shown[0]! : shown.at(-1)!;
  }
}
