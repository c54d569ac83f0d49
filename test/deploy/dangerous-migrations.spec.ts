import { describe, expect, it } from '@jest/globals';
import { FLOOR, MIGRATIONS } from '../../src/store/migrations.js';
import { dangersOf, judgeStatements, statementsOf } from './judge-migration.js';

/** The first schema that was ever in use: what came before met no node that served. */
const FIRST = 'Limits1795305600015';
const names = MIGRATIONS.map(({ name }) => name);
const later = MIGRATIONS.slice(names.indexOf(FIRST) + 1);

/** What each would do to nodes that serve, and whether in one transaction. */
const DANGEROUS: readonly [sql: string, kind: 'stops' | 'breaks'][] = [
  ['CREATE INDEX journal_type ON journal (type)', 'stops'],
  ['CREATE UNIQUE INDEX journal_type ON journal (type)', 'stops'],
  ["ALTER TABLE journal ADD CONSTRAINT typed CHECK (type <> '')", 'stops'],
  ['ALTER TABLE journal ADD CONSTRAINT one UNIQUE (link)', 'stops'],
  ['ALTER TABLE journal ALTER COLUMN seq TYPE bigint', 'stops'],
  ['ALTER TABLE cases ADD COLUMN token uuid DEFAULT gen_random_uuid()', 'stops'],
  ['UPDATE journal SET silence = NULL', 'stops'],
  ['LOCK TABLE cases', 'stops'],
  ['ALTER TABLE journal ALTER COLUMN principal SET NOT NULL', 'stops'],
  ['ALTER TABLE journal ALTER COLUMN principal SET NOT NULL', 'breaks'],
  ['ALTER TABLE journal ADD COLUMN source text NOT NULL', 'breaks'],
  ['ALTER TABLE journal ADD source text NOT NULL', 'breaks'],
  ['ALTER TABLE cases DROP COLUMN grade', 'breaks'],
  ['ALTER TABLE cases DROP grade', 'breaks'],
  ['ALTER TABLE cases RENAME COLUMN grade TO tier', 'breaks'],
  ['ALTER TABLE cases RENAME TO tickets', 'breaks'],
  ['DROP TABLE suppressions', 'breaks'],
  ['DROP FUNCTION erase_journal(uuid)', 'breaks'],
  ['REVOKE INSERT ON journal FROM case_escalation_app', 'breaks'],
  ['CREATE TRIGGER stamp BEFORE INSERT ON journal EXECUTE FUNCTION f()', 'breaks'],
];

const HARMLESS: readonly string[] = [
  'CREATE TABLE letters (id uuid PRIMARY KEY, sent_at timestamptz NOT NULL); CREATE INDEX letters_sent ON letters (sent_at)',
  'ALTER TABLE journal ADD COLUMN source text',
  "ALTER TABLE journal ADD COLUMN source text NOT NULL DEFAULT 'api'",
  "ALTER TABLE journal ADD CONSTRAINT typed CHECK (type <> '') NOT VALID",
  'ALTER TABLE cases DROP CONSTRAINT cases_state_known; ALTER TABLE cases ADD CONSTRAINT cases_state_known CHECK (state IS NOT NULL) NOT VALID',
  "COMMENT ON TABLE cases IS 'DROP TABLE cases; UPDATE journal SET x'",
  'CREATE OR REPLACE VIEW audit.load AS SELECT 1',
  'ALTER TABLE journal ALTER COLUMN source DROP DEFAULT',
];

describe('a migration since the first schema in use', () => {
  it.each(later.map((migration) => [migration.name, new migration()] as const))(
    '%s lets nodes of this build and of the one before serve while it runs',
    async (name, migration) => {
      const dangers = await dangersOf(migration);
      // What takes something away must say so by the floor: then older builds do not start on it.
      const isAllowed = names.indexOf(FLOOR) >= names.indexOf(name);
      expect(dangers.filter(({ kind }) => kind === 'stops' || !isAllowed)).toEqual([]);
    },
  );

  it('has a floor that is one of them', () => {
    expect(names).toContain(FLOOR);
  });
});

describe('the judge of migrations', () => {
  it.each(DANGEROUS)('calls "%s" one that %s', (sql, kind) => {
    expect(judgeStatements(statementsOf(sql), true)).toContainEqual(expect.objectContaining({ kind }));
  });

  it.each(HARMLESS)('has nothing against "%s"', (sql) => {
    expect(judgeStatements(statementsOf(sql), true)).toEqual([]);
  });

  it('wants what is done beside the writers outside of a transaction', () => {
    const concurrent = ['CREATE INDEX CONCURRENTLY journal_type ON journal (type)'];
    expect(judgeStatements(concurrent, true)).toHaveLength(1);
    expect(judgeStatements(concurrent, false)).toEqual([]);
  });

  it('finds what the first schemas did while nobody served', async () => {
    const chain = MIGRATIONS.find(({ name }) => name.startsWith('JournalChain'));
    expect(chain && (await dangersOf(new chain())).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['stops', 'breaks']),
    );
  });
});
