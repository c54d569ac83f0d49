/**
 * One accepted step as the commit statement takes it: JSON whose members are rows of the tables that it writes. Only
 * copies and names columns; what is true was decided by the step.
 */
import type { Case, Clock } from '../domain/case.js';
import type { Accepted, Task } from '../domain/step-result.js';
import { intakeColumns, movingColumns } from '../store/case-rows.js';
import { toSqlInstant, toSqlInstantOrNull } from '../store/now.js';
import { intentsOf, PAGE_ONLY, type Intents, type OutboundRules } from './intents.js';
import type { StoredAnswer } from './outcome.js';

/** One accepted step, ready to be written. */
export interface CaseWrite {
  readonly accepted: Accepted;
  /** Revision that the step was made from; null for a case that is opened. */
  readonly expected: number | null;
  /** Levels that have no escalation record in the database yet. */
  readonly newLevels: readonly (1 | 2)[];
  /** Who authenticated; null when time acts. */
  readonly principal: string | null;
  readonly keyed: {
    readonly key: string;
    readonly requestHash: string;
    readonly answer: StoredAnswer;
  } | null;
  readonly messageId: string | null;
  /** What is to be sent because of it. */
  readonly intents: Intents;
}

/** @param current the case that the step was made from; null when it opened one. @param principal null: time acts */
export function toWrite(
  current: Case | null,
  accepted: Accepted,
  principal: string | null,
  outbound: OutboundRules = PAGE_ONLY,
): CaseWrite {
  const known = new Set(current?.context.escalations.map(({ level }) => level));
  const levels = accepted.case.context.escalations.map(({ level }) => level);
  return {
    accepted,
    expected: current?.revision ?? null,
    newLevels: levels.filter((level) => !known.has(level)),
    principal,
    keyed: null,
    messageId: null,
    intents: intentsOf(accepted, outbound),
  };
}

/** Members are named as the statement's record definition names them. The kept answer's body travels beside it. */
export function toJson({ accepted, expected, newLevels, principal, keyed, messageId, intents }: CaseWrite) {
  const { case: after, entry } = accepted;
  return {
    id: after.id,
    expected,
    principal,
    key: keyed?.key ?? null,
    request_hash: keyed?.requestHash ?? null,
    status: keyed?.answer.status ?? null,
    headers: keyed?.answer.headers ?? null,
    seq: entry.seq,
    intake: expected === null ? intakeColumns(after) : null,
    case: movingColumns(after, accepted.deadlines),
    entry: journalColumns(accepted),
    escalations: newLevels.map((level) => escalationColumns(accepted, level)),
    tasks: accepted.tasks.map((task) => taskColumns(accepted, task)),
    clocks: accepted.finishedClocks.map(clockColumns),
    notifications: notificationColumns(accepted, intents),
    endpoints: intents.endpoints,
    messages: messageId === null ? [] : [{ message_id: messageId }],
  };
}

function journalColumns({ entry, silence }: Accepted) {
  return {
    type: entry.type,
    from_state: entry.fromState,
    to_state: entry.toState,
    level_after: entry.level,
    actor_kind: entry.actor.kind,
    actor_id: entry.actor.id,
    actor_department: entry.actor.department ?? null,
    occurred_at: toSqlInstant(entry.occurredAt),
    machine_version: entry.machineVersion,
    customer_visible: entry.customerVisible,
    silence,
    data: entry.data,
  };
}

function escalationColumns({ case: after }: Accepted, level: 1 | 2) {
  const record = after.context.escalations.find((each) => each.level === level);
  if (!record) throw new Error(`case ${after.id} has no record of level ${level}`);
  return {
    level,
    department: record.attempts[0]?.department ?? after.context.handler?.department,
    purpose: record.purpose,
    expected_outcome: record.expectedOutcome,
    by: record.by,
    at: toSqlInstant(record.at),
  };
}

function taskColumns({ case: after, entry }: Accepted, task: Task) {
  const over = task.state === 'done' || task.state === 'cancelled';
  return {
    key: task.key,
    kind: task.kind,
    department: task.department,
    assignee_id: task.assigneeId,
    state: task.state,
    created_at: toSqlInstant(task.createdAt),
    due_at: toSqlInstantOrNull(task.dueAt),
    updated_at: toSqlInstant(entry.occurredAt),
    closed_at: toSqlInstantOrNull(over ? entry.occurredAt : null),
    priority: after.context.priority,
  };
}

function clockColumns(clock: Clock) {
  return {
    metric: clock.metric,
    cycle: clock.cycle,
    attempt: clock.attempt,
    policy_key: clock.policyKey,
    policy_version: clock.policyVersion,
    calendar_key: clock.calendarKey,
    calendar_version: clock.calendarVersion,
    target_seconds: clock.targetSeconds,
    elapsed_seconds: clock.elapsedSeconds,
    started_at: toSqlInstant(clock.startedAt),
    due_at: toSqlInstantOrNull(clock.dueAt),
    breached_at: toSqlInstantOrNull(clock.breachedAt),
    detected_at: toSqlInstantOrNull(clock.detectedAt),
    breach_cause: clock.breachCause,
    stopped_at: toSqlInstantOrNull(clock.stoppedAt),
    outcome: clock.outcome,
    spans: clock.spans,
  };
}

/** The status page is readable from the commit on, so its message is delivered by being written (`wait_ms` null). */
function notificationColumns({ case: after, update }: Accepted, { channels, waitMs }: Intents) {
  if (!update) return [];
  const { key, params, seq } = update;
  return (['page', ...channels] as const).map((channel) => ({
    channel,
    key,
    params,
    dedupe_key: `${after.id}.${seq}.${channel}`,
    wait_ms: channel === 'page' ? null : waitMs,
  }));
}
