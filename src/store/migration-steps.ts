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

/**
 * Batch by batch along the primary key, each committed by itself: no row is held for longer than a batch takes. The
 * batch is joined by its keys: between two bounds of several columns the planner expects a quarter of the table, and may
 * read all of it for each batch.
 */
export async function backfill(
  runner: QueryRunner,
  { table, key, set, where, batch = 5_000 }: Backfill,
): Promise<void> {
  const columns = key.join(', ');
  const bounds = key.map((_, n) => `$${n + 1}`).join(', ');
  const each = (text: (column: string, n: number) => string, between = ', '): string =>
    key.map(text).join(between);
  // The keys are told as text, which every type of key can be read back from.
  const step = (beyond: string): string => `
    WITH few AS MATERIALIZED (
      SELECT ${each((column, n) => `${column} AS key_${n}`)} FROM ${table}
      WHERE ${beyond} ORDER BY ${columns} LIMIT ${batch}
    ), filled AS (
      UPDATE ${table} SET ${set} FROM few WHERE ${each((column, n) => `${table}.${column} = key_${n}`, ' AND ')} AND (${where})
    )
    SELECT ${each((_, n) => `key_${n}::text`)} FROM few ORDER BY ${each((_, n) => `few.key_${n} DESC`)} LIMIT 1`;
  await unbounded(runner, async () => {
    for (let after: readonly string[] = []; ;) {
      const beyond = after.length === 0 ? 'true' : `(${columns}) > (${bounds})`;
      const [end] = (await runner.query(step(beyond), [...after])) as Record<string, string>[];
      if (!end) return;
      after = Object.values(end);
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
