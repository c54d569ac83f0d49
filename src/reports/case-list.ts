/**
 * Lists of cases: filters, order, one page. Read-only, over the columns that the store keeps for this; never asks
 * the engine. Visibility is part of the query, so that a list can never hold what its reader may not open.
 */
import type { Pool } from 'pg';
import type { Case, Level, Priority, StatePath } from '../domain/case.js';
import { MACHINE_VERSION, migrateCase } from '../domain/machine-version.js';
import type { Visibility } from '../domain/visibility.js';
import { CASE_COLUMNS, toCase, type CaseRow } from '../store/case-rows.js';
import { idsOfPerson } from '../store/same-person.js';
import { runStatement } from '../store/statement.js';
import {
  afterCursor,
  orderBy,
  sortKeyColumns,
  toPage,
  type Order,
  type Page,
  type SortColumn,
} from './keyset.js';
import { visibleCases } from './visible-cases.js';

/** Ids are UUIDv7, so their order is that of opening, and the primary key serves it. */
const ID = { expression: 'id', kind: 'uuid' } as const;

const SORT_COLUMNS = {
  createdAt: [],
  updatedAt: [{ expression: 'updated_at', kind: 'instant' }],
  nextUpdateDueAt: [{ expression: 'next_update_due_at', kind: 'instant', nullable: true }],
  resolutionDueAt: [{ expression: 'resolution_due_at', kind: 'instant', nullable: true }],
  priority: [{ expression: 'priority', kind: 'priority' }],
} as const satisfies Record<string, readonly SortColumn[]>;

export type CaseSortName = keyof typeof SORT_COLUMNS;
export const CASE_SORT_NAMES = Object.keys(SORT_COLUMNS) as CaseSortName[];

/** Which cases, in which order. */
export interface CaseListing {
  readonly visibility: Visibility;
  readonly states?: readonly StatePath[];
  readonly level?: Level;
  /** The department that has the case now. */
  readonly department?: string;
  readonly ownerId?: string;
  readonly customerId?: string;
  readonly priority?: Priority;
  readonly breached?: boolean;
  /** The case number, the order reference, or a part of the subject. */
  readonly q?: string;
  readonly sort: { readonly by: CaseSortName; readonly descending: boolean };
}

export interface CaseQuery extends CaseListing {
  readonly limit: number;
  readonly cursor: string | null;
}

export class CaseList {
  constructor(private readonly pool: Pool) {}

  /** @throws InvalidCursor */
  async page(query: CaseQuery): Promise<Page<Case>> {
    const order = orderOf(query.sort);
    const values: unknown[] = [];
    const conditions = filters(query, values);
    if (query.cursor !== null) conditions.push(afterCursor(order, query.cursor, values));
    values.push(query.limit + 1);
    const rows = await runStatement<CaseRow>(this.pool, {
      text: `SELECT ${CASE_COLUMNS}, ${sortKeyColumns(order)} FROM cases
       WHERE ${conditions.join(' AND ')}
       ORDER BY ${orderBy(order)} LIMIT $${values.length}`,
      values,
    });
    return toPage(rows, query.limit, order, (row) => upToDate(toCase(row)));
  }
}

/** A case that a newer build wrote is listed as it stands: one such row must not take the list away. */
function upToDate(stored: Case): Case {
  return stored.machineVersion < MACHINE_VERSION ? migrateCase(stored) : stored;
}

/** What both the pages of the list and its export are made of. @param values gets those of the conditions */
export function listed(
  query: CaseListing,
  values: unknown[],
): { readonly where: string; readonly orderBy: string } {
  return { where: filters(query, values).join(' AND '), orderBy: orderBy(orderOf(query.sort)) };
}

function orderOf({ by, descending }: CaseListing['sort']): Order {
  return {
    name: `cases:${descending ? '-' : ''}${by}`,
    columns: [...SORT_COLUMNS[by], ID],
    descending,
  };
}

function filters(query: CaseListing, values: unknown[]): string[] {
  const conditions = [visibleCases(query.visibility, values)];
  const where = (value: unknown, condition: (placeholder: string) => string) => {
    if (value === undefined || value === null) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  where(query.states, (states) => `state = ANY(${states}::text[])`);
  where(query.level, (level) => `level = ${level}::smallint`);
  where(query.department, (department) => `department = ${department}`);
  where(query.ownerId, (ownerId) => `owner_id = ${ownerId}`);
  where(query.customerId, (customerId) => `customer_id = ANY(${idsOfPerson(customerId)})`);
  where(query.priority, (priority) => `priority = ${priority}`);
  where(query.breached, (breached) => `breached = ${breached}::boolean`);
  if (query.q !== undefined) {
    values.push(query.q.toUpperCase(), query.q, `%${escapeLike(query.q)}%`);
    const [number, orderRef, subject] = [2, 1, 0].map((back) => `$${values.length - back}`);
    conditions.push(`(number = ${number} OR order_ref = ${orderRef} OR subject ILIKE ${subject})`);
  }
  return conditions;
}

/** What the caller typed is text, not a pattern. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (sign) => `\\${sign}`);
}
