/**
 * Writes accepted steps: many cases share a statement, a held row waits apart, a pair is written all or nothing.
 * Resolves after the commit and never before. Decides no retry that would step again; that is the engine's.
 */
import type pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import type { Accepted } from '../domain/step-result.js';
import { isWorthRetrying } from '../store/database-errors.js';
import type { NowSql } from '../store/now.js';
import { inTransaction, runStatement, type RunSql } from '../store/statement.js';
import { Batcher } from './batcher.js';
import type { CaseWrite } from './case-write.js';
import { commitStatement, type WriteOutcome, type WriteOutcomeRow } from './commit-sql.js';
import { faultPoint } from './fault-points.js';

/** What the caller must know: written, or why not. */
export type CommitOutcome = Exclude<WriteOutcome, 'locked'>;

export type CommitListener = (accepted: readonly Accepted[]) => void;

/** A statement is bounded, and with it the retries that one bad row costs its neighbours. */
const BATCH_MAX = 256;
const BATCHES_IN_FLIGHT = 2;
/** Ten times what a batch takes on a busy machine. */
const BESIDE_AFTER_MS = 100;
/** Rows that somebody outside holds wait here, so that the others do not wait with them. */
const WAITING_IN_FLIGHT = 2;
/** Deadlocks and serialisation failures are rolled back for certain and rarely come twice. */
const TRIES = 3;
const RETRY_JITTER_MS = 20;

/** Ends the transaction of a pair that could not be written whole. */
class NotBoth extends Error {
  constructor(readonly outcome: CommitOutcome) {
    super(outcome);
  }
}

export class Committer {
  private readonly listeners = new Set<CommitListener>();
  private readonly together: Batcher<CaseWrite, WriteOutcome>;
  private readonly waiting: Batcher<CaseWrite, WriteOutcome>;

  constructor(
    private readonly pool: pg.Pool,
    private readonly now: NowSql,
    private readonly report: (error: unknown) => void,
  ) {
    const keyOf = ({ accepted }: CaseWrite): string => accepted.case.id;
    this.together = new Batcher({
      run: (writes) => this.write(writes, false),
      keyOf,
      sizeMax: BATCH_MAX,
      inFlightMax: BATCHES_IN_FLIGHT,
      besideAfterMs: BESIDE_AFTER_MS,
    });
    this.waiting = new Batcher({
      run: (writes) => this.write(writes, true),
      keyOf,
      sizeMax: 1,
      inFlightMax: WAITING_IN_FLIGHT,
    });
  }

  /** Called after each commit, in this process only, with what was written. @returns unsubscribe */
  onCommitted(listener: CommitListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @throws DependencyUnavailable: written or not, nobody knows; or the database's error for a row it will not take. */
  async commit(write: CaseWrite): Promise<CommitOutcome> {
    return retried(async () => {
      const outcome = await this.together.submit(write);
      if (outcome !== 'locked') return outcome;
      return settled(await this.waiting.submit(write));
    });
  }

  /** All of them or none, in a transaction of their own. */
  commitAll(writes: readonly CaseWrite[]): Promise<CommitOutcome> {
    return this.commitDecided(async () => writes);
  }

  /**
   * The same for what is decided within the transaction, under locks that `decide` takes and that last until the
   * commit. Nothing is written when it decides on no write. @param decide may be called again after a deadlock.
   * @param also what else is written with it, once the steps are.
   */
  async commitDecided(
    decide: (run: RunSql) => Promise<readonly CaseWrite[]>,
    also: (run: RunSql) => Promise<void> = async () => undefined,
  ): Promise<CommitOutcome> {
    return retried(async () => {
      let writes: readonly CaseWrite[];
      try {
        writes = await inTransaction(this.pool, async (run) => {
          const decided = await decide(run);
          if (decided.length === 0) return decided;
          await faultPoint('before-commit');
          const rows = await run<WriteOutcomeRow>(commitStatement(decided, this.now, true));
          const lost = rows.find(({ outcome }) => outcome !== 'done');
          if (lost) throw new NotBoth(settled(lost.outcome));
          await also(run);
          return decided;
        });
      } catch (error) {
        if (error instanceof NotBoth) return error.outcome;
        throw error;
      }
      if (writes.length > 0) await faultPoint('after-commit');
      this.announce(writes);
      return 'done';
    });
  }

  /** For whoever has written in a transaction of its own. */
  announce(writes: readonly CaseWrite[]): void {
    const accepted = writes.map((write) => write.accepted);
    if (accepted.length === 0) return;
    for (const listener of this.listeners) {
      try {
        listener(accepted);
      } catch (error) {
        // What is committed must not look failed to its caller.
        this.report(error);
      }
    }
  }

  private async write(writes: readonly CaseWrite[], wait: boolean): Promise<WriteOutcome[]> {
    await faultPoint('before-commit');
    const rows = await runStatement<WriteOutcomeRow>(this.pool, commitStatement(writes, this.now, wait));
    await faultPoint('after-commit');
    const outcomes = new Map(rows.map(({ id, outcome }) => [id, outcome]));
    this.announce(writes.filter(({ accepted }) => outcomes.get(accepted.case.id) === 'done'));
    return writes.map(({ accepted }) => outcomes.get(accepted.case.id) ?? 'stale');
  }
}

/** Having waited for the row and not got it means that its holder moved the case on. */
function settled(outcome: WriteOutcome): CommitOutcome {
  return outcome === 'locked' ? 'stale' : outcome;
}

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES || !isWorthRetrying(error)) throw error;
      await pause(Math.random() * RETRY_JITTER_MS * attempt);
    }
  }
}
