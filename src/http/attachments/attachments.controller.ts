/**
 * Files of a case for staff: who sees the case sees its files. What is given out is for saving, never for showing: the
 * browser must not take a file from outside for a page of ours (reliability.md S17).
 */
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { uuidv7 } from 'uuidv7';
import type { Actor } from '../../domain/actor.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { CaseAccess } from '../cases/case-access.service.js';
import { CaseDoor, sendAnswer } from '../cases/case-door.service.js';
import { AnswersWithPage, CaseIdParam, CommandHeaders } from '../documents/api.decorator.js';
import { FILE_TYPES } from '../inbound/install-inbound.js';
import { askedBy } from '../input/asked.js';
import { CaseId, Checked } from '../input/checked.pipe.js';
import type { PageAnswer } from '../input/page-answer.js';
import { isUuid } from '../input/uuid.js';
import { Problem } from '../problems/problem.js';
import { AttachmentDto, attachmentResource, NoQueryDto } from './attachments.dto.js';
import { CaseFiles } from './case-files.js';
import { acceptedFile } from './upload.js';

/** Nothing in a file from outside may run, load or send anything, whatever opens it under our name. */
const SAVED_ONLY = "sandbox; default-src 'none'; frame-ancestors 'none'";

/** A file is kept under the type of its contents, never as mere bytes. */
const KEPT_TYPES = FILE_TYPES.filter((type) => type !== 'application/octet-stream');
const BYTES = { type: 'string', format: 'binary' } as const;

@ApiTags('Attachments')
@Controller('api/v1/cases/:id/attachments')
export class AttachmentsController {
  constructor(
    private readonly access: CaseAccess,
    private readonly door: CaseDoor,
    private readonly files: CaseFiles,
  ) {}

  @Get()
  @Needs('case.read')
  @ApiOperation({ summary: 'List the files of a case', operationId: 'listAttachments' })
  @CaseIdParam()
  @AnswersWithPage(AttachmentDto, 'All of them, oldest first.')
  async list(
    @Param('id', CaseId) id: string,
    @Query(Checked(NoQueryDto)) _query: NoQueryDto,
    @Asking() actor: Actor,
  ): Promise<PageAnswer<AttachmentDto>> {
    await this.access.read(id, actor);
    const data = (await this.files.list(id)).map(attachmentResource);
    return { data, meta: { hasMore: false, nextCursor: null } };
  }

  @Get(':attachmentId')
  @Needs('case.read')
  @RouteConfig({ produces: [...FILE_TYPES, 'application/json', 'application/problem+json'] })
  @ApiOperation({ summary: 'Save a file of a case', operationId: 'readAttachment' })
  @CaseIdParam()
  @ApiParam({
    name: 'attachmentId',
    description: 'Id of the file.',
    schema: { type: 'string', format: 'uuid' },
  })
  @ApiProduces(...KEPT_TYPES)
  @ApiResponse({
    status: 200,
    description: 'The file, in its own type, for saving.',
    content: Object.fromEntries(KEPT_TYPES.map((type) => [type, { schema: BYTES }])),
  })
  async read(
    @Param('id', CaseId) id: string,
    @Param('attachmentId') attachmentId: string,
    @Asking() actor: Actor,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.access.read(id, actor);
    const found = isUuid(attachmentId) ? await this.files.read(id, attachmentId) : null;
    if (!found) throw new Problem('not-found');
    await reply
      .header('content-disposition', dispositionOf(found.file.name))
      .header('content-security-policy', SAVED_ONLY)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-store')
      .type(found.file.mediaType)
      .send(found.content);
  }

  @Post()
  @Needs('case.note')
  @HttpCode(201)
  @ApiOperation({ summary: 'Put a file into a case', operationId: 'addAttachment' })
  @CaseIdParam()
  @ApiQuery({
    name: 'name',
    required: false,
    description: 'What the file is called; its end must be that of its type.',
    schema: { type: 'string', maxLength: 200, example: 'parcel.jpg' },
  })
  @CommandHeaders()
  @ApiConsumes(...FILE_TYPES)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 201, type: AttachmentDto, description: 'The file as it is kept.' })
  async add(
    @Param('id', CaseId) id: string,
    @Asking() actor: Actor,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.access.read(id, actor);
    const file = await acceptedFile(request, id, this.files);
    const asked = askedBy(request);
    // First the journal, which may say no; then the file, under the same key.
    const answer = await this.door.send(
      id,
      { type: 'case.note', actor, text: `📎 ${file.name}` },
      asked,
      201,
    );
    if (answer.status !== 201) return sendAnswer(reply, answer);
    const kept = await this.files.keep(id, `${actor.id}/${asked.idempotencyKey ?? uuidv7()}`, file);
    await reply
      .header('location', `/api/v1/cases/${id}/attachments/${kept.id}`)
      .headers(answer.replayed ? { 'idempotent-replayed': 'true' } : {})
      .send(attachmentResource(kept));
  }
}

/** RFC 6266: the name in full for those who can read it, and what is left of it in ASCII for the others. */
function dispositionOf(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
