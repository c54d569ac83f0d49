/**
 * Two workers and one case: what one has begun to send just before the other looks is not covered by a newer message,
 * or the customer would read both, the newer one first.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { NotificationClaims } from '../../src/delivery/outbound/notification-claims.js';
import { SYSTEM_NOW } from '../../src/store/now.js';
import { writeHistory } from '../audit/history.js';
import { CASE_IDS } from '../audit/lives.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';

/** Any number. */
const GATE = 24_25;

let database: TestDatabase;
let pool: pg.Pool;
let gate: pg.Client;

beforeAll(async () => {
  database = await startTestDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  gate = new pg.Client({ connectionString: database.url });
  await gate.connect();
  await writeHistory(gate);
  // Two messages of one case are due. Whoever looks at customers waits at the gate, having taken its snapshot.
  await gate.query(`
    DELETE FROM notification_attempts; DELETE FROM notifications WHERE channel <> 'page';
    INSERT INTO notifications (case_id, seq, channel, key, params, dedupe_key, created_at, status, next_attempt_at)
    SELECT case_id, seq, 'email', key, params, 'd' || seq, created_at, 'pending', created_at FROM notifications
    WHERE channel = 'page' AND case_id = '${CASE_IDS.travelled}' ORDER BY seq LIMIT 2;
    INSERT INTO customers (id, name, grade, created_at, updated_at)
    SELECT customer_id, 'Somebody', 'standard', now(), now() FROM cases WHERE id = '${CASE_IDS.travelled}'
    ON CONFLICT DO NOTHING;
    ALTER TABLE customers RENAME TO customers_behind;
    CREATE FUNCTION at_the_gate() RETURNS boolean LANGUAGE plpgsql VOLATILE AS
      $$ BEGIN PERFORM pg_advisory_lock_shared(${GATE}); RETURN true; END $$;
    CREATE VIEW customers AS SELECT * FROM customers_behind WHERE at_the_gate()`);
});

afterAll(async () => {
  await pool.end();
  await gate.end();
  await database.drop();
});

async function untilSomebodyWaits(): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`;
  while ((await gate.query(waiting)).rowCount === 0);
}

it('leaves a message alone that another worker has begun to send since it looked', async () => {
  await gate.query(`SELECT pg_advisory_lock(${GATE})`);
  const claiming = new NotificationClaims(pool, SYSTEM_NOW, ['email']).claim(10, []);
  await untilSomebodyWaits();
  await gate.query(`UPDATE notifications SET attempts = 1, in_doubt = true, next_attempt_at = now() + interval '90 seconds'
    WHERE channel = 'email' AND seq = (SELECT min(seq) FROM notifications WHERE channel = 'email')`);
  await gate.query(`SELECT pg_advisory_unlock(${GATE})`);
  expect(await claiming).toEqual([]);
  const { rows } = await gate.query(`SELECT DISTINCT status FROM notifications WHERE channel = 'email'`);
  expect(rows).toEqual([{ status: 'pending' }]);
});
