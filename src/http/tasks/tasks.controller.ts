/** A department's inbox. Acting on a task answers with its case, as the case's own commands do. */
import { applyDecorators, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/actor.js';
import { TaskInbox } from '../../reports/task-inbox.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { sendAnswer } from '../cases/case-door.service.js';
import { AnswersWithCase, AnswersWithPage, CommandHeaders } from '../documents/api.decorator.js';
import { askedBy } from '../input/asked.js';
import { Checked } from '../input/checked.pipe.js';
import { pageAnswer, type PageAnswer } from '../input/page-answer.js';
import {
  countsResource,
  CountsQueryDto,
  InboxQueryDto,
  TaskCountsDto,
  TaskDto,
  taskResource,
  toInboxFilter,
  toInboxQuery,
} from './task.dto.js';
import { TaskCommands } from './task-commands.service.js';
import { bodiesOf, eventsOf, TASK_VERBS, type TaskVerb } from './task-verbs.js';

@ApiTags('Tasks')
@Controller('api/v1/tasks')
export class TasksController {
  constructor(
    private readonly inbox: TaskInbox,
    private readonly commands: TaskCommands,
  ) {}

  @Get()
  @Needs('task.list')
  @ApiOperation({ summary: 'List the tasks of an inbox', operationId: 'listTasks' })
  @AnswersWithPage(TaskDto, 'A page of tasks.')
  async list(
    @Query(Checked(InboxQueryDto)) query: InboxQueryDto,
    @Asking() actor: Actor,
  ): Promise<PageAnswer<TaskDto>> {
    return pageAnswer(await this.inbox.page(toInboxQuery(query, actor)), taskResource);
  }

  @Get('counts')
  @Needs('task.list')
  @ApiOperation({ summary: 'Count the tasks of an inbox, up to a bound', operationId: 'countTasks' })
  @ApiResponse({
    status: 200,
    type: TaskCountsDto,
    description: 'Numbers of tasks that are still to be done.',
  })
  async counts(
    @Query(Checked(CountsQueryDto)) query: CountsQueryDto,
    @Asking() actor: Actor,
  ): Promise<TaskCountsDto> {
    return countsResource(await this.inbox.counts(toInboxFilter(query, actor), actor.id));
  }

  async act(verb: TaskVerb, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { taskId = '' } = request.params as { taskId?: string };
    sendAnswer(reply, await this.commands.send(taskId, verb, request.body, askedBy(request)));
  }
}

const OPERATIONS: Readonly<Record<TaskVerb, readonly [operationId: string, summary: string]>> = {
  acceptance: ['acceptTask', 'Accept a task'],
  return: ['returnTask', 'Return a task: a case to its owner, a consult unanswered'],
  answer: ['answerTask', 'Answer a consult'],
  approval: ['approveTask', 'Approve a compensation, or grant more time'],
  rejection: ['rejectTask', 'Reject a compensation, or deny more time'],
  completion: ['completeTask', 'Complete a task: resolve the case, report an action or a call as done'],
  assignment: ['assignTask', 'Assign a task to a colleague, or hand it back into the inbox'],
};

/** One POST per verb, made from the table of what can be done to tasks. */
function addVerb(verb: TaskVerb): void {
  const [name, summary] = OPERATIONS[verb];
  const handler = {
    async [name](this: TasksController, request: FastifyRequest, reply: FastifyReply): Promise<void> {
      await this.act(verb, request, reply);
    },
  }[name] as () => Promise<void>;
  const prototype = TasksController.prototype;
  Object.defineProperty(prototype, name, { value: handler, writable: true, configurable: true });
  Req()(prototype, name, 0);
  Res()(prototype, name, 1);
  const bodies = bodiesOf(verb);
  const schemas = bodies.map((body) => ({ $ref: getSchemaPath(body) }));
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as TypedPropertyDescriptor<unknown>;
  applyDecorators(
    Post(`:taskId/${verb}`),
    Needs(...eventsOf(verb)),
    ApiOperation({ summary, operationId: name }),
    ApiParam({ name: 'taskId', description: '`<case id>.<key>`', schema: { type: 'string' } }),
    CommandHeaders(),
    ApiExtraModels(...bodies),
    ApiBody({ schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas }, required: false }),
    AnswersWithCase(201),
  )(prototype, name, descriptor);
}

TASK_VERBS.forEach(addVerb);
