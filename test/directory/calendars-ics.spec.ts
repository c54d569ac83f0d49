// Closed dates out of iCalendar files as authorities publish them, and as nobody should.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import type { CalendarDefinition } from '../../src/calendar/calendar-definition.js';
import { readIcs, withClosedDates } from '../../src/directory/ics-calendar.js';
import { HOLIDAY_DATES } from '../../src/directory/seeds/holiday-dates.js';

const file = (...events: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...events, 'END:VCALENDAR', ''].join('\r\n');
let uid = 0;
const event = (...lines: string[]) =>
  ['BEGIN:VEVENT', `UID:event-${(uid += 1)}`, ...lines, 'END:VEVENT'].join('\r\n');
const day = (date: string, ...lines: string[]) => event(`DTSTART;VALUE=DATE:${date}`, ...lines);

describe('an iCalendar file', () => {
  it('gives the dates of its all-day events, in order and each once', async () => {
    const ics = file(
      day('20261225', 'DTEND;VALUE=DATE:20261227', 'SUMMARY:Christmas'),
      day('20260101', 'SUMMARY;LANGUAGE=en:New Year'),
      day('20261226', 'DTEND;VALUE=DATE:20261227', 'SUMMARY:Boxing Day'),
    );
    expect(await readIcs(ics)).toEqual({
      closed: [
        { date: '2026-01-01', name: 'New Year' },
        { date: '2026-12-25', name: 'Christmas' },
        { date: '2026-12-26', name: 'Christmas' },
      ],
      leftOut: [],
    });
  });

  it('of the Chinese holidays closes the holidays and leaves the worked weekends alone', async () => {
    const path = createRequire(import.meta.url).resolve('chinese-days/dist/years/2026.ics');
    const dates = await readIcs(readFileSync(path, 'utf8'));
    const of2026 = (all: readonly string[]) => all.filter((date) => date.startsWith('2026'));
    expect(dates?.closed.map(({ date }) => date)).toEqual(of2026(HOLIDAY_DATES.cn.closed));
    expect(dates?.leftOut.map(({ date, reason }) => `${date} ${reason}`).sort()).toEqual(
      of2026(HOLIDAY_DATES.cn.worked).map((date) => `${date} is-worked`),
    );
  });

  it.each([
    ['an hour', event('DTSTART:20260101T090000Z', 'DTEND:20260101T100000Z'), 'not-all-day'],
    ['a birthday', day('20260101', 'RRULE:FREQ=YEARLY'), 'repeats'],
    ['a rule that never ends', day('20260101', 'RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30'), 'repeats'],
    ['what was called off', day('20260101', 'STATUS:CANCELLED'), 'cancelled'],
    ['a quarter of a year', day('20260101', 'DTEND;VALUE=DATE:20260401'), 'too-long'],
    ['a worked Saturday', day('20261010', 'SUMMARY:国庆节(班)'), 'is-worked'],
    ['a date of the Ming dynasty', day('14020101'), 'unreadable'],
  ])('leaves out %s and says why', async (_what, text, reason) => {
    expect(await readIcs(file(text))).toMatchObject({ closed: [], leftOut: [{ reason }] });
  });

  it('ends an event before its end, or after one day when the end is not beyond the start', async () => {
    const ics = file(
      day('20260105', 'DTEND;VALUE=DATE:20260105'),
      day('20260107', 'DTEND;VALUE=DATE:20260101'),
    );
    expect((await readIcs(ics))?.closed.map(({ date }) => date)).toEqual(['2026-01-05', '2026-01-07']);
  });

  it('takes names as text only, without what cannot be shown', async () => {
    const [first] = (await readIcs(file(day('20260101', `SUMMARY:${'x'.repeat(500)}`))))?.closed ?? [];
    expect(first?.name).toHaveLength(200);
    const [second] = (await readIcs(file(day('20260101', 'SUMMARY:a\\nb'))))?.closed ?? [];
    expect(second?.name).toBe('a b');
  });

  it.each([
    ['nothing', ''],
    ['a web page', '<html>BEGIN:VCALENDAR</html>'],
    ['half a file', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n'],
    ['an event that begins twice', file(day('20260101', 'DTSTART;VALUE=DATE:20260102'))],
  ])('is not recognised in %s', async (_what, text) => {
    expect(await readIcs(text)).toBeNull();
  });
});

describe('imported dates', () => {
  const shop: CalendarDefinition = {
    timeZone: 'UTC',
    weekly: { mon: [['09:00', '17:00']] },
    overrides: [
      { date: '2026-12-24', windows: [['09:00', '12:00']] },
      { date: '2026-12-25', windows: [] },
    ],
    validUntil: '2026-12-31',
  };
  const dates = ['2026-12-24', '2026-12-25', '2026-01-01'].map((date) => ({ date, name: 'x' }));

  it('join the others in order, and change no date that somebody has decided about', () => {
    const { definition, added, leftOut } = withClosedDates(shop, dates, null);
    expect(definition).toEqual({
      ...shop,
      overrides: [{ date: '2026-01-01', windows: [] }, ...shop.overrides],
    });
    expect(added).toEqual([{ date: '2026-01-01', name: 'x' }]);
    expect(leftOut.map(({ date, reason }) => `${date} ${reason}`)).toEqual([
      '2026-12-24 has-hours',
      '2026-12-25 already-closed',
    ]);
  });

  it('extend what is known only when whoever imports them says so', () => {
    expect(withClosedDates(shop, dates, '2027-12-31').definition.validUntil).toBe('2027-12-31');
  });
});
