// Who is on duty: shifts of people in several zones, night shifts, holidays, and who has none of their own.
import { describe, expect, it } from '@jest/globals';
import type { CalendarDefinition } from '../../src/calendar/calendar-definition.js';
import { always, compileCalendar } from '../../src/calendar/compile-calendar.js';
import type { Configuration } from '../../src/directory/configuration.js';
import { DutyRoster } from '../../src/directory/on-duty.js';

const night: CalendarDefinition = {
  timeZone: 'Asia/Shanghai',
  weekly: { mon: [['22:00', '06:00']], tue: [['22:00', '06:00']] },
  overrides: [],
};
const berlin: CalendarDefinition = {
  timeZone: 'Europe/Berlin',
  weekly: { mon: [['09:00', '17:00']], tue: [['09:00', '17:00']] },
  overrides: [{ date: '2026-03-03', windows: [] }],
};
const newYork: CalendarDefinition = {
  timeZone: 'America/New_York',
  weekly: { mon: [['09:00', '17:00']] },
  overrides: [],
};
const house: CalendarDefinition = {
  timeZone: 'UTC',
  weekly: { wed: [['00:00', '24:00']] },
  overrides: [],
};
const never: CalendarDefinition = { timeZone: 'UTC', weekly: {}, overrides: [] };

const CALENDARS = new Map(
  Object.entries({ night, berlin, newYork, default: house, never }).map(
    ([key, definition]) => [key, compileCalendar(definition)] as const,
  ),
);
const roster = new DutyRoster(
  {
    newest: (_kind: string, key: string) => (key === 'product' ? { body: { calendar: 'berlin' } } : null),
  } as unknown as Configuration,
  { calendar: (key) => ({ key, version: 1, calendar: CALENDARS.get(key) ?? always }) },
);

const person = (shiftCalendar: string | null, department: string | null = null, active = true) => ({
  active,
  department,
  shiftCalendar,
});
const at = (text: string) => Date.parse(text);

describe('on duty', () => {
  it.each([
    // Monday, 2 March 2026: winter time in Berlin (+1) and New York (-5).
    ['at the opening of the shift', person('berlin'), '2026-03-02T08:00:00Z', true],
    ['a millisecond before it', person('berlin'), '2026-03-02T07:59:59.999Z', false],
    ['at the close of the shift', person('berlin'), '2026-03-02T16:00:00Z', false],
    ['on a holiday of the place', person('berlin'), '2026-03-03T10:00:00Z', false],
    ['while another zone still sleeps', person('newYork'), '2026-03-02T08:00:00Z', false],
    ['when that zone has woken', person('newYork'), '2026-03-02T14:00:00Z', true],
    // 29 March 2026: Berlin is at +2 from then on.
    ['after the clocks went forward', person('berlin'), '2026-03-30T07:00:00Z', true],
    ['late on a night shift', person('night'), '2026-03-02T15:00:00Z', true],
    ['past midnight of a night shift', person('night'), '2026-03-02T21:59:00Z', true],
    ['on the second night, past midnight', person('night'), '2026-03-03T20:00:00Z', true],
    ['in the morning after a night shift', person('night'), '2026-03-02T22:00:00Z', false],
    ['by the hours of the department', person(null, 'product'), '2026-03-02T08:00:00Z', true],
    [
      'by own shifts before those of the department',
      person('night', 'product'),
      '2026-03-02T08:00:00Z',
      false,
    ],
    ['by the hours of the house without a department', person(null), '2026-03-04T01:00:00Z', true],
    ['outside the hours of the house', person(null), '2026-03-02T08:00:00Z', false],
    ['never, who has left', person('berlin', 'product', false), '2026-03-02T08:00:00Z', false],
  ])('%s', (_when, who, instant, expected) => {
    expect(roster.isOnDuty(who, at(instant))).toBe(expected);
  });

  it('says when somebody will be there: now, later, or never', () => {
    expect(roster.nextOnDutyAt(person('berlin'), at('2026-03-02T08:30:00Z'))).toBe(
      at('2026-03-02T08:30:00Z'),
    );
    expect(roster.nextOnDutyAt(person('berlin'), at('2026-03-02T20:00:00Z'))).toBe(
      at('2026-03-09T08:00:00Z'),
    );
    expect(roster.nextOnDutyAt(person('never'), at('2026-03-02T20:00:00Z'))).toBeNull();
    expect(roster.nextOnDutyAt(person('berlin', null, false), at('2026-03-02T08:30:00Z'))).toBeNull();
  });
});
