/** Deadlines counted in dates: business days of a calendar, calendar days for legal periods. */
import { describe, expect, it } from '@jest/globals';
import { addBusinessDays, addCalendarDays } from '../../src/calendar/business-days.js';
import type { CalendarDefinition } from '../../src/calendar/calendar-definition.js';
import { CalendarExhaustedError } from '../../src/calendar/calendar-errors.js';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';

const hours = [
  ['09:00', '12:00'],
  ['13:30', '18:00'],
] as const;
const shanghai: CalendarDefinition = {
  timeZone: 'Asia/Shanghai',
  weekly: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours },
  overrides: [
    ...[1, 2, 3, 4, 5, 6, 7].map((day) => ({ date: `2026-10-0${day}`, windows: [] })),
    { date: '2026-10-10', windows: [['09:00', '16:00']] },
  ],
};

describe('business days', () => {
  it('end at the close of the last window of the following open date', () => {
    expect(due(shanghai, '2026-11-02T10:00:00+08:00', 1)).toBe('2026-11-03T10:00:00.000Z');
  });

  it('do not count the date of the start, whatever the hour', () => {
    expect(due(shanghai, '2026-11-02T00:00:00+08:00', 1)).toBe('2026-11-03T10:00:00.000Z');
    expect(due(shanghai, '2026-11-02T23:59:59+08:00', 1)).toBe('2026-11-03T10:00:00.000Z');
  });

  it('take the date of the start from the calendar’s zone', () => {
    expect(due(shanghai, '2026-11-02T17:00:00Z', 1)).toBe('2026-11-04T10:00:00.000Z');
  });

  it('skip holidays and count a worked Saturday, with its own hours', () => {
    expect(due(shanghai, '2026-09-30T10:00:00+08:00', 1)).toBe('2026-10-08T10:00:00.000Z');
    expect(due(shanghai, '2026-09-30T10:00:00+08:00', 3)).toBe('2026-10-10T08:00:00.000Z');
    expect(due(shanghai, '2026-09-30T10:00:00+08:00', 4)).toBe('2026-10-12T10:00:00.000Z');
  });

  it('end a night shift on the morning after', () => {
    const night: CalendarDefinition = { ...shanghai, weekly: { mon: [['22:00', '06:00']] } };
    expect(due(night, '2026-11-01T12:00:00+08:00', 1)).toBe('2026-11-02T22:00:00.000Z');
  });

  it('end a night shift earlier when a break of the next date takes its morning', () => {
    const night: CalendarDefinition = { ...shanghai, weekly: { mon: [['22:00', '06:00']] } };
    const breaks = [{ date: '2026-11-03', windows: [['04:00', '08:00']] as const }];
    expect(due({ ...night, breaks }, '2026-11-01T12:00:00+08:00', 1)).toBe('2026-11-02T20:00:00.000Z');
  });

  it('do not count a date whose windows are all cut out by breaks', () => {
    const breaks = [{ date: '2026-11-03', windows: [['08:00', '19:00']] as const }];
    expect(due({ ...shanghai, breaks }, '2026-11-02T10:00:00+08:00', 1)).toBe('2026-11-04T10:00:00.000Z');
  });

  it('end early when a break takes the end of the date', () => {
    const breaks = [{ date: '2026-11-03', windows: [['15:00', '24:00']] as const }];
    expect(due({ ...shanghai, breaks }, '2026-11-02T10:00:00+08:00', 1)).toBe('2026-11-03T07:00:00.000Z');
  });

  it('run out with a calendar that does not open again', () => {
    const closed = compileCalendar({ ...shanghai, weekly: {} });
    expect(() => addBusinessDays(closed, Date.parse('2026-11-02T00:00:00Z'), 1)).toThrow(
      CalendarExhaustedError,
    );
  });

  it('run out for a number beyond all dates', () => {
    const calendar = compileCalendar(shanghai);
    expect(() => addBusinessDays(calendar, Date.parse('2026-11-02T00:00:00Z'), 1_000_000)).toThrow(
      CalendarExhaustedError,
    );
  });

  it.each([0, -1, 1.5, NaN])('refuse %d as a number of days', (days) => {
    expect(() => addBusinessDays(compileCalendar(shanghai), 0, days)).toThrow(RangeError);
  });
});

describe('calendar days', () => {
  const berlin = compileCalendar({ timeZone: 'Europe/Berlin', weekly: { mon: hours }, overrides: [] });
  const end = (start: string, days: number) =>
    new Date(addCalendarDays(berlin, Date.parse(start), days)).toISOString();

  it('end with the local day that lies so many dates ahead, open or closed', () => {
    expect(end('2026-11-02T10:00:00+01:00', 14)).toBe('2026-11-16T23:00:00.000Z');
  });

  it('end with the local day of the start for zero days', () => {
    expect(end('2026-11-02T23:59:59+01:00', 0)).toBe('2026-11-02T23:00:00.000Z');
  });

  it('follow the offset of the day on which they end', () => {
    expect(end('2026-03-20T10:00:00+01:00', 14)).toBe('2026-04-03T22:00:00.000Z');
  });

  it('count 29 February', () => {
    expect(end('2028-02-28T10:00:00+01:00', 1)).toBe('2028-02-29T23:00:00.000Z');
  });

  it.each([-1, 0.5, Infinity])('refuse %d as their number', (days) => {
    expect(() => addCalendarDays(berlin, 0, days)).toThrow(RangeError);
  });

  it('run out at the end of all dates', () => {
    expect(() => addCalendarDays(berlin, 0, 1_000_000)).toThrow(CalendarExhaustedError);
  });
});

function due(definition: CalendarDefinition, start: string, days: number): string {
  return new Date(addBusinessDays(compileCalendar(definition), Date.parse(start), days)).toISOString();
}
