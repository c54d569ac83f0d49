/**
 * Staff: who works here, in which role and department, with which skills and hours. All of it lies in memory, because
 * names are needed while an answer is rendered; other nodes' changes arrive within seconds (directory-refresh.ts).
 * Knows no credential and no calendar.
 */
import type { Pool } from 'pg';
import type { StaffRole } from '../domain/actor.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';

export interface StaffMember {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
  /** Set for members and leads only. */
  readonly department: string | null;
  readonly active: boolean;
  readonly email: string | null;
  /** What somebody can do, as the house words it: `zh`, `batteries`. */
  readonly skills: readonly string[];
  /** Key of the calendar of their hours; null: the department's. */
  readonly shiftCalendar: string | null;
  /** Tasks at one time; null: no bound. */
  readonly capacity: number | null;
}

/** A whole description: what is absent is as for somebody of whom nothing else is known. */
export type StaffEntry = Pick<StaffMember, 'id' | 'name' | 'role' | 'department' | 'active'> &
  Partial<StaffMember>;

interface Row {
  id: string;
  name: string;
  role: StaffRole;
  department: string | null;
  active: boolean;
  email: string | null;
  skills: string[];
  shift_calendar: string | null;
  capacity: number | null;
}

/** Whether people of this role work in a department. */
export function worksInDepartment(role: StaffRole): boolean {
  return role === 'member' || role === 'lead';
}

export class Staff {
  private byId: ReadonlyMap<string, StaffMember> = new Map();
  private refreshesBegun = 0;
  private refreshApplied = 0;

  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /** The name to show; null when nobody has this id. Former staff keep their name on old cases. */
  nameOf(id: string): string | null {
    return this.byId.get(id)?.name ?? null;
  }

  find(id: string): StaffMember | null {
    return this.byId.get(id) ?? null;
  }

  /** By id, ascending; those who have left included. */
  list(): readonly StaffMember[] {
    return [...this.byId.values()];
  }

  /** Active members and leads of a department, by id. */
  of(department: string): readonly StaffMember[] {
    return this.list().filter((person) => person.active && person.department === department);
  }

  /**
   * Enters or changes one person.
   * @param by who says so, for the record
   * @throws when role and department do not fit together.
   */
  async put(member: StaffEntry, by = 'system'): Promise<void> {
    const needsDepartment = worksInDepartment(member.role);
    if (needsDepartment !== (member.department !== null)) {
      throw new Error(`a ${member.role} ${needsDepartment ? 'needs a' : 'has no'} department`);
    }
    await runStatement(this.pool, {
      text: `INSERT INTO staff (id, name, role, department, active, email, skills, shift_calendar, capacity,
                          created_at, changed_at, changed_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, ${this.now}, ${this.now}, $10)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role,
         department = excluded.department, active = excluded.active, email = excluded.email,
         skills = excluded.skills, shift_calendar = excluded.shift_calendar, capacity = excluded.capacity,
         changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
      values: [
        member.id,
        member.name,
        member.role,
        member.department,
        member.active,
        member.email ?? null,
        member.skills ?? [],
        member.shiftCalendar ?? null,
        member.capacity ?? null,
        by,
      ],
    });
    await this.refresh();
  }

  async refresh(): Promise<void> {
    this.refreshesBegun += 1;
    const refresh = this.refreshesBegun;
    const text = `SELECT id, name, role, department, active, email, skills, shift_calendar, capacity
                  FROM staff ORDER BY id`;
    const rows = await runStatement<Row>(this.pool, { text, values: [] });
    // An older answer that arrives late must not undo a newer one.
    if (refresh < this.refreshApplied) return;
    this.refreshApplied = refresh;
    this.byId = new Map(rows.map((row) => [row.id, toMember(row)]));
  }
}

function toMember({ shift_calendar, ...row }: Row): StaffMember {
  return { ...row, shiftCalendar: shift_calendar };
}
