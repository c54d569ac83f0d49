/** Where a case belongs, and why: for a case, and for facts that may be. A suggestion: nothing moves. */
import { Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CaseRouting, factsOf } from '../../directory/case-routing.js';
import type { RoutingDecision } from '../../directory/route-case.js';
import { Staff } from '../../directory/staff.js';
import type { Actor } from '../../domain/actor.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { CaseAccess } from '../cases/case-access.service.js';
import { CaseIdParam } from '../documents/api.decorator.js';
import { CaseId } from '../input/checked.pipe.js';
import { validateBody } from '../input/validate-input.js';
import { RoutingDto, RoutingPreviewDto } from './routing.dto.js';

@ApiTags('Directory')
@Controller('api/v1')
export class RoutingController {
  constructor(
    private readonly routing: CaseRouting,
    private readonly access: CaseAccess,
    private readonly staff: Staff,
  ) {}

  @Get('cases/:id/routing')
  @Needs('case.read')
  @ApiOperation({ summary: 'Read where the rules would send a case, and why', operationId: 'readRouting' })
  @CaseIdParam()
  @ApiResponse({ status: 200, type: RoutingDto, description: 'A suggestion; nothing moves.' })
  async read(@Param('id', CaseId) id: string, @Asking() actor: Actor): Promise<RoutingDto> {
    return this.told(await this.routing.suggest(factsOf(await this.access.read(id, actor))));
  }

  @Post('routing/preview')
  @Needs('routing.preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try the routing rules out', operationId: 'previewRouting' })
  @ApiBody({ type: RoutingPreviewDto })
  @ApiResponse({ status: 200, type: RoutingDto, description: 'Nothing is written.' })
  async preview(@Req() request: FastifyRequest): Promise<RoutingDto> {
    const body = validateBody(RoutingPreviewDto, request.body);
    const facts = {
      category: body.category,
      channel: body.channel,
      grade: body.grade ?? 'standard',
      product: body.product ?? null,
      text: `${body.subject ?? ''}\n${body.description ?? ''}`,
      ownerId: null,
    };
    return this.told(await this.routing.suggest(facts));
  }

  private told({ memberId, ...decision }: RoutingDecision): RoutingDto {
    const member = memberId === null ? null : { id: memberId, name: this.staff.nameOf(memberId) };
    return { ...decision, member };
  }
}
