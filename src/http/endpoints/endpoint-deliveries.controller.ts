/** What was sent to an endpoint, and sending it again. For administrators. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RESEND_MAX, Resends } from '../../delivery/endpoints/resends.js';
import { EndpointLog } from '../../reports/endpoint-log.js';
import { Needs } from '../auth/access.decorator.js';
import { AlsoAnswers, AnswersWithPage } from '../documents/api.decorator.js';
import { Checked } from '../input/checked.pipe.js';
import { parseInstant } from '../input/instant.js';
import { pageAnswer, type PageAnswer } from '../input/page-answer.js';
import { pageOf } from '../input/query-fields.decorator.js';
import { isUuid } from '../input/uuid.js';
import { validateBody } from '../input/validate-input.js';
import { Problem } from '../problems/problem.js';
import {
  DeliveriesQueryDto,
  EndpointDeliveryDto,
  deliveryResource,
  ResendFailedDto,
  ResentDto,
} from './endpoint-delivery.dto.js';
import { EndpointDesk } from './endpoint-desk.service.js';
import { EndpointIdParam } from './endpoints.controller.js';

@ApiTags('Webhook endpoints')
@Controller('api/v1/webhook-endpoints/:id')
@Needs('endpoint.manage')
export class EndpointDeliveriesController {
  constructor(
    private readonly desk: EndpointDesk,
    private readonly log: EndpointLog,
    private readonly resends: Resends,
  ) {}

  @Get('deliveries')
  @ApiOperation({
    summary: 'Read what was sent to an endpoint, with every attempt',
    operationId: 'listWebhookDeliveries',
  })
  @EndpointIdParam()
  @AnswersWithPage(EndpointDeliveryDto, 'A page of deliveries, newest first.')
  async list(
    @Param('id') id: string,
    @Query(Checked(DeliveriesQueryDto)) query: DeliveriesQueryDto,
  ): Promise<PageAnswer<EndpointDeliveryDto>> {
    const { id: endpointId } = await this.desk.find(id);
    const { status } = query;
    const filter = status === undefined ? {} : { status };
    return pageAnswer(await this.log.page({ endpointId, ...filter, ...pageOf(query) }), deliveryResource);
  }

  @Post('deliveries/:delivery/resend')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send one delivery again, whatever became of it',
    operationId: 'resendWebhookDelivery',
  })
  @EndpointIdParam()
  @ApiParam({ name: 'delivery', description: '`<case id>.<seq>`', schema: { type: 'string' } })
  @ApiResponse({ status: 202, type: ResentDto, description: 'It is in line.' })
  @AlsoAnswers('endpoint-inactive')
  async resend(@Param('id') id: string, @Param('delivery') delivery: string): Promise<ResentDto> {
    const endpointId = await this.activeId(id);
    const [caseId, seq] = partsOf(delivery);
    if (!(await this.resends.one({ caseId, seq, endpointId }))) throw new Problem('not-found');
    return { resent: 1, hasMore: false };
  }

  @Post('resend-failed')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send again what failed since an instant',
    description: `At most ${RESEND_MAX} at one go, oldest first.`,
    operationId: 'resendFailedWebhooks',
  })
  @EndpointIdParam()
  @ApiBody({ type: ResendFailedDto })
  @ApiResponse({ status: 202, type: ResentDto, description: 'How many are in line.' })
  @AlsoAnswers('endpoint-inactive')
  async resendFailed(@Param('id') id: string, @Body() body: unknown): Promise<ResentDto> {
    const { since } = validateBody(ResendFailedDto, body);
    const endpointId = await this.activeId(id);
    const resent = await this.resends.failedSince(endpointId, parseInstant(since) as number);
    return { resent, hasMore: resent === RESEND_MAX };
  }

  /** @throws Problem 404, 409 */
  private async activeId(id: string): Promise<string> {
    const endpoint = await this.desk.find(id);
    if (!endpoint.active) throw new Problem('endpoint-inactive');
    return endpoint.id;
  }
}

/** @throws Problem 404 for what can be the id of no delivery. */
function partsOf(delivery: string): [caseId: string, seq: number] {
  const [caseId, seq = ''] = delivery.split('.', 2);
  if (!isUuid(caseId) || !/^[1-9]\d{0,8}$/.test(seq) || delivery !== `${caseId}.${seq}`) {
    throw new Problem('not-found');
  }
  return [caseId, Number(seq)];
}
