/**
 * Calendars across clock changes, with instants worked out by hand from the zone database: gaps and overlaps, changes
 * at midnight, half an hour, a date that never was.
 */
import { describe, expect, it } from '@jest/globals';
import { addCalendarDays } from '../../src/calendar/business-days.js';
import type { CalendarDefinition, LocalWindow } from '../../src/calendar/calendar-definition.js';
import { weekdays } from '../../src/calendar/calendar-definition.js';
import { addBusinessSeconds, businessSecondsBetween } from '../../src/calendar/business-seconds.js';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import { nextOpening, openWindowsBetween } from '../../src/calendar/openings.js';

const wholeDay: LocalWindow = ['00:00', '24:00'];

describe('a window whose local times meet a clock change', () => {
  it('opens at the first instant after the gap when its opening time is skipped', () => {
    expect(windowsOn('Europe/Berlin', '2026-03-29', ['02:30', '04:00'])).toEqual([
      ['2026-03-29T01:00:00Z', '2026-03-29T02:00:00Z'],
    ]);
  });

  it('closes at the first instant after the gap when its closing time is skipped', () => {
    expect(windowsOn('Europe/Berlin', '2026-03-29', ['01:00', '02:30'])).toEqual([
      ['2026-03-29T00:00:00Z', '2026-03-29T01:00:00Z'],
    ]);
  });

  it('does not open at all when it lies wholly in the gap', () => {
    expect(windowsOn('Europe/Berlin', '2026-03-29', ['02:00', '03:00'])).toEqual([]);
  });

  it('opens at the earlier and closes at the later of two equal local times', () => {
    expect(windowsOn('Europe/Berlin', '2026-10-25', ['02:15', '02:45'])).toEqual([
      ['2026-10-25T00:15:00Z', '2026-10-25T01:45:00Z'],
    ]);
  });

  it('closes at the later of two midnights', () => {
    expect(windowsOn('America/Havana', '2025-11-01', ['20:00', '24:00'])).toEqual([
      ['2025-11-02T00:00:00Z', '2025-11-02T05:00:00Z'],
    ]);
  });

  it('never counts the repeated hour twice when two windows meet in it', () => {
    expect(windowsOn('Europe/Berlin', '2026-10-25', ['00:00', '02:30'], ['02:30', '05:00'])).toEqual([
      ['2026-10-24T22:00:00Z', '2026-10-25T04:00:00Z'],
    ]);
  });

  it('makes a night shift one hour shorter in spring and one hour longer in autumn', () => {
    const night = compileCalendar(everyDay('America/New_York', ['22:00', '06:00']));
    const length = (from: string, to: string) => businessSecondsBetween(night, at(from), at(to)) / 3600;
    expect(length('2026-03-07T17:00:00Z', '2026-03-08T17:00:00Z')).toBe(7);
    expect(length('2026-10-31T17:00:00Z', '2026-11-01T17:00:00Z')).toBe(9);
  });
});

describe('the length of a whole local day', () => {
  it.each([
    ['America/Santiago', '2022-09-11', 23, 'loses its first hour'],
    ['America/Santiago', '2023-04-01', 25, 'repeats its last hour'],
    ['Asia/Beirut', '2023-03-26', 23, 'loses its first hour'],
    ['Africa/Cairo', '2023-10-26', 25, 'repeats its last hour'],
    ['America/Sao_Paulo', '2018-11-04', 23, 'loses its first hour'],
    ['America/Havana', '2025-11-02', 25, 'repeats its first hour'],
    ['Australia/Lord_Howe', '2025-04-06', 24.5, 'repeats half an hour'],
    ['Australia/Lord_Howe', '2025-10-05', 23.5, 'loses half an hour'],
    ['Pacific/Apia', '2011-12-30', 0, 'was skipped at the date line'],
    ['America/Boa_Vista', '2000-10-08', 23, 'lost an hour that came back a week later'],
    ['America/Boa_Vista', '2000-10-14', 25, 'got back the hour lost a week before'],
    ['Asia/Pyongyang', '2018-05-04', 23.5, 'moved to another offset for good'],
    ['Asia/Kathmandu', '2026-03-29', 24, 'knows no clock change'],
    ['Asia/Shanghai', '2026-10-25', 24, 'knows no clock change'],
  ])('in %s on %s is %d hours: it %s', (timeZone, date, hours) => {
    const openMs = windowsMs(timeZone, date, [wholeDay]).reduce(
      (sum, span) => sum + span.toMs - span.fromMs,
      0,
    );
    expect(openMs / 3_600_000).toBe(hours);
  });

  it('is not opened twice by two whole days that share a repeated midnight', () => {
    const havana = compileCalendar(everyDay('America/Havana', wholeDay));
    const [fromMs, toMs] = [at('2025-11-01T04:00:00Z'), at('2025-11-03T05:00:00Z')];
    expect(businessSecondsBetween(havana, fromMs, toMs)).toBe((toMs - fromMs) / 1000);
    expect(openWindowsBetween(havana, fromMs, toMs)).toEqual([{ fromMs, toMs }]);
  });
});

describe('Samoa without 30 December 2011', () => {
  const office = compileCalendar({
    timeZone: 'Pacific/Apia',
    weekly: { mon: [['09:00', '17:00']], thu: [['09:00', '17:00']], fri: [['09:00', '17:00']] },
    overrides: [],
  });

  it('goes from Thursday to Monday, since that Friday never was', () => {
    const dueMs = addBusinessSeconds(office, at('2011-12-29T16:00:00-10:00'), 2 * 3600);
    expect(iso(dueMs)).toBe(iso(at('2012-01-02T10:00:00+14:00')));
  });

  it('lets a night shift of Thursday end where the skipped date ends', () => {
    const night = compileCalendar({
      timeZone: 'Pacific/Apia',
      weekly: { thu: [['22:00', '06:00']] },
      overrides: [],
    });
    const opening = at('2011-12-29T22:00:00-10:00');
    expect(openWindowsBetween(night, opening, opening + 86_400_000)).toEqual([
      { fromMs: opening, toMs: at('2011-12-31T00:00:00+14:00') },
    ]);
  });
});

describe('the end of a local day', () => {
  it.each([
    ['Europe/Berlin', '2026-03-28T12:00:00+01:00', '2026-03-29T00:00:00+01:00', 'an ordinary midnight'],
    ['America/Santiago', '2022-09-10T12:00:00-04:00', '2022-09-11T01:00:00-03:00', 'a skipped midnight'],
    ['America/Santiago', '2023-04-01T12:00:00-03:00', '2023-04-02T00:00:00-04:00', 'a repeated last hour'],
    ['America/Havana', '2025-11-01T12:00:00-04:00', '2025-11-02T00:00:00-04:00', 'a repeated midnight'],
    [
      'America/St_Johns',
      '2010-11-06T12:00:00-02:30',
      '2010-11-07T00:00:00-03:30',
      'a step back over midnight',
    ],
    ['Pacific/Apia', '2011-12-29T12:00:00-10:00', '2011-12-31T00:00:00+14:00', 'a skipped date'],
  ])('in %s, asked at %s, is %s: %s', (timeZone, start, end) => {
    expect(iso(addCalendarDays(compileCalendar(everyDay(timeZone, wholeDay)), at(start), 0))).toBe(
      iso(at(end)),
    );
  });
});

describe('opening times far from UTC', () => {
  // Weeks are laid out from Thursday 00:00 UTC; these shifts reach over that line from as far away as can be.
  it.each([
    ['Etc/GMT+12', 'tue', '2026-11-03T23:59:00-12:00'],
    ['Etc/GMT+12', 'wed', '2026-11-04T23:59:00-12:00'],
    ['Pacific/Kiritimati', 'thu', '2026-11-05T00:00:00+14:00'],
    ['Pacific/Kiritimati', 'fri', '2026-11-06T00:00:00+14:00'],
  ])('begin a whole shift of 24 hours in %s on %s, at %s', (timeZone, weekday, opening) => {
    const time = opening.slice(11, 16);
    const shift = compileCalendar({ timeZone, weekly: { [weekday]: [[time, time]] }, overrides: [] });
    const fromMs = at(opening);
    expect(openWindowsBetween(shift, fromMs - 3 * 86_400_000, fromMs + 3 * 86_400_000)).toEqual([
      { fromMs, toMs: fromMs + 86_400_000 },
    ]);
  });

  it.each([
    ['Asia/Kathmandu', '2026-11-02T09:00:00+05:45'],
    ['Pacific/Kiritimati', '2026-11-02T09:00:00+14:00'],
    ['Pacific/Niue', '2026-11-02T09:00:00-11:00'],
    ['Etc/GMT+12', '2026-11-02T09:00:00-12:00'],
    ['America/Caracas', '2010-11-01T09:00:00-04:30'],
  ])('fall on nine o’clock in %s on Monday %s', (timeZone, opening) => {
    const monday = compileCalendar({ timeZone, weekly: { mon: [['09:00', '17:00']] }, overrides: [] });
    expect(iso(nextOpening(monday, at(opening) - 4 * 86_400_000))).toBe(iso(at(opening)));
  });
});

/** The spans of one date alone: every other date is closed. */
function windowsMs(timeZone: string, date: string, windows: LocalWindow[]) {
  const calendar = compileCalendar({ timeZone, weekly: {}, overrides: [{ date, windows }] });
  const noonMs = at(`${date}T12:00:00Z`);
  return openWindowsBetween(calendar, noonMs - 3 * 86_400_000, noonMs + 3 * 86_400_000);
}

function windowsOn(timeZone: string, date: string, ...windows: LocalWindow[]): string[][] {
  return windowsMs(timeZone, date, windows).map((span) => [iso(span.fromMs), iso(span.toMs)]);
}

function everyDay(timeZone: string, ...windows: LocalWindow[]): CalendarDefinition {
  return { timeZone, weekly: Object.fromEntries(weekdays.map((day) => [day, windows])), overrides: [] };
}

function at(instant: string): number {
  return Date.parse(instant);
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
