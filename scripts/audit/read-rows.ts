/** Rows of a query, batch by batch through a cursor, so that no table has to fit into memory. Knows no query. */
import type pg from 'pg';

/** Rows per fetch: large enough that round trips vanish, small enough (a few MB) for any machine. */
const BATCH = 5_000;

/**
 * @param client inside a transaction, whose snapshot it reads.
 * @param cursor a name that no other open cursor of the transaction has.
 */
export async function* readRows<T extends object>(
  client: pg.ClientBase,
  cursor: string,
  query: string,
): AsyncGenerator<T, void> {
  await client.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${query}`);
  for (;;) {
    const batch = await client.query(`FETCH ${BATCH} FROM ${cursor}`);
    yield* batch.rows as T[];
    if (batch.rows.length < BATCH) break;
  }
  await client.query(`CLOSE ${cursor}`);
}
