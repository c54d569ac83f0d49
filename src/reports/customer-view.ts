/**
 * One customer as the house sees them (B2): their latest cases under every id they ever had, and what these add up to.
 * Read-only and bounded: of a customer with more cases, the ones that changed last. Whom it may be shown is part of
 * the query; who the customer is, the directory knows.
 */
import type { Pool } from 'pg';
import type { Instant } from '../domain/actor.js';
import type { Grade, Level, Priority, StatePath } from '../domain/case.js';
import type { Compensation, CustomerPromise, Rating } from '../domain/cooperation.js';
import { OPEN_STATES } from '../domain/case.js';
import type { Visibility } from '../domain/visibility.js';
import { idsOfPerson } from '../store/same-person.js';
import { runStatement } from '../store/statement.js';
import { visibleCases } from './visible-cases.js';

/** What of a case matters to whoever looks at its customer. Instants in epoch ms. */
export interface CustomerCase {
  readonly id: string;
  readonly number: string;
  readonly subject: string;
  readonly category: string;
  readonly channel: string;
  readonly orderRef: string | null;
  readonly state: StatePath;
  readonly level: Level;
  readonly priority: Priority;
  readonly grade: Grade;
  readonly department: string | null;
  readonly ownerId: string | null;
  readonly breached: boolean;
  readonly openedAt: Instant;
  readonly updatedAt: Instant;
  /** Every department that may see it. */
  readonly departments: readonly string[];
  readonly chases: number;
  readonly promises: readonly CustomerPromise[];
  readonly compensations: readonly Compensation[];
  readonly ratings: readonly Rating[];
}

export interface CustomerCases {
  /** What changed last comes first. */
  readonly cases: readonly CustomerCase[];
  /** False when the customer has more than were read. */
  readonly isComplete: boolean;
}

/** What a page can show and a person can take in; a customer with more is looked up in the list of cases. */
export const CASES_READ_MAX = 200;

export class CustomerView {
  constructor(private readonly pool: Pool) {}

  /** @param customerId any id that the customer ever had. @param visibility of whoever reads */
  async casesOf(customerId: string, visibility: Visibility): Promise<CustomerCases> {
    const values: unknown[] = [customerId];
    const visible = visibleCases(visibility, values);
    const rows = await runStatement<CustomerCase>(this.pool, {
      name: `customer-cases-${visibility.sees}`,
      text: `SELECT ${COLUMNS} FROM unnest(${idsOfPerson('$1')}) AS p(id) CROSS JOIN LATERAL (
          SELECT * FROM cases WHERE customer_id = p.id AND ${visible}
          ORDER BY updated_at DESC, id DESC LIMIT ${CASES_READ_MAX + 1}
        ) AS c ORDER BY c.updated_at DESC, c.id DESC LIMIT ${CASES_READ_MAX + 1}`,
      values,
    });
    return { cases: rows.slice(0, CASES_READ_MAX), isComplete: rows.length <= CASES_READ_MAX };
  }
}

/** A case that an older build wrote may lack what came later. */
const listOf = (field: string) => `coalesce(c.context->'${field}', '[]'::jsonb) AS ${field}`;

const COLUMNS = `c.id, c.number, c.subject, c.category, c.channel, c.order_ref AS "orderRef", c.state, c.level,
  c.priority, c.grade, c.department, c.owner_id AS "ownerId", c.breached, c.opened_at AS "openedAt",
  c.updated_at AS "updatedAt", c.departments, coalesce((c.context->>'chases')::int, 0) AS chases,
  ${listOf('promises')}, ${listOf('compensations')}, ${listOf('ratings')}`;

export interface PromiseInCase extends CustomerPromise {
  readonly caseId: string;
  readonly caseNumber: string;
}

export interface CompensationInCase extends Compensation {
  readonly caseId: string;
  readonly caseNumber: string;
}

/** Amounts in the smallest unit of the currency. */
export interface CompensationSum {
  readonly currency: string;
  readonly paidMinor: number;
  /** Approved, and not yet paid. */
  readonly owedMinor: number;
}

export interface CustomerFigures {
  readonly open: readonly CustomerCase[];
  readonly ended: readonly CustomerCase[];
  /** Open ones first, by due time; then the latest. */
  readonly promises: readonly PromiseInCase[];
  readonly promiseCounts: Readonly<Record<CustomerPromise['state'], number>>;
  readonly compensations: readonly CompensationInCase[];
  readonly compensationSums: readonly CompensationSum[];
  readonly ratings: {
    readonly count: number;
    /** 1 to 5; null without any. */
    readonly average: number | null;
    readonly last: (Rating & { readonly caseId: string }) | null;
  };
  readonly chases: number;
}

/** What a customer's cases add up to. Pure. */
export function figuresOf(cases: readonly CustomerCase[]): CustomerFigures {
  const promises = cases.flatMap(({ id, number, promises: own }) =>
    own.map((promise) => ({ ...promise, caseId: id, caseNumber: number })),
  );
  const compensations = cases.flatMap(({ id, number, compensations: own }) =>
    own.map((compensation) => ({ ...compensation, caseId: id, caseNumber: number })),
  );
  const ratings = cases
    .flatMap(({ id, ratings: own }) => own.map((rating) => ({ ...rating, caseId: id })))
    .sort((a, b) => b.at - a.at);
  const total = ratings.reduce((sum, { score }) => sum + score, 0);
  return {
    open: cases.filter(({ state }) => OPEN_STATES.has(state)),
    ended: cases.filter(({ state }) => !OPEN_STATES.has(state)),
    promises: promises.sort(byUrgency),
    promiseCounts: countStates(promises),
    compensations: compensations.sort((a, b) => b.proposedAt - a.proposedAt),
    compensationSums: sumsOf(compensations),
    ratings: {
      count: ratings.length,
      average: ratings.length === 0 ? null : Math.round((total / ratings.length) * 100) / 100,
      last: ratings[0] ?? null,
    },
    chases: cases.reduce((sum, { chases }) => sum + chases, 0),
  };
}

function byUrgency(a: PromiseInCase, b: PromiseInCase): number {
  if ((a.state === 'open') !== (b.state === 'open')) return a.state === 'open' ? -1 : 1;
  return a.state === 'open' ? a.dueAt - b.dueAt : b.madeAt - a.madeAt;
}

function countStates(promises: readonly CustomerPromise[]): CustomerFigures['promiseCounts'] {
  const count = (wanted: CustomerPromise['state']) => promises.filter(({ state }) => state === wanted).length;
  return { open: count('open'), kept: count('kept'), broken: count('broken'), cancelled: count('cancelled') };
}

const PAID: readonly Compensation['state'][] = ['executed'];
const OWED: readonly Compensation['state'][] = ['approved', 'executing'];

function sumsOf(compensations: readonly Compensation[]): CompensationSum[] {
  const currencies = [...new Set(compensations.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const sum = (states: readonly Compensation['state'][]) =>
      compensations
        .filter((one) => one.currency === currency && states.includes(one.state))
        .reduce((minor, { amountMinor }) => minor + amountMinor, 0);
    return { currency, paidMinor: sum(PAID), owedMinor: sum(OWED) };
  });
}
