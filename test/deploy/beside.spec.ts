import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { APP_ROLE } from '../../src/store/app-role.js';
import { createDataSource } from '../../src/store/data-source.js';
import { migrate, revert, SchemaTooNew } from '../../src/store/migrate.js';
import { MIGRATIONS } from '../../src/store/migrations.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';

/** What a build of tomorrow would have done to the database: a table of its own, and rights that we do not know. */
const TOMORROW = `
INSERT INTO schema_migrations (timestamp, name) VALUES (9999999999999, 'Letters9999999999999');
CREATE TABLE letters (id uuid PRIMARY KEY);
GRANT SELECT, INSERT ON letters TO ${APP_ROLE};
GRANT DELETE ON tasks TO ${APP_ROLE};`;

const NAMES = MIGRATIONS.map(({ name }) => name);

describe('a build on a schema that a newer one has migrated', () => {
  let database: TestDatabase;
  let client: pg.Client;
  beforeEach(async () => {
    database = await startTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(TOMORROW);
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  it('runs as long as the newer one only added, and takes no right back that it gave', async () => {
    expect(await migrate(database.url)).toEqual({ applied: [], role: 'app' });
    const { rows } = await client.query(
      `SELECT has_table_privilege($1, 'letters', 'INSERT') AS letters, has_table_privilege($1, 'tasks', 'DELETE') AS tasks`,
      [APP_ROLE],
    );
    expect(rows).toEqual([{ letters: true, tasks: true }]);
  });

  it.each([
    [
      'the newer one says that it took something away',
      `UPDATE schema_floor SET migration = 'Letters9999999999999'`,
    ],
    ['nobody said what it took away', 'DELETE FROM schema_floor'],
    ['something of ours is missing', `DELETE FROM schema_migrations WHERE name = '${NAMES.at(-1)}'`],
  ])('does not start when %s', async (_when, sql) => {
    await client.query(sql);
    await expect(migrate(database.url)).rejects.toThrow(SchemaTooNew);
  });

  it('never takes a step back there', async () => {
    await expect(revert(database.url)).rejects.toThrow(/Letters9999999999999/);
  });
});

describe('a migration while nodes serve', () => {
  let database: TestDatabase;
  let client: pg.Client;
  const others: pg.Client[] = [];
  const another = async (): Promise<pg.Client> => {
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    others.push(other);
    return other;
  };
  beforeEach(async () => {
    database = await startTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterEach(async () => {
    for (const each of [client, ...others.splice(0)]) await each.end();
    await database.drop();
  });

  it('gives way to a long reader soon, and is done once the reader has ended', async () => {
    while ((await revert(database.url)) !== 'Privacy1795305600014');
    await client.query('BEGIN; SELECT FROM customers');
    const migrated = migrate(database.url);
    const [onlooker, reader] = [await another(), await another()];
    const waits = `SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
      WHERE c.relname = 'customers' AND NOT l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    while ((await onlooker.query(waits)).rowCount === 0);
    const from = performance.now();
    await reader.query('SELECT FROM customers');
    expect(performance.now() - from).toBeLessThan(2_000);
    await client.query('COMMIT');
    expect((await migrated).applied).toEqual(NAMES.slice(NAMES.indexOf('Privacy1795305600014')));
  });

  it('has whoever waits for its turn wait without a snapshot, so that an index can be built beside it', async () => {
    const holder = await another();
    await holder.query('SELECT pg_advisory_lock(4201795305)');
    const turn = migrate(database.url);
    const asking = `SELECT FROM pg_stat_activity WHERE application_name = 'migrate' AND datname = current_database()`;
    while ((await client.query(asking)).rowCount === 0);
    await client.query('SET statement_timeout = 5000');
    await expect(client.query('CREATE INDEX CONCURRENTLY beside ON cases (priority)')).resolves.toBeDefined();
    await holder.query('SELECT pg_advisory_unlock(4201795305)');
    expect((await turn).applied).toEqual([]);
  });
});

describe('the connection of a migration', () => {
  it('waits for a table no longer than it was told', async () => {
    const database = await startTestDatabase();
    const options = { url: database.url, poolSize: 2, applicationName: 'test', lockTimeoutMs: 70 };
    const dataSource = await createDataSource(options).initialize();
    try {
      expect(await dataSource.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '70ms' }]);
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  });
});
