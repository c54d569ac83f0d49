/**
 * Hears what other nodes announce (`due-announcer.ts`) on a connection of its own and wakes the due loop for it. A
 * connection that dies or falls silent is replaced; meanwhile the loop's own look covers, so this may fail without
 * harm. Knows no case and no deadline but the instant it is told.
 */
import pg from 'pg';
import type { Instant } from '../domain/actor.js';
import { DUE_CHANNEL } from './due-announcer.js';
import { Sleeper } from './sleeper.js';

export interface WakeChannelOptions {
  /** Its settings make the connection: the same database, role and limits, but none of its places. */
  readonly pool: pg.Pool;
  /** Called with each announced instant, and without one whenever some may have been missed. Must not throw. */
  readonly wake: (dueAt?: Instant) => void;
  /** Told when the connection is lost or cannot be made, once until it has stood again. */
  readonly report?: (error: unknown) => void;
  /** How long it may be silent, and then how long an answer may take. */
  readonly heartbeatMs?: number;
}

/** Shown in pg_stat_activity behind the node's own name. */
const NAME_SUFFIX = ' wake';
/** A socket that swallows packets gives no error; so it is found within ten seconds. */
const HEARTBEAT_MS = 5_000;
/** Between tries: soon enough after a fail-over, and no storm while the database is away. */
const RECONNECT_MS = 500;
/** The server hears of our end anyway, when the socket closes. */
const GOODBYE_MS = 500;

export class WakeChannel {
  /** Between tries; a pause of its own, which the end of a connection must not cut short. */
  private readonly pause = new Sleeper();
  /** Between heartbeats of the present connection. */
  private beat = new Sleeper();
  private failing = false;
  private stopping = false;
  private running: Promise<void> | null = null;

  constructor(private readonly options: WakeChannelOptions) {}

  /** Begins to listen, and goes on until stopped. Harmless when begun. */
  start(): void {
    if (this.running) return;
    this.stopping = false;
    this.running = this.run();
  }

  /** Resolves when the connection is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.beat.wake();
    this.pause.wake();
    await this.running;
    this.running = null;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.listen();
      } catch (error) {
        if (!this.failing) this.options.report?.(error);
        this.failing = true;
      }
      if (!this.stopping) await this.pause.sleep(RECONNECT_MS, Infinity);
    }
  }

  /** @throws Error when the connection cannot be made, or has ended. */
  private async listen(): Promise<void> {
    const { pool, wake, heartbeatMs = HEARTBEAT_MS } = this.options;
    const name = `${pool.options.application_name ?? ''}${NAME_SUFFIX}`;
    const client = new pg.Client({ ...pool.options, application_name: name });
    const beat = (this.beat = new Sleeper());
    const losses: Error[] = [];
    const onLost = (error?: Error): void => {
      losses.push(error ?? new Error('the connection that listens for deadlines has ended'));
      beat.wake();
    };
    client.on('error', onLost);
    client.on('end', onLost);
    client.on('notification', ({ payload }) => wake(instantOf(payload)));
    try {
      await client.connect();
      await answered(client, `LISTEN ${DUE_CHANNEL}`, heartbeatMs);
      this.failing = false;
      // Nobody repeats what was announced before.
      wake();
      while (!this.stopping && losses.length === 0) {
        await beat.sleep(heartbeatMs, Infinity);
        if (!this.stopping && losses.length === 0) await answered(client, 'SELECT 1', heartbeatMs);
      }
      for (const why of losses) throw why;
    } finally {
      await hangUp(client);
    }
  }
}

/** What is no instant came from elsewhere, and may mean anything: the loop had better look. */
function instantOf(payload: string | undefined): Instant {
  const instant = Number(payload ?? Number.NaN);
  return Number.isFinite(instant) ? instant : -Infinity;
}

async function answered(client: pg.Client, question: string, withinMs: number): Promise<void> {
  const noAnswer = setTimeout(() => client.connection.stream.destroy(), withinMs);
  try {
    await client.query(question);
  } finally {
    clearTimeout(noAnswer);
  }
}

async function hangUp(client: pg.Client): Promise<void> {
  const noAnswer = setTimeout(() => client.connection.stream.destroy(), GOODBYE_MS);
  try {
    await client.end();
  } catch {
    // It is gone, which is what was wanted.
  } finally {
    clearTimeout(noAnswer);
  }
}
