/** What time it is, by the only clock that decides anything: the database's, or the one that tests move. */
import type { Pool } from 'pg';
import type { Instant } from '../domain/actor.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';

export class DatabaseClock {
  constructor(
    private readonly pool: Pool,
    private readonly sql: NowSql,
  ) {}

  async now(): Promise<Instant> {
    const [row] = await runStatement<{ now: Instant }>(this.pool, {
      name: 'database-now',
      text: `SELECT ${this.sql}::timestamptz AS now`,
      values: [],
    });
    return (row as { now: Instant }).now;
  }
}
