/** Reading a log, measuring it, and telling a difference when there is one. */
import { describe, expect, it } from '@jest/globals';
import { differencesBetween, expectationsFrom } from '../../scripts/replay/expectations.js';
import { mappingProblems } from '../../scripts/replay/mapping.js';
import {
  type JournalRow,
  measure,
  standingsOfJournal,
  standingsOfLog,
} from '../../scripts/replay/measures.js';
import { LogError, toLog } from '../../scripts/replay/read-log.js';
import { configure, runReplay } from '../../scripts/replay/replay-run.js';
import { judge } from '../../scripts/replay/verdict.js';
import { PureProduct } from './pure-product.js';
import { type Line, SMALL_MAPPING, smallLog, smallRows } from './small-logs.js';

const HOUR = 3600;

function figures(...lines: Line[]) {
  const [only] = smallLog(lines).cases;
  if (!only) throw new Error('the log was skipped');
  return measure(standingsOfLog(only));
}

describe('the measures of a case', () => {
  it('count a climb, a fall and the highest level between consecutive standings', () => {
    expect(figures(['handling', 0], ['queued', 2], ['handling', 1], ['closed', 0])).toMatchObject({
      maxLevel: 2,
      movesUp: 1,
      movesDown: 2,
      end: 'closed',
    });
  });

  it('count no climb for a case that begins above the front line', () => {
    expect(figures(['handling', 1])).toMatchObject({ maxLevel: 1, movesUp: 0 });
  });

  it('count a reopening when a case is open after an end, not when one end follows another', () => {
    expect(figures(['resolved', 0], ['closed', 0], ['resolved', 0], ['handling', 0])).toMatchObject({
      reopened: 1,
      resolutions: 1,
      end: 'open',
    });
  });

  it('add up completed waits and holds of several lines, and nothing for one that never ends', () => {
    expect(
      figures(
        ['waiting', 0],
        ['waiting', 1],
        ['handling', 1],
        ['onHold', 1],
        ['handling', 1],
        ['waiting', 1],
      ),
    ).toMatchObject({ waitingSeconds: 2 * HOUR, onHoldSeconds: HOUR, end: 'waiting' });
  });
});

describe('a journal read for comparison', () => {
  const at = (hour: number) => new Date(hour * HOUR * 1000).toISOString();
  const row = (seq: number, type: string, toState: string, level: number, hour: number): JournalRow => ({
    seq,
    type,
    toState,
    level,
    occurredAt: at(hour),
  });

  it('counts what stands at the end of an instant, not the steps on the way there', () => {
    const rows = [
      row(1, 'case.opened', 'received', 0, 1),
      row(2, 'case.started', 'frontline.working', 0, 1),
      row(3, 'case.escalated', 'level1.dispatched', 1, 1),
      row(4, 'case.accepted', 'level1.working', 1, 1),
      row(5, 'case.resolved', 'resolved', 1, 2),
      row(6, 'case.confirmed', 'closed', 1, 2),
    ];
    expect(measure(standingsOfJournal(rows))).toMatchObject({
      maxLevel: 1,
      movesUp: 0,
      resolutions: 1,
      end: 'closed',
    });
  });

  it('ends a hold with its release, or with any move away', () => {
    const rows = [
      row(1, 'case.held', 'frontline.working', 0, 1),
      row(2, 'case.released', 'frontline.working', 0, 3),
      row(3, 'case.held', 'frontline.working', 0, 4),
      row(4, 'case.noted', 'frontline.working', 0, 5),
      row(5, 'case.escalated', 'level1.dispatched', 1, 6),
    ];
    expect(measure(standingsOfJournal(rows)).onHoldSeconds).toBe(4 * HOUR);
  });
});

describe('the verdict on a replay', () => {
  const lines: Line[] = [
    ['handling', 0],
    ['waiting', 0],
    ['handling', 1],
    ['closed', 1],
  ];
  const oracleMapping = {
    ...SMALL_MAPPING,
    oracle: {
      file: 'oracle.json',
      maxLevel: 'max',
      movesUp: 'up',
      movesDown: 'down',
      reopened: 'reopened',
      waitingSeconds: 'wait',
      onHoldSeconds: 'hold',
      final: 'final',
    },
  };
  const truth = { max: 1, up: 1, down: 0, reopened: 0, wait: HOUR, hold: 0, final: 'closed' };

  async function verdictAgainst(oracle: Record<string, unknown>) {
    const log = smallLog(lines);
    const product = new PureProduct();
    await configure(product, SMALL_MAPPING);
    const run = await runReplay(product, SMALL_MAPPING, log.cases, {
      concurrency: 1,
      keyPrefix: 'r',
      progress: () => {},
    });
    const expectations = expectationsFrom(log, oracleMapping, { c1: oracle });
    return { expectations, verdict: await judge(product, run, expectations, ['c1'], 1, () => {}) };
  }

  it('finds nothing where product and oracle agree', async () => {
    const { verdict, expectations } = await verdictAgainst(truth);
    expect(verdict).toMatchObject({ equal: 1, mismatches: [] });
    expect(expectations.disputed).toEqual([]);
  });

  it.each([
    ['max', 2, 'maxLevel 2 expected, 1 found'],
    ['up', 3, 'movesUp 3 expected, 1 found'],
    ['down', 1, 'movesDown 1 expected, 0 found'],
    ['reopened', 1, 'reopened 1 expected, 0 found'],
    ['wait', 7, `waitingSeconds 7 expected, ${HOUR} found`],
    ['hold', 9, 'onHoldSeconds 9 expected, 0 found'],
    ['final', 'resolved', 'end resolved expected, closed found'],
  ])(
    'names the difference, and the dispute, when the oracle says otherwise about %s',
    async (name, value, words) => {
      const { verdict, expectations } = await verdictAgainst({ ...truth, [name]: value });
      expect(verdict.mismatches).toEqual([{ caseId: 'c1', id: 'case-1', differences: [words] }]);
      expect(expectations.disputed).toEqual([{ id: 'c1', differences: [words] }]);
    },
  );

  it('reads a journal to its end, however many pages it has', async () => {
    const long: Line[] = Array.from({ length: 130 }, (_, index): Line => [
      index % 2 ? 'waiting' : 'handling',
      0,
    ]);
    const log = smallLog(long);
    const product = new PureProduct();
    await configure(product, SMALL_MAPPING);
    const run = await runReplay(product, SMALL_MAPPING, log.cases, {
      concurrency: 1,
      keyPrefix: 'r',
      progress: () => {},
    });
    const expectations = expectationsFrom(log, SMALL_MAPPING, null);
    const verdict = await judge(product, run, expectations, ['c1'], 1, () => {});
    expect(verdict).toEqual({ equal: 1, mismatches: [], journalRows: 131 });
  });

  it('names a case that the product knows nothing of', async () => {
    const log = smallLog(lines);
    const run = { ids: new Map<string, string>(), faults: [], commands: {}, clockMoves: 0 };
    const verdict = await judge(
      new PureProduct(),
      run,
      expectationsFrom(log, SMALL_MAPPING, null),
      ['c1'],
      1,
      () => {},
    );
    expect(verdict.mismatches[0]?.differences).toEqual(['the product has no journal of it']);
  });

  it('compares every figure', () => {
    const all = figures(...lines);
    const other = { ...all, resolutions: 7, end: 'open' as const };
    expect(differencesBetween(all, other)).toEqual([
      'resolutions 1 expected, 7 found',
      'end closed expected, open found',
    ]);
  });
});

describe('a log read through its mapping', () => {
  it('takes a level from the column, from the state, or from the line before', () => {
    const levels = smallLog([
      ['handling', 2],
      ['same level', 0],
      ['second line', 0],
    ]).cases[0]?.events.map(({ target }) => target.level);
    expect(levels).toEqual([2, 2, 1]);
  });

  it('leaves out lines that say nothing, and keeps counting them', () => {
    expect(
      smallLog([
        ['handling', 0],
        ['remark', 0],
        ['closed', 0],
      ]).cases[0]?.events.map(({ seq }) => seq),
    ).toEqual([1, 3]);
  });

  it('keeps the offset of a local time', () => {
    const [row] = smallRows([['handling', 0]]);
    const log = toLog([{ ...row, at: '2010-03-31T15:59:42+01:00' }], SMALL_MAPPING);
    expect(new Date(log.cases[0]?.events[0]?.at ?? 0).toISOString()).toBe('2010-03-31T14:59:42.000Z');
  });

  it('refuses a local time without an offset', () => {
    const [row] = smallRows([['handling', 0]]);
    expect(() => toLog([{ ...row, at: '2010-03-31T15:59:42' }], SMALL_MAPPING)).toThrow(LogError);
  });

  it('refuses a state that the mapping does not know', () => {
    const [row] = smallRows([['handling', 0]]);
    expect(() => toLog([{ ...row, state: 'lost' }], SMALL_MAPPING)).toThrow('unknown state "lost"');
  });

  it.each([
    ['level-beyond-two', [['handling', 3]]],
    [
      'goes-on-after-withdrawal',
      [
        ['withdrawn', 0],
        ['handling', 0],
      ],
    ],
    ['says-nothing', [['remark', 0]]],
  ] as [string, Line[]][])('sets a case aside as %s', (reason, lines) => {
    expect(smallLog(lines).skipped).toEqual([{ id: 'c1', reason }]);
  });

  it('sets a case aside whose log goes back in time', () => {
    const rows = smallRows([
      ['handling', 0],
      ['closed', 0],
    ]).reverse();
    expect(toLog(rows, SMALL_MAPPING).skipped).toEqual([{ id: 'c1', reason: 'out-of-order' }]);
  });
});

describe('a mapping file', () => {
  it('is accepted when it has all it needs', () => {
    expect(mappingProblems(SMALL_MAPPING)).toEqual([]);
  });

  it.each([
    ['no object', [], 'is no JSON object'],
    ['no states', { ...SMALL_MAPPING, states: undefined, log: SMALL_MAPPING.log }, null],
    [
      'an unknown standing',
      { ...SMALL_MAPPING, states: { x: { to: 'lost', level: 0 } } },
      'states.x.to must be one of',
    ],
    [
      'a level above 2',
      { ...SMALL_MAPPING, states: { x: { to: 'queued', level: 3 } } },
      'states.x.level is not a level rule',
    ],
    [
      'no level column',
      { ...SMALL_MAPPING, log: { ...SMALL_MAPPING.log, level: undefined } },
      'wants log.level',
    ],
    [
      'no fallback department',
      { ...SMALL_MAPPING, departments: [{ level: 1, department: 'x' }] },
      'for level 2',
    ],
  ])('is refused with %s', (_title, value, words) => {
    const json = JSON.parse(JSON.stringify(value)) as unknown;
    expect(mappingProblems(json).join('; ')).toContain(words ?? 'lacks "states"');
  });
});
