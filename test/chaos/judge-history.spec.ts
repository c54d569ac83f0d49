/** The judge of histories: a clean one passes, and each lie, told once in a history that is clean otherwise, is named. */
import { describe, expect, it } from '@jest/globals';
import { reportOf, type FaultRow } from '../../scripts/chaos/check-history.js';
import { outcomeOf, type HistoryLine } from '../../scripts/chaos/history.js';
import { judgeHistory, type KeyedEntry } from '../../scripts/chaos/judge-history.js';
import { CASE, entry, line, read } from './hand-written.js';

const FAULT: FaultRow = {
  name: 'kill-node',
  injected: 1,
  effective: 1,
  acknowledged: 1,
  lost: 0,
  doubled: 0,
  late: 0,
  longestGapMs: 5,
};

function broken(lines: readonly HistoryLine[], entries: readonly KeyedEntry[]): [string, string][] {
  return judgeHistory(lines, entries)
    .verdicts.filter(({ violations }) => violations > 0)
    .map(({ invariant, promise }) => [invariant, promise]);
}

/** Two commands, a retry that was needed, one that was answered by the first attempt after all, a refusal and reads. */
const CLEAN_LINES: readonly HistoryLine[] = [
  line(1),
  line(2, { key: 'chaos-2', outcome: 'info', status: 503 }),
  line(3, { key: 'chaos-2', revision: 2, retryOf: 2 }),
  line(4, { key: 'chaos-4', outcome: 'info' }),
  line(5, { key: 'chaos-5', outcome: 'fail', status: 412, ifMatch: 1 }),
  read(6, 3),
  line(7, { key: 'chaos-1', revision: 1, retryOf: 1 }),
  line(8, { key: 'chaos-8', principal: 'service', revision: 1, caseId: 'case-2', path: '/api/v1/cases' }),
  line(9, {
    key: 'chaos-1',
    path: `/api/v1/cases/${CASE}/messages`,
    outcome: 'fail',
    status: 422,
    retryOf: 1,
  }),
];
const CLEAN_ENTRIES: readonly KeyedEntry[] = [
  entry(1),
  entry(2),
  entry(3, { key: 'chaos-4' }),
  entry(1, { caseId: 'case-2', principal: 'service', key: 'chaos-8' }),
  entry(4, { principal: 'system', key: 'undeliverable' }),
];

/** [the lie, lines, entries, invariant and promise that are named] */
const LIES: [string, readonly HistoryLine[], readonly KeyedEntry[], string, string][] = [
  [
    'an acknowledged command that left nothing',
    [line(1)],
    [],
    'I1',
    'every acknowledged command is in the journal',
  ],
  [
    'one command that was done twice',
    [line(1)],
    [entry(1), entry(2, { key: 'chaos-1' })],
    'I1',
    'no command is in the journal twice',
  ],
  [
    'a command that nobody knew of, done twice',
    [line(1, { outcome: 'info' })],
    [entry(1), entry(2, { key: 'chaos-1' })],
    'I1',
    'no command is in the journal twice',
  ],
  [
    'a refused command that was done',
    [line(1, { outcome: 'fail' })],
    [entry(1)],
    'I1',
    'no refused command is in the journal',
  ],
  ['an entry that nobody asked for', [], [entry(1)], 'I1', 'every entry under a key was asked for'],
  [
    'an answer with another revision than its entry',
    [line(1, { revision: 2 })],
    [entry(1)],
    'I1',
    'an acknowledgement names the case and revision that its entry has',
  ],
  [
    'an answer with another case than its entry',
    [line(1, { caseId: 'case-2' })],
    [entry(1)],
    'I1',
    'an acknowledgement names the case and revision that its entry has',
  ],
  [
    'a later command with an earlier place',
    [line(1, { revision: 2 }), line(2, { revision: 1 })],
    [entry(2, { key: 'chaos-1' }), entry(1, { key: 'chaos-2' })],
    'I2',
    'what was acknowledged first comes first, and no answer shows an older revision',
  ],
  [
    'a read that does not show what was acknowledged before it',
    [line(1), line(2), read(3, 1)],
    [entry(1), entry(2)],
    'I2',
    'what was acknowledged first comes first, and no answer shows an older revision',
  ],
  [
    'two winners from one revision',
    [
      line(2, { ifMatch: 1, invokedAt: 0, completedAt: 50 }),
      line(3, { ifMatch: 1, revision: 3, invokedAt: 0, completedAt: 50 }),
    ],
    [entry(2), entry(3)],
    'I6',
    'from one revision at most one command wins, and makes the next one',
  ],
  [
    'a command from one revision that made another than the next',
    [line(5, { ifMatch: 1 })],
    [entry(5)],
    'I6',
    'from one revision at most one command wins, and makes the next one',
  ],
  [
    'two answers under one key',
    [line(1), line(2, { key: 'chaos-1', revision: 1, bodyHash: 'another', retryOf: 1 })],
    [entry(1)],
    'I13',
    'one key always has one answer',
  ],
  [
    'a refusal after the acknowledgement',
    [line(1), line(2, { key: 'chaos-1', outcome: 'fail', status: 409, retryOf: 1 })],
    [entry(1)],
    'I13',
    'one key always has one answer',
  ],
  [
    'another request that is served under a used key',
    [line(1), line(2, { key: 'chaos-1', path: '/other', revision: 1, retryOf: 1 })],
    [entry(1)],
    'I13',
    'another request under a used key is refused',
  ],
  [
    'an internal error',
    [line(1, { outcome: 'info', status: 500 })],
    [],
    'I16',
    'no answer is an internal error',
  ],
  [
    'an acknowledged case that is not there',
    [line(1), read(2, null, { outcome: 'fail', status: 404 })],
    [entry(1)],
    'I17',
    'a case that was acknowledged is found',
  ],
];

describe('judging a history', () => {
  it('finds nothing in a clean one', () => {
    expect(broken(CLEAN_LINES, CLEAN_ENTRIES)).toEqual([]);
    expect(judgeHistory(CLEAN_LINES, CLEAN_ENTRIES).acknowledged).toBe(3);
  });

  it.each(LIES)('names %s', (_lie, lines, entries, invariant, promise) => {
    expect(broken(lines, entries)).toEqual([[invariant, promise]]);
  });

  it('lets commands that were under way together come in either order', () => {
    const lines = [line(1, { revision: 2, completedAt: 25 }), line(2, { revision: 1 })];
    expect(broken(lines, [entry(2, { key: 'chaos-1' }), entry(1, { key: 'chaos-2' })])).toEqual([]);
  });

  it('counts an operation from its first attempt, so that a late replay is no step back', () => {
    const lines = [
      line(1, { outcome: 'info' }),
      line(2),
      line(3, { key: 'chaos-1', revision: 1, retryOf: 1 }),
    ];
    expect(broken(lines, [entry(1), entry(2)])).toEqual([]);
  });
});

describe('the verdict over a run', () => {
  const report = (minAcknowledged: number, faults: readonly FaultRow[]) => {
    const judged = judgeHistory(CLEAN_LINES, CLEAN_ENTRIES);
    return reportOf(CLEAN_LINES, judged, judged.verdicts, faults, { minAcknowledged });
  };

  it('is good for a clean run with an effective fault', () => {
    expect(report(3, [FAULT])).toMatchObject({
      passed: true,
      acknowledged: 3,
      refused: 1,
      unknown: 1,
      longestGapMs: 50,
      worthless: [],
    });
  });

  it.each([
    ['too few commands were acknowledged', 4, [FAULT], 'only 3 commands were acknowledged, 4 are needed'],
    [
      'a fault had no effect',
      3,
      [{ ...FAULT, effective: 0 }],
      'kill-node was injected 1 times and never had an effect',
    ],
    ['there was no fault', 3, [], 'no fault was injected'],
  ])('is bad when %s', (_why, minAcknowledged, faults, sentence) => {
    expect(report(minAcknowledged, faults)).toMatchObject({ passed: false, worthless: [sentence] });
  });
});

describe('what an answer says about a command', () => {
  it.each([
    [201, null, 'ok'],
    [412, 'revision-stale', 'fail'],
    [409, 'not-allowed-in-state', 'fail'],
    [409, 'idempotency-key-in-progress', 'info'],
    [503, 'unavailable', 'info'],
    [500, null, 'info'],
    [null, null, 'info'],
  ] as const)('takes %s %s for %s', (status, code, outcome) => {
    expect(outcomeOf(status, code)).toBe(outcome);
  });
});
