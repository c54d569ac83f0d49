/**
 * Sends one message to an endpoint now, outside the queue, so that whoever set it up sees at once what it answers.
 * Leaves no trace but at the other side.
 */
import type { Pool } from 'pg';
import { uuidv7 } from 'uuidv7';
import { secretsAt, type EndpointRow } from '../../store/endpoint-rows.js';
import type { NowSql } from '../../store/now.js';
import { runStatement } from '../../store/statement.js';
import { pingPost } from './endpoint-post.js';
import type { Posted, Poster } from './poster.js';
import { verdictOn } from './verdict.js';

export interface TryOut {
  readonly delivered: boolean;
  /** As the log of deliveries has it: the status, a robot's own code, or why there was no answer. */
  readonly code: string;
  /** null: there was no answer. */
  readonly status: number | null;
  readonly latencyMs: number;
  /** What came back, at most 64 KiB, or what went wrong. For administrators only. */
  readonly answer: string;
}

export class TryOuts {
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
    private readonly poster: Pick<Poster, 'post'>,
  ) {}

  /** @returns null when there is no such endpoint. One that is switched off can be tried too. */
  async ping(endpointId: string): Promise<TryOut | null> {
    const [row] = await runStatement<EndpointRow & { now: number }>(this.pool, {
      text: `SELECT *, ${this.now} AS now FROM endpoints WHERE id = $1`,
      values: [endpointId],
    });
    if (row === undefined) return null;
    const { id, name, kind, url, locale } = row;
    const target = { id, name, kind, url, locale, secrets: secretsAt(row, row.now) };
    const posted = await this.post(() => pingPost(target, uuidv7(), Date.now()));
    const verdict = verdictOn(kind, posted, Date.now());
    const answered = posted.kind === 'answered';
    return {
      delivered: verdict.kind === 'delivered',
      code: verdict.code,
      status: answered ? posted.status : null,
      latencyMs: posted.latencyMs,
      answer: answered ? posted.text : posted.detail,
    };
  }

  /** A robot's secret that is none fails the message, not the request. */
  private async post(compose: () => Parameters<Poster['post']>[0]): Promise<Posted> {
    try {
      return await this.poster.post(compose());
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { kind: 'unanswered', code: 'unsendable', detail, latencyMs: 0 };
    }
  }
}
