/**
 * What of the cases is due: the claim, the next due instant, and the step of a clock that tests move. A claim holds
 * its rows until its transaction ends, so that several workers share the work instead of repeating it, and a worker
 * that dies lets go at once. Knows no loop and no pause.
 */
import type pg from 'pg';
import type { Instant } from '../domain/actor.js';
import { MACHINE_VERSION } from '../domain/machine-version.js';
import { CASE_COLUMNS, type CaseRow } from '../store/case-rows.js';
import { toSqlInstant, type NowSql } from '../store/now.js';
import { inTransaction, runStatement } from '../store/statement.js';
import type { CaseWrite } from './case-write.js';
import { commitStatement, type WriteOutcomeRow } from './commit-sql.js';
import { faultPoint } from './fault-points.js';

/**
 * What waits in a crowd waits for its whole batch: 256 in one transaction took 100 ms, in four they took 115, and the
 * first were safe after 29. Requests for the same cases wait as long.
 */
export const CLAIM_MAX = 64;

export interface Claimed {
  /** The database's clock when the rows were claimed. */
  readonly now: Instant;
  /** As stored: what cannot be read is one case's fault, and not its neighbours'. */
  readonly rows: readonly CaseRow[];
}

/** Where a clock moved by hand has come to, and what is due there. */
export interface ClockStop {
  readonly now: Instant;
  readonly casesDue: boolean;
  readonly elsewhereDue: boolean;
}

export class DueCases {
  /** @param elsewhereSql scalar sub-selects: the earliest instant of other things that a moved clock must stop at. */
  constructor(
    private readonly pool: pg.Pool,
    private readonly now: NowSql,
    private readonly elsewhereSql: readonly string[] = [],
  ) {}

  /**
   * Claims what is due, earliest first, lets `decide` step each, and writes all of it in the same transaction. Rows
   * that another worker holds are left to it. Cases of a newer machine are left alone.
   * @param asideIds cases not to claim. @returns the writes that were committed.
   */
  async fire(asideIds: readonly string[], decide: (claimed: Claimed) => CaseWrite[]): Promise<CaseWrite[]> {
    await faultPoint('before-claim');
    return inTransaction(this.pool, async (run) => {
      const rows = await run<CaseRow & { now: Instant }>({
        name: `claim-${this.clockName()}`,
        // Index cases_due. now() bounds the scan; clock_timestamp() would walk every pending deadline.
        text: `SELECT ${this.now} AS now, ${CASE_COLUMNS} FROM cases
          WHERE next_due_at <= ${this.now} AND machine_version <= $1 AND id <> ALL ($2::uuid[])
          ORDER BY next_due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED`,
        values: [MACHINE_VERSION, asideIds, CLAIM_MAX],
      });
      const [first] = rows;
      const writes = first ? decide({ now: first.now, rows }) : [];
      await faultPoint('after-claim');
      if (writes.length === 0) return [];
      // The rows are ours already: this waits for nobody.
      const outcomes = await run<WriteOutcomeRow>(commitStatement(writes, this.now, true));
      const done = new Set(outcomes.filter(({ outcome }) => outcome === 'done').map(({ id }) => id));
      return writes.filter(({ accepted }) => done.has(accepted.case.id));
    });
  }

  /**
   * The database's clock, and what is left after everything due until `drainedTo` was claimed: the earliest instant
   * after it (null: nothing is pending), and whether somebody holds a row that was due before.
   */
  async next(
    asideIds: readonly string[],
    drainedTo: Instant,
  ): Promise<{ now: Instant; dueAt: Instant | null; held: boolean }> {
    const [row] = await runStatement<{ now: Instant; due_at: Instant | null; held: boolean }>(this.pool, {
      name: `next-due-${this.clockName()}`,
      text: `SELECT ${this.now} AS now, (
          SELECT next_due_at FROM cases
          WHERE next_due_at > $3::timestamptz AND machine_version <= $1 AND id <> ALL ($2::uuid[])
          ORDER BY next_due_at, id LIMIT 1) AS due_at, (
          SELECT true FROM cases
          WHERE next_due_at <= $3::timestamptz AND machine_version <= $1 AND id <> ALL ($2::uuid[])
          ORDER BY next_due_at, id LIMIT 1) IS NOT NULL AS held`,
      values: [MACHINE_VERSION, asideIds, toSqlInstant(drainedTo)],
    });
    return { now: row?.now ?? 0, dueAt: row?.due_at ?? null, held: row?.held ?? false };
  }

  /**
   * Moves the manual clock to the next instant at which something is due, at most to `target`, in one round trip.
   * Not flushed by itself: whatever is written after it and flushed takes it along, so nothing can outlive its clock.
   * @returns null when the clock is past `target` already.
   */
  async moveClock(target: Instant, asideIds: readonly string[]): Promise<ClockStop | null> {
    const elsewhere = ['NULL::timestamptz', ...this.elsewhereSql].join(', ');
    const [row] = await runStatement<{ now: Instant; cases_due: boolean; elsewhere_due: boolean }>(
      this.pool,
      {
        name: 'move-clock',
        text: `WITH next AS MATERIALIZED (
          SELECT (
            SELECT next_due_at FROM cases
            WHERE next_due_at <= $1::timestamptz AND machine_version <= $2 AND id <> ALL ($3::uuid[])
            ORDER BY next_due_at, id LIMIT 1) AS of_cases, least(${elsewhere}) AS elsewhere)
        UPDATE manual_clock
        SET now_at = greatest(now_at, least(next.of_cases, next.elsewhere, $1::timestamptz)) FROM next
        WHERE now_at <= $1::timestamptz
        RETURNING now_at AS now, coalesce(next.of_cases <= now_at, false) AS cases_due,
          coalesce(next.elsewhere <= now_at, false) AS elsewhere_due,
          set_config('synchronous_commit', 'off', true)`,
        values: [toSqlInstant(target), MACHINE_VERSION, asideIds],
      },
    );
    return row ? { now: row.now, casesDue: row.cases_due, elsewhereDue: row.elsewhere_due } : null;
  }

  private clockName(): string {
    return this.now === 'now()' ? 'system' : 'manual';
  }
}
