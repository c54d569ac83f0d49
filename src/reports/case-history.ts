/**
 * What happened in one case: its journal, what became of each notice to the customer (the ledger), and the
 * conversation. Read-only and ascending; the caller has made sure that the reader may see the case.
 */
import type { Pool } from 'pg';
import type { Actor } from '../domain/actor.js';
import type { Level, StatePath } from '../domain/case.js';
import type { JournalType } from '../domain/events.js';
import { runStatement } from '../store/statement.js';
import { afterCursor, sortKeyColumns, toPage, type Order, type Page } from './keyset.js';

export interface JournalLine {
  readonly seq: number;
  readonly type: JournalType;
  readonly fromState: StatePath | null;
  readonly toState: StatePath;
  readonly level: Level;
  readonly actor: Actor;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly customerVisible: boolean;
}

/** What became of the notice of one transition on one channel. `at`: epoch milliseconds of the newest fact. */
export interface NoticeState {
  readonly channel: string;
  readonly status: string;
  readonly at: number;
  readonly reason: string | null;
  /** The `seq` of the newer notice that says this one too. */
  readonly coveredBy: number | null;
  /** Tries so far; the status page needs none. */
  readonly attempts: number;
  /** What the channel calls the message that was sent. */
  readonly messageId: string | null;
  readonly key: string;
  readonly params: Readonly<Record<string, string | number | null>>;
}

export interface LedgerLine {
  readonly seq: number;
  readonly type: JournalType;
  /** Why the customer is not told; null when there is something to tell. */
  readonly silence: string | null;
  readonly covered: readonly NoticeState[];
}

/** One turn of the conversation. `in`: from the customer. */
export interface ConversationLine {
  readonly seq: number;
  readonly type: JournalType;
  readonly direction: 'in' | 'out';
  readonly text: string;
  readonly channel: string | null;
  readonly actor: Actor;
  readonly at: number;
}

interface PageQuery {
  readonly limit: number;
  readonly cursor: string | null;
}

/** Journal types that are turns of the conversation, and where each keeps its text. */
export const CONVERSATION = {
  'case.questionAsked': { direction: 'out', text: 'question' },
  'case.messaged': { direction: 'out', text: 'text' },
  'case.replied': { direction: 'in', text: 'text' },
  'case.resolved': { direction: 'out', text: 'solution' },
  'case.decided': { direction: 'out', text: 'solution' },
  'case.rejected': { direction: 'in', text: 'reason' },
  'case.reopened': { direction: 'in', text: 'reason' },
} as const satisfies Partial<Record<JournalType, { direction: 'in' | 'out'; text: string }>>;

const CONVERSATION_TYPES = Object.keys(CONVERSATION);

export class CaseHistory {
  constructor(private readonly pool: Pool) {}

  /** @throws InvalidCursor */
  async journal(caseId: string, page: PageQuery): Promise<Page<JournalLine>> {
    const order = bySeq('journal', 'seq');
    const { condition, values, limit } = pageOf(order, caseId, page);
    const rows = await runStatement<JournalRow>(this.pool, {
      text: `SELECT seq, type, from_state, to_state, level_after, actor_kind, actor_id, actor_department,
              occurred_at, recorded_at, data, customer_visible, ${sortKeyColumns(order)}
       FROM journal WHERE case_id = $1 ${condition} ORDER BY seq LIMIT ${limit}`,
      values,
    });
    return toPage(rows, page.limit, order, toJournalLine);
  }

  /** @throws InvalidCursor */
  async ledger(caseId: string, page: PageQuery): Promise<Page<LedgerLine>> {
    const order = bySeq('ledger', 'j.seq');
    const { condition, values, limit } = pageOf(order, caseId, page);
    const rows = await runStatement<LedgerLine>(this.pool, {
      text: `SELECT j.seq, j.type, j.silence, coalesce(n.covered, '[]'::jsonb) AS covered, ${sortKeyColumns(order)}
       FROM journal j
       LEFT JOIN LATERAL (
         SELECT jsonb_agg(jsonb_build_object(
                  'channel', channel, 'status', status, 'reason', reason, 'coveredBy', covered_by,
                  'key', key, 'params', params, 'attempts', attempts, 'messageId', message_id,
                  'at', (extract(epoch FROM coalesce(finished_at, created_at)) * 1000)::bigint
                ) ORDER BY channel) AS covered
         FROM notifications WHERE case_id = j.case_id AND seq = j.seq
       ) n ON true
       WHERE j.case_id = $1 ${condition} ORDER BY j.seq LIMIT ${limit}`,
      values,
    });
    return toPage(rows, page.limit, order, ({ seq, type, silence, covered }) => ({
      seq,
      type,
      silence,
      covered,
    }));
  }

  /** @throws InvalidCursor */
  async messages(caseId: string, page: PageQuery): Promise<Page<ConversationLine>> {
    const order = bySeq('messages', 'seq');
    const { condition, values, limit } = pageOf(order, caseId, page);
    values.push(CONVERSATION_TYPES);
    const rows = await runStatement<JournalRow>(this.pool, {
      text: `SELECT seq, type, actor_kind, actor_id, actor_department, occurred_at, data, ${sortKeyColumns(order)}
       FROM journal WHERE case_id = $1 ${condition} AND type = ANY($${values.length}::text[])
       ORDER BY seq LIMIT ${limit}`,
      values,
    });
    return toPage(rows, page.limit, order, toConversationLine);
  }
}

interface JournalRow {
  seq: number;
  type: JournalType;
  from_state: StatePath | null;
  to_state: StatePath;
  level_after: Level;
  actor_kind: Actor['kind'];
  actor_id: string;
  actor_department: string | null;
  occurred_at: number;
  recorded_at: number;
  data: Record<string, unknown>;
  customer_visible: boolean;
}

function bySeq(list: string, expression: string): Order {
  return { name: list, columns: [{ expression, kind: 'seq' }], descending: false };
}

function pageOf(order: Order, caseId: string, { cursor, limit }: PageQuery) {
  const values: unknown[] = [caseId, limit + 1];
  const condition = cursor === null ? '' : `AND ${afterCursor(order, cursor, values)}`;
  return { condition, values, limit: '$2' };
}

function toJournalLine(row: JournalRow): JournalLine {
  return {
    seq: row.seq,
    type: row.type,
    fromState: row.from_state,
    toState: row.to_state,
    level: row.level_after,
    actor: toActor(row),
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    data: row.data,
    customerVisible: row.customer_visible,
  };
}

function toConversationLine(row: JournalRow): ConversationLine {
  const turn = CONVERSATION[row.type as keyof typeof CONVERSATION];
  const text = row.data[turn.text];
  const { channel } = row.data;
  return {
    seq: row.seq,
    type: row.type,
    direction: turn.direction,
    text: typeof text === 'string' ? text : '',
    channel: typeof channel === 'string' ? channel : null,
    actor: toActor(row),
    at: row.occurred_at,
  };
}

function toActor(row: JournalRow): Actor {
  return {
    kind: row.actor_kind,
    id: row.actor_id,
    ...(row.actor_department === null ? {} : { department: row.actor_department }),
  };
}
