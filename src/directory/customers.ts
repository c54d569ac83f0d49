/**
 * Customers: one record over all channels and cases, found by our id or by the id that the caller's own system
 * gives (`externalId`). Stores what it is told, in its checked form; a record that was merged reads as the one that
 * goes on. Knows no HTTP and no case; merging is in `customer-merges.ts`.
 */
import type { Pool } from 'pg';
import { uuidv7 } from 'uuidv7';
import type { Grade } from '../domain/case.js';
import { type NowSql, SYSTEM_NOW } from '../store/now.js';
import { goingOn, idsOfPerson } from '../store/same-person.js';
import { runStatement } from '../store/statement.js';
import {
  customerColumns,
  toCustomer,
  type Customer,
  type CustomerRow,
  type Preferences,
} from './customer-record.js';

/** What a caller may say of a customer. An absent field keeps what is known; null forgets it. */
export interface CustomerChange {
  readonly name?: string;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly locale?: string | null;
  readonly timeZone?: string | null;
  readonly grade?: Grade;
  readonly account?: string | null;
  readonly preferences?: Preferences;
}

export interface CustomerInput extends CustomerChange {
  readonly externalId: string;
  readonly name: string;
}

export interface CustomerQuery {
  /** Part of a name, an e-mail address or an external id, in any case. */
  readonly q?: string;
  readonly account?: string;
  readonly grade?: Grade;
  /** The id after which the page begins: the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** The person was forgotten: nothing is entered under their record any more. */
export class CustomerErased extends Error {
  constructor() {
    super('the customer was erased');
  }
}

/** A customer after a change, and the grade before it; null when there was none. */
export interface Changed {
  readonly customer: Customer;
  readonly gradeBefore: Grade | null;
}

const COLUMN_OF = {
  name: 'name',
  email: 'email',
  phone: 'phone',
  locale: 'locale',
  timeZone: 'time_zone',
  grade: 'grade',
  account: 'account',
  preferences: 'preferences',
} as const satisfies Record<keyof CustomerChange, keyof CustomerRow>;
const FIELDS = Object.keys(COLUMN_OF) as (keyof CustomerChange)[];
const COLUMNS_SET = FIELDS.map((field) => COLUMN_OF[field]);

/** What a new customer is where nothing was said. */
const UNSAID: Readonly<Record<keyof CustomerChange, unknown>> = {
  name: '',
  email: null,
  phone: null,
  locale: null,
  timeZone: null,
  grade: 'standard',
  account: null,
  preferences: {},
};

/** Each has an index. */
const REACHED_BY = {
  email: 'lower(email) = lower($1)',
  phone: "translate(phone, ' ()./-', '') = translate($1, ' ()./-', '')",
  externalId: 'external_id = $1',
} as const;

/** From here on the exact number helps nobody. */
const COUNTED_MAX = 1_000;
/** A record may be merged away between two statements; more often than this is no race but a fault. */
const TRIES_MAX = 5;

export class Customers {
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /**
   * Creates the customer, or brings the one with this external id up to date: the record that goes on, where that one
   * was merged. Safe to call at once from anywhere. @throws CustomerErased while that record is being erased
   */
  async upsert(input: CustomerInput): Promise<Changed & { readonly created: boolean }> {
    for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
      const written = await this.insertOrUpdate(input);
      if (written) return written;
      const goesOn = await this.idBehind(input.externalId);
      const changed = goesOn === null ? null : await this.update(goesOn, input);
      if (changed) return { ...changed, created: false };
    }
    throw new Error('the customer was not written');
  }

  /** Changes the record that goes on. @returns null when there is no such customer. @throws CustomerErased */
  async update(id: string, change: CustomerChange): Promise<Changed | null> {
    for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
      const changed = await this.updateUnmerged(id, change);
      if (changed) return changed;
      // Either there is none, or it was erased, or it was merged while we looked.
      const found = await this.get(id);
      if (found === null) return null;
      if (found.erasedAt !== null) throw new CustomerErased();
    }
    throw new Error('the customer was not written');
  }

  /** The record that goes on, where this one was merged; null when there is no such customer. */
  async get(id: string): Promise<Customer | null> {
    const [row] = await runStatement<CustomerRow>(this.pool, {
      name: 'customer-by-id',
      text: `SELECT ${customerColumns('c')} FROM customers c WHERE c.id = ${goingOn('$1')}`,
      values: [id],
    });
    return row === undefined ? null : toCustomer(row);
  }

  /** Whoever is reached there: of several, the one known longest, as it goes on now. @param value an address in any case */
  async findBy(way: keyof typeof REACHED_BY, value: string): Promise<Customer | null> {
    const [row] = await runStatement<{ id: string }>(this.pool, {
      name: `customer-by-${way}`,
      text: `SELECT id FROM customers WHERE ${REACHED_BY[way]} AND erased_at IS NULL ORDER BY id LIMIT 1`,
      values: [value],
    });
    return row === undefined ? null : this.get(row.id);
  }

  /** Every id under which this person's cases lie, the going one first. */
  async idsOf(id: string): Promise<readonly string[]> {
    const [row] = await runStatement<{ ids: string[] }>(this.pool, {
      name: 'customer-ids',
      text: `SELECT ${idsOfPerson('$1')} AS ids`,
      values: [id],
    });
    return row?.ids ?? [id];
  }

  /** Other customers of the same account, counted up to a bound. */
  async othersInAccount({ id, account }: Pick<Customer, 'id' | 'account'>): Promise<number> {
    if (account === null) return 0;
    const [row] = await runStatement<{ n: number }>(this.pool, {
      name: 'customers-of-account',
      text: `SELECT count(*)::int AS n FROM (SELECT 1 FROM customers
               WHERE account = $1 AND id <> $2 AND merged_into IS NULL LIMIT ${COUNTED_MAX}) AS one`,
      values: [account, id],
    });
    return row?.n ?? 0;
  }

  /** Newest first, merged and erased ones left out; pages by key, so that a page costs the same however deep it lies. */
  async list(
    query: CustomerQuery,
  ): Promise<{ readonly customers: readonly Customer[]; readonly hasMore: boolean }> {
    const { q, account, grade, after, limit } = query;
    const rows = await runStatement<CustomerRow>(this.pool, {
      text: `SELECT ${customerColumns('c')} FROM customers c
       WHERE c.merged_into IS NULL AND c.erased_at IS NULL AND ($1::uuid IS NULL OR c.id < $1)
         AND ($2::text IS NULL OR c.name ILIKE $2 OR c.email ILIKE $2 OR c.external_id ILIKE $2)
         AND ($3::text IS NULL OR c.account = $3) AND ($4::text IS NULL OR c.grade = $4)
       ORDER BY c.id DESC LIMIT $5`,
      values: [
        after ?? null,
        q === undefined ? null : containing(q),
        account ?? null,
        grade ?? null,
        limit + 1,
      ],
    });
    return { customers: rows.slice(0, limit).map(toCustomer), hasMore: rows.length > limit };
  }

  /** @returns null when the record with this external id was merged into another, or erased. */
  private async insertOrUpdate(
    input: CustomerInput,
  ): Promise<(Changed & { readonly created: boolean }) | null> {
    const given = FIELDS.map((field) => input[field] !== undefined);
    const changes = COLUMNS_SET.filter((_, n) => given[n]);
    const id = uuidv7();
    const [row] = await runStatement<CustomerRow & { grade_before: Grade | null }>(this.pool, {
      name: `customer-upsert-${this.now === SYSTEM_NOW ? 'system' : 'manual'}-${given.map(Number).join('')}`,
      text: `WITH before AS (SELECT grade FROM customers WHERE external_id = $2)
       INSERT INTO customers AS c (id, external_id, ${COLUMNS_SET.join(', ')}, created_at, updated_at)
       VALUES ($1, $2, ${COLUMNS_SET.map((_, index) => `$${index + 3}`).join(', ')}, ${this.now}, ${this.now})
       ON CONFLICT (external_id) DO UPDATE SET ${changes.map((name) => `${name} = excluded.${name}`).join(', ')},
         updated_at = excluded.updated_at
       WHERE c.merged_into IS NULL AND c.erased_at IS NULL
       RETURNING ${customerColumns('c')}, (SELECT grade FROM before) AS grade_before`,
      values: [id, input.externalId, ...FIELDS.map((field) => toSqlValue(input[field] ?? UNSAID[field]))],
    });
    if (row === undefined) return null;
    return { customer: toCustomer(row), created: row.id === id, gradeBefore: row.grade_before };
  }

  /** @returns null when there is no such record, or it was merged a moment ago. */
  private async updateUnmerged(id: string, change: CustomerChange): Promise<Changed | null> {
    const given = FIELDS.filter((field) => change[field] !== undefined);
    const sets = given.map((field, index) => `${COLUMN_OF[field]} = $${index + 2}`);
    const [row] = await runStatement<CustomerRow & { grade_before: Grade }>(this.pool, {
      text: `WITH before AS (SELECT id, grade FROM customers
                       WHERE id = ${goingOn('$1')} AND merged_into IS NULL AND erased_at IS NULL
                       FOR UPDATE)
       UPDATE customers c SET ${[...sets, `updated_at = ${this.now}`].join(', ')} FROM before
       WHERE c.id = before.id RETURNING ${customerColumns('c')}, before.grade AS grade_before`,
      values: [id, ...given.map((field) => toSqlValue(change[field]))],
    });
    return row === undefined ? null : { customer: toCustomer(row), gradeBefore: row.grade_before };
  }

  private async idBehind(externalId: string): Promise<string | null> {
    const text = 'SELECT coalesce(merged_into, id) AS id FROM customers WHERE external_id = $1';
    const [row] = await runStatement<{ id: string }>(this.pool, { text, values: [externalId] });
    return row?.id ?? null;
  }
}

/** The driver would write a list as an array of PostgreSQL; preferences are JSON. */
function toSqlValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** A LIKE pattern in which the searched text stands for itself. */
function containing(searched: string): string {
  return `%${searched.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}
