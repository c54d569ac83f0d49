/** What can be done with SLA policies beyond reading and publishing them: put a new version in force at once. */
import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Configuration } from '../../directory/configuration.js';
import { Needs } from '../auth/access.decorator.js';
import { askedBy } from '../input/asked.js';
import { validateBody } from '../input/validate-input.js';
import { Problem } from '../problems/problem.js';
import { ClockRebase } from './clock-rebase.service.js';
import { KeyParam } from './configuration.controller.js';
import { RebaseDto, RebaseResultDto } from './sla-policies.dto.js';

@ApiTags('Configuration')
@Controller('api/v1/sla-policies')
export class SlaPoliciesController {
  constructor(
    private readonly configuration: Configuration,
    private readonly clocks: ClockRebase,
  ) {}

  @Post(':key/rebase')
  @Needs('case.rebase')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Apply the newest version of a policy and its calendars to clocks that run',
    description: 'Clocks are recomputed from their start, with their pauses. Finished ones never change.',
    operationId: 'rebaseSlaPolicy',
  })
  @KeyParam()
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Repeated with the same key, no case is changed a second time.',
    schema: { type: 'string', maxLength: 257 },
  })
  @ApiBody({ type: RebaseDto, required: false })
  @ApiResponse({ status: 200, type: RebaseResultDto, description: 'What changed, or would change.' })
  async rebase(@Param('key') key: string, @Req() request: FastifyRequest): Promise<RebaseResultDto> {
    const asked = askedBy(request);
    const { dryRun } = validateBody(RebaseDto, request.body);
    if (!this.configuration.newest('slaPolicy', key)) throw new Problem('not-found');
    return this.clocks.run(key, dryRun === true, asked);
  }
}
