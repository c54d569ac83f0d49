/**
 * One step at a time per case within this process. Not needed for correctness, which compare-and-set gives across all
 * processes: it spares a busy case from losing to itself again and again.
 */
import { DependencyUnavailable } from '../store/database-errors.js';

/** A case that is held that long (a lock from outside, an endless queue) answers 503 rather than nothing. */
const PATIENCE_MS = 4_000;

export class CaseLanes {
  private readonly tails = new Map<string, Promise<void>>();

  /**
   * Runs `work` when all earlier work on these cases has ended. Several ids are taken in one order by everybody, so
   * that two merges in opposite directions cannot wait for each other.
   * @throws DependencyUnavailable when the turn does not come; `work` is then never run.
   */
  async inTurn<T>(caseIds: readonly string[], work: () => Promise<T>): Promise<T> {
    const [first, ...rest] = [...new Set(caseIds)].sort();
    if (first === undefined) return work();
    return this.inTurnOf(first, () => this.inTurn(rest, work));
  }

  private async inTurnOf<T>(caseId: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(caseId);
    let end: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => (end = resolve));
    const tail = before ? before.then(() => mine) : mine;
    this.tails.set(caseId, tail);
    void tail.then(() => {
      if (this.tails.get(caseId) === tail) this.tails.delete(caseId);
    });
    try {
      if (before) await patiently(before);
      return await work();
    } finally {
      end();
    }
  }
}

async function patiently(turn: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DependencyUnavailable('the case is busy for too long')), PATIENCE_MS);
  });
  try {
    await Promise.race([turn, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
