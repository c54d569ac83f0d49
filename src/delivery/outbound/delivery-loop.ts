/**
 * Delivers what is due and sleeps until the next instant, for any number of queues, none of which waits for another.
 * Several rounds of a queue run beside each other, so that a slow round does not hold up the next. Knows no message.
 */
import type pg from 'pg';
import type { Instant } from '../../domain/actor.js';
import type { CaseEngine } from '../../engine/case-engine.js';
import { Sleeper } from '../../engine/sleeper.js';
import { inTime } from '../../store/in-time.js';
import type { NowSql } from '../../store/now.js';
import { runStatement } from '../../store/statement.js';
import type { DeliveryQueue } from './delivery-queue.js';

export interface DeliveryLoopOptions {
  readonly pool: pg.Pool;
  readonly now: NowSql;
  readonly queues: readonly DeliveryQueue[];
  /** Tells of what this process commits. */
  readonly engine: Pick<CaseEngine, 'onCommitted' | 'firstSendAt'>;
  /** Told of a round that failed as a whole; the next one makes up for it. */
  readonly report?: (error: unknown, queue: string) => void;
  /** How late a delivery may be noticed of which nothing was heard (another node committed it), milliseconds. */
  readonly pollMs?: number;
}

const POLL_MS = 1_000;
/** After a failure of the database: neither a storm nor an age. */
const AFTER_FAILURE_MS = 500;
/** Due, and yet nobody can claim it just now: its destination is crowded, or another worker is at it. */
const HELD_LOOK_MS = 50;
/** One claim. */
const ROUND_MAX = 32;
/** A round that takes longer goes on beside the next. */
const PATIENCE_MS = 100;
/** What is claimed must be sent within its lease, so no more is claimed while this many rounds are under way. */
const ROUNDS_MAX = 8;
/** What is under way when the node stops may end by itself for so long; a supervisor's patience ends soon after. */
const STOP_PATIENCE_MS = 5_000;
/** Instead of the number of a round that failed as a whole. */
const FAILED = -1;

export class DeliveryLoop {
  /** For the manual clock: what is to be asked beside the cases. */
  readonly nextDueSql: readonly string[];
  private readonly runners: readonly QueueRunner[];
  private unsubscribe: (() => void) | null = null;

  constructor(private readonly options: DeliveryLoopOptions) {
    this.runners = options.queues.map((queue) => new QueueRunner(queue, options));
    this.nextDueSql = options.queues.map((queue) => queue.nextDueSql);
  }

  /** Begins to deliver. Harmless when begun. */
  start(): void {
    const { engine } = this.options;
    this.unsubscribe ??= engine.onCommitted((accepted) => {
      const dueAt = engine.firstSendAt(accepted);
      if (dueAt < Infinity) this.wake(dueAt);
    });
    for (const runner of this.runners) runner.start();
  }

  /** Ends when what is claimed has been tried. */
  async stop(): Promise<void> {
    this.unsubscribe?.();
    this.unsubscribe = null;
    await Promise.all(this.runners.map((runner) => runner.stop()));
  }

  /** Something may be due. @param dueAt its instant: the loops sleep on when that is later than they meant to wake. */
  wake(dueAt: Instant = -Infinity): void {
    for (const runner of this.runners) runner.wake(dueAt);
  }

  /**
   * Keeps all queues still but for `drain`, which delivers everything that is due now and tells how many tries that
   * took: while a clock is moved by hand, nothing may be under way unless the mover waits for it.
   */
  exclusively<T>(work: (drain: () => Promise<number>) => Promise<T>): Promise<T> {
    const drain = async (): Promise<number> => {
      let tried = 0;
      for (const runner of this.runners) tried += await runner.drain();
      return tried;
    };
    const held = this.runners.reduceRight<() => Promise<T>>(
      (inner, runner) => () => runner.inTurn(inner),
      () => work(drain),
    );
    return held();
  }

  /** Delivers everything that is due now. @returns how many tries that took. @throws DependencyUnavailable */
  drainDue(): Promise<number> {
    return this.exclusively((drain) => drain());
  }
}

class QueueRunner {
  private readonly sleeper = new Sleeper();
  private readonly rounds = new Set<Promise<number>>();
  private turn: Promise<unknown> = Promise.resolve();
  private running: Promise<void> | null = null;
  private stopping = false;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly options: DeliveryLoopOptions,
  ) {}

  start(): void {
    if (this.running) return;
    this.stopping = false;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.sleeper.wake();
    await this.running;
    const cutOff = setTimeout(() => this.queue.cutOff?.(), STOP_PATIENCE_MS);
    await Promise.allSettled(this.rounds);
    clearTimeout(cutOff);
    this.running = null;
  }

  wake(dueAt: Instant): void {
    this.sleeper.wake(dueAt);
  }

  /** Runs `work` when no round is under way, and begins none meanwhile. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(async () => {
      await Promise.allSettled(this.rounds);
      return work();
    });
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** Only in turn. */
  async drain(): Promise<number> {
    let tried = 0;
    for (let claimed = 1; claimed > 0; tried += claimed) claimed = await this.queue.runDue(ROUND_MAX);
    return tried;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      let pauseMs = AFTER_FAILURE_MS;
      let until = Infinity;
      try {
        await this.untilNobodyHasTheTurn();
        const claimed = await this.round();
        if (claimed > 0) continue;
        if (claimed !== FAILED) {
          const { now, dueAt } = await this.next();
          pauseMs = this.pauseUntil(now, dueAt);
          until = this.options.now === 'now()' ? now + pauseMs : now + 1;
        }
      } catch (error) {
        this.options.report?.(error, this.queue.name);
      }
      if (!this.stopping) await this.sleeper.sleep(pauseMs, until);
    }
  }

  /**
   * Waits for the claim however long the database takes, for more claims would only make it slower; for the sends a
   * little, and then they go on beside the next round. @returns how many were claimed
   */
  private async round(): Promise<number> {
    if (this.rounds.size >= ROUNDS_MAX) {
      await Promise.race(this.rounds);
      return 1;
    }
    let onClaimed: (count: number) => void = () => undefined;
    const claimed = new Promise<number>((resolve) => (onClaimed = resolve));
    const round = this.queue.runDue(ROUND_MAX, onClaimed).catch((error: unknown) => {
      this.options.report?.(error, this.queue.name);
      return FAILED;
    });
    this.rounds.add(round);
    void round.then((count) => {
      this.rounds.delete(round);
      onClaimed(count);
    });
    const count = await claimed;
    if (count > 0) await inTime(round, PATIENCE_MS, () => undefined);
    return count;
  }

  /** Whoever calls this must begin its round without a pause, so that `inTurn` sees it. */
  private async untilNobodyHasTheTurn(): Promise<void> {
    for (let turn: Promise<unknown> | null = null; turn !== this.turn; await turn) turn = this.turn;
  }

  private async next(): Promise<{ now: Instant; dueAt: Instant | null }> {
    const { pool, now } = this.options;
    const [row] = await runStatement<{ now: Instant; due_at: Instant | null }>(pool, {
      name: `next-${this.queue.name}-${now === 'now()' ? 'system' : 'manual'}`,
      text: `SELECT ${now} AS now, ${this.queue.nextDueSql} AS due_at`,
      values: [],
    });
    return { now: row?.now ?? 0, dueAt: row?.due_at ?? null };
  }

  /** A manual clock does not run, so there is no waiting for it. */
  private pauseUntil(now: Instant, dueAt: Instant | null): number {
    const { pollMs = POLL_MS } = this.options;
    if (dueAt === null || (this.options.now !== 'now()' && dueAt > now)) return pollMs;
    return Math.min(Math.max(dueAt - now, HELD_LOOK_MS), pollMs);
  }
}
