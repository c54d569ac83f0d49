/** The audit's clock checks against a true history with one lie planted: each must name its case and its metric. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { CheckResult } from '../../scripts/audit/check.js';
import { checkClocks } from '../../scripts/audit/clock-check.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { writeHistory } from './history.js';
import { CASE_IDS } from './lives.js';
import { PLANTED_CLOCKS, USED } from './planted-clocks.js';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await startTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await writeHistory(client);
});

beforeEach(() => client.query('BEGIN'));
afterEach(() => client.query('ROLLBACK'));

afterAll(async () => {
  await client.end();
  await database.drop();
});

async function broken(): Promise<CheckResult[]> {
  return (await checkClocks(client, () => undefined)).filter(({ violations }) => violations > 0);
}

describe('the audit of clocks', () => {
  it('finds nothing wrong with clocks that ran over nights, breaks, waits, holds and reopenings', async () => {
    let clocks = 0;
    await checkClocks(client, (done) => (clocks = done));
    expect(await broken()).toEqual([]);
    expect(clocks).toBe(Number((await client.query('SELECT count(*) FROM audit.clock')).rows[0].count));
  });

  it.each(PLANTED_CLOCKS)('names %s', async (_what, sql, promise, caseId, metric) => {
    await client.query(sql);
    const found = (await broken()).find((check) => check.promise === promise);
    expect(found?.first).toMatchObject({
      caseId,
      detail: expect.stringMatching(`^${metric} \\(cycle 1, attempt 1\\): `),
    });
  });

  // Received at 09:00 in Berlin, solved at 11:00, lunch from 10:40.
  it('says what it counted and what is stored', async () => {
    await client.query(
      `UPDATE clocks SET elapsed_seconds = 7 WHERE case_id = '${CASE_IDS.resolved}' AND metric = 'firstResponse'`,
    );
    expect((await broken()).find(({ promise }) => promise === USED)).toEqual({
      promise: USED,
      invariant: 4,
      violations: 1,
      first: {
        caseId: CASE_IDS.resolved,
        seq: null,
        detail: 'firstResponse (cycle 1, attempt 1): its spans hold 6000 s, it says 7 s',
      },
    });
  });

  it('lets the first response run through a wait where its policy says so', async () => {
    const clock = `context->'clocks'->0`;
    await client.query(`
      UPDATE configuration SET body = jsonb_set(body, '{firstResponsePausable}', 'false') WHERE kind = 'slaPolicy';
      UPDATE cases SET context = jsonb_set(jsonb_set(jsonb_set(context, '{clocks,0,spans}', '[]'),
        '{clocks,0,runningSince}', ${clock}->'startedAt'), '{clocks,0,elapsedSeconds}', '0')
      WHERE id = '${CASE_IDS.waiting}'`);
    const found = (await broken()).flatMap(({ first }) =>
      first?.caseId === CASE_IDS.waiting ? [first.detail] : [],
    );
    // The due time alone was not written with it.
    expect(found).toEqual(['firstResponse (cycle 1, attempt 1): it runs without due time']);
  });

  it('is content with either where the agreement changed on the way', async () => {
    await client.query(`
      UPDATE configuration SET body = jsonb_set(body, '{firstResponsePausable}', 'false') WHERE kind = 'slaPolicy';
      UPDATE journal SET type = 'case.regraded' WHERE type IN ('case.noted', 'case.handedOver', 'case.consulted')`);
    expect(await broken()).toEqual([]);
  });
});
