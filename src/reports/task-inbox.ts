/**
 * A department's inbox: its tasks with what one must know of the case to choose among them, and how many there are.
 * Read-only. Counts stop at a bound: an inbox with more is "many", and counting a million rows on every page load is
 * what makes an inbox slow (performance.md).
 */
import type { Pool } from 'pg';
import type { Level, Priority, StatePath } from '../domain/case.js';
import type { Task, TaskKind } from '../domain/step-result.js';
import type { Visibility } from '../domain/visibility.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import { afterCursor, orderBy, sortKeyColumns, toPage, type Order, type Page } from './keyset.js';
import { visibleCases } from './visible-cases.js';

export interface InboxTask extends Task {
  readonly caseId: string;
  readonly priority: Priority;
  readonly updatedAt: number;
  readonly closedAt: number | null;
  /** Whoever should have answered or decided did not in time: a deputy may. */
  readonly withDeputy: boolean;
  readonly case: {
    readonly number: string;
    readonly subject: string;
    readonly state: StatePath;
    readonly level: Level;
    readonly revision: number;
  };
}

/** Which tasks a reader may see. */
export interface InboxScope {
  /** A department's staff: its own tasks. */
  readonly visibility: Visibility;
  /** Whether tasks of no department (a manager's) are among them. */
  readonly managers: boolean;
  /** Whose own tasks are always among them, wherever they lie, as long as their case is to be seen. */
  readonly readerId: string;
}

export interface InboxFilter {
  readonly scope: InboxScope;
  readonly department?: string;
  readonly kind?: TaskKind;
  /** Absent: what is still to be done, `open` or `accepted`. */
  readonly state?: Task['state'];
  /** The id of a member of staff, or null: nobody's. */
  readonly assigneeId?: string | null;
}

export interface InboxQuery extends InboxFilter {
  readonly sort: { readonly by: 'dueAt' | 'createdAt'; readonly descending: boolean };
  readonly limit: number;
  readonly cursor: string | null;
}

export interface InboxCounts {
  readonly open: number;
  readonly accepted: number;
  readonly mine: number;
  readonly unassigned: number;
  readonly overdue: number;
}

/** From here on the exact number helps nobody. */
export const COUNTED_MAX = 1_000;

/** Exactly as the partial indexes have it, or they do not serve. */
const LIVE = `t.state IN ('open', 'accepted')`;

const SORT_COLUMNS = {
  dueAt: { expression: 't.due_at', kind: 'instant', nullable: true },
  createdAt: { expression: 't.created_at', kind: 'instant' },
} as const;

export class TaskInbox {
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /** @throws InvalidCursor */
  async page(query: InboxQuery): Promise<Page<InboxTask>> {
    const order = orderOf(query.sort);
    const values: unknown[] = [];
    const visible = ownFilters(query.scope, values);
    const conditions = filters(query, values);
    if (query.cursor !== null) conditions.push(afterCursor(order, query.cursor, values));
    values.push(query.limit + 1);
    const sorted = `ORDER BY ${orderBy(order)} LIMIT $${values.length}`;
    // One walk of an index in order each; an OR between them would read the whole inbox and sort it.
    const parts = visible.map(
      (
        own,
      ) => `(SELECT ${TASK_COLUMNS}, ${sortKeyColumns(order)} FROM tasks t JOIN cases c ON c.id = t.case_id
        WHERE ${[own, ...conditions].join(' AND ')} ${sorted})`,
    );
    const rows = await runStatement<TaskRow>(this.pool, {
      text: `SELECT * FROM (${parts.join(' UNION ALL ')}) t ${sorted}`,
      values,
    });
    return toPage(rows, query.limit, order, toInboxTask);
  }

  /** @returns null when there is no such task within the scope. */
  async find(caseId: string, key: string, scope: InboxScope): Promise<InboxTask | null> {
    const values: unknown[] = [caseId, key];
    const visible = ownFilters(scope, values).join(' OR ');
    const rows = await runStatement<TaskRow>(this.pool, {
      text: `SELECT ${TASK_COLUMNS} FROM tasks t JOIN cases c ON c.id = t.case_id
        WHERE t.case_id = $1 AND t.key = $2 AND (${visible})`,
      values,
    });
    return rows[0] ? toInboxTask(rows[0]) : null;
  }

  /** Numbers of live tasks, none above `COUNTED_MAX`. @param readerId whose tasks are `mine`. */
  async counts(filter: Omit<InboxFilter, 'state' | 'assigneeId'>, readerId: string): Promise<InboxCounts> {
    const values: unknown[] = [readerId];
    const visible = ownFilters(filter.scope, values);
    const common = filters(filter, values);
    const bounded = (condition: string) => {
      const parts = visible.map((own) => {
        const where = [own, ...common, condition].join(' AND ');
        return `(SELECT 1 FROM tasks t WHERE ${where} LIMIT ${COUNTED_MAX})`;
      });
      return `(SELECT least(count(*), ${COUNTED_MAX})::int FROM (${parts.join(' UNION ALL ')}) n)`;
    };
    const rows = await runStatement<InboxCounts>(this.pool, {
      text: `SELECT ${bounded(`t.state = 'open'`)} AS open,
              ${bounded(`t.state = 'accepted'`)} AS accepted,
              ${bounded('t.assignee_id = $1')} AS mine,
              ${bounded('t.assignee_id IS NULL')} AS unassigned,
              ${bounded(`t.due_at < ${this.now}`)} AS overdue`,
      values,
    });
    return rows[0] as InboxCounts;
  }

  /** Unfinished tasks of a department, whoever has them. @param max where counting stops */
  async openTasksIn(department: string, max: number): Promise<number> {
    const rows = await runStatement<{ n: number }>(this.pool, {
      text: `SELECT count(*)::int AS n FROM (SELECT 1 FROM tasks t WHERE t.department = $1 AND ${LIVE} LIMIT $2) n`,
      values: [department, max],
    });
    return rows[0]?.n ?? 0;
  }
}

/** Read out of the case, for the few kinds that a deputy may take over; of all others the context is not touched. */
const WITH_DEPUTY = `CASE WHEN t.key LIKE 'approve-%' OR t.key LIKE 'consult-%' THEN coalesce(
    (SELECT (one->>'withDeputy')::boolean FROM jsonb_array_elements(
       c.context->CASE WHEN t.kind = 'approve' THEN 'compensations' ELSE 'consults' END) AS one
     WHERE one->>'n' = split_part(t.key, '-', 2)), false) ELSE false END AS with_deputy`;

const TASK_COLUMNS = `t.case_id, t.key, t.kind, t.department, t.assignee_id, t.state, t.created_at, t.due_at,
  t.updated_at, t.closed_at, t.priority, c.number, c.subject, c.state AS case_state, c.level, c.revision,
  ${WITH_DEPUTY}`;

interface TaskRow {
  case_id: string;
  key: string;
  kind: TaskKind;
  department: string | null;
  assignee_id: string | null;
  state: Task['state'];
  created_at: number;
  due_at: number | null;
  updated_at: number;
  closed_at: number | null;
  priority: Priority;
  number: string;
  subject: string;
  case_state: StatePath;
  with_deputy: boolean;
  level: Level;
  revision: number;
}

function orderOf({ by, descending }: InboxQuery['sort']): Order {
  return {
    name: `tasks:${descending ? '-' : ''}${by}`,
    columns: [
      SORT_COLUMNS[by],
      { expression: 't.case_id', kind: 'uuid' },
      { expression: 't.key', kind: 'taskKey' },
    ],
    descending,
  };
}

function filters(
  { department, kind, state, assigneeId }: Omit<InboxFilter, 'scope'>,
  values: unknown[],
): string[] {
  const conditions: string[] = [];
  const where = (value: unknown, condition: (placeholder: string) => string) => {
    if (value === undefined || value === null) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  where(department, (asked) => `t.department = ${asked}`);
  where(kind, (asked) => `t.kind = ${asked}`);
  if (state === undefined) conditions.push(LIVE);
  where(state, (asked) => `t.state = ${asked}`);
  where(assigneeId, (asked) => `t.assignee_id = ${asked}`);
  if (assigneeId === null) conditions.push('t.assignee_id IS NULL');
  return conditions;
}

/** What the reader may see at all: conditions of which at most one holds for a task. */
function ownFilters({ visibility, managers, readerId }: InboxScope, values: unknown[]): string[] {
  if (visibility.sees === 'nothing' || visibility.sees === 'customer') return ['false'];
  if (visibility.sees === 'everything' && managers) return ['true'];
  const own = `t.assignee_id = $${values.push(readerId)}`;
  if (visibility.sees === 'everything') {
    return ['t.department IS NOT NULL', `t.department IS NULL AND ${own}`];
  }
  const department = `$${values.push(visibility.department)}`;
  // Whoever has changed departments still has a task there, and does not see its case any more. A look by key for each
  // of the few tasks of one person; as a join it might be planned from the many cases of a department.
  const seen = `(SELECT ${visibleCases(visibility, values, 'v')} FROM cases v WHERE v.id = t.case_id)`;
  return [
    `t.department = ${department}`,
    `t.department IS DISTINCT FROM ${department} AND ${own} AND ${seen}`,
  ];
}

function toInboxTask(row: TaskRow): InboxTask {
  return {
    caseId: row.case_id,
    key: row.key,
    kind: row.kind,
    department: row.department,
    assigneeId: row.assignee_id,
    state: row.state,
    createdAt: row.created_at,
    dueAt: row.due_at,
    priority: row.priority,
    updatedAt: row.updated_at,
    closedAt: row.closed_at,
    withDeputy: row.with_deputy,
    case: {
      number: row.number,
      subject: row.subject,
      state: row.case_state,
      level: row.level,
      revision: row.revision,
    },
  };
}
