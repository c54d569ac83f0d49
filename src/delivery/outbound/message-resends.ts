/**
 * Sends a message again that was given up, because a person asks. Only makes its row due: the queue does the rest, with
 * a schedule that begins anew, and asks anew whether the customer wants it.
 */
import type { Pool } from 'pg';
import type { NowSql } from '../../store/now.js';
import { runStatement } from '../../store/statement.js';

export type Resend = 'resent' | 'notFound' | 'notGivenUp' | 'tooOften';

/** Of one message: a third mail that says the same is a mishap, a fourth a nuisance. */
export const RESENDS_PER_HOUR = 3;

export class MessageResends {
  /** @param wake tells the loop that something is due */
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
    private readonly wake: () => void,
  ) {}

  /** @throws DependencyUnavailable */
  async resend(caseId: string, seq: number, channel: string): Promise<Resend> {
    const recent = `ARRAY(SELECT at FROM unnest(n.resent_at) AS at WHERE at > ${this.now} - interval '1 hour')`;
    const [row] = await runStatement<{ resent: boolean; given_up: boolean; found: boolean }>(this.pool, {
      text: `WITH found AS (
          SELECT case_id, seq, channel, status IN ('failed', 'suppressed') AS given_up FROM notifications
          WHERE case_id = $1 AND seq = $2 AND channel = $3
        ), again AS (
          UPDATE notifications n SET status = 'pending', reason = NULL, finished_at = NULL, next_attempt_at = ${this.now},
            waived = attempts, resent_at = ${recent} || ${this.now}
          WHERE n.case_id = $1 AND n.seq = $2 AND n.channel = $3 AND n.status IN ('failed', 'suppressed')
            AND cardinality(${recent}) < ${RESENDS_PER_HOUR}
          RETURNING 1)
        SELECT EXISTS (SELECT FROM again) AS resent, EXISTS (SELECT FROM found WHERE given_up) AS given_up,
          EXISTS (SELECT FROM found) AS found`,
      values: [caseId, seq, channel],
    });
    if (!row?.found) return 'notFound';
    if (!row.resent) return row.given_up ? 'tooOften' : 'notGivenUp';
    this.wake();
    return 'resent';
  }
}
