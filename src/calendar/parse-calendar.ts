/**
 * Reads a calendar definition into numbers: minutes of the day, day numbers, windows per weekday and per date.
 * Responsible for everything that can be wrong with a single value, reported with its path and never thrown; whether
 * the calendar as a whole makes sense is validate-calendar.ts' question.
 */
import { weekdays } from './calendar-definition.js';
import type { CalendarProblem, CalendarProblemCode } from './calendar-definition.js';
import { dayNumberOf } from './local-date.js';
import { zoneOffsetsOf } from './zone-offsets.js';
import type { ZoneOffsets } from './zone-offsets.js';

/** Minutes since the local midnight of the owning date; `closeMinute` above 1440 runs past the next midnight. */
export interface DayWindow {
  readonly openMinute: number;
  readonly closeMinute: number;
}

/** Windows by the day number of their local date. */
export type WindowsByDay = ReadonlyMap<number, readonly DayWindow[]>;

export interface ParsedCalendar {
  readonly offsets: ZoneOffsets;
  /** Seven lists, Monday first. */
  readonly weekly: readonly (readonly DayWindow[])[];
  readonly overrides: WindowsByDay;
  readonly breaks: WindowsByDay;
}

const dayMinutes = 1440;

/**
 * Takes `unknown` because a definition arrives as JSON from outside: any shape must end in problems, not in a
 * TypeError. `parsed` leaves out what could not be read, so use it only when `problems` is empty.
 */
export function parseCalendar(definition: unknown): { parsed: ParsedCalendar; problems: CalendarProblem[] } {
  const reader = new DefinitionReader();
  const fields = reader.fieldsOf(definition, '');
  const parsed = {
    offsets: reader.readZone(fields['timeZone']),
    weekly: reader.readWeekly(fields['weekly']),
    overrides: reader.readDates(fields['overrides'] ?? [], '/overrides', 'refuse-duplicates'),
    breaks: reader.readDates(fields['breaks'] ?? [], '/breaks', 'join-duplicates'),
  };
  if (fields['validUntil'] !== undefined && fields['validUntil'] !== null) {
    reader.readDate(fields['validUntil'], '/validUntil');
  }
  return { parsed, problems: reader.problems };
}

class DefinitionReader {
  readonly problems: CalendarProblem[] = [];

  fieldsOf(value: unknown, path: string): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    this.report('bad-shape', path, 'must be an object');
    return {};
  }

  readZone(value: unknown): ZoneOffsets {
    const offsets = typeof value === 'string' ? zoneOffsetsOf(value) : null;
    if (offsets !== null) return offsets;
    this.report('bad-zone', '/timeZone', 'must be an IANA time zone such as Europe/Berlin');
    return zoneOffsetsOf('UTC')!;
  }

  readWeekly(value: unknown): DayWindow[][] {
    const fields = this.fieldsOf(value, '/weekly');
    for (const key of Object.keys(fields)) {
      if (!weekdays.some((weekday) => weekday === key)) {
        this.report('bad-weekday', `/weekly/${escapePointer(key)}`, `must be one of ${weekdays.join(', ')}`);
      }
    }
    return weekdays.map((weekday) => this.readWindows(fields[weekday] ?? [], `/weekly/${weekday}`));
  }

  /** Two overrides of one date contradict each other; two breaks of one date are simply both cut out. */
  readDates(
    value: unknown,
    path: string,
    onDuplicate: 'refuse-duplicates' | 'join-duplicates',
  ): WindowsByDay {
    const byDay = new Map<number, DayWindow[]>();
    for (const [i, entry] of this.listOf(value, path).entries()) {
      const fields = this.fieldsOf(entry, `${path}/${i}`);
      const day = this.readDate(fields['date'], `${path}/${i}/date`);
      const windows = this.readWindows(fields['windows'], `${path}/${i}/windows`);
      if (day === null) continue;
      if (byDay.has(day) && onDuplicate === 'refuse-duplicates') {
        this.report('duplicate-date', `${path}/${i}/date`, 'is already overridden above');
      }
      byDay.set(day, [...(byDay.get(day) ?? []), ...windows]);
    }
    return byDay;
  }

  readDate(value: unknown, path: string): number | null {
    const day = typeof value === 'string' ? dayNumberOf(value) : null;
    if (day === null) this.report('bad-date', path, 'must be a real date written YYYY-MM-DD');
    return day;
  }

  private readWindows(value: unknown, path: string): DayWindow[] {
    return this.listOf(value, path).flatMap((entry, i) => this.readWindow(entry, `${path}/${i}`));
  }

  private readWindow(value: unknown, path: string): DayWindow[] {
    if (!Array.isArray(value) || value.length !== 2) {
      this.report('bad-shape', path, 'must be a pair [open, close]');
      return [];
    }
    const openMinute = minuteOfDay(value[0]);
    const closeMinute = value[1] === '24:00' ? dayMinutes : minuteOfDay(value[1]);
    if (openMinute === null)
      this.report('bad-time', `${path}/0`, 'must be a local time HH:MM from 00:00 to 23:59');
    if (closeMinute === null) this.report('bad-time', `${path}/1`, 'must be a local time HH:MM up to 24:00');
    if (openMinute === null || closeMinute === null) return [];
    return [{ openMinute, closeMinute: closeMinute > openMinute ? closeMinute : closeMinute + dayMinutes }];
  }

  private listOf(value: unknown, path: string): unknown[] {
    if (Array.isArray(value)) return value;
    this.report('bad-shape', path, 'must be a list');
    return [];
  }

  private report(code: CalendarProblemCode, path: string, message: string): void {
    this.problems.push({ code, path, message });
  }
}

function minuteOfDay(time: unknown): number | null {
  const match = typeof time === 'string' ? /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) : null;
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

/** JSON pointer escapes, RFC 6901 §3. */
function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
