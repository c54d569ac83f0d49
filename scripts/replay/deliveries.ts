/**
 * What became of the progress updates of a replay: lets the last ones out, then asks the product how many transitions
 * were the customer's to know and how many nobody was told of, and a mail sink how many mails really came.
 */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { type MailSink, startMailSink } from './mail-sink.js';
import type { Door } from './http-door.js';
import { describe } from './replay-run.js';

export interface Deliveries {
  /** Transitions that the customer was to hear of. */
  readonly visible: number;
  /** Of these, told by a message of their own or by a later one that covers them, or silent with a stated reason. */
  readonly covered: number;
  readonly silent: number;
  readonly mailsReceived: number;
  readonly mailsPerSecond: number;
}

/** A replay's own mail server. */
export interface Mailing {
  readonly sink: MailSink;
  /** What the instance must be told. */
  readonly env: Readonly<Record<string, string>>;
  /** @param keepIn folder that gets the list of mails; null: nobody wants it. */
  close(keepIn: string | null): Promise<void>;
}

export async function openMailing(): Promise<Mailing> {
  const folder = await mkdtemp(`${tmpdir()}/replay-mails-`);
  const file = `${folder}/sink.jsonl`;
  const sink = await startMailSink(file);
  return {
    sink,
    env: { SMTP_URL: sink.url },
    close: async (keepIn) => {
      await sink.close();
      if (keepIn !== null) await copyFile(file, `${keepIn}/sink.jsonl`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Longer than any window in which messages are put together. */
const SETTLE_MS = 600_000;

interface SilentTransitions {
  readonly visible: number;
  readonly covered: number;
  readonly silent: number;
}

/** @param seconds that the run took. @throws Error when the instance refuses to say. */
export async function settleDeliveries(door: Door, sink: MailSink, seconds: number): Promise<Deliveries> {
  const { body: clock } = await ask(door, 'GET', '/clock');
  const now = Date.parse((clock as { now: string }).now);
  await ask(door, 'PUT', '/clock', { now: new Date(now + SETTLE_MS).toISOString() });
  const { body } = await ask(door, 'GET', '/api/v1/reports/silent-transitions');
  const { visible, covered, silent } = body as SilentTransitions;
  return {
    visible,
    covered,
    silent,
    mailsReceived: sink.received,
    mailsPerSecond: sink.received / seconds,
  };
}

async function ask(door: Door, method: 'GET' | 'PUT', path: string, body?: unknown) {
  const answer = await door.send(method, path, 'admin', body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${describe(answer.status, answer.body)}`);
  return answer;
}
