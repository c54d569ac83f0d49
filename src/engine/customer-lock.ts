/**
 * What one person was granted in all of their cases, read under a lock on their record that lasts until the grant is
 * written: of two grants at once, the second sees the first (domain.md §4, invariant 7). Decides nothing.
 */
import type { Case } from '../domain/case.js';
import type { CaseCommand } from '../domain/events.js';
import type { CompensationPolicy } from '../domain/policies.js';
import type { NowSql } from '../store/now.js';
import { idsOfPerson } from '../store/same-person.js';
import type { RunSql } from '../store/statement.js';

export const GRANT_TYPES = [
  'case.proposeCompensation',
  'case.approveCompensation',
  'case.executeCompensation',
] as const;
export type GrantType = (typeof GRANT_TYPES)[number];

/** As its caller asks: what was granted before is ours to read. */
export type GrantCommand = { [K in GrantType]: Omit<CaseCommand<K>, 'grantedMinor'> }[GrantType];

export function isGrant(command: { readonly type: string }): command is GrantCommand {
  return (GRANT_TYPES as readonly string[]).includes(command.type);
}

/**
 * In the smallest unit of the policy's currency, within its period; without the compensation that is asked about.
 * @param run of the transaction that will write the grant: the lock ends with it.
 */
export async function grantedUnderLock(
  run: RunSql,
  now: NowSql,
  current: Case,
  command: GrantCommand,
  { currency, customerCapDays }: CompensationPolicy,
): Promise<number> {
  const personId = await lockPerson(run, current.intake.customerId);
  const asked = 'n' in command ? command.n : null;
  // What was decided within the period was written within it, so `cases_customer` bounds the walk.
  const [row] = await run<{ granted: number }>({
    text: `SELECT coalesce(sum((one->>'amountMinor')::bigint), 0)::bigint AS granted
      FROM cases c CROSS JOIN LATERAL jsonb_array_elements(c.context->'compensations') AS one
      WHERE c.customer_id = ANY (${idsOfPerson('$1')})
        AND c.updated_at >= ${now} - make_interval(days => $2)
        AND one->>'currency' = $3 AND one->>'state' IN ('approved', 'executing', 'executed')
        AND to_timestamp((one->>'decidedAt')::bigint / 1000.0) >= ${now} - make_interval(days => $2)
        AND NOT (c.id = $4 AND (one->>'n')::int = $5)`,
    values: [personId, customerCapDays, currency, current.id, asked ?? 0],
  });
  return row?.granted ?? 0;
}

/**
 * Locks the record that goes on for this person, in case two were merged. A merge that comes first is seen, because a
 * row that was waited for is read anew. @throws Error when there is no such customer: nothing could be locked.
 */
async function lockPerson(run: RunSql, customerId: string): Promise<string> {
  const [row] = await run<{ merged_into: string | null }>({
    text: 'SELECT merged_into FROM customers WHERE id = $1 FOR UPDATE',
    values: [customerId],
  });
  if (!row) throw new Error(`customer ${customerId} has cases and no record`);
  return row.merged_into === null ? customerId : lockPerson(run, row.merged_into);
}
