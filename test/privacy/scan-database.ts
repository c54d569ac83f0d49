// Looks for words in every column of every table, as the catalogue knows them: a table that comes tomorrow is searched
// tomorrow. Knows no table by name.
import type { DataSource } from 'typeorm';

interface Column {
  readonly table: string;
  readonly column: string;
  readonly isBytes: boolean;
}

const COLUMNS = `
  SELECT c.table_name AS table, c.column_name AS column, c.data_type = 'bytea' AS "isBytes"
  FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1, 2`;

/** @param words in lower case @returns `table.column` of each place that holds one of them, with how many rows */
export async function scanDatabase(
  dataSource: DataSource,
  words: readonly string[],
): Promise<{ readonly tables: number; readonly found: Record<string, number> }> {
  const columns: Column[] = await dataSource.query(COLUMNS);
  const found: Record<string, number> = {};
  for (const { table, column, isBytes } of columns) {
    const text = isBytes ? `encode("${column}", 'escape')` : `"${column}"::text`;
    const [row] = await dataSource.query(
      `SELECT count(*)::int AS n FROM "${table}" WHERE EXISTS (
         SELECT FROM unnest($1::text[]) AS word WHERE position(word IN lower(${text})) > 0
           OR position(word IN regexp_replace(${text}, '[ ()./-]', '', 'g')) > 0)`,
      [words],
    );
    if (row.n > 0) found[`${table}.${column}`] = row.n;
  }
  return { tables: new Set(columns.map(({ table }) => table)).size, found };
}
