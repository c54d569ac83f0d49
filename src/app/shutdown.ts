/**
 * How a node ends: whatever was begun is undone in reverse order, once, within a bound, whether it was serving or
 * still starting. A second signal ends it at once. Knows no part of the node by name.
 */
import type { Logger } from './logging.js';
import { errorFields } from './logging.js';

/** All closers together; the supervisor's patience ends at 15 s (reliability.md A8). */
const STOP_WITHIN_MS = 14_000;

/** Thrown at the next step of a start that is to be given up. */
export class StoppedWhileStarting extends Error {}

interface Closer {
  readonly name: string;
  readonly close: () => Promise<void> | void;
}

export class Shutdown {
  private readonly closers: Closer[] = [];
  private stopping: Promise<boolean> | null = null;
  private starting: Promise<unknown> = Promise.resolve();

  constructor(private readonly logger: Logger) {}

  get isStopping(): boolean {
    return this.stopping !== null;
  }

  /**
   * One step of the start: not begun when the node is to stop, and its undoing is known as soon as it is done.
   * @throws StoppedWhileStarting instead of beginning the step.
   */
  async step<T>(
    name: string,
    begin: () => Promise<T>,
    close?: (made: T) => Promise<void> | void,
  ): Promise<T> {
    if (this.isStopping) throw new StoppedWhileStarting(name);
    const begun = begin();
    this.starting = begun;
    const made = await begun;
    if (close !== undefined) this.closers.push({ name, close: () => close(made) });
    if (this.isStopping) throw new StoppedWhileStarting(name);
    return made;
  }

  /** Ends everything that was begun. Further calls wait for the same end. @returns false when something failed. */
  stop(): Promise<boolean> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  private async stopOnce(): Promise<boolean> {
    // A step under way is awaited first: half a database cannot be stopped.
    await this.starting.catch(() => undefined);
    // Lets `step` note the closer of what was just made.
    await new Promise((resolve) => setImmediate(resolve));
    let clean = true;
    for (const { name, close } of this.closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        clean = false;
        this.logger.error({ context: name, ...errorFields(error) }, 'Could not be stopped cleanly');
      }
    }
    return clean;
  }
}

/** Ends the process on SIGTERM and SIGINT: 0 when everything stopped cleanly, 1 when not or too late. */
export function stopOnSignals(shutdown: Shutdown, logger: Logger): void {
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1;
    if (signals > 1) process.exit(1);
    logger.info({ signal }, 'Stopping');
    const late = setTimeout(() => {
      logger.error({ signal }, 'Not stopped in time; ending anyway');
      process.exit(1);
    }, STOP_WITHIN_MS);
    late.unref();
    void shutdown.stop().then((clean) => process.exit(clean ? 0 : 1));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
