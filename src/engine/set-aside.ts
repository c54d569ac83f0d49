/**
 * Cases whose step fails, kept out of the due loop for a while so that their neighbours are served. In memory: after
 * a restart each gets a fresh chance.
 */

const FIRST_PAUSE_MS = 1_000;
/** A repaired rule or build should be noticed without a restart. */
const LONGEST_PAUSE_MS = 5 * 60_000;
/** The claim carries these ids; beyond this something else is wrong, and the oldest are tried again. */
const KEPT_MAX = 1_000;

export class SetAside {
  private readonly cases = new Map<string, { failures: number; until: number }>();

  /** @param monotonicNow milliseconds that never go back; for tests */
  constructor(private readonly monotonicNow: () => number = () => performance.now()) {}

  /** @returns how often this case has failed in a row. */
  add(caseId: string): number {
    const failures = (this.cases.get(caseId)?.failures ?? 0) + 1;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    this.cases.delete(caseId);
    this.cases.set(caseId, { failures, until: this.monotonicNow() + pauseMs });
    const [oldest] = this.cases.keys();
    if (this.cases.size > KEPT_MAX && oldest !== undefined) this.cases.delete(oldest);
    return failures;
  }

  /** It went well: a later failure counts from one again. */
  remove(caseId: string): void {
    if (this.cases.size > 0) this.cases.delete(caseId);
  }

  /** Cases that are not to be tried now. Those whose pause is over stay known, with their count. */
  ids(): string[] {
    if (this.cases.size === 0) return [];
    const now = this.monotonicNow();
    return [...this.cases].filter(([, { until }]) => until > now).map(([caseId]) => caseId);
  }

  get size(): number {
    return this.cases.size;
  }
}
