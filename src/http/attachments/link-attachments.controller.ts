/** Files that a customer adds by their link: recorded as a message of theirs, so that an open question is answered. */
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { uuidv7 } from 'uuidv7';
import { ByLink } from '../auth/access.decorator.js';
import { IdempotencyKey } from '../documents/api.decorator.js';
import { FILE_TYPES } from '../inbound/install-inbound.js';
import { idempotencyKeyOf, requestHash } from '../input/command-headers.js';
import { Problem } from '../problems/problem.js';
import { retryLater } from '../problems/to-problem.js';
import { inLanguage, readerHints, tokenIn } from '../status/reader-hints.js';
import { doneAnswer, refusedAnswer } from '../status/status-answers.js';
import { StatusDesk } from '../status/status-desk.service.js';
import { StatusDto } from '../status/status.dto.js';
import { LinkAttachmentQueryDto } from './attachments.dto.js';
import { CaseFiles } from './case-files.js';
import { acceptedFile } from './upload.js';

@ApiTags('Customer by link')
@ByLink()
@Controller('api/v1/status/:token/attachments')
export class LinkAttachmentsController {
  constructor(
    private readonly desk: StatusDesk,
    private readonly files: CaseFiles,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiParam({ name: 'token', description: 'From the customer’s link.', type: String })
  @ApiQuery({
    name: 'name',
    required: false,
    description: 'What the file is called; its end must be that of its type.',
    schema: { type: 'string', maxLength: 200, example: 'parcel.jpg' },
  })
  @ApiQuery({
    name: 'lang',
    required: false,
    description: 'Language of the answer; default: the customer’s own.',
    schema: { type: 'string', maxLength: 200 },
  })
  @IdempotencyKey()
  @ApiOperation({ summary: 'Send us a file; answers an open question', operationId: 'statusAttachment' })
  @ApiConsumes(...FILE_TYPES)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 201, type: StatusDto, description: 'The case as the customer now sees it.' })
  @ApiResponse({
    status: 409,
    description: 'Not possible any more; `detail` says why in the customer’s words.',
  })
  async add(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const visit = await this.desk.visit(tokenIn(request), readerHints(request));
    const { id } = visit.current;
    const file = await acceptedFile(request, id, this.files, LinkAttachmentQueryDto);
    const idempotencyKey = idempotencyKeyOf(request.headers['idempotency-key']);
    const outcome = await this.desk.do(visit, {
      said: { action: 'reply', text: `📎 ${file.name}` },
      idempotencyKey,
      requestHash: idempotencyKey === null ? null : requestHash('POST', 'attachment', request.body),
      ifMatch: null,
      render: doneAnswer,
      renderRefusal: (code, view) => refusedAnswer(code, view, visit.view.locale, request.id),
    });
    if (outcome.kind === 'keyReused') throw new Problem('idempotency-key-reused');
    if (!('answer' in outcome)) throw new Problem('idempotency-key-in-progress', retryLater(1));
    const { status, headers, body } = outcome.answer;
    if (status === 201) await this.files.keep(id, `link/${idempotencyKey ?? uuidv7()}`, file);
    await inLanguage(reply, visit.view.locale).code(status).headers(headers).send(body);
  }
}
