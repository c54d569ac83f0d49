/** Who am I: by whatever credential. */
import { Controller, Get, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Staff } from '../../directory/staff.js';
import { SESSION_IDLE_SECONDS } from '../../identity/sessions.js';
import { toInstantText } from '../input/instant.js';
import { Needs } from './access.decorator.js';
import { Callers } from './callers.service.js';
import { SessionDto } from './session.dto.js';

@ApiTags('Directory')
@Controller('api/v1/session')
export class SessionController {
  constructor(
    private readonly callers: Callers,
    private readonly staff: Staff,
  ) {}

  @Get()
  @Needs('self.read')
  @ApiOperation({ summary: 'Read who you are signed in as, and until when', operationId: 'readSession' })
  @ApiResponse({ status: 200, type: SessionDto, description: 'The holder of the credential.' })
  async read(@Req() request: FastifyRequest): Promise<SessionDto> {
    const { actor, endsAt, by } = await this.callers.present(request);
    return {
      id: actor.id,
      name: this.staff.nameOf(actor.id) ?? actor.id,
      role: actor.kind,
      department: actor.department ?? null,
      expiresAt: endsAt === null ? null : toInstantText(endsAt),
      idleSeconds: by === 'session' ? SESSION_IDLE_SECONDS : null,
      csrf: by === 'session' ? 'origin' : 'none',
    };
  }
}
