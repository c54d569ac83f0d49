/**
 * Business time for random calendars, zones and pauses, compared with a calculator that walks minute by minute and
 * shares no code with src/calendar. fast-check prints seed and counterexample when the two differ.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addBusinessDays, addCalendarDays } from '../../src/calendar/business-days.js';
import {
  addBusinessSeconds,
  businessSecondsBetween,
  subtractBusinessSeconds,
} from '../../src/calendar/business-seconds.js';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import { amounts, scenarios } from './arbitrary-calendar.js';
import { BruteForceCalendar } from './brute-force-calendar.js';

const dayMs = 86_400_000;

/** A walk costs some 20 ms. */
const walked = { numRuns: 40 };

/** The brute-force calendar for the days around a start; 20 days hold most amounts, the rest is compared as "later". */
function bruteForce(definition: ConstructorParameters<typeof BruteForceCalendar>[0], startMs: number) {
  return new BruteForceCalendar(definition, startMs - 12 * dayMs, startMs + 20 * dayMs);
}

describe('business seconds, compared with a minute-by-minute walk', () => {
  it('measures the same elapsed time', () => {
    const toMs = fc.integer({ min: -86_400, max: 10 * 86_400 });
    fc.assert(
      fc.property(scenarios, toMs, ({ definition, startMs, pauses }, seconds) => {
        const endMs = startMs + seconds * 1000;
        const walk = bruteForce(definition, startMs).elapsedSeconds(startMs, endMs, pauses);
        expect(businessSecondsBetween(compileCalendar(definition), startMs, endMs, pauses)).toBe(walk);
      }),
      walked,
    );
  });

  it('finds the same due time', () => {
    fc.assert(
      fc.property(
        scenarios,
        fc.oneof(fc.constant(0), amounts),
        ({ definition, startMs, pauses }, seconds) => {
          const walk = bruteForce(definition, startMs);
          const dueMs = addBusinessSeconds(compileCalendar(definition), startMs, seconds, pauses);
          const expected = walk.add(startMs, seconds, pauses);
          if (expected === null) expect(dueMs).toBeGreaterThan(walk.toMs);
          else expect(dueMs).toBe(expected);
        },
      ),
      walked,
    );
  });

  it('finds the same instant backwards', () => {
    fc.assert(
      fc.property(scenarios, amounts, ({ definition, startMs, pauses }, seconds) => {
        const walk = bruteForce(definition, startMs);
        const fromMs = subtractBusinessSeconds(compileCalendar(definition), startMs, seconds, pauses);
        const expected = walk.subtract(startMs, seconds, pauses);
        if (expected === null) expect(fromMs).toBeLessThanOrEqual(walk.fromMs);
        else expect(fromMs).toBe(expected);
      }),
      walked,
    );
  });

  it('counts the same open dates and ends them at the same close', () => {
    fc.assert(
      fc.property(scenarios, fc.integer({ min: 1, max: 8 }), ({ definition, startMs }, days) => {
        const expected = bruteForce(definition, startMs).addBusinessDays(startMs, days);
        fc.pre(expected !== null);
        expect(addBusinessDays(compileCalendar(definition), startMs, days)).toBe(expected);
      }),
      walked,
    );
  });

  it('ends a legal period with the same local day', () => {
    fc.assert(
      fc.property(scenarios, fc.integer({ min: 0, max: 8 }), ({ definition, startMs }, days) => {
        const expected = bruteForce(definition, startMs).addCalendarDays(startMs, days);
        expect(addCalendarDays(compileCalendar(definition), startMs, days)).toBe(expected);
      }),
      walked,
    );
  });
});
