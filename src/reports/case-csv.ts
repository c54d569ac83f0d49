/**
 * The list of cases as CSV, for spreadsheets: the same filters, order and visibility as the list, row by row through a
 * cursor, so that its length costs no memory. Texts that a spreadsheet would take for a formula are made harmless.
 */
import { stringify, type Stringifier } from 'csv-stringify';
import type { Pool, QueryResultRow } from 'pg';
import { streamRows } from '../store/statement.js';
import { listed, type CaseListing } from './case-list.js';

/** More is a matter for the database, not for a spreadsheet. */
export const CSV_ROWS_MAX = 100_000;
const ROWS_AHEAD = 500;

const instant = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Heading → expression, in the order of the columns. */
const COLUMNS = {
  number: 'number',
  id: 'id',
  subject: 'subject',
  state: 'state',
  level: 'level',
  priority: 'priority',
  category: 'category',
  channel: 'channel',
  grade: 'grade',
  orderRef: 'order_ref',
  customerId: 'customer_id',
  ownerId: 'owner_id',
  department: 'department',
  flags: `array_to_string(flags, ' ')`,
  cycle: 'cycle',
  breached: 'breached::text',
  receivedAt: instant('received_at'),
  createdAt: instant('opened_at'),
  updatedAt: instant('updated_at'),
  nextUpdateDueAt: instant('next_update_due_at'),
  resolutionDueAt: instant('resolution_due_at'),
} as const;
export const CSV_COLUMNS = Object.keys(COLUMNS);

/** RFC 4180; every text in quotes, so that none can end its line. */
export function csvOf({ bom = false }: { readonly bom?: boolean } = {}): Stringifier {
  return stringify({
    header: true,
    columns: CSV_COLUMNS,
    bom,
    record_delimiter: 'windows',
    quoted_string: true,
    escape_formulas: true,
  });
}

export class CaseCsv {
  constructor(
    private readonly pool: Pool,
    private readonly rowsMax = CSV_ROWS_MAX,
  ) {}

  /** Ends with a row that says so where there are more than fit. @throws DependencyUnavailable */
  async *rows(query: CaseListing): AsyncGenerator<QueryResultRow> {
    const values: unknown[] = [];
    const { where, orderBy } = listed(query, values);
    const columns = Object.entries(COLUMNS).map(([name, expression]) => `${expression} AS "${name}"`);
    values.push(this.rowsMax + 1);
    const text = `SELECT ${columns.join(', ')} FROM cases WHERE ${where} ORDER BY ${orderBy} LIMIT $${values.length}`;
    let n = 0;
    for await (const row of streamRows(this.pool, { text, values }, ROWS_AHEAD)) {
      n += 1;
      if (n > this.rowsMax) {
        yield { number: `MORE THAN ${this.rowsMax} ROWS: narrow the filter` };
        return;
      }
      yield row;
    }
  }
}
