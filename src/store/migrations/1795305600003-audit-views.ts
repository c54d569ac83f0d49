/**
 * Schema `audit`: stable, read-only views for outside checkers and BI. Their names and columns are a promise
 * (api.md); the tables behind them are not.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Instants inside jsonb are epoch milliseconds; this is exact, to_timestamp(double) is not for far dates. */
const instant = (json: string): string =>
  `timestamptz 'epoch' + (${json})::bigint * interval '1 millisecond'`;

const RECORDS = `
CREATE SCHEMA audit;

CREATE VIEW audit."case" AS
SELECT id AS case_id, number, state, level, revision, machine_version, owner_id, department, cycle, terminal
FROM cases;

CREATE VIEW audit.journal AS
SELECT case_id, seq, case_id || '.' || seq AS event_id, type, from_state, to_state, level_after, actor_kind, actor_id,
  command_key, occurred_at, recorded_at, machine_version, customer_visible
FROM journal;

CREATE VIEW audit.notification AS
SELECT case_id || '.' || seq || '.' || channel AS id, case_id, seq, channel, dedupe_key, status, reason, covered_by,
  created_at, finished_at, attempts
FROM notifications;

CREATE VIEW audit.attempt AS
SELECT case_id || '.' || seq || '.' || channel AS notification_id, n, started_at, ended_at, result, code
FROM notification_attempts;

CREATE VIEW audit.command AS
SELECT principal, idempotency_key, request_hash, status, case_id, recorded_at
FROM commands;
`;

const DEADLINES = `
CREATE VIEW audit.deadline AS
SELECT c.id AS case_id, d.value->>'kind' AS kind, d.value->>'metric' AS metric,
  ${instant("d.value->>'dueAt'")} AS due_at, NULL::timestamptz AS fired_at, NULL::integer AS fired_seq
FROM cases c, jsonb_array_elements(c.deadlines) AS d
UNION ALL
SELECT j.case_id,
  CASE j.type
    WHEN 'case.waitReminded' THEN 'waitingReminder'
    WHEN 'case.waitExpired' THEN 'waitingExpiry'
    WHEN 'case.holdReviewDue' THEN 'holdReview'
    WHEN 'case.confirmationReminded' THEN 'confirmationReminder'
    WHEN 'case.closedUnopposed' THEN 'confirmationExpiry'
    WHEN 'case.sealed' THEN 'reopenWindow'
    WHEN 'case.warned' THEN 'warning'
    WHEN 'case.reassured' THEN 'holding'
    WHEN 'case.breached' THEN CASE WHEN (j.data->>'percent')::numeric > 100 THEN 'overrun' ELSE 'breach' END
    ELSE j.type
  END, j.data->>'metric',
  ${instant("j.data->>'dueAt'")}, j.recorded_at, j.seq
FROM journal j
WHERE j.actor_kind = 'system' AND j.data ? 'dueAt';
`;

/** Running clocks out of the context, then those that have ended. */
const CLOCKS = `
CREATE VIEW audit.clock AS
SELECT c.id AS case_id, k.value->>'metric' AS metric, (k.value->>'cycle')::integer AS cycle,
  (k.value->>'attempt')::integer AS attempt, (k.value->>'targetSeconds')::bigint AS target_seconds,
  (k.value->>'elapsedSeconds')::bigint AS elapsed_seconds, ${instant("k.value->>'dueAt'")} AS due_at,
  ${instant("k.value->>'breachedAt'")} AS breached_at, ${instant("k.value->>'detectedAt'")} AS detected_at,
  NULL::timestamptz AS stopped_at, NULL::text AS outcome
FROM cases c, jsonb_array_elements(c.context->'clocks') AS k
WHERE k.value->>'stoppedAt' IS NULL
UNION ALL
SELECT case_id, metric, cycle, attempt, target_seconds, elapsed_seconds, due_at, breached_at, detected_at, stopped_at,
  outcome
FROM clocks;

CREATE VIEW audit.clock_span AS
SELECT c.id AS case_id, k.value->>'metric' AS metric, (k.value->>'cycle')::integer AS cycle,
  (k.value->>'attempt')::integer AS attempt, ${instant("s.value->>'fromAt'")} AS from_at,
  ${instant("s.value->>'toAt'")} AS to_at
FROM cases c, jsonb_array_elements(c.context->'clocks') AS k,
  jsonb_array_elements(k.value->'spans' || CASE WHEN k.value->>'runningSince' IS NULL THEN '[]'
    ELSE jsonb_build_array(jsonb_build_object('fromAt', k.value->'runningSince')) END) AS s
WHERE k.value->>'stoppedAt' IS NULL
UNION ALL
SELECT case_id, metric, cycle, attempt, ${instant("s.value->>'fromAt'")}, ${instant("s.value->>'toAt'")}
FROM clocks, jsonb_array_elements(spans) AS s;

COMMENT ON SCHEMA audit IS 'Stable read-only views for outside checkers and reports.';
COMMENT ON VIEW audit.clock_span IS 'Half-open spans in which a clock ran; to_at is null for the one that still runs.';
COMMENT ON VIEW audit.deadline IS 'Deadlines that stand (fired_at null) and those that fired, by the entry that fired them.';
`;

export class AuditViews1795305600003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RECORDS);
    await runner.query(DEADLINES);
    await runner.query(CLOCKS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA audit CASCADE');
  }
}
