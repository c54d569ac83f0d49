/**
 * Messages to customers: takes what is due, sends each by its channel and notes what became of it. One that fails,
 * hangs or breaks the renderer touches no other. Knows no mail and no SQL (`notification-claims.ts`), and decides no
 * wish of the customer (`send-decision.ts`).
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { StatePath } from '../../domain/case.js';
import type { Locale } from '../../domain/policies.js';
import type { DeliveryPolicy } from '../../engine/delivery-policy.js';
import { faultPoint } from '../../engine/fault-points.js';
import { DependencyUnavailable } from '../../store/database-errors.js';
import { inTime } from '../../store/in-time.js';
import type { NowSql } from '../../store/now.js';
import type { PublicNames } from '../render-update.js';
import type { Channel, Outgoing, Recipient, SendResult } from './channel.js';
import type { DeliveryQueue } from './delivery-queue.js';
import { LEASE_MS, NotificationClaims, type Claim, type Settlement } from './notification-claims.js';
import { addressKey, NotificationReader, type Reading } from './notification-reader.js';
import { afterRetryAfter, retryDelayMs } from './retry-schedule.js';
import { decideSend } from './send-decision.js';
import { SendSlots } from './send-slots.js';

export interface NotificationQueueOptions {
  readonly pool: pg.Pool;
  readonly now: NowSql;
  /** In the order in which a critical message to somebody who opted out of all would try them. */
  readonly channels: readonly Channel[];
  /** From memory: asked for each message. */
  readonly policy: () => DeliveryPolicy;
  readonly names: (category: string, locale: Locale) => PublicNames;
  /** Signed link to the case's status page. */
  readonly statusUrl: (caseId: string, linkGeneration: number) => string;
  /** Tells the owner that a channel does not reach the customer. Repeatable under the same key; refusals are fine. */
  readonly reportUndeliverable: (report: Undeliverable) => Promise<void>;
  /** Told of a message that broke us or could not be written down. */
  readonly report?: (error: unknown, claim: Claim) => void;
  readonly slots?: SendSlots;
  /** From [0, 1); for tests. */
  readonly random?: () => number;
}

export interface Undeliverable {
  readonly caseId: string;
  readonly channel: Channel['name'];
  readonly detail: string;
  readonly dedupeKey: string;
}

/** A message that throws this often, or ends the process this often, is itself at fault. */
export const BROKEN_MAX = 5;
/** When a channel is told to come to an end, */
const SEND_WITHIN_MS = 15_000;
/** and when one that does not is given up, so that it cannot keep its place for ever. It may have sent. */
const GIVE_UP_MS = 20_000;
const NO_ANSWER: SendResult = {
  kind: 'tryAgain',
  code: 'no-answer',
  detail: 'the channel did not come to an end',
  arrived: 'perhaps',
};
/** What has waited longer for its place could be sent by another worker before it is sent by us. */
const STILL_OURS_MS = LEASE_MS - GIVE_UP_MS - 10_000;
const SETTLE_RETRY_MS = 1_000;
/** What is noted of an answer; more is no diagnosis. */
const DETAIL_LENGTH_MAX = 500;

type Outcome = Omit<Settlement, 'claim'>;

export class NotificationQueue implements DeliveryQueue {
  readonly name = 'notifications';
  readonly nextDueSql: string;
  /** Messages since the start, by what became of them; `retried` counts tries that will be repeated. */
  readonly counts = { delivered: 0, failed: 0, suppressed: 0, retried: 0 };
  private readonly claims: NotificationClaims;
  private readonly reader: NotificationReader;
  private readonly slots: SendSlots;
  private readonly random: () => number;
  private readonly stopping = new AbortController();

  constructor(private readonly options: NotificationQueueOptions) {
    const { pool, now, channels, slots, random } = options;
    const names = channels.map(({ name }) => name);
    this.claims = new NotificationClaims(pool, now, names);
    this.nextDueSql = this.claims.nextDueSql;
    this.reader = new NotificationReader(pool, now);
    this.slots = slots ?? new SendSlots();
    this.random = random ?? Math.random;
  }

  /** For the alarm: what waits long is stuck, or nobody sends. @throws DependencyUnavailable */
  oldestPendingSeconds(): Promise<number> {
    return this.claims.oldestPendingSeconds();
  }

  cutOff(): void {
    this.stopping.abort();
  }

  async runDue(limit: number, onClaimed?: (count: number) => void): Promise<number> {
    const claims = await this.claims.claim(limit, this.slots.crowded());
    onClaimed?.(claims.length);
    await Promise.all(claims.map((claim) => this.slots.run(claim.destination, () => this.tryOnce(claim))));
    return claims.length;
  }

  /** Must not reject: it would hide its neighbours' ends. */
  private async tryOnce(claim: Claim): Promise<void> {
    try {
      const outcome = await this.outcomeOf(claim);
      await faultPoint('after-send');
      await this.settle({ claim, ...outcome });
    } catch (error) {
      // Nothing is noted, so the lease ends and the message is tried again as one that may have arrived.
      this.options.report?.(error, claim);
    }
  }

  private async outcomeOf(claim: Claim): Promise<Outcome> {
    if (isLate(claim)) return putOff(null, 'late');
    try {
      const reading = await this.reader.read(claim);
      if (claim.broken >= BROKEN_MAX) return failed('broken', 'poison', 'it ended the process that tried it');
      const { channels, policy } = this.options;
      const decision = decideSend(claim.channel, reading, channels, policy());
      if (decision.kind === 'suppress') return suppressed(decision.reason);
      if (decision.kind === 'putOff') return putOff(decision.until, decision.reason);
      await faultPoint('before-send');
      return await this.send(claim, reading, decision.recipient, decision.address);
    } catch (error) {
      if (error instanceof DependencyUnavailable) throw error;
      this.options.report?.(error, claim);
      return this.broken(claim, error);
    }
  }

  private async send(
    claim: Claim,
    reading: Reading,
    recipient: Recipient,
    address: string,
  ): Promise<Outcome> {
    const channel = this.options.channels.find(({ name }) => name === claim.channel);
    if (!channel) throw new Error(`there is no channel ${claim.channel}`);
    const message = this.outgoing(claim, reading, recipient);
    const signal = AbortSignal.any([AbortSignal.timeout(SEND_WITHIN_MS), this.stopping.signal]);
    const result = await inTime(channel.send(message, address, signal), GIVE_UP_MS, () => NO_ANSWER);
    if (result.kind === 'delivered') {
      const { code, messageId } = result;
      const next = { status: 'delivered', messageId, address: addressKey(address) } as const;
      return { result: 'delivered', code, detail: null, next };
    }
    return result.kind === 'tryAgain' ? this.tryAgain(claim, result) : this.refused(claim, result, address);
  }

  private outgoing({ caseId, dedupeKey }: Claim, reading: Reading, recipient: Recipient): Outgoing {
    const { number, subject, category, priority, updates, earlierMessageIds, now, nextUpdateDueAt } = reading;
    const { state, department, ownerId } = reading;
    return {
      caseId,
      number,
      subject,
      priority,
      recipient,
      names: this.options.names(category, recipient.locale),
      updates,
      holder: ENDED.has(state) ? null : { state, department, ownerId },
      // A promise that has passed is no news; what became of it is among the updates.
      hearByAt: nextUpdateDueAt !== null && nextUpdateDueAt > now ? nextUpdateDueAt : null,
      statusUrl: this.options.statusUrl(caseId, reading.linkGeneration),
      dedupeKey,
      earlierMessageIds,
      now,
    };
  }

  private tryAgain(claim: Claim, answer: Extract<SendResult, { kind: 'tryAgain' }>): Outcome {
    const result = answer.arrived === 'no' ? 'notArrived' : 'perhapsArrived';
    const { code } = answer;
    const detail = answer.detail.slice(0, DETAIL_LENGTH_MAX);
    const delayMs = retryDelayMs(claim.tryNumber, this.random());
    if (delayMs === null) return failed(result, code, detail, code);
    const waitMs = afterRetryAfter(delayMs, answer.retryAfterMs);
    return { result, code, detail, next: { status: 'pending', waitMs } };
  }

  private async refused(
    { caseId, channel, dedupeKey }: Claim,
    answer: Extract<SendResult, { kind: 'refused' }>,
    address: string,
  ): Promise<Outcome> {
    const { code, badAddress } = answer;
    const detail = answer.detail.slice(0, DETAIL_LENGTH_MAX);
    // Before the row is settled: whoever dies in between is asked again, and the report has a key of its own.
    if (badAddress) await this.options.reportUndeliverable({ caseId, channel, detail, dedupeKey });
    return failed('refused', badAddress ? 'bad-address' : code, detail, code, badAddress ? address : null);
  }

  private broken(claim: Claim, error: unknown): Outcome {
    const detail = (error instanceof Error ? error.message : String(error)).slice(0, DETAIL_LENGTH_MAX);
    const delayMs = retryDelayMs(claim.tryNumber, this.random());
    if (claim.broken + 1 >= BROKEN_MAX || delayMs === null) return failed('broken', 'poison', detail);
    return { result: 'broken', code: null, detail, next: { status: 'pending', waitMs: delayMs } };
  }

  /** A message that has been sent and not noted is sent twice, so this does not give up while the lease lasts. */
  private async settle(settlement: Settlement): Promise<void> {
    for (;;) {
      try {
        if (await this.claims.settle(settlement)) this.count(settlement);
        return;
      } catch (error) {
        if (!(error instanceof DependencyUnavailable) || isLate(settlement.claim)) throw error;
        await pause(SETTLE_RETRY_MS);
      }
    }
  }

  private count({ next }: Settlement): void {
    if (next.status === 'pending') this.counts.retried += 1;
    else if (next.status !== 'putOff') this.counts[next.status] += 1;
  }
}

/** Nobody has such a case any more. */
const ENDED: ReadonlySet<StatePath> = new Set<StatePath>(['closed', 'withdrawn', 'merged']);

/** Woken so late (a stopped process, a long queue) that the lease might end while it is sent. */
function isLate({ claimedTicks }: Claim): boolean {
  return performance.now() - claimedTicks > STILL_OURS_MS;
}

function suppressed(reason: string): Outcome {
  return { result: 'suppressed', code: reason, detail: null, next: { status: 'suppressed', reason } };
}

function putOff(untilAt: number | null, code: string): Outcome {
  return { result: 'putOff', code, detail: null, next: { status: 'putOff', untilAt } };
}

function failed(
  result: Settlement['result'],
  reason: string,
  detail: string,
  code: string | null = null,
  badAddress: string | null = null,
): Outcome {
  const barred = badAddress === null ? null : addressKey(badAddress);
  return { result, code, detail, next: { status: 'failed', reason, badAddress: barred } };
}
