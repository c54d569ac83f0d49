/** A hint for a fair amount, before one is proposed. Commands on compensations are in the table of commands. */
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import type { Actor } from '../../domain/actor.js';
import { CompensationHints } from '../../reports/compensation-hint.js';
import { Needs } from '../auth/access.decorator.js';
import { Asking } from '../auth/auth.guard.js';
import { CaseIdParam } from '../documents/api.decorator.js';
import { toDecimalText } from '../input/amount.js';
import { CaseId } from '../input/checked.pipe.js';
import { toInstantText } from '../input/instant.js';
import { CaseAccess } from './case-access.service.js';
import { CompensationHintDto } from './compensation.dto.js';

@ApiTags('Cases')
@Controller('api/v1/cases')
export class CompensationsController {
  constructor(
    private readonly access: CaseAccess,
    private readonly policies: DirectoryPolicySource,
    private readonly hints: CompensationHints,
  ) {}

  @Get(':id/compensations/hint')
  @Needs('case.read')
  @ApiOperation({ summary: 'Read what similar cases got', operationId: 'readCompensationHint' })
  @CaseIdParam()
  @ApiResponse({ status: 200, type: CompensationHintDto, description: 'Of the same category and currency.' })
  async hint(@Param('id', CaseId) id: string, @Asking() actor: Actor): Promise<CompensationHintDto> {
    const current = await this.access.read(id, actor);
    const { currency } = this.policies.policiesFor(current.intake.category).compensation;
    const { minMinor, medianMinor, maxMinor, similar } = await this.hints.like(current, currency);
    const money = (minor: number | null) => (minor === null ? null : toDecimalText(minor, currency));
    return {
      currency,
      min: money(minMinor),
      median: money(medianMinor),
      max: money(maxMinor),
      similar: similar.map(({ kind, amountMinor, state, decidedAt }) => ({
        kind,
        amount: toDecimalText(amountMinor, currency),
        state,
        decidedAt: toInstantText(decidedAt),
      })),
    };
  }
}
