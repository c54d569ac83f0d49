/**
 * Keeps what the directory holds in memory fresh on every node: asks the database at a steady pace, one question at a
 * time. A database that is away is no reason to stop: what is known stays in force until it answers again.
 */

/** Below the 5 s within which a change must be in force everywhere, with room for a slow answer. */
export const REFRESH_EVERY_MS = 4_000;

interface Refreshable {
  refresh(): Promise<void>;
}

export class DirectoryRefresh {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();

  /** @param onFailure is told of every failed round; it must not throw */
  constructor(
    private readonly parts: readonly Refreshable[],
    private readonly onFailure: (error: unknown) => void,
  ) {}

  start(): void {
    if (this.timer !== null) return;
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.round());
    }, REFRESH_EVERY_MS);
    this.timer.unref();
  }

  /** Resolves when no question is under way any more. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    await this.running;
  }

  private async round(): Promise<void> {
    if (this.timer === null) return;
    try {
      for (const part of this.parts) await part.refresh();
    } catch (error) {
      this.onFailure(error);
    }
  }
}
