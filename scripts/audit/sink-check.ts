/**
 * Sets what the product says it delivered beside what a mail server really received (invariant 3): nothing claimed
 * that did not arrive, nothing arrived that is not on record, nothing twice under two names. Reads a file of one JSON
 * line per mail; knows no SMTP.
 */
import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import type { SunkMail } from '../replay/mail-sink.js';
import type { CheckResult, Finding, SqlCheck } from './check.js';

const CHECKS: readonly SqlCheck[] = [
  {
    promise: 'every mail that is recorded as delivered was received',
    invariant: 3,
    violations: `
      SELECT case_id, seq, 'delivered, but not received: ' || coalesce(message_id, 'without an id') AS detail
      FROM notifications n WHERE channel = 'email' AND status = 'delivered'
        AND NOT EXISTS (SELECT FROM sunk WHERE sunk.message_id = n.message_id)`,
  },
  {
    promise: 'every mail that was received is on record, for the case that it was about',
    invariant: 3,
    violations: `
      SELECT NULL::uuid AS case_id, NULL::integer AS seq, 'received, but not on record: ' || message_id AS detail
      FROM sunk WHERE NOT EXISTS (
        SELECT FROM notifications n WHERE n.channel = 'email' AND n.message_id = sunk.message_id)`,
  },
  {
    promise: 'a mail arrives twice only after an attempt that may have arrived',
    invariant: 3,
    violations: `
      SELECT n.case_id, n.seq, 'received ' || sunk.times || ' times, tried ' || n.attempts || ' times' AS detail
      FROM (SELECT message_id, count(*) AS times FROM sunk GROUP BY message_id) sunk
      JOIN notifications n ON n.channel = 'email' AND n.message_id = sunk.message_id
      WHERE sunk.times > greatest(n.attempts, 1)`,
  },
  {
    promise: 'what is covered is covered by a later mail that was received or given up',
    invariant: 3,
    violations: `
      SELECT n.case_id, n.seq, 'covered by ' || n.covered_by || ', which is ' || coalesce(later.status, 'not there') AS detail
      FROM notifications n LEFT JOIN notifications later
        ON later.case_id = n.case_id AND later.channel = n.channel AND later.seq = n.covered_by
      WHERE n.status = 'covered' AND (later.status IS NULL OR later.status = 'covered' OR later.seq <= n.seq)`,
  },
];

/** @returns the mails in a sink's file. @throws Error naming the line that is none. */
export async function readSink(file: string): Promise<SunkMail[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as SunkMail;
    } catch {
      throw new Error(`${file}: line ${index + 1} is no mail`);
    }
  });
}

/** @param client whose transaction is the view of the database that is judged; it may be read-only. */
export async function checkSink(client: pg.ClientBase, mails: readonly SunkMail[]): Promise<CheckResult[]> {
  const ids = mails.map(({ messageId }) => messageId);
  const results: CheckResult[] = [];
  for (const { promise, invariant, violations } of CHECKS) {
    const found = await client.query(
      `WITH sunk AS MATERIALIZED (SELECT unnest($1::text[]) AS message_id), violations AS MATERIALIZED (${violations})
       SELECT case_id, seq, detail, (SELECT count(*)::integer FROM violations) AS total
       FROM violations ORDER BY case_id, seq LIMIT 1`,
      [ids],
    );
    const first = found.rows[0] as (Finding & { case_id: string | null; total: number }) | undefined;
    results.push({
      promise,
      invariant,
      violations: first?.total ?? 0,
      first: first ? { caseId: first.case_id, seq: first.seq, detail: first.detail } : null,
    });
  }
  return results;
}
