/**
 * One person's records as an erasure needs them: who they were, what stands in its way, and the statements that forget
 * them. Knows no case beyond its place; the order of things is in `person-erasure.ts`.
 */
import { createHash } from 'node:crypto';
import { ERASED } from '../domain/erasure-plan.js';
import { namesPerson } from '../domain/names-person.js';
import { OPEN_STATES, type StatePath } from '../domain/case.js';
import { erasedKeySql } from '../store/erased-key.js';
import type { NowSql } from '../store/now.js';
import { idsOfPerson } from '../store/same-person.js';
import type { RunSql } from '../store/statement.js';

/** A record of the person as it lies in its row. */
export interface PersonRecord {
  readonly id: string;
  readonly external_id: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  /** Epoch ms. */
  readonly erased_at: number | null;
  readonly erased_by: string | null;
}

export interface StandingCase {
  readonly id: string;
  readonly number: string;
  readonly state: StatePath;
  /** Why it cannot be erased as it stands, by the name of the rule. */
  readonly why: 'case-still-open' | 'payment-under-way' | 'compensation-paid';
}

/** Every record of the person, the going one first. @param id any that they ever had */
export function recordsOf(run: RunSql, id: string): Promise<PersonRecord[]> {
  return run<PersonRecord & Record<string, unknown>>({
    name: 'erasure-records',
    text: `SELECT id, external_id, name, email, phone, erased_at, erased_by FROM customers
      WHERE id = ANY(${idsOfPerson('$1')}) ORDER BY merged_into IS NOT NULL, id`,
    values: [id],
  });
}

/** Whether a text names the person by anything that is on record. */
export function namesAny(records: readonly PersonRecord[]): (text: string) => boolean {
  return namesPerson(records.flatMap((one) => [one.name, one.email, one.phone, one.external_id]));
}

/** Cases that are not erased yet, by key. @param limit more are found by the next call */
export async function casesLeft(run: RunSql, ids: readonly string[], limit: number): Promise<string[]> {
  const rows = await run<{ id: string }>({
    text: `SELECT id FROM cases WHERE customer_id = ANY($1::uuid[]) AND NOT context ? 'erasedAt' ORDER BY id LIMIT $2`,
    values: [ids, limit],
  });
  return rows.map(({ id }) => id);
}

/** All of them, erased ones too. */
export async function caseIds(run: RunSql, ids: readonly string[]): Promise<string[]> {
  const text = 'SELECT id FROM cases WHERE customer_id = ANY($1::uuid[]) ORDER BY id';
  return (await run<{ id: string }>({ text, values: [ids] })).map(({ id }) => id);
}

/** Cases that stand in the way, oldest first. An open one whose money was paid can only be solved, not withdrawn. */
export function standingCases(run: RunSql, ids: readonly string[], limit: number): Promise<StandingCase[]> {
  return run<StandingCase & Record<string, unknown>>({
    text: `SELECT id, number, state, CASE
        WHEN NOT open THEN 'payment-under-way' WHEN paid THEN 'compensation-paid' ELSE 'case-still-open' END AS why
      FROM (SELECT id, number, state, state = ANY($2::text[]) AS open,
          context @> '{"compensations": [{"state": "executing"}]}' AS paying,
          context @> '{"compensations": [{"state": "executing"}]}'
            OR context @> '{"compensations": [{"state": "executed"}]}' AS paid
        FROM cases WHERE customer_id = ANY($1::uuid[]) AND NOT context ? 'erasedAt') AS standing
      WHERE open OR paying ORDER BY id LIMIT $3`,
    values: [ids, [...OPEN_STATES], limit],
  });
}

/** From here on nobody changes the records or opens a case for them. What was marked before keeps its mark. */
export async function markErased(
  run: RunSql,
  now: NowSql,
  ids: readonly string[],
  by: string,
): Promise<void> {
  await run({
    text: `UPDATE customers SET erased_at = ${now}, erased_by = $2 WHERE id = ANY($1::uuid[]) AND erased_at IS NULL`,
    values: [ids, by],
  });
}

/**
 * Forgets the person: records, barred addresses, counters by address, and what came in from them outside any case. Ids
 * and grade stay, because cases point to them. @param run of one transaction
 */
export async function forgetPerson(
  run: RunSql,
  now: NowSql,
  records: readonly PersonRecord[],
): Promise<Record<string, number>> {
  const ids = records.map(({ id }) => id);
  const addresses = records
    .flatMap(({ email, phone }) => [email, phone])
    .flatMap((one) => (one === null ? [] : [one.trim().toLowerCase()]));
  const channels = await run<{ channel: string }>({
    text: `SELECT DISTINCT channel FROM cases WHERE customer_id = ANY($1::uuid[])`,
    values: [ids],
  });
  const statements: Record<string, { text: string; values: unknown[] }> = {
    suppressions: {
      text: 'DELETE FROM suppressions WHERE address = ANY($1) RETURNING 1',
      values: [addresses],
    },
    sent_today: {
      text: `UPDATE sent_today SET address_hash = uuid_send(gen_random_uuid())
        WHERE address_hash = ANY(SELECT sha256(convert_to(one, 'UTF8')) FROM unnest($1::text[]) AS one) RETURNING 1`,
      values: [addresses],
    },
    inbound_messages: {
      text: `UPDATE inbound_messages SET message_id = ${erasedKeySql('message_id')}, sender = NULL
        WHERE sender = ANY($1) RETURNING 1`,
      values: [senders(records, ['email', ...channels.map(({ channel }) => channel)])],
    },
    customers: {
      text: `UPDATE customers SET name = '${ERASED}', external_id = NULL, email = NULL, phone = NULL, locale = NULL,
          time_zone = NULL, account = NULL, preferences = '{}', updated_at = ${now},
          merge_reason = CASE WHEN merge_reason IS NOT NULL THEN '${ERASED}' END
        WHERE id = ANY($1::uuid[]) RETURNING 1`,
      values: [ids],
    },
  };
  const counts: Record<string, number> = {};
  for (const [table, statement] of Object.entries(statements)) counts[table] = (await run(statement)).length;
  return counts;
}

/** How the ledger of what comes in names its senders, over the channels that the person used. */
function senders(records: readonly PersonRecord[], channels: readonly string[]): string[] {
  const known = records.flatMap(({ email, phone, external_id: externalId }) => [
    email?.toLowerCase(),
    phone,
    externalId,
    externalId?.replace(/^(mailto|tel):/, ''),
  ]);
  return [...new Set(channels)].flatMap((channel) =>
    known.flatMap((address) =>
      address ? [createHash('sha256').update(`${channel}\0${address}`).digest('hex')] : [],
    ),
  );
}
