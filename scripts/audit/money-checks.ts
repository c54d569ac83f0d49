/**
 * The check of what was paid (domain.md §4, invariant 7), in SQL: each payment beside the authority and the cap that
 * the case recorded when it was approved, and beside the journal entries that approved and paid it. Knows no policy:
 * a later one changes nothing of what was allowed then.
 */
import type { SqlCheck } from './check.js';

/** A proposal names no number: the n-th of a case is number n. Within the proposer's own limit it is the approval. */
const APPROVALS = `
SELECT case_id, actor_id, n FROM (
  SELECT case_id, type, actor_id, row_number() OVER (PARTITION BY case_id ORDER BY seq) AS n FROM journal
  WHERE type = 'case.compensationProposed') proposals
UNION ALL
SELECT case_id, actor_id, (data->>'n')::integer FROM journal WHERE type = 'case.compensationApproved'`;

/** By hand at once, or by what the payment system answered. */
const PAYMENTS = `
SELECT case_id, (data->>'n')::integer AS n, seq FROM journal
WHERE (type = 'case.compensationExecuted' AND data->>'reference' IS NOT NULL)
  OR (type = 'case.compensationSettled' AND (data->>'paid')::boolean)`;

const PAID = `
SELECT c.id AS case_id, c.revision, p.*
FROM cases c, jsonb_to_recordset(c.context->'compensations') AS p(n integer, "amountMinor" bigint, state text,
  "decidedBy" text, authority jsonb)
WHERE p.state IN ('executing', 'executed')`;

export const MONEY_CHECKS: readonly SqlCheck[] = [
  {
    promise: 'nothing is paid beyond the authority of who approved it, nor beyond the customer’s cap',
    invariant: 7,
    violations: `
      WITH paid AS (${PAID}), approvals AS (${APPROVALS})
      SELECT case_id, revision AS seq, 'compensation ' || n || ': ' || concat_ws(', ',
          CASE WHEN authority IS NULL THEN 'paid without an approval' END,
          CASE WHEN "amountMinor" > (authority->>'limitMinor')::bigint
            THEN "amountMinor" || ' beyond the limit of ' || (authority->>'limitMinor') END,
          CASE WHEN "amountMinor" + (authority->>'grantedMinor')::bigint > (authority->>'capMinor')::bigint
            THEN "amountMinor" || ' and ' || (authority->>'grantedMinor') || ' beyond the cap of ' || (authority->>'capMinor') END,
          CASE WHEN NOT approved THEN 'no entry says that ' || coalesce("decidedBy", 'anybody') || ' approved it' END) AS detail
      FROM (SELECT *, EXISTS (SELECT FROM approvals a
          WHERE a.case_id = paid.case_id AND a.n = paid.n AND a.actor_id = paid."decidedBy") AS approved FROM paid) judged
      WHERE authority IS NULL OR NOT approved OR "amountMinor" > (authority->>'limitMinor')::bigint
        OR "amountMinor" + (authority->>'grantedMinor')::bigint > (authority->>'capMinor')::bigint`,
  },
  {
    promise: 'every compensation is paid once, just when its case says that it was',
    invariant: 7,
    violations: `
      WITH paid AS (${PAID} AND p.state = 'executed'), payments AS (${PAYMENTS})
      SELECT case_id, max(coalesce(payments.seq, paid.revision)) AS seq,
        'compensation ' || n || ': paid ' || count(payments.seq) || ' times, the case says '
          || CASE WHEN bool_or(paid.n IS NOT NULL) THEN 'paid' ELSE 'not paid' END AS detail
      FROM payments FULL JOIN paid USING (case_id, n)
      GROUP BY case_id, n
      HAVING count(payments.seq) <> 1 OR bool_or(paid.n IS NULL)`,
  },
];
