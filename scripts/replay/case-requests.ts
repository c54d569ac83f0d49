/**
 * How each command of the planner looks on the wire: path, body and the role that sends it. The only file that knows
 * the product's request shapes. Texts come from the mapping or say plainly that a log line asked for this.
 */
import type { Mapping, ValueRule } from './mapping.js';
import type { Command, Position } from './next-command.js';
import type { LogEvent, Row } from './read-log.js';

export interface WireRequest {
  readonly path: string;
  readonly body: unknown;
  /** A name in the instance's `tokens.json`. */
  readonly role: string;
}

/** The product's case, as far as an answer is read. */
export interface CaseAnswer {
  readonly id: string;
  readonly state: string;
  readonly level: number;
  readonly revision: number;
  readonly flags: readonly string[];
  readonly handler: { readonly department: string } | null;
  readonly escalations: readonly { readonly level: number }[];
}

/** The front-line agent who owns every replayed case. */
const OWNER = 'agent';
/** Passes on what the customer said. */
const FOR_CUSTOMER = 'service';
/** The third party's answer is reviewed long after the log ends: the replay itself decides when a hold is over. */
const HOLD_DAYS = 1800;
const DAY_MS = 86_400_000;

export function toPosition(answer: CaseAnswer): Position {
  return {
    state: answer.state,
    level: answer.level,
    onHold: answer.flags.includes('onHoldExternal'),
    department: answer.handler?.department ?? null,
    knowsLevel1: answer.escalations.some((record) => record.level === 1),
  };
}

/** @param caseId null for `open` alone. */
export function toRequest(
  command: Command,
  caseId: string | null,
  position: Position | null,
  event: LogEvent,
  mapping: Mapping,
): WireRequest {
  const worker = position?.department ? `member:${position.department}` : OWNER;
  const line = `${event.state}, line ${event.seq} of ${event.caseId}`;
  const to = (noun: string, body: unknown, role: string): WireRequest => ({
    path: `/api/v1/cases/${caseId}/${noun}`,
    body,
    role,
  });
  switch (command.kind) {
    case 'open':
      return { path: '/api/v1/cases', body: intakeOf(event, mapping), role: FOR_CUSTOMER };
    case 'start':
      return to('ownership', {}, OWNER);
    case 'escalate':
      return to('escalations', packetOf(command.toLevel, event, mapping, line), worker);
    case 'accept':
      return to('acceptances', {}, worker);
    case 'return':
      return to('returns', { reason: 'answered', comment: line }, worker);
    case 'handBack':
      return to(
        'hand-backs',
        { decision: line, ...(command.nameDepartment ? level1Of(event, mapping) : {}) },
        worker,
      );
    case 'ask':
      return to('questions', { question: `What the log asked: ${line}` }, worker);
    case 'cancelWait':
      return to('waits/cancellation', { reason: line }, worker);
    case 'hold':
      return to(
        'holds',
        { reason: line, reviewAt: new Date(event.at + HOLD_DAYS * DAY_MS).toISOString() },
        worker,
      );
    case 'release':
      return to('holds/release', { reason: line }, worker);
    case 'resolve':
      return to('resolutions', { solution: `Solved: ${line}`, rootCause: line }, worker);
    case 'confirm':
      return to('confirmations', {}, FOR_CUSTOMER);
    case 'reject':
      return to('rejections', { reason: line }, FOR_CUSTOMER);
    case 'reopen':
      return to('reopenings', { reason: line }, FOR_CUSTOMER);
    case 'withdraw':
      return to('withdrawals', { reason: line }, FOR_CUSTOMER);
  }
}

/** The department that takes this event at a level. */
export function departmentOf(level: 1 | 2, row: Row, mapping: Mapping): string {
  const rule = mapping.departments.find(
    ({ level: ruled, when }) =>
      ruled === level && Object.entries(when ?? {}).every(([column, value]) => row[column] === value),
  );
  if (!rule) throw new Error(`no department for level ${level}`);
  return rule.department;
}

function level1Of(event: LogEvent, mapping: Mapping): { department: string } {
  return { department: departmentOf(1, event.row, mapping) };
}

function packetOf(toLevel: 1 | 2, event: LogEvent, mapping: Mapping, line: string): unknown {
  return {
    department: departmentOf(toLevel, event.row, mapping),
    toLevel,
    purpose: `Take over: ${line}`,
    expectedOutcome: fill(mapping.intake.expectedOutcome, event.row),
    reason: line,
  };
}

function intakeOf(event: LogEvent, mapping: Mapping): unknown {
  const { intake } = mapping;
  return {
    subject: fill(intake.subject, event.row),
    description: fill(intake.description, event.row),
    expectedOutcome: fill(intake.expectedOutcome, event.row),
    category: intake.category,
    channel: intake.channel,
    impact: choose(intake.impact, event.row),
    urgency: choose(intake.urgency, event.row),
    receivedAt: new Date(event.at).toISOString(),
    customer: customerOf(event, mapping),
  };
}

/** Everybody of a log has a mail address, which leads nowhere: whether mails go out is the instance's business. */
function customerOf({ row }: LogEvent, { intake: { customer } }: Mapping): unknown {
  const externalId = fill(customer.externalId, row);
  const box = externalId.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return { externalId, name: fill(customer.name, row), email: `${box}@customers.example` };
}

function fill(template: string, row: Row): string {
  return template.replace(/\{(\w+)\}/g, (whole, column: string) => row[column] ?? whole);
}

function choose(rule: ValueRule, row: Row): string {
  const value = rule.column === undefined ? undefined : row[rule.column];
  return (value === undefined ? undefined : rule.values?.[value]) ?? rule.otherwise;
}
