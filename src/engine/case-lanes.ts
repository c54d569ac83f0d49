/**
 * One step at a time per case within this process. Not needed for correctness, which compare-and-set gives across all
 * processes: it spares a busy case from losing to itself again and again.
 */
import { DependencyUnavailable, isLockTimeout } from '../store/database-errors.js';

/** A case that is held that long (a lock from outside, an endless queue) answers 503 rather than nothing. */
const PATIENCE_MS = 4_000;

/** Resolves when the turn has ended; to the reason when everybody behind it would wait in vain. */
type Turn = Promise<unknown>;

export class CaseLanes {
  private readonly tails = new Map<string, Turn>();

  /**
   * Runs `work` when all earlier work on these cases has ended. Several ids are taken in one order by everybody, so
   * that two merges in opposite directions cannot wait for each other.
   * @throws DependencyUnavailable when the turn does not come, or the one before met a lock; `work` is then not run.
   */
  async inTurn<T>(caseIds: readonly string[], work: () => Promise<T>): Promise<T> {
    const [first, ...rest] = [...new Set(caseIds)].sort();
    if (first === undefined) return work();
    return this.inTurnOf(first, () => this.inTurn(rest, work));
  }

  private async inTurnOf<T>(caseId: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(caseId);
    let end: (lock: unknown) => void = () => undefined;
    const mine: Turn = new Promise((resolve) => (end = resolve));
    const tail = before ? before.then(() => mine) : mine;
    this.tails.set(caseId, tail);
    void tail.then(() => {
      if (this.tails.get(caseId) === tail) this.tails.delete(caseId);
    });
    let lock: unknown;
    try {
      if (before) await patiently(before);
      return await work();
    } catch (error) {
      if (isLockTimeout(error)) lock = error;
      throw error;
    } finally {
      end(lock);
    }
  }
}

async function patiently(before: Turn): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<unknown>((resolve) => {
    timer = setTimeout(
      () => resolve(new DependencyUnavailable('the case is busy for too long')),
      PATIENCE_MS,
    );
  });
  const why = await Promise.race([before, tooLong]);
  clearTimeout(timer);
  if (why instanceof Error) throw why;
}
