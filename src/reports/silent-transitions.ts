/**
 * Steps of which a customer should have heard and has not, on any channel: neither told, nor covered by a message that
 * was, nor kept from them for a stated reason. There should never be one; this is how one knows. Read-only.
 */
import type { Pool } from 'pg';
import type { JournalType } from '../domain/events.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import { afterCursor, orderBy, sortKeyColumns, toPage, type Order, type Page } from './keyset.js';

export interface SilentTransition {
  readonly caseId: string;
  readonly number: string;
  readonly seq: number;
  readonly type: JournalType;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
}

export interface SilentQuery {
  /** How far back to look. */
  readonly hours: number;
  /** Steps younger than this may still be told. */
  readonly graceSeconds: number;
  readonly limit: number;
  readonly cursor: string | null;
}

/** From here on the exact number helps nobody. */
export const COUNTED_MAX = 1_000;

const ORDER: Order = {
  name: 'silent-transitions',
  columns: [
    { expression: 'j.recorded_at', kind: 'instant' },
    { expression: 'j.case_id', kind: 'uuid' },
    { expression: 'j.seq', kind: 'seq' },
  ],
  descending: false,
};

const HEARD = (row: string): string =>
  `(${row}.status = 'delivered' OR (${row}.status = 'suppressed' AND ${row}.reason <> ''))`;

/** A stretch of the journal by time, each entry's messages by key. What is covered fared as what covers it. */
const silent = (now: NowSql): string => `FROM journal j
  WHERE j.customer_visible AND j.recorded_at >= ${now} - $1::integer * interval '1 hour'
    AND j.recorded_at < ${now} - $2::integer * interval '1 second'
    AND NOT EXISTS (
      SELECT FROM notifications n LEFT JOIN notifications later
        ON later.case_id = n.case_id AND later.seq = n.covered_by AND later.channel = n.channel
      WHERE n.case_id = j.case_id AND n.seq = j.seq AND (${HEARD('n')} OR ${HEARD('later')}))`;

export class SilentTransitions {
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /** Oldest first. @throws InvalidCursor, DependencyUnavailable */
  async page({ hours, graceSeconds, limit, cursor }: SilentQuery): Promise<Page<SilentTransition>> {
    const values: unknown[] = [hours, graceSeconds];
    const after = cursor === null ? '' : `AND ${afterCursor(ORDER, cursor, values)}`;
    values.push(limit + 1);
    const rows = await runStatement<SilentTransition & { case_id: string }>(this.pool, {
      text: `SELECT j.case_id AS "caseId", (SELECT number FROM cases c WHERE c.id = j.case_id) AS number, j.seq, j.type,
          j.recorded_at AS "recordedAt", ${sortKeyColumns(ORDER)}
        ${silent(this.now)} ${after} ORDER BY ${orderBy(ORDER)} LIMIT $${values.length}`,
      values,
    });
    return toPage(rows, limit, ORDER, ({ caseId, number, seq, type, recordedAt }) => ({
      caseId,
      number,
      seq,
      type,
      recordedAt,
    }));
  }

  /** At most `COUNTED_MAX`. @throws DependencyUnavailable */
  async count({ hours, graceSeconds }: Pick<SilentQuery, 'hours' | 'graceSeconds'>): Promise<number> {
    const [row] = await runStatement<{ count: number }>(this.pool, {
      text: `SELECT count(*)::integer AS count FROM (SELECT 1 ${silent(this.now)} LIMIT ${COUNTED_MAX}) AS counted`,
      values: [hours, graceSeconds],
    });
    return row?.count ?? 0;
  }
}
