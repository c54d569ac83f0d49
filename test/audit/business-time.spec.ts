/** The audit's own calculator against the product's, over random calendars near every kind of clock change. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AROUND_THE_CLOCK, businessTimeOf } from '../../scripts/audit/business-time.js';
import { businessSecondsBetween } from '../../src/calendar/business-seconds.js';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import { scenarios } from '../calendar/arbitrary-calendar.js';

const DAY_SECONDS = 86_400;

describe('business time, worked out a second time', () => {
  it('agrees with the product on every random calendar and span', () => {
    const spans = fc.tuple(scenarios, fc.integer({ min: 0, max: 20 * DAY_SECONDS }), fc.nat(999));
    fc.assert(
      fc.property(spans, ([{ definition, startMs }, seconds, fraction]) => {
        const endMs = startMs + seconds * 1000 + fraction;
        const theirs = businessSecondsBetween(compileCalendar(definition), startMs, endMs);
        expect(businessTimeOf(definition).secondsBetween(startMs, endMs)).toBe(theirs);
      }),
      { numRuns: 400 },
    );
  });

  it('counts the worked examples: an hour over the spring change, a night shift, a break cut out last', () => {
    const week = ['mon', 'tue', 'wed', 'thu', 'fri'];
    const hours = (open: string, close: string) =>
      Object.fromEntries(week.map((day) => [day, [[open, close]] as const]));
    const berlin = businessTimeOf({ timeZone: 'Europe/Berlin', weekly: hours('09:00', '17:00') });
    const at = (text: string): number => Date.parse(text);
    expect(berlin.secondsBetween(at('2026-03-27T15:30:00Z'), at('2026-03-30T07:30:00Z'))).toBe(3600);
    expect(berlin.secondsBetween(at('2026-10-23T14:30:00Z'), at('2026-10-26T08:30:00Z'))).toBe(3600);
    const nights = businessTimeOf({
      timeZone: 'Asia/Shanghai',
      weekly: hours('22:00', '06:00'),
      overrides: [{ date: '2026-11-03', windows: [] }],
      breaks: [{ date: '2026-11-03', windows: [['01:00', '02:00']] }],
    });
    // Monday's shift ends on Tuesday, whose own is closed; Wednesday's begins it again.
    expect(nights.secondsBetween(at('2026-11-02T14:00:00Z'), at('2026-11-04T15:00:00Z'))).toBe(8 * 3600);
  });

  it('counts plain seconds where nothing ever closes, and none backwards', () => {
    expect(AROUND_THE_CLOCK.secondsBetween(0, 1999)).toBe(1);
    expect(AROUND_THE_CLOCK.secondsBetween(2000, 0)).toBe(0);
  });
});
