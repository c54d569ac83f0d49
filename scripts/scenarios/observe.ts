/**
 * What the product shows of a case at an instant: its state, every clock, what its journal says of breaches, warnings
 * and waits. Reads through the API alone and interprets nothing.
 */
import type { Door } from '../replay/http-door.js';
import { describe } from '../replay/replay-run.js';
import { calendarKeyOf } from './configuration.js';
import type { Life } from './life.js';

/** A row of `GET /cases/{id}/clocks`, as far as it is read. */
export interface ClockRow {
  readonly metric: string;
  readonly cycle: number;
  readonly attempt: number;
  readonly targetSeconds: number | null;
  readonly dueAt: string | null;
  readonly runningSinceAt: string | null;
  readonly breachedAt: string | null;
  readonly stoppedAt: string | null;
  readonly outcome: string | null;
  readonly usedSeconds: number;
  readonly remainingSeconds: number | null;
}

export interface JournalRow {
  readonly type: string;
  readonly toState: string;
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Observed {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly state: string;
  /** Every record, the newest of a metric last. */
  readonly clocks: readonly ClockRow[];
  readonly journal: readonly JournalRow[];
  /** Business seconds spent waiting for the customer. */
  readonly waitedSeconds: number;
}

/** Staff of the house, who see every case. */
const READER = 'admin';
/** As many as one page may have. */
const PAGE = 100;

/** @throws Error when the case cannot be read. */
export async function observe(life: Life, at: number): Promise<Observed> {
  const path = `/api/v1/cases/${life.id}`;
  const [{ state }, { data: clocks }, journal] = await Promise.all([
    get<{ state: string }>(life.door, path),
    get<{ data: ClockRow[] }>(life.door, `${path}/clocks`),
    readJournal(life.door, path),
  ]);
  const inOrder = [...clocks].sort((a, b) => a.cycle - b.cycle || a.attempt - b.attempt);
  return { at, state, clocks: inOrder, journal, waitedSeconds: await waitedSeconds(life, journal, at) };
}

async function readJournal(door: Door, path: string): Promise<JournalRow[]> {
  const rows: JournalRow[] = [];
  let cursor: string | null = null;
  do {
    const query = `limit=${PAGE}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: { data: JournalRow[]; meta: { nextCursor: string | null } } = await get(
      door,
      `${path}/journal?${query}`,
    );
    rows.push(...page.data);
    cursor = page.meta.nextCursor;
  } while (cursor !== null);
  return rows;
}

/** The stretches in `waiting`, each measured by the product in the scenario's calendar. */
async function waitedSeconds(life: Life, journal: readonly JournalRow[], at: number): Promise<number> {
  let sum = 0;
  for (const { start, end } of waits(journal, new Date(at).toISOString())) {
    const body = { calendar: { key: calendarKeyOf(life.calendar) }, start, end };
    const answer = await life.door.send('POST', '/api/v1/calendars/preview', READER, body);
    if (answer.status !== 200) throw new Error(`preview: ${describe(answer.status, answer.body)}`);
    sum += (answer.body as { businessSeconds: number }).businessSeconds;
  }
  return sum;
}

function waits(journal: readonly JournalRow[], until: string): { start: string; end: string }[] {
  const begins = journal.filter(
    ({ toState }, index) => toState === 'waiting' && journal[index - 1]?.toState !== 'waiting',
  );
  return begins.map((row) => {
    const end = journal.slice(journal.indexOf(row)).find(({ toState }) => toState !== 'waiting');
    return { start: row.occurredAt, end: end?.occurredAt ?? until };
  });
}

async function get<T>(door: Door, path: string): Promise<T> {
  const answer = await door.send('GET', path, READER);
  if (answer.status !== 200) throw new Error(`GET ${path}: ${describe(answer.status, answer.body)}`);
  return answer.body as T;
}
