/**
 * An engine that writes messages, a scripted channel that takes them, and the queue and loops between the two, on a
 * database of its own and a clock moved by hand. What a test scripts is what the other side does.
 */
import type { Locale } from '../../../src/domain/policies.js';
import {
  Channel,
  type Outgoing,
  type Recipient,
  type SendResult,
} from '../../../src/delivery/outbound/channel.js';
import { DeliveryLoop } from '../../../src/delivery/outbound/delivery-loop.js';
import { NotificationQueue, type Undeliverable } from '../../../src/delivery/outbound/notification-queue.js';
import { SendSlots } from '../../../src/delivery/outbound/send-slots.js';
import type { Case, Priority } from '../../../src/domain/case.js';
import { CaseEngine, type OpenCommand } from '../../../src/engine/case-engine.js';
import {
  coalesceMs,
  DEFAULT_DELIVERY_POLICY,
  type DeliveryPolicy,
} from '../../../src/engine/delivery-policy.js';
import { DueLoop } from '../../../src/engine/due-loop.js';
import type { ChannelName } from '../../../src/engine/intents.js';
import type { CaseCommand } from '../../../src/domain/events.js';
import {
  AGENT,
  aRequest,
  done,
  openCommand,
  POLICIES,
  startTestEngine,
  type TestEngine,
} from '../../support/engine.js';

export const DELIVERED: SendResult = { kind: 'delivered', code: '250', messageId: null };
export const NOT_ARRIVED: SendResult = { kind: 'tryAgain', code: '451', detail: 'later', arrived: 'no' };
export const PERHAPS: SendResult = { kind: 'tryAgain', code: 'reset', detail: 'gone', arrived: 'perhaps' };
export const REFUSED: SendResult = { kind: 'refused', code: '554', detail: 'no', badAddress: false };
export const BAD_ADDRESS: SendResult = {
  kind: 'refused',
  code: '550',
  detail: 'unknown user',
  badAddress: true,
};

/** One message as the other side got it. */
export interface Taken {
  readonly message: Outgoing;
  readonly address: string;
  /** What it tells, e.g. `case.opened`. */
  readonly keys: readonly string[];
}

type Script = (taken: Taken, signal: AbortSignal) => SendResult | Promise<SendResult>;

export class ScriptedChannel extends Channel {
  /** Everything that was handed over, in order, whatever came of it. */
  readonly taken: Taken[] = [];
  script: Script = () => DELIVERED;

  constructor(readonly name: ChannelName = 'email') {
    super();
  }

  addressOf({ email, phone }: Recipient): string | null {
    return this.name === 'email' ? email : phone;
  }

  async send(message: Outgoing, address: string, signal: AbortSignal): Promise<SendResult> {
    const taken = { message, address, keys: message.updates.map(({ key }) => key) };
    this.taken.push(taken);
    return this.script(taken, signal);
  }

  async close(): Promise<void> {}

  /** What was handed over for one case, each as its keys. */
  keysOf(caseId: string): (readonly string[])[] {
    return this.taken.filter(({ message }) => message.caseId === caseId).map(({ keys }) => keys);
  }
}

export interface NoticeRow {
  seq: number;
  channel: string;
  key: string;
  status: string;
  reason: string | null;
  covered_by: number | null;
  attempts: number;
  next_attempt_at: number | null;
}

export interface AttemptRow {
  seq: number;
  n: number;
  result: string | null;
  code: string | null;
  ended_at: number | null;
}

export interface TestCustomer {
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly locale?: string | null;
  readonly timeZone?: string | null;
  readonly account?: string | null;
  readonly preferences?: object;
}

const NO_NAMES = { department: () => null, owner: () => null };

export interface HouseOptions {
  readonly clock?: 'manual' | 'system';
  readonly channels?: readonly ScriptedChannel[];
  readonly policy?: Partial<DeliveryPolicy>;
  readonly random?: () => number;
  readonly slots?: SendSlots;
  readonly poolSize?: number;
}

export class SendingHouse {
  readonly engine: CaseEngine;
  readonly queue: NotificationQueue;
  readonly deliveries: DeliveryLoop;
  readonly loop: DueLoop;
  readonly undeliverable: Undeliverable[] = [];
  readonly reports: unknown[] = [];
  policy: DeliveryPolicy;

  constructor(
    readonly base: TestEngine,
    readonly channels: readonly ScriptedChannel[],
    { policy, random, slots }: HouseOptions,
  ) {
    this.policy = { ...DEFAULT_DELIVERY_POLICY, ...policy };
    const { pool, now } = base;
    const outbound = {
      channels: channels.map(({ name }) => name),
      coalesceMs: (priority: Priority) => coalesceMs(this.policy, priority),
      endpointsFor: () => [],
    };
    this.engine = new CaseEngine({ pool, now, policies: { policiesFor: () => POLICIES }, outbound });
    this.queue = new NotificationQueue({
      pool,
      now,
      channels,
      policy: () => this.policy,
      names: (_category: string, _locale: Locale) => NO_NAMES,
      statusUrl: (caseId, generation) => `https://cases.test/s/${caseId}.${generation}`,
      reportUndeliverable: async (report) => void this.undeliverable.push(report),
      report: (error) => void this.reports.push(error),
      random: random ?? (() => 0.5),
      slots,
    });
    const queues = [this.queue];
    this.deliveries = new DeliveryLoop({ pool, now, queues, engine: this.engine });
    this.loop = new DueLoop({ pool, now, engine: this.engine, elsewhere: this.deliveries });
  }

  get email(): ScriptedChannel {
    return this.channels[0] as ScriptedChannel;
  }

  /** A second worker on the same database, sending by a channel of its own or the same. */
  async another(channels: readonly ScriptedChannel[] = this.channels): Promise<SendingHouse> {
    return new SendingHouse(await this.base.another(), channels, {});
  }

  /** A customer, and how to reach them. @returns their id */
  async customer(facts: TestCustomer = {}): Promise<string> {
    const {
      email = 'mei@example.test',
      phone = null,
      locale = null,
      timeZone = null,
      account = null,
    } = facts;
    const [row] = await this.base.sql<{ id: string }>(
      `INSERT INTO customers (id, name, email, phone, locale, time_zone, account, preferences, grade, created_at, updated_at)
       VALUES (gen_random_uuid(), 'Mei Chen', $1, $2, $3, $4, $5, $6, 'standard', now(), now()) RETURNING id`,
      [email, phone, locale, timeZone, account, JSON.stringify(facts.preferences ?? {})],
    );
    return (row as { id: string }).id;
  }

  /** A case of that customer. @param priority P3 unless told */
  async open(customerId: string, priority: 'P1' | 'P3' = 'P3'): Promise<Case> {
    const severity = priority === 'P1' ? 'high' : 'medium';
    const command: OpenCommand = { ...openCommand({ customerId }), impact: severity, urgency: severity };
    return done(await this.engine.open(command, aRequest()));
  }

  async send(caseId: string, command: CaseCommand): Promise<Case> {
    return done(await this.engine.send(caseId, command, aRequest()));
  }

  message(caseId: string, text = 'We are on it.'): Promise<Case> {
    return this.send(caseId, { type: 'case.message', actor: AGENT, text });
  }

  /** The rows of a channel, ascending. */
  notices(caseId: string, channel: ChannelName = 'email'): Promise<NoticeRow[]> {
    return this.base.sql<NoticeRow>(
      `SELECT seq, channel, key, status, reason, covered_by, attempts, next_attempt_at FROM notifications
       WHERE case_id = $1 AND channel = $2 ORDER BY seq`,
      [caseId, channel],
    );
  }

  attempts(caseId: string): Promise<AttemptRow[]> {
    return this.base.sql<AttemptRow>(
      `SELECT seq, n, result, code, ended_at FROM notification_attempts WHERE case_id = $1 ORDER BY seq, n`,
      [caseId],
    );
  }

  async now(): Promise<number> {
    const [row] = await this.base.sql<{ at: number }>(`SELECT ${this.base.now} AS at`);
    return (row as { at: number }).at;
  }

  /** Moves the clock; everything due by then is done. */
  async after(ms: number): Promise<void> {
    await this.loop.advanceTo((await this.now()) + ms);
  }

  async close(): Promise<void> {
    await this.deliveries.stop();
    await this.base.close();
  }
}

export async function startSendingHouse(options: HouseOptions = {}): Promise<SendingHouse> {
  const { clock = 'manual', poolSize = 6, channels = [new ScriptedChannel()] } = options;
  return new SendingHouse(await startTestEngine({ clock, poolSize }), channels, options);
}

/** Statuses by `seq`, e.g. `1 covered by 2`, `2 delivered`. */
export function fates(rows: readonly NoticeRow[]): string[] {
  return rows.map(({ seq, status, covered_by: by, reason }) =>
    [seq, status, ...(by === null ? [] : ['by', by]), ...(reason === null ? [] : [`(${reason})`])].join(' '),
  );
}
