/**
 * What became of the progress updates of a replay: lets the last ones out, then asks the product how many transitions
 * were the customer's to know and how many nobody was told of, and a mail sink how many mails really came.
 */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { type MailSink, startMailSink } from './mail-sink.js';
import type { Door } from './http-door.js';
import { describe, inParallel } from './replay-run.js';

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

interface LedgerRow {
  readonly seq: number;
  readonly silence: string | null;
  readonly covered: readonly {
    readonly channel: string;
    readonly status: string;
    readonly reason?: string | null;
    readonly coveredBy?: number | null;
  }[];
}

/** The most that the API hands out at once. */
const PAGE = 100;

/**
 * @param ids of all cases of the run. @param seconds that it took.
 * @throws Error when the instance refuses to say.
 */
export async function settleDeliveries(
  door: Door,
  sink: MailSink,
  ids: readonly string[],
  concurrency: number,
  seconds: number,
): Promise<Deliveries> {
  const { body: clock } = await ask(door, 'GET', '/clock');
  const now = Date.parse((clock as { now: string }).now);
  await ask(door, 'PUT', '/clock', { now: new Date(now + SETTLE_MS).toISOString() });
  let visible = 0;
  let covered = 0;
  await inParallel(concurrency, ids, async (id) => {
    const rows = await readLedger(door, id);
    const toTell = rows.filter(({ silence }) => silence === null);
    visible += toTell.length;
    covered += toTell.filter((row) => isCovered(row, rows)).length;
  });
  const { body } = await ask(door, 'GET', '/api/v1/reports/silent-transitions?period=month');
  return {
    visible,
    covered,
    silent: (body as { count: number }).count,
    mailsReceived: sink.received,
    mailsPerSecond: sink.received / seconds,
  };
}

/** By a mail of its own, or by a later one that was delivered, or kept back for a stated reason. */
function isCovered({ covered }: LedgerRow, rows: readonly LedgerRow[]): boolean {
  const mail = covered.find(({ channel }) => channel === 'email');
  if (mail?.status === 'covered') {
    const carrier = rows.find(({ seq }) => seq === mail.coveredBy);
    return (
      carrier?.covered.some(({ channel, status }) => channel === 'email' && status === 'delivered') ?? false
    );
  }
  return mail?.status === 'delivered' || (mail?.status === 'suppressed' && Boolean(mail.reason));
}

async function readLedger(door: Door, id: string): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await ask(door, 'GET', `/api/v1/cases/${id}/ledger?limit=${PAGE}${after}`);
    const page = body as { data: LedgerRow[]; meta?: { nextCursor: string | null } };
    rows.push(...page.data);
    cursor = page.meta?.nextCursor ?? null;
  } while (cursor !== null);
  return rows;
}

async function ask(door: Door, method: 'GET' | 'PUT', path: string, body?: unknown) {
  const answer = await door.send(method, path, 'admin', body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${describe(answer.status, answer.body)}`);
  return answer;
}
