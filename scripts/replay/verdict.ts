/**
 * Judges a replay: reads each case's journal back, measures it, and sets it beside what was expected. Looks at nothing
 * that the run knew of the case but its id. Knows no planner, no command and no table.
 */
import { differencesBetween, type Expectations } from './expectations.js';
import type { Door } from './http-door.js';
import { type JournalRow, measure, standingsOfJournal } from './measures.js';
import { describe, type Fault, inParallel, type RunResult } from './replay-run.js';

export interface Mismatch {
  readonly caseId: string;
  /** The product's id; null when it was never opened. */
  readonly id: string | null;
  readonly differences: readonly string[];
}

export interface Verdict {
  readonly equal: number;
  readonly mismatches: readonly Mismatch[];
  readonly journalRows: number;
}

/** The most that the API hands out at once. */
const PAGE = 100;

/** @param witness shown each journal in passing, so that nobody reads it twice. */
export async function judge(
  door: Door,
  run: RunResult,
  expectations: Expectations,
  caseIds: readonly string[],
  concurrency: number,
  progress: (done: number, all: number) => void,
  witness: (id: string, journal: readonly JournalRow[]) => Promise<void> = () => Promise.resolve(),
): Promise<Verdict> {
  const faults = new Map(run.faults.map((fault) => [fault.caseId, fault]));
  const mismatches: Mismatch[] = [];
  let journalRows = 0;
  let done = 0;
  await inParallel(concurrency, caseIds, async (caseId) => {
    const id = run.ids.get(caseId) ?? null;
    const rows = id === null ? [] : await readJournal(door, id);
    journalRows += rows.length;
    if (id !== null) await witness(id, rows);
    const differences = [...faultWords(faults.get(caseId)), ...journalWords(rows, expectations, caseId)];
    if (differences.length > 0) mismatches.push({ caseId, id, differences });
    progress(++done, caseIds.length);
  });
  return { equal: caseIds.length - mismatches.length, mismatches, journalRows };
}

/** The whole journal of a case, in order. @throws Error when the instance refuses to show it. */
export async function readJournal(door: Door, id: string): Promise<JournalRow[]> {
  const rows: JournalRow[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/api/v1/cases/${id}/journal?limit=${PAGE}${after}`;
    const { status, body } = await door.send('GET', path, 'manager');
    if (status !== 200) throw new Error(`GET ${path}: ${describe(status, body)}`);
    const page = body as { data: JournalRow[]; meta?: { nextCursor: string | null } };
    rows.push(...page.data);
    cursor = page.meta?.nextCursor ?? null;
  } while (cursor !== null);
  return rows;
}

function faultWords(fault: Fault | undefined): string[] {
  return fault ? [`line ${fault.line}: ${fault.what}`] : [];
}

function journalWords(rows: readonly JournalRow[], expectations: Expectations, caseId: string): string[] {
  const expected = expectations.byCase.get(caseId);
  if (!expected) return ['nothing was expected of this case'];
  if (rows.length === 0) return ['the product has no journal of it'];
  const gap = rows.findIndex((row, index) => row.seq !== index + 1);
  if (gap >= 0) return [`journal entry ${gap + 1} has seq ${rows[gap]?.seq}`];
  return differencesBetween(expected, measure(standingsOfJournal(rows)));
}
