/**
 * What the journal says of the deadlines of one run, by the database's clock alone: how late, how early, how often.
 * `recorded` counts to the start of the transaction that fired it, `committed` to when its effect was safe.
 */
import type pg from 'pg';

export interface Lateness {
  readonly fired: number;
  /** Fired before its time, and fired more than once: both must be none. */
  readonly early: number;
  readonly double: number;
  /** Milliseconds. */
  readonly recorded: Spread;
  readonly committed: Spread;
  /** Transactions that fired, and their length from their clock to their commit, milliseconds. */
  readonly batches: number;
  readonly batchMs: Spread;
  /** Epoch ms. */
  readonly firstCommittedAt: number;
  readonly lastCommittedAt: number;
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** How many cases of the run are still to fire. */
export async function stillDue(pool: pg.Pool, run: string): Promise<number> {
  const { rows } = await pool.query<{ left: number }>(
    `SELECT count(*)::int AS left FROM bench_due d JOIN cases c ON c.id = d.case_id
     WHERE d.run = $1 AND c.next_due_at = d.due_at`,
    [run],
  );
  return rows[0]?.left ?? 0;
}

export async function lateness(pool: pg.Pool, run: string): Promise<Lateness> {
  const { rows } = await pool.query<{
    case_id: string;
    tx: string;
    late: number;
    safe: number;
    took: number;
    safe_at: number;
  }>(
    `SELECT j.case_id, j.xmin::text AS tx, ${ms('j.recorded_at - d.due_at')} AS late,
       ${ms('pg_xact_commit_timestamp(j.xmin) - d.due_at')} AS safe,
       ${ms('pg_xact_commit_timestamp(j.xmin) - j.recorded_at')} AS took,
       ${ms(`pg_xact_commit_timestamp(j.xmin) - timestamptz 'epoch'`)} AS safe_at
     FROM bench_due d JOIN journal j ON j.case_id = d.case_id AND j.type = 'case.waitExpired'
     WHERE d.run = $1`,
    [run],
  );
  const batches = new Map(rows.map(({ tx, took }) => [tx, took]));
  const safeAt = rows.map((row) => row.safe_at);
  return {
    fired: rows.length,
    early: rows.filter(({ late }) => late < 0).length,
    double: rows.length - new Set(rows.map((row) => row.case_id)).size,
    recorded: spread(rows.map(({ late }) => late)),
    committed: spread(rows.map(({ safe }) => safe)),
    batches: batches.size,
    batchMs: spread([...batches.values()]),
    firstCommittedAt: safeAt.reduce((least, each) => Math.min(least, each), Infinity),
    lastCommittedAt: safeAt.reduce((most, each) => Math.max(most, each), -Infinity),
  };
}

/** @param values in any order; of none every figure is NaN */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function ms(interval: string): string {
  return `(extract(epoch FROM ${interval}) * 1000)::float8`;
}
