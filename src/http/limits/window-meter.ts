/**
 * Counts uses in a strict window, together with all nodes. The first uses of a key cost one query in all; from a third
 * of the quota on each is asked for, so that the last one is the last on every node. Knows no request.
 *
 * How much too much: of N nodes each may serve `quota`/3 − 1 more than it has told, as long as it never comes to ask
 * again; asked for one after the other, evenly or in turn, the count is exact. A key that is used up is refused from
 * memory: whoever hammers costs no query. Without the database each node counts by itself, and no request waits for it
 * longer than `PATIENCE_MS`.
 */
import { inTime } from '../../store/in-time.js';
import type { Verdict, Window } from './budgets.js';

/** What all nodes know of a key after one more use. */
export interface WindowAnswer {
  readonly isServed: boolean;
  /** How long ago each use within the window was, oldest first; the one asked for among them if it is served. */
  readonly agesMs: readonly number[];
}

export interface WindowMeterOptions {
  /** May throw, and may take its time. */
  readonly ask: (key: string, window: Window, untoldAgesMs: readonly number[]) => Promise<WindowAnswer>;
  /** Never goes back; replaced in tests. */
  readonly monotonicMs?: () => number;
  /** Keys in memory at once, about 300 bytes each. */
  readonly keysMax?: number;
}

interface Log {
  /** Uses within the window, oldest first. */
  uses: number[];
  /** Those of them that the other nodes have not heard of. */
  untold: number[];
  /** What the other nodes know was last asked then. */
  askedAt: number;
  /** Ends when the question under way is answered. */
  turn: Promise<unknown>;
}

const KEYS_MAX = 10_000;
/** A healthy database answers in a few; one that does not must not hold up a page. */
const PATIENCE_MS = 250;
/** After a failure the database is left alone for so long. */
const AFTER_FAILURE_MS = 1_000;

export class WindowMeter {
  /** In the order of their last use. */
  private readonly logs = new Map<string, Log>();
  private readonly now: () => number;
  private silentUntil = -Infinity;

  constructor(private readonly options: WindowMeterOptions) {
    this.now = options.monotonicMs ?? (() => performance.now());
  }

  /** One use more, or how long to wait. A refused use does not count. Never throws. */
  async use(window: Window, key: string): Promise<Verdict> {
    const log = this.logOf(`${window.name}:${key}`);
    if (this.mustAsk(window, log)) {
      log.turn = log.turn.then(() => this.ask(window, `${window.name}:${key}`, log));
      return (await log.turn) as Verdict;
    }
    return this.useHere(window, log);
  }

  private mustAsk({ quota, windowMs }: Window, log: Log): boolean {
    const now = this.now();
    forget(log, now - windowMs);
    if (log.uses.length >= quota || now < this.silentUntil) return false;
    return log.uses.length + 1 >= quota / 3 || log.askedAt <= now - windowMs;
  }

  private async ask(window: Window, key: string, log: Log): Promise<Verdict> {
    // Those before us may have used up what there was, or found that nobody answers.
    if (!this.mustAsk(window, log)) return this.useHere(window, log);
    const { untold } = log;
    const askedAt = this.now();
    log.untold = [];
    try {
      const ages = untold.map((at) => askedAt - at);
      const answer = await inTime(this.options.ask(key, window, ages), PATIENCE_MS, () => {
        throw new Error('no answer in time');
      });
      const now = this.now();
      log.uses = answer.agesMs.map((ageMs) => now - ageMs);
      log.askedAt = now;
      return answer.isServed ? this.served(window, log) : this.refused(window, log);
    } catch {
      log.untold = untold;
      this.silentUntil = this.now() + AFTER_FAILURE_MS;
      return this.useHere(window, log);
    }
  }

  private useHere(window: Window, log: Log): Verdict {
    const now = this.now();
    forget(log, now - window.windowMs);
    if (log.uses.length >= window.quota) return this.refused(window, log);
    log.uses.push(now);
    log.untold.push(now);
    return this.served(window, log);
  }

  private served({ quota, windowMs }: Window, { uses }: Log): Verdict {
    const wholeInMs = (uses.at(-1) ?? 0) + windowMs - this.now();
    return { isServed: true, remaining: Math.max(0, quota - uses.length), waitMs: 0, wholeInMs };
  }

  private refused({ quota, windowMs }: Window, { uses }: Log): Verdict {
    const now = this.now();
    // So many must leave the window before there is room for one.
    const leaves = uses[Math.max(0, uses.length - quota)] ?? now;
    const wholeInMs = (uses.at(-1) ?? now) + windowMs - now;
    return { isServed: false, remaining: 0, waitMs: leaves + windowMs - now, wholeInMs };
  }

  /** Maps keep insertion order, so the first is the one that was used longest ago. */
  private logOf(key: string): Log {
    const log = this.logs.get(key) ?? {
      uses: [],
      untold: [],
      askedAt: -Infinity,
      turn: Promise.resolve(),
    };
    this.logs.delete(key);
    this.logs.set(key, log);
    for (const longestAgo of this.logs.keys()) {
      if (this.logs.size <= (this.options.keysMax ?? KEYS_MAX)) break;
      this.logs.delete(longestAgo);
    }
    return log;
  }
}

function forget(log: Log, before: number): void {
  log.uses = log.uses.filter((at) => at > before);
  log.untold = log.untold.filter((at) => at > before);
}
