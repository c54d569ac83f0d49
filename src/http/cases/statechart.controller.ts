/** The picture of one case's way through the machine. */
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../../domain/actor.js';
import { ClockRecords } from '../../reports/clock-records.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { CaseIdParam } from '../documents/api.decorator.js';
import { CaseId } from '../input/checked.pipe.js';
import { CaseAccess } from './case-access.service.js';
import { caseStatechart } from './case-statechart.js';

@ApiTags('Cases')
@Controller('api/v1/cases')
export class StatechartController {
  constructor(
    private readonly access: CaseAccess,
    private readonly records: ClockRecords,
  ) {}

  @Get(':id/statechart.svg')
  @Needs('case.read')
  @ApiOperation({ summary: 'See the way of a case through the state chart', operationId: 'readStatechart' })
  @CaseIdParam()
  @ApiProduces('image/svg+xml')
  @ApiResponse({
    status: 200,
    description: 'States that the case passed are tinted, the present one is filled.',
    content: { 'image/svg+xml': { schema: { type: 'string' } } },
  })
  async picture(
    @Param('id', CaseId) id: string,
    @Asking() actor: Actor,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const current = await this.access.read(id, actor);
    const visited = new Set((await this.records.happened(id)).map(({ toState }) => toState));
    await reply
      // Opened by itself it is a document of its own, which may use nothing but its own style.
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      )
      .type('image/svg+xml; charset=utf-8')
      .send(caseStatechart(current.state, visited));
  }
}
