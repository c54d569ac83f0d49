/** Spans that do not count although the calendar is open. */
import { describe, expect, it } from '@jest/globals';
import type { CalendarDefinition } from '../../src/calendar/calendar-definition.js';
import {
  addBusinessSeconds,
  businessSecondsBetween,
  subtractBusinessSeconds,
} from '../../src/calendar/business-seconds.js';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import { openWindowsBetween } from '../../src/calendar/openings.js';

const hour = 3600;
// Monday to Wednesday of the week from 2 November 2026; all in UTC.
const office: CalendarDefinition = {
  timeZone: 'UTC',
  weekly: { mon: [['09:00', '17:00']], tue: [['09:00', '17:00']], wed: [['09:00', '17:00']] },
  overrides: [],
};

describe('pauses', () => {
  const calendar = compileCalendar(office);

  it('do not count, whatever their order, overlap or length', () => {
    const pauses = [
      pause('02T15:00', '02T16:00'),
      pause('02T10:00', '02T12:00'),
      pause('02T11:00', '02T12:30'),
    ];
    expect(addBusinessSeconds(calendar, at('02T09:00'), 4 * hour, pauses)).toBe(
      at('02T15:00') + 1800 * 1000 + hour * 1000,
    );
    expect(businessSecondsBetween(calendar, at('02T09:00'), at('02T17:00'), pauses)).toBe(4.5 * hour);
    expect(addBusinessSeconds(calendar, at('02T09:00'), hour, [pause('02T12:00', '02T12:00')])).toBe(
      at('02T10:00'),
    );
  });

  it('that begin exactly when the target is reached leave it due there', () => {
    expect(addBusinessSeconds(calendar, at('02T09:00'), hour, [pause('02T10:00', '02T12:00')])).toBe(
      at('02T10:00'),
    );
  });

  it('move a start within them to their end for zero seconds', () => {
    expect(addBusinessSeconds(calendar, at('02T10:00'), 0, [pause('02T09:30', '02T11:00')])).toBe(
      at('02T11:00'),
    );
    expect(addBusinessSeconds(calendar, at('02T10:00'), 0, [pause('02T09:30', '02T18:00')])).toBe(
      at('03T09:00'),
    );
  });

  it('are stepped over backwards as well', () => {
    const pauses = [pause('02T10:00', '02T12:00')];
    expect(subtractBusinessSeconds(calendar, at('02T13:00'), 2 * hour, pauses)).toBe(at('02T09:00'));
    expect(subtractBusinessSeconds(calendar, at('02T11:00'), hour, pauses)).toBe(at('02T09:00'));
  });

  it('are cut out of the listed windows', () => {
    expect(
      openWindowsBetween(calendar, at('02T08:00'), at('02T18:00'), [pause('02T10:00', '02T12:00')]),
    ).toEqual([pause('02T09:00', '02T10:00'), pause('02T12:00', '02T17:00')]);
  });
});

function at(dayAndTime: string): number {
  return Date.parse(`2026-11-${dayAndTime}:00Z`);
}

function pause(from: string, to: string) {
  return { fromMs: at(from), toMs: at(to) };
}
