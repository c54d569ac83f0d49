// A connection that ends in the very turn in which the pool hands it out: nobody has it yet, and the process must live.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { poolSettings } from '../../src/store/data-source.js';
import { runStatement } from '../../src/store/statement.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await startTestDatabase();
  pool = new pg.Pool(poolSettings({ url: database.url, poolSize: 1, applicationName: 'test' }));
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const ONE = { text: 'SELECT 1 AS one', values: [] };

describe('a connection', () => {
  it.each(['new', 'kept'])('that is %s may say that it ends before anybody has it', async () => {
    const survived = new Promise<boolean>((resolve) => {
      pool.once('acquire', (client) => {
        // After the pool has let go of it, and before whoever asked is told.
        process.nextTick(() => resolve(client.emit('error', new Error('terminating connection'))));
      });
    });
    const [rows] = await Promise.all([runStatement(pool, ONE), survived]);
    expect(rows).toEqual([{ one: 1 }]);
    expect(await survived).toBe(true);
  });
});
