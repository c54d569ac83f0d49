/**
 * Folds every journal of the database, one case at a time, and sets the result beside the case row. Reads both tables
 * through cursors in the order of their keys, so that a million cases take no more memory than one batch. Knows SQL
 * only for these two reads; the rules are in `fold-case.ts`.
 */
import type pg from 'pg';
import type { CheckResult, Finding } from './check.js';
import { type Entry, foldEntry, type Folded, isTerminal, NOTHING_YET } from './fold-case.js';
import { readRows } from './read-rows.js';

interface CaseRow {
  readonly caseId: string;
  readonly state: string;
  readonly level: number;
  readonly revision: number;
  readonly owner: string | null;
  readonly terminal: boolean;
}

const CASES = `
SELECT case_id AS "caseId", state, level, revision, owner_id AS owner, terminal FROM audit."case" ORDER BY case_id`;

/** The table, not the view: whom a start or a hand-over names stands in `data` alone. */
const ENTRIES = `
SELECT case_id AS "caseId", seq, type, from_state AS "fromState", to_state AS "toState", level_after AS "levelAfter",
  actor_kind AS "actorKind", actor_id AS "actorId", data->>'agentId' AS "agentId", data->>'ownerId' AS "ownerId"
FROM journal ORDER BY case_id, seq`;

const PROMISES = {
  chain: 'folding: each entry follows the one before it',
  move: 'folding: each move is published, and goes back only to where it came from',
  level: 'folding: each level follows from the state',
  state: 'folding: state, level and revision come out as in the case',
  terminal: 'folding: a case is terminal just when it ended for good',
  owner: 'folding: the owner comes out as in the case, and is there after the start',
} as const;
type FoldCheck = keyof typeof PROMISES;

/** Invariant 6 is about owners, 2 about the rest. */
const INVARIANTS: Readonly<Record<FoldCheck, number>> = {
  chain: 2,
  move: 2,
  level: 1,
  state: 2,
  terminal: 8,
  owner: 6,
};

/**
 * @param client inside a transaction, whose snapshot both reads share.
 * @param progress told how many cases are done.
 */
export async function foldEverything(
  client: pg.ClientBase,
  progress: (cases: number) => void,
): Promise<{ results: CheckResult[]; entries: number }> {
  const found = new Findings();
  const entries = countedRows<Entry>(client, 'audit_entries', ENTRIES);
  let next = await entries.next();
  let cases = 0;
  for await (const row of readRows<CaseRow>(client, 'audit_cases', CASES)) {
    // A journal without its case is another check's finding.
    while (!next.done && next.value.caseId < row.caseId) next = await entries.next();
    let folded = NOTHING_YET;
    for (; !next.done && next.value.caseId === row.caseId; next = await entries.next()) {
      const { after, contradictions } = foldEntry(folded, next.value);
      for (const { fault, detail } of contradictions) found.add(fault, next.value, detail);
      checkOwnerThere(after, next.value, found);
      folded = after;
    }
    compare(folded, row, found);
    progress(++cases);
  }
  while (!next.done) next = await entries.next();
  return { results: found.results(), entries: next.value };
}

function checkOwnerThere(folded: Folded, entry: Entry, found: Findings): void {
  const names = entry.type === 'case.started' || entry.type === 'case.handedOver';
  if (names && folded.owner === null) found.add('owner', entry, `${entry.type} names nobody`);
}

function compare(folded: Folded, row: CaseRow, found: Findings): void {
  const at = { caseId: row.caseId, seq: folded.revision };
  if (folded.state !== row.state || folded.level !== row.level || folded.revision !== row.revision) {
    const comesOut = `${folded.state} at level ${folded.level}, revision ${folded.revision}`;
    found.add(
      'state',
      at,
      `comes out as ${comesOut}; the case says ${row.state}, ${row.level}, ${row.revision}`,
    );
  }
  if (folded.owner !== row.owner)
    found.add('owner', at, `comes out as ${folded.owner}; the case says ${row.owner}`);
  if (isTerminal(folded) !== row.terminal)
    found.add('terminal', at, `${row.state}, terminal: ${row.terminal}`);
}

class Findings {
  private readonly counts = new Map<FoldCheck, number>();
  private readonly firsts = new Map<FoldCheck, Finding>();

  add(check: FoldCheck, at: { caseId: string; seq: number }, detail: string): void {
    this.counts.set(check, (this.counts.get(check) ?? 0) + 1);
    if (!this.firsts.has(check)) this.firsts.set(check, { caseId: at.caseId, seq: at.seq, detail });
  }

  results(): CheckResult[] {
    return (Object.keys(PROMISES) as FoldCheck[]).map((check) => ({
      promise: PROMISES[check],
      invariant: INVARIANTS[check],
      violations: this.counts.get(check) ?? 0,
      first: this.firsts.get(check) ?? null,
    }));
  }
}

/** Rows of a query, returning their number at the end. */
async function* countedRows<T extends object>(
  client: pg.ClientBase,
  cursor: string,
  query: string,
): AsyncGenerator<T, number> {
  let count = 0;
  for await (const row of readRows<T>(client, cursor, query)) {
    count++;
    yield row;
  }
  return count;
}
