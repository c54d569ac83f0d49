/**
 * Plays the demo's scripts through the engine, once: a case that is there already is left as it stands. Uses the
 * same door as everybody else and writes no case itself.
 */
import type { Pool } from 'pg';
import type { Customers } from '../../directory/customers.js';
import type { Staff } from '../../directory/staff.js';
import type { Actor, Instant } from '../../domain/actor.js';
import type { CaseCommand } from '../../domain/events.js';
import type { CaseEngine } from '../../engine/case-engine.js';
import type { CommandRequest, Outcome } from '../../engine/outcome.js';
import type { NowSql } from '../../store/now.js';
import { DEMO_CASES } from './demo-cases.js';
import { CUSTOMER, type DemoCase, type DemoStep } from './demo-steps.js';

export interface DemoParts {
  readonly engine: CaseEngine;
  readonly customers: Customers;
  readonly staff: Staff;
  readonly pool: Pool;
  readonly now: NowSql;
}

const HOUR_MS = 3_600_000;
/** Any number that no other program uses for an advisory lock in the same database. */
const LOCK = 4_201_795_306;

/** Nothing asks for a demo command's answer again, so none is stored. */
const REQUEST: CommandRequest = {
  principal: 'demo',
  idempotencyKey: null,
  requestHash: null,
  ifMatch: null,
  render: () => ({ status: 201, body: null, headers: {} }),
};

/**
 * @returns how many cases were opened; 0 when they are there already, or another node is at it.
 * @throws Error naming the case and the step that the engine did not accept.
 */
export async function seedCases(parts: DemoParts): Promise<number> {
  const client = await parts.pool.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [LOCK]);
    if (rows[0]?.mine !== true) return 0;
    try {
      let opened = 0;
      for (const script of DEMO_CASES) opened += (await playOnce(parts, script)) ? 1 : 0;
      return opened;
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
    }
  } finally {
    client.release();
  }
}

/** @returns false when the customer has this case already. */
async function playOnce(parts: DemoParts, script: DemoCase): Promise<boolean> {
  const { customer } = await parts.customers.upsert(script.customer);
  const { rows } = await parts.pool.query<{ known: boolean; now: Instant }>(
    `SELECT EXISTS (SELECT FROM cases WHERE customer_id = $1 AND subject = $2) AS known,
            date_trunc('milliseconds', ${parts.now}) AS now`,
    [customer.id, script.intake.subject],
  );
  const row = rows[0];
  if (row === undefined || row.known) return false;
  const opened = await parts.engine.open(
    {
      type: 'case.open',
      actor: { kind: 'service', id: 'service-1' },
      intake: {
        ...script.intake,
        customerId: customer.id,
        receivedAt: row.now - script.receivedHoursAgo * HOUR_MS,
        openedAt: row.now,
        previousCaseId: null,
      },
      impact: script.impact,
      urgency: script.urgency,
      grade: customer.grade,
      ownerId: null,
    },
    REQUEST,
  );
  const caseId = idOf(opened, script, 'case.open');
  for (const step of script.steps(row.now)) {
    const command = commandOf(step, parts.staff, customer.id);
    idOf(await parts.engine.send(caseId, command, REQUEST), script, step.type);
  }
  return true;
}

function commandOf(step: DemoStep, staff: Staff, customerId: string): CaseCommand {
  const { by, ...command } = step;
  return { ...command, actor: by === CUSTOMER ? { kind: 'customer', id: customerId } : actorOf(staff, by) };
}

function actorOf(staff: Staff, id: string): Actor {
  const member = staff.find(id);
  if (member === null) throw new Error(`the demo's staff has no ${id}`);
  const { role, department } = member;
  return { kind: role, id, ...(department === null ? {} : { department }) };
}

function idOf(outcome: Outcome, script: DemoCase, step: string): string {
  if (outcome.kind === 'done') return outcome.case.id;
  const reason = outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind;
  throw new Error(`demo case "${script.intake.subject}": ${step} was not accepted (${reason})`);
}
