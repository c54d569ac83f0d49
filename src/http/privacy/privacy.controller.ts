/** What a person may ask of us under data protection law: a copy of everything, and to be forgotten. */
import { Readable } from 'node:stream';
import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  PersonErasure,
  type ErasureReport,
  type PersonErasureOutcome,
} from '../../directory/person-erasure.js';
import { KeptAnswers } from '../../engine/kept-answers.js';
import { toStoredAnswer } from '../../engine/outcome.js';
import { EXPORT_CASES_MAX, PersonExport } from '../../reports/person-export.js';
import { Needs } from '../auth/access.decorator.js';
import { JSON_MEDIA_TYPE } from '../cases/case-answers.service.js';
import { sendAnswer } from '../cases/case-door.service.js';
import { AlsoAnswers, IdempotencyKey } from '../documents/api.decorator.js';
import { HttpOptions } from '../http-options.js';
import { askedBy } from '../input/asked.js';
import { CaseId } from '../input/checked.pipe.js';
import { toInstantText } from '../input/instant.js';
import { validateBody } from '../input/validate-input.js';
import { Problem } from '../problems/problem.js';
import { ErasureDto, ErasureOrderDto, PersonExportDto } from './privacy.dto.js';

const CustomerIdParam = () =>
  ApiParam({
    name: 'id',
    description: 'Any id that the customer ever had.',
    schema: { type: 'string', format: 'uuid' },
  });

@ApiTags('Customers')
@Controller('api/v1/customers/:id')
export class PrivacyController {
  constructor(
    private readonly persons: PersonErasure,
    private readonly exports: PersonExport,
    private readonly kept: KeptAnswers,
    private readonly options: HttpOptions,
  ) {}

  @Get('export')
  @Needs('customer.export')
  @ApiOperation({
    summary: 'Everything that is kept about a person, as one document',
    description: `Under every id of the person; at most ${EXPORT_CASES_MAX} cases, those that changed last. What the house wrote among itself stands under \`internal\`, to be looked at before the document is handed over.`,
    operationId: 'exportCustomer',
  })
  @CustomerIdParam()
  @ApiResponse({ status: 200, type: PersonExportDto, description: 'For saving.' })
  async export(@Param('id', CaseId) id: string, @Res() reply: FastifyReply): Promise<void> {
    const pieces = await this.exports.of(id, {
      attachmentUrl: (caseId, file) => `${this.options.publicUrl}/api/v1/cases/${caseId}/attachments/${file}`,
    });
    if (pieces === null) throw new Problem('not-found');
    await reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="customer-${id}.json"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(pieces));
  }

  @Post('erasure')
  @HttpCode(200)
  @Needs('customer.erase')
  @ApiOperation({
    summary: 'Forget a person: texts, names, addresses, messages and files, in every case',
    description:
      'What remains are figures: states, times, departments, sums, scores. Cannot be undone, and is safe to repeat.',
    operationId: 'eraseCustomer',
  })
  @CustomerIdParam()
  @IdempotencyKey()
  @ApiBody({ type: ErasureOrderDto })
  @ApiResponse({ status: 200, type: ErasureDto, description: 'What was erased, or with `dryRun` would be.' })
  @AlsoAnswers('customer-has-open-cases')
  async erase(
    @Param('id', CaseId) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = askedBy(request);
    const { reason, withdrawOpenCases, dryRun } = validateBody(ErasureOrderDto, request.body);
    if (dryRun === true) {
      void reply.send(resource(reported(await this.persons.preview(id)), true));
      return;
    }
    const { actor } = asked;
    const key = { ...asked, principal: actor.id };
    const before = await this.kept.look(key);
    if (before === 'keyReused') throw new Problem('idempotency-key-reused');
    if (before !== null) return sendAnswer(reply, { ...before, replayed: true });
    const order = { actor, reason, withdrawOpenCases: withdrawOpenCases === true };
    const done = resource(reported(await this.persons.erase(id, order)), false);
    const answer = toStoredAnswer({ status: 200, body: done, headers: { 'content-type': JSON_MEDIA_TYPE } });
    await this.kept.keep(key, answer);
    sendAnswer(reply, { ...answer, replayed: false });
  }
}

/** @throws Problem 404, 409, 422 */
function reported(outcome: PersonErasureOutcome): ErasureReport {
  switch (outcome.kind) {
    case 'erased':
      return outcome.report;
    case 'unknown':
      throw new Problem('not-found');
    case 'casesStanding':
      throw new Problem('customer-has-open-cases', { members: { cases: outcome.cases } });
    case 'reasonNamesPerson':
      throw new Problem('invalid-fields', {
        errors: [
          { pointer: '/reason', code: 'names-person', message: 'Must not name the person: it is kept.' },
        ],
      });
  }
}

function resource({ erasedAt, ...report }: ErasureReport, dryRun: boolean): ErasureDto {
  return {
    ...report,
    customerIds: [...report.customerIds],
    dryRun,
    erasedAt: toInstantText(erasedAt),
  };
}
