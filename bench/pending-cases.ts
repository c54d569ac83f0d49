/**
 * Any number of open cases with a pending deadline: one real case, brought by the engine to where it waits for its
 * customer, copied row by row with an id, a number and a due time of its own. What is copied fires as the original
 * would. Knows the tables by their columns' names only.
 */
import type pg from 'pg';
import { uuidv7 } from 'uuidv7';
import type { Actor } from '../src/domain/actor.js';
import type { Case } from '../src/domain/case.js';
import { caseNumber } from '../src/domain/case-number.js';
import type { CaseCommand } from '../src/domain/events.js';
import { startProgress } from '../scripts/replay/progress.js';
import { Configuration } from '../src/directory/configuration.js';
import { DirectoryPolicySource } from '../src/directory/policy-source.js';
import { CaseEngine } from '../src/engine/case-engine.js';
import type { CommandRequest, Outcome } from '../src/engine/outcome.js';
import { SYSTEM_NOW } from '../src/store/now.js';

/** Department of every case's task. */
export const DEPARTMENT = 'logistics';
/** Rows a statement; the connection's limit on a statement's time is for a service, so each must be short. */
const ROWS = 5_000;
/** Pending deadlines lie between a day and a month ahead: none falls due while we measure. */
const PENDING_FROM_MS = 86_400_000;
const PENDING_SPAN_MS = 30 * 86_400_000;

const AGENT: Actor = { kind: 'agent', id: 'agent-1' };
const MEMBER: Actor = { kind: 'member', id: 'member-1', department: DEPARTMENT };

/** What differs from the original; everything else is copied as it is. `each`: id, number, due (epoch ms). */
const COPIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cases: {
    id: 'each.id',
    number: 'each.number',
    next_due_at: 'to_timestamp(each.due / 1000.0)',
    deadlines: `jsonb_set(o.deadlines, '{0,dueAt}', to_jsonb(each.due))`,
    context: `jsonb_set(o.context, '{waiting,expireAt}', to_jsonb(each.due))`,
  },
  // The last entry only: nothing that fires reads the ones before, and they would be most of the load.
  journal: { case_id: 'each.id' },
  tasks: { case_id: 'each.id' },
};
const ORIGINAL: Readonly<Record<string, string>> = {
  cases: 'o.id = $1',
  journal: 'o.case_id = $1 AND o.seq = (SELECT revision FROM cases WHERE id = $1)',
  tasks: 'o.case_id = $1',
};

export class PendingCases {
  private constructor(
    private readonly pool: pg.Pool,
    private readonly originalId: string,
    private readonly statements: readonly string[],
  ) {}

  /** Makes the original and the table `bench_due` (case, due, run), in which every copy is noted. */
  static async prepare(pool: pg.Pool): Promise<PendingCases> {
    const originalId = await makeOriginal(pool);
    await pool.query(
      'CREATE UNLOGGED TABLE IF NOT EXISTS bench_due (case_id uuid, due_at timestamptz, run text)',
    );
    const statements = [];
    for (const [table, changed] of Object.entries(COPIES)) {
      const { rows } = await pool.query<{ name: string }>(
        `SELECT column_name AS name FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`,
        [table],
      );
      const names = rows.map(({ name }) => name);
      statements.push(`INSERT INTO ${table} (${names.join(', ')})
        SELECT ${names.map((name) => changed[name] ?? `o.${name}`).join(', ')}
        FROM ${table} o, unnest($2::uuid[], $3::text[], $4::bigint[]) AS each(id, number, due)
        WHERE ${ORIGINAL[table] ?? ''}`);
    }
    return new PendingCases(pool, originalId, statements);
  }

  /** Adds cases until as many are pending as told; none of them falls due within a day. */
  async fillUpTo(pending: number): Promise<void> {
    const { rows } = await this.pool.query<{ there: number; now: number }>(
      `SELECT count(*)::int AS there, now() AS now FROM cases WHERE next_due_at > now() + interval '1 hour'`,
    );
    const { there = 0, now = 0 } = rows[0] ?? {};
    const missing = Math.max(pending - there, 0);
    const from = now + PENDING_FROM_MS;
    const progress = startProgress('Loading', 'cases');
    const dues = Array.from({ length: missing }, () => from + Math.floor(Math.random() * PENDING_SPAN_MS));
    await this.add(dues, 'pending', (done) => progress.update(done, missing));
    progress.end();
    for (const upkeep of ['VACUUM ANALYZE', 'CHECKPOINT']) await this.pool.query(upkeep);
  }

  /**
   * Adds as many cases as there are due times (epoch ms).
   * @param run under which they are found again. @param told how many are there already, now and then
   */
  async add(
    dues: readonly number[],
    run: string,
    told: (done: number) => void = () => undefined,
  ): Promise<void> {
    for (let from = 0; from < dues.length; from += ROWS) {
      const due = dues.slice(from, from + ROWS);
      const ids = due.map(() => uuidv7());
      const client = await this.pool.connect();
      try {
        await client.query('BEGIN');
        await client.query('SET LOCAL synchronous_commit = off');
        for (const text of this.statements) {
          await client.query(text, [this.originalId, ids, ids.map(caseNumber), due]);
        }
        await client.query(
          `INSERT INTO bench_due SELECT id, to_timestamp(due / 1000.0), $3
           FROM unnest($1::uuid[], $2::bigint[]) AS each(id, due)`,
          [ids, due, run],
        );
        await client.query('COMMIT');
      } finally {
        client.release();
      }
      told(from + due.length);
    }
  }
}

/** Escalated, taken on by a department, and now waiting for the customer: its clocks are paused. */
async function makeOriginal(pool: pg.Pool): Promise<string> {
  const configuration = new Configuration(pool, SYSTEM_NOW);
  await configuration.seedDefaults();
  const policies = new DirectoryPolicySource(configuration);
  const engine = new CaseEngine({ pool, now: SYSTEM_NOW, policies });
  let current = done(await engine.open(OPENING, REQUEST));
  const send = async (command: CaseCommand): Promise<void> => {
    current = done(await engine.send(current.id, command, REQUEST));
  };
  await send({ type: 'case.start', actor: AGENT, agentId: AGENT.id });
  // A first answer: no clock but the customer's own wait runs from here on.
  await send({ type: 'case.message', actor: AGENT, text: 'We are looking for it.' });
  await send({
    type: 'case.escalate',
    actor: AGENT,
    department: DEPARTMENT,
    purpose: 'Find the parcel.',
    expectedOutcome: 'A date of delivery.',
    evidence: [],
    fields: {},
    reason: 'The carrier answers nobody but them.',
  });
  await send({ type: 'case.accept', actor: MEMBER });
  const waitUntilAt = current.context.lastEventAt + 3_600_000;
  await send({ type: 'case.ask', actor: MEMBER, question: 'To which address?', waitUntilAt });
  const { rows } = await pool.query<{ deadlines: { kind: string }[] }>(
    'SELECT deadlines FROM cases WHERE id = $1',
    [current.id],
  );
  const kinds = rows[0]?.deadlines.map(({ kind }) => kind).join(', ');
  if (kinds !== 'waitingExpiry') throw new Error(`the original has other deadlines than its own: ${kinds}`);
  return current.id;
}

const OPENING = {
  type: 'case.open' as const,
  actor: AGENT,
  intake: {
    subject: 'My parcel has not come',
    description: 'It was promised for Tuesday, and the tracking page has shown the same line for four days.',
    expectedOutcome: 'The parcel, or my money.',
    category: 'delivery',
    channel: 'phone' as const,
    orderRef: 'A-10001',
    customerId: uuidv7(),
    receivedAt: Infinity,
    openedAt: 0,
    previousCaseId: null,
  },
  impact: 'medium' as const,
  urgency: 'medium' as const,
  grade: 'standard' as const,
  ownerId: AGENT.id,
};

const REQUEST: CommandRequest = {
  principal: 'bench',
  idempotencyKey: null,
  requestHash: null,
  ifMatch: null,
  render: () => ({ status: 200, body: null, headers: {} }),
};

function done(outcome: Outcome): Case {
  if (outcome.kind !== 'done') throw new Error(`the original could not be made: ${JSON.stringify(outcome)}`);
  return outcome.case;
}
