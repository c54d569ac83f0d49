/** Where a calendar ends: ten years ahead, no open second left, dates not known yet, input that makes no sense. */
import { describe, expect, it } from '@jest/globals';
import type { CalendarDefinition } from '../../src/calendar/calendar-definition.js';
import {
  addBusinessSeconds,
  businessSecondsBetween,
  subtractBusinessSeconds,
} from '../../src/calendar/business-seconds.js';
import { CalendarExhaustedError, InvalidCalendarError } from '../../src/calendar/calendar-errors.js';
import { always, compileCalendar } from '../../src/calendar/compile-calendar.js';
import { isOpen, isPastValidity, nextOpening } from '../../src/calendar/openings.js';
import { validateCalendar } from '../../src/calendar/validate-calendar.js';

const hour = 3600;
// Monday 2 November 2026 begins the week used throughout; all in UTC.
const office: CalendarDefinition = {
  timeZone: 'UTC',
  weekly: { mon: [['09:00', '17:00']], tue: [['09:00', '17:00']], wed: [['09:00', '17:00']] },
  overrides: [],
};

describe('the calendar that is always open', () => {
  it('counts every second as business time', () => {
    expect(addBusinessSeconds(always, at('02T03:04'), 30 * 86_400)).toBe(at('02T03:04') + 30 * 86_400_000);
    expect(subtractBusinessSeconds(always, at('02T03:04'), 86_401)).toBe(at('02T03:04') - 86_401_000);
    expect(businessSecondsBetween(always, at('02T03:04'), at('09T03:04'))).toBe(7 * 86_400);
    expect(nextOpening(always, at('02T03:04'))).toBe(at('02T03:04'));
  });
});

describe('long spans', () => {
  it('reach the same instant in one step as week by week over ten years', () => {
    const calendar = compileCalendar({ ...office, timeZone: 'Europe/Berlin' });
    let ms = at('02T12:00');
    for (let week = 0; week < 520; week++) ms = addBusinessSeconds(calendar, ms, 24 * hour);
    expect(addBusinessSeconds(calendar, at('02T12:00'), 520 * 24 * hour)).toBe(ms);
    expect(businessSecondsBetween(calendar, at('02T12:00'), ms)).toBe(520 * 24 * hour);
    expect(subtractBusinessSeconds(calendar, ms, 520 * 24 * hour)).toBe(at('02T12:00'));
    expect(new Date(ms).toISOString()).toBe('2036-10-20T11:00:00.000Z');
  });
});

describe('a calendar that runs out', () => {
  const onlyOnce = compileCalendar({
    ...office,
    weekly: {},
    overrides: [{ date: '2026-11-02', windows: [['09:00', '10:00']] }],
  });

  it('fills its last second and refuses one more', () => {
    expect(addBusinessSeconds(onlyOnce, at('02T09:00'), hour)).toBe(at('02T10:00'));
    expect(() => addBusinessSeconds(onlyOnce, at('02T09:00'), hour + 1)).toThrow(CalendarExhaustedError);
  });

  it('refuses to look further back than its first second', () => {
    expect(subtractBusinessSeconds(onlyOnce, at('03T00:00'), hour)).toBe(at('02T09:00'));
    expect(() => subtractBusinessSeconds(onlyOnce, at('03T00:00'), hour + 1)).toThrow(CalendarExhaustedError);
  });

  it('names no next opening after its last close', () => {
    expect(() => nextOpening(onlyOnce, at('02T10:00'))).toThrow(CalendarExhaustedError);
    expect(isOpen(onlyOnce, at('02T10:00'))).toBe(false);
    expect(businessSecondsBetween(onlyOnce, at('01T00:00'), at('30T00:00'))).toBe(hour);
  });

  it('is one whose next opening lies eleven years ahead, but not one whose lies nine years ahead', () => {
    const reopening = (date: string) =>
      compileCalendar({ ...office, weekly: {}, overrides: [{ date, windows: [['09:00', '10:00']] }] });
    expect(nextOpening(reopening('2035-11-02'), at('02T12:00'))).toBe(Date.parse('2035-11-02T09:00:00Z'));
    expect(() => nextOpening(reopening('2037-11-02'), at('02T12:00'))).toThrow(CalendarExhaustedError);
  });

  it('is one that opens a minute a week and is asked for thirty years of open time', () => {
    const sparse = compileCalendar({ ...office, weekly: { mon: [['09:00', '09:01']] } });
    expect(() => addBusinessSeconds(sparse, at('02T09:00'), 1_000_000_000)).toThrow(CalendarExhaustedError);
    expect(() => addBusinessSeconds(always, at('02T09:00'), Number.MAX_SAFE_INTEGER)).toThrow(
      CalendarExhaustedError,
    );
  });
});

describe('what arithmetic refuses', () => {
  const calendar = compileCalendar(office);

  it.each([NaN, Infinity, 1.5, -1, Date.UTC(2200, 0, 1)])('is %d as an instant', (ms) => {
    expect(() => addBusinessSeconds(calendar, ms, 1)).toThrow(RangeError);
    expect(() => businessSecondsBetween(calendar, at('02T09:00'), ms)).toThrow(RangeError);
    expect(() => isOpen(calendar, ms)).toThrow(RangeError);
    expect(() =>
      addBusinessSeconds(calendar, at('02T09:00'), 1, [{ fromMs: at('02T09:00'), toMs: ms }]),
    ).toThrow(RangeError);
  });

  it.each([NaN, Infinity, 0.5, -1])('is %d as a number of seconds', (seconds) => {
    expect(() => addBusinessSeconds(calendar, at('02T09:00'), seconds)).toThrow(RangeError);
    expect(() => subtractBusinessSeconds(calendar, at('02T09:00'), seconds)).toThrow(RangeError);
  });

  it('is a definition that cannot be read, with the problems in the error', () => {
    const broken = { ...office, timeZone: 'Mars/Olympus' };
    expect(() => compileCalendar(broken)).toThrow(InvalidCalendarError);
    expect(() => compileCalendar(broken)).toThrow('/timeZone must be an IANA time zone');
  });
});

describe('the date until which holidays are known', () => {
  const known = compileCalendar({ ...office, timeZone: 'Asia/Shanghai', validUntil: '2026-12-31' });

  it('ends with its local day and leaves the weekly hours in force', () => {
    expect(isPastValidity(known, Date.parse('2026-12-31T23:59:59+08:00'))).toBe(false);
    expect(isPastValidity(known, Date.parse('2027-01-01T00:00:00+08:00'))).toBe(true);
    expect(isOpen(known, Date.parse('2027-01-04T09:00:00+08:00'))).toBe(true);
  });

  it('is never past for a calendar without one', () => {
    expect(isPastValidity(always, at('02T09:00'))).toBe(false);
  });
});

describe('a calendar that never opens', () => {
  const noHours = { timeZone: 'UTC', weekly: {}, overrides: [] };
  const nowMs = Date.parse('2026-11-02T00:00:00Z');

  it('is refused without any hours', () => {
    expect(validateCalendar(noHours)).toMatchObject([{ code: 'no-open-second', path: '' }]);
    expect(validateCalendar({ ...noHours, weekly: { mon: [] } }, nowMs)).toMatchObject([
      { code: 'no-open-second' },
    ]);
  });

  it('is refused when breaks take all that overrides open', () => {
    const overrides = [{ date: '2026-12-24', windows: [['09:00', '12:00']] }];
    const breaks = [{ date: '2026-12-24', windows: [['08:00', '12:00']] }];
    expect(validateCalendar({ ...noHours, overrides })).toEqual([]);
    expect(validateCalendar({ ...noHours, overrides, breaks })).toMatchObject([{ code: 'no-open-second' }]);
  });

  it('is refused when its only hours lie in a date that its zone skipped', () => {
    const overrides = [{ date: '2011-12-30', windows: [['09:00', '12:00']] }];
    expect(validateCalendar({ ...noHours, timeZone: 'Pacific/Apia', overrides })).toMatchObject([
      { code: 'no-open-second' },
    ]);
  });

  it('is refused when its only openings are past at the given instant', () => {
    const overrides = [{ date: '2026-10-31', windows: [['09:00', '12:00']] }];
    expect(validateCalendar({ ...noHours, overrides })).toEqual([]);
    expect(validateCalendar({ ...noHours, overrides }, nowMs)).toMatchObject([{ code: 'no-open-second' }]);
  });
});

function at(dayAndTime: string): number {
  return Date.parse(`2026-11-${dayAndTime}:00Z`);
}
