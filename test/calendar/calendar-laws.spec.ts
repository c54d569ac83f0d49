/** The laws of domain.md §2 for random calendars, zones and pauses. fast-check prints seed and counterexample. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addBusinessSeconds,
  businessSecondsBetween,
  subtractBusinessSeconds,
} from '../../src/calendar/business-seconds.js';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import { isOpen, nextOpening, openWindowsBetween } from '../../src/calendar/openings.js';
import { amounts, scenarios } from './arbitrary-calendar.js';

const dayMs = 86_400_000;
const computed = { numRuns: 600 };

describe('laws of business time', () => {
  it('has elapsed exactly the seconds that were added', () => {
    fc.assert(
      fc.property(
        scenarios,
        fc.oneof(fc.constant(0), amounts),
        ({ definition, startMs, pauses }, seconds) => {
          const calendar = compileCalendar(definition);
          const dueMs = addBusinessSeconds(calendar, startMs, seconds, pauses);
          expect(dueMs).toBeGreaterThanOrEqual(startMs);
          expect(businessSecondsBetween(calendar, startMs, dueMs, pauses)).toBe(seconds);
        },
      ),
      computed,
    );
  });

  it('reaches a due time no second earlier than it says', () => {
    fc.assert(
      fc.property(scenarios, amounts, ({ definition, startMs, pauses }, seconds) => {
        const calendar = compileCalendar(definition);
        const dueMs = addBusinessSeconds(calendar, startMs, seconds, pauses);
        expect(businessSecondsBetween(calendar, startMs, dueMs - 1000, pauses)).toBe(seconds - 1);
      }),
      computed,
    );
  });

  it('adds two amounts one after the other like their sum', () => {
    fc.assert(
      fc.property(scenarios, amounts, amounts, ({ definition, startMs, pauses }, a, b) => {
        const calendar = compileCalendar(definition);
        const firstMs = addBusinessSeconds(calendar, startMs, a, pauses);
        expect(addBusinessSeconds(calendar, firstMs, b, pauses)).toBe(
          addBusinessSeconds(calendar, startMs, a + b, pauses),
        );
      }),
      computed,
    );
  });

  it('never puts a later start or a larger amount earlier', () => {
    const delay = fc.integer({ min: 0, max: 5 * 86_400 });
    fc.assert(
      fc.property(scenarios, amounts, amounts, delay, ({ definition, startMs, pauses }, a, more, seconds) => {
        const calendar = compileCalendar(definition);
        const dueMs = addBusinessSeconds(calendar, startMs, a, pauses);
        expect(addBusinessSeconds(calendar, startMs + seconds * 1000, a, pauses)).toBeGreaterThanOrEqual(
          dueMs,
        );
        expect(addBusinessSeconds(calendar, startMs, a + more, pauses)).toBeGreaterThan(dueMs);
      }),
      computed,
    );
  });

  it('measures a stretch as the sum of its parts and never as less than a part', () => {
    const part = fc.integer({ min: 0, max: 20 * 86_400 });
    fc.assert(
      fc.property(scenarios, part, part, ({ definition, startMs, pauses }, a, b) => {
        const calendar = compileCalendar(definition);
        const [middleMs, endMs] = [startMs + a * 1000, startMs + (a + b) * 1000];
        const first = businessSecondsBetween(calendar, startMs, middleMs, pauses);
        const second = businessSecondsBetween(calendar, middleMs, endMs, pauses);
        expect(Math.min(first, second)).toBeGreaterThanOrEqual(0);
        expect(businessSecondsBetween(calendar, startMs, endMs, pauses)).toBe(first + second);
      }),
      computed,
    );
  });

  it('finds backwards the latest instant from which the seconds elapse', () => {
    fc.assert(
      fc.property(scenarios, amounts, ({ definition, startMs, pauses }, seconds) => {
        const calendar = compileCalendar(definition);
        const fromMs = subtractBusinessSeconds(calendar, startMs, seconds, pauses);
        expect(businessSecondsBetween(calendar, fromMs, startMs, pauses)).toBe(seconds);
        expect(businessSecondsBetween(calendar, fromMs + 1000, startMs, pauses)).toBe(seconds - 1);
      }),
      computed,
    );
  });

  it('returns to an open start when the added seconds are taken back', () => {
    fc.assert(
      fc.property(scenarios, amounts, ({ definition, startMs, pauses }, seconds) => {
        const calendar = compileCalendar(definition);
        const openMs = addBusinessSeconds(calendar, startMs, 0, pauses);
        const dueMs = addBusinessSeconds(calendar, openMs, seconds, pauses);
        expect(subtractBusinessSeconds(calendar, dueMs, seconds, pauses)).toBe(openMs);
      }),
      computed,
    );
  });

  it('gives the same answer from a fresh calendar as from one that has been used for years of dates', () => {
    fc.assert(
      fc.property(scenarios, amounts, ({ definition, startMs, pauses }, seconds) => {
        const used = compileCalendar(definition);
        businessSecondsBetween(used, startMs - 4000 * dayMs, startMs + 4000 * dayMs);
        expect(addBusinessSeconds(used, startMs, seconds, pauses)).toBe(
          addBusinessSeconds(compileCalendar(definition), startMs, seconds, pauses),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('open windows', () => {
  it('lists separate spans in order whose lengths add up to the elapsed time', () => {
    const stretch = fc.integer({ min: 1, max: 30 * 86_400 });
    fc.assert(
      fc.property(scenarios, stretch, ({ definition, startMs, pauses }, seconds) => {
        const calendar = compileCalendar(definition);
        const endMs = startMs + seconds * 1000;
        const spans = openWindowsBetween(calendar, startMs, endMs, pauses);
        const totalMs = spans.reduce((sum, span) => sum + span.toMs - span.fromMs, 0);
        expect(totalMs / 1000).toBe(businessSecondsBetween(calendar, startMs, endMs, pauses));
        for (const [i, span] of spans.entries()) {
          expect(span.toMs).toBeGreaterThan(span.fromMs);
          if (i > 0) expect(span.fromMs).toBeGreaterThan(spans[i - 1]!.toMs);
        }
      }),
      computed,
    );
  });

  it('opens at each listed start and is closed at each listed end inside the stretch', () => {
    fc.assert(
      fc.property(scenarios, ({ definition, startMs }) => {
        const calendar = compileCalendar(definition);
        const endMs = startMs + 15 * dayMs;
        for (const span of openWindowsBetween(calendar, startMs, endMs)) {
          expect(isOpen(calendar, span.fromMs)).toBe(true);
          expect(nextOpening(calendar, span.fromMs)).toBe(span.fromMs);
          if (span.toMs < endMs) expect(isOpen(calendar, span.toMs)).toBe(false);
        }
      }),
      computed,
    );
  });
});
