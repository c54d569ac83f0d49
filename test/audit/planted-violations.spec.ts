/**
 * The audit against a true history, and against the same history with one lie planted by a superuser. A check that
 * cannot fail proves nothing, so each must name its lie: the case, and the entry where there is one.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { auditWithin, runAudit } from '../../scripts/audit/run-audit.js';
import { auditTable } from '../../scripts/audit/table.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { writeAnswer, writeHistory } from './history.js';
import { CASE_IDS } from './lives.js';
import { PLANTED_CHAIN } from './planted-chain.js';
import { PLANTED_CLOCKS } from './planted-clocks.js';
import { PLANTED_COMMANDS } from './planted-commands.js';
import { PLANTED_PAYMENTS } from './planted-payments.js';

const quiet = { check: () => undefined, folded: () => undefined, timed: () => undefined };
const { travelled, waiting, resolved, arbitrated, withdrawn, merged, sealed, fresh, promised } = CASE_IDS;

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await startTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await writeHistory(client);
});

// Whatever a test plants, constraints dropped for it included, is gone with its transaction.
beforeEach(() => client.query('BEGIN'));
afterEach(() => client.query('ROLLBACK'));

afterAll(async () => {
  await client.end();
  await database.drop();
});

interface Named {
  case: string | null;
  seq: number | null;
  detail: string | undefined;
}

/** Checks that are broken now: promise → what is named first. */
async function brokenPromises(): Promise<Record<string, Named>> {
  const report = await auditWithin(client, quiet);
  const broken = report.checks.filter(({ violations }) => violations > 0);
  return Object.fromEntries(
    broken.map(({ promise, first }) => [
      promise,
      { case: first?.caseId ?? null, seq: first?.seq ?? null, detail: first?.detail },
    ]),
  );
}

/** [what is planted, the SQL, the promise that must break, the case and seq that must be named] */
const PLANTED: [string, string, string, string | null, number | null][] = [
  [
    'a level 3 in the journal',
    `ALTER TABLE journal DROP CONSTRAINT journal_level_after_check;
     UPDATE journal SET level_after = 3 WHERE case_id = '${travelled}' AND seq = 9`,
    'every level is 0, 1 or 2',
    travelled,
    9,
  ],
  [
    'a second record of a level',
    `ALTER TABLE escalations DROP CONSTRAINT escalations_pkey;
     INSERT INTO escalations SELECT * FROM escalations WHERE case_id = '${travelled}' AND level = 2`,
    'one escalation record at most per case and level',
    travelled,
    null,
  ],
  [
    'a second record of a level inside the case',
    `UPDATE cases SET context = jsonb_set(context, '{escalations,9}', context->'escalations'->0) WHERE id = '${travelled}'`,
    'one escalation record at most per case and level',
    travelled,
    17,
  ],
  [
    'an escalation record that vanished',
    `DELETE FROM escalations WHERE case_id = '${travelled}' AND level = 2`,
    'a case has an escalation record of just the levels that its journal reaches',
    travelled,
    9,
  ],
  [
    'an escalation record of a level never reached',
    `INSERT INTO escalations SELECT '${waiting}', level, department, purpose, expected_outcome, by, at
     FROM escalations WHERE case_id = '${withdrawn}'`,
    'a case has an escalation record of just the levels that its journal reaches',
    waiting,
    null,
  ],
  [
    'a journal that vanished',
    `DELETE FROM journal WHERE case_id = '${waiting}'`,
    'every case has a journal, and every journal a case',
    waiting,
    null,
  ],
  [
    'a case that vanished',
    `DELETE FROM cases WHERE id = '${waiting}'`,
    'every case has a journal, and every journal a case',
    waiting,
    1,
  ],
  [
    'an entry that vanished',
    `DELETE FROM journal WHERE case_id = '${travelled}' AND seq = 7`,
    'seq runs 1, 2, 3, … to the revision, without a gap',
    travelled,
    17,
  ],
  [
    'a revision that is ahead',
    `UPDATE cases SET revision = revision + 1 WHERE id = '${resolved}'`,
    'seq runs 1, 2, 3, … to the revision, without a gap',
    resolved,
    3,
  ],
  [
    'a time of recording that goes back',
    `UPDATE journal SET recorded_at = recorded_at - interval '2 hours' WHERE case_id = '${travelled}' AND seq = 5`,
    'recorded_at never goes back within a case, nor does occurred_at',
    travelled,
    5,
  ],
  [
    'a time of occurrence that goes back',
    `UPDATE journal SET occurred_at = occurred_at - interval '2 hours' WHERE case_id = '${travelled}' AND seq = 5`,
    'recorded_at never goes back within a case, nor does occurred_at',
    travelled,
    5,
  ],
  [
    'an entry that begins elsewhere',
    `UPDATE journal SET from_state = 'level1.dispatched' WHERE case_id = '${travelled}' AND seq = 5`,
    'every entry begins in the state in which the one before it ended',
    travelled,
    5,
  ],
  [
    'a move that nobody published',
    `UPDATE journal SET type = 'case.confirmed' WHERE case_id = '${travelled}' AND seq = 3`,
    'every move (type, from, to) is in the published table',
    travelled,
    3,
  ],
  [
    'a case that stands elsewhere than its journal says',
    `UPDATE cases SET state = 'received' WHERE id = '${waiting}'`,
    'a case stands where its last entry left it',
    waiting,
    5,
  ],
  [
    'a notification that vanished',
    `DELETE FROM notifications WHERE case_id = '${travelled}' AND seq = 4`,
    'every customer-visible entry has exactly one notification per channel, every other none',
    travelled,
    4,
  ],
  [
    'a second notification of one entry',
    `ALTER TABLE notifications DROP CONSTRAINT notifications_pkey;
     INSERT INTO notifications SELECT * FROM notifications WHERE case_id = '${travelled}' AND seq = 4`,
    'every customer-visible entry has exactly one notification per channel, every other none',
    travelled,
    4,
  ],
  [
    'a notification of an internal note',
    `INSERT INTO notifications SELECT case_id, 3, channel, key, params, status, reason, covered_by, 'd', created_at,
       next_attempt_at, finished_at, attempts FROM notifications WHERE case_id = '${waiting}' AND seq = 2`,
    'every customer-visible entry has exactly one notification per channel, every other none',
    waiting,
    3,
  ],
  [
    'a suppression without a reason',
    `UPDATE notifications SET status = 'suppressed' WHERE case_id = '${travelled}' AND seq = 4`,
    'every notification ends delivered, suppressed for a reason, failed after trying, or covered by a later one',
    travelled,
    4,
  ],
  [
    'a failure without a try',
    `UPDATE notifications SET status = 'failed' WHERE case_id = '${travelled}' AND seq = 4`,
    'every notification ends delivered, suppressed for a reason, failed after trying, or covered by a later one',
    travelled,
    4,
  ],
  [
    'a message covered by one that does not exist',
    `UPDATE notifications SET status = 'covered', covered_by = 99 WHERE case_id = '${travelled}' AND seq = 4`,
    'every notification ends delivered, suppressed for a reason, failed after trying, or covered by a later one',
    travelled,
    4,
  ],
  [
    'a message that still waits after weeks',
    `UPDATE notifications SET status = 'pending', finished_at = NULL, next_attempt_at = created_at
     WHERE case_id = '${sealed}' AND seq = 1`,
    'every notification ends delivered, suppressed for a reason, failed after trying, or covered by a later one',
    sealed,
    1,
  ],
  [
    'a clock that runs on after the solution',
    `UPDATE cases SET context = jsonb_set(context, '{clocks}', '[{"metric": "firstResponse", "runningSince": 1, "spans": []}]')
     WHERE id = '${resolved}'`,
    'no clock but that of a promise runs in an ended, resolved or waiting case',
    resolved,
    3,
  ],
  [
    'a clock that runs while the customer is asked',
    `UPDATE cases SET context = jsonb_set(context, '{clocks}', '[{"metric": "resolution", "runningSince": 1, "spans": []}]')
     WHERE id = '${waiting}'`,
    'no clock but that of a promise runs in an ended, resolved or waiting case',
    waiting,
    5,
  ],
  [
    'a wait without its end',
    `UPDATE cases SET deadlines = '[]', next_due_at = NULL WHERE id = '${waiting}'`,
    'every open case is in a published state, with the task or deadline that leads on from there',
    waiting,
    5,
  ],
  [
    'a department’s task that vanished',
    `DELETE FROM tasks WHERE case_id = '${travelled}' AND state = 'accepted'`,
    'every open case is in a published state, with the task or deadline that leads on from there',
    travelled,
    17,
  ],
  [
    'an arbitration that no manager sees',
    `UPDATE tasks SET state = 'done', closed_at = now() WHERE case_id = '${arbitrated}'`,
    'every open case is in a published state, with the task or deadline that leads on from there',
    arbitrated,
    6,
  ],
  [
    'a task left over at the front line',
    `INSERT INTO tasks SELECT '${fresh}', key, kind, department, assignee_id, 'open', created_at, due_at, updated_at, NULL, priority
     FROM tasks WHERE case_id = '${arbitrated}' AND kind = 'handle' LIMIT 1`,
    'every open case is in a published state, with the task or deadline that leads on from there',
    fresh,
    1,
  ],
  [
    'a state that nobody published',
    `ALTER TABLE cases DROP CONSTRAINT cases_state_known; UPDATE cases SET state = 'lost' WHERE id = '${fresh}'`,
    'every open case is in a published state, with the task or deadline that leads on from there',
    fresh,
    1,
  ],
  [
    'a task left over in a withdrawn case',
    `UPDATE tasks SET state = 'open', closed_at = NULL WHERE case_id = '${withdrawn}'`,
    'an ended case has neither deadline nor unfinished task',
    withdrawn,
    4,
  ],
  [
    'a deadline left over in a merged case',
    `UPDATE cases SET deadlines = '[{"kind": "holdReview", "metric": null, "dueAt": 1}]' WHERE id = '${merged}'`,
    'an ended case has neither deadline nor unfinished task',
    merged,
    3,
  ],
  [
    'a deadline that the due loop would miss',
    `UPDATE cases SET next_due_at = next_due_at + interval '1 day' WHERE id = '${resolved}'`,
    'the due loop looks at the earliest deadline of every case',
    resolved,
    3,
  ],
  [
    'an entry out of turn, seen by folding',
    `DELETE FROM journal WHERE case_id = '${travelled}' AND seq = 7`,
    'folding: each entry follows the one before it',
    travelled,
    8,
  ],
  [
    'a reply that leads elsewhere than where it was asked, seen by folding',
    `UPDATE journal SET to_state = 'level2.working' WHERE case_id = '${travelled}' AND seq = 6`,
    'folding: each move is published, and goes back only to where it came from',
    travelled,
    6,
  ],
  [
    'a reopening that leads elsewhere than where it was solved, seen by folding',
    `UPDATE journal SET to_state = 'frontline.working' WHERE case_id = '${travelled}' AND seq = 17`,
    'folding: each move is published, and goes back only to where it came from',
    travelled,
    17,
  ],
  [
    'a level that does not follow, seen by folding',
    `UPDATE journal SET level_after = 0 WHERE case_id = '${travelled}' AND seq = 9`,
    'folding: each level follows from the state',
    travelled,
    9,
  ],
  [
    'a state that does not come out, seen by folding',
    `UPDATE cases SET state = 'frontline.returned' WHERE id = '${waiting}'`,
    'folding: state, level and revision come out as in the case',
    waiting,
    5,
  ],
  [
    'a case that ended for good too early',
    `UPDATE cases SET terminal = true, next_due_at = NULL WHERE id = '${resolved}'`,
    'folding: a case is terminal just when it ended for good',
    resolved,
    3,
  ],
  [
    'a promise that runs on in a case that ended for good',
    `UPDATE cases SET terminal = true, next_due_at = NULL WHERE id = '${promised}'`,
    'no clock but that of a promise runs in an ended, resolved or waiting case',
    promised,
    9,
  ],
  [
    'an owner whom nobody named',
    `UPDATE cases SET owner_id = 'mallory' WHERE id = '${travelled}'`,
    'folding: the owner comes out as in the case, and is there after the start',
    travelled,
    17,
  ],
  [
    'a start that names nobody',
    `UPDATE journal SET data = '{}' WHERE case_id = '${resolved}' AND seq = 2`,
    'folding: the owner comes out as in the case, and is there after the start',
    resolved,
    2,
  ],
];

describe('the audit', () => {
  it('finds nothing in a history that is true, and counts what it read', async () => {
    await writeAnswer(client, 'anna', 'refused', 409, resolved, null, new Date().toISOString());
    await writeAnswer(client, 'anna', 'elsewhere', 200, null, null, new Date().toISOString());
    expect(await brokenPromises()).toEqual({});
    const report = await auditWithin(client, quiet);
    expect(report).toMatchObject({ cases: 11, entries: 67 });
    expect(auditTable(report, 'a test')).toContain(`All ${report.checks.length} checks hold`);
  });

  it.each([...PLANTED, ...PLANTED_COMMANDS, ...PLANTED_PAYMENTS])(
    'names %s',
    async (_what, sql, promise, caseId, seq) => {
      await client.query(sql);
      expect(await brokenPromises()).toMatchObject({ [promise]: { case: caseId, seq } });
    },
  );

  it.each(PLANTED_CHAIN)('tells from the chain %s', async (_what, sql, promise, caseId, seq, detail) => {
    await client.query(sql);
    expect(await brokenPromises()).toMatchObject({ [promise]: { case: caseId, seq, detail } });
  });

  it('has a planted violation for each of its checks', async () => {
    const promises = (await auditWithin(client, quiet)).checks.map(({ promise }) => promise);
    const all = [...PLANTED, ...PLANTED_COMMANDS, ...PLANTED_PAYMENTS, ...PLANTED_CLOCKS, ...PLANTED_CHAIN];
    const planted = all.map(([, , promise]) => promise);
    expect(new Set(planted)).toEqual(new Set(promises));
  });

  it('prints how many are broken, and where first', async () => {
    await client.query(`UPDATE cases SET owner_id = 'mallory'`);
    const table = auditTable(await auditWithin(client, quiet), 'a test');
    expect(table).toContain('11 broken');
    expect(table).toContain(`first: case ${travelled}, seq 17: comes out as bert; the case says mallory`);
  });

  it('can change nothing, even if it wanted to', async () => {
    await client.query('ROLLBACK');
    const meddling = runAudit(client, {
      ...quiet,
      check: () => void client.query('DELETE FROM tasks').catch(() => undefined),
    });
    await expect(meddling).rejects.toThrow('current transaction is aborted');
    await client.query('BEGIN');
    expect(await brokenPromises()).toEqual({});
  });
});
