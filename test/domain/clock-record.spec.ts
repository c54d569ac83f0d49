// One clock as a value: what was acted upon is behind it, whatever target it gets.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { always } from '../../src/calendar/compile-calendar.js';
import { passMark, retargetClock, startClock, type Target } from '../../src/domain/clocks/clock-record.js';
import { T0 } from './given.js';

const target = (calendarSeconds: number, percent: number): Target => ({
  span: { calendarSeconds },
  policyKey: 'targeted',
  policyVersion: 1,
  calendar: { key: '24x7', version: 0, calendar: always },
  warnPercents: [percent],
});

describe('a clock that was warned of', () => {
  it('gives no second warning when it gets the same target within the second of the first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 99 }), (seconds, percent) => {
        const begun = startClock('resolution', 1, 1, T0, target(seconds, percent));
        const warnedAt = begun.marks.find(({ kind }) => kind === 'warning')?.at ?? T0;
        const again = retargetClock(passMark(begun, percent), warnedAt + 900, target(seconds, percent));
        expect(again.marks.map(({ kind }) => kind)).toEqual(['breach']);
      }),
    );
  });

  it('gives it again when the new target puts it ahead', () => {
    const begun = passMark(startClock('resolution', 1, 1, T0, target(100, 80)), 80);
    const longer = retargetClock(begun, T0 + 80_000, target(101, 80));
    expect(longer.marks).toEqual([
      { kind: 'warning', percent: 80, at: T0 + 81_000 },
      { kind: 'breach', percent: 100, at: T0 + 101_000 },
    ]);
  });
});
