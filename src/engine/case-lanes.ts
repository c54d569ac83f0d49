/**
 * One step at a time per case within this process. Not needed for correctness, which compare-and-set gives across all
 * processes: it spares a busy case from losing to itself again and again.
 */
import { DependencyUnavailable, isLockTimeout } from '../store/database-errors.js';
import { inTime } from '../store/in-time.js';

/** A case that is held that long (a lock from outside, an endless queue) answers 503 rather than nothing. */
const PATIENCE_MS = 4_000;

/**
 * Commands that may wait for one case: far more than people give, and little enough that whoever floods one case is told
 * so within a fraction of a second, instead of filling the memory and the connections that others need.
 */
export const WAITING_MAX = 128;

/** So many wait for this case that one more would wait in vain. Nothing was done. */
export class CaseBusy extends Error {
  constructor() {
    super('too many commands wait for this case');
    this.name = 'CaseBusy';
  }
}

/** Resolves when the turn has ended; to the reason when everybody behind it would wait in vain. */
type Turn = Promise<unknown>;

interface Lane {
  /** Ends when everybody in the lane is done. */
  tail: Turn | null;
  waiting: number;
}

export class CaseLanes {
  private readonly lanes = new Map<string, Lane>();

  /**
   * Runs `work` when all earlier work on these cases has ended. Several ids are taken in one order by everybody, so
   * that two merges in opposite directions cannot wait for each other.
   * @param waitingMax how many may wait before it; time itself (`Infinity`) is never turned away by a crowd.
   * @throws CaseBusy when more wait; DependencyUnavailable when the turn does not come, or the one before met a lock.
   *   In each case `work` is not run.
   */
  async inTurn<T>(caseIds: readonly string[], work: () => Promise<T>, waitingMax = Infinity): Promise<T> {
    const [first, ...rest] = [...new Set(caseIds)].sort();
    if (first === undefined) return work();
    return this.inTurnOf(first, () => this.inTurn(rest, work, waitingMax), waitingMax);
  }

  private async inTurnOf<T>(caseId: string, work: () => Promise<T>, waitingMax: number): Promise<T> {
    const lane = this.lanes.get(caseId) ?? { tail: null, waiting: 0 };
    if (lane.waiting >= waitingMax) throw new CaseBusy();
    this.lanes.set(caseId, lane);
    const before = lane.tail;
    let end: (lock: unknown) => void = () => undefined;
    const mine: Turn = new Promise((resolve) => (end = resolve));
    const tail = before ? before.then(() => mine) : mine;
    lane.tail = tail;
    void tail.then(() => {
      if (lane.tail === tail) this.lanes.delete(caseId);
    });
    let lock: unknown;
    try {
      if (before) await this.waitIn(lane, before);
      return await work();
    } catch (error) {
      if (isLockTimeout(error)) lock = error;
      throw error;
    } finally {
      end(lock);
    }
  }

  private async waitIn(lane: Lane, before: Turn): Promise<void> {
    lane.waiting += 1;
    try {
      const tooLong = () => new DependencyUnavailable('the case is busy for too long');
      const why = await inTime(before, PATIENCE_MS, tooLong);
      if (why instanceof Error) throw why;
    } finally {
      lane.waiting -= 1;
    }
  }
}
