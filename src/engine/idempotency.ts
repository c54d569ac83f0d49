/**
 * The same key gives the same answer and one effect (domain.md §4, invariant 9). The answer to an accepted command is
 * written by its own statement (`commit-sql.ts`); here are the keys under way in this process, the answers to refused
 * commands, and the end of their keeping.
 */
import type pg from 'pg';
import type { Case } from '../domain/case.js';
import type { Refusal } from '../domain/refusals.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import { DEFAULT_RETENTION_POLICY } from './retention-policy.js';
import { toStoredAnswer, type CommandRequest, type StoredAnswer } from './outcome.js';

/** Small enough to hold no lock for long. */
const SWEEP_ROWS_MAX = 1_000;

/** Keys whose command is under way in this process. Other processes' are met by the commit's conflict. */
export class KeysInProgress {
  private readonly keys = new Set<string>();

  /** Runs `work` unless the same key is under way. @returns null when it is. */
  async once<T>({ principal, idempotencyKey }: CommandRequest, work: () => Promise<T>): Promise<T | null> {
    if (idempotencyKey === null) return work();
    const key = JSON.stringify([principal, idempotencyKey]);
    if (this.keys.has(key)) return null;
    this.keys.add(key);
    try {
      return await work();
    } finally {
      this.keys.delete(key);
    }
  }
}

/** The answer to a refused command, as its caller renders it or as a plain problem document. */
export function refusalAnswer(refusal: Refusal, current: Case | null, request: CommandRequest): StoredAnswer {
  if (request.renderRefusal) return toStoredAnswer(request.renderRefusal(refusal, current));
  const { code, message, fields } = refusal;
  const where = current && { state: current.state, level: current.context.level, revision: current.revision };
  return toStoredAnswer({
    status: 409,
    body: { title: 'Refused', status: 409, code, detail: message, fields, ...where },
    headers: { 'content-type': 'application/problem+json' },
  });
}

/** Keeps it when the command has a key. @returns false when another command has taken the key meanwhile. */
export async function keepRefusal(
  pool: pg.Pool,
  now: NowSql,
  request: CommandRequest,
  caseId: string | null,
  answer: StoredAnswer,
): Promise<boolean> {
  if (request.idempotencyKey === null) return true;
  const rows = await runStatement(pool, {
    name: `keep-refusal-${now === 'now()' ? 'system' : 'manual'}`,
    text: `INSERT INTO commands (principal, idempotency_key, request_hash, status, body, headers, case_id, recorded_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, ${now}) ON CONFLICT DO NOTHING RETURNING principal`,
    values: [
      request.principal,
      request.idempotencyKey,
      request.requestHash ?? '',
      answer.status,
      answer.body,
      JSON.stringify(answer.headers),
      caseId,
    ],
  });
  return rows.length === 1;
}

/**
 * Forgets answers past their keeping, oldest first, a limited number at a time; call again while it returns the limit.
 * @returns how many were forgotten
 */
export async function sweepAnswers(
  pool: pg.Pool,
  now: NowSql,
  rowsMax = SWEEP_ROWS_MAX,
  keptHours = DEFAULT_RETENTION_POLICY.storedAnswersHours,
): Promise<number> {
  const rows = await runStatement(pool, {
    text: `DELETE FROM commands WHERE (principal, idempotency_key) IN (
        SELECT principal, idempotency_key FROM commands
        WHERE recorded_at < ${now} - make_interval(hours => $1) ORDER BY recorded_at LIMIT $2)
      RETURNING principal`,
    values: [keptHours, rowsMax],
  });
  return rows.length;
}
