/**
 * The one verdict over a run: what the clients heard, what the database holds and what a mail server received, set
 * beside each other; and whether the run was worth a verdict at all. Reads only. Knows no fault in particular and
 * not how the run was made.
 */
import type pg from 'pg';
import { runAudit } from '../audit/run-audit.js';
import type { CheckResult } from '../audit/check.js';
import type { SunkMail } from '../replay/mail-sink.js';
import { DATABASE_CHECKS, type DatabaseCheck } from './database-checks.js';
import type { FaultRecord, FaultWindow } from './faults.js';
import { readHistory, type HistoryLine } from './history.js';
import {
  judgeHistory,
  verdict,
  type HistoryJudgement,
  type KeyedEntry,
  type Operation,
  type Verdict,
} from './judge-history.js';
import { WEBHOOK_CHECKS } from './webhook-checks.js';
import type { SunkHook } from './webhook-sink.js';

export interface CheckOptions {
  readonly historyFile: string;
  /** A connection of its own, to the primary, as a user who may read everything. */
  readonly client: pg.ClientBase;
  /** In order of arrival; null: nobody listened. */
  readonly mails: readonly SunkMail[] | null;
  /** Webhooks as a receiver took them, in order of arrival; absent: nobody listened. */
  readonly hooks?: readonly SunkHook[];
  /** What the run itself found while it lasted. */
  readonly findings?: readonly Verdict[];
  /** A run that acknowledged less proves nothing. */
  readonly minAcknowledged: number;
  readonly faults: readonly FaultRecord[];
  /** What did not recover after its fault. */
  readonly complaints?: readonly string[];
  /** When the last node stopped: what was due by then must have been done. Absent: nodes run, so now. */
  readonly restedAt?: Date;
}

/** One fault beside what happened meanwhile. */
export interface FaultRow {
  readonly name: string;
  readonly injected: number;
  readonly effective: number;
  /** Commands that were acknowledged while it was in force. */
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  /** Deadlines that fell due meanwhile and fired more than a second later. */
  readonly late: number;
  /** Without an acknowledgement, milliseconds; as far as it lies within its windows. */
  readonly longestGapMs: number;
}

export interface CheckReport {
  readonly acknowledged: number;
  readonly refused: number;
  /** Commands of which the clients never learnt what became. */
  readonly unknown: number;
  readonly requests: number;
  readonly longestGapMs: number;
  readonly faults: readonly FaultRow[];
  readonly verdicts: readonly Verdict[];
  /** Why the run proves nothing, though nothing is broken. */
  readonly worthless: readonly string[];
  /** Nothing is broken, and the run was worth it. */
  readonly passed: boolean;
}

/** Beyond the longest outage, what a deadline may still be late by on a machine that is busy. */
const LATE_MAX_MS = 15_000;
const NOTHING = { check: () => undefined, folded: () => undefined, timed: () => undefined };
/** The audit's numbers are those of the domain's own list. */
const AUDIT_INVARIANTS: Readonly<Record<number, string>> = {
  1: 'I5',
  2: 'I3 I4',
  3: 'I7',
  4: 'I9 I11',
  5: 'I11',
  6: 'I12',
  7: 'I22',
  8: 'I10',
  9: 'I1 I13',
};

/** @throws Error when the history or the database cannot be read. */
export async function checkHistory(options: CheckOptions): Promise<CheckReport> {
  const lines = await readHistory(options.historyFile);
  const judged = judgeHistory(lines, await keyedEntries(options.client));
  const own = [
    verdict('I9', 'what a fault broke recovers', options.complaints ?? []),
    ...(await checkDatabase(options)),
    ...(options.findings ?? []),
  ];
  const audit = await runAudit(options.client, NOTHING, options.mails);
  const faults = await faultRows(options.faults, judged, options.client);
  return reportOf(lines, judged, [...judged.verdicts, ...own, ...audit.checks.map(ofAudit)], faults, options);
}

/** What the database and the mails show by themselves. */
export async function checkDatabase(
  options: Pick<CheckOptions, 'client' | 'mails' | 'hooks' | 'faults' | 'restedAt'>,
): Promise<Verdict[]> {
  const lateMaxMs = LATE_MAX_MS + longestWindow(options.faults);
  const verdicts: Verdict[] = [];
  for (const check of [...DATABASE_CHECKS, ...WEBHOOK_CHECKS])
    verdicts.push(await runCheck(check, options, lateMaxMs));
  return verdicts;
}

/** Puts everything together and decides. Pure. */
export function reportOf(
  lines: readonly HistoryLine[],
  judged: HistoryJudgement,
  verdicts: readonly Verdict[],
  faults: readonly FaultRow[],
  { minAcknowledged }: Pick<CheckOptions, 'minAcknowledged'>,
): CheckReport {
  const { acknowledged, operations } = judged;
  const isRefused = ({ ok, lines: own }: Operation): boolean =>
    ok === null && own.some(({ outcome }) => outcome === 'fail');
  const refused = operations.filter(isRefused).length;
  const worthless = [
    ...(acknowledged < minAcknowledged
      ? [`only ${acknowledged} commands were acknowledged, ${minAcknowledged} are needed`]
      : []),
    ...faults
      .filter(({ effective }) => effective === 0)
      .map(({ name, injected }) => `${name} was injected ${injected} times and never had an effect`),
    ...(faults.length === 0 ? ['no fault was injected'] : []),
  ];
  return {
    acknowledged,
    refused,
    unknown: operations.length - acknowledged - refused,
    requests: lines.length,
    longestGapMs: longestGapMs(acknowledgements(operations)),
    faults,
    verdicts,
    worthless,
    passed: worthless.length === 0 && verdicts.every(({ violations }) => violations === 0),
  };
}

async function keyedEntries(client: pg.ClientBase): Promise<KeyedEntry[]> {
  const found = await client.query(
    `SELECT case_id AS "caseId", seq, principal, command_key AS key FROM journal WHERE command_key IS NOT NULL`,
  );
  return found.rows as KeyedEntry[];
}

async function runCheck(
  check: DatabaseCheck,
  {
    client,
    mails,
    hooks,
    restedAt = new Date(),
  }: Pick<CheckOptions, 'client' | 'mails' | 'hooks' | 'restedAt'>,
  lateMaxMs: number,
): Promise<Verdict> {
  const { invariant, promise, needs, violations } = check;
  const isBlind = (needs === 'mails' && mails === null) || (needs === 'hooks' && hooks === undefined);
  if (isBlind) return verdict(invariant, promise, []);
  const parameters: Readonly<Record<NonNullable<DatabaseCheck['needs']>, unknown[]>> = {
    mails: [(mails ?? []).map(({ messageId }) => messageId)],
    hooks: [JSON.stringify(hooks ?? [])],
    lateMaxMs: [lateMaxMs],
    restedAt: [restedAt],
  };
  const found = await client.query(
    `SELECT detail, count(*) OVER ()::integer AS total FROM (${violations}) v (detail) LIMIT 1`,
    needs === null ? [] : parameters[needs],
  );
  const first = found.rows[0] as { detail: string; total: number } | undefined;
  return { invariant, promise, violations: first?.total ?? 0, first: first?.detail ?? null };
}

function ofAudit({ promise, invariant, violations, first }: CheckResult): Verdict {
  const named =
    promise.startsWith('chain') || /digest|link|chain/.test(promise) ? 'I20' : AUDIT_INVARIANTS[invariant];
  const where =
    first && `${first.caseId ?? ''}${first.seq === null ? '' : `.${first.seq}`} ${first.detail}`.trim();
  return { invariant: named ?? `audit ${invariant}`, promise, violations, first: where };
}

const longestWindow = (faults: readonly FaultRecord[]): number =>
  faults.flatMap(({ windows }) => windows).reduce((longest, { from, to }) => Math.max(longest, to - from), 0);

const acknowledgements = (operations: readonly Operation[]): number[] =>
  operations.flatMap(({ ok }) => (ok === null ? [] : [ok.completedAt])).sort((a, b) => a - b);

/** @param instants ascending */
function longestGapMs(instants: readonly number[]): number {
  return instants.reduce(
    (longest, at, n) => Math.max(longest, n === 0 ? 0 : at - (instants[n - 1] ?? at)),
    0,
  );
}

async function faultRows(
  faults: readonly FaultRecord[],
  { operations, lost, doubled }: HistoryJudgement,
  client: pg.ClientBase,
): Promise<FaultRow[]> {
  const acknowledged = acknowledgements(operations);
  const rows: FaultRow[] = [];
  for (const { name, injected, effective, windows } of faults) {
    const within = (at: number): boolean => windows.some(({ from, to }) => at >= from && at <= to);
    const touches = ({ lines }: Operation): boolean =>
      lines.some(({ invokedAt, completedAt }) =>
        windows.some(({ from, to }) => completedAt >= from && invokedAt <= to),
      );
    const gaps = windows.map(({ from, to }) =>
      longestGapMs([from, ...acknowledged.filter((at) => at > from && at < to), to]),
    );
    rows.push({
      name,
      injected,
      effective,
      acknowledged: acknowledged.filter(within).length,
      lost: lost.filter(touches).length,
      doubled: doubled.filter(touches).length,
      late: await lateWithin(client, windows),
      longestGapMs: Math.max(0, ...gaps),
    });
  }
  return rows;
}

/** The history's clock began at this process's origin; the database is on this machine. */
async function lateWithin(client: pg.ClientBase, windows: readonly FaultWindow[]): Promise<number> {
  const instant = (at: number): string => new Date(performance.timeOrigin + at).toISOString();
  const found = await client.query(
    `SELECT count(DISTINCT (d.case_id, d.fired_seq))::integer AS late FROM audit.deadline d
     JOIN unnest($1::timestamptz[], $2::timestamptz[]) AS w (opened, closed) ON d.due_at BETWEEN w.opened AND w.closed
     WHERE d.fired_at > d.due_at + interval '1 second'`,
    [windows.map(({ from }) => instant(from)), windows.map(({ to }) => instant(to))],
  );
  return (found.rows[0] as { late: number }).late;
}
