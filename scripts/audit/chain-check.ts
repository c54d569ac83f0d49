/**
 * Checks the journal's chain: that every entry is what was written, where it was written, and that none was taken out
 * or put in since. Recomputes each digest and link in one pass with the functions that made them. An erased case has
 * lost its salt, so that only its links can be checked. Reads only.
 */
import type pg from 'pg';
import { digestSql, linkSql } from '../../src/store/journal-chain.js';
import type { CheckResult } from './check.js';

const PROMISES = {
  content: 'chain: no entry says anything else of actor, key and data than was written',
  link: 'chain: no entry was changed, moved, put in or taken out since it was written',
  salt: 'chain: a salt is missing only where the case was erased',
} as const;
type ChainFault = keyof typeof PROMISES;

interface Row {
  readonly fault: ChainFault;
  readonly case_id: string;
  readonly seq: number;
  readonly detail: string;
  readonly total: number;
}

/**
 * `before`: seq of the entry before. A link can be judged only beside the entry that it was made after; where that one
 * is missing, it is the gap that is named. seq has been compared with the revision by then.
 */
const BROKEN = `
WITH entries AS (
  SELECT j.case_id, j.seq, c.revision, coalesce(lag(j.seq) OVER w, 0) AS before, lead(j.seq) OVER w AS next,
    j.link = ${linkSql('lag(j.link) OVER w', 'j')} AS linked,
    c.salt IS NULL OR j.digest = ${digestSql('c.salt', 'j')} AS same
  FROM journal j LEFT JOIN cases c ON c.id = j.case_id
  WINDOW w AS (PARTITION BY j.case_id ORDER BY j.seq)
), judged AS (
  SELECT 'content' AS fault, case_id, seq, 'its actor, principal, key or data was changed' AS detail
  FROM entries WHERE NOT same
  UNION ALL
  SELECT 'link', case_id, before + 1, CASE WHEN seq = before + 2 THEN 'this entry is missing'
    ELSE 'the entries up to ' || seq - 1 || ' are missing' END
  FROM entries WHERE seq > before + 1
  UNION ALL
  SELECT 'link', case_id, seq + 1, 'the last entries are missing: the case knows ' || revision
  FROM entries WHERE next IS NULL AND seq < revision
  UNION ALL
  SELECT 'link', case_id, seq, CASE
    WHEN seq > revision THEN 'this entry was put in: the case knows only ' || revision
    WHEN same THEN 'its type, states, level, times or another part of its head was changed, or the entry before it was'
    ELSE 'this entry was put in, or another was put in its place' END
  FROM entries WHERE seq = before + 1 AND (NOT linked OR seq > revision)
  UNION ALL
  SELECT 'salt', c.id, c.revision, 'no salt, and no entry says that the case was erased'
  FROM cases c WHERE c.salt IS NULL
    AND NOT EXISTS (SELECT FROM journal j WHERE j.case_id = c.id AND j.type = 'case.erased')
)
SELECT DISTINCT ON (fault) fault, case_id, seq, detail, count(*) OVER (PARTITION BY fault)::integer AS total
FROM judged ORDER BY fault, case_id, seq`;

/** Where the entry $1, $2 was written: the seq at which its link comes out, after whichever entry of its case. */
const WRITTEN_AS = `
SELECT place.seq FROM journal j
CROSS JOIN LATERAL generate_series(1, (SELECT max(seq) FROM journal WHERE case_id = $1)) AS place(seq)
JOIN journal p ON p.case_id = j.case_id
WHERE j.case_id = $1 AND j.seq = $2 AND place.seq <> j.seq
  AND j.link = ${linkSql('p.link', 'j', { seq: 'place.seq' })}
LIMIT 1`;

/** Every place of an entry is tried after every other: beyond this many the answer would take longer than it is worth. */
const PLACES_TRIED = 500;

/** @param client inside a transaction, whose view of the database is judged. */
export async function checkChain(client: pg.ClientBase): Promise<CheckResult[]> {
  const { rows } = (await client.query(BROKEN)) as { rows: Row[] };
  const moved = await writtenAs(
    client,
    rows.find(({ fault }) => fault === 'link'),
  );
  return (Object.keys(PROMISES) as ChainFault[]).map((fault) => {
    const row = rows.find((each) => each.fault === fault);
    const detail = fault === 'link' && moved !== null ? `it was written as entry ${moved}` : row?.detail;
    return {
      promise: PROMISES[fault],
      invariant: 2,
      violations: row?.total ?? 0,
      first: row ? { caseId: row.case_id, seq: row.seq, detail: detail ?? '' } : null,
    };
  });
}

async function writtenAs(client: pg.ClientBase, row: Row | undefined): Promise<number | null> {
  if (row === undefined || row.seq > PLACES_TRIED) return null;
  const { rows } = (await client.query(WRITTEN_AS, [row.case_id, row.seq])) as { rows: { seq: number }[] };
  return rows[0]?.seq ?? null;
}
