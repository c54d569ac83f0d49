/** Messages to customers across cases, as managers see them. Pure. */
import {
  DELIVERY_STATUSES,
  type DeliveryStatus,
  type MessageDelivery,
} from '../../reports/message-deliveries.js';
import type { SilentTransition } from '../../reports/silent-transitions.js';
import { Out, OutChoice, OutInstant, OutUuid } from '../documents/out.decorator.js';
import { toInstantText } from '../input/instant.js';
import { PageQuery, QueryChoice } from '../input/query-fields.decorator.js';

const NULLABLE = { nullable: true } as const;

export class DeliveryQueryDto extends PageQuery {
  @QueryChoice(DELIVERY_STATUSES, '`failed` (newest first) unless asked otherwise.') status?: DeliveryStatus;
}

export class DeliveryDto {
  @Out(String, { description: '`<case id>.<seq>.<channel>`' }) id: string;
  @OutUuid() caseId: string;
  @Out(String) number: string;
  @Out('integer') seq: number;
  @Out(String, { example: 'email' }) channel: string;
  @OutChoice(['pending', 'delivered', 'suppressed', 'failed', 'covered']) status: string;
  @Out(String, NULLABLE) reason: string | null;
  @Out('integer', { description: 'Tries so far.' }) attempts: number;
  @Out(String, { description: 'Key of the text.', example: 'case.escalated' }) message: string;
  @OutInstant() createdAt: string;
  @OutInstant(NULLABLE) nextAttemptAt: string | null;
  @OutInstant(NULLABLE) finishedAt: string | null;
  @Out(String, { ...NULLABLE, description: 'What the other side answered last.' }) lastCode: string | null;
  @Out(String, NULLABLE) lastDetail: string | null;
}

/** How far back to look, in hours. */
export const PERIODS = { day: 24, week: 7 * 24, month: 31 * 24 } as const;

export class SilentQueryDto extends PageQuery {
  @QueryChoice(Object.keys(PERIODS), 'How far back to look; a day unless asked otherwise.')
  period?: keyof typeof PERIODS;
}

export class SilentTransitionDto {
  @OutUuid() caseId: string;
  @Out(String) number: string;
  @Out('integer') seq: number;
  @Out(String, { example: 'case.escalated' }) type: string;
  @OutInstant() recordedAt: string;
}

class PageMetaDto {
  @Out(Boolean) hasMore: boolean;
  @Out(String, NULLABLE) nextCursor: string | null;
}

export class SilentTransitionsDto {
  @Out('integer', { description: 'How many there are; counted up to 1000. Must be 0.' }) count: number;
  @Out(() => [SilentTransitionDto]) data: readonly SilentTransitionDto[];
  @Out(() => PageMetaDto) meta: PageMetaDto;
}

export function deliveryResource(delivery: MessageDelivery): DeliveryDto {
  const { caseId, number, seq, channel, status, reason, attempts, key, lastCode, lastDetail } = delivery;
  return {
    id: `${caseId}.${seq}.${channel}`,
    caseId,
    number,
    seq,
    channel,
    status,
    reason,
    attempts,
    message: key,
    createdAt: toInstantText(delivery.createdAt),
    nextAttemptAt: delivery.nextAttemptAt === null ? null : toInstantText(delivery.nextAttemptAt),
    finishedAt: delivery.finishedAt === null ? null : toInstantText(delivery.finishedAt),
    lastCode,
    lastDetail,
  };
}

export function silentResource(silent: SilentTransition): SilentTransitionDto {
  return { ...silent, recordedAt: toInstantText(silent.recordedAt) };
}
