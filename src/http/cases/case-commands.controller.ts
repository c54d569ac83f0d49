/**
 * One POST (PUT, DELETE) per row of the table of commands. The methods are made from the rows, so that an address, its
 * validation and its documentation cannot disagree.
 */
import { applyDecorators, Controller, Delete, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Staff, type StaffRole } from '../../directory/staff.js';
import type { Actor } from '../../domain/case.js';
import { askedBy, caseIdOf } from '../input/asked.js';
import { validateBody } from '../input/validate-input.js';
import { AnswersWithCase, CaseIdParam, CommandHeaders } from '../documents/api.decorator.js';
import { CaseAccess } from './case-access.service.js';
import { CASE_COMMANDS, type CommandRoute, type Known } from './case-commands.js';
import { CaseDoor, sendAnswer } from './case-door.service.js';
import type { ReasonDto } from './case-command.dto.js';
import { OpenCase } from './open-case.service.js';

@ApiTags('Case commands')
@Controller('api/v1/cases/:id')
export class CaseCommandsController {
  constructor(
    private readonly door: CaseDoor,
    private readonly access: CaseAccess,
    private readonly openCase: OpenCase,
    private readonly staff: Staff,
  ) {}

  async run(route: CommandRoute, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const caseId = caseIdOf(request);
    const asked = askedBy(request);
    const body = validateBody(route.body, request.body);
    if (route.events.includes('case.reopen')) {
      sendAnswer(reply, await this.openCase.reopen(caseId, (body as ReasonDto).reason, asked));
      return;
    }
    const command = route.readsCase
      ? route.toCommand(body, asked.actor, await this.known(caseId, asked.actor))
      : route.toCommand(body, asked.actor);
    const answer = await this.door.send(caseId, command, asked, statusOf(route), route.toMessage?.(body));
    sendAnswer(reply, answer);
  }

  private async known(caseId: string, actor: Actor): Promise<Known> {
    const mayOwn = (staffId: string): boolean => {
      const person = this.staff.find(staffId);
      return person !== null && person.active && OWNER_ROLES.includes(person.role);
    };
    return { current: await this.access.read(caseId, actor), mayOwn };
  }
}

/** The front line: those who answer to customers. */
const OWNER_ROLES: readonly StaffRole[] = ['agent', 'manager', 'admin'];

/** What was made is 201; what was set or taken away is 200. */
export function statusOf({ method }: Pick<CommandRoute, 'method'>): number {
  return method === 'POST' ? 201 : 200;
}

const METHODS = { POST: Post, PUT: Put, DELETE: Delete } as const;

function addRoute(route: CommandRoute): void {
  const name = operationName(route);
  const handler = {
    async [name](this: CaseCommandsController, request: FastifyRequest, reply: FastifyReply): Promise<void> {
      await this.run(route, request, reply);
    },
  }[name] as () => Promise<void>;
  const prototype = CaseCommandsController.prototype;
  Object.defineProperty(prototype, name, { value: handler, writable: true, configurable: true });
  Req()(prototype, name, 0);
  Res()(prototype, name, 1);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as TypedPropertyDescriptor<unknown>;
  applyDecorators(
    METHODS[route.method](route.path),
    HttpCode(statusOf(route)),
    ApiOperation({ summary: route.summary, operationId: name }),
    CaseIdParam(),
    CommandHeaders(),
    ...(route.method === 'DELETE' ? [] : [ApiBody({ type: route.body, required: false })]),
    AnswersWithCase(statusOf(route)),
  )(prototype, name, descriptor);
}

/** E.g. `postWaitsCancellation`. */
function operationName({ method, path }: CommandRoute): string {
  const words = path.split(/[/-]/).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${method.toLowerCase()}${words.join('')}`;
}

CASE_COMMANDS.forEach(addRoute);
