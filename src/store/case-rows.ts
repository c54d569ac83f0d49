/**
 * A case ↔ its row in `cases`. What lists filter and sort by is copied out of the context into columns here and
 * nowhere else; the context stays the truth. Knows no rule and no statement.
 */
import type { Instant } from '../domain/actor.js';
import type { Case, CaseContext, Metric } from '../domain/case.js';
import { caseNumber } from '../domain/case-number.js';
import type { Deadline } from '../domain/step-result.js';
import { involvedDepartments } from '../domain/case-relation.js';
import { toSqlInstant, toSqlInstantOrNull } from './now.js';
import { restoreContext, storedContext, type StoredContext } from './stored-context.js';

/** The columns that make a case, as a pool of ours reads them: instants in epoch ms. */
export interface CaseRow {
  id: string;
  machine_version: number;
  revision: number;
  state: string;
  subject: string;
  description: string;
  expected_outcome: string;
  category: string;
  channel: string;
  order_ref: string | null;
  customer_id: string;
  received_at: Instant;
  opened_at: Instant;
  previous_case_id: string | null;
  context: StoredContext;
}

const READ_COLUMNS = [
  'id',
  'machine_version',
  'revision',
  'state',
  'subject',
  'description',
  'expected_outcome',
  'category',
  'channel',
  'order_ref',
  'customer_id',
  'received_at',
  'opened_at',
  'previous_case_id',
  'context',
] as const satisfies readonly (keyof CaseRow)[];

/** For `SELECT ${CASE_COLUMNS} FROM cases`. */
export const CASE_COLUMNS = READ_COLUMNS.join(', ');

/** The same out of a join, where `alias` stands for `cases`. */
export function caseColumnsOf(alias: string): string {
  return READ_COLUMNS.map((column) => `${alias}.${column}`).join(', ');
}

/** As stored: the caller brings an older machine version up to date (`migrateCase`). */
export function toCase(row: CaseRow): Case {
  return {
    id: row.id,
    machineVersion: row.machine_version,
    revision: row.revision,
    state: row.state as Case['state'],
    intake: {
      subject: row.subject,
      description: row.description,
      expectedOutcome: row.expected_outcome,
      category: row.category,
      channel: row.channel as Case['intake']['channel'],
      orderRef: row.order_ref,
      customerId: row.customer_id,
      receivedAt: row.received_at,
      openedAt: row.opened_at,
      previousCaseId: row.previous_case_id,
    },
    context: restoreContext(row.context),
  };
}

/** Columns that are written once, when the case is opened. */
export type IntakeColumns = ReturnType<typeof intakeColumns>;

/** @returns values by column name, as JSON that PostgreSQL reads. */
export function intakeColumns({ id, intake }: Pick<Case, 'id' | 'intake'>) {
  return {
    id,
    number: caseNumber(id),
    subject: intake.subject,
    description: intake.description,
    expected_outcome: intake.expectedOutcome,
    category: intake.category,
    channel: intake.channel,
    order_ref: intake.orderRef,
    customer_id: intake.customerId,
    previous_case_id: intake.previousCaseId,
    received_at: toSqlInstant(intake.receivedAt),
    opened_at: toSqlInstant(intake.openedAt),
  };
}

/** Columns that every step writes, but `recorded_at`, which is the statement's own. */
export type MovingColumns = ReturnType<typeof movingColumns>;

/**
 * @param deadlines all that now stand; those of clocks are kept once, as the marks of their clocks.
 * @returns values by column name, as JSON that PostgreSQL reads.
 */
export function movingColumns(current: Case, deadlines: readonly Deadline[]) {
  const { context } = current;
  return {
    machine_version: current.machineVersion,
    revision: current.revision,
    state: current.state,
    level: context.level,
    max_level: context.maxLevelReached,
    owner_id: context.ownerId,
    department: context.handler?.department ?? null,
    member_id: context.handler?.memberId ?? null,
    departments: involvedDepartments(context),
    priority: context.priority,
    grade: context.grade,
    impact: context.impact,
    urgency: context.urgency,
    cycle: context.cycle,
    flags: flagsOf(context),
    breached: isBreached(context),
    terminal: isTerminal(current),
    updated_at: toSqlInstant(context.lastEventAt),
    next_update_due_at: toSqlInstantOrNull(dueAt(context, 'nextUpdate')),
    resolution_due_at: toSqlInstantOrNull(dueAt(context, 'resolution')),
    next_due_at: toSqlInstantOrNull(earliest(deadlines)),
    deadlines: deadlines.filter(({ metric }) => metric === null),
    context: storedContext(context),
  };
}

/** What is marked on a case now, in a fixed order. */
export function flagsOf(context: CaseContext): string[] {
  const marks: [string, boolean][] = [
    ['attention', context.attention !== null],
    ['breached', isBreached(context)],
    ['onHoldExternal', context.hold !== null],
    ['finalDecisionRequired', context.finalDecisionRequired],
    ['needsTriage', context.needsTriage],
    ['reputationRisk', context.reputationRisk],
    ['abuse', context.abuse],
  ];
  return marks.filter(([, on]) => on).map(([name]) => name);
}

/** Nothing moves it any more. */
export function isTerminal({ state, context }: Pick<Case, 'state' | 'context'>): boolean {
  if (context.erasedAt !== undefined) return true;
  return state === 'withdrawn' || state === 'merged' || (state === 'closed' && context.sealed);
}

function isBreached({ clocks, cycle }: CaseContext): boolean {
  return clocks.some((clock) => clock.cycle === cycle && clock.breachedAt !== null);
}

/** Of the newest clock of that metric that has not stopped. */
function dueAt({ clocks }: CaseContext, metric: Metric): Instant | null {
  return clocks.findLast((clock) => clock.metric === metric && clock.stoppedAt === null)?.dueAt ?? null;
}

function earliest(deadlines: readonly Deadline[]): Instant | null {
  return deadlines.length === 0 ? null : Math.min(...deadlines.map((deadline) => deadline.dueAt));
}
