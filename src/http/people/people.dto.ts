/** People and departments as clients see them, and what can be asked and said of them. */
import { STAFF_ROLES, type StaffRole } from '../../domain/actor.js';
import { LOAD_MAX } from '../../reports/department-load.js';
import { SKILLS_MAX, WORD_MAX } from '../../directory/routing-rules.js';
import { Out, OutChoice, OutChoices, OutInstant } from '../documents/out.decorator.js';
import { Email } from '../input/contact-fields.decorator.js';
import { Choice, Flag, Key, KEY_MAX, LINE_MAX, Line, Texts, Whole } from '../input/fields.decorator.js';
import { PageQuery, QueryChoice, QueryText } from '../input/query-fields.decorator.js';

const NULLABLE = { nullable: true } as const;
const LOAD = { minimum: 0, maximum: LOAD_MAX, description: `${LOAD_MAX} means: that many or more.` };
/** More tasks than this at one time is no bound. */
const CAPACITY_MAX = 1_000;

export class PersonDto {
  @Out(String) id: string;
  @Out(String) name: string;
  @OutChoice(STAFF_ROLES) role: string;
  @Out([String]) skills: string[];
  @Out(Boolean, { description: 'By their own shifts, or the hours of the department.' }) onDuty: boolean;
  @Out('integer', LOAD) openTasks: number;
  @Out('integer', { ...NULLABLE, description: 'Tasks at one time; null: no bound.' }) capacity: number | null;
}

export class DepartmentPeopleDto {
  @Out(() => PersonDto, NULLABLE) lead: PersonDto | null;
  @Out(() => [PersonDto]) deputies: PersonDto[];
  @Out(() => [PersonDto], { description: 'Members, without those who lead.' }) members: PersonDto[];
  @Out([String], { description: 'Ids of everybody of the department who is there now.' }) onDuty: string[];
  @OutInstant({ ...NULLABLE, description: 'When somebody will be there; now, where somebody is.' })
  nextOnDutyAt: string | null;
  @Out('integer', LOAD) openTasks: number;
}

export const CONTACT_REASONS = ['rule', 'playbook', 'answersFor', 'name', 'skill'] as const;
export type ContactReason = (typeof CONTACT_REASONS)[number];

export class ContactDto extends DepartmentPeopleDto {
  @Out(String) department: string;
  @Out('object', { additionalProperties: { type: 'string' } }) publicName: Readonly<Record<string, string>>;
  @Out(String) answersFor: string;
  @Out('object', { additionalProperties: { type: 'string' } }) answersForIn: Readonly<Record<string, string>>;
  @OutChoices(CONTACT_REASONS, { description: 'Why it was found; empty when nothing was asked for.' })
  why: ContactReason[];
}

export class ContactQueryDto {
  @QueryText('A category of cases: finds where rules and playbook send it.', KEY_MAX) category?: string;
  @QueryText('What it is about, in any language: looked for in what departments answer for.') q?: string;
}

export class StaffQueryDto extends PageQuery {
  @QueryText('Members and leads of one department.', KEY_MAX) department?: string;
  @QueryChoice(STAFF_ROLES, 'People of this role.') role?: StaffRole;
  @QueryChoice(['true', 'false'], 'Whether they still work here.') active?: 'true' | 'false';
}

/** A whole description; what is absent is as for somebody new. */
export class StaffEntryDto {
  @Line(LINE_MAX, { example: 'Lena Hoffmann' }) name: string;
  @Choice(STAFF_ROLES) role: StaffRole;
  @Key({ optional: true, about: 'For members and leads, and for them only.' }) department?: string | null;
  @Flag({ optional: true, about: 'Default: true. Whoever has left is turned away within 5 seconds.' })
  active?: boolean | null;
  @Email() email?: string | null;
  @Texts(WORD_MAX, { optional: true, about: `At most ${SKILLS_MAX}.`, example: ['zh', 'batteries'] })
  skills?: string[] | null;
  @Key({ optional: true, about: 'Key of the calendar of their hours. Default: the department’s.' })
  shiftCalendar?: string | null;
  @Whole(1, CAPACITY_MAX, { optional: true, about: 'Tasks at one time. Default: no bound.' })
  capacity?: number | null;
}

export class StaffMemberDto {
  @Out(String) id: string;
  @Out(String) name: string;
  @OutChoice(STAFF_ROLES) role: string;
  @Out(String, NULLABLE) department: string | null;
  @Out(Boolean) active: boolean;
  @Out(String, NULLABLE) email: string | null;
  @Out([String]) skills: string[];
  @Out(String, NULLABLE) shiftCalendar: string | null;
  @Out('integer', NULLABLE) capacity: number | null;
  @Out(Boolean) onDuty: boolean;
}
