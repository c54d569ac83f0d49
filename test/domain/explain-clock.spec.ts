import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { always, compileCalendar } from '../../src/calendar/compile-calendar.js';
import type { Case, Clock } from '../../src/domain/case.js';
import { attributeTime, type Happened } from '../../src/domain/clocks/attribute-time.js';
import { explainClock } from '../../src/domain/clocks/explain-clock.js';
import type { CaseCommand } from '../../src/domain/events.js';
import { step } from '../../src/domain/step.js';
import { alphabet } from '../model/alphabet.js';
import {
  accept,
  agent,
  at,
  customer,
  escalate,
  letPass,
  member,
  open,
  resolve,
  start,
  T0,
  TARGETED,
  timeline,
} from './given.js';

const MINUTE_MS = 60_000;
const ask: CaseCommand = { type: 'case.ask', actor: agent, question: 'which?', waitUntilAt: null };
const reply: CaseCommand = {
  type: 'case.reply',
  actor: customer,
  text: 'blue',
  channel: null,
  messageId: null,
  automatic: false,
};

function resolutionOf(current: Case): Clock {
  return current.context.clocks.find(({ metric }) => metric === 'resolution')!;
}

describe('the explanation of a clock', () => {
  it('shows spans, pauses and the arithmetic of the due time, and agrees with what is stored', () => {
    const current = timeline(TARGETED, [0, open], [10, start], [60, ask], [180, reply]);
    const explained = explainClock(resolutionOf(current), T0 + 240 * MINUTE_MS, TARGETED.book);
    expect(explained).toMatchObject({
      agrees: true,
      elapsedSeconds: 120 * 60,
      remainingSeconds: 22 * 3600,
      recomputedDueAt: T0 + (24 * 60 + 120) * MINUTE_MS,
      pauses: [{ fromAt: T0 + 60 * MINUTE_MS, toAt: T0 + 180 * MINUTE_MS }],
    });
    expect(explained.words.at(-1)).toContain('86400 s less 3600 s used before leaves 82800 s');
  });

  it('warns when the due time lies after the last date whose holidays are known', () => {
    const clock = resolutionOf(timeline(TARGETED, [0, open]));
    const known = compileCalendar({ ...always.definition, validUntil: '2026-11-02' });
    const book = { ...TARGETED.book, calendar: () => ({ key: 'known', version: 1, calendar: known }) };
    const words = (validFor: Clock) => explainClock(validFor, T0, book).words.join(' ');
    expect(words({ ...clock, calendarKey: 'known' })).toContain('only until 2026-11-02');
    expect(words(clock)).not.toContain('only until');
  });

  it('does not agree when a stored figure was tampered with', () => {
    const clock = resolutionOf(timeline(TARGETED, [0, open], [10, start], [60, ask], [180, reply]));
    const now = T0 + 240 * MINUTE_MS;
    expect(explainClock({ ...clock, dueAt: clock.dueAt! + 1000 }, now, TARGETED.book).agrees).toBe(false);
    expect(explainClock({ ...clock, elapsedSeconds: 1 }, now, TARGETED.book).agrees).toBe(false);
  });

  it('agrees for every clock after any history', () => {
    const moves = fc.array(
      fc.record({ choice: fc.nat(10_000), restMs: fc.integer({ min: 1000, max: 2e8 }) }),
      {
        minLength: 1,
        maxLength: 15,
      },
    );
    fc.assert(
      fc.property(moves, (list) => {
        let current = timeline(TARGETED, [0, open]);
        let now = T0;
        for (const { choice, restMs } of list) {
          now += restMs;
          current = letPass(current, now, TARGETED);
          const commands = alphabet(current);
          const result = step(current, at(commands[choice % commands.length]!, now), TARGETED);
          if (result.accepted) current = result.case;
          for (const clock of current.context.clocks) {
            const explained = explainClock(clock, now, TARGETED.book);
            expect([clock.metric, explained.agrees]).toEqual([clock.metric, true]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('who held the clock', () => {
  const history: [number, CaseCommand][] = [
    [0, open],
    [10, start],
    [30, escalate('logistics')],
    [40, accept('logistics')],
    [50, { type: 'case.hold', actor: agent, reason: 'carrier', reviewAt: T0 + 900 * MINUTE_MS }],
    [80, { type: 'case.release', actor: agent, reason: null }],
    [100, { ...ask, actor: member('logistics') }],
    [160, reply],
    [170, resolve(member('logistics'))],
    [200, { type: 'case.confirm', actor: customer, comment: null }],
  ];

  function happenedIn(moves: typeof history): { current: Case; happened: Happened[] } {
    let current: Case | null = null;
    const happened: Happened[] = [];
    for (const [minutes, command] of moves) {
      const result = step(current, at(command, T0 + minutes * MINUTE_MS), TARGETED);
      if (!result.accepted) throw new Error(result.refusal.code);
      current = result.case;
      const { type, toState, occurredAt } = result.entry;
      happened.push({ type, toState, occurredAt });
    }
    return { current: current!, happened };
  }

  it('attributes every second to somebody, and the seconds add up to the life of the case', () => {
    const { current, happened } = happenedIn(history);
    const held = attributeTime(happened, current.context, always, T0 + 900 * MINUTE_MS);
    expect(held).toEqual([
      { holder: 'customer', seconds: (60 + 30) * 60 },
      { holder: 'department:logistics', seconds: (20 + 20 + 10) * 60 },
      { holder: 'frontline', seconds: 30 * 60 },
      { holder: 'thirdParty', seconds: 30 * 60 },
    ]);
    expect(held.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(200 * 60);
  });
});
