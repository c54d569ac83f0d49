/** People: who works here, in which role, with which skills and hours. What a token is good for follows from it. */
import { Controller, Get, Param, Put, Query, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Configuration } from '../../directory/configuration.js';
import { DutyRoster } from '../../directory/on-duty.js';
import { foldWord, SKILLS_MAX } from '../../directory/routing-rules.js';
import { Principals } from '../../identity/principals.js';
import { Sessions } from '../../identity/sessions.js';
import { Staff, worksInDepartment, type StaffEntry, type StaffMember } from '../../directory/staff.js';
import type { Actor, Instant } from '../../domain/actor.js';
import { decodeCursor, encodeCursor } from '../../reports/cursor.js';
import { DatabaseClock } from '../../reports/database-clock.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { AnswersWithPage } from '../documents/api.decorator.js';
import { askedBy } from '../input/asked.js';
import { Checked } from '../input/checked.pipe.js';
import type { PageAnswer } from '../input/page-answer.js';
import { pageOf } from '../input/query-fields.decorator.js';
import { validateBody } from '../input/validate-input.js';
import { Problem, type FieldError } from '../problems/problem.js';
import { StaffEntryDto, StaffMemberDto, StaffQueryDto } from './people.dto.js';

/** Ids stand in journals for ever and in addresses: short, and of characters that need no quoting. */
const STAFF_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Who acts in journals where nobody did. */
const RESERVED: ReadonlySet<string> = new Set(['system', 'me']);
const LIST = 'staff:id';

const StaffIdParam = () =>
  ApiParam({
    name: 'id',
    description: 'Id of the person.',
    schema: { type: 'string', pattern: STAFF_ID.source },
  });

@ApiTags('Directory')
@Controller('api/v1/staff')
export class StaffController {
  constructor(
    private readonly staff: Staff,
    private readonly configuration: Configuration,
    private readonly roster: DutyRoster,
    private readonly clock: DatabaseClock,
    private readonly principals: Principals,
    private readonly sessions: Sessions,
  ) {}

  @Get()
  @Needs('staff.read')
  @ApiOperation({ summary: 'List everybody who works or worked here', operationId: 'listStaff' })
  @AnswersWithPage(StaffMemberDto, 'People, by id.')
  async list(@Query(Checked(StaffQueryDto)) query: StaffQueryDto): Promise<PageAnswer<StaffMemberDto>> {
    const { department, role, active } = query;
    const { limit, cursor } = pageOf(query);
    // All of them lie in memory; the place in the list is enough of a key, ids being what it is sorted by.
    const from = cursor === null ? 0 : Number(decodeCursor(cursor, LIST, ['seq'])[0]);
    const found = this.staff
      .list()
      .filter(
        (person) =>
          (department === undefined || person.department === department) &&
          (role === undefined || person.role === role) &&
          (active === undefined || person.active === (active === 'true')),
      );
    const now = await this.clock.now();
    const hasMore = found.length > from + limit;
    return {
      data: found.slice(from, from + limit).map((person) => this.resource(person, now)),
      meta: { hasMore, nextCursor: hasMore ? encodeCursor(LIST, [String(from + limit)]) : null },
    };
  }

  @Get('me')
  @Needs('self.read')
  @ApiOperation({ summary: 'Read what is known of you', operationId: 'readMyself' })
  @ApiResponse({ status: 200, type: StaffMemberDto, description: 'The holder of the token.' })
  me(@Asking() actor: Actor): Promise<StaffMemberDto> {
    return this.found(actor.id);
  }

  @Get(':id')
  @Needs('staff.read')
  @ApiOperation({ summary: 'Read a person', operationId: 'readStaff' })
  @StaffIdParam()
  @ApiResponse({ status: 200, type: StaffMemberDto, description: 'The person.' })
  read(@Param('id') id: string): Promise<StaffMemberDto> {
    return this.found(id);
  }

  @Put(':id')
  @Needs('staff.manage')
  @ApiOperation({
    summary: 'Enter or change a person',
    description: 'In force on this node at once, on the others within 5 seconds.',
    operationId: 'putStaff',
  })
  @StaffIdParam()
  @ApiBody({ type: StaffEntryDto })
  @ApiResponse({ status: 200, type: StaffMemberDto, description: 'The person as entered.' })
  async put(@Param('id') id: string, @Req() request: FastifyRequest): Promise<StaffMemberDto> {
    const { actor } = askedBy(request);
    const entry = toEntry(id, validateBody(StaffEntryDto, request.body));
    const errors = this.faults(entry);
    if (errors.length > 0) throw new Problem('invalid-fields', { errors });
    await this.staff.put(entry, actor.id);
    // For good: whoever comes back signs in again.
    if (!entry.active) await this.sessions.endAllOf(id);
    this.principals.forget();
    return this.found(id);
  }

  private async found(id: string): Promise<StaffMemberDto> {
    const person = this.staff.find(id);
    if (person === null) throw new Problem('not-found');
    return this.resource(person, await this.clock.now());
  }

  private resource(person: StaffMember, now: Instant): StaffMemberDto {
    return { ...person, skills: [...person.skills], onDuty: this.roster.isOnDuty(person, now) };
  }

  /** What a shape cannot say: what must exist, and what must fit together. */
  private faults(entry: StaffEntry): FieldError[] {
    const faults: FieldError[] = [];
    const fault = (pointer: string, code: string, message: string) => faults.push({ pointer, code, message });
    if (!STAFF_ID.test(entry.id) || RESERVED.has(entry.id.toLowerCase())) {
      fault('/id', 'malformed', 'Must be letters, digits, dot, underscore or hyphen, at most 64.');
    }
    if (worksInDepartment(entry.role) !== (entry.department !== null)) {
      fault('/department', 'inconsistent', 'Members and leads have a department, and nobody else.');
    } else if (entry.department !== null && !this.configuration.newest('department', entry.department)) {
      fault('/department', 'inconsistent', 'No such department is configured.');
    }
    if (entry.shiftCalendar && !this.configuration.newest('calendar', entry.shiftCalendar)) {
      fault('/shiftCalendar', 'inconsistent', 'No such calendar is configured.');
    }
    if ((entry.skills ?? []).length > SKILLS_MAX) fault('/skills', 'too-many', `At most ${SKILLS_MAX}.`);
    if (this.locksOut(entry)) {
      fault('/active', 'inconsistent', 'One administrator at least must remain.');
    }
    return faults;
  }

  private locksOut({ id, role, active }: StaffEntry): boolean {
    const isAdmin = (person: Pick<StaffMember, 'role' | 'active'>) =>
      person.active && person.role === 'admin';
    const admins = this.staff.list().filter(isAdmin);
    return admins.length === 1 && admins[0]?.id === id && !isAdmin({ role, active });
  }
}

function toEntry(id: string, body: StaffEntryDto): StaffEntry {
  return {
    id,
    name: body.name,
    role: body.role,
    department: body.department ?? null,
    active: body.active ?? true,
    email: body.email ?? null,
    skills: [...new Set((body.skills ?? []).map(foldWord))].sort(),
    shiftCalendar: body.shiftCalendar ?? null,
    capacity: body.capacity ?? null,
  };
}
