/**
 * Deadlines of clocks are kept once, as the marks of their clocks, and no longer beside them as well: a quarter of what
 * each step writes of a case. Rows that still repeat them are read alike.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Exact, which to_timestamp(double) is not for far dates. */
const instant = (ms: string): string => `timestamptz 'epoch' + (${ms})::bigint * interval '1 millisecond'`;

/** What a case's row says beside its clocks; until now it repeated their marks. */
const OF_THE_CASE = `
SELECT c.id AS case_id, d.value->>'kind' AS kind, d.value->>'metric' AS metric,
  ${instant("d.value->>'dueAt'")} AS due_at, NULL::timestamptz AS fired_at, NULL::integer AS fired_seq
FROM cases c, jsonb_array_elements(c.deadlines) AS d`;
/** A miss comes a millisecond after its mark: an answer on the very due instant is in time. */
const OF_ITS_CLOCKS = `
SELECT c.id, m.value->>'kind', k.value->>'metric',
  ${instant("(m.value->>'at')::bigint + (m.value->>'kind' IN ('breach', 'overrun'))::integer")}, NULL, NULL
FROM cases c, jsonb_array_elements(c.context->'clocks') AS k, jsonb_array_elements(k.value->'marks') AS m
WHERE k.value->>'stoppedAt' IS NULL AND NOT c.context ? 'erasedAt'`;
const FIRED = `
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
WHERE j.actor_kind = 'system' AND j.data ? 'dueAt'`;

const SAID = `COMMENT ON COLUMN cases.deadlines IS 'Deadlines of the case itself; those of its clocks are their marks.'`;

const view = (...parts: readonly string[]): string =>
  `CREATE OR REPLACE VIEW audit.deadline AS ${parts.join(' UNION ALL ')}`;

export class DeadlinesOnce1795305600017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(view(`${OF_THE_CASE} WHERE d.value->>'metric' IS NULL`, OF_ITS_CLOCKS, FIRED));
    await runner.query(SAID);
  }

  /** Cases that were moved meanwhile show only what is not of their clocks, until they move again. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(view(OF_THE_CASE, FIRED));
  }
}
