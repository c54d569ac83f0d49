/** That writes which hang leave connections to whoever only reads, and which statements count as writes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { poolSettings } from '../../src/store/data-source.js';
import { runStatement } from '../../src/store/statement.js';
import { isWrite, WriteGate } from '../../src/store/write-gate.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';

describe('the gate for writes', () => {
  const POOL_SIZE = 4;
  let database: TestDatabase;
  let pool: pg.Pool;
  let holder: pg.Client;

  beforeAll(async () => {
    database = await startTestDatabase({ migrated: false });
    pool = new pg.Pool(
      poolSettings({ url: database.url, poolSize: POOL_SIZE, applicationName: 'write-gate' }),
    );
    // The database is dropped while goodbyes may still be under way.
    pool.on('error', () => undefined);
    holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('CREATE TABLE ledger (n integer)');
  });

  afterAll(async () => {
    await holder.end();
    await pool.end();
    await database.drop();
  });

  it('lets a reader read while more writes hang than there are connections', async () => {
    await holder.query('BEGIN; LOCK TABLE ledger IN SHARE MODE');
    const writes = Array.from({ length: 2 * POOL_SIZE }, (_, n) =>
      runStatement(pool, { text: 'INSERT INTO ledger VALUES ($1)', values: [n] }),
    );
    const read = await runStatement(pool, { text: 'SELECT count(*)::integer AS n FROM ledger', values: [] });
    await holder.query('ROLLBACK');
    await Promise.all(writes);
    const after = await runStatement(pool, { text: 'SELECT count(*)::integer AS n FROM ledger', values: [] });
    expect([read, after]).toEqual([[{ n: 0 }], [{ n: 2 * POOL_SIZE }]]);
  });

  it('hands a place on in the order in which writers came, and none twice', async () => {
    const gate = new WriteGate(1);
    const order: string[] = [];
    expect(gate.enter()).toBeNull();
    const waiting = ['second', 'third'].map(async (name) => {
      await gate.enter();
      order.push(name);
    });
    expect(order).toEqual([]);
    gate.leave();
    await waiting[0];
    expect(order).toEqual(['second']);
    gate.leave();
    await waiting[1];
    gate.leave();
    expect(gate.enter()).toBeNull();
  });

  it.each([
    ['SELECT id FROM cases WHERE updated_at > $1', false],
    ['WITH open AS (SELECT id FROM cases) SELECT * FROM open', false],
    ['INSERT INTO commands (principal) VALUES ($1)', true],
    ['WITH moved AS (UPDATE cases SET level = 1 RETURNING id) SELECT * FROM moved', true],
    ['DELETE FROM sessions WHERE id = $1', true],
    ['SELECT merged_into FROM customers WHERE id = $1 FOR UPDATE', true],
    ['SELECT id FROM tasks FOR NO KEY UPDATE SKIP LOCKED', true],
  ])('knows what %p is by its words', (text, expected) => {
    expect(isWrite({ text })).toBe(expected);
  });
});
