/** Opens and reads cases. Each method is one call; commands are in `case-commands.controller.ts`. */
import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/actor.js';
import { CaseHistory } from '../../reports/case-history.js';
import { CaseList } from '../../reports/case-list.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import {
  AnswersWithCase,
  AnswersWithPage,
  CaseIdParam,
  CommandHeaders,
  ETAG,
} from '../documents/api.decorator.js';
import { askedBy } from '../input/asked.js';
import { etagOf } from '../input/command-headers.js';
import { CaseId, Checked } from '../input/checked.pipe.js';
import { pageAnswer, type PageAnswer } from '../input/page-answer.js';
import { PageQuery, pageOf } from '../input/query-fields.decorator.js';
import { validateBody } from '../input/validate-input.js';
import { CaseAccess } from './case-access.service.js';
import { CaseAnswers } from './case-answers.service.js';
import { sendAnswer } from './case-door.service.js';
import { CaseDto } from './case.dto.js';
import {
  journalRow,
  JournalRowDto,
  ledgerRow,
  LedgerRowDto,
  messageRow,
  MessageRowDto,
} from './case-history.dto.js';
import { CaseQueryDto, toCaseQuery } from './case-query.dto.js';
import type { CaseResource } from './case-resource.js';
import { OpenCase } from './open-case.service.js';
import { OpenCaseDto } from './open-case.dto.js';

/** A whole history is what readers mean, so its pages are as long as pages may be. */
const HISTORY_LIMIT = 100;

@ApiTags('Cases')
@Controller('api/v1/cases')
export class CasesController {
  constructor(
    private readonly openCase: OpenCase,
    private readonly access: CaseAccess,
    private readonly answers: CaseAnswers,
    private readonly cases: CaseList,
    private readonly history: CaseHistory,
  ) {}

  @Post()
  @Needs('case.open')
  @ApiOperation({ summary: 'Open a case', operationId: 'openCase' })
  @ApiBody({ type: OpenCaseDto })
  @CommandHeaders()
  @AnswersWithCase(201)
  async open(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked = askedBy(request);
    sendAnswer(reply, await this.openCase.open(validateBody(OpenCaseDto, request.body), asked));
  }

  @Get()
  @Needs('case.list')
  @ApiOperation({ summary: 'List the cases that you may see', operationId: 'listCases' })
  @AnswersWithPage(CaseDto, 'A page of cases.')
  async list(
    @Query(Checked(CaseQueryDto)) query: CaseQueryDto,
    @Asking() actor: Actor,
  ): Promise<PageAnswer<CaseResource>> {
    const page = await this.cases.page(toCaseQuery(query, actor));
    return pageAnswer(page, (current) => this.answers.resource(current, actor));
  }

  @Get(':id')
  @Needs('case.read')
  @ApiOperation({ summary: 'Read a case', operationId: 'readCase' })
  @CaseIdParam()
  @ApiResponse({ status: 200, type: CaseDto, description: 'The case.', headers: ETAG })
  async read(
    @Param('id', CaseId) id: string,
    @Asking() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseResource> {
    const current = await this.access.read(id, actor);
    reply.header('etag', etagOf(current.revision));
    return this.answers.resource(current, actor);
  }

  @Get(':id/journal')
  @Needs('case.read')
  @ApiOperation({ summary: 'Read what happened, in order', operationId: 'readJournal' })
  @CaseIdParam()
  @AnswersWithPage(JournalRowDto, 'Journal rows, ascending.')
  async journal(
    @Param('id', CaseId) id: string,
    @Query(Checked(PageQuery)) query: PageQuery,
    @Asking() actor: Actor,
  ): Promise<PageAnswer<JournalRowDto>> {
    await this.access.read(id, actor);
    return pageAnswer(await this.history.journal(id, pageOf(query, HISTORY_LIMIT)), journalRow);
  }

  @Get(':id/ledger')
  @Needs('case.read')
  @ApiOperation({ summary: 'Read what became of each notice to the customer', operationId: 'readLedger' })
  @CaseIdParam()
  @AnswersWithPage(LedgerRowDto, 'One row per transition, ascending.')
  async ledger(
    @Param('id', CaseId) id: string,
    @Query(Checked(PageQuery)) query: PageQuery,
    @Asking() actor: Actor,
  ): Promise<PageAnswer<LedgerRowDto>> {
    await this.access.read(id, actor);
    return pageAnswer(await this.history.ledger(id, pageOf(query, HISTORY_LIMIT)), ledgerRow);
  }

  @Get(':id/messages')
  @Needs('case.read')
  @ApiOperation({ summary: 'Read the conversation with the customer', operationId: 'readMessages' })
  @CaseIdParam()
  @AnswersWithPage(MessageRowDto, 'Messages in both directions, ascending.')
  async messages(
    @Param('id', CaseId) id: string,
    @Query(Checked(PageQuery)) query: PageQuery,
    @Asking() actor: Actor,
  ): Promise<PageAnswer<MessageRowDto>> {
    await this.access.read(id, actor);
    return pageAnswer(await this.history.messages(id, pageOf(query, HISTORY_LIMIT)), messageRow);
  }
}
