/**
 * Worlds of any size: some two dozen real cases, brought by the API to where cases lie in a running house, copied row
 * by row with ids, numbers, customers and times of their own. Seven of ten have ended, as in a system that has run for
 * years. Knows the tables by their columns' names only.
 */
import type pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { caseNumber } from '../src/domain/case-number.js';
import { linkSql } from '../src/store/journal-chain.js';
import { type CaseSteps, liveUpTo, type Target } from './life-cycle-clients.js';

export const DEPARTMENTS = ['sales', 'product', 'logistics', 'finance'] as const;
/** Rows a statement; each must stay within the service's own limit on time. */
const ROWS = 5_000;
/** Cases a customer has, on average, over the years. */
const CASES_PER_CUSTOMER = 5;

interface Template {
  readonly caseId: string;
  /** Out of all templates' weights together. */
  readonly weight: number;
}

/** Per department. */
const PEOPLE = 200;

const OCCURRED_AT = `o.occurred_at - each.age * interval '1 second'`;

/** What differs from the original; everything else is copied as it is. `each`: id, number, customer, age in seconds. */
const COPIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cases: {
    id: 'each.id',
    number: 'each.number',
    customer_id: 'each.customer',
    received_at: `o.received_at - each.age * interval '1 second'`,
    opened_at: `o.opened_at - each.age * interval '1 second'`,
    updated_at: `o.updated_at - each.age * interval '1 second'`,
    // Nothing may fall due while we measure.
    next_due_at: `CASE WHEN o.next_due_at IS NOT NULL THEN o.next_due_at + interval '1 year' + each.age * interval '1 second' END`,
  },
  journal: { case_id: 'each.id', occurred_at: OCCURRED_AT, link: 'each.link' },
  escalations: { case_id: 'each.id' },
  tasks: {
    case_id: 'each.id',
    // Work is spread over people: nobody has thousands of tasks, and the one who reads has a share like all others.
    assignee_id: `CASE WHEN random() < 1.0 / ${PEOPLE} THEN o.assignee_id
      ELSE o.assignee_id || '-' || ceil(random() * ${PEOPLE}) END`,
    due_at: `o.due_at + each.age * interval '1 second'`,
    created_at: `o.created_at - each.age * interval '1 second'`,
  },
  notifications: { case_id: 'each.id' },
  clocks: { case_id: 'each.id' },
};

const EACH = `WITH RECURSIVE each AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[]) AS e(original, id, number, customer, age)
  ), linked AS (
    SELECT each.*, 0 AS seq, NULL::bytea AS link FROM each
    UNION ALL
    SELECT each.original, each.id, each.number, each.customer, each.age, o.seq,
      ${linkSql('each.link', 'o', { case_id: 'each.id', occurred_at: OCCURRED_AT })}
    FROM linked each JOIN journal o ON o.case_id = each.original AND o.seq = each.seq + 1
  )`;
/** Where it is not a row per row of the original. An entry's digest stays as it is, for its case keeps the salt. */
const ORIGINALS: Readonly<Record<string, string>> = {
  cases: 'each JOIN cases o ON o.id = each.original',
  journal: 'linked each JOIN journal o ON o.case_id = each.original AND o.seq = each.seq',
};

export class World {
  private readonly customers: string[] = [];
  private cases = 0;

  private constructor(
    private readonly pool: pg.Pool,
    private readonly templates: readonly Template[],
    private readonly statements: readonly string[],
  ) {}

  static async prepare(pool: pg.Pool, target: Target): Promise<World> {
    const templates = await makeTemplates(target);
    const statements: string[] = [];
    for (const [table, changed] of Object.entries(COPIES)) {
      const { rows } = await pool.query<{ name: string }>(
        `SELECT column_name AS name FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`,
        [table],
      );
      const names = rows.map(({ name }) => name);
      statements.push(`${EACH}
        INSERT INTO ${table} (${names.join(', ')})
        SELECT ${names.map((name) => changed[name] ?? `o.${name}`).join(', ')}
        FROM ${ORIGINALS[table] ?? `each JOIN ${table} o ON o.case_id = each.original`}`);
    }
    return new World(pool, templates, statements);
  }

  /** Adds cases until there are as many as `size`. @param told how many are there already, now and then */
  async growTo(size: number, told: (done: number) => void): Promise<void> {
    await this.addCustomers(Math.ceil(size / CASES_PER_CUSTOMER));
    while (this.cases < size) {
      const count = Math.min(ROWS, size - this.cases);
      const originals = Array.from({ length: count }, () => this.drawTemplate());
      const ids = originals.map(() => uuidv7());
      const customers = originals.map(() => this.aCustomer());
      const ages = originals.map(() => Math.floor(Math.random() * 400 * 86_400));
      const client = await this.pool.connect();
      try {
        await client.query('BEGIN');
        await client.query('SET LOCAL synchronous_commit = off');
        for (const text of this.statements) {
          await client.query(text, [originals, ids, ids.map(caseNumber), customers, ages]);
        }
        await client.query('COMMIT');
      } finally {
        client.release();
      }
      this.cases += count;
      told(this.cases);
    }
    for (const upkeep of ['VACUUM ANALYZE', 'CHECKPOINT']) await this.pool.query(upkeep);
  }

  aCustomer(): string {
    return this.customers[Math.floor(Math.random() * this.customers.length)] ?? '';
  }

  /** Any ids of the world, spread over it. */
  async someCases(count: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT id FROM cases TABLESAMPLE SYSTEM ($1) LIMIT $2`,
      [Math.min((count * 400) / this.cases, 100), count],
    );
    return rows.map(({ id }) => id);
  }

  private async addCustomers(count: number): Promise<void> {
    const ids = Array.from({ length: Math.max(count - this.customers.length, 0) }, () => uuidv7());
    for (let from = 0; from < ids.length; from += ROWS) {
      await this.pool.query(
        `INSERT INTO customers (id, external_id, name, email, grade, created_at, updated_at)
         SELECT id, 'world-' || id, 'Customer ' || id, id || '@customers.example', 'standard', now(), now()
         FROM unnest($1::uuid[]) AS id`,
        [ids.slice(from, from + ROWS)],
      );
    }
    for (const id of ids) this.customers.push(id);
  }

  private drawTemplate(): string {
    let left = Math.random() * this.templates.reduce((sum, { weight }) => sum + weight, 0);
    for (const { caseId, weight } of this.templates) {
      left -= weight;
      if (left <= 0) return caseId;
    }
    return this.templates[0]?.caseId ?? '';
  }
}

/** Where cases lie, and how many of a hundred. */
const SPREAD: readonly { readonly steps: CaseSteps; readonly percent: number }[] = [
  { steps: [], percent: 2 },
  { steps: ['start'], percent: 6 },
  { steps: ['escalate'], percent: 6 },
  { steps: ['escalate', 'accept'], percent: 6 },
  { steps: ['escalate', 'accept', 'climb'], percent: 2 },
  { steps: ['escalate', 'accept', 'climb', 'accept2'], percent: 3 },
  { steps: ['escalate', 'accept', 'resolve1'], percent: 5 },
  { steps: ['escalate', 'accept', 'resolve1', 'confirm'], percent: 40 },
  { steps: ['escalate', 'accept', 'climb', 'accept2', 'resolve2', 'confirm'], percent: 30 },
];

async function makeTemplates(target: Target): Promise<Template[]> {
  const templates: Template[] = [];
  for (const { steps, percent } of SPREAD) {
    for (const [n, department] of DEPARTMENTS.entries()) {
      const next = DEPARTMENTS[(n + 1) % DEPARTMENTS.length] ?? department;
      const caseId = await liveUpTo(target, steps, department, next);
      templates.push({ caseId, weight: percent / DEPARTMENTS.length });
    }
  }
  return templates;
}
