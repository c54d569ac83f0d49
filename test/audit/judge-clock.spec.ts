/** One clock before the audit's judge: runs that begin and end within one instant, told truly and told wrongly. */
import { describe, expect, it } from '@jest/globals';
import { AROUND_THE_CLOCK } from '../../scripts/audit/business-time.js';
import {
  type Happening,
  judgeClock,
  type StoredClock,
  stretchesOf,
} from '../../scripts/audit/judge-clock.js';
import { always } from '../../src/calendar/compile-calendar.js';
import type { Clock } from '../../src/domain/case.js';
import { pauseClock, resumeClock, startClock, stopClock } from '../../src/domain/clocks/clock-record.js';

const BEGUN_AT = Date.parse('2026-03-02T09:00:00.001Z');
/** 999 ms above a whole second of work, which every pause cuts off. */
const INSTANT = BEGUN_AT + 61_999;
const WORKING = 'level1.working';

const begun = startClock('olaWork', 1, 1, BEGUN_AT, {
  span: { calendarSeconds: 600 },
  policyKey: 'product',
  policyVersion: 1,
  calendar: { key: '24x7', version: 0, calendar: always },
  warnPercents: [],
});
const stopped = stopClock(begun, INSTANT, always);
const resumedAndStopped = stopClock(
  resumeClock(pauseClock(begun, INSTANT, always), INSTANT, always, []),
  INSTANT,
  always,
);

const happening = (type: string, at = INSTANT, toState = WORKING): Happening => ({
  caseId: 'case-1',
  type,
  toState,
  at,
});
const accepted = happening('case.accepted', BEGUN_AT);
const handedBack = happening('case.handedBack', INSTANT, 'frontline.returned');
const HELD_AND_RELEASED = [accepted, happening('case.held'), happening('case.released'), handedBack];
const ASKED_AND_ANSWERED = [
  accepted,
  happening('case.asked', INSTANT, 'waiting'),
  happening('case.replied'),
  handedBack,
];
const HELD_BEFORE = [
  accepted,
  happening('case.held', INSTANT - 20),
  happening('case.released', INSTANT - 20),
  handedBack,
];

function faults(clock: Clock, journal: readonly Happening[], changes: Partial<StoredClock> = {}): string[] {
  const stored = { caseId: 'case-1', ...clock, ...changes };
  return judgeClock(stored, stretchesOf(journal), AROUND_THE_CLOCK, null).map(({ fault }) => fault);
}

describe('a clock that was resumed and stopped within one instant', () => {
  it('is due later than without the pause, by what the pause cut off', () => {
    expect([stopped.dueAt, resumedAndStopped.dueAt]).toEqual([BEGUN_AT + 600_000, BEGUN_AT + 600_999]);
    expect(resumedAndStopped.spans).toEqual(stopped.spans);
  });

  it.each([
    ['held and released', HELD_AND_RELEASED],
    ['asked and answered', ASKED_AND_ANSWERED],
  ])('is well when its case was %s in that instant', (_what, journal) => {
    expect(faults(resumedAndStopped, journal)).toEqual([]);
  });

  it('is well without that pause too, for nobody can tell whether it stopped before', () => {
    expect(faults(stopped, HELD_AND_RELEASED)).toEqual([]);
  });

  it.each([
    ['knows of no pause', [accepted, handedBack], resumedAndStopped, {}],
    ['knows of a pause in another instant alone', HELD_BEFORE, resumedAndStopped, {}],
    [
      'knows of a hold, which does not pause this clock',
      HELD_AND_RELEASED,
      resumedAndStopped,
      { metric: 'resolution' },
    ],
    [
      'knows of a pause, but it is due later still',
      HELD_AND_RELEASED,
      resumedAndStopped,
      { dueAt: BEGUN_AT + 601_000 },
    ],
    [
      'knows of a pause, but it is due in between',
      HELD_AND_RELEASED,
      resumedAndStopped,
      { dueAt: BEGUN_AT + 600_500 },
    ],
  ])('is due wrongly when its journal %s', (_what, journal, clock, changes) => {
    expect(faults(clock, journal, changes)).toContain('due');
  });
});
