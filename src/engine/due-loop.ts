/**
 * Lets time act: claims cases whose deadline has come, fires them in due order, sleeps until the next one. The
 * database's clock says what is due, so nothing fires early, and nothing is scheduled, so nothing can be lost. Any
 * number of these may run on one database.
 */
import type pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '../domain/case.js';
import { migrateCase } from '../domain/machine-version.js';
import type { Accepted } from '../domain/step-result.js';
import { DependencyUnavailable } from '../store/database-errors.js';
import type { NowSql } from '../store/now.js';
import type { CaseEngine } from './case-engine.js';
import type { CaseWrite } from './case-write.js';
import { DueCases, type Claimed } from './due-cases.js';
import { SetAside } from './set-aside.js';
import { Sleeper } from './sleeper.js';

export interface DueLoopOptions {
  readonly pool: pg.Pool;
  readonly now: NowSql;
  readonly engine: CaseEngine;
  /** Told of a case that was set aside, or of a database that cannot serve (`caseId` null). */
  readonly report?: (error: unknown, caseId: string | null) => void;
  /** How late a deadline that another node brought may be noticed, milliseconds. */
  readonly pollMs?: number;
}

/** The clock was asked to go back; it never does. */
export class ClockCannotGoBack extends Error {}

/** Behind the precise sleep: deadlines that other nodes bring are found by looking. Idle cost: 0.1 % of a core. */
const POLL_MS = 1_000;
/** After a failure of the database: neither a storm nor an age. */
const AFTER_FAILURE_MS = 500;
/** A deadline that stays due although nobody can claim it: somebody else holds the row. */
const HELD_PAUSE_MS = 10;
const HELD_TRIES = 500;

export class DueLoop {
  /** Events written since the start, failures of single cases, cases set aside now. */
  readonly counts = { fired: 0, failures: 0 };
  private readonly due: DueCases;
  private readonly aside = new SetAside();
  private readonly sleeper = new Sleeper();
  private readonly report: NonNullable<DueLoopOptions['report']>;
  private turn: Promise<unknown> = Promise.resolve();
  private running: Promise<void> | null = null;
  private stopping = false;
  private unsubscribe: (() => void) | null = null;

  constructor(private readonly options: DueLoopOptions) {
    this.due = new DueCases(options.pool, options.now);
    this.report = options.report ?? (() => undefined);
  }

  /** Cases that fail and wait for another try. */
  get setAside(): number {
    return this.aside.size;
  }

  /** Begins to fire. Harmless when begun. */
  start(): void {
    if (this.running) return;
    this.stopping = false;
    this.unsubscribe = this.options.engine.onCommitted((accepted) => this.wake(earliest(accepted)));
    this.running = this.run();
  }

  /** Ends after the batch under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.unsubscribe?.();
    this.sleeper.wake();
    await this.running;
    this.running = null;
  }

  /** Something may be due. @param dueAt its instant: the loop sleeps on when that is later than it meant to wake. */
  wake(dueAt: Instant = -Infinity): void {
    this.sleeper.wake(dueAt);
  }

  /**
   * CLOCK=manual: moves the clock forward, stopping at each instant at which something is due and firing all of it, so
   * that every event happens exactly at its due time, those that appear on the way included. Calls queue.
   * @throws ClockCannotGoBack
   */
  advanceTo(target: Instant): Promise<{ fired: number }> {
    return this.inTurn(async () => {
      let fired = 0;
      for (let held = 0; held < HELD_TRIES;) {
        const moved = await this.due.moveClock(target, this.aside.ids());
        if (!moved) throw new ClockCannotGoBack('the clock is past that instant already');
        if (!moved.due) return { fired };
        const now = await this.drain();
        fired += now;
        if (now > 0) continue;
        held += 1;
        await pause(HELD_PAUSE_MS);
      }
      throw new DependencyUnavailable('a case that is due is held by somebody else');
    });
  }

  /** Fires everything that is due now. @returns how many events were written */
  drainDue(): Promise<number> {
    return this.inTurn(() => this.drain());
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      let pauseMs = AFTER_FAILURE_MS;
      let until = Infinity;
      try {
        await this.inTurn(() => this.drain(() => this.stopping));
        const { now, dueAt } = await this.due.next(this.aside.ids());
        pauseMs = this.pauseUntil(now, dueAt);
        until = this.options.now === 'now()' ? now + pauseMs : now + 1;
      } catch (error) {
        this.report(error, null);
      }
      if (!this.stopping) await this.sleeper.sleep(pauseMs, until);
    }
  }

  /** A manual clock does not run, so there is no waiting for it. */
  private pauseUntil(now: Instant, dueAt: Instant | null): number {
    const { pollMs = POLL_MS } = this.options;
    if (dueAt === null || this.options.now !== 'now()') return pollMs;
    return Math.min(Math.max(dueAt - now, 1), pollMs);
  }

  private async drain(enough: () => boolean = () => false): Promise<number> {
    let fired = 0;
    let claimed = 1;
    while (claimed > 0 && !enough()) {
      const batch = await this.fireBatch();
      claimed = batch.claimed;
      fired += batch.done;
      this.counts.fired += batch.done;
    }
    return fired;
  }

  /** One claim. When its transaction fails for one case's sake, each case goes alone and that one is set aside. */
  private async fireBatch(): Promise<{ claimed: number; done: number }> {
    let cases: Claimed['cases'] = [];
    try {
      const { claimed, written } = await this.due.fire(this.aside.ids(), (batch) => {
        cases = batch.cases;
        return this.decide(batch);
      });
      for (const { accepted } of written) this.aside.remove(accepted.case.id);
      this.options.engine.committer.announce(written);
      return { claimed, done: written.length };
    } catch (error) {
      if (error instanceof DependencyUnavailable) throw error;
      let done = 0;
      for (const { id } of cases) done += await this.fireAlone(id);
      return { claimed: cases.length, done };
    }
  }

  private decide({ cases, now }: Claimed): CaseWrite[] {
    return cases.flatMap((stored) => {
      try {
        const write = this.options.engine.dueWrite(migrateCase(stored), now);
        if (write) return [write];
        throw new Error(`case ${stored.id} is due by its row and not by its context`);
      } catch (error) {
        this.putAside(stored.id, error);
        return [];
      }
    });
  }

  private async fireAlone(caseId: string): Promise<number> {
    try {
      const fired = await this.options.engine.fire(caseId);
      this.aside.remove(caseId);
      return fired;
    } catch (error) {
      if (error instanceof DependencyUnavailable) throw error;
      this.putAside(caseId, error);
      return 0;
    }
  }

  private putAside(caseId: string, error: unknown): void {
    this.counts.failures += 1;
    this.aside.add(caseId);
    this.report(error, caseId);
  }

  /** The loop and the manual clock take turns: two drains at once could fire out of order. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}

function earliest(accepted: readonly Accepted[]): Instant {
  return Math.min(...accepted.flatMap(({ deadlines }) => deadlines.map(({ dueAt }) => dueAt)));
}
