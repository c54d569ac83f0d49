/** The log of what was sent to an endpoint, as administrators see it. */
import {
  ATTEMPTS_SHOWN,
  DELIVERY_STATUSES,
  type DeliveryLine,
  type DeliveryStatus,
} from '../../reports/endpoint-log.js';
import { Out, OutChoice, OutInstant, OutUuid } from '../documents/out.decorator.js';
import { InstantText } from '../input/fields.decorator.js';
import { toInstantText } from '../input/instant.js';
import { PageQuery, QueryChoice } from '../input/query-fields.decorator.js';

const NULLABLE = { nullable: true } as const;

export class DeliveriesQueryDto extends PageQuery {
  @QueryChoice(DELIVERY_STATUSES, 'What became of it.') status?: DeliveryStatus;
}

export class ResendFailedDto {
  @InstantText({ about: 'Of what was written since then, all that failed or was cancelled is sent again.' })
  since: string;
}

export class ResentDto {
  @Out('integer', { description: 'How many were put in line again.' }) resent: number;
  @Out(Boolean, { description: 'There may be more: ask again.' }) hasMore: boolean;
}

export class EndpointAttemptDto {
  @Out('integer') n: number;
  @OutInstant() startedAt: string;
  @OutInstant({ ...NULLABLE, description: 'Null: under way, or cut off.' }) endedAt: string | null;
  @Out(String, { ...NULLABLE, example: 'delivered' }) result: string | null;
  @Out(String, { ...NULLABLE, example: '503' }) code: string | null;
  @Out('integer', NULLABLE) latencyMs: number | null;
  @Out(String, { ...NULLABLE, description: 'The beginning of the answer.' }) response: string | null;
}

export class EndpointDeliveryDto {
  @Out(String, { description: '`<case id>.<seq>`' }) id: string;
  @OutUuid() caseId: string;
  @Out('integer') seq: number;
  @Out(String, { example: 'case.escalated' }) type: string;
  @OutChoice(DELIVERY_STATUSES) status: string;
  @Out(String, { ...NULLABLE, description: 'Of the newest failure, or why it is not sent.' })
  reason: string | null;
  @OutInstant() createdAt: string;
  @OutInstant(NULLABLE) nextAttemptAt: string | null;
  @OutInstant(NULLABLE) finishedAt: string | null;
  @Out(() => [EndpointAttemptDto], { description: `The newest ${ATTEMPTS_SHOWN}, oldest first.` })
  attempts: readonly EndpointAttemptDto[];
}

export function deliveryResource(line: DeliveryLine): EndpointDeliveryDto {
  const { createdAt, nextAttemptAt, finishedAt, attempts, ...rest } = line;
  return {
    id: `${line.caseId}.${line.seq}`,
    ...rest,
    createdAt: toInstantText(createdAt),
    nextAttemptAt: toInstantText(nextAttemptAt),
    finishedAt: toInstantText(finishedAt),
    attempts: attempts.map(({ startedAt, endedAt, ...attempt }) => ({
      ...attempt,
      startedAt: toInstantText(startedAt),
      endedAt: toInstantText(endedAt),
    })),
  };
}
