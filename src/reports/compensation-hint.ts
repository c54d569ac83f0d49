/**
 * What similar cases got (fair treatment): the newest compensations that were granted in the same category and
 * currency. Holds no word of any customer and no name. Read-only.
 */
import type { Pool } from 'pg';
import type { Instant } from '../domain/actor.js';
import type { Case } from '../domain/case.js';
import type { Compensation } from '../domain/cooperation.js';
import { runStatement } from '../store/statement.js';

export interface SimilarCompensation {
  readonly kind: Compensation['kind'];
  readonly amountMinor: number;
  readonly state: Compensation['state'];
  readonly decidedAt: Instant;
}

export interface CompensationHint {
  /** Null when no similar case got anything. */
  readonly minMinor: number | null;
  readonly medianMinor: number | null;
  readonly maxMinor: number | null;
  /** Newest first. */
  readonly similar: readonly SimilarCompensation[];
}

/** More than this tells nobody more. */
const SIMILAR_MAX = 20;
/** The newest cases that have any; bounds the walk of `cases_compensated` where most were rejected. */
const CASES_MAX = 200;

interface Row {
  kind: Compensation['kind'];
  amount_minor: number;
  state: Compensation['state'];
  decided_at: Instant;
}

export class CompensationHints {
  constructor(private readonly pool: Pool) {}

  /** @param currency ISO 4217. The case itself is no example for itself. */
  async like({ id, intake }: Pick<Case, 'id' | 'intake'>, currency: string): Promise<CompensationHint> {
    const rows = await runStatement<Row>(this.pool, {
      text: `SELECT one->>'kind' AS kind, (one->>'amountMinor')::bigint AS amount_minor, one->>'state' AS state,
          (one->>'decidedAt')::bigint AS decided_at
        FROM (SELECT id, context->'compensations' AS all_of_it FROM cases
              WHERE category = $1 AND context->'compensations' <> '[]'
              ORDER BY updated_at DESC LIMIT ${CASES_MAX}) c
        CROSS JOIN LATERAL jsonb_array_elements(c.all_of_it) AS one
        WHERE c.id <> $2 AND one->>'currency' = $3 AND one->>'state' IN ('approved', 'executing', 'executed')
        ORDER BY decided_at DESC LIMIT ${SIMILAR_MAX}`,
      values: [intake.category, id, currency],
    });
    const amounts = rows.map((row) => row.amount_minor).sort((a, b) => a - b);
    return {
      minMinor: amounts[0] ?? null,
      medianMinor: median(amounts),
      maxMinor: amounts.at(-1) ?? null,
      similar: rows.map((row) => ({
        kind: row.kind,
        amountMinor: row.amount_minor,
        state: row.state,
        decidedAt: row.decided_at,
      })),
    };
  }
}

/** @param ascending whole numbers. @returns the middle one, or halfway between the two in the middle, rounded. */
function median(ascending: readonly number[]): number | null {
  const upper = ascending[Math.floor(ascending.length / 2)];
  const lower = ascending[Math.ceil(ascending.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : Math.round((lower + upper) / 2);
}
