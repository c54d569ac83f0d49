/** A sleep that can be cut short, for loops that wait for the next due time. A wake between two sleeps is not lost. */

/** setTimeout takes a longer pause for none at all. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export class Sleeper {
  private awaken: (() => void) | null = null;
  private until = -Infinity;
  private wokenFor = Infinity;

  /** @param ms at most. @param until the instant that the sleeper means to wake at: later calls do not disturb it. */
  async sleep(ms: number, until: number): Promise<void> {
    this.until = until;
    const missed = this.wokenFor < until;
    this.wokenFor = Infinity;
    if (missed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.awaken?.(), Math.min(ms, TIMER_MAX_MS));
      this.awaken = () => {
        clearTimeout(timer);
        this.awaken = null;
        resolve();
      };
    });
  }

  /** @param at the instant that there is something to do at. */
  wake(at = -Infinity): void {
    if (!this.awaken) this.wokenFor = Math.min(this.wokenFor, at);
    else if (at < this.until) this.awaken();
  }
}
