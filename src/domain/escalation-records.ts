/**
 * Escalation records and their attempts, as values: at most one record per level, each with its attempts in order.
 * The second net under the limit of two levels is the type of `level`; nothing here can name a third.
 */
import type { Instant } from './actor.js';
import type {
  Attempt,
  AttemptOutcome,
  CaseContext,
  EscalationRecord,
  ResumableState,
  ReturnReason,
  ReworkState,
} from './case.js';

/** What a department is asked for: the hand-off packet of one climb. */
export type Packet = Pick<EscalationRecord, 'purpose' | 'expectedOutcome' | 'evidence' | 'fields' | 'reason'>;

export interface Dispatch {
  readonly level: 1 | 2;
  readonly department: string;
  readonly packet: Packet;
  readonly by: string;
  readonly at: Instant;
  readonly binding: boolean;
  /** Set when the level is resumed at once by the member who had it, without a new acceptance. */
  readonly resumedBy?: { readonly memberId: string | null };
}

export function recordOf(context: CaseContext, level: number): EscalationRecord | undefined {
  return context.escalations.find((record) => record.level === level);
}

export function lastAttempt(record: EscalationRecord | undefined): Attempt | undefined {
  return record?.attempts.at(-1);
}

/** The attempt that is under way now, if the case lies with a department. */
export function openAttempt(context: CaseContext): Attempt | undefined {
  const attempt = lastAttempt(recordOf(context, context.level));
  return attempt?.endedAt === null ? attempt : undefined;
}

/** Sends the case to a department: a new record for a level never used, else a further attempt on its record. */
export function dispatch(context: CaseContext, to: Dispatch): CaseContext {
  const existing = recordOf(context, to.level);
  const attempt: Attempt = {
    n: (existing?.attempts.length ?? 0) + 1,
    department: to.department,
    memberId: to.resumedBy?.memberId ?? null,
    dispatchedAt: to.at,
    acceptedAt: to.resumedBy ? to.at : null,
    endedAt: null,
    outcome: null,
    returnReason: null,
  };
  const record: EscalationRecord = {
    level: to.level,
    purpose: to.packet.purpose,
    expectedOutcome: to.packet.expectedOutcome,
    evidence: to.packet.evidence.length > 0 ? to.packet.evidence : (existing?.evidence ?? []),
    fields: { ...existing?.fields, ...to.packet.fields },
    reason: to.packet.reason,
    by: existing?.by ?? to.by,
    at: existing?.at ?? to.at,
    binding: to.binding,
    attempts: [...(existing?.attempts ?? []), attempt],
  };
  return {
    ...context,
    level: to.level,
    maxLevelReached: context.maxLevelReached > to.level ? context.maxLevelReached : to.level,
    handler: { department: to.department, memberId: attempt.memberId },
    escalations: [...context.escalations.filter((other) => other.level !== to.level), record].sort(
      (a, b) => a.level - b.level,
    ),
    returned: null,
    hold: null,
  };
}

/** Ends the attempt under way, if there is one, and takes the case from its handler. */
export function endAttempt(
  context: CaseContext,
  at: Instant,
  outcome: AttemptOutcome,
  returnReason: ReturnReason | null = null,
): CaseContext {
  const escalations = context.escalations.map((record) => ({
    ...record,
    attempts: record.attempts.map((attempt) =>
      attempt.endedAt === null ? { ...attempt, endedAt: at, outcome, returnReason } : attempt,
    ),
  }));
  return { ...context, escalations, handler: null, hold: null };
}

/** Notes who took the case on. */
export function acceptAttempt(context: CaseContext, at: Instant, memberId: string): CaseContext {
  const escalations = context.escalations.map((record) => ({
    ...record,
    attempts: record.attempts.map((attempt) =>
      attempt.endedAt === null ? { ...attempt, memberId, acceptedAt: attempt.acceptedAt ?? at } : attempt,
    ),
  }));
  return { ...context, escalations, handler: context.handler && { ...context.handler, memberId } };
}

/** Names who is to do the work under way; null: whoever of the department takes it. Not an acceptance. */
export function assignAttempt(context: CaseContext, memberId: string | null): CaseContext {
  const escalations = context.escalations.map((record) => ({
    ...record,
    attempts: record.attempts.map((attempt) =>
      attempt.endedAt === null ? { ...attempt, memberId } : attempt,
    ),
  }));
  return { ...context, escalations, handler: context.handler && { ...context.handler, memberId } };
}

/** Goes back to work where a rejected solution or a reopened case left off: same level, a further attempt. */
export function resumeWork(context: CaseContext, at: Instant, by: string, state: ReworkState): CaseContext {
  const level = context.level;
  const record = recordOf(context, level);
  const last = lastAttempt(record);
  if (state === 'arbitration' || level === 0 || !record || !last) return context;
  return dispatch(context, {
    level,
    department: last.department,
    packet: record,
    by,
    at,
    binding: record.binding,
    resumedBy: state === 'level2.dispatched' ? undefined : { memberId: last.memberId },
  });
}

/** The working state that a context stands for, outside `waiting`, `arbitration` and the ends. */
export function workState(context: CaseContext): ResumableState {
  if (context.level === 1) return 'level1.working';
  if (context.level === 2) return 'level2.working';
  return context.returned ? 'frontline.returned' : 'frontline.working';
}

/** Where a solution found now is reworked when the customer rejects it. */
export function reworkState(context: CaseContext): ReworkState {
  if (context.level === 0) return 'frontline.working';
  const attempt = openAttempt(context);
  if (!attempt) return 'arbitration';
  if (context.level === 1) return 'level1.working';
  return attempt.acceptedAt === null ? 'level2.dispatched' : 'level2.working';
}
