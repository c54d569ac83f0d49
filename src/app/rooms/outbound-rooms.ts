/**
 * What sends: the queue of messages to customers with its channels, and the loop that drives every queue. The one
 * place that says which channels and queues there are.
 */
import type { FactoryProvider } from '@nestjs/common';
import type { Pool } from 'pg';
import { EndpointQueue } from '../../delivery/endpoints/endpoint-queue.js';
import { MailComposer } from '../../delivery/mail/mail-composer.js';
import { DeliveryLoop } from '../../delivery/outbound/delivery-loop.js';
import { MessageResends } from '../../delivery/outbound/message-resends.js';
import { NotificationQueue, type Undeliverable } from '../../delivery/outbound/notification-queue.js';
import { OutboundChannels } from '../../delivery/outbound/outbound-channels.js';
import { publicNames } from '../../delivery/public-names.js';
import { StatusLinks } from '../../delivery/status-link.js';
import { Configuration } from '../../directory/configuration.js';
import { DEFAULT_POLICY } from '../../directory/lifecycle-policies.js';
import { DirectoryPolicySource } from '../../directory/policy-source.js';
import { Staff } from '../../directory/staff.js';
import { SYSTEM } from '../../domain/deadlines.js';
import { CaseEngine } from '../../engine/case-engine.js';
import { coalesceMs, DEFAULT_DELIVERY_POLICY, type DeliveryPolicy } from '../../engine/delivery-policy.js';
import type { OutboundRules } from '../../engine/intents.js';
import type { HttpOptions } from '../../http/http-options.js';
import { MessageDeliveries } from '../../reports/message-deliveries.js';
import { SilentTransitions } from '../../reports/silent-transitions.js';
import type { NowSql } from '../../store/now.js';
import { errorFields, type Logger } from '../logging.js';
import type { Settings } from '../settings.js';
import { mailChannels } from './mail-rooms.js';
import { made } from './made.js';

export interface OutboundFoundations {
  readonly pool: Pool;
  readonly now: NowSql;
  readonly logger: Logger;
  readonly httpOptions: HttpOptions;
  readonly settings: Settings;
}

/** The policy in force, from memory. */
export function deliveryPolicy(configuration: Configuration): DeliveryPolicy {
  const stored = configuration.newest('deliveryPolicy', DEFAULT_POLICY)?.body;
  return stored === undefined ? DEFAULT_DELIVERY_POLICY : { ...DEFAULT_DELIVERY_POLICY, ...stored };
}

/** What the engine writes with each step. */
export function outboundRules(
  channels: OutboundChannels,
  configuration: Configuration,
  endpoints: Pick<OutboundRules, 'endpointsFor'>,
): OutboundRules {
  return {
    channels: channels.names,
    coalesceMs: (priority) => coalesceMs(deliveryPolicy(configuration), priority),
    endpointsFor: (type) => endpoints.endpointsFor(type),
  };
}

export function outboundRooms({
  pool,
  now,
  logger,
  httpOptions,
  settings,
}: OutboundFoundations): FactoryProvider[] {
  const report = (
    error: unknown,
    { caseId, seq, channel }: { caseId: string; seq: number; channel: string },
  ) => logger.error({ ...errorFields(error), caseId, seq, channel }, 'A message could not be sent or noted');
  const roundFailed = (error: unknown, queue: string): void =>
    logger.warn({ ...errorFields(error), queue }, 'What is due could not be delivered; tried again');
  return [
    made(
      OutboundChannels,
      [MailComposer],
      (composer) => new OutboundChannels(mailChannels(settings, composer)),
    ),
    made(
      NotificationQueue,
      [OutboundChannels, Configuration, DirectoryPolicySource, Staff, StatusLinks, CaseEngine],
      (channels, configuration, policies, staff, links, engine) =>
        new NotificationQueue({
          pool,
          now,
          channels: channels.all,
          policy: () => deliveryPolicy(configuration),
          names: (category, locale) =>
            publicNames(policies.policiesFor(category), (id) => staff.nameOf(id), locale),
          statusUrl: (caseId, generation) => `${httpOptions.publicUrl}/s/${links.sign(caseId, generation)}`,
          reportUndeliverable: (undeliverable) => tellOwner(engine, undeliverable),
          report,
        }),
    ),
    made(
      DeliveryLoop,
      [CaseEngine, NotificationQueue, EndpointQueue],
      (engine, notifications, endpoints) =>
        new DeliveryLoop({ pool, now, engine, queues: [notifications, endpoints], report: roundFailed }),
    ),
    made(MessageResends, [DeliveryLoop], (loop) => new MessageResends(pool, now, () => loop.wake())),
    made(MessageDeliveries, [], () => new MessageDeliveries(pool)),
    made(SilentTransitions, [], () => new SilentTransitions(pool, now)),
  ];
}

/** A refusal (the case has ended) is as good: there is nobody left who could act on it. */
async function tellOwner(
  engine: CaseEngine,
  { caseId, channel, detail, dedupeKey }: Undeliverable,
): Promise<void> {
  await engine.send(
    caseId,
    { type: 'case.reportUndeliverable', actor: SYSTEM, channel, detail },
    {
      principal: SYSTEM.id,
      idempotencyKey: `undeliverable:${dedupeKey}`,
      requestHash: null,
      ifMatch: null,
      render: ({ revision }) => ({ status: 201, body: { revision }, headers: {} }),
    },
  );
}
