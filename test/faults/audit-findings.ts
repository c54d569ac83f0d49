// What the audit makes of a database after everything that was done to it: every promise that is broken, none hopefully.
import pg from 'pg';
import type { CheckResult } from '../../scripts/audit/check.js';
import { runAudit } from '../../scripts/audit/run-audit.js';

const SILENT = { check: () => undefined, folded: () => undefined, timed: () => undefined };

/** @returns how many cases were looked at, and the checks that found something. */
export async function auditFindings(
  url: string,
): Promise<{ readonly cases: number; readonly broken: readonly CheckResult[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { cases, checks } = await runAudit(client, SILENT);
    return { cases, broken: checks.filter(({ violations }) => violations > 0) };
  } finally {
    await client.end();
  }
}
