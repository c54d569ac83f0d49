/**
 * The case as clients see it: an explicit projection, pure, so that nothing reaches the outside by accident. Instants
 * become RFC 3339 texts. Knows neither request nor database; names and links are handed in.
 */
import type { Actor } from '../../domain/actor.js';
import type { Attempt, Case, CaseContext, Clock, EscalationRecord } from '../../domain/case.js';
import { flagsOf } from '../../store/case-rows.js';
import { toInstantText as text } from '../input/instant.js';
import { cooperationResource } from './cooperation-resource.js';

/** What the projection must be told beside the case. */
export interface CaseSurroundings {
  readonly number: string;
  readonly allowedActions: readonly string[];
  /** Link to the customer's page; null for readers who may not hand it on. */
  readonly statusUrl: string | null;
  readonly nameOf: (staffId: string) => string | null;
}

export function caseResource(current: Case, around: CaseSurroundings) {
  const { intake, context } = current;
  return {
    id: current.id,
    number: around.number,
    subject: intake.subject,
    description: intake.description,
    expectedOutcome: intake.expectedOutcome,
    category: intake.category,
    channel: intake.channel,
    orderRef: intake.orderRef,
    customer: { id: intake.customerId },
    state: current.state,
    level: context.level,
    maxLevelReached: context.maxLevelReached,
    owner: context.ownerId === null ? null : { id: context.ownerId, name: around.nameOf(context.ownerId) },
    handler: context.handler,
    priority: context.priority,
    impact: context.impact,
    urgency: context.urgency,
    grade: context.grade,
    flags: flagsOf(context),
    cycle: context.cycle,
    chases: context.chases,
    clocks: context.clocks.map(clockResource),
    nextUpdateDueAt: dueAtOf(context.clocks, 'nextUpdate'),
    resolutionDueAt: dueAtOf(context.clocks, 'resolution'),
    escalations: context.escalations.map(escalationResource),
    ...cooperationResource(context),
    returned: context.returned,
    waiting: waitingResource(context),
    hold: holdResource(context),
    attention: attentionResource(context),
    resolution: resolutionResource(context),
    closedAt: text(context.closedAt),
    closedBecause: context.closedBecause,
    reopenUntilAt: text(context.reopenUntilAt),
    mergedInto: context.mergedInto,
    absorbed: context.absorbed,
    previousCaseId: intake.previousCaseId,
    allowedActions: around.allowedActions,
    statusUrl: around.statusUrl,
    revision: current.revision,
    machineVersion: current.machineVersion,
    receivedAt: text(intake.receivedAt),
    createdAt: text(intake.openedAt),
    updatedAt: text(context.lastEventAt),
    erasedAt: text(context.erasedAt ?? null),
  };
}

export type CaseResource = ReturnType<typeof caseResource>;

/** Whoever asks through the API is staff or a service; only a customer reads the page and has the link already. */
export function maySeeStatusUrl(actor: Actor, { context }: Case): boolean {
  if (context.erasedAt !== undefined) return false;
  return actor.kind !== 'customer' && actor.kind !== 'system';
}

/** A clock record as clients see it. */
export function clockResource(clock: Clock) {
  return {
    metric: clock.metric,
    cycle: clock.cycle,
    attempt: clock.attempt,
    policyKey: clock.policyKey,
    policyVersion: clock.policyVersion,
    calendarKey: clock.calendarKey,
    calendarVersion: clock.calendarVersion,
    targetSeconds: clock.targetSeconds,
    elapsedSeconds: clock.elapsedSeconds,
    warnedPercent: clock.warnedPercent,
    startedAt: text(clock.startedAt),
    runningSinceAt: text(clock.runningSince),
    dueAt: text(clock.dueAt),
    breachedAt: text(clock.breachedAt),
    breachCause: clock.breachCause,
    detectedAt: text(clock.detectedAt),
    retargetedAt: text(clock.retargetedAt),
    stoppedAt: text(clock.stoppedAt),
    outcome: clock.outcome,
    spans: clock.spans.map(({ fromAt, toAt }) => ({ fromAt: text(fromAt), toAt: text(toAt) })),
  };
}

function dueAtOf(clocks: readonly Clock[], metric: Clock['metric']): string | null {
  return text(clocks.findLast((clock) => clock.metric === metric && clock.stoppedAt === null)?.dueAt ?? null);
}

function escalationResource(record: EscalationRecord) {
  return {
    level: record.level,
    purpose: record.purpose,
    expectedOutcome: record.expectedOutcome,
    evidence: record.evidence,
    fields: record.fields,
    reason: record.reason,
    by: record.by,
    at: text(record.at),
    binding: record.binding,
    attempts: record.attempts.map(attemptResource),
  };
}

function attemptResource(attempt: Attempt) {
  return {
    n: attempt.n,
    department: attempt.department,
    memberId: attempt.memberId,
    dispatchedAt: text(attempt.dispatchedAt),
    acceptedAt: text(attempt.acceptedAt),
    endedAt: text(attempt.endedAt),
    outcome: attempt.outcome,
    returnReason: attempt.returnReason,
  };
}

function waitingResource({ waiting }: CaseContext) {
  if (waiting === null) return null;
  const { resumeTo, question, askedBy, since, expireAt } = waiting;
  return { resumeTo, question, askedBy, sinceAt: text(since), expireAt: text(expireAt) };
}

function holdResource({ hold }: CaseContext) {
  if (hold === null) return null;
  return {
    reason: hold.reason,
    sinceAt: text(hold.since),
    reviewAt: text(hold.reviewAt),
    reviewDue: hold.reviewDue,
  };
}

function attentionResource({ attention }: CaseContext) {
  if (attention === null) return null;
  const { reason, by, byKind, at } = attention;
  return { reason, by, byKind, at: text(at) };
}

function resolutionResource({ resolution }: CaseContext) {
  if (resolution === null) return null;
  const { kind, decision, solution, rootCause, by, at, reworkTo, closeAt } = resolution;
  return { kind, decision, solution, rootCause, by, at: text(at), reworkTo, closeAt: text(closeAt) };
}
