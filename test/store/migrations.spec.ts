import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { migrate, revert, SchemaTooNew } from '../../src/store/migrate.js';
import { MIGRATIONS } from '../../src/store/migrations.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { dumpSchema } from '../support/schema-dump.js';

describe('migrations', () => {
  const databases: TestDatabase[] = [];
  const empty = async (): Promise<string> => {
    const database = await startTestDatabase({ migrated: false });
    databases.push(database);
    return database.url;
  };
  afterEach(async () => {
    for (const database of databases.splice(0)) await database.drop();
  });

  it('lead to the schema in test/golden/schema.sql (scripts/schema.ts writes it)', async () => {
    const url = await empty();
    await migrate(url);
    expect(await dumpSchema(url)).toBe(readFileSync('test/golden/schema.sql', 'utf8'));
  });

  it('leave the same schema after forward, all the way back, and forward again', async () => {
    const url = await empty();
    const before = await dumpSchema(url);
    expect((await migrate(url)).applied).toHaveLength(MIGRATIONS.length);
    const first = await dumpSchema(url);
    while ((await revert(url)) !== null);
    expect(await dumpSchema(url)).toBe(before);
    await migrate(url);
    expect(await dumpSchema(url)).toBe(first);
  });

  it('apply once when five processes start together, and not again', async () => {
    const url = await empty();
    const runs = await Promise.all(Array.from({ length: 5 }, () => migrate(url)));
    expect(runs.flatMap(({ applied }) => applied)).toHaveLength(MIGRATIONS.length);
    expect(runs.map(({ role }) => role)).toEqual(Array(5).fill('app'));
    expect((await migrate(url)).applied).toEqual([]);
  });

  it('refuse a database from which a newer build has taken something away, and touch nothing', async () => {
    const url = await empty();
    await migrate(url);
    await run(
      url,
      `INSERT INTO schema_migrations (timestamp, name) VALUES (1, 'FromTheFuture1');
       UPDATE schema_floor SET migration = 'FromTheFuture1'`,
    );
    const before = await dumpSchema(url);
    await expect(migrate(url)).rejects.toThrow(SchemaTooNew);
    await expect(revert(url)).rejects.toThrow(/FromTheFuture1/);
    expect(await dumpSchema(url)).toBe(before);
  });

  it('fall back to the owner when the user may not create roles', async () => {
    const url = await empty();
    const name = new URL(url).pathname.slice(1);
    await run(url, `CREATE ROLE owner_${name} LOGIN PASSWORD 'secret' NOCREATEROLE`);
    try {
      await run(
        url,
        `ALTER DATABASE ${name} OWNER TO owner_${name}; GRANT ALL ON SCHEMA public TO owner_${name}`,
      );
      const theirs = new URL(url);
      theirs.username = `owner_${name}`;
      theirs.password = 'secret';
      expect((await migrate(theirs.href)).role).toBe('owner');
    } finally {
      await run(url, `DROP OWNED BY owner_${name} CASCADE`);
      await run(url, `ALTER DATABASE ${name} OWNER TO postgres; DROP ROLE owner_${name}`);
    }
  });

  it('use timestamptz for every instant and no trigger, sequence or foreign key', async () => {
    const url = await empty();
    await migrate(url);
    const schema = await dumpSchema(url);
    expect(schema).not.toMatch(/timestamp without time zone|FOREIGN KEY|-- (trigger|function|sequence)/);
    expect(schema.match(/timestamp with time zone/g)?.length).toBeGreaterThan(20);
  });
});

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
