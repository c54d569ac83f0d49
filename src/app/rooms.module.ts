/**
 * Wires the rooms below HTTP: plain classes, made here once each and known to Nest by their class. The one place
 * that says what is made of what; decides nothing itself.
 */
import { Global, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import type { Pool } from 'pg';
import { Registry } from 'prom-client';
import { DeliveryLoop } from '../delivery/outbound/delivery-loop.js';
import { NotificationQueue } from '../delivery/outbound/notification-queue.js';
import { OutboundChannels } from '../delivery/outbound/outbound-channels.js';
import { StatusLinks } from '../delivery/status-link.js';
import { VisibleUpdates } from '../delivery/visible-updates.js';
import { Configuration } from '../directory/configuration.js';
import { Customers } from '../directory/customers.js';
import { DirectoryRefresh } from '../directory/directory-refresh.js';
import { DirectoryPolicySource } from '../directory/policy-source.js';
import { Endpoints } from '../directory/endpoints.js';
import { Staff } from '../directory/staff.js';
import { AnswerSweep } from '../engine/answer-sweep.js';
import { CaseEngine } from '../engine/case-engine.js';
import { DueAnnouncer } from '../engine/due-announcer.js';
import { DueLoop, POLL_MS } from '../engine/due-loop.js';
import { WakeChannel } from '../engine/wake-channel.js';
import { HttpOptions, NodeHealth } from '../http/http-options.js';
import type { Mailbox } from '../http/mailbox/mailbox.js';
import { CaseHistory } from '../reports/case-history.js';
import { ClockRecords } from '../reports/clock-records.js';
import { CaseCsv } from '../reports/case-csv.js';
import { CaseList } from '../reports/case-list.js';
import { DatabaseClock } from '../reports/database-clock.js';
import { TaskInbox } from '../reports/task-inbox.js';
import type { NowSql } from '../store/now.js';
import { errorFields, type Logger } from './logging.js';
import { addDeliveryMetrics } from './delivery-metrics.js';
import { createMetrics } from './metrics.js';
import { endpointRooms } from './rooms/endpoint-rooms.js';
import { identityRooms } from './rooms/identity-rooms.js';
import { inboundRooms } from './rooms/inbound-rooms.js';
import { compensationRooms } from './rooms/compensation-rooms.js';
import { limitRooms } from './rooms/limit-rooms.js';
import { liveRooms } from './rooms/live-rooms.js';
import { mailRooms } from './rooms/mail-rooms.js';
import { made } from './rooms/made.js';
import { outboundRooms, outboundRules } from './rooms/outbound-rooms.js';
import { peopleRooms } from './rooms/people-rooms.js';
import { privacyRooms, retentionPolicy } from './rooms/privacy-rooms.js';
import type { Settings } from './settings.js';

/** What is there before Nest is. */
export interface Foundations {
  readonly pool: Pool;
  readonly now: NowSql;
  readonly logger: Logger;
  /** Label of this node's figures. */
  readonly role: string;
  readonly linkSecret: string;
  readonly httpOptions: HttpOptions;
  readonly nodeHealth: NodeHealth;
  readonly settings: Settings;
  /** Absent: customers’ mails go to a mail server, or nowhere. */
  readonly mailbox?: Mailbox | null;
}

@Global()
@Module({})
export class RoomsModule {
  static on(foundations: Foundations): DynamicModule {
    const providers = [
      ...directory(foundations),
      ...work(foundations),
      ...peopleRooms(foundations),
      ...privacyRooms(foundations),
      ...identityRooms(foundations),
      ...inboundRooms(foundations),
      ...limitRooms(foundations),
      ...liveRooms(foundations),
      ...compensationRooms(foundations),
      ...mailRooms(foundations),
      ...outboundRooms(foundations),
      ...endpointRooms(foundations),
      ...surroundings(foundations),
    ];
    return { module: RoomsModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}

function directory({ pool, now, logger }: Foundations): FactoryProvider[] {
  const refreshFailed = (error: unknown): void =>
    logger.warn(errorFields(error), 'The directory could not be refreshed; what is known stays in force');
  return [
    made(Configuration, [], () => new Configuration(pool, now)),
    made(Staff, [], () => new Staff(pool, now)),
    made(Customers, [], () => new Customers(pool, now)),
    made(DirectoryPolicySource, [Configuration], (configuration) => new DirectoryPolicySource(configuration)),
    made(
      DirectoryRefresh,
      [Configuration, Staff, Endpoints],
      (...parts) => new DirectoryRefresh(parts, refreshFailed),
    ),
  ];
}

function work({ pool, now, logger, linkSecret }: Foundations): FactoryProvider[] {
  const listenerFailed = (error: unknown): void =>
    logger.error(errorFields(error), 'Something that listens to commits failed');
  const deadlineFailed = (error: unknown, caseId: string | null): void =>
    logger.error({ ...errorFields(error), caseId }, 'A deadline could not be fired; it is tried again');
  const warn =
    (message: string) =>
    (error: unknown): void =>
      logger.warn(errorFields(error), message);
  const notAnnounced = warn('A deadline could not be announced; other nodes find it when they look');
  const notListening = warn('Not hearing of deadlines of other nodes; looking for them until it heals');
  const notSwept = warn('Old answers could not be forgotten; tried again in an hour');
  return [
    made(
      CaseEngine,
      [DirectoryPolicySource, OutboundChannels, Configuration, Endpoints],
      (policies, channels, configuration, endpoints) => {
        const outbound = outboundRules(channels, configuration, endpoints);
        return new CaseEngine({ pool, now, policies, outbound, report: listenerFailed });
      },
    ),
    made(
      DueLoop,
      [CaseEngine, DeliveryLoop],
      (engine, elsewhere) => new DueLoop({ pool, now, engine, elsewhere, report: deadlineFailed }),
    ),
    made(
      DueAnnouncer,
      [CaseEngine],
      (engine) => new DueAnnouncer({ pool, engine, report: notAnnounced, pollMs: POLL_MS }),
    ),
    made(
      WakeChannel,
      [DueLoop],
      (loop) => new WakeChannel({ pool, wake: (dueAt) => loop.wake(dueAt), report: notListening }),
    ),
    made(AnswerSweep, [Configuration], (configuration) => {
      const keptHours = (): number => retentionPolicy(configuration).storedAnswersHours;
      return new AnswerSweep({ pool, now, keptHours, report: notSwept });
    }),
    made(StatusLinks, [], () => new StatusLinks(linkSecret)),
    made(VisibleUpdates, [], () => new VisibleUpdates(pool, now)),
    made(CaseList, [], () => new CaseList(pool)),
    made(CaseCsv, [], () => new CaseCsv(pool)),
    made(CaseHistory, [], () => new CaseHistory(pool)),
    made(ClockRecords, [], () => new ClockRecords(pool)),
    made(TaskInbox, [], () => new TaskInbox(pool, now)),
    made(DatabaseClock, [], () => new DatabaseClock(pool, now)),
  ];
}

function surroundings({ pool, now, role, httpOptions, nodeHealth }: Foundations): FactoryProvider[] {
  return [
    made(HttpOptions, [], () => httpOptions),
    made(NodeHealth, [], () => nodeHealth),
    made(Registry, [DueLoop, NotificationQueue], (loop, notifications) => {
      const registry = createMetrics(pool, loop, role, now);
      addDeliveryMetrics(registry, notifications);
      return registry;
    }),
  ];
}
