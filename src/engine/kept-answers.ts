/**
 * Answers kept under an idempotency key for commands that are no step of one case, and the marks that erased ones have
 * left. Steps keep theirs in their own statement (`commit-sql.ts`).
 */
import type pg from 'pg';
import { erasedKey } from '../store/erased-key.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import { keepRefusal } from './idempotency.js';
import { toStoredAnswer, type CommandRequest, type StoredAnswer } from './outcome.js';

type Asked = Pick<CommandRequest, 'principal' | 'idempotencyKey' | 'requestHash'>;

export class KeptAnswers {
  constructor(
    private readonly pool: pg.Pool,
    private readonly now: NowSql,
  ) {}

  /** What this very request was answered; null when it was not asked before. */
  async look({ principal, idempotencyKey, requestHash }: Asked): Promise<StoredAnswer | 'keyReused' | null> {
    if (idempotencyKey === null) return null;
    const [row] = await runStatement<StoredAnswer & { request_hash: string }>(this.pool, {
      text: `SELECT request_hash, status, body, headers FROM commands WHERE principal = $1 AND idempotency_key = $2`,
      values: [principal, idempotencyKey],
    });
    if (row === undefined) return null;
    const { request_hash: hash, ...answer } = row;
    return hash === (requestHash ?? '') ? answer : 'keyReused';
  }

  /** Keeps an answer that is of no case; of two at once, the first stays. */
  async keep(asked: Asked, answer: StoredAnswer): Promise<void> {
    const request = { ...asked, ifMatch: null, render: () => answer };
    await keepRefusal(this.pool, this.now, request, null, toStoredAnswer(answer));
  }

  /** Whether what was answered under this key was erased with its case. By primary key. */
  async isErased(principal: string, key: string): Promise<boolean> {
    const rows = await runStatement(this.pool, {
      name: 'answer-erased',
      text: 'SELECT FROM commands WHERE principal = $1 AND idempotency_key = $2',
      values: [principal, erasedKey(key)],
    });
    return rows.length === 1;
  }
}
