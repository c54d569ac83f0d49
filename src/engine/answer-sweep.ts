/**
 * Forgets kept answers past their time, every hour, a few at a time so that no lock is held for long. Harmless on any
 * number of nodes. Knows not what an answer is (`idempotency.ts`).
 */
import type pg from 'pg';
import type { NowSql } from '../store/now.js';
import { sweepAnswers } from './idempotency.js';
import { Rounds } from './rounds.js';

export interface AnswerSweepOptions {
  readonly pool: pg.Pool;
  readonly now: NowSql;
  /** Told of a round that failed; the next one makes up for it. */
  readonly report?: (error: unknown) => void;
  /** Rows at a time. */
  readonly rowsMax?: number;
  /** How long answers are kept, asked anew each round. */
  readonly keptHours?: () => number;
}

const EVERY_MS = 3_600_000;
/** Small enough to hold no lock for long. */
const ROWS_MAX = 1_000;

export class AnswerSweep {
  private readonly rounds: Rounds;

  constructor(private readonly options: AnswerSweepOptions) {
    this.rounds = new Rounds({ round: () => this.round(), everyMs: EVERY_MS, report: options.report });
  }

  /** The first round begins at once. Harmless when begun. */
  start(): void {
    this.rounds.start();
  }

  /** Ends after the statement under way. */
  async stop(): Promise<void> {
    await this.rounds.stop();
  }

  private async round(): Promise<void> {
    const { pool, now, rowsMax = ROWS_MAX, keptHours } = this.options;
    for (let forgotten = rowsMax; forgotten === rowsMax && !this.rounds.isStopping;) {
      forgotten = await sweepAnswers(pool, now, rowsMax, keptHours?.());
    }
  }
}
