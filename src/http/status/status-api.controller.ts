/**
 * The customer's case by link as JSON: the same view, the same deeds and the same words as the page (api.md, "By
 * link"). GET and HEAD change nothing. Refusals say in the customer's language why not, and nothing of the inside.
 */
import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOCALES } from '../../domain/policies.js';
import type { Outcome, StoredAnswer } from '../../engine/outcome.js';
import { ByLink } from '../auth/access.decorator.js';
import { CommandHeaders, ETAG } from '../documents/api.decorator.js';
import { ConfirmationDto, OptionalReasonDto, ReasonDto, TextDto } from '../cases/case-command.dto.js';
import { etagOf, idempotencyKeyOf, ifMatchOf, requestHash } from '../input/command-headers.js';
import { validateBody } from '../input/validate-input.js';
import { Problem } from '../problems/problem.js';
import { retryLater } from '../problems/to-problem.js';
import type { Said } from './customer-command.js';
import { inLanguage, readerHints, tokenIn } from './reader-hints.js';
import { CONTINUED_BY, doneAnswer, JSON_MEDIA_TYPE, refusedAnswer } from './status-answers.js';
import { StatusDesk, type Visit } from './status-desk.service.js';
import { StatusDto, StatusRatingDto } from './status.dto.js';
import { statusResource } from './status-resource.js';

type Body = { text?: string | null; reason?: string | null; comment?: string | null };
type PlainAction = Exclude<Said['action'], 'rating'>;

const TokenParam = () => ApiParam({ name: 'token', description: 'From the customer’s link.', type: String });
const Language = () =>
  ApiQuery({
    name: 'lang',
    required: false,
    type: String,
    // Whatever a mail program made of the address, a customer is answered.
    description: `One of ${LOCALES.join(', ')}; anything else, and the default: the customer’s own.`,
    example: 'en',
  });

@ApiTags('Customer by link')
@ByLink()
@Controller('api/v1/status/:token')
export class StatusApiController {
  constructor(private readonly desk: StatusDesk) {}

  @Get()
  @TokenParam()
  @Language()
  @ApiOperation({ summary: 'What the customer sees of the case', operationId: 'getStatus' })
  @ApiResponse({ status: 200, type: StatusDto, description: 'The case in plain words.', headers: ETAG })
  async read(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { view, current } = await this.desk.visit(tokenIn(request), readerHints(request));
    void inLanguage(reply, view.locale)
      .header('etag', etagOf(current.revision))
      .type(JSON_MEDIA_TYPE)
      .send(JSON.stringify(statusResource(view)));
  }

  @Post('replies')
  @Deed('Write to us; answers an open question', TextDto)
  async reply(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('reply', TextDto, request, reply);
  }

  @Post('confirmation')
  @Deed('Confirm the solution; the case closes', ConfirmationDto)
  async confirm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('confirmation', ConfirmationDto, request, reply);
  }

  @Post('rejection')
  @Deed('Say that the solution does not help; work goes on', ReasonDto)
  async reject(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('rejection', ReasonDto, request, reply);
  }

  @Post('rating')
  @Deed('Say how satisfied you are with a closed case; once', StatusRatingDto)
  async rate(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.pass(request, reply, (body) => {
      const { score, comment, recommend } = validateBody(StatusRatingDto, body);
      return { action: 'rating', text: comment ?? null, score, recommend: recommend ?? null };
    });
  }

  @Post('reopening')
  @Deed('Reopen a closed case; after its window a new one continues it', ReasonDto)
  async reopen(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('reopening', ReasonDto, request, reply);
  }

  @Post('withdrawal')
  @Deed('Withdraw the case', OptionalReasonDto)
  async withdraw(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('withdrawal', OptionalReasonDto, request, reply);
  }

  @Post('attention')
  @Deed('Ask for a manager', OptionalReasonDto)
  async askForManager(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.run('attention', OptionalReasonDto, request, reply);
  }

  private async run<T extends Body>(
    action: PlainAction,
    type: new () => T,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    await this.pass(request, reply, (body) => {
      const { text, reason, comment }: Body = validateBody(type, body);
      return { action, text: text ?? reason ?? comment ?? null };
    });
  }

  /** @param read what the body says; throws for one that says nothing. */
  private async pass(
    request: FastifyRequest,
    reply: FastifyReply,
    read: (body: unknown) => Said,
  ): Promise<void> {
    const visit = await this.desk.visit(tokenIn(request), readerHints(request));
    const said = read(request.body);
    const idempotencyKey = idempotencyKeyOf(request.headers['idempotency-key']);
    const outcome = await this.desk.do(visit, {
      said,
      idempotencyKey,
      requestHash: idempotencyKey === null ? null : requestHash('POST', said.action, request.body),
      ifMatch: ifMatchOf(request.headers['if-match']),
      render: doneAnswer,
      renderRefusal: (code, view) => refusedAnswer(code, view, visit.view.locale, request.id),
    });
    await this.send(inLanguage(reply, visit.view.locale), outcome, visit);
  }

  /** @throws Problem for what is neither done nor refused. */
  private async send(reply: FastifyReply, outcome: Outcome, visit: Visit): Promise<void> {
    const { status, body, headers } = answerIn(outcome);
    const isReplayed = outcome.kind === 'replayed' || (outcome.kind === 'done' && outcome.replayed);
    const { [CONTINUED_BY]: newCaseId, ...kept } = headers;
    const token = newCaseId === undefined ? null : await this.desk.tokenFor(newCaseId, visit);
    void reply
      .code(status)
      .headers(kept)
      .headers(token === null ? {} : { location: `/api/v1/status/${token}` })
      .headers(isReplayed ? { 'idempotent-replayed': 'true' } : {})
      .send(body);
  }
}

function answerIn(outcome: Outcome): StoredAnswer {
  switch (outcome.kind) {
    case 'done':
    case 'replayed':
    case 'refused':
      return outcome.answer;
    case 'notFound':
      throw new Problem('not-found');
    case 'stale':
      throw new Problem('revision-stale', { headers: { etag: etagOf(outcome.case.revision) } });
    case 'keyReused':
      throw new Problem('idempotency-key-reused');
    case 'keyInProgress':
      throw new Problem('idempotency-key-in-progress', retryLater(1));
  }
}

/** One way to document and register what the deeds share. */
function Deed(summary: string, body: new () => object): MethodDecorator {
  return (target, name, descriptor) => {
    for (const decorate of [
      HttpCode(201),
      TokenParam(),
      Language(),
      ApiOperation({
        summary,
        operationId: `status${String(name).replace(/^./, (letter) => letter.toUpperCase())}`,
      }),
      CommandHeaders(),
      ApiBody({ type: body, required: false }),
      ApiResponse({ status: 201, type: StatusDto, description: 'The case as the customer now sees it.' }),
      ApiResponse({
        status: 409,
        description: 'Not possible any more; `detail` says why in the customer’s words.',
      }),
    ]) {
      decorate(target, name, descriptor);
    }
  };
}
