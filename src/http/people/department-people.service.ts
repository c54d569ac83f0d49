/**
 * Who can be turned to in a department (A9): who leads, who stands in, who is on duty now, and how much each has in
 * hand. Reads people from memory and loads from the database, in one look however many departments are asked for.
 */
import { Injectable } from '@nestjs/common';
import { Configuration } from '../../directory/configuration.js';
import type { DepartmentBody } from '../../directory/departments.js';
import { DutyRoster } from '../../directory/on-duty.js';
import { Staff, type StaffMember } from '../../directory/staff.js';
import type { Instant } from '../../domain/actor.js';
import { DatabaseClock } from '../../reports/database-clock.js';
import { DepartmentLoad } from '../../reports/department-load.js';
import { toInstantText } from '../input/instant.js';
import type { PersonDto } from './people.dto.js';

interface Look {
  readonly now: Instant;
  readonly tasks: ReadonlyMap<string, number>;
  readonly inboxes: ReadonlyMap<string, number>;
}

@Injectable()
export class DepartmentPeople {
  constructor(
    private readonly configuration: Configuration,
    private readonly staff: Staff,
    private readonly roster: DutyRoster,
    private readonly load: DepartmentLoad,
    private readonly clock: DatabaseClock,
  ) {}

  /** By department. A lead or deputy who has left or moved since the department was published is not among them. */
  async of(departments: readonly string[]) {
    const people = departments.flatMap((key) => this.staff.of(key));
    const [now, tasks, inboxes] = await Promise.all([
      this.clock.now(),
      this.load.tasksOf(people.map(({ id }) => id)),
      this.load.tasksIn(departments),
    ]);
    const look = { now, tasks, inboxes };
    return new Map(departments.map((key) => [key, this.peopleOf(key, look)] as const));
  }

  private peopleOf(key: string, look: Look) {
    const body: Partial<DepartmentBody> = this.configuration.newest('department', key)?.body ?? {};
    const here = this.staff.of(key);
    const shown = here.map((person) => this.person(person, look));
    const byId = (id: string) => shown.find((person) => person.id === id);
    // Where nobody was named, whoever has the role leads.
    const lead = (body.lead && byId(body.lead)) || shown.find(({ role }) => role === 'lead') || null;
    return {
      lead,
      deputies: (body.deputies ?? []).flatMap((id) => byId(id) ?? []),
      members: shown.filter(({ role }) => role === 'member'),
      onDuty: shown.filter(({ onDuty }) => onDuty).map(({ id }) => id),
      nextOnDutyAt: this.nextOnDutyAt(here, look.now),
      openTasks: look.inboxes.get(key) ?? 0,
    };
  }

  private person(person: StaffMember, { now, tasks }: Look): PersonDto {
    const { id, name, role, skills, capacity } = person;
    const onDuty = this.roster.isOnDuty(person, now);
    return { id, name, role, skills: [...skills], onDuty, openTasks: tasks.get(id) ?? 0, capacity };
  }

  /** When somebody will be there; now, where somebody is. */
  private nextOnDutyAt(people: readonly StaffMember[], now: Instant): string | null {
    const next = people
      .map((person) => this.roster.nextOnDutyAt(person, now))
      .filter((at) => at !== null)
      .sort((a, b) => a - b)[0];
    return next === undefined ? null : toInstantText(next);
  }
}
