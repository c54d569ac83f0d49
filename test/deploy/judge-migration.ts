/**
 * What a migration would do to nodes that serve while it runs: by its statements, without a database. `stops` has
 * everybody wait, `breaks` fails nodes of the build before.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export interface Danger {
  readonly kind: 'stops' | 'breaks';
  readonly why: string;
  readonly statement: string;
}

interface Rule {
  readonly kind: Danger['kind'];
  readonly why: string;
  readonly matches: RegExp;
  /** The same statement is harmless when this matches too, or when an earlier statement did. */
  readonly unless?: RegExp;
  readonly unlessBefore?: (table: string) => RegExp;
}

const TABLE = '(?:IF (?:NOT )?EXISTS )?(?:ONLY )?(?:public\\.)?';

/** On tables that are there already; whatever is done to a new one concerns nobody. */
const RULES: readonly Rule[] = [
  {
    kind: 'stops',
    why: 'an index is built under a lock: addIndex',
    matches: /^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)/i,
  },
  {
    kind: 'stops',
    why: 'a constraint reads the whole table under a lock: NOT VALID, then VALIDATE',
    matches: /^ALTER TABLE .*ADD (CONSTRAINT \w+ )?(CHECK|FOREIGN KEY|UNIQUE|PRIMARY KEY|EXCLUDE)/i,
    unless: /NOT VALID|USING INDEX/i,
  },
  {
    kind: 'stops',
    why: 'SET NOT NULL reads the whole table under a lock: requireValue',
    matches: /^ALTER TABLE .*SET NOT NULL/i,
    unlessBefore: (table) => new RegExp(`^ALTER TABLE ${table} VALIDATE CONSTRAINT`, 'i'),
  },
  {
    kind: 'stops',
    why: 'a new type rewrites the table',
    matches: /^ALTER TABLE .*ALTER (COLUMN )?\w+ (SET DATA )?TYPE/i,
  },
  {
    kind: 'stops',
    why: 'a default that differs from row to row rewrites the table: add the column without, then backfill',
    matches:
      /^ALTER TABLE .*ADD (COLUMN )?.*DEFAULT [^,]*(gen_random_uuid|random|clock_timestamp|nextval|uuid_send)\s*\(/i,
  },
  {
    kind: 'stops',
    why: 'a generated column rewrites the table',
    matches: /^ALTER TABLE .*GENERATED ALWAYS AS/i,
  },
  {
    kind: 'stops',
    why: 'all rows in one transaction: backfill',
    matches: /^(UPDATE|DELETE FROM) /i,
    unless: /\bWHERE\b/i,
  },
  {
    kind: 'stops',
    why: 'rewrites or locks the whole table',
    matches:
      /^(LOCK|CLUSTER|TRUNCATE|VACUUM FULL|REINDEX (?!.*CONCURRENTLY)|REFRESH MATERIALIZED VIEW (?!CONCURRENTLY))/i,
  },
  { kind: 'breaks', why: 'older builds use it', matches: /^DROP (TABLE|VIEW|FUNCTION|SCHEMA|TYPE)/i },
  {
    kind: 'breaks',
    why: 'older builds use the column',
    matches: /^ALTER TABLE .*DROP (COLUMN )?(?!CONSTRAINT|DEFAULT|NOT NULL)(IF EXISTS )?\w+/i,
    unless: /(ALTER (COLUMN )?\w+ DROP|DROP CONSTRAINT)/i,
  },
  {
    kind: 'breaks',
    why: 'older builds use the name of before',
    matches: /^ALTER (TABLE|INDEX|VIEW) .*RENAME/i,
  },
  {
    kind: 'breaks',
    why: 'older builds give no value for it: a DEFAULT',
    matches: /^ALTER TABLE .*ADD (COLUMN )?(?!CONSTRAINT)[^,]*NOT NULL/i,
    unless: /ADD (COLUMN )?(IF NOT EXISTS )?\w+ [^,]*DEFAULT|CHECK/i,
  },
  {
    kind: 'breaks',
    why: 'older builds may give no value for it: a DEFAULT first',
    matches: /^ALTER TABLE .*SET NOT NULL/i,
    unlessBefore: (table) => new RegExp(`^ALTER TABLE ${table} .*(SET )?DEFAULT`, 'i'),
  },
  { kind: 'breaks', why: 'older builds use the right', matches: /^REVOKE/i, unless: /FROM PUBLIC/i },
  {
    kind: 'breaks',
    why: 'no trigger acts behind a statement',
    matches: /^CREATE (OR REPLACE )?(CONSTRAINT )?TRIGGER/i,
  },
];

/** Runs the migration against nothing, and looks at what it asked. */
export async function dangersOf(migration: MigrationInterface): Promise<Danger[]> {
  const asked: string[] = [];
  const runner = {
    query: async (text: string) => {
      asked.push(...statementsOf(text));
      return [];
    },
  } as unknown as QueryRunner;
  await migration.up(runner);
  return judgeStatements(asked, migration.transaction !== false);
}

/** @param inTransaction whether all of it is one transaction, so that every lock is held to its end. */
export function judgeStatements(statements: readonly string[], inTransaction: boolean): Danger[] {
  const fresh = new Set(statements.flatMap((statement) => createdBy(statement) ?? []));
  return statements.flatMap((statement, n) => {
    const table = tableOf(statement) ?? '';
    if (fresh.has(table)) return [];
    const before = statements.slice(0, n);
    const dangers = RULES.filter(
      ({ matches, unless, unlessBefore }) =>
        matches.test(statement) &&
        unless?.test(statement) !== true &&
        !(unlessBefore && before.some((earlier) => unlessBefore(table).test(earlier))),
    ).map(({ kind, why }): Danger => ({ kind, why, statement }));
    if (inTransaction && /CONCURRENTLY|VALIDATE CONSTRAINT/i.test(statement)) {
      dangers.push({ kind: 'stops', why: 'locks are held to the end: transaction = false', statement });
    }
    return dangers;
  });
}

function createdBy(statement: string): string | undefined {
  return new RegExp(`^CREATE (?:UNLOGGED )?TABLE ${TABLE}(\\w+)`, 'i').exec(statement)?.[1];
}

function tableOf(statement: string): string | undefined {
  return new RegExp(
    `(?:ALTER TABLE|CREATE (?:UNIQUE )?INDEX .*? ON|UPDATE|DELETE FROM|LOCK(?: TABLE)?) ${TABLE}(\\w+)`,
    'i',
  ).exec(statement)?.[1];
}

/** One line each, without comments. What stands in quotes or dollars is nobody's statement. */
export function statementsOf(text: string): string[] {
  return text
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/\$(\w*)\$.*?\$\1\$/gs, "''")
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .split(';')
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '');
}
