/** What holds of consults, approvals and promises after any history, with several of each under way at once. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Case, type Clock, type Metric, PARALLEL_METRICS } from '../../src/domain/case.js';
import { explainClock } from '../../src/domain/clocks/explain-clock.js';
import { mattersOf } from '../../src/domain/clocks/matters.js';
import { deadlines } from '../../src/domain/deadlines.js';
import { step } from '../../src/domain/step.js';
import type { Accepted } from '../../src/domain/step-result.js';
import { AGREED } from '../domain/commitment-words.js';
import { at, letPass, open, run, T0 } from '../domain/given.js';
import { alphabet } from './alphabet.js';
import { closing, opening } from './matter-alphabet.js';

const moves = fc.array(
  fc.record({
    choice: fc.nat(10_000),
    restMs: fc.oneof(fc.integer({ min: 1, max: 7_200_000 }), fc.integer({ min: 1, max: 86_400_000 })),
  }),
  { minLength: 5, maxLength: 40, size: 'max' },
);

/** After these a history has little more to say. */
const ENDING: ReadonlySet<string> = new Set(['case.withdraw', 'case.merge', 'case.resolve', 'case.decide']);

/** Every accepted step of a random history; matters are opened and ended as often as everything else. */
function historyOf(list: readonly { readonly choice: number; readonly restMs: number }[]): Accepted[] {
  const history: Accepted[] = [run([open], AGREED)];
  let current: Case = history[0]!.case;
  let now = T0;
  for (const { choice, restMs } of list) {
    now += restMs;
    const seen: Accepted[] = [];
    current = letPass(current, now, AGREED, seen as never);
    history.push(...seen);
    const lasting = alphabet(current).filter(({ type }) => !ENDING.has(type) || choice % 5 === 0);
    const ofMatters = [...opening(current.context), ...closing(current.context)];
    const some = choice % 3 === 0 ? lasting : ofMatters;
    const command = some[Math.floor(choice / 3) % some.length]!;
    const result = step(current, at(command, now), AGREED);
    if (!result.accepted) continue;
    history.push(result);
    current = result.case;
  }
  return history;
}

const isParallel = (metric: Metric | null) => (PARALLEL_METRICS as readonly unknown[]).includes(metric);

/** Each gives what breaks it. */
const LAWS: Readonly<Record<string, (steps: readonly Accepted[]) => unknown[]>> = {
  'a promise never pauses: it runs from the second it was made to its end': (steps) =>
    steps
      .flatMap(({ case: after, finishedClocks }) => [...after.context.clocks, ...finishedClocks])
      .filter(({ metric }) => metric === 'promise')
      .filter(({ startedAt, stoppedAt, runningSince, spans, elapsedSeconds }) =>
        stoppedAt === null
          ? runningSince !== startedAt || spans.length > 0
          : elapsedSeconds !== Math.floor((Math.max(stoppedAt, startedAt) - startedAt) / 1000),
      ),

  'a promise is due just when it was promised': (steps) =>
    steps.flatMap(({ case: { context } }) =>
      context.promises.filter(({ n, dueAt, endedAt }) => {
        const clock = context.clocks.find(({ metric, attempt }) => metric === 'promise' && attempt === n);
        return clock?.dueAt !== (endedAt === null ? dueAt : undefined);
      }),
    ),

  'exactly one clock lives for each matter that is open, by its number': (steps) =>
    steps.flatMap(({ case: { context } }) => {
      const owed = mattersOf(context).filter(({ isOpen }) => isOpen);
      const live = context.clocks.filter(({ metric }) => isParallel(metric));
      const says = live.map(({ metric, attempt, stoppedAt }) => `${metric} ${attempt} ${stoppedAt}`);
      const should = owed.map(({ metric, n }) => `${metric} ${n} null`);
      return says.join() === should.join() ? [] : [[says, should]];
    }),

  'no clock ends twice, or under the number of another': (steps) => {
    const ended = steps
      .flatMap(({ finishedClocks }) => finishedClocks)
      .map(({ metric, cycle, attempt }) => [metric, cycle, attempt].join(' '));
    return ended.filter((one, index) => ended.indexOf(one) !== index);
  },

  'numbers run 1, 2, 3, … in every list': (steps) => {
    const { consults, proposals, promises, compensations, extensions, callbacks } =
      steps.at(-1)!.case.context;
    return [consults, proposals, promises, compensations, extensions, callbacks].filter((list) =>
      (list as readonly { n: number }[]).some(({ n }, index) => n !== index + 1),
    );
  },

  'what each clock used is what its spans hold, once it has ended and while it lives': (steps) => {
    const { context } = steps.at(-1)!.case;
    const all = [...steps.flatMap(({ finishedClocks }) => finishedClocks), ...context.clocks];
    return all.filter((clock) => !explainClock(clock, context.lastEventAt, AGREED.book).agrees);
  },

  'a deadline names its number exactly where there may be several': (steps) =>
    deadlines(steps.at(-1)!.case).filter(
      ({ kind, metric, attempt }) =>
        (attempt !== undefined) !== (kind === 'callbackDue' || isParallel(metric)),
    ),

  'a mark of theirs moves no case': (steps) =>
    steps.filter(
      ({ entry }) => isParallel(entry.data['metric'] as Metric) && entry.toState !== entry.fromState,
    ),
};

describe('what runs side by side', () => {
  it('keeps its laws after any history', () => {
    let ended = 0;
    fc.assert(
      fc.property(moves, (list) => {
        const steps = historyOf(list);
        ended += steps.flatMap(({ finishedClocks }) => finishedClocks).filter(isTheirs).length;
        for (const [law, broken] of Object.entries(LAWS)) expect([law, broken(steps)]).toEqual([law, []]);
      }),
      { numRuns: 150 },
    );
    // The histories were worth the walk.
    expect(ended).toBeGreaterThan(50);
  });
});

function isTheirs({ metric }: Clock): boolean {
  return isParallel(metric);
}
