/**
 * Two records found to be one person: one goes on, the other points to it for ever, and so does whatever pointed to
 * that one before, so the chain is never longer than one. Also who might be the same. Touches no case: cases keep the
 * id under which they were opened.
 */
import type { Pool } from 'pg';
import type { NowSql } from '../store/now.js';
import { goingOn } from '../store/same-person.js';
import { DependencyUnavailable, isWorthRetrying } from '../store/database-errors.js';
import { inTransaction, runStatement } from '../store/statement.js';
import { customerColumns, toCustomer, type Customer, type CustomerRow } from './customer-record.js';

export type MergeOutcome =
  /** `changed` is false when it was so already: repeating a merge is harmless. */
  | { readonly kind: 'merged'; readonly customer: Customer; readonly changed: boolean }
  /** The record itself, or its other, does not exist. */
  | { readonly kind: 'unknown'; readonly which: 'customer' | 'other' }
  | { readonly kind: 'same' }
  /** One of the two was forgotten: whatever came from it must not come back with the other. */
  | { readonly kind: 'erased' }
  /** The record that was to go on has itself been merged, into the other or a third one. */
  | { readonly kind: 'mergedAway'; readonly into: string };

/** Why two records look like one person, the strongest first. */
export type Likeness = 'email' | 'phone' | 'nameAndAccount';

export interface Duplicate {
  readonly customer: Customer;
  readonly why: readonly Likeness[];
}

/** Whoever has more namesakes than this has to search. */
const DUPLICATES_MAX = 20;
/**
 * Merges are rare, and each touches whatever was merged before: one after the other they can neither make a circle nor
 * wait for each other. Any number that no other program uses for an advisory lock in the same database.
 */
const LOCK = 4_201_795_307;
/** Merges that run at once change what the other has read; more often than this is no race but a fault. */
const TRIES_MAX = 5;

/**
 * What the record that goes on does not know, the other may; who opted out under either name has opted out.
 * `$1` ends, `$2` goes on.
 */
const FILL_GAPS = `
  UPDATE customers i SET email = coalesce(i.email, f.email), phone = coalesce(i.phone, f.phone),
    locale = coalesce(i.locale, f.locale), time_zone = coalesce(i.time_zone, f.time_zone),
    account = coalesce(i.account, f.account),
    preferences = f.preferences || i.preferences || CASE
      WHEN f.preferences ? 'optOut' OR i.preferences ? 'optOut' THEN jsonb_build_object('optOut',
        (SELECT coalesce(jsonb_agg(DISTINCT channel), '[]') FROM jsonb_array_elements(
           coalesce(f.preferences->'optOut', '[]') || coalesce(i.preferences->'optOut', '[]')) AS channel))
      ELSE '{}' END
  FROM customers f WHERE f.id = $1 AND i.id = $2`;

interface Standing {
  id: string;
  merged_into: string | null;
  erased: boolean;
}

export class CustomerMerges {
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /**
   * Merges `otherId` into `id`. Of two merges in opposite directions at once, one wins and the other is told.
   * @param by who found out, and why: kept with the record
   */
  async merge(id: string, otherId: string, by: string, reason: string): Promise<MergeOutcome> {
    if (id === otherId) return { kind: 'same' };
    for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
      const outcome = await this.attempt(id, otherId, by, reason);
      if (outcome) return outcome;
    }
    throw new DependencyUnavailable('the customers were changed by others too often');
  }

  /** Other records that may be the same person; what was merged already is left out. */
  async duplicatesOf({ id, email, phone, name, account }: Customer): Promise<readonly Duplicate[]> {
    const rows = await runStatement<CustomerRow & { why: Likeness[] }>(this.pool, {
      name: 'customer-duplicates',
      text: `WITH alike AS (
         SELECT id, 1 AS rank, 'email' AS why FROM customers WHERE lower(email) = lower($2)
         UNION ALL
         SELECT id, 2, 'phone' FROM customers
          WHERE translate(phone, ' ()./-', '') = translate($3, ' ()./-', '')
         UNION ALL
         SELECT id, 3, 'nameAndAccount' FROM customers WHERE account = $4 AND lower(name) = lower($5)
       )
       SELECT ${customerColumns('c')}, array_agg(a.why ORDER BY a.rank) AS why
       FROM alike a JOIN customers c ON c.id = a.id
       WHERE c.id <> $1 AND c.merged_into IS NULL
       GROUP BY c.id ORDER BY min(a.rank), c.id LIMIT ${DUPLICATES_MAX}`,
      values: [id, email, phone, account, name],
    });
    return rows.map((row) => ({ customer: toCustomer(row), why: row.why }));
  }

  /** @returns null when what was read did not hold until it was locked. */
  private async attempt(
    id: string,
    otherId: string,
    by: string,
    reason: string,
  ): Promise<MergeOutcome | null> {
    const [record, other] = await this.standing([id, otherId]);
    if (!record) return { kind: 'unknown', which: 'customer' };
    if (!other) return { kind: 'unknown', which: 'other' };
    if (record.erased || other.erased) return { kind: 'erased' };
    if (record.merged_into !== null) return { kind: 'mergedAway', into: record.merged_into };
    const from = other.merged_into ?? other.id;
    if (from === id) return this.merged(id, false);
    const done = await this.point(from, id, by, reason).catch((error: unknown) => {
      // A deadlock with whoever changes the same records by another way: rolled back for certain, and tried again.
      if (isWorthRetrying(error)) return false;
      throw error;
    });
    return done ? this.merged(id, true) : null;
  }

  /** @returns false when one of the two was merged meanwhile. */
  private point(from: string, into: string, by: string, reason: string): Promise<boolean> {
    return inTransaction(this.pool, async (run) => {
      await run({ text: 'SELECT pg_advisory_xact_lock($1)', values: [LOCK] });
      const free = await run({
        text: `SELECT FROM customers WHERE id = ANY($1::uuid[]) AND merged_into IS NULL AND erased_at IS NULL
               ORDER BY id FOR UPDATE`,
        values: [[from, into]],
      });
      if (free.length !== 2) return false;
      await run({ text: FILL_GAPS, values: [from, into] });
      await run({
        text: `UPDATE customers SET merged_into = $2, merged_at = ${this.now}, merged_by = $3, merge_reason = $4
               WHERE id = $1`,
        values: [from, into, by, reason],
      });
      // What pointed to the one that ends points on; when and by whom it was merged stays on record.
      await run({
        text: 'UPDATE customers SET merged_into = $2 WHERE merged_into = $1',
        values: [from, into],
      });
      return true;
    });
  }

  private async standing(ids: readonly [string, string]): Promise<[Standing?, Standing?]> {
    const rows = await runStatement<Standing>(this.pool, {
      text: 'SELECT id, merged_into, erased_at IS NOT NULL AS erased FROM customers WHERE id = ANY($1::uuid[])',
      values: [ids],
    });
    const [first, second] = ids.map((id) => rows.find((row) => row.id === id));
    return [first, second];
  }

  private async merged(id: string, changed: boolean): Promise<MergeOutcome> {
    const [row] = await runStatement<CustomerRow>(this.pool, {
      text: `SELECT ${customerColumns('c')} FROM customers c WHERE c.id = ${goingOn('$1')}`,
      values: [id],
    });
    if (row === undefined) throw new Error('the merged customer is gone');
    return { kind: 'merged', customer: toCustomer(row), changed };
  }
}
