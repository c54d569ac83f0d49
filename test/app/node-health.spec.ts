/** Whether a node says in time that its database takes no writes, and what asking costs meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ProbedNodeHealth } from '../../src/app/node-health.js';
import type { Shutdown } from '../../src/app/shutdown.js';
import { poolSettings } from '../../src/store/data-source.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';

describe('the health of a node', () => {
  const WITHIN_MS = 50;
  const SERVING = { isStopping: false } as Shutdown;
  let database: TestDatabase;
  let pool: pg.Pool;
  let holder: pg.Client;
  let health: ProbedNodeHealth;

  beforeAll(async () => {
    database = await startTestDatabase();
    pool = new pg.Pool(poolSettings({ url: database.url, poolSize: 4, applicationName: 'node-health' }));
    // The database is dropped while goodbyes may still be under way.
    pool.on('error', () => undefined);
    holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    health = new ProbedNodeHealth(pool, SERVING, WITHIN_MS);
  });

  afterAll(async () => {
    await holder.end();
    await pool.end();
    await database.drop();
  });

  it('gives a write up that hangs, lets everybody share it, and recovers with it', async () => {
    const patient = new ProbedNodeHealth(pool, SERVING);
    await expect(patient.probeWrite()).resolves.toBeUndefined();
    await holder.query('BEGIN; LOCK TABLE commands IN SHARE MODE');
    const asked = await Promise.allSettled([health.probeWrite(), health.probeWrite(), health.probeWrite()]);
    expect(asked.map((each) => each.status === 'rejected' && each.reason)).toEqual(
      asked.map(() => expect.any(DependencyUnavailable)),
    );
    expect(pool.totalCount).toBe(1);
    await holder.query('ROLLBACK');
    await expect(patient.probeWrite()).resolves.toBeUndefined();
  });
});
