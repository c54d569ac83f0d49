/** The context of a case, for whoever is about to answer its customer. */
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../domain/actor.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { CaseAccess } from '../cases/case-access.service.js';
import { CaseIdParam } from '../documents/api.decorator.js';
import { CaseId } from '../input/checked.pipe.js';
import { CaseContextDto } from './case-context.dto.js';
import { CaseContextReader } from './case-context.service.js';

@ApiTags('Cases')
@Controller('api/v1/cases')
export class CaseContextController {
  constructor(
    private readonly access: CaseAccess,
    private readonly context: CaseContextReader,
  ) {}

  @Get(':id/context')
  @Needs('case.read')
  @ApiOperation({
    summary: 'Read all that one needs to answer the customer',
    description:
      'The customer, what went before, what they were promised, ready texts and the playbook’s steps.',
    operationId: 'readCaseContext',
  })
  @CaseIdParam()
  @ApiResponse({ status: 200, type: CaseContextDto, description: 'The context.' })
  async read(@Param('id', CaseId) id: string, @Asking() actor: Actor): Promise<CaseContextDto> {
    return this.context.of(await this.access.read(id, actor), actor);
  }
}
