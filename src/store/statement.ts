/**
 * Runs hand-written statements on the pool so that a client always comes back clean or not at all. Limits on
 * time are the server's; one more is ours, for a server that cannot be heard, and drops the socket.
 */
import type pg from 'pg';
import QueryStream from 'pg-query-stream';
import { DependencyUnavailable, dependencyFault, spoilsConnection } from './database-errors.js';
import { isWrite, writeGateOf } from './write-gate.js';

export interface Statement {
  /** With a name the server keeps the plan: 2.2 times the throughput of an unnamed one. */
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * A network that swallows packets gives no error for a quarter of an hour. Within five seconds the caller has its 503
 * (reliability.md D2), so this comes just before the server's own limit; any healthy work is done long before both.
 */
const NO_ANSWER_MS = 4_500;

/** @throws DependencyUnavailable, or the driver's error when the statement is at fault. */
export async function runStatement<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  statement: Statement,
): Promise<Row[]> {
  const work = async (client: pg.PoolClient): Promise<Row[]> => (await send<Row>(client, statement)).rows;
  return isWrite(statement) ? throughGate(pool, work) : withClient(pool, work);
}

/** Runs a statement on the one client of a transaction. */
export type RunSql = <Row extends pg.QueryResultRow>(statement: Statement) => Promise<Row[]>;

/** All or nothing; `work` gets the one client that it may use. @throws as `runStatement`. */
export async function inTransaction<T>(pool: pg.Pool, work: (run: RunSql) => Promise<T>): Promise<T> {
  return throughGate(pool, async (client) => {
    await client.query('BEGIN');
    try {
      const result = await work(async (statement) => (await send(client, statement)).rows as never);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      // On a lost connection the server has rolled back already, and this must not hide the cause.
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  });
}

/**
 * The rows of a long answer, read a few at a time by a cursor that is closed when the reader has had enough. Each read
 * is bounded by the server; how long a reader may take, by whoever reads. @throws as `runStatement`
 */
export async function* streamRows<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  { text, values }: Statement,
  rowsAhead: number,
): AsyncGenerator<Row> {
  const client = await connected(pool);
  const stream = client.query(new QueryStream(text, values as unknown[], { batchSize: rowsAhead }));
  // A reader who leaves ends the stream by an error of its own; the connection is free once the cursor is closed. One
  // that was lost closes none, and without our word the stream would wait for it for ever.
  stream.on('error', ignore);
  let spoilt = false;
  let lost: () => void = ignore;
  const closed = new Promise<void>((resolve) => {
    stream.once('close', resolve);
    lost = () => {
      spoilt = true;
      stream.emit('error', new DependencyUnavailable('the connection was lost'));
      resolve();
    };
  });
  client.once('end', lost);
  try {
    yield* stream as AsyncIterable<Row>;
  } catch (error) {
    spoilt ||= spoilsConnection(error);
    throw dependencyFault(error) ?? error;
  } finally {
    stream.destroy();
    await closed;
    client.off('end', lost);
    client.release(spoilt);
  }
}

function send<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  { name, text, values }: Statement,
): Promise<pg.QueryResult<Row>> {
  return client.query<Row>({ name, text, values: values as unknown[] });
}

/** For what may wait for a standby or a disk. */
async function throughGate<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const gate = writeGateOf(pool);
  const until = performance.now() + NO_ANSWER_MS;
  const turn = gate.enter();
  if (turn) await turn;
  try {
    return await withClient(pool, work, until);
  } finally {
    gate.leave();
  }
}

/** @param until when the caller must have its answer; waiting for a connection counts. */
async function withClient<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  until = performance.now() + NO_ANSWER_MS,
): Promise<T> {
  const client = await connected(pool);
  // Every waiting query then fails, and so do we.
  const noAnswer = setTimeout(() => client.connection.stream.destroy(), until - performance.now());
  let spoilt = false;
  try {
    return await work(client);
  } catch (error) {
    spoilt = spoilsConnection(error);
    throw dependencyFault(error) ?? error;
  } finally {
    clearTimeout(noAnswer);
    client.release(spoilt);
  }
}

async function connected(pool: pg.Pool): Promise<pg.PoolClient> {
  listenToAll(pool);
  try {
    return await pool.connect();
  } catch (error) {
    // No statement has been sent yet: whatever it says, the database does not serve.
    throw (
      dependencyFault(error) ??
      new DependencyUnavailable('the database gives no connection', { cause: error })
    );
  }
}

const listenedTo = new WeakSet<object>();

/**
 * Without a listener, a connection that dies while it is ours would end the process. The pool takes its own away when it
 * hands a connection out, and we have it a turn later: an end that arrives with its first word falls between.
 */
function listenToAll(pool: pg.Pool): void {
  if (listenedTo.has(pool)) return;
  listenedTo.add(pool);
  pool.on('acquire', (client) => {
    if (listenedTo.has(client)) return;
    listenedTo.add(client);
    client.on('error', ignore);
  });
}

function ignore(): void {
  // The query that was under way reports it.
}
