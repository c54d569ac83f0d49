/**
 * How well the promise of a resolution was kept in a replay: met, breached or open, and the time used, by how high a
 * case climbed and how often it changed hands. Reads clocks through the API as any client could; knows no planner and
 * compares nothing with an oracle.
 */
import type { Door } from './http-door.js';
import { type JournalRow, measure, standingsOfJournal } from './measures.js';
import { describe } from './replay-run.js';

/** A row of `GET /cases/{id}/clocks`, as far as it is read here. */
export interface ClockRow {
  readonly metric: string;
  readonly cycle: number;
  readonly attempt: number;
  readonly stoppedAt: string | null;
  readonly breachedAt: string | null;
  readonly outcome: 'met' | 'breached' | 'cancelled' | null;
  /** By now, or until it stopped. */
  readonly usedSeconds: number;
}

/** `breached` also while the case is still open: what is missed stays missed. */
export type Kept = 'met' | 'breached' | 'open' | 'cancelled';

/** One case, as far as the tables need it. */
export interface AttainedCase {
  readonly highestLevel: number;
  /** Changes of level or department. */
  readonly handOvers: number;
  readonly kept: Kept;
  readonly usedSeconds: number;
}

export interface AttainmentRow {
  readonly of: string;
  readonly cases: number;
  readonly met: number;
  readonly breached: number;
  readonly open: number;
  readonly cancelled: number;
  /** Of those met or breached; null when there is none. */
  readonly metPercent: number | null;
  /** Over the cases met or breached, also one that is missed and still open; null when there is none. */
  readonly medianUsedHours: number | null;
}

const METRIC = 'resolution';
const SECONDS_PER_HOUR = 3600;
/** Hand-overs from here on share a row. */
const MANY = 3;
/** Another department on the same level: no move of the level shows it. */
const SIDEWAYS: ReadonlySet<string> = new Set(['case.rerouted', 'case.assigned']);

/** @throws Error when the instance refuses to show the clocks. */
export async function readClocks(door: Door, id: string): Promise<ClockRow[]> {
  const path = `/api/v1/cases/${id}/clocks`;
  const { status, body } = await door.send('GET', path, 'manager');
  if (status !== 200) throw new Error(`GET ${path}: ${describe(status, body)}`);
  return (body as { data: ClockRow[] }).data;
}

/**
 * The newest resolution clock speaks for the case: after a reopening it goes on with what was used before.
 * @returns null for a case without such a clock.
 */
export function attainedCase(
  journal: readonly JournalRow[],
  clocks: readonly ClockRow[],
): AttainedCase | null {
  const newest = clocks
    .filter(({ metric }) => metric === METRIC)
    .sort((a, b) => a.cycle - b.cycle || a.attempt - b.attempt)
    .at(-1);
  if (!newest || journal.length === 0) return null;
  const { maxLevel, movesUp, movesDown } = measure(standingsOfJournal(journal));
  const sideways = journal.filter(
    ({ type, level }, index) => SIDEWAYS.has(type) && journal[index - 1]?.level === level,
  ).length;
  return {
    highestLevel: maxLevel,
    handOvers: movesUp + movesDown + sideways,
    kept: keptBy(newest),
    usedSeconds: newest.usedSeconds,
  };
}

function keptBy({ outcome, breachedAt }: ClockRow): Kept {
  if (outcome !== null) return outcome;
  return breachedAt === null ? 'open' : 'breached';
}

/** All cases, then by highest level, then by hand-overs. */
export function attainmentRows(cases: readonly AttainedCase[]): AttainmentRow[] {
  const levels = [0, 1, 2].map((level) =>
    rowOf(
      `highest level ${level}`,
      cases.filter((c) => c.highestLevel === level),
    ),
  );
  const moves = Array.from({ length: MANY + 1 }, (_, count) =>
    rowOf(
      `hand-overs ${count}${count === MANY ? '+' : ''}`,
      cases.filter(({ handOvers }) => (count === MANY ? handOvers >= MANY : handOvers === count)),
    ),
  );
  return [rowOf('all', cases), ...levels, ...moves];
}

function rowOf(of: string, cases: readonly AttainedCase[]): AttainmentRow {
  const count = (kept: Kept): number => cases.filter((c) => c.kept === kept).length;
  const [met, breached] = [count('met'), count('breached')];
  const ended = met + breached;
  const used = cases.filter(({ kept }) => kept === 'met' || kept === 'breached');
  const seconds = median(used.map(({ usedSeconds }) => usedSeconds));
  return {
    of,
    cases: cases.length,
    met,
    breached,
    open: count('open'),
    cancelled: count('cancelled'),
    metPercent: ended === 0 ? null : (100 * met) / ended,
    medianUsedHours: seconds === null ? null : seconds / SECONDS_PER_HOUR,
  };
}

/** Of an even number, the mean of the two in the middle; null of none. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** The rows as a table for people. */
export function attainmentText(rows: readonly AttainmentRow[]): string {
  const cells = [
    [METRIC, 'cases', 'met', 'breached', 'open', 'cancelled', 'met %', 'median used h'],
    ...rows.map((row) => [
      row.of,
      ...[row.cases, row.met, row.breached, row.open, row.cancelled].map(String),
      row.metPercent?.toFixed(1) ?? '–',
      row.medianUsedHours?.toFixed(1) ?? '–',
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return cells.map((line) => line.map(pad).join('  ')).join('\n');
}
