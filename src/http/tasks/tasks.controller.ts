/** A department's inbox. Acting on a task answers with its case, as the case's own commands do. */
import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/case.js';
import { TaskInbox } from '../../reports/task-inbox.js';
import { Asking } from '../auth/auth.guard.js';
import { NothingDto, ResolutionDto, ReturnDto } from '../cases/case-command.dto.js';
import { sendAnswer } from '../cases/case-door.service.js';
import { AnswersWithCase, AnswersWithPage, CommandHeaders } from '../documents/api.decorator.js';
import { askedBy } from '../input/asked.js';
import { Checked } from '../input/checked.pipe.js';
import { pageAnswer, type PageAnswer } from '../input/page-answer.js';
import { validateBody } from '../input/validate-input.js';
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

const TaskIdParam = () =>
  ApiParam({ name: 'taskId', description: '`<case id>.<key>`', schema: { type: 'string' } });

@ApiTags('Tasks')
@Controller('api/v1/tasks')
export class TasksController {
  constructor(
    private readonly inbox: TaskInbox,
    private readonly commands: TaskCommands,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the tasks of an inbox', operationId: 'listTasks' })
  @AnswersWithPage(TaskDto, 'A page of tasks.')
  async list(
    @Query(Checked(InboxQueryDto)) query: InboxQueryDto,
    @Asking() actor: Actor,
  ): Promise<PageAnswer<TaskDto>> {
    return pageAnswer(await this.inbox.page(toInboxQuery(query, actor)), taskResource);
  }

  @Get('counts')
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

  @Post(':taskId/acceptance')
  @ApiOperation({ summary: 'Accept a task', operationId: 'acceptTask' })
  @TaskIdParam()
  @CommandHeaders()
  @ApiBody({ type: NothingDto, required: false })
  @AnswersWithCase(201)
  async accept(
    @Param('taskId') taskId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    validateBody(NothingDto, request.body);
    const toCommand = (actor: Actor) => ({ type: 'case.accept', actor }) as const;
    sendAnswer(reply, await this.commands.send(taskId, ['handle'], toCommand, askedBy(request)));
  }

  @Post(':taskId/return')
  @ApiOperation({ summary: 'Return a task to the owner of its case', operationId: 'returnTask' })
  @TaskIdParam()
  @CommandHeaders()
  @ApiBody({ type: ReturnDto })
  @AnswersWithCase(201)
  async return(
    @Param('taskId') taskId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { reason, suggestion, missingFields, comment } = validateBody(ReturnDto, request.body);
    const toCommand = (actor: Actor) =>
      ({
        type: 'case.return',
        actor,
        reason,
        suggestion: suggestion ?? null,
        missingFields: missingFields ?? [],
        comment,
      }) as const;
    sendAnswer(reply, await this.commands.send(taskId, ['handle'], toCommand, askedBy(request)));
  }

  @Post(':taskId/completion')
  @ApiOperation({ summary: 'Complete a task by resolving its case', operationId: 'completeTask' })
  @TaskIdParam()
  @CommandHeaders()
  @ApiBody({ type: ResolutionDto })
  @AnswersWithCase(201)
  async complete(
    @Param('taskId') taskId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { solution, rootCause } = validateBody(ResolutionDto, request.body);
    const toCommand = (actor: Actor) => ({ type: 'case.resolve', actor, solution, rootCause }) as const;
    sendAnswer(reply, await this.commands.send(taskId, ['handle'], toCommand, askedBy(request)));
  }
}
