/** What was sent to an endpoint and what it answered, newest first. Read-only; for administrators. */
import type { Pool } from 'pg';
import { runStatement } from '../store/statement.js';
import { afterCursor, orderBy, sortKeyColumns, toPage, type Order, type Page } from './keyset.js';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'cancelled'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Instants in epoch milliseconds. */
export interface DeliveryLine {
  readonly caseId: string;
  readonly seq: number;
  readonly type: string;
  readonly status: DeliveryStatus;
  /** Of the newest failure, or why it is sent no more. */
  readonly reason: string | null;
  readonly createdAt: number;
  readonly nextAttemptAt: number | null;
  readonly finishedAt: number | null;
  /** The newest `ATTEMPTS_SHOWN`, ascending. */
  readonly attempts: readonly AttemptLine[];
}

export interface AttemptLine {
  readonly n: number;
  readonly startedAt: number;
  /** null: under way, or nobody knows. */
  readonly endedAt: number | null;
  readonly result: string | null;
  readonly code: string | null;
  readonly latencyMs: number | null;
  /** The beginning of the answer. */
  readonly response: string | null;
}

export interface EndpointLogQuery {
  readonly endpointId: string;
  readonly status?: DeliveryStatus;
  readonly limit: number;
  readonly cursor: string | null;
}

/** Bounds an answer whatever was resent how often. */
export const ATTEMPTS_SHOWN = 25;

interface Row extends Omit<DeliveryLine, 'attempts'> {
  attempts: AttemptLine[] | null;
}

export class EndpointLog {
  constructor(private readonly pool: Pool) {}

  /** @throws InvalidCursor */
  async page({ endpointId, status, limit, cursor }: EndpointLogQuery): Promise<Page<DeliveryLine>> {
    const order = orderOf(status);
    const values: unknown[] = [endpointId, limit + 1];
    const conditions = ['d.endpoint_id = $1'];
    if (status !== undefined) conditions.push(`d.status = $${values.push(status)}`);
    if (cursor !== null) conditions.push(afterCursor(order, cursor, values));
    const rows = await runStatement<Row>(this.pool, {
      // Index endpoint_deliveries_log.
      text: `SELECT d.case_id AS "caseId", d.seq, d.type, d.status, d.reason, d.created_at AS "createdAt",
          d.next_attempt_at AS "nextAttemptAt", d.finished_at AS "finishedAt", a.attempts, ${sortKeyColumns(order)}
        FROM endpoint_deliveries d CROSS JOIN LATERAL (
          SELECT jsonb_agg(jsonb_build_object('n', n, 'startedAt', ${epochMs('started_at')},
            'endedAt', ${epochMs('ended_at')}, 'result', result, 'code', code, 'latencyMs', latency_ms,
            'response', response) ORDER BY n) AS attempts
          FROM (SELECT * FROM endpoint_attempts
            WHERE case_id = d.case_id AND seq = d.seq AND endpoint_id = d.endpoint_id
            ORDER BY n DESC LIMIT ${ATTEMPTS_SHOWN}) AS newest) AS a
        WHERE ${conditions.join(' AND ')} ORDER BY ${orderBy(order)} LIMIT $2`,
      values,
    });
    return toPage(rows, limit, order, toLine);
  }
}

/** A cursor of one filter is none of another. */
function orderOf(status: DeliveryStatus | undefined): Order {
  return {
    name: `endpoint-deliveries:${status ?? 'all'}`,
    columns: [
      { expression: 'd.created_at', kind: 'instant' },
      { expression: 'd.case_id', kind: 'uuid' },
      { expression: 'd.seq', kind: 'seq' },
    ],
    descending: true,
  };
}

function epochMs(column: string): string {
  return `floor(extract(epoch FROM ${column}) * 1000)::bigint`;
}

function toLine(row: Row): DeliveryLine {
  const { caseId, seq, type, status, reason, createdAt, nextAttemptAt, finishedAt, attempts } = row;
  return {
    caseId,
    seq,
    type,
    status,
    reason,
    createdAt,
    nextAttemptAt,
    finishedAt,
    attempts: attempts ?? [],
  };
}
