/**
 * Ends the session of one chosen statement, before it is sent or after it was carried out: what a fail-over or an
 * administrator does at the worst moment. Knows the pool and its connections; knows no statement.
 */
import pg from 'pg';

export type Moment = 'before' | 'after';

type Query = (...given: unknown[]) => unknown;

export class StatementCutter {
  private readonly watched = new WeakSet<pg.PoolClient>();
  private left = 0;
  private moment: Moment = 'before';

  private constructor(
    private readonly pool: pg.Pool,
    private readonly owner: pg.Client,
  ) {
    pool.on('acquire', this.watch);
  }

  /** @param url of somebody who may end the sessions of `pool` */
  static async on(pool: pg.Pool, url: string): Promise<StatementCutter> {
    const owner = new pg.Client({ connectionString: url });
    await owner.connect();
    return new StatementCutter(pool, owner);
  }

  /** The nth statement from now on, whoever sends it, loses its session. */
  arm(nth: number, moment: Moment): void {
    this.left = nth;
    this.moment = moment;
  }

  /** @returns whether the armed cut was made. */
  disarm(): boolean {
    const wasCut = this.left === 0;
    this.left = 0;
    return wasCut;
  }

  async close(): Promise<void> {
    this.pool.off('acquire', this.watch);
    await this.owner.end();
  }

  private readonly watch = (client: pg.PoolClient): void => {
    if (this.watched.has(client)) return;
    this.watched.add(client);
    const query = client.query.bind(client) as Query;
    Object.assign(client, { query: (...given: unknown[]) => this.pass(client, query, given) });
  };

  private pass(client: pg.PoolClient, query: Query, given: unknown[]): unknown {
    // Streams and callbacks are not the product's way to write.
    const isPromised = typeof given.at(-1) !== 'function' && !(given[0] as { read?: unknown })?.read;
    if (!isPromised || this.left === 0) return query(...given);
    this.left -= 1;
    return this.left === 0 ? this.cut(client, query, given) : query(...given);
  }

  private async cut(client: pg.PoolClient, query: Query, given: unknown[]): Promise<unknown> {
    const { processID } = client as unknown as { processID: number };
    const end = () => this.owner.query('SELECT pg_terminate_backend($1, 5000)', [processID]);
    if (this.moment === 'before') {
      await end();
      return query(...given);
    }
    await query(...given);
    await end();
    throw new Error('Connection terminated unexpectedly');
  }
}
