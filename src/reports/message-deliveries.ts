/**
 * Messages to customers that have failed (dead letters) or still wait, across all cases, with what the other side said
 * last. Read-only; sending again is delivery's.
 */
import type { Pool } from 'pg';
import { runStatement } from '../store/statement.js';
import { afterCursor, orderBy, sortKeyColumns, toPage, type Order, type Page } from './keyset.js';

export const DELIVERY_STATUSES = ['failed', 'pending'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export interface MessageDelivery {
  readonly caseId: string;
  readonly number: string;
  readonly seq: number;
  readonly channel: string;
  readonly status: string;
  readonly reason: string | null;
  readonly attempts: number;
  /** Key of the text. */
  readonly key: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly nextAttemptAt: number | null;
  readonly finishedAt: number | null;
  /** Of the newest attempt: what the other side answered. */
  readonly lastCode: string | null;
  readonly lastDetail: string | null;
}

/** Each is the order of a partial index. */
const ORDERS: Readonly<Record<DeliveryStatus, Order>> = {
  failed: orderOf('failed', 'n.finished_at', true),
  pending: orderOf('pending', 'n.next_attempt_at', false),
};

/** As the indexes have it. */
const INDEXED: Readonly<Record<DeliveryStatus, string>> = {
  failed: `n.status = 'failed'`,
  pending: 'n.next_attempt_at IS NOT NULL',
};

const COLUMNS = `n.case_id AS "caseId", (SELECT number FROM cases c WHERE c.id = n.case_id) AS number, n.seq, n.channel,
  n.status, n.reason, n.attempts, n.key, n.created_at AS "createdAt", n.next_attempt_at AS "nextAttemptAt",
  n.finished_at AS "finishedAt", a.code AS "lastCode", a.detail AS "lastDetail"`;
const TABLES = `notifications n LEFT JOIN notification_attempts a
  ON a.case_id = n.case_id AND a.seq = n.seq AND a.channel = n.channel AND a.n = n.attempts`;

export class MessageDeliveries {
  constructor(private readonly pool: Pool) {}

  /** Failed: newest first. Pending: what is tried next first. @throws InvalidCursor */
  async page(
    status: DeliveryStatus,
    { limit, cursor }: { readonly limit: number; readonly cursor: string | null },
  ): Promise<Page<MessageDelivery>> {
    const order = ORDERS[status];
    const values: unknown[] = [];
    const after = cursor === null ? '' : `AND ${afterCursor(order, cursor, values)}`;
    values.push(limit + 1);
    const rows = await runStatement<MessageDelivery>(this.pool, {
      text: `SELECT ${COLUMNS}, ${sortKeyColumns(order)} FROM ${TABLES}
        WHERE ${INDEXED[status]} ${after} ORDER BY ${orderBy(order)} LIMIT $${values.length}`,
      values,
    });
    return toPage(rows, limit, order, withoutSortKey);
  }

  /** @returns null when there is none */
  async find(caseId: string, seq: number, channel: string): Promise<MessageDelivery | null> {
    const [row] = await runStatement<MessageDelivery>(this.pool, {
      text: `SELECT ${COLUMNS} FROM ${TABLES} WHERE n.case_id = $1 AND n.seq = $2 AND n.channel = $3`,
      values: [caseId, seq, channel],
    });
    return row ?? null;
  }
}

function orderOf(name: string, expression: string, descending: boolean): Order {
  return {
    name: `deliveries:${name}`,
    columns: [
      { expression, kind: 'instant' },
      { expression: 'n.case_id', kind: 'uuid' },
      { expression: 'n.seq', kind: 'seq' },
      { expression: 'n.channel', kind: 'taskKey' },
    ],
    descending,
  };
}

function withoutSortKey(row: MessageDelivery): MessageDelivery {
  const columns = Object.entries(row).filter(([name]) => !name.startsWith('sort_key_'));
  return Object.fromEntries(columns) as unknown as MessageDelivery;
}
