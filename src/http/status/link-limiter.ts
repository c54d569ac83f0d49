/**
 * How often one link may be used (reliability.md §4: 30 requests a minute). Asked before anything is read, with the
 * case that a true link names; forged links never get that far. Counts in this process alone, by a clock that never
 * goes back: it is about abuse, not about business time.
 */
export abstract class LinkLimiter {
  /** @returns 0 to let the request pass, else the seconds after which to come back. Does no I/O. */
  abstract secondsToWait(caseId: string): number;
}

/** A person who clicks, reloads and writes stays far below; whoever tries things out does not. */
export const REQUESTS_MAX = 30;
export const WINDOW_MS = 60_000;
/** Links in memory at once, about 3 MB; the one that was used longest ago is forgotten first. */
const LINKS_MAX = 10_000;

/** At most `REQUESTS_MAX` in any span of `WINDOW_MS`, wherever it begins. A refused request does not count. */
export class SlidingLinkLimiter extends LinkLimiter {
  /** Instants of the latest requests of each link, oldest first; the links in the order of their last use. */
  private readonly used = new Map<string, number[]>();

  /** @param monotonicMs replaced in tests */
  constructor(
    private readonly monotonicMs: () => number = () => performance.now(),
    private readonly linksMax = LINKS_MAX,
  ) {
    super();
  }

  secondsToWait(caseId: string): number {
    const now = this.monotonicMs();
    const recent = (this.used.get(caseId) ?? []).filter((at) => at > now - WINDOW_MS);
    const [oldest = now] = recent;
    const isOver = recent.length >= REQUESTS_MAX;
    if (!isOver) recent.push(now);
    this.keep(caseId, recent);
    return isOver ? Math.ceil((oldest + WINDOW_MS - now) / 1_000) : 0;
  }

  /** Maps keep insertion order, so the first is the one that was used longest ago. */
  private keep(caseId: string, recent: number[]): void {
    this.used.delete(caseId);
    this.used.set(caseId, recent);
    for (const longestAgo of this.used.keys()) {
      if (this.used.size <= this.linksMax) break;
      this.used.delete(longestAgo);
    }
  }
}
