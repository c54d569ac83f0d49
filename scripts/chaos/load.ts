/**
 * The load of a run: how many clients drive cases at what rate, what they share, and what came of it in numbers. What a
 * single client does is in `load-client.ts`. Judges nothing.
 */
import type { SeenCase } from './deeds.js';
import { HistoryWriter, type HistoryLine } from './history.js';
import { LoadClient, type LoadWorld } from './load-client.js';
import { RequestSender } from './send-request.js';

export interface LoadOptions {
  /** Nodes that answer HTTP. */
  readonly urls: readonly string[];
  /** Role → bearer token, as in `tokens.json`. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly clients: number;
  /** Of all clients together, as long as the product keeps up. */
  readonly perSecond: number;
  /** Appended to. */
  readonly historyFile: string;
  readonly seed: number;
}

export interface LoadStats {
  /** Commands that were acknowledged, each counted once. */
  readonly acknowledged: number;
  readonly refused: number;
  /** Attempts of which nobody knows. */
  readonly unknown: number;
  /** Commands of which nobody knew anything in the end. */
  readonly givenUp: number;
  readonly cases: number;
  /** Between two acknowledged commands, milliseconds; counts up to now. */
  readonly longestGapMs: number;
  /** `performance.now()` of the last acknowledgement. */
  readonly acknowledgedAt: number;
}

export interface Load {
  stats(): LoadStats;
  /** Of cases that were acknowledged and go on. */
  caseIds(): readonly string[];
  /** Lets every client settle what it has under way. */
  stop(): Promise<LoadStats>;
}

export function startLoad(options: LoadOptions): Load {
  const world = new World(options);
  const running = Array.from({ length: options.clients }, (_, n) => new LoadClient(n, world).run());
  return {
    stats: () => world.stats(),
    caseIds: () => [...world.cases.keys()],
    stop: async () => {
      world.stopping = true;
      await Promise.all(running);
      await world.close();
      return world.stats();
    },
  };
}

/** What the clients share. */
class World implements LoadWorld {
  stopping = false;
  readonly counts = { acknowledged: 0, refused: 0, unknown: 0, givenUp: 0, cases: 0 };
  readonly cases = new Map<string, SeenCase>();
  readonly sender = new RequestSender();
  private readonly history: HistoryWriter;
  private lastId = 0;
  private acknowledgedAt = performance.now();
  private longestGapMs = 0;

  constructor(readonly options: LoadOptions) {
    this.history = new HistoryWriter(options.historyFile);
  }

  nextId(): number {
    return ++this.lastId;
  }

  write(line: HistoryLine): void {
    this.history.write(line);
  }

  acknowledge(): void {
    const now = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, now - this.acknowledgedAt);
    this.acknowledgedAt = now;
    this.counts.acknowledged += 1;
  }

  /** Answers of several clients come in any order; the newest one counts. */
  remember(seen: SeenCase): void {
    const known = this.cases.get(seen.id);
    if (known && known.revision > seen.revision) return;
    if (!known) this.counts.cases += 1;
    this.cases.set(seen.id, seen);
  }

  forget(id: string): void {
    this.cases.delete(id);
  }

  stats(): LoadStats {
    const longestGapMs = Math.max(
      this.longestGapMs,
      this.stopping ? 0 : performance.now() - this.acknowledgedAt,
    );
    return { ...this.counts, longestGapMs, acknowledgedAt: this.acknowledgedAt };
  }

  async close(): Promise<void> {
    this.sender.close();
    await this.history.close();
  }
}
