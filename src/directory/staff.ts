/**
 * Staff: who works here, in which role and department. All of it lies in memory, because names are needed while an
 * answer is rendered; other nodes' changes arrive within seconds (directory-refresh.ts). Knows no credential.
 */
import type { Pool } from 'pg';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';

export const STAFF_ROLES = ['agent', 'member', 'lead', 'manager', 'admin', 'service'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

export interface StaffMember {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
  /** Set for members and leads only. */
  readonly department: string | null;
  readonly active: boolean;
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

  /** Enters or changes one person. @throws when role and department do not fit together. */
  async put(member: StaffMember): Promise<void> {
    const needsDepartment = member.role === 'member' || member.role === 'lead';
    if (needsDepartment !== (member.department !== null)) {
      throw new Error(`a ${member.role} ${needsDepartment ? 'needs a' : 'has no'} department`);
    }
    await runStatement(this.pool, {
      text: `INSERT INTO staff (id, name, role, department, active, created_at) VALUES ($1, $2, $3, $4, $5, ${this.now})
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role,
         department = excluded.department, active = excluded.active`,
      values: [member.id, member.name, member.role, member.department, member.active],
    });
    await this.refresh();
  }

  async refresh(): Promise<void> {
    this.refreshesBegun += 1;
    const refresh = this.refreshesBegun;
    const text = 'SELECT id, name, role, department, active FROM staff ORDER BY id';
    const rows = await runStatement<StaffMember>(this.pool, { text, values: [] });
    // An older answer that arrives late must not undo a newer one.
    if (refresh < this.refreshApplied) return;
    this.refreshApplied = refresh;
    this.byId = new Map(rows.map((row) => [row.id, row]));
  }
}
