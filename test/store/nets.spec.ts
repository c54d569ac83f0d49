import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { escalateTo, HOUR, MORNING, SALES, startTestEngine, type TestEngine } from '../support/engine.js';

describe('the database itself', () => {
  let house: TestEngine;
  let caseId: string;
  let owner: pg.Client;
  beforeAll(async () => {
    house = await startTestEngine();
    caseId = (await house.open()).id;
    await house.send(caseId, escalateTo('sales'));
    await house.send(caseId, { type: 'case.accept', actor: SALES });
    await house.loop.advanceTo(MORNING + HOUR);
    await house.send(caseId, escalateTo('logistics', SALES));
    owner = new pg.Client({ connectionString: house.url });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await house.close();
  });

  it.each([
    [
      'a case at level 3',
      `UPDATE cases SET level = 3, max_level = 3, state = 'waiting'`,
      /cases_(two_levels_at_most|max_level)/,
    ],
    ['a level that contradicts the state', `UPDATE cases SET level = 1`, /cases_level_fits_state/],
    [
      'a highest level below the present one',
      `UPDATE cases SET max_level = 1`,
      /cases_max_level_never_below/,
    ],
    ['an unknown state', `UPDATE cases SET state = 'level3.working'`, /cases_state_known/],
    [
      'an ended case with something due',
      `UPDATE cases SET terminal = true, next_due_at = now()`,
      /cases_nothing_due_when_ended/,
    ],
    [
      'a third escalation record',
      `INSERT INTO escalations SELECT case_id, 3, department, purpose, expected_outcome, by, at FROM escalations LIMIT 1`,
      /escalations_two_levels_at_most/,
    ],
    [
      'a second record of the same level',
      `INSERT INTO escalations SELECT * FROM escalations LIMIT 1`,
      /escalations_pkey/,
    ],
    [
      'a second entry with the same number',
      `INSERT INTO journal SELECT * FROM journal LIMIT 1`,
      /journal_pkey/,
    ],
    ['a journal entry at level 3', `UPDATE journal SET level_after = 3`, /journal_level_after_check/],
    [
      'a silence without a reason',
      `UPDATE journal SET customer_visible = false`,
      /journal_silence_has_a_reason/,
    ],
    [
      'an open task that is closed',
      `UPDATE tasks SET closed_at = now() WHERE state = 'open'`,
      /tasks_closed_when_over/,
    ],
  ])('refuses %s, even to its owner', async (_what, statement, constraint) => {
    await expect(owner.query(statement)).rejects.toThrow(constraint);
  });

  it.each([
    // What only grows: column by column nothing of it can be written, and nothing be put beneath or above it.
    ...Object.entries({
      journal: 'link',
      escalations: 'level',
      clocks: 'outcome',
      configuration: 'body',
    }).flatMap(([table, column]) => [
      `UPDATE ${table} SET ${column} = ${column}`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table}`,
      `ALTER TABLE ${table} ADD COLUMN x text`,
      `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
      `CREATE TRIGGER meddling BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
      `CREATE RULE meddling AS ON INSERT TO ${table} DO INSTEAD NOTHING`,
      `DROP TABLE ${table}`,
    ]),
    `INSERT INTO journal SELECT * FROM journal ON CONFLICT (case_id, seq) DO UPDATE SET data = '{}'`,
    'SELECT * FROM journal FOR UPDATE',
    'MERGE INTO journal j USING cases c ON c.id = j.case_id WHEN MATCHED THEN DELETE',
    `CREATE OR REPLACE FUNCTION journal_digest(salt bytea, actor_id text, principal text, command_key text, data jsonb)
       RETURNS bytea LANGUAGE sql RETURN salt`,
    'CREATE SCHEMA elsewhere',
    'CREATE TABLE public.elsewhere ()',
    'DELETE FROM cases',
    'UPDATE commands SET body = body',
    `INSERT INTO schema_migrations (timestamp, name) VALUES (1, 'x')`,
  ])('denies the application `%s`', async (statement) => {
    await expect(house.pool.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('denies the journal to the owner of another schema, who may do anything there', async () => {
    const role = `stranger_${new URL(house.url).pathname.slice(1)}`;
    await owner.query(`CREATE ROLE ${role}; CREATE SCHEMA theirs AUTHORIZATION ${role}; SET ROLE ${role}`);
    try {
      await owner.query('CREATE TABLE theirs.journal (case_id uuid)');
      await expect(owner.query('SELECT * FROM public.journal')).rejects.toThrow('permission denied');
      await expect(owner.query('UPDATE public.journal SET data = data')).rejects.toThrow('permission denied');
      await expect(owner.query('ALTER TABLE public.journal SET SCHEMA theirs')).rejects.toThrow(
        'must be owner',
      );
    } finally {
      await owner.query(`RESET ROLE; DROP SCHEMA theirs CASCADE; DROP ROLE ${role}`);
    }
  });

  it('shows each audit view with exactly the promised columns', async () => {
    const rows = await house.sql<{ name: string; columns: string }>(
      `SELECT c.relname AS name, string_agg(a.attname, ', ' ORDER BY a.attnum) AS columns FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
       WHERE c.relnamespace = 'audit'::regnamespace GROUP BY 1 ORDER BY 1`,
    );
    expect(Object.fromEntries(rows.map(({ name, columns }) => [name, columns]))).toEqual({
      attempt: 'notification_id, n, started_at, ended_at, result, code',
      case: 'case_id, number, state, level, revision, machine_version, owner_id, department, cycle, terminal',
      clock:
        'case_id, metric, cycle, attempt, target_seconds, elapsed_seconds, due_at, breached_at, detected_at, stopped_at, outcome',
      clock_span: 'case_id, metric, cycle, attempt, from_at, to_at',
      command: 'principal, idempotency_key, request_hash, status, case_id, recorded_at',
      deadline: 'case_id, kind, metric, due_at, fired_at, fired_seq',
      journal:
        'case_id, seq, event_id, type, from_state, to_state, level_after, actor_kind, actor_id, command_key, occurred_at, recorded_at, machine_version, customer_visible',
      notification:
        'id, case_id, seq, channel, dedupe_key, status, reason, covered_by, created_at, finished_at, attempts',
    });
  });

  it('lets every audit view be read, running and ended clocks included', async () => {
    const clocks = await house.sql(
      `SELECT metric, attempt, stopped_at IS NULL AS running FROM audit.clock WHERE case_id = $1 AND metric = 'olaWork' ORDER BY 2`,
      [caseId],
    );
    expect(clocks).toEqual([
      { metric: 'olaWork', attempt: 1, running: false },
      { metric: 'olaWork', attempt: 2, running: true },
    ]);
    for (const view of [
      'deadline',
      'clock_span',
      'attempt',
      'command',
      'notification',
      'journal',
      '"case"',
    ]) {
      await house.sql(`SELECT * FROM audit.${view}`);
    }
    const [spans] = await house.sql(
      `SELECT count(*) FILTER (WHERE to_at IS NULL) > 0 AS open, count(*) FILTER (WHERE to_at IS NOT NULL) > 0 AS closed
       FROM audit.clock_span WHERE case_id = $1`,
      [caseId],
    );
    expect(spans).toEqual({ open: true, closed: true });
  });
});
