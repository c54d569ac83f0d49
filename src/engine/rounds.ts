/**
 * Does something again and again until it is stopped: a round at once, then one every so often. A round that fails is
 * told of, and the next makes up for it. Knows not what a round does.
 */
import { Sleeper } from './sleeper.js';

export interface RoundsOptions {
  readonly round: () => Promise<unknown>;
  readonly everyMs: number;
  /** Told of a round that failed. */
  readonly report?: (error: unknown) => void;
}

export class Rounds {
  private readonly pause = new Sleeper();
  private stopping = false;
  private running: Promise<void> | null = null;

  constructor(private readonly options: RoundsOptions) {}

  /** For long rounds: whether they should come to an end. */
  get isStopping(): boolean {
    return this.stopping;
  }

  /** Harmless when begun. */
  start(): void {
    if (this.running) return;
    this.stopping = false;
    this.running = this.run();
  }

  /** Ends after the round under way, which may ask `isStopping`. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.pause.wake();
    await this.running;
    this.running = null;
  }

  /** A breath within a round; cut short by `stop`. */
  async rest(forMs: number): Promise<void> {
    if (!this.stopping) await this.pause.sleep(forMs, Infinity);
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.options.round();
      } catch (error) {
        this.options.report?.(error);
      }
      await this.rest(this.options.everyMs);
    }
  }
}
