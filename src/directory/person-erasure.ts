/**
 * Forgets a person (ADR-0019): marks the records, ends and erases each case through the engine, then empties the
 * records. Every part can be repeated, and whatever a fault leaves undone is finished by the background. Knows no HTTP.
 */
import type pg from 'pg';
import type { Actor } from '../domain/actor.js';
import type { CaseEngine } from '../engine/case-engine.js';
import { countRecords } from '../engine/erase-records.js';
import type { CommandRequest } from '../engine/outcome.js';
import type { NowSql } from '../store/now.js';
import { inTransaction, runStatement, type RunSql } from '../store/statement.js';
import { ERASED } from '../domain/erasure-plan.js';
import {
  caseIds,
  casesLeft,
  forgetPerson,
  markErased,
  namesAny,
  recordsOf,
  standingCases,
  type PersonRecord,
  type StandingCase,
} from './erased-person.js';

export interface PersonErasureOrder {
  readonly actor: Actor;
  readonly reason: string;
  readonly withdrawOpenCases: boolean;
}

export interface ErasureReport {
  /** Any id leads to all of them. */
  readonly customerIds: readonly string[];
  /** Epoch ms; null: nothing was done (a preview). */
  readonly erasedAt: number | null;
  /** False: so many cases that the background finishes them. */
  readonly isComplete: boolean;
  readonly cases: number;
  readonly withdrawn: number;
  /** Rows by table. */
  readonly records: Readonly<Record<string, number>>;
}

export type PersonErasureOutcome =
  | { readonly kind: 'erased'; readonly report: ErasureReport }
  | { readonly kind: 'unknown' }
  /** The reason stays on record, so it must not name whom it is about. */
  | { readonly kind: 'reasonNamesPerson' }
  | { readonly kind: 'casesStanding'; readonly cases: readonly StandingCase[] };

/** Of the cases that stand in the way, as many as a person reads. */
const STANDING_MAX = 100;
/** What one request erases; a customer with more is finished within minutes. */
const CASES_AT_ONCE_MAX = 300;
/** A case that was being opened when its person was marked is found by looking again for so long. */
const LOOK_AGAIN_HOURS = 48;

export class PersonErasure {
  private readonly run: RunSql;

  constructor(
    private readonly pool: pg.Pool,
    private readonly now: NowSql,
    private readonly engine: Pick<CaseEngine, 'erase' | 'send'>,
  ) {
    this.run = (statement) => runStatement(pool, statement);
  }

  /** What `erase` would do. Writes nothing. */
  async preview(id: string): Promise<PersonErasureOutcome> {
    const records = await recordsOf(this.run, id);
    if (records.length === 0) return { kind: 'unknown' };
    const ids = records.map((one) => one.id);
    const cases = await caseIds(this.run, ids);
    const standing = await standingCases(this.run, ids, STANDING_MAX);
    const counts = { ...(await countRecords(this.run, cases)), customers: ids.length };
    return {
      kind: 'erased',
      report: {
        customerIds: ids,
        erasedAt: null,
        isComplete: standing.length === 0,
        cases: cases.length,
        withdrawn: standing.filter(({ why }) => why === 'case-still-open').length,
        records: counts,
      },
    };
  }

  /** Harmless when it was done before. @param id any that the customer ever had @throws DependencyUnavailable */
  async erase(id: string, order: PersonErasureOrder): Promise<PersonErasureOutcome> {
    const records = await recordsOf(this.run, id);
    if (records.length === 0) return { kind: 'unknown' };
    if (namesAny(records)(order.reason)) return { kind: 'reasonNamesPerson' };
    const ids = records.map((one) => one.id);
    const standing = await standingCases(this.run, ids, STANDING_MAX);
    const inTheWay = standing.filter(({ why }) => why !== 'case-still-open' || !order.withdrawOpenCases);
    if (inTheWay.length > 0) return { kind: 'casesStanding', cases: inTheWay };
    await markErased(this.run, this.now, ids, order.actor.id);
    return { kind: 'erased', report: await this.complete(id, order) };
  }

  /** Goes on with erasures that were cut short, or that a case slipped past. @returns how many persons were looked at */
  async finish(limit: number): Promise<number> {
    const rows = await this.run<{ id: string; by: string }>({
      text: `SELECT c.id, coalesce(c.erased_by, 'system') AS by FROM customers c
        WHERE c.erased_at IS NOT NULL AND (c.name <> '${ERASED}'
          OR c.erased_at > ${this.now} - make_interval(hours => ${LOOK_AGAIN_HOURS})
            AND EXISTS (SELECT FROM cases WHERE customer_id = c.id AND NOT context ? 'erasedAt'))
        ORDER BY c.erased_at LIMIT $1`,
      values: [limit],
    });
    for (const { id, by } of rows) {
      const actor: Actor = { kind: 'admin', id: by };
      await this.complete(id, { actor, reason: 'goes on with an erasure', withdrawOpenCases: true });
    }
    return rows.length;
  }

  /** Of marked records: whatever is left to do. */
  private async complete(id: string, order: PersonErasureOrder): Promise<ErasureReport> {
    const records = await recordsOf(this.run, id);
    const ids = records.map((one) => one.id);
    const open = await standingCases(this.run, ids, CASES_AT_ONCE_MAX);
    for (const { id: caseId } of open) await this.withdraw(caseId, order);
    const left = await casesLeft(this.run, ids, CASES_AT_ONCE_MAX + 1);
    const counts: Record<string, number> = {};
    let refused = 0;
    for (const caseId of left.slice(0, CASES_AT_ONCE_MAX)) {
      const outcome = await this.engine.erase(caseId, { ...order, names: namesAny(records) });
      if (outcome.kind === 'erased') add(counts, outcome.records);
      else refused += 1;
    }
    const isComplete = left.length <= CASES_AT_ONCE_MAX && refused === 0;
    if (isComplete) add(counts, await this.forget(id));
    return {
      customerIds: ids,
      erasedAt: records[0]?.erased_at ?? null,
      isComplete,
      cases: Math.min(left.length, CASES_AT_ONCE_MAX) - refused,
      withdrawn: open.length,
      records: counts,
    };
  }

  private async withdraw(caseId: string, { actor, reason }: PersonErasureOrder): Promise<void> {
    await this.engine.send(caseId, { type: 'case.withdraw', actor, reason }, requestOf(actor));
  }

  private forget(id: string): Promise<Record<string, number>> {
    return inTransaction(this.pool, async (run) => {
      const records = await recordsOf(run, id);
      if (records.every(isForgotten)) return {};
      return forgetPerson(run, this.now, records);
    });
  }
}

function isForgotten({ name }: PersonRecord): boolean {
  return name === ERASED;
}

function add(counts: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [table, n] of Object.entries(more)) counts[table] = (counts[table] ?? 0) + n;
}

/** Withdrawing twice is refused, and nobody asks for its answer. */
function requestOf(actor: Actor): CommandRequest {
  return {
    principal: actor.id,
    idempotencyKey: null,
    requestHash: null,
    ifMatch: null,
    render: () => ({ status: 200, body: null, headers: {} }),
  };
}
