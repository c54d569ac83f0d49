import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { createDataSource } from '../../src/store/data-source.js';
import { addIndex, backfill, requireValue } from '../../src/store/migration-steps.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';

const ROWS = 1_000;
const INDEX = { name: 'parcels_colour', table: 'parcels', on: '(colour)' };
const COLOURS = {
  table: 'parcels',
  key: ['id', 'n'],
  set: `colour = 'none'`,
  where: 'colour IS NULL',
  batch: 64,
};

describe('a step on a table that is written to', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let runner: QueryRunner;
  let writer: pg.Client;
  const rows = async (sql: string): Promise<unknown[]> => (await writer.query(sql)).rows;
  const isValid = (): Promise<unknown[]> =>
    rows(`SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass('parcels_colour')`);

  beforeEach(async () => {
    database = await startTestDatabase({ migrated: false });
    dataSource = await createDataSource({
      url: database.url,
      poolSize: 2,
      applicationName: 'test',
      lockTimeoutMs: 200,
    }).initialize();
    runner = dataSource.createQueryRunner();
    writer = new pg.Client({ connectionString: database.url });
    await writer.connect();
    await writer.query(`CREATE TABLE parcels (id integer, n integer, colour text, PRIMARY KEY (id, n));
      INSERT INTO parcels SELECT g / 10, g % 10, CASE WHEN g % 3 = 0 THEN 'blue' END FROM generate_series(1, ${ROWS}) g`);
  });
  afterEach(async () => {
    await runner.release();
    await dataSource.destroy();
    await writer.end();
    await database.drop();
  });

  it('builds an index, and does nothing the second time', async () => {
    await addIndex(runner, INDEX);
    const [made] = await rows(`SELECT 'parcels_colour'::regclass::oid AS oid`);
    await addIndex(runner, INDEX);
    expect(await rows(`SELECT 'parcels_colour'::regclass::oid AS oid`)).toEqual([made]);
  });

  it('builds an index anew that was cut off half-way', async () => {
    const building = new pg.Client({ connectionString: database.url });
    await building.connect();
    await building.query('SET statement_timeout = 300');
    const writing = new pg.Client({ connectionString: database.url });
    await writing.connect();
    await writing.query(`BEGIN; UPDATE parcels SET colour = 'red' WHERE id = 1`);
    // Waits for the open transaction, and is cut off.
    await expect(
      building.query('CREATE INDEX CONCURRENTLY parcels_colour ON parcels (colour)'),
    ).rejects.toThrow(/timeout/);
    await writing.query('ROLLBACK');
    for (const each of [building, writing]) await each.end();
    expect(await isValid()).toEqual([{ valid: false }]);
    await addIndex(runner, INDEX);
    expect(await isValid()).toEqual([{ valid: true }]);
  });

  it('fills in what is missing, batch by batch, and nothing else', async () => {
    await backfill(runner, COLOURS);
    expect(await rows('SELECT colour, count(*)::integer AS n FROM parcels GROUP BY 1 ORDER BY 1')).toEqual([
      { colour: 'blue', n: 333 },
      { colour: 'none', n: 667 },
    ]);
    const [{ transactions }] = (await rows(
      'SELECT count(DISTINCT xmin::text)::integer AS transactions FROM parcels',
    )) as [{ transactions: number }];
    expect(transactions).toBe(Math.ceil(ROWS / COLOURS.batch) + 1);
  });

  it('requires a value once all have one, and refuses a table in which one is missing', async () => {
    await expect(requireValue(runner, 'parcels', 'colour')).rejects.toThrow(/parcels_colour_given/);
    await backfill(runner, COLOURS);
    await requireValue(runner, 'parcels', 'colour');
    expect(
      await rows(`SELECT attnotnull AS required, (SELECT count(*)::integer FROM pg_constraint
        WHERE conname = 'parcels_colour_given') AS left FROM pg_attribute WHERE attrelid = 'parcels'::regclass AND attname = 'colour'`),
    ).toEqual([{ required: true, left: 0 }]);
  });

  it('leaves the connection with the limits that it had', async () => {
    await addIndex(runner, INDEX);
    expect(await runner.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '5s' }]);
    expect(await runner.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '200ms' }]);
  });

  it('waits for a long reader with an index, and holds up no writer meanwhile', async () => {
    await writer.query(`BEGIN; UPDATE parcels SET colour = 'red' WHERE id = 1`);
    const built = addIndex(runner, INDEX);
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query('SET lock_timeout = 1000');
    const begun = `SELECT FROM pg_stat_progress_create_index WHERE relid = 'parcels'::regclass`;
    while ((await other.query(begun)).rowCount === 0);
    await other.query(`UPDATE parcels SET colour = 'green' WHERE id = 2`);
    await other.end();
    await writer.query('COMMIT');
    await built;
    expect(await isValid()).toEqual([{ valid: true }]);
  });
});
