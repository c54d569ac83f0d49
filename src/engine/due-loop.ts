/**
 * Lets time act: fires cases whose deadline has come, sleeps until the next one. The database's clock says what is
 * due, so nothing fires early, and nothing is scheduled, so nothing can be lost. Any number of these may run on one
 * database. Knows no case (`due-firing.ts`).
 */
import type pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '../domain/actor.js';
import { DependencyUnavailable } from '../store/database-errors.js';
import type { NowSql } from '../store/now.js';
import type { CaseEngine } from './case-engine.js';
import { DueCases } from './due-cases.js';
import { DueFiring } from './due-firing.js';
import { earliestDeadline } from './due-instants.js';
import { Sleeper } from './sleeper.js';

/** Other things with a due time, at which a clock that is moved by hand must stop too. */
export interface DueElsewhere {
  /** Scalar sub-selects: the earliest instant at which `drain` would find something to do. */
  readonly nextDueSql: readonly string[];
  /** Runs `work` while nothing of it is under way; `drain` does all that is due now and tells how much that was. */
  exclusively<T>(work: (drain: () => Promise<number>) => Promise<T>): Promise<T>;
}

const NOTHING_ELSEWHERE: DueElsewhere = { nextDueSql: [], exclusively: (work) => work(async () => 0) };

export interface DueLoopOptions {
  readonly pool: pg.Pool;
  readonly now: NowSql;
  readonly engine: CaseEngine;
  readonly elsewhere?: DueElsewhere;
  /** Told of a case that was set aside, or of a database that cannot serve (`caseId` null). */
  readonly report?: (error: unknown, caseId: string | null) => void;
  /** How late a deadline that another node brought, and of which nothing was heard, may be noticed, milliseconds. */
  readonly pollMs?: number;
}

/** The clock was asked to go back; it never does. */
export class ClockCannotGoBack extends Error {}

/**
 * Behind the precise sleep and what other nodes announce: a deadline that nobody told of is found by looking. Measured
 * idle: the whole process 0.75 % of a core, the database 0.05 %.
 */
export const POLL_MS = 1_000;
/** After a failure of the database: neither a storm nor an age. */
const AFTER_FAILURE_MS = 500;
/**
 * A due row that somebody holds is most likely being fired by another worker: looking again and again at once cost
 * more than half of the processor time of two workers. Whoever commits it late wakes us; this is for who does not.
 */
const HELD_LOOK_MS = 20;
/** A deadline that stays due although nobody can claim it: somebody else holds the row. */
const HELD_PAUSE_MS = 10;
const HELD_TRIES = 500;

export class DueLoop {
  private readonly due: DueCases;
  private readonly firing: DueFiring;
  private readonly elsewhere: DueElsewhere;
  private readonly sleeper = new Sleeper();
  private readonly report: NonNullable<DueLoopOptions['report']>;
  private turn: Promise<unknown> = Promise.resolve();
  private running: Promise<void> | null = null;
  private stopping = false;
  private unsubscribe: (() => void) | null = null;

  constructor(private readonly options: DueLoopOptions) {
    this.report = options.report ?? (() => undefined);
    this.elsewhere = options.elsewhere ?? NOTHING_ELSEWHERE;
    this.due = new DueCases(options.pool, options.now, this.elsewhere.nextDueSql);
    this.firing = new DueFiring(this.due, options.engine, this.report);
  }

  /** Events written, and failures of single cases, since the start. */
  get counts(): { readonly fired: number; readonly failures: number } {
    return this.firing.counts;
  }

  /** Cases that fail and wait for another try. */
  get setAside(): number {
    return this.firing.aside.size;
  }

  /** Begins to fire. Harmless when begun. */
  start(): void {
    if (this.running) return;
    this.stopping = false;
    this.unsubscribe = this.options.engine.onCommitted((accepted) => this.wake(earliestDeadline(accepted)));
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

  /** Fires everything that is due now. @returns how many events were written. @throws DependencyUnavailable */
  drainDue(): Promise<number> {
    return this.inTurn(() => this.firing.drain());
  }

  /**
   * CLOCK=manual: moves the clock forward, stopping at each instant at which something is due and firing all of it, so
   * that every event happens exactly at its due time, those that appear on the way included; so does what is due
   * elsewhere, after the cases of the same instant. Calls queue.
   * @throws ClockCannotGoBack, DependencyUnavailable
   */
  advanceTo(target: Instant): Promise<{ fired: number }> {
    return this.inTurn(() => this.elsewhere.exclusively((drain) => this.stopByStop(target, drain)));
  }

  private async stopByStop(target: Instant, drain: () => Promise<number>): Promise<{ fired: number }> {
    let fired = 0;
    for (let held = 0; held < HELD_TRIES;) {
      const stop = await this.due.moveClock(target, this.firing.aside.ids());
      if (!stop) throw new ClockCannotGoBack('the clock is past that instant already');
      if (!stop.casesDue && !stop.elsewhereDue) return { fired };
      const firedHere = stop.casesDue ? await this.firing.drain() : 0;
      fired += firedHere;
      const doneHere = firedHere + (stop.elsewhereDue ? await drain() : 0);
      if (doneHere > 0) continue;
      held += 1;
      await pause(HELD_PAUSE_MS);
    }
    throw new DependencyUnavailable('something that is due is held by somebody else');
  }

  private async run(): Promise<void> {
    /** Everything due by then has been claimed, by us or by whoever holds it. */
    let drainedTo: Instant = 0;
    let lookedAt: Instant = 0;
    while (!this.stopping) {
      let pauseMs = AFTER_FAILURE_MS;
      let until = Infinity;
      try {
        await this.inTurn(() => this.firing.drain(() => this.stopping));
        drainedTo = Math.max(drainedTo, lookedAt, this.firing.claimedAt);
        const { now, dueAt, held } = await this.due.next(this.firing.aside.ids(), drainedTo);
        lookedAt = now;
        pauseMs = Math.min(this.pauseUntil(now, dueAt), held ? HELD_LOOK_MS : Infinity);
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

  /** The loop and the manual clock take turns: two drains at once could fire out of order. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
