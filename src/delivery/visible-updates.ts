/**
 * Reads what a customer has been told of one case, and what time it is, in one round trip. Only the columns that a
 * customer's text is made of are selected. Knows no language.
 */
import type { Pool } from 'pg';
import type { Instant } from '../domain/actor.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import type { VisibleUpdate } from './render-update.js';

export interface Told {
  /** The database's clock. */
  readonly now: Instant;
  /** Ascending by `seq`; the newest ones when there are more than fit on a page. */
  readonly updates: readonly VisibleUpdate[];
}

/** A page that lists more helps nobody; it also bounds what a case with thousands of messages costs to show. */
const UPDATES_MAX = 200;

interface Row {
  now: Instant;
  seq: number | null;
  key: string;
  params: Record<string, unknown>;
  occurred_at: Instant;
}

export class VisibleUpdates {
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /** @param caseId a UUID; of a case that does not exist nothing has been told. @throws DependencyUnavailable */
  async of(caseId: string): Promise<Told> {
    // A range of the primary key (case_id, seq, channel), read from its end, and the journal by its key; no lock.
    const rows = await runStatement<Row>(this.pool, {
      name: `visible-updates-${this.now === 'now()' ? 'system' : 'manual'}`,
      text: `
        SELECT clock.now, told.seq, told.key, told.params, told.occurred_at
        FROM (SELECT ${this.now}::timestamptz AS now) AS clock
        LEFT JOIN LATERAL (
          SELECT n.seq, n.key, n.params, j.occurred_at
          FROM notifications n JOIN journal j ON j.case_id = n.case_id AND j.seq = n.seq
          WHERE n.case_id = $1 AND n.channel = 'page'
          ORDER BY n.seq DESC LIMIT $2
        ) AS told ON true
        ORDER BY told.seq`,
      values: [caseId, UPDATES_MAX],
    });
    const updates = rows.flatMap(({ seq, key, params, occurred_at: at }) =>
      seq === null ? [] : [{ seq, key, params, at }],
    );
    return { now: rows[0]?.now ?? 0, updates };
  }
}
