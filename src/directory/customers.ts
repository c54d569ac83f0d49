/**
 * Customers: one record over all channels and cases, found by our id or by the id that the caller's own system
 * gives (`externalId`). Stores what it is told, in its checked form; knows no HTTP and no case.
 */
import type { Pool } from 'pg';
import { uuidv7 } from 'uuidv7';
import type { Grade } from '../domain/case.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';

export interface Customer {
  readonly id: string;
  readonly externalId: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  /** BCP 47; null: the installation's default language. */
  readonly locale: string | null;
  /** IANA zone. */
  readonly timeZone: string | null;
  readonly grade: Grade;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a caller may say of a customer. An absent field keeps what is known; null forgets it. */
export interface CustomerInput {
  readonly externalId: string;
  readonly name: string;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly locale?: string | null;
  readonly timeZone?: string | null;
  readonly grade?: Grade;
}

export interface CustomerQuery {
  /** Part of a name, an e-mail address or an external id, in any case. */
  readonly q?: string;
  /** The id after which the page begins: the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

interface Row {
  id: string;
  external_id: string | null;
  name: string;
  email: string | null;
  phone: string | null;
  locale: string | null;
  time_zone: string | null;
  grade: Grade;
  created_at: number;
  updated_at: number;
}

const COLUMNS = 'id, external_id, name, email, phone, locale, time_zone, grade, created_at, updated_at';
const OPTIONAL = ['email', 'phone', 'locale', 'timeZone', 'grade'] as const;
const COLUMN_OF = {
  email: 'email',
  phone: 'phone',
  locale: 'locale',
  timeZone: 'time_zone',
  grade: 'grade',
} as const;

export class Customers {
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /** Creates the customer, or brings the one with this external id up to date. Safe to call at once from anywhere. */
  async upsert(input: CustomerInput): Promise<{ readonly customer: Customer; readonly created: boolean }> {
    const given = OPTIONAL.filter((field) => input[field] !== undefined);
    const changes = given.map((field) => `${COLUMN_OF[field]} = excluded.${COLUMN_OF[field]}`);
    const id = uuidv7();
    const [row] = await runStatement<Row>(this.pool, {
      text: `INSERT INTO customers (id, external_id, name, email, phone, locale, time_zone, grade, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, ${this.now}, ${this.now})
       ON CONFLICT (external_id) DO UPDATE SET ${['name = excluded.name', ...changes].join(', ')},
         updated_at = excluded.updated_at
       RETURNING ${COLUMNS}`,
      values: [
        id,
        input.externalId,
        input.name,
        input.email ?? null,
        input.phone ?? null,
        input.locale ?? null,
        input.timeZone ?? null,
        input.grade ?? 'standard',
      ],
    });
    if (row === undefined) throw new Error('the customer was not written');
    return { customer: toCustomer(row), created: row.id === id };
  }

  /** null when there is no such customer. */
  async get(id: string): Promise<Customer | null> {
    const [row] = await runStatement<Row>(this.pool, {
      name: 'customer-by-id',
      text: `SELECT ${COLUMNS} FROM customers WHERE id = $1`,
      values: [id],
    });
    return row === undefined ? null : toCustomer(row);
  }

  /** Newest first; pages by key, so that a page costs the same however deep it lies. */
  async list(
    query: CustomerQuery,
  ): Promise<{ readonly customers: readonly Customer[]; readonly hasMore: boolean }> {
    const rows = await runStatement<Row>(this.pool, {
      text: `SELECT ${COLUMNS} FROM customers
       WHERE ($1::uuid IS NULL OR id < $1)
         AND ($2::text IS NULL OR name ILIKE $2 OR email ILIKE $2 OR external_id ILIKE $2)
       ORDER BY id DESC LIMIT $3`,
      values: [query.after ?? null, query.q === undefined ? null : containing(query.q), query.limit + 1],
    });
    const hasMore = rows.length > query.limit;
    return { customers: rows.slice(0, query.limit).map(toCustomer), hasMore };
  }
}

/** A LIKE pattern in which the searched text stands for itself. */
function containing(searched: string): string {
  return `%${searched.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

function toCustomer(row: Row): Customer {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    email: row.email,
    phone: row.phone,
    locale: row.locale,
    timeZone: row.time_zone,
    grade: row.grade,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
