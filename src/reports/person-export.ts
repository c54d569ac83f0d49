/**
 * Everything that is kept about one person, as the pieces of one JSON document: read case by case and page by page, so
 * that it takes the same memory however much there is. What the house wrote among itself stands apart, for somebody to
 * look at before it is handed over. Read-only; whom it may be given to is the caller's to know.
 */
import type { Pool, QueryResultRow } from 'pg';
import type { CaseContext } from '../domain/case.js';
import { restoreContext, type StoredContext } from '../store/stored-context.js';
import { idsOfPerson } from '../store/same-person.js';
import { runStatement } from '../store/statement.js';
import { CONVERSATION } from './case-history.js';

/** Whoever has more cases gets those that changed last, and `isComplete` says so. */
export const EXPORT_CASES_MAX = 1_000;
export const EXPORT_FORMAT = 'case-escalation.customer-export/1';
const ROWS_PER_PAGE = 500;

export interface ExportOptions {
  /** Where a file can be fetched by whoever got the export. */
  readonly attachmentUrl: (caseId: string, id: string) => string;
}

/** How a table's rows look in the document. Instants become texts by the database. */
const at = (column: string, name: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "${name}"`;

const RECORDS = `SELECT id, external_id AS "externalId", name, email, phone, locale, time_zone AS "timeZone", grade,
  account, preferences, merged_into AS "mergedInto", merge_reason AS "mergeReason", ${at('merged_at', 'mergedAt')},
  ${at('created_at', 'createdAt')}, ${at('updated_at', 'updatedAt')}, ${at('erased_at', 'erasedAt')}
  FROM customers WHERE id = ANY(${idsOfPerson('$1')}) ORDER BY merged_into IS NOT NULL, id`;

const SUPPRESSIONS = `SELECT s.channel, s.address, s.reason, ${at('s.created_at', 'createdAt')} FROM suppressions s
  WHERE s.address IN (SELECT lower(btrim(one)) FROM customers c, unnest(ARRAY[c.email, c.phone]) AS one
    WHERE c.id = ANY(${idsOfPerson('$1')}) AND one IS NOT NULL) ORDER BY s.channel, s.address`;

const CASES = `SELECT id, number, state, level, priority, grade, category, channel, subject, description,
  expected_outcome AS "expectedOutcome", order_ref AS "orderRef", customer_id AS "customerId",
  previous_case_id AS "previousCaseId", ${at('received_at', 'receivedAt')}, ${at('opened_at', 'openedAt')},
  ${at('updated_at', 'updatedAt')}, context FROM cases
  WHERE id = $1`;

const CASE_IDS = `SELECT c.id FROM unnest(${idsOfPerson('$1')}) AS p(id) CROSS JOIN LATERAL (
    SELECT id, updated_at FROM cases WHERE customer_id = p.id ORDER BY updated_at DESC, id DESC
    LIMIT ${EXPORT_CASES_MAX + 1}) AS c
  ORDER BY c.updated_at DESC, c.id DESC LIMIT ${EXPORT_CASES_MAX + 1}`;

/** Lists of a case that may be long: each by its key, after `$2`. */
const JOURNAL = `SELECT seq, type, from_state AS "fromState", to_state AS "toState", level_after AS level,
  actor_kind AS "actorKind", actor_id AS "actorId", customer_visible AS "customerVisible",
  ${at('occurred_at', 'occurredAt')}, ${at('recorded_at', 'recordedAt')}, data
  FROM journal WHERE case_id = $1 AND seq > $2 ORDER BY seq LIMIT ${ROWS_PER_PAGE}`;

const NOTICES = `SELECT n.seq, n.channel, n.key, n.params, n.status, n.reason, n.message_id AS "messageId",
  ${at('n.created_at', 'createdAt')}, ${at('n.finished_at', 'finishedAt')},
  coalesce((SELECT jsonb_agg(jsonb_build_object('n', a.n, 'startedAt', a.started_at, 'endedAt', a.ended_at,
    'result', a.result, 'code', a.code, 'detail', a.detail) ORDER BY a.n) FROM notification_attempts a
    WHERE a.case_id = n.case_id AND a.seq = n.seq AND a.channel = n.channel), '[]') AS attempts
  FROM (SELECT DISTINCT seq FROM notifications WHERE case_id = $1 AND seq > $2 ORDER BY seq LIMIT ${ROWS_PER_PAGE}) AS page
  JOIN notifications n ON n.case_id = $1 AND n.seq = page.seq ORDER BY n.seq, n.channel`;

const FILES = `SELECT id, name, media_type AS "mediaType", size, message_id AS "messageId", ${at('created_at', 'createdAt')}
  FROM attachments WHERE case_id = $1 ORDER BY created_at, id`;

const INBOUND = `SELECT message_id AS "messageId", channel, outcome, reason, ${at('received_at', 'receivedAt')}
  FROM inbound_messages WHERE case_id = $1 ORDER BY received_at, message_id`;

/** Turns of the conversation, by what holds their words. */
const WORDS: Readonly<Record<string, { readonly direction: 'in' | 'out'; readonly text: string }>> = {
  ...CONVERSATION,
  'case.withdrawn': { direction: 'in', text: 'reason' },
  'case.confirmed': { direction: 'in', text: 'comment' },
  'case.rated': { direction: 'in', text: 'comment' },
};

interface CaseRow extends QueryResultRow {
  readonly context: StoredContext;
}
interface JournalRow extends QueryResultRow {
  readonly seq: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export class PersonExport {
  constructor(private readonly pool: Pool) {}

  /** @param id any that the person ever had @returns null when there is nobody; else the pieces of one JSON text */
  async of(id: string, options: ExportOptions): Promise<AsyncGenerator<string> | null> {
    const records = await this.rows(RECORDS, [id]);
    return records.length === 0 ? null : this.pieces(id, records, options);
  }

  private async *pieces(
    id: string,
    records: readonly QueryResultRow[],
    options: ExportOptions,
  ): AsyncGenerator<string> {
    const cases = await this.rows<{ id: string }>(CASE_IDS, [id]);
    const head = {
      format: EXPORT_FORMAT,
      records,
      suppressions: await this.rows(SUPPRESSIONS, [id]),
      isComplete: cases.length <= EXPORT_CASES_MAX,
    };
    yield `${JSON.stringify(head).slice(0, -1)},"cases":[`;
    let separator = '';
    for (const one of cases.slice(0, EXPORT_CASES_MAX)) {
      yield separator;
      yield* this.casePieces(one.id, options);
      separator = ',';
    }
    yield ']}';
  }

  private async *casePieces(id: string, { attachmentUrl }: ExportOptions): AsyncGenerator<string> {
    const [row] = await this.rows<CaseRow>(CASES, [id]);
    const { context: stored, ...record } = row as CaseRow;
    const context = restoreContext(stored);
    const files = await this.rows<{ id: string }>(FILES, [id]);
    const parts = {
      ...record,
      ...told(context),
      attachments: files.map((file) => ({ ...file, url: attachmentUrl(id, file.id) })),
      inbound: await this.rows(INBOUND, [id]),
    };
    yield `${JSON.stringify(parts).slice(0, -1)},"conversation":[`;
    let separator = '';
    for await (const line of this.journal(id)) {
      const words = WORDS[line.type];
      const text = words && line.data[words.text];
      if (!words || typeof text !== 'string') continue;
      yield `${separator}${JSON.stringify({ seq: line.seq, direction: words.direction, type: line.type, text, at: line['occurredAt'] as string })}`;
      separator = ',';
    }
    yield '],"notices":[';
    yield* joined(this.pages(NOTICES, id));
    yield `],"internal":${JSON.stringify(among(context)).slice(0, -1)},"journal":[`;
    yield* joined(this.journal(id));
    yield ']}}';
  }

  private journal(id: string): AsyncGenerator<JournalRow> {
    return this.pages<JournalRow>(JOURNAL, id);
  }

  private async *pages<Row extends QueryResultRow>(text: string, id: string): AsyncGenerator<Row> {
    for (let after = 0; ;) {
      const rows = await this.rows<Row>(text, [id, after]);
      yield* rows;
      const last = rows.at(-1) as { seq: number } | undefined;
      if (last === undefined || rows.length < ROWS_PER_PAGE) return;
      after = last.seq;
    }
  }

  private rows<Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return runStatement<Row>(this.pool, { text, values });
  }
}

async function* joined(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '';
  for await (const row of rows) {
    yield `${separator}${JSON.stringify(row)}`;
    separator = ',';
  }
}

/** What the customer said or was told. */
function told({ promises, compensations, ratings, resolution, waiting, closedAt }: CaseContext) {
  return {
    solution: resolution?.solution ?? null,
    question: waiting?.question ?? null,
    closedAt: closedAt === null ? null : new Date(closedAt).toISOString(),
    promises,
    compensations: compensations.map(({ n, kind, amountMinor, currency, description, state }) => ({
      n,
      kind,
      amountMinor,
      currency,
      description,
      state,
    })),
    ratings,
  };
}

/** What colleagues wrote among themselves: the whole context, less what stands above. */
function among({ promises: _promises, ratings: _ratings, clocks: _clocks, ...context }: CaseContext) {
  return { context };
}
