/**
 * Fires what is due now: batch by batch, each in one transaction, in due order. A case that fails is set aside and
 * never keeps its neighbours waiting. Knows no loop, no pause and no moving of clocks.
 */
import type { Instant } from '../domain/actor.js';
import { migrateCase } from '../domain/machine-version.js';
import { toCase } from '../store/case-rows.js';
import { DependencyUnavailable } from '../store/database-errors.js';
import type { CaseEngine } from './case-engine.js';
import type { CaseWrite } from './case-write.js';
import { CLAIM_MAX, type Claimed, type DueCases } from './due-cases.js';
import { SetAside } from './set-aside.js';

export class DueFiring {
  /** Events written, and failures of single cases, since the start. */
  readonly counts = { fired: 0, failures: 0 };
  readonly aside = new SetAside();
  /** The database's clock at the last claim that found something. */
  claimedAt: Instant = 0;

  constructor(
    private readonly due: DueCases,
    private readonly engine: CaseEngine,
    private readonly report: (error: unknown, caseId: string) => void,
  ) {}

  /**
   * Until nothing more is due, but for what other workers hold.
   * @param enough asked before each batch. @returns how many events were written. @throws DependencyUnavailable
   */
  async drain(enough: () => boolean = () => false): Promise<number> {
    let fired = 0;
    for (let more = true; more && !enough();) {
      const batch = await this.fireBatch();
      fired += batch.fired;
      this.counts.fired += batch.fired;
      more = batch.more;
    }
    return fired;
  }

  /** One claim. When its transaction fails for one case's sake, each case goes alone and that one is set aside. */
  private async fireBatch(): Promise<{ fired: number; more: boolean }> {
    let claimed: Claimed = { now: 0, rows: [] };
    try {
      const written = await this.due.fire(this.aside.ids(), (batch) => {
        claimed = batch;
        this.claimedAt = batch.now;
        return this.decide(batch);
      });
      for (const { accepted } of written) this.aside.remove(accepted.case.id);
      this.engine.committer.announce(written);
      const more =
        claimed.rows.length === CLAIM_MAX || written.some((write) => isDueAgain(write, claimed.now));
      return { fired: written.length, more };
    } catch (error) {
      if (error instanceof DependencyUnavailable) throw error;
      let fired = 0;
      for (const { id } of claimed.rows) fired += await this.fireAlone(id);
      return { fired, more: claimed.rows.length > 0 };
    }
  }

  private decide({ rows, now }: Claimed): CaseWrite[] {
    return rows.flatMap((row) => {
      try {
        const write = this.engine.dueWrite(migrateCase(toCase(row)), now);
        if (write) return [write];
        throw new Error(`case ${row.id} is due by its row and not by its context`);
      } catch (error) {
        this.putAside(row.id, error);
        return [];
      }
    });
  }

  private async fireAlone(caseId: string): Promise<number> {
    try {
      const fired = await this.engine.fire(caseId);
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
}

/** After an outage several deadlines of one case may have passed: each is fired, in order. */
function isDueAgain({ accepted }: CaseWrite, now: Instant): boolean {
  return accepted.deadlines.some(({ dueAt }) => dueAt <= now);
}
