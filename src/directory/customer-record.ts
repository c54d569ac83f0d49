/**
 * What is known of one customer, and how it lies in its row. Knows no statement and no rule.
 */
import type { Grade } from '../domain/case.js';

/** How a customer wishes to be told. Absent: nothing was said. */
export interface Preferences {
  readonly optOut?: readonly ('email' | 'sms')[];
  /** Local times `HH:MM` in the customer's zone; may run past midnight. */
  readonly quietHours?: { readonly from: string; readonly to: string } | null;
  readonly consent?: { readonly marketing?: boolean; readonly at?: string };
}

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
  /** The organisation that the customer belongs to. */
  readonly account: string | null;
  readonly preferences: Preferences;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When the person was forgotten; null: never. */
  readonly erasedAt: number | null;
}

export interface CustomerRow {
  id: string;
  external_id: string | null;
  name: string;
  email: string | null;
  phone: string | null;
  locale: string | null;
  time_zone: string | null;
  grade: Grade;
  account: string | null;
  preferences: Preferences;
  created_at: number;
  updated_at: number;
  erased_at: number | null;
}

const READ_COLUMNS = [
  'id',
  'external_id',
  'name',
  'email',
  'phone',
  'locale',
  'time_zone',
  'grade',
  'account',
  'preferences',
  'created_at',
  'updated_at',
  'erased_at',
] as const satisfies readonly (keyof CustomerRow)[];

/** For `SELECT … FROM customers AS <alias>`. */
export const customerColumns = (alias: string): string =>
  READ_COLUMNS.map((column) => `${alias}.${column}`).join(', ');

export function toCustomer(row: CustomerRow): Customer {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    email: row.email,
    phone: row.phone,
    locale: row.locale,
    timeZone: row.time_zone,
    grade: row.grade,
    account: row.account,
    preferences: row.preferences,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    erasedAt: row.erased_at,
  };
}
