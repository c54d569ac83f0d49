/**
 * One reader's stream of server-sent events: what is new is asked for whenever something may be, written with its
 * number, and a silence is broken by a heartbeat. Ends when the reader may read no more, when it does not keep up, or
 * when it is told to. Knows no case and no journal.
 */
import { Readable } from 'node:stream';
import { toProblem } from '../problems/to-problem.js';

export interface LiveEvent {
  /** What a reader that comes back names in `Last-Event-ID`. */
  readonly id: number;
  readonly data: object;
}

/**
 * What happened after the event of that number, ascending.
 * @throws what `toProblem` takes for a 4xx when the reader may read no more.
 */
export type LiveSource = (afterId: number) => Promise<readonly LiveEvent[]>;

export interface LiveStreamOptions {
  readonly first: readonly LiveEvent[];
  /** The last event that the reader has seen, if any. */
  readonly afterId: number;
  readonly source: LiveSource;
  readonly heartbeatMs?: number;
}

/** Below the idle time of common proxies (60 s). Each beat also asks whether the reader may still read. */
const HEARTBEAT_MS = 20_000;
/** For the browser: how soon it comes back when the connection breaks. */
const RECONNECT_MS = 3_000;
/** After a failure of the database. */
const RETRY_MS = 1_000;
/** Some hundred events that were not taken: whoever reads as slowly reads the case instead. */
const UNREAD_BYTES_MAX = 64 * 1024;

export class LiveStream extends Readable {
  private lastId: number;
  private isAsking = false;
  private isStale = false;
  private isOver = false;
  private retry: NodeJS.Timeout | null = null;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(private readonly options: LiveStreamOptions) {
    super({ read: () => undefined });
    this.lastId = options.afterId;
    this.put(`retry: ${RECONNECT_MS}\n\n`);
    this.write(options.first);
    this.heartbeat = setInterval(() => this.beat(), options.heartbeatMs ?? HEARTBEAT_MS);
  }

  /** The last event that was written, or that the reader had seen before. */
  get seenId(): number {
    return this.lastId;
  }

  /** Something may be new. */
  nudge(): void {
    this.isStale = true;
    if (!this.isAsking) void this.ask();
  }

  /** No more events; what was written is still delivered. */
  end(): void {
    if (!this.isOver) this.push(null);
    this.quieten();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.quieten();
    done(error);
  }

  /** One question at a time; what comes up meanwhile is asked for afterwards. Must not throw: nobody awaits it. */
  private async ask(): Promise<void> {
    this.isAsking = true;
    while (this.isStale && !this.isOver) {
      this.isStale = false;
      try {
        this.write(await this.options.source(this.lastId));
      } catch (error) {
        if (toProblem(error).status < 500) this.end();
        else this.askLater();
      }
    }
    this.isAsking = false;
  }

  private askLater(): void {
    if (this.isOver) return;
    this.retry ??= setTimeout(() => {
      this.retry = null;
      this.nudge();
    }, RETRY_MS);
  }

  private beat(): void {
    this.put(':\n\n');
    this.nudge();
  }

  private write(events: readonly LiveEvent[]): void {
    for (const { id, data } of events) {
      this.put(`id: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
      this.lastId = Math.max(this.lastId, id);
    }
  }

  private put(text: string): void {
    if (this.isOver) return;
    this.push(text);
    if (this.readableLength > UNREAD_BYTES_MAX) this.destroy();
  }

  private quieten(): void {
    this.isOver = true;
    clearInterval(this.heartbeat);
    if (this.retry !== null) clearTimeout(this.retry);
  }
}
