/**
 * Runs every check against one database in one read-only snapshot, so that a busy instance cannot look inconsistent.
 * Decides nothing about how the result is shown or where the database is.
 */
import type pg from 'pg';
import { checkChain } from './chain-check.js';
import type { CheckResult, SqlCheck } from './check.js';
import { checkClocks } from './clock-check.js';
import { foldEverything } from './fold-check.js';
import { checkHeads, type JournalHead, journalHead, type KeptHead } from './journal-head.js';
import type { SunkMail } from '../replay/mail-sink.js';
import { checkSink } from './sink-check.js';
import { SQL_CHECKS } from './sql-checks.js';

export interface AuditReport {
  readonly cases: number;
  readonly entries: number;
  readonly notifications: number;
  readonly commands: number;
  /** Ended and live. */
  readonly clocks: number;
  /** Kept elsewhere, it tells later whether this history is still the same. */
  readonly head: JournalHead;
  readonly checks: readonly CheckResult[];
  readonly seconds: number;
}

export interface AuditProgress {
  /** A check in SQL begins. */
  check(promise: string): void;
  folded(done: number, all: number): void;
  /** A clock was judged. */
  timed(done: number, all: number): void;
}

const SIZES = `
SELECT (SELECT count(*)::integer FROM audit."case") AS cases, (SELECT count(*)::integer FROM audit.notification) AS notifications,
  (SELECT count(*)::integer FROM audit.command) AS commands,
  (SELECT count(*)::integer FROM audit.clock) AS clocks`;

/** One snapshot for all; sorts of a large journal stay in memory a while before they go to disk. */
const BEGIN = `
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL work_mem = '64MB'`;

/**
 * @param client a connection of its own; it ends outside any transaction.
 * @param mails what a mail server received; null: nobody listened.
 * @param kept heads of the journal that somebody kept.
 */
export async function runAudit(
  client: pg.ClientBase,
  progress: AuditProgress,
  mails: readonly SunkMail[] | null = null,
  kept: readonly KeptHead[] = [],
): Promise<AuditReport> {
  await client.query(BEGIN);
  try {
    const report = await auditWithin(client, progress);
    const received = mails === null ? [] : await checkSink(client, mails);
    const heads = await checkHeads(client, kept);
    return { ...report, checks: [...report.checks, ...received, ...heads] };
  } finally {
    await client.query('ROLLBACK');
  }
}

/** @param client inside a transaction, whose view of the database is judged: its own changes included. */
export async function auditWithin(client: pg.ClientBase, progress: AuditProgress): Promise<AuditReport> {
  const startedAt = performance.now();
  const sizes = (await client.query(SIZES)).rows[0] as {
    cases: number;
    notifications: number;
    commands: number;
    clocks: number;
  };
  const checks: CheckResult[] = [];
  for (const check of SQL_CHECKS) {
    progress.check(check.promise);
    checks.push(await runSqlCheck(client, check));
  }
  progress.check('chain: every digest and link comes out again');
  const chain = await checkChain(client);
  const head = await journalHead(client);
  const fold = await foldEverything(client, (done) => progress.folded(done, sizes.cases));
  const clocks = await checkClocks(client, (done) => progress.timed(done, sizes.clocks));
  return {
    ...sizes,
    entries: fold.entries,
    head,
    checks: [...checks, ...chain, ...fold.results, ...clocks],
    seconds: (performance.now() - startedAt) / 1000,
  };
}

async function runSqlCheck(client: pg.ClientBase, check: SqlCheck): Promise<CheckResult> {
  const found = await client.query(`
    WITH violations AS MATERIALIZED (${check.violations})
    SELECT case_id, seq, detail, (SELECT count(*)::integer FROM violations) AS total
    FROM violations ORDER BY case_id, seq LIMIT 1`);
  const { promise, invariant } = check;
  const first = found.rows[0] as
    { case_id: string | null; seq: number | null; detail: string; total: number } | undefined;
  if (!first) return { promise, invariant, violations: 0, first: null };
  const { case_id: caseId, seq, detail, total } = first;
  return { promise, invariant, violations: total, first: { caseId, seq, detail } };
}
