/**
 * What "now" is, as SQL: the database's clock, or the row that tests and replays move. The nodes' own clocks decide
 * nothing, so two nodes whose clocks differ still agree.
 */
import type pg from 'pg';

export const SYSTEM_NOW = 'now()';
/** An uncorrelated sub-select: read once per statement, and it bounds an index scan as `now()` does. */
export const MANUAL_NOW = '(SELECT now_at FROM manual_clock)';

/**
 * Never `clock_timestamp()`: a volatile function cannot bound an index scan, so each claim of the due loop would
 * walk every pending deadline (5.7 ms became 1,340 ms at a million).
 */
export type NowSql = typeof SYSTEM_NOW | typeof MANUAL_NOW;

/** Sets the manual clock unless it is set already: a restart must not turn time back. @param at epoch ms */
export async function startManualClock(pool: pg.Pool, at: number): Promise<void> {
  await pool.query('INSERT INTO manual_clock (now_at) VALUES ($1) ON CONFLICT DO NOTHING', [
    toSqlInstant(at),
  ]);
}

/** @param at epoch ms @returns text that PostgreSQL reads as exactly that instant. */
export function toSqlInstant(at: number): string {
  return new Date(at).toISOString();
}

/** The same where nothing may be set. */
export function toSqlInstantOrNull(at: number | null): string | null {
  return at === null ? null : toSqlInstant(at);
}
