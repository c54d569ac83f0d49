/**
 * Calls of the two functions that make the journal tamper-evident (`journal_digest`, `journal_link`), for statements
 * that write entries or check them. What goes into either is decided by the functions in the database alone.
 */

/** In the order of the function's parameters, after the link before it. */
const HELD = [
  'case_id',
  'seq',
  'type',
  'from_state',
  'to_state',
  'level_after',
  'actor_kind',
  'actor_department',
  'occurred_at',
  'recorded_at',
  'machine_version',
  'customer_visible',
  'silence',
  'digest',
] as const;
const HIDDEN = ['actor_id', 'principal', 'command_key', 'data'] as const;

type Elsewhere<Column extends string> = Readonly<Partial<Record<Column, string>>>;

/**
 * SQL for the link of an entry.
 * @param previous SQL of the link before it; null where there is none.
 * @param row alias of the entry. @param elsewhere SQL of columns that the alias does not have.
 */
export function linkSql(
  previous: string,
  row: string,
  elsewhere: Elsewhere<(typeof HELD)[number]> = {},
): string {
  return `journal_link(${[previous, ...HELD.map((column) => elsewhere[column] ?? `${row}.${column}`)].join(', ')})`;
}

/** SQL for the digest of an entry. @param salt SQL of its case's salt. Others as for `linkSql`. */
export function digestSql(
  salt: string,
  row: string,
  elsewhere: Elsewhere<(typeof HIDDEN)[number]> = {},
): string {
  return `journal_digest(${[salt, ...HIDDEN.map((column) => elsewhere[column] ?? `${row}.${column}`)].join(', ')})`;
}
