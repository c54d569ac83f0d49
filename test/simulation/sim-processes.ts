/**
 * What runs in a node, as generators: each `yield` is a place where the node may die or another process may come in
 * between, and between two of them happens at most one statement of the database or one talk with the mail server.
 * The decisions are the product's own: its step, its due events, its rules for sending and trying again.
 */
import type { Instant } from '../../src/domain/actor.js';
import type { Case } from '../../src/domain/case.js';
import { dueEvent } from '../../src/domain/deadlines.js';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Policies } from '../../src/domain/policies.js';
import { step } from '../../src/domain/step.js';
import { DEFAULT_DELIVERY_POLICY } from '../../src/engine/delivery-policy.js';
import { retryDelayMs } from '../../src/delivery/outbound/retry-schedule.js';
import { decideSend } from '../../src/delivery/outbound/send-decision.js';
import type { ReadCustomer } from '../../src/delivery/outbound/notification-reader.js';
import { at } from '../domain/given.js';
import type { Dice } from './dice.js';
import type { Planted } from './planted.js';
import { LEASE_MS, type SimClaim, type SimDatabase, type SimWrite } from './sim-database.js';

export type Process<T = void> = Generator<string, T, void>;

/** A request of a client; the same one may be sent again under its key. */
export interface Asked {
  readonly principal: string;
  readonly key: string;
  readonly hash: string;
  readonly caseId: string;
  readonly command: CaseCommand;
}

export interface Answered {
  readonly kind: 'ok' | 'refused' | 'conflict';
  readonly body: string;
}

export interface World {
  readonly database: SimDatabase;
  readonly dice: Dice;
  readonly policies: Policies;
  readonly planted: ReadonlySet<Planted>;
  readonly customer: ReadCustomer;
  /** How far this node's own clock is ahead of the database's. */
  readonly clockAheadMs: number;
  /** What the mail server does with a mail: takes it, says so late or not at all, or refuses it. */
  deliver(claim: SimClaim, dedupeKey: string): 'delivered' | 'notArrived' | 'perhapsArrived';
  transaction(): number;
}

/** One command, from the look at its key to its answer. */
export function* command(
  world: World,
  { principal, key, hash, caseId, command: asked }: Asked,
): Process<Answered> {
  const { database, planted } = world;
  for (;;) {
    const kept = database.answerOf(principal, key);
    const current = database.cases.get(caseId)?.current ?? null;
    const readAt = database.now;
    yield 'read';
    if (kept) {
      if (kept.hash !== hash) return { kind: 'conflict', body: 'key reused' };
      const body = planted.has('answer-made-anew') && current ? answerOf(current) : kept.body;
      return { kind: body.startsWith('refused') ? 'refused' : 'ok', body };
    }
    const stampedAt = planted.has('clock-goes-back') ? readAt - 60_000 : readAt;
    const occurredAt = planted.has('clock-goes-back') ? stampedAt : laterOf(stampedAt, current);
    const result = step(current, at(asked, occurredAt), world.policies);
    if (!result.accepted) {
      const body = `refused ${result.refusal.code}`;
      if (database.keep({ principal, key, answer: { hash, body } })) return { kind: 'refused', body };
      continue;
    }
    const keyed = { principal, key, answer: { hash, body: answerOf(result.case) } };
    const write: SimWrite = { accepted: result, expected: current?.revision ?? null, principal, keyed };
    const transaction = world.transaction();
    for (;;) {
      const outcome = database.commit(write, transaction);
      yield `commit ${outcome}`;
      if (outcome === 'locked') continue;
      if (outcome !== 'done') break;
      if (planted.has('answer-kept-later')) database.keep(keyed);
      if (planted.has('intent-written-later')) database.intend(result);
      return { kind: 'ok', body: keyed.answer.body };
    }
  }
}

/** Fires what is due, case by case under the lock of its claim; what a dead worker held is free at once. */
export function* dueWorker(world: World): Process {
  const { database, planted } = world;
  for (;;) {
    const transaction = world.transaction();
    const now = planted.has('due-by-own-clock') ? database.now + world.clockAheadMs : database.now;
    const claimed = database.claimDue(4, transaction, now).map(({ current }) => current);
    yield claimed.length === 0 ? 'idle' : 'claimed';
    for (const current of claimed) {
      const event = dueEvent(current, now);
      if (!event) continue;
      const accepted = step(current, event, world.policies);
      if (!accepted.accepted) throw new Error(`a deadline was refused: ${accepted.refusal.code}`);
      database.commit({ accepted, expected: current.revision, principal: null, keyed: null }, transaction);
      if (planted.has('intent-written-later')) {
        yield 'between commit and intent';
        database.intend(accepted);
      }
    }
    database.release(transaction);
    yield 'fired';
  }
}

/** Claims one message, decides whether it goes, hands it to the mail server, writes down what became of it. */
export function* deliveryWorker(world: World): Process {
  const { database, planted } = world;
  for (;;) {
    const early = planted.has('send-before-claim') ? peek(world) : null;
    if (early) {
      world.deliver(early, early.message.dedupeKey);
      yield 'sent before it was claimed';
    }
    const claim = database.claimMessage();
    yield claim === null ? 'idle' : 'claimed a message';
    // Whoever was away for so long must not send any more: another may be at it.
    if (!claim || database.now - startOf(claim) > LEASE_MS) continue;
    const decision = decide(world, claim);
    if (decision.kind === 'suppress') {
      database.settle(claim, 'suppressed', { status: 'suppressed' });
    } else if (decision.kind === 'putOff') {
      claim.message.waived += 1;
      database.settle(claim, 'putOff', { nextAttemptAt: decision.until });
    } else {
      const renamed = planted.has('doubt-renamed') && claim.doubted;
      const result = world.deliver(claim, claim.message.dedupeKey + (renamed ? '.again' : ''));
      yield `sent, ${result}`;
      database.settle(claim, result, afterSending(world, claim, result));
    }
    yield 'settled';
  }
}

function decide({ database, customer }: World, { message }: SimClaim) {
  const { accepted } = message;
  const current = database.cases.get(message.caseId)?.current ?? accepted.case;
  return decideSend(
    'email',
    {
      now: database.now,
      customer,
      priority: current.context.priority,
      reputationRisk: current.context.reputationRisk,
      barred: [],
      sentToday: 0,
      updates: [{ key: accepted.update?.key }],
    } as never,
    [{ name: 'email', addressOf: ({ email }) => email }],
    DEFAULT_DELIVERY_POLICY,
  );
}

function afterSending({ database, dice }: World, { message, attempt }: SimClaim, result: string) {
  if (result === 'delivered') return { status: 'delivered' as const };
  const waitMs = retryDelayMs(attempt - message.waived, dice.next());
  if (waitMs === null) return { status: 'failed' as const };
  return { nextAttemptAt: database.now + waitMs };
}

function startOf({ message, attempt }: SimClaim): Instant {
  return message.attempts[attempt - 1]?.startedAt ?? 0;
}

/** What would be claimed next. */
function peek({ database }: World): SimClaim | null {
  for (const { messages } of database.cases.values()) {
    const message = messages.find(
      ({ status, nextAttemptAt, inDoubt }) =>
        status === 'pending' && !inDoubt && nextAttemptAt !== null && nextAttemptAt <= database.now,
    );
    if (message) return { message, attempt: 1, doubted: false };
  }
  return null;
}

function answerOf(after: Case): string {
  return `${after.state} ${after.revision}`;
}

function laterOf(now: Instant, current: Case | null): Instant {
  return Math.max(now, current?.context.lastEventAt ?? now);
}
