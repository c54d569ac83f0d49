/**
 * A small log over real sockets, the real application and a real database: what the replay promises of a whole log,
 * in a second. Afterwards the audit must find the database sound.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { runAudit } from '../../scripts/audit/run-audit.js';
import { expectationsFrom } from '../../scripts/replay/expectations.js';
import { HttpDoor } from '../../scripts/replay/http-door.js';
import { configure, runReplay } from '../../scripts/replay/replay-run.js';
import { judge } from '../../scripts/replay/verdict.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { SMALL_MAPPING, smallLog } from './small-logs.js';

const LOG = smallLog(
  [
    ['handling', 0],
    ['queued', 1],
    ['handling', 1],
    ['waiting', 1],
    ['handling', 2],
    ['onHold', 2],
    ['handling', 1],
    ['resolved', 1],
    ['closed', 1],
    ['handling', 0],
    ['closed', 0],
  ],
  [
    ['queued', 0],
    ['queued', 2],
    ['queued', 0],
    ['queued', 2],
    ['queued', 1],
    ['resolved', 0],
    ['queued', 1],
    ['closed', 1],
    ['closed', 0],
  ],
  [
    ['waiting', 1],
    ['waiting', 2],
    ['onHold', 2],
    ['withdrawn', 2],
  ],
  [['queued', 2]],
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

async function replay() {
  const run = await runReplay(door, SMALL_MAPPING, LOG.cases, {
    concurrency: 4,
    keyPrefix: 'test',
    progress: () => {},
  });
  const ids = LOG.cases.map(({ id }) => id);
  const verdict = await judge(door, run, expectationsFrom(LOG, SMALL_MAPPING, null), ids, 4, () => {});
  return { run, verdict };
}

describe('a replay over HTTP', () => {
  it('leaves every case as its log says, and nothing twice when it is run again', async () => {
    await configure(door, SMALL_MAPPING);
    const first = await replay();
    expect(first.verdict).toMatchObject({ equal: 4, mismatches: [] });

    const again = await replay();
    expect(again.run.ids).toEqual(first.run.ids);
    expect(again.verdict).toEqual(first.verdict);
  });

  it('leaves a database in which the audit finds nothing broken', async () => {
    const client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    try {
      const { checks, cases } = await runAudit(client, {
        check: () => {},
        folded: () => {},
        timed: () => {},
      });
      expect(cases).toBe(4);
      expect(checks.filter(({ violations }) => violations > 0)).toEqual([]);
    } finally {
      await client.end();
    }
  });
});
