/**
 * The schema of a database as text, in an order that depends on names alone: for the golden file, and to compare two
 * databases. Reads the catalogue, because the embedded PostgreSQL comes without pg_dump.
 */
import pg from 'pg';

/** Our schemas. */
const SCHEMAS = "('public', 'audit')";
/** TypeORM's own record of what was applied. */
const LEFT_OUT = "('schema_migrations')";

export async function dumpSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Without it names in definitions depend on who asks.
    await client.query(`SET search_path = ''`);
    const parts: string[] = [];
    for (const query of [TABLES, CONSTRAINTS, INDEXES, VIEWS, FUNCTIONS, COMMENTS, GRANTS, OTHERS]) {
      const { rows } = await client.query(query);
      parts.push((rows as { line: string }[]).map(({ line }) => line).join('\n'));
    }
    return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

const RELATIONS = `pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  AND n.nspname IN ${SCHEMAS} AND c.relname NOT IN ${LEFT_OUT}`;

const TABLES = `
SELECT format(E'CREATE TABLE %I.%I (\\n%s\\n);\\n', n.nspname, c.relname, string_agg(
  format('  %I %s%s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
    coalesce(' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '')), E',\\n' ORDER BY a.attnum)) AS line
FROM ${RELATIONS}
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') GROUP BY n.nspname, c.relname ORDER BY n.nspname, c.relname`;

/** NOT NULL stands with its column; only newer servers list it here too. */
const CONSTRAINTS = `
SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s;', n.nspname, c.relname, k.conname,
  pg_catalog.pg_get_constraintdef(k.oid)) AS line
FROM ${RELATIONS} JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype <> 'n'
ORDER BY n.nspname, c.relname, k.conname`;

const INDEXES = `
SELECT pg_catalog.pg_get_indexdef(i.indexrelid) || ';' AS line
FROM ${RELATIONS} JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid)
ORDER BY n.nspname, c.relname, i.indexrelid::regclass::text`;

const VIEWS = `
SELECT format(E'CREATE VIEW %I.%I AS\\n%s\\n', n.nspname, c.relname, pg_catalog.pg_get_viewdef(c.oid, true)) AS line
FROM ${RELATIONS} WHERE c.relkind = 'v' ORDER BY n.nspname, c.relname`;

/** Whole, because a row that was written by one text of a function is checked by another for ever. */
const FUNCTIONS = `
SELECT pg_catalog.pg_get_functiondef(p.oid) || E';\\n' AS line FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace AND n.nspname IN ${SCHEMAS}
WHERE p.prokind = 'f' ORDER BY p.oid::regprocedure::text`;

const COMMENTS = `
SELECT format('COMMENT ON %s %I.%I%s IS %L;',
  CASE WHEN d.objsubid > 0 THEN 'COLUMN' WHEN c.relkind = 'v' THEN 'VIEW' ELSE 'TABLE' END, n.nspname, c.relname,
  coalesce('.' || quote_ident(a.attname), ''), d.description) AS line
FROM ${RELATIONS}
JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
ORDER BY n.nspname, c.relname, d.objsubid`;

const GRANTS = `
SELECT format('GRANT %s ON %I.%I TO %I;', string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type), g.table_schema,
  g.table_name, g.grantee) AS line
FROM information_schema.role_table_grants g
WHERE g.table_schema IN ${SCHEMAS} AND g.grantee = 'case_escalation_app'
  AND g.table_name NOT IN ${LEFT_OUT}
GROUP BY g.table_schema, g.table_name, g.grantee ORDER BY g.table_schema, g.table_name`;

/** There should be none: no triggers, no sequences, no functions but plain ones. */
const OTHERS = `
SELECT format('-- trigger %s on %s', t.tgname, t.tgrelid::regclass) AS line FROM pg_catalog.pg_trigger t
WHERE NOT t.tgisinternal
UNION ALL
SELECT format('-- function %s', p.oid::regprocedure) FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace AND n.nspname IN ${SCHEMAS} WHERE p.prokind <> 'f'
UNION ALL
SELECT format('-- sequence %I.%I', n.nspname, c.relname) FROM ${RELATIONS} WHERE c.relkind = 'S'
  AND c.relname <> 'schema_migrations_id_seq'
ORDER BY 1`;
