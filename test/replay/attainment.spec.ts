/** A small log with promises: what the replay says of how they were kept, and that it still follows the log. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AttainedCase,
  attainedCase,
  attainmentRows,
  attainmentText,
  type ClockRow,
  median,
  readClocks,
} from '../../scripts/replay/attainment.js';
import { expectationsFrom } from '../../scripts/replay/expectations.js';
import { HttpDoor } from '../../scripts/replay/http-door.js';
import { type Mapping, withAttainment } from '../../scripts/replay/mapping.js';
import type { JournalRow } from '../../scripts/replay/measures.js';
import { configure, runReplay } from '../../scripts/replay/replay-run.js';
import { judge } from '../../scripts/replay/verdict.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { SMALL_MAPPING, smallLog } from './small-logs.js';

const POLICY = '/api/v1/sla-policies/small';
const PLAYBOOK = '/api/v1/playbooks/small';
/** Lines of the small logs are an hour apart. */
const TWO_HOURS = { calendarSeconds: 2 * 3600 };

const PROMISED: Mapping = {
  ...SMALL_MAPPING,
  attainment: {
    configuration: [
      {
        path: POLICY,
        body: {
          calendar: '24x7',
          targets: { P4: { resolution: TWO_HOURS } },
          warnPercents: [],
          match: { category: ['small'] },
        },
      },
      {
        path: PLAYBOOK,
        body: { directLevel2: true, requiredFields: {}, evidenceRequired: false, breachClimbs: false },
      },
    ],
  },
};

const LOG = smallLog(
  // Met after one hour.
  [
    ['handling', 0],
    ['closed', 0],
  ],
  // Met: of three hours one was the customer's.
  [
    ['handling', 0],
    ['waiting', 0],
    ['handling', 1],
    ['closed', 1],
  ],
  // Breached after four hours; the breach itself moves nothing.
  [
    ['queued', 0],
    ['queued', 2],
    ['queued', 0],
    ['queued', 2],
    ['closed', 2],
  ],
  // Missed and never solved.
  [['handling', 0]],
  // Still open with an hour used, for the customer has not answered.
  [
    ['handling', 0],
    ['waiting', 0],
  ],
);

let app: TestApp;
let door: HttpDoor;

beforeAll(async () => {
  app = await startTestApp({ clockStart: '2010-03-31T00:00:00Z' });
  door = new HttpDoor(new URL(app.url), app.tokens, 4);
});

afterAll(async () => {
  door.close();
  await app.close();
});

describe('a replay with promises', () => {
  it('follows the log as without them, and tells how they were kept', async () => {
    const mapping = withAttainment(PROMISED);
    await configure(door, mapping);
    const options = { concurrency: 4, keyPrefix: 'attainment', progress: () => {} };
    const run = await runReplay(door, mapping, LOG.cases, options);
    const attained: AttainedCase[] = [];
    const witness = async (id: string, journal: readonly JournalRow[]): Promise<void> => {
      const one = attainedCase(journal, await readClocks(door, id));
      if (one) attained.push(one);
    };
    const ids = LOG.cases.map(({ id }) => id);
    const expectations = expectationsFrom(LOG, mapping, null);
    const verdict = await judge(door, run, expectations, ids, 4, () => {}, witness);
    expect(verdict).toMatchObject({ equal: 5, mismatches: [] });

    const [all, level0, level1, level2, never, once, twice, often] = attainmentRows(attained);
    expect(all).toMatchObject({ cases: 5, met: 2, breached: 2, open: 1, cancelled: 0, metPercent: 50 });
    expect(level0).toMatchObject({ cases: 3, met: 1, breached: 1, open: 1 });
    expect(level1).toMatchObject({ cases: 1, met: 1, medianUsedHours: 2 });
    expect(level2).toMatchObject({ cases: 1, breached: 1, medianUsedHours: 4, metPercent: 0 });
    expect(never).toMatchObject({ of: 'hand-overs 0', cases: 3 });
    expect(once).toMatchObject({ cases: 1, met: 1 });
    expect(twice).toMatchObject({ cases: 0, metPercent: null, medianUsedHours: null });
    expect(often).toMatchObject({ of: 'hand-overs 3+', cases: 1, breached: 1 });
  });
});

describe('attainment', () => {
  const row = (seq: number, type: string, toState: string, level: number): JournalRow => {
    return { seq, type, toState, level, occurredAt: new Date(seq * 3_600_000).toISOString() };
  };
  const clock = (over: Partial<ClockRow>): ClockRow => ({
    metric: 'resolution',
    cycle: 1,
    attempt: 1,
    stoppedAt: null,
    breachedAt: null,
    outcome: null,
    usedSeconds: 0,
    ...over,
  });

  it('counts a reroute as a hand-over, and lets the newest clock speak for the case', () => {
    const journal = [
      row(1, 'case.opened', 'received', 0),
      row(2, 'case.escalated', 'level1.dispatched', 1),
      row(3, 'case.rerouted', 'level1.dispatched', 1),
    ];
    const clocks = [
      clock({ cycle: 2, outcome: 'breached', usedSeconds: 9 }),
      clock({ outcome: 'met', usedSeconds: 5 }),
      clock({ metric: 'olaWork', cycle: 3, outcome: 'met' }),
    ];
    expect(attainedCase(journal, clocks)).toEqual({
      highestLevel: 1,
      handOvers: 2,
      kept: 'breached',
      usedSeconds: 9,
    });
    expect(attainedCase(journal, [])).toBeNull();
  });

  it('takes the mean of the middle two as the median of an even number', () => {
    expect([median([]), median([3]), median([9, 1]), median([9, 1, 2])]).toEqual([null, 3, 5, 2]);
  });

  it('prints a dash where there is nothing to divide', () => {
    const lines = attainmentText(attainmentRows([])).split('\n');
    expect(lines[1]).toMatch(/^all +0 +0 +0 +0 +0 +– +–$/);
    expect(lines).toHaveLength(9);
  });

  it('puts each promise in the place of the PUT with its path, and says when a mapping makes none', () => {
    const { configuration } = withAttainment(PROMISED);
    expect(configuration.map(({ path }) => path)).toEqual(
      SMALL_MAPPING.configuration.map(({ path }) => path),
    );
    expect(configuration.find(({ path }) => path === PLAYBOOK)?.body).toMatchObject({ breachClimbs: false });
    expect(() => withAttainment(SMALL_MAPPING)).toThrow('the mapping "small" has no "attainment" section');
  });
});
