/**
 * How much people and departments have in hand, counted up to a bound: beyond it the exact number helps nobody.
 * Read-only; each count walks one partial index of unfinished work.
 */
import type { Pool } from 'pg';
import { runStatement } from '../store/statement.js';

/** Nobody works at more things than this; whoever has them is full. */
export const LOAD_MAX = 200;

/** Exactly as the partial indexes have it, or they do not serve. */
const UNFINISHED = `state IN ('open', 'accepted')`;
const OPEN_CASE = `state NOT IN ('resolved', 'closed', 'withdrawn', 'merged')`;

export class DepartmentLoad {
  constructor(private readonly pool: Pool) {}

  /** Unfinished tasks of each person. Walks `tasks_assignee`. */
  tasksOf(staffIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.counted(
      'load-of-people',
      `SELECT 1 FROM tasks WHERE assignee_id = k.key AND ${UNFINISHED}`,
      staffIds,
    );
  }

  /** Unfinished tasks in each department's inbox, whoever has them. Walks `tasks_inbox`. */
  tasksIn(departments: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.counted(
      'load-of-departments',
      `SELECT 1 FROM tasks WHERE department = k.key AND ${UNFINISHED}`,
      departments,
    );
  }

  /** Open cases for which each person answers to the customer. Walks `cases_owned`. */
  casesOwnedBy(staffIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.counted(
      'load-of-owners',
      `SELECT 1 FROM cases WHERE owner_id = k.key AND ${OPEN_CASE}`,
      staffIds,
    );
  }

  private async counted(
    name: string,
    counted: string,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, number>> {
    if (keys.length === 0) return new Map();
    const rows = await runStatement<{ key: string; n: number }>(this.pool, {
      name,
      text: `SELECT k.key, n.n FROM unnest($1::text[]) AS k(key) CROSS JOIN LATERAL
               (SELECT count(*)::int AS n FROM (${counted} LIMIT ${LOAD_MAX}) AS one) AS n`,
      values: [keys],
    });
    return new Map(rows.map(({ key, n }) => [key, n]));
  }
}
