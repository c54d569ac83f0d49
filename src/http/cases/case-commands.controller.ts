/**
 * One POST (PUT, DELETE) per row of the table of commands. The methods are made from the rows, so that an address, its
 * validation and its documentation cannot disagree.
 */
import { applyDecorators, Controller, Delete, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import { Staff } from '../../directory/staff.js';
import type { Actor } from '../../domain/actor.js';
import { Needs } from '../auth/access.decorator.js';
import { askedBy, caseIdOf } from '../input/asked.js';
import { validateBody } from '../input/validate-input.js';
import { Problem } from '../problems/problem.js';
import { TaskInbox } from '../../reports/task-inbox.js';
import { AnswersWithCase, CaseIdParam, CommandHeaders } from '../documents/api.decorator.js';
import { CaseAccess } from './case-access.service.js';
import { CASE_COMMANDS } from './case-commands.js';
import type { CommandRoute, Known, PathNumbers } from './command-route.js';
import { mayOwnCases, worksIn } from './staff-duty.js';
import { CaseDoor, sendAnswer } from './case-door.service.js';
import { NUMBER_MAX, type ReasonDto } from './case-command.dto.js';
import { OpenCase } from './open-case.service.js';

@ApiTags('Case commands')
@Controller('api/v1/cases/:id')
export class CaseCommandsController {
  constructor(
    private readonly door: CaseDoor,
    private readonly access: CaseAccess,
    private readonly openCase: OpenCase,
    private readonly staff: Staff,
    private readonly policies: DirectoryPolicySource,
    private readonly inbox: TaskInbox,
  ) {}

  async run(route: CommandRoute, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const caseId = caseIdOf(request);
    const numbers = numbersOf(route, request);
    const asked = askedBy(request);
    const body = validateBody(route.body, request.body);
    if (route.events.includes('case.reopen')) {
      sendAnswer(reply, await this.openCase.reopen(caseId, (body as ReasonDto).reason, asked));
      return;
    }
    const command = route.readsCase
      ? await route.toCommand(body, asked.actor, await this.known(caseId, asked.actor))
      : route.toCommand(body, asked.actor, numbers);
    const answer = await this.door.send(caseId, command, asked, statusOf(route), route.toMessage?.(body));
    sendAnswer(reply, answer);
  }

  private async known(caseId: string, actor: Actor): Promise<Known> {
    const current = await this.access.read(caseId, actor);
    const policies = this.policies.policiesFor(current.intake.category);
    return {
      current,
      policies,
      mayOwn: (staffId) => mayOwnCases(this.staff.find(staffId)),
      worksIn: (staffId, department) => worksIn(this.staff.find(staffId), department),
      // One more than is too much tells as much as the number.
      openTasksIn: (department) =>
        this.inbox.openTasksIn(department, policies.lifecycle.tasksBeforeOverload + 1),
    };
  }
}

/** Numbers in an address, as `{n}` and `{k}` of the row's path. */
const NUMBERS = ['n', 'k'] as const;

/** @throws Problem 404 for what is no number of anything. */
function numbersOf({ path }: CommandRoute, request: FastifyRequest): PathNumbers {
  const params = request.params as Readonly<Record<string, string>>;
  const [n = 0, k = 0] = NUMBERS.map((name) => {
    if (!path.includes(`{${name}}`)) return 0;
    const text = params[name] ?? '';
    if (!/^[1-9]\d{0,5}$/.test(text)) throw new Problem('not-found');
    return Number(text);
  });
  return { n, k };
}

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
    METHODS[route.method](route.path.replaceAll(/\{(\w)\}/g, ':$1')),
    HttpCode(statusOf(route)),
    Needs(...route.events),
    ApiOperation({ summary: route.summary, operationId: name }),
    CaseIdParam(),
    ...NUMBERS.filter((name) => route.path.includes(`{${name}}`)).map(NumberParam),
    CommandHeaders(),
    ...(route.method === 'DELETE' ? [] : [ApiBody({ type: route.body, required: false })]),
    AnswersWithCase(statusOf(route)),
  )(prototype, name, descriptor);
}

const NUMBERED = {
  n: 'Number of the consult, promise or the like within its case, from 1.',
  k: 'Number of the action within its proposal, from 1.',
} as const;

function NumberParam(name: (typeof NUMBERS)[number]): MethodDecorator {
  return ApiParam({
    name,
    description: NUMBERED[name],
    schema: { type: 'integer', minimum: 1, maximum: NUMBER_MAX },
  });
}

/** E.g. `postWaitsCancellation`; numbers in the address have no part in it. */
function operationName({ method, path }: CommandRoute): string {
  const named = path.split(/[/-]/).filter((word) => !word.startsWith('{'));
  const words = named.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${method.toLowerCase()}${words.join('')}`;
}

CASE_COMMANDS.forEach(addRoute);
