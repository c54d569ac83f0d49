/**
 * One number for the whole history up to an instant: the digest over the last link of every case. Whoever keeps it
 * elsewhere can tell later whether that part of the history is still the same, even from somebody who may rewrite every
 * row and every link. Reads only.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import type { CheckResult } from './check.js';
import { readRows } from './read-rows.js';

export interface JournalHead {
  /** RFC 3339; entries recorded before this instant. */
  readonly before: string;
  /** Hex. */
  readonly digest: string;
  readonly cases: number;
}

/** As it is printed and kept: `2026-03-02T09:00:00.000Z=<64 hex digits>`. */
export type KeptHead = Pick<JournalHead, 'before' | 'digest'>;

const KEPT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z)=([0-9a-f]{64})$/;

/**
 * Whatever was recorded before it can no longer be joined by anything: a transaction of ours ends within seconds of its
 * `now()`. A clock that is moved by hand stands still between commands, so nothing of its present instant counts.
 */
const SETTLED_BEFORE = `
SELECT to_char(date_trunc('milliseconds', coalesce((SELECT now_at FROM manual_clock), now() - interval '1 minute'))
  AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS before`;

/**
 * @param client inside a transaction, whose view of the database is read.
 * @param before RFC 3339; left out: the latest instant before which nothing can be added any more.
 */
export async function journalHead(client: pg.ClientBase, before?: string): Promise<JournalHead> {
  const instant = before ?? ((await client.query(SETTLED_BEFORE)).rows[0] as { before: string }).before;
  const hash = createHash('sha256');
  let cases = 0;
  const heads = `SELECT DISTINCT ON (case_id) link FROM journal
    WHERE recorded_at < '${new Date(instant).toISOString()}' ORDER BY case_id, seq DESC`;
  for await (const { link } of readRows<{ link: Buffer }>(client, 'journal_heads', heads)) {
    hash.update(link);
    cases++;
  }
  return { before: instant, digest: hash.digest('hex'), cases };
}

/** Whether each kept head still comes out. */
export async function checkHeads(client: pg.ClientBase, kept: readonly KeptHead[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { before, digest } of kept) {
    const now = await journalHead(client, before);
    const detail = `it comes out as ${now.digest} over ${now.cases} cases`;
    results.push({
      promise: `chain: the history before ${before} is the one whose head was kept`,
      invariant: 2,
      violations: now.digest === digest ? 0 : 1,
      first: now.digest === digest ? null : { caseId: null, seq: null, detail },
    });
  }
  return results;
}

/** @param given a kept head, or a file of them, one a line. @throws Error naming what is none. */
export async function readKeptHeads(given: string): Promise<KeptHead[]> {
  const text = existsSync(given) ? await readFile(given, 'utf8') : given;
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [, before, digest] = KEPT.exec(line) ?? [];
      if (before === undefined || digest === undefined)
        throw new Error(`no journal head, as an audit prints it: ${line}`);
      return { before, digest };
    });
}
