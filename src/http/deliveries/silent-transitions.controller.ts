/** The report that must be empty: steps of which a customer should have heard and has not. For managers. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Configuration } from '../../directory/configuration.js';
import { DEFAULT_POLICY } from '../../directory/lifecycle-policies.js';
import { DEFAULT_DELIVERY_POLICY } from '../../engine/delivery-policy.js';
import { SilentTransitions } from '../../reports/silent-transitions.js';
import { Needs } from '../auth/access.decorator.js';
import { Checked } from '../input/checked.pipe.js';
import { pageAnswer } from '../input/page-answer.js';
import { pageOf } from '../input/query-fields.decorator.js';
import { PERIODS, SilentQueryDto, silentResource, SilentTransitionsDto } from './deliveries.dto.js';

@Needs('report.read')
@ApiTags('Reports')
@Controller('api/v1/reports/silent-transitions')
export class SilentTransitionsController {
  constructor(
    private readonly report: SilentTransitions,
    private readonly configuration: Configuration,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List the steps that a customer should have heard of and has not',
    operationId: 'reportSilentTransitions',
  })
  @ApiResponse({ status: 200, type: SilentTransitionsDto, description: 'How many, and a page of them.' })
  async read(@Query(Checked(SilentQueryDto)) query: SilentQueryDto): Promise<SilentTransitionsDto> {
    const { silentAfterSeconds } =
      this.configuration.newest('deliveryPolicy', DEFAULT_POLICY)?.body ?? DEFAULT_DELIVERY_POLICY;
    const looked = { hours: PERIODS[query.period ?? 'day'], graceSeconds: silentAfterSeconds };
    const page = await this.report.page({ ...looked, ...pageOf(query) });
    return { count: await this.report.count(looked), ...pageAnswer(page, silentResource) };
  }
}
