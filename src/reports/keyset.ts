/**
 * Keyset paging as SQL: order and start of a page from an order's columns and a cursor. Pages cost the same however
 * deep they lie, and rows that come or go between two pages shift nothing. Never OFFSET, never count(*).
 */
import { decodeCursor, encodeCursor, instantOf, type KeyPart } from './cursor.js';

/** One column of an order. `expression` is our own SQL, never a caller's. */
export interface SortColumn {
  readonly expression: string;
  readonly kind: KeyPart;
  /** Missing values come last in ascending order, as PostgreSQL's indexes have them. First column only. */
  readonly nullable?: boolean;
}

export interface Order {
  /** Name of list and order, bound into its cursors. */
  readonly name: string;
  /** Together unique; the last ones break ties. */
  readonly columns: readonly SortColumn[];
  readonly descending: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** null on the last page. */
  readonly nextCursor: string | null;
}

const TYPES: Record<KeyPart, string> = {
  instant: 'timestamptz',
  uuid: 'uuid',
  priority: 'text',
  taskKey: 'text',
  seq: 'int',
};

/** Expressions for the select list: the row's own sort key, as a cursor carries it. */
export function sortKeyColumns(order: Order): string {
  return order.columns
    .map(({ expression, kind }, index) => {
      const text = kind === 'instant' ? `(extract(epoch FROM ${expression}) * 1000000)::bigint` : expression;
      return `coalesce(${text}::text, '') AS sort_key_${index}`;
    })
    .join(', ');
}

/**
 * The condition that a row lies after the cursor.
 * @param values parameters of the query so far; those of the condition are appended.
 * @throws InvalidCursor
 */
export function afterCursor(order: Order, cursor: string, values: unknown[]): string {
  const key = decodeCursor(
    cursor,
    order.name,
    order.columns.map(({ kind }) => kind),
  );
  const placeholders = order.columns.map(({ kind }, index) => {
    const part = key[index] as string;
    values.push(kind === 'instant' ? instantOf(part) : part);
    return `$${values.length}::${TYPES[kind]}`;
  });
  const beyond = order.descending ? '<' : '>';
  const row = (from: number) => {
    const expressions = order.columns.slice(from).map(({ expression }) => expression);
    return `(${expressions.join(', ')}) ${beyond} (${placeholders.slice(from).join(', ')})`;
  };
  const [first] = order.columns as [SortColumn];
  if (!first.nullable) return row(0);
  const isAmongMissing = key[0] === '';
  // The placeholder is named even where only its absence matters: a parameter nobody uses has no type.
  if (isAmongMissing) {
    const rest = order.descending ? ` OR ${first.expression} IS NOT NULL` : '';
    return `((${first.expression} IS NULL AND ${placeholders[0]} IS NULL AND ${row(1)})${rest})`;
  }
  return order.descending ? row(0) : `(${row(0)} OR ${first.expression} IS NULL)`;
}

export function orderBy(order: Order): string {
  const direction = order.descending ? 'DESC' : 'ASC';
  return order.columns.map(({ expression }) => `${expression} ${direction}`).join(', ');
}

/** @param rows up to one more than `limit`: the extra one only tells that there is more. */
export function toPage<Row extends object, T>(
  rows: readonly Row[],
  limit: number,
  order: Order,
  toItem: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1) as Record<string, string> | undefined;
  const key = order.columns.map((_, index) => last?.[`sort_key_${index}`] ?? '');
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > limit ? encodeCursor(order.name, key) : null,
  };
}
