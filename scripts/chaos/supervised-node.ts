/**
 * One node of the built product as a process that is started again whenever it ends, as a supervisor would. Writes
 * its log into a file. Knows no fault; never outlives the run, however that ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endWithUs } from '../../src/app/end-with-us.js';

export interface NodeOptions {
  readonly name: string;
  /** Holds `dist/main.js`. */
  readonly product: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** A supervisor's patience; a node that ends at once must not eat the machine. */
const RESTART_MS = 200;
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 20_000;
const POLL_MS = 100;

export class SupervisedNode {
  /** Ends that nobody asked for: the product's own crashes. */
  crashes = 0;
  private child: ChildProcess | null = null;
  private stopping = false;
  private expected = false;
  private asleep = false;
  private awakeSince = 0;
  private heard = false;
  private readonly log: WriteStream;

  constructor(private readonly options: NodeOptions) {
    this.log = createWriteStream(options.logFile, { flags: 'a' });
    this.spawn();
  }

  get name(): string {
    return this.options.name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /**
   * Since when its process runs without having been stopped, by the monotonic clock; null when it does not, or has not
   * answered yet. Whoever finds the same instant again knows that it ran all the time.
   */
  get upSince(): number | null {
    const { child } = this;
    const runs = child !== null && child.exitCode === null && child.signalCode === null;
    return runs && this.heard && !this.asleep ? this.awakeSince : null;
  }

  /** @returns the process that was killed; null when there was none. */
  kill(signal: NodeJS.Signals): number | null {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    if (signal === 'SIGKILL') this.expected = true;
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') {
      this.asleep = signal === 'SIGSTOP';
      this.awakeSince = performance.now();
    }
    child.kill(signal);
    return child.pid ?? null;
  }

  /** @throws Error when it does not become ready. */
  async untilReady(): Promise<void> {
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    while (performance.now() < giveUpAt) {
      if (await this.answers('/health/ready')) return;
      await pause(POLL_MS);
    }
    throw new Error(`${this.name} was not ready in ${READY_WITHIN_MS / 1000} s: see ${this.options.logFile}`);
  }

  /** @param withinMs an answer later than this is none. */
  async answers(path: string, withinMs = 2_000): Promise<boolean> {
    try {
      const response = await fetch(new URL(path, this.url), { signal: AbortSignal.timeout(withinMs) });
      await response.arrayBuffer();
      this.heard = true;
      return response.ok;
    } catch {
      return false;
    }
  }

  /** @returns with what it ended; null: by a signal that it did not handle, or it had to be killed. */
  async stop(): Promise<number | null> {
    const code = await this.rest();
    this.log.end();
    return code;
  }

  /** Asks it to end, and leaves it so until `wake`. @returns as `stop`. */
  async rest(): Promise<number | null> {
    this.stopping = true;
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return 0;
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    const code = await ended;
    clearTimeout(killer);
    return code;
  }

  /** After `rest`. */
  wake(): void {
    this.stopping = false;
    this.spawn();
  }

  private spawn(): void {
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', join(this.options.product, 'dist/main.js')],
      {
        env: {
          PATH: process.env['PATH'] ?? '',
          HOST: '127.0.0.1',
          PORT: String(this.options.port),
          LOG_LEVEL: 'warn',
          ...this.options.env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    if (child.pid !== undefined) child.once('exit', endWithUs(child.pid));
    this.child = child;
    this.expected = false;
    this.asleep = false;
    this.awakeSince = performance.now();
    this.heard = false;
    for (const stream of [child.stdout, child.stderr]) stream.pipe(this.log, { end: false });
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      if (!this.expected) {
        this.crashes += 1;
        this.log.write(`--- ended by itself: ${code ?? signal}\n`);
      }
      setTimeout(() => !this.stopping && this.child === child && this.spawn(), RESTART_MS);
    });
  }
}
