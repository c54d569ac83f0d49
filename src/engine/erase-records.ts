/**
 * Everything that is kept of a case outside its own row, as the statements that take the person out of it. They run in
 * the transaction that writes `case.erased`, so a case is erased whole or not at all. Knows which tables there are; what
 * stays of a payload is said by the database (`erased_json`), because the journal is out of our reach.
 */
import { ERASED } from '../domain/erasure-plan.js';
import { erasedKeySql, isErasedSql } from '../store/erased-key.js';
import type { NowSql } from '../store/now.js';
import type { RunSql } from '../store/statement.js';

/** Rows that were erased, by table. */
export type ErasedRecords = Readonly<Record<string, number>>;

/**
 * A person forgotten gets no more mail: what is unsent is suppressed, and the ledger says why. An attempt under way
 * ends here, so that what it brings back is not noted. The order matters once: commands are found by the journal.
 */
const STATEMENTS = (now: NowSql): Readonly<Record<string, string>> => ({
  cases: `UPDATE cases SET subject = '${ERASED}', description = '${ERASED}', expected_outcome = '${ERASED}',
    order_ref = NULL, salt = NULL WHERE id = $1 RETURNING 1`,
  // The answer to the opening leaves a mark, so that a retry cannot open the case anew; others are refused by the case.
  commands: `WITH asked AS (
      SELECT principal, idempotency_key FROM commands WHERE case_id = $1 AND seq IS NULL
      UNION ALL
      SELECT principal, command_key FROM journal WHERE case_id = $1 AND command_key IS NOT NULL
    ), gone AS (
      DELETE FROM commands k USING asked a
      WHERE k.principal = a.principal AND k.idempotency_key = a.idempotency_key AND k.case_id = $1 RETURNING k.*
    ), marked AS (
      INSERT INTO commands (principal, idempotency_key, request_hash, status, body, headers, case_id, recorded_at)
      SELECT principal, ${erasedKeySql('idempotency_key')}, '', 410, '', '{}', case_id, recorded_at
      FROM gone WHERE seq = 1 ON CONFLICT DO NOTHING
    ) SELECT 1 FROM gone`,
  journal: 'SELECT 1 FROM generate_series(1, erase_journal($1))',
  notifications: `UPDATE notifications SET params = erased_json(params, ''), message_id = NULL, in_doubt = false,
    reason = CASE status WHEN 'pending' THEN 'erased' ELSE reason END,
    finished_at = CASE status WHEN 'pending' THEN ${now} ELSE finished_at END, next_attempt_at = NULL,
    status = CASE status WHEN 'pending' THEN 'suppressed' ELSE status END WHERE case_id = $1 RETURNING 1`,
  notification_attempts: `UPDATE notification_attempts SET detail = NULL, ended_at = coalesce(ended_at, ${now}),
    result = CASE WHEN ended_at IS NULL THEN 'perhapsArrived' ELSE result END WHERE case_id = $1 RETURNING 1`,
  endpoint_attempts: `UPDATE endpoint_attempts SET response = NULL WHERE case_id = $1 AND response IS NOT NULL
    RETURNING 1`,
  attachments: 'DELETE FROM attachments WHERE case_id = $1 RETURNING 1',
  customer_messages: `WITH gone AS (
      DELETE FROM customer_messages WHERE case_id = $1 AND NOT ${isErasedSql('message_id')} RETURNING *
    ) INSERT INTO customer_messages (case_id, message_id, seq)
      SELECT case_id, ${erasedKeySql('message_id')}, seq FROM gone ON CONFLICT DO NOTHING RETURNING 1`,
  inbound_messages: `UPDATE inbound_messages SET message_id = ${erasedKeySql('message_id')}, sender = NULL,
    reason = CASE WHEN reason ~ '^[a-z-]{1,60}$' THEN reason END
    WHERE case_id = $1 AND NOT ${isErasedSql('message_id')} RETURNING 1`,
});

/** Every table that holds something of a case, beside those that hold only what stays. */
export const ERASED_TABLES = Object.keys(STATEMENTS('now()'));

/** @param run of the transaction that has written `case.erased`. */
export async function eraseRecords(run: RunSql, now: NowSql, caseId: string): Promise<ErasedRecords> {
  const counts: Record<string, number> = {};
  for (const [table, text] of Object.entries(STATEMENTS(now))) {
    counts[table] = (await run({ text, values: [caseId] })).length;
  }
  return counts;
}

/** What `eraseRecords` would touch. @param caseIds of one person */
export async function countRecords(run: RunSql, caseIds: readonly string[]): Promise<ErasedRecords> {
  const counts: Record<string, number> = {};
  for (const table of ERASED_TABLES) {
    const key = table === 'cases' ? 'id' : 'case_id';
    const text = `SELECT count(*)::integer AS n FROM ${table} WHERE ${key} = ANY($1::uuid[])`;
    counts[table] = (await run<{ n: number }>({ text, values: [caseIds] }))[0]?.n ?? 0;
  }
  return counts;
}
