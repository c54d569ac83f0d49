/** What opens when: night shifts, overrides, breaks, half-open edges. */
import { describe, expect, it } from '@jest/globals';
import type { CalendarDefinition } from '../../src/calendar/calendar-definition.js';
import {
  addBusinessSeconds,
  businessSecondsBetween,
  subtractBusinessSeconds,
} from '../../src/calendar/business-seconds.js';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import { isOpen, nextOpening, openWindowsBetween } from '../../src/calendar/openings.js';

const hour = 3600;
// Monday 2 November 2026 begins the week used throughout; all in UTC.
const office: CalendarDefinition = {
  timeZone: 'UTC',
  weekly: { mon: [['09:00', '17:00']], tue: [['09:00', '17:00']], wed: [['09:00', '17:00']] },
  overrides: [],
};

describe('night shifts', () => {
  const nightOfMonday: CalendarDefinition = {
    timeZone: 'UTC',
    weekly: { mon: [['22:00', '06:00']] },
    overrides: [],
  };

  it('run past midnight into the next date', () => {
    expect(spans(nightOfMonday)).toEqual([['02T22:00', '03T06:00']]);
  });

  it('vanish whole when the date on which they open is closed', () => {
    expect(spans({ ...nightOfMonday, overrides: [{ date: '2026-11-02', windows: [] }] })).toEqual([]);
  });

  it('keep their morning when the next date is closed', () => {
    expect(spans({ ...nightOfMonday, overrides: [{ date: '2026-11-03', windows: [] }] })).toEqual([
      ['02T22:00', '03T06:00'],
    ]);
  });

  it('are merged with a window of the next date that begins before they end', () => {
    const weekly = { mon: [['22:00', '06:00']], tue: [['05:00', '09:00']] } as const;
    expect(spans({ ...nightOfMonday, weekly })).toEqual([['02T22:00', '03T09:00']]);
  });

  it('last a whole day when they close at the time they open', () => {
    expect(spans({ ...nightOfMonday, weekly: { mon: [['08:00', '08:00']] } })).toEqual([
      ['02T08:00', '03T08:00'],
    ]);
  });

  it('end at midnight alike whether the close is written 24:00 or 00:00', () => {
    const closing = (close: string) => spans({ ...nightOfMonday, weekly: { mon: [['20:00', close]] } });
    expect(closing('24:00')).toEqual([['02T20:00', '03T00:00']]);
    expect(closing('00:00')).toEqual(closing('24:00'));
  });
});

describe('overrides and breaks', () => {
  it('replace the windows of their date, also on a weekday that is closed', () => {
    const overrides = [
      { date: '2026-11-03', windows: [['10:00', '12:00']] as const },
      { date: '2026-11-07', windows: [['09:00', '10:00']] as const },
    ];
    expect(spans({ ...office, overrides })).toEqual([
      ['02T09:00', '02T17:00'],
      ['03T10:00', '03T12:00'],
      ['04T09:00', '04T17:00'],
      ['07T09:00', '07T10:00'],
    ]);
  });

  it('are cut out last, from an overridden date too', () => {
    const overrides = [{ date: '2026-11-02', windows: [['08:00', '12:00']] as const }];
    const breaks = [
      {
        date: '2026-11-02',
        windows: [
          ['07:00', '08:30'],
          ['10:00', '11:00'],
        ] as const,
      },
    ];
    expect(spans({ ...office, weekly: {}, overrides, breaks })).toEqual([
      ['02T08:30', '02T10:00'],
      ['02T11:00', '02T12:00'],
    ]);
  });

  it('interrupt the night shift of the date before', () => {
    const breaks = [{ date: '2026-11-03', windows: [['02:00', '02:30']] as const }];
    expect(spans({ timeZone: 'UTC', weekly: { mon: [['22:00', '06:00']] }, overrides: [], breaks })).toEqual([
      ['02T22:00', '03T02:00'],
      ['03T02:30', '03T06:00'],
    ]);
  });

  it('join when one date lists several breaks', () => {
    const breaks = ['12:00', '15:00'].map((open) => ({
      date: '2026-11-02',
      windows: [[open, '16:00'] as const],
    }));
    expect(spans({ ...office, weekly: { mon: [['09:00', '17:00']] }, breaks })).toEqual([
      ['02T09:00', '02T12:00'],
      ['02T16:00', '02T17:00'],
    ]);
  });

  it('never count overlapping windows twice', () => {
    const weekly = {
      mon: [
        ['09:00', '13:00'],
        ['12:00', '15:00'],
        ['15:00', '16:00'],
      ],
    } as const;
    expect(spans({ ...office, weekly })).toEqual([['02T09:00', '02T16:00']]);
  });
});

describe('edges of a window', () => {
  const calendar = compileCalendar(office);

  it('open with the first instant and close before the last', () => {
    expect(
      [at('02T09:00') - 1, at('02T09:00'), at('02T17:00') - 1, at('02T17:00')].map((ms) =>
        isOpen(calendar, ms),
      ),
    ).toEqual([false, true, true, false]);
  });

  it('name the instant itself as next opening while open, else the following open', () => {
    expect(nextOpening(calendar, at('02T12:34'))).toBe(at('02T12:34'));
    expect(nextOpening(calendar, at('02T17:00'))).toBe(at('03T09:00'));
    expect(nextOpening(calendar, at('04T17:00'))).toBe(at('09T09:00'));
  });

  it('make zero seconds due at once when open, else at the next opening', () => {
    expect(addBusinessSeconds(calendar, at('02T12:34'), 0)).toBe(at('02T12:34'));
    expect(addBusinessSeconds(calendar, at('02T17:00'), 0)).toBe(at('03T09:00'));
  });

  it('take backwards the opening of a window used up exactly, and the end itself for zero seconds', () => {
    expect(subtractBusinessSeconds(calendar, at('03T11:00'), 2 * hour)).toBe(at('03T09:00'));
    expect(subtractBusinessSeconds(calendar, at('03T11:00'), 2 * hour + 1)).toBe(at('02T17:00') - 1000);
    expect(subtractBusinessSeconds(calendar, at('03T20:00'), 0)).toBe(at('03T20:00'));
  });

  it('give zero elapsed seconds when the end lies before the start', () => {
    expect(businessSecondsBetween(calendar, at('03T12:00'), at('02T12:00'))).toBe(0);
    expect(businessSecondsBetween(calendar, at('03T12:00'), at('03T12:00'))).toBe(0);
  });

  it('keep fractions of a second in the due time and round elapsed time down', () => {
    const dueMs = addBusinessSeconds(calendar, at('02T17:00') - 500, 1);
    expect(dueMs).toBe(at('03T09:00') + 500);
    expect(businessSecondsBetween(calendar, at('02T17:00') - 500, dueMs)).toBe(1);
    expect(businessSecondsBetween(calendar, at('02T17:00') - 500, dueMs - 1)).toBe(0);
  });
});

function at(dayAndTime: string): number {
  return Date.parse(`2026-11-${dayAndTime}:00Z`);
}

/** The open spans of the week from Monday 2 November 2026, each instant written day of month and time. */
function spans(definition: CalendarDefinition): string[][] {
  const written = (ms: number) => new Date(ms).toISOString().slice(8, 16);
  return openWindowsBetween(compileCalendar(definition), at('02T00:00'), at('09T00:00')).map((span) => [
    written(span.fromMs),
    written(span.toMs),
  ]);
}
