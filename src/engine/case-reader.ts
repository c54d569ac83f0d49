/**
 * Reads a case together with everything that decides about one command: the database's now, the answer kept under its
 * idempotency key, and whether its message is known. One round trip, shared by all who ask at the same time.
 */
import type pg from 'pg';
import type { Instant } from '../domain/actor.js';
import type { Case } from '../domain/case.js';
import { migrateCase } from '../domain/machine-version.js';
import { caseColumnsOf, toCase, type CaseRow } from '../store/case-rows.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import { Batcher } from './batcher.js';
import type { StoredAnswer } from './outcome.js';

export interface Question {
  /** null: only the key is looked up (a case that is to be opened). */
  readonly caseId: string | null;
  readonly principal: string | null;
  readonly key: string | null;
  readonly messageId: string | null;
}

export interface Reading {
  /** The database's clock, cut to milliseconds. */
  readonly now: Instant;
  readonly current: Case | null;
  /** What is kept under the key. */
  readonly kept: { readonly requestHash: string; readonly answer: StoredAnswer } | null;
  readonly messageKnown: boolean;
}

interface Row extends CaseRow {
  now: Instant;
  case_id: string | null;
  kept_hash: string | null;
  kept_status: number;
  kept_body: string;
  kept_headers: Record<string, string>;
  message_known: boolean;
}

/** What is no UUID names no case; PostgreSQL would call the whole statement wrong. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const BATCH_MAX = 256;
const BATCHES_IN_FLIGHT = 2;
/** Ten times what a batch takes on a busy machine. */
const BESIDE_AFTER_MS = 100;

export class CaseReader {
  private readonly batcher: Batcher<Question, Row>;

  constructor(
    private readonly pool: pg.Pool,
    private readonly now: NowSql,
  ) {
    this.batcher = new Batcher<Question, Row>({
      run: (questions) => this.ask(questions),
      keyOf: () => null,
      sizeMax: BATCH_MAX,
      inFlightMax: BATCHES_IN_FLIGHT,
      besideAfterMs: BESIDE_AFTER_MS,
    });
  }

  /** @throws DependencyUnavailable; MachineVersionUnsupported for a case that a newer build wrote. */
  async read(question: Question): Promise<Reading> {
    const row = await this.batcher.submit(question);
    return {
      now: row.now,
      current: row.case_id === null ? null : migrateCase(toCase(row)),
      kept:
        row.kept_hash === null
          ? null
          : {
              requestHash: row.kept_hash,
              answer: { status: row.kept_status, body: row.kept_body, headers: row.kept_headers },
            },
      messageKnown: row.message_known,
    };
  }

  /** By primary keys only, whenever the plan was made: see `commit-sql.ts` on LIMIT. */
  private async ask(questions: readonly Question[]): Promise<Row[]> {
    return runStatement<Row>(this.pool, {
      name: `read-${this.now === 'now()' ? 'system' : 'manual'}`,
      text: `
        SELECT ${this.now} AS now, c.id AS case_id, ${caseColumnsOf('c')}, k.request_hash AS kept_hash,
          k.status AS kept_status, k.body AS kept_body, k.headers AS kept_headers,
          m.seq IS NOT NULL AS message_known
        FROM (
          SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
            WITH ORDINALITY AS each(case_id, principal, key, message_id, n)
          LIMIT $5) AS asked
        LEFT JOIN cases c ON c.id = asked.case_id
        LEFT JOIN commands k ON k.principal = asked.principal AND k.idempotency_key = asked.key
        LEFT JOIN customer_messages m ON m.case_id = asked.case_id AND m.message_id = asked.message_id
        ORDER BY asked.n`,
      values: [
        questions.map(({ caseId }) => (caseId !== null && UUID.test(caseId) ? caseId : null)),
        questions.map(({ principal }) => principal),
        questions.map(({ key }) => key),
        questions.map(({ messageId }) => messageId),
        questions.length,
      ],
    });
  }
}
