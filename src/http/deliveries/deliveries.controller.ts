/** Messages to customers across cases: what was given up, what waits, and sending again. For managers. */
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { MessageResends, RESENDS_PER_HOUR } from '../../delivery/outbound/message-resends.js';
import { MessageDeliveries } from '../../reports/message-deliveries.js';
import { Needs } from '../auth/access.decorator.js';
import { AlsoAnswers, AnswersWithPage } from '../documents/api.decorator.js';
import { Checked } from '../input/checked.pipe.js';
import { pageAnswer, type PageAnswer } from '../input/page-answer.js';
import { pageOf } from '../input/query-fields.decorator.js';
import { isUuid } from '../input/uuid.js';
import { Problem } from '../problems/problem.js';
import { retryLater } from '../problems/to-problem.js';
import { DeliveryDto, DeliveryQueryDto, deliveryResource } from './deliveries.dto.js';

const HOUR_SECONDS = 3_600;

@ApiTags('Deliveries')
@Controller('api/v1/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: MessageDeliveries,
    private readonly resends: MessageResends,
  ) {}

  @Get()
  @Needs('delivery.read')
  @ApiOperation({ summary: 'List messages that were given up, or that wait', operationId: 'listDeliveries' })
  @AnswersWithPage(DeliveryDto, 'A page of messages.')
  async list(@Query(Checked(DeliveryQueryDto)) query: DeliveryQueryDto): Promise<PageAnswer<DeliveryDto>> {
    return pageAnswer(await this.deliveries.page(query.status ?? 'failed', pageOf(query)), deliveryResource);
  }

  @Post(':deliveryId/resend')
  @Needs('delivery.resend')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send a message again that was given up',
    description: `At most ${RESENDS_PER_HOUR} times an hour. What the customer wishes is asked anew.`,
    operationId: 'resendDelivery',
  })
  @ApiParam({
    name: 'deliveryId',
    description: '`<case id>.<seq>.<channel>`',
    schema: { type: 'string' },
  })
  @ApiResponse({ status: 202, type: DeliveryDto, description: 'It is in line.' })
  @AlsoAnswers('delivery-not-given-up')
  async resend(@Param('deliveryId') deliveryId: string): Promise<DeliveryDto> {
    const { caseId, seq, channel } = partsOf(deliveryId);
    const outcome = await this.resends.resend(caseId, seq, channel);
    if (outcome === 'notGivenUp') throw new Problem('delivery-not-given-up');
    if (outcome === 'tooOften') throw new Problem('too-many-requests', retryLater(HOUR_SECONDS));
    const delivery = outcome === 'notFound' ? null : await this.deliveries.find(caseId, seq, channel);
    if (delivery === null) throw new Problem('not-found');
    return deliveryResource(delivery);
  }
}

/** @throws Problem 404 for what can be the id of no message. */
function partsOf(deliveryId: string): { caseId: string; seq: number; channel: string } {
  const [, caseId = '', seq = '', channel = ''] =
    /^([^.]+)\.([1-9]\d{0,8})\.([a-z]{1,16})$/.exec(deliveryId) ?? [];
  if (!isUuid(caseId)) throw new Problem('not-found');
  return { caseId, seq: Number(seq), channel };
}
