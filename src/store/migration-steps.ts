/**
 * Changes of a large table while nodes write to it: none holds a lock that anybody notices, and each can be cut off
 * anywhere and done again. For migrations with `transaction = false`. Knows no table.
 */
import type { QueryRunner } from 'typeorm';

export interface NewIndex {
  readonly name: string;
  readonly table: string;
  /** What follows the table's name: `(case_id)`, `USING gin (departments)`, `(due_at) WHERE due_at IS NOT NULL`. */
  readonly on: string;
  readonly unique?: boolean;
}

/** Built beside the writers. It may have to wait for a long reader, but nobody has to wait behind it. */
export async function addIndex(
  runner: QueryRunner,
  { name, table, on, unique = false }: NewIndex,
): Promise<void> {
  await unbounded(runner, async () => {
    await runner.query('SET lock_timeout = 0');
    // What was cut off leaves an index that every write pays for and no read uses; `IF NOT EXISTS` would be content.
    const left = (await runner.query(
      'SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)',
      [name],
    )) as { valid: boolean }[];
    if (left[0]?.valid) return;
    if (left.length > 0) await runner.query(`DROP INDEX CONCURRENTLY ${name}`);
    await runner.query(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${name} ON ${table} ${on}`);
  });
}

export interface Backfill {
  readonly table: string;
  /** The columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** `column = expression` */
  readonly set: string;
  /** What is still to be done; must not hold any more once it is. */
  readonly where: string;
  /** Rows of the key that are looked at in one statement. */
  readonly batch?: number;
}

/** Batch by batch along the primary key, each committed by itself: no row is held for longer than a batch takes. */
export async function backfill(
  runner: QueryRunner,
  { table, key, set, where, batch = 5_000 }: Backfill,
): Promise<void> {
  const columns = key.join(', ');
  const row = (first: number): string => key.map((_, n) => `$${first + n}`).join(', ');
  // As text, which every type of key can be read back from.
  const lastOf = (
    beyond: string,
  ): string => `SELECT ${key.map((column) => `few.${column}::text AS ${column}`).join(', ')} FROM (
    SELECT ${columns} FROM ${table} WHERE ${beyond} ORDER BY ${columns} LIMIT ${batch}) AS few
    ORDER BY ${key.map((column) => `few.${column} DESC`).join(', ')} LIMIT 1`;
  await unbounded(runner, async () => {
    for (let after: readonly string[] = []; ;) {
      const beyond = after.length === 0 ? 'true' : `(${columns}) > (${row(1)})`;
      const [end] = (await runner.query(lastOf(beyond), [...after])) as Record<string, string>[];
      if (!end) return;
      const upTo = Object.values(end);
      await runner.query(
        `UPDATE ${table} SET ${set} WHERE ${beyond} AND (${columns}) <= (${row(1 + after.length)}) AND (${where})`,
        [...after, ...upTo],
      );
      after = upTo;
    }
  });
}

/** Once every row has a value and every writer gives one, by a default or by itself. Reads the table beside its writers. */
export async function requireValue(runner: QueryRunner, table: string, column: string): Promise<void> {
  const name = `${table}_${column}_given`;
  await unbounded(runner, async () => {
    await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${name}`);
    await runner.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${column} IS NOT NULL) NOT VALID`);
    await runner.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`);
    // Believes the constraint instead of reading the table again under a lock.
    await runner.query(`ALTER TABLE ${table} ALTER COLUMN ${column} SET NOT NULL`);
    await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  });
}

/** A step may take longer than a request; how long it waits for a table stays bounded. */
async function unbounded(runner: QueryRunner, work: () => Promise<void>): Promise<void> {
  await runner.query('SET statement_timeout = 0');
  try {
    await work();
  } finally {
    // To what the connection began with.
    await runner.query('RESET statement_timeout; RESET lock_timeout').catch(() => undefined);
  }
}
