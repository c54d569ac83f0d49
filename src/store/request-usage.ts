/**
 * What nodes tell each other of the use that callers make of their budgets: two small unlogged tables, one statement
 * for each exchange. It lies on this floor because it is rows and nothing else: whose budget it is, how large, and
 * what follows is decided in `src/http/limits`. Spans go both ways, never instants: clocks of nodes may differ.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { SYSTEM_NOW, type NowSql } from './now.js';
import { runStatement } from './statement.js';

/** Rows that say nothing any more are dropped this often, by whichever node happens to speak. */
const FORGET_EVERY_MS = 60_000;

export interface WindowUse {
  /** Whether the use that was asked for is among the uses. */
  readonly isServed: boolean;
  /** How long ago each use within the window was, oldest first. */
  readonly agesMs: readonly number[];
}

export class RequestUsage {
  private forgottenAt = 0;

  /**
   * @param now the system's clock, whatever the business clock does: abuse is measured in real time
   * @param monotonicMs replaced in tests
   */
  constructor(
    private readonly pool: pg.Pool,
    private readonly now: NowSql = SYSTEM_NOW,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /**
   * Adds debts to what is known of their keys, all in one statement.
   * @param debtsMs by key: how much longer than before it takes until all that was used has grown back.
   * @returns by key: how long that takes now, by all nodes together. @throws DependencyUnavailable
   */
  async addDebts(debtsMs: ReadonlyMap<string, number>): Promise<Map<string, number>> {
    // In one order on every node, or two of them could wait for each other.
    const named = [...debtsMs.keys()].map((key) => ({ key, hash: hashOf(key) }));
    named.sort((a, b) => (a.hash < b.hash ? -1 : 1));
    const rows = await runStatement<{ key: string; debt_ms: number }>(this.pool, {
      name: 'request-rates-exchange',
      text: `INSERT INTO request_rates AS r (key, free_at)
        SELECT key, ${this.now} + debt_ms * interval '1 ms' FROM unnest($1::text[], $2::float8[]) AS s (key, debt_ms)
        ON CONFLICT (key) DO UPDATE
          SET free_at = greatest(r.free_at, ${this.now}) + (EXCLUDED.free_at - ${this.now})
        RETURNING key, (extract(epoch FROM free_at - ${this.now}) * 1000)::float8 AS debt_ms`,
      values: [named.map(({ hash }) => hash), named.map(({ key }) => debtsMs.get(key))],
    });
    await this.forgetNowAndThen();
    const byHash = new Map(rows.map(({ key, debt_ms }) => [key, debt_ms]));
    return new Map(named.map(({ key, hash }) => [key, Math.max(0, byHash.get(hash) ?? 0)]));
  }

  /**
   * Uses something once more, unless that would be more often than `quota` within the window before now.
   * @param servedAgesMs uses of the same key that were served without asking, not yet told
   * @throws DependencyUnavailable
   */
  async useOnce(
    key: string,
    { quota, windowMs }: { readonly quota: number; readonly windowMs: number },
    servedAgesMs: readonly number[],
  ): Promise<WindowUse> {
    const served = `ARRAY(SELECT ${this.now} - age * interval '1 ms' FROM unnest($2::float8[]) AS age)`;
    const recent = `ARRAY(SELECT at FROM unnest(w.uses || ${served}) AS at
      WHERE at > ${this.now} - $3::float8 * interval '1 ms' ORDER BY at)`;
    const [row] = await runStatement<{ served: boolean; ages: number[] }>(this.pool, {
      name: 'request-windows-use',
      text: `INSERT INTO request_windows AS w (key, uses, forget_at)
        VALUES ($1, ${served} || ${this.now}, ${this.now} + $3::float8 * interval '1 ms')
        ON CONFLICT (key) DO UPDATE SET
          uses = CASE WHEN cardinality(${recent}) < $4::integer THEN ${recent} || ${this.now} ELSE ${recent} END,
          is_full = cardinality(${recent}) >= $4::integer,
          forget_at = EXCLUDED.forget_at
        RETURNING NOT is_full AS served,
          ARRAY(SELECT extract(epoch FROM ${this.now} - at) * 1000 FROM unnest(uses) AS at ORDER BY at)::float8[] AS ages`,
      values: [hashOf(key), servedAgesMs, windowMs, quota],
    });
    await this.forgetNowAndThen();
    return { isServed: row?.served ?? true, agesMs: row?.ages ?? [0] };
  }

  private async forgetNowAndThen(): Promise<void> {
    const nowMs = this.monotonicMs();
    if (nowMs - this.forgottenAt < FORGET_EVERY_MS) return;
    this.forgottenAt = nowMs;
    await runStatement(this.pool, {
      text: `WITH rates AS (DELETE FROM request_rates WHERE free_at <= ${this.now})
        DELETE FROM request_windows WHERE forget_at <= ${this.now}`,
      values: [],
    });
  }
}

/** No address and no name lies in these tables. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
