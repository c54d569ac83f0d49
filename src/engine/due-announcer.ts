/**
 * Tells the other nodes that a deadline has come up which they might sleep past: one coalesced NOTIFY, outside every
 * transition (inside one it takes a lock of the whole cluster until the commit: 0.3–0.5 of the throughput). Only a
 * hint: who does not hear it looks by itself within a poll. Knows no listener (`wake-channel.ts`).
 */
import type pg from 'pg';
import type { Instant } from '../domain/actor.js';
import { runStatement } from '../store/statement.js';
import type { CommitListener } from './commit.js';
import { earliestDeadline } from './due-instants.js';
import { Sleeper } from './sleeper.js';

/** Channel of the database; the payload is the due instant in epoch ms. */
export const DUE_CHANNEL = 'cases_due';

export interface DueAnnouncerOptions {
  readonly pool: pg.Pool;
  readonly engine: { onCommitted(listener: CommitListener): () => void };
  /** Told of an announcement that could not be made; nothing is lost but precision. */
  readonly report?: (error: unknown) => void;
  /** What is due later than this is found by every loop's own look, so nobody need be told. Milliseconds. */
  readonly pollMs: number;
}

/** A crowd of commits is one announcement; nobody notices ten milliseconds, and it bounds the load to 100 a second. */
const EVERY_MS = 10;

export class DueAnnouncer {
  private readonly pause = new Sleeper();
  private soonest: Instant = Infinity;
  /** How far the database's clock is ahead of this process's own ticks, by the latest that it has stamped. */
  private aheadMs = -Infinity;
  private sending: Promise<void> | null = null;
  private unsubscribe: (() => void) | null = null;

  constructor(private readonly options: DueAnnouncerOptions) {}

  /** Begins to announce what this process commits. Harmless when begun. */
  start(): void {
    this.unsubscribe ??= this.options.engine.onCommitted((accepted) => {
      const ticks = performance.now();
      // Old messages are stamped with old times; the largest difference is the true one, and too large does no harm.
      for (const { entry } of accepted) this.aheadMs = Math.max(this.aheadMs, entry.occurredAt - ticks);
      const dueAt = earliestDeadline(accepted);
      if (dueAt <= ticks + this.aheadMs + this.options.pollMs) this.announce(dueAt);
    });
  }

  /** Resolves when no announcement is under way. */
  async stop(): Promise<void> {
    this.unsubscribe?.();
    this.unsubscribe = null;
    this.soonest = Infinity;
    this.pause.wake();
    await this.sending;
  }

  private announce(dueAt: Instant): void {
    this.soonest = Math.min(this.soonest, dueAt);
    this.sending ??= this.sendAll().finally(() => (this.sending = null));
  }

  /** Must not throw: nobody awaits it. */
  private async sendAll(): Promise<void> {
    while (this.soonest < Infinity) {
      const dueAt = this.soonest;
      this.soonest = Infinity;
      try {
        await runStatement(this.options.pool, {
          name: 'announce-due',
          text: 'SELECT pg_notify($1, $2)',
          values: [DUE_CHANNEL, String(dueAt)],
        });
      } catch (error) {
        this.options.report?.(error);
      }
      if (this.unsubscribe) await this.pause.sleep(EVERY_MS, Infinity);
    }
  }
}
