/**
 * Forgets kept answers past their time, every hour, a few at a time so that no lock is held for long. Harmless on any
 * number of nodes. Knows not what an answer is (`idempotency.ts`).
 */
import type pg from 'pg';
import type { NowSql } from '../store/now.js';
import { sweepAnswers } from './idempotency.js';
import { Sleeper } from './sleeper.js';

export interface AnswerSweepOptions {
  readonly pool: pg.Pool;
  readonly now: NowSql;
  /** Told of a round that failed; the next one makes up for it. */
  readonly report?: (error: unknown) => void;
  /** Rows at a time. */
  readonly rowsMax?: number;
}

const EVERY_MS = 3_600_000;
/** Small enough to hold no lock for long. */
const ROWS_MAX = 1_000;

export class AnswerSweep {
  private readonly pause = new Sleeper();
  private stopping = false;
  private running: Promise<void> | null = null;

  constructor(private readonly options: AnswerSweepOptions) {}

  /** The first round begins at once. Harmless when begun. */
  start(): void {
    if (this.running) return;
    this.stopping = false;
    this.running = this.run();
  }

  /** Ends after the statement under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.pause.wake();
    await this.running;
    this.running = null;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.round();
      } catch (error) {
        this.options.report?.(error);
      }
      if (!this.stopping) await this.pause.sleep(EVERY_MS, Infinity);
    }
  }

  private async round(): Promise<void> {
    const { pool, now, rowsMax = ROWS_MAX } = this.options;
    for (let forgotten = rowsMax; forgotten === rowsMax && !this.stopping;) {
      forgotten = await sweepAnswers(pool, now, rowsMax);
    }
  }
}
