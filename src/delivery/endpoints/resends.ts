/**
 * Sends again what an endpoint missed, because a person asks: one delivery, or all that failed since an instant. Only
 * makes rows due; the queue does the rest, with a schedule that begins anew.
 */
import type { Pool } from 'pg';
import type { Instant } from '../../domain/actor.js';
import { toSqlInstant, type NowSql } from '../../store/now.js';
import { runStatement } from '../../store/statement.js';
import type { DeliveryKey } from './claim-sql.js';

/** One request makes at most so many rows due; whoever missed more asks again. */
export const RESEND_MAX = 5_000;

/** What a person puts in line anew; tries so far stay on record. */
function anew(now: NowSql): string {
  return `status = 'pending', reason = NULL, finished_at = NULL, next_attempt_at = ${now}, attempts_before = attempts`;
}

export class Resends {
  /** @param wake tells the loop that something is due */
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
    private readonly wake: () => void,
  ) {}

  /**
   * Makes one delivery due now, whatever became of it; one that is being sent at this moment is left to that.
   * @returns false when there is none
   */
  async one({ caseId, seq, endpointId }: DeliveryKey): Promise<boolean> {
    const [row] = await runStatement<{ known: boolean }>(this.pool, {
      text: `WITH again AS (
          UPDATE endpoint_deliveries d SET ${anew(this.now)}
          WHERE case_id = $1 AND seq = $2 AND endpoint_id = $3 AND NOT (status = 'pending' AND EXISTS (
            SELECT FROM endpoint_attempts a WHERE a.case_id = d.case_id AND a.seq = d.seq
              AND a.endpoint_id = d.endpoint_id AND a.n = d.attempts AND a.ended_at IS NULL)))
        SELECT EXISTS (SELECT FROM endpoint_deliveries
          WHERE case_id = $1 AND seq = $2 AND endpoint_id = $3) AS known`,
      values: [caseId, seq, endpointId],
    });
    this.wake();
    return row?.known === true;
  }

  /**
   * Makes due what failed, or was cancelled, of the entries written since then; oldest first.
   * @returns how many; `RESEND_MAX` means that there may be more.
   */
  async failedSince(endpointId: string, sinceAt: Instant): Promise<number> {
    const [row] = await runStatement<{ resent: number }>(this.pool, {
      // Index endpoint_deliveries_log.
      text: `WITH missed AS MATERIALIZED (
          SELECT case_id, seq, endpoint_id FROM endpoint_deliveries
          WHERE endpoint_id = $1 AND created_at >= $2 AND status IN ('failed', 'cancelled')
          ORDER BY created_at, case_id, seq LIMIT ${RESEND_MAX} FOR UPDATE
        ), again AS (
          UPDATE endpoint_deliveries d SET ${anew(this.now)} FROM missed m
          WHERE d.case_id = m.case_id AND d.seq = m.seq AND d.endpoint_id = m.endpoint_id RETURNING 1)
        SELECT count(*) AS resent FROM again`,
      values: [endpointId, toSqlInstant(sinceAt)],
    });
    this.wake();
    return row?.resent ?? 0;
  }
}
