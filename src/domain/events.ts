/**
 * What can be asked of a case, as typed data. The allow-list of everything that may enter the machine: an event
 * whose type is not a key of `EventPayloads` does not exist. Knows no HTTP and no rule.
 */
import type { Actor, Instant } from './actor.js';
import type { Decision, Grade, Intake, Level, Metric, ReturnReason, Severity, StatePath } from './case.js';
import type { CallbackReason, CompensationKind } from './cooperation.js';

/** Payload of each event, beside `type`, `at` and `actor`. Imperative inside, past participle in the journal. */
export interface EventPayloads {
  'case.open': {
    caseId: string;
    intake: Intake;
    impact: Severity;
    urgency: Severity;
    grade: Grade;
    ownerId: string | null;
    /** How the owner was found, where the routing rules did it. */
    routing?: { rule: string | null; version: number; explanation: string } | null;
  };
  'case.start': { agentId: string };
  'case.handOver': { agentId: string; reason: string };
  'case.escalate': {
    department: string;
    /** Absent: the level that follows from the state. */
    toLevel?: Level;
    purpose: string;
    expectedOutcome: string;
    evidence: string[];
    fields: Record<string, string>;
    reason: string | null;
    /** Items of the playbook's checklist that were done. */
    checked?: string[];
  };
  'case.accept': Record<never, never>;
  'case.return': {
    reason: ReturnReason;
    suggestion: string | null;
    missingFields: string[];
    comment: string;
  };
  'case.reroute': { department: string; reason: string };
  /** A manager names the department (binding), or gives the case back to its owner (`department` null). */
  'case.assign': { department: string | null; level?: 1 | 2; reason: string };
  'case.decide': { decision: Decision; solution: string; reasons: string };
  /** `department` is needed only when the case reached level 2 without ever being at level 1. */
  'case.handBack': { decision: string; department: string | null };
  'case.ask': { question: string; waitUntilAt: Instant | null };
  /** A message from the customer, by whatever channel; ends `waiting`. */
  'case.reply': {
    text: string;
    channel: string | null;
    messageId: string | null;
    /** An auto-reply or a bounce answers nobody. */
    automatic: boolean;
  };
  'case.cancelWait': { reason: string | null };
  /** The customer's message needs no answer: audited, so that `nextResponse` cannot be stopped by silence. */
  'case.waiveReply': { reason: string };
  'case.hold': { reason: string; reviewAt: Instant };
  'case.release': { reason: string | null };
  'case.message': { text: string };
  'case.note': { text: string };
  /** `compensation`: the number of the one that is part of the solution. */
  'case.resolve': { solution: string; rootCause: string; compensation?: number };
  'case.confirm': { comment: string | null };
  'case.reject': { reason: string };
  'case.reopen': { reason: string };
  'case.withdraw': { reason: string };
  /** `primaryState` is read by the engine under the same commit; null when there is no such case. */
  'case.merge': { caseId: string; primaryCaseId: string; primaryState: StatePath; reason: string };
  /** The other half of a merge, on the case that goes on. */
  'case.absorb': { secondaryCaseId: string };
  'case.prioritize': { impact: Severity; urgency: Severity; reason: string };
  'case.regrade': { grade: Grade; reason: string };
  'case.raiseAttention': { reason: string };
  'case.clearAttention': { reason: string };
  'case.flag': { flag: 'reputationRisk' | 'abuse' | 'needsTriage'; on: boolean; reason: string };
  /** Of this cycle; once. `recommend` is 0 to 10. */
  'case.rate': { score: number; recommend: number | null; comment: string | null };
  'case.askCallback': {
    reason: CallbackReason;
    note: string;
    department: string | null;
    dueAt: Instant | null;
  };
  'case.completeCallback': { n: number; outcome: string };
  /** A channel cannot reach the customer: a hard bounce, an address that does not exist. */
  'case.reportUndeliverable': { channel: string; detail: string };
  'case.consult': { department: string; question: string; blocking: boolean; dueAt: Instant | null };
  'case.answerConsult': { n: number; answer: string };
  'case.declineConsult': { n: number; reason: string };
  'case.cancelConsult': { n: number; reason: string };
  'case.proposeSolution': {
    text: string;
    departments: string[];
    actions: { text: string; department: string; dueAt: Instant | null }[];
  };
  'case.agreeToSolution': { n: number; comment: string | null };
  'case.objectToSolution': { n: number; reason: string };
  'case.completeAction': { n: number; k: number; outcome: string };
  /** `despite`: a manager agrees although it may not be keepable. `openTasks` is the load of the department. */
  'case.promise': {
    text: string;
    promisedAt: Instant;
    department: string | null;
    despite: boolean;
    openTasks: number;
  };
  'case.keepPromise': { n: number; note: string | null };
  'case.renegotiatePromise': { n: number; promisedAt: Instant; reason: string; despite: boolean };
  'case.cancelPromise': { n: number; reason: string };
  /** `grantedMinor`: what this customer was granted in the policy's period, all cases, read under a lock. */
  'case.proposeCompensation': {
    kind: CompensationKind;
    amountMinor: number;
    currency: string;
    description: string;
    reason: string;
    grantedMinor: number;
  };
  'case.approveCompensation': { n: number; comment: string | null; grantedMinor: number };
  'case.rejectCompensation': { n: number; reason: string };
  /** Paid by hand (`reference`), or handed to the payment system (`reference` null). */
  'case.executeCompensation': { n: number; reference: string | null; grantedMinor: number };
  /** What the payment system answered. */
  'case.settleCompensation': { n: number; paid: boolean; reference: string | null; detail: string | null };
  'case.cancelCompensation': { n: number; reason: string };
  /** `tell` is what the customer reads when it is granted. */
  'case.requestExtension': {
    metric: 'resolution' | 'olaWork';
    untilAt: Instant;
    reason: string;
    tell: string;
  };
  'case.grantExtension': { n: number; comment: string | null };
  'case.denyExtension': { n: number; reason: string };
  /** Within the department: to a member, to the deputy, or back into the inbox (`assigneeId` null). */
  'case.assignTask': { task: string; assigneeId: string | null; reason: string | null };
  /** Takes a task, or takes over a case that a colleague gave back; as dispatched it is taken by `case.accept`. */
  'case.acceptTask': { task: string };
  'case.rateHandOff': { score: number; comment: string | null };
  // Time acts through these alone; `dueAt` is the instant at which it should have.
  'case.remindWaiting': { dueAt: Instant };
  'case.expireWaiting': { dueAt: Instant };
  'case.reviewHold': { dueAt: Instant };
  'case.remindConfirmation': { dueAt: Instant };
  'case.closeUnopposed': { dueAt: Instant };
  'case.seal': { dueAt: Instant };
  /** `attempt` tells apart the clocks of a metric that may run several times at once: the consult's own number. */
  'case.warn': { metric: Metric; attempt?: number; percent: number; dueAt: Instant };
  /** Nothing new to tell before the promised update, or a promise at risk: say so, honestly, before it breaks. */
  'case.reassure': { metric: 'nextUpdate' | 'promise'; attempt?: number; percent: number; dueAt: Instant };
  /** `percent` is 100, or 150 for an acceptance so late that the case climbs. */
  'case.breach': { metric: Metric; attempt?: number; percent: number; dueAt: Instant };
  'case.callbackOverdue': { n: number; dueAt: Instant };
  /** Puts the newest policy and calendar versions in force for clocks that run. */
  'case.rebase': Record<never, never>;
}

export type EventType = keyof EventPayloads;

/** One event. `at` is stamped by the engine from the database's clock, never by the caller. */
export type CaseEvent<T extends EventType = EventType> = {
  [K in T]: { readonly type: K; readonly at: Instant; readonly actor: Actor } & Readonly<EventPayloads[K]>;
}[T];

/** What a caller hands to the engine: the event without the instant. */
export type CaseCommand<T extends EventType = EventType> = {
  [K in T]: { readonly type: K; readonly actor: Actor } & Readonly<EventPayloads[K]>;
}[T];

/** Name of each accepted event in the journal, and so in webhooks and the ledger. */
export const JOURNAL_TYPES = {
  'case.open': 'case.opened',
  'case.start': 'case.started',
  'case.handOver': 'case.handedOver',
  'case.escalate': 'case.escalated',
  'case.accept': 'case.accepted',
  'case.return': 'case.returned',
  'case.reroute': 'case.rerouted',
  'case.assign': 'case.assigned',
  'case.decide': 'case.decided',
  'case.handBack': 'case.handedBack',
  'case.ask': 'case.questionAsked',
  'case.reply': 'case.replied',
  'case.cancelWait': 'case.waitCancelled',
  'case.waiveReply': 'case.replyWaived',
  'case.hold': 'case.held',
  'case.release': 'case.released',
  'case.message': 'case.messaged',
  'case.note': 'case.noted',
  'case.resolve': 'case.resolved',
  'case.confirm': 'case.confirmed',
  'case.reject': 'case.rejected',
  'case.reopen': 'case.reopened',
  'case.withdraw': 'case.withdrawn',
  'case.merge': 'case.merged',
  'case.absorb': 'case.absorbed',
  'case.prioritize': 'case.prioritized',
  'case.regrade': 'case.regraded',
  'case.raiseAttention': 'case.attentionRaised',
  'case.clearAttention': 'case.attentionCleared',
  'case.flag': 'case.flagged',
  'case.rate': 'case.rated',
  'case.askCallback': 'case.callbackAsked',
  'case.completeCallback': 'case.callbackCompleted',
  'case.reportUndeliverable': 'case.undeliverableReported',
  'case.consult': 'case.consulted',
  'case.answerConsult': 'case.consultAnswered',
  'case.declineConsult': 'case.consultDeclined',
  'case.cancelConsult': 'case.consultCancelled',
  'case.proposeSolution': 'case.solutionProposed',
  'case.agreeToSolution': 'case.solutionAgreedTo',
  'case.objectToSolution': 'case.solutionObjectedTo',
  'case.completeAction': 'case.actionCompleted',
  'case.promise': 'case.promiseMade',
  'case.keepPromise': 'case.promiseKept',
  'case.renegotiatePromise': 'case.promiseRenegotiated',
  'case.cancelPromise': 'case.promiseCancelled',
  'case.proposeCompensation': 'case.compensationProposed',
  'case.approveCompensation': 'case.compensationApproved',
  'case.rejectCompensation': 'case.compensationRejected',
  'case.executeCompensation': 'case.compensationExecuted',
  'case.settleCompensation': 'case.compensationSettled',
  'case.cancelCompensation': 'case.compensationCancelled',
  'case.requestExtension': 'case.extensionRequested',
  'case.grantExtension': 'case.extensionGranted',
  'case.denyExtension': 'case.extensionDenied',
  'case.assignTask': 'case.taskAssigned',
  'case.acceptTask': 'case.taskAccepted',
  'case.rateHandOff': 'case.handOffRated',
  'case.callbackOverdue': 'case.callbackOverdue',
  'case.remindWaiting': 'case.waitReminded',
  'case.expireWaiting': 'case.waitExpired',
  'case.reviewHold': 'case.holdReviewDue',
  'case.remindConfirmation': 'case.confirmationReminded',
  'case.closeUnopposed': 'case.closedUnopposed',
  'case.seal': 'case.sealed',
  'case.warn': 'case.warned',
  'case.reassure': 'case.reassured',
  'case.breach': 'case.breached',
  'case.rebase': 'case.rebased',
} as const satisfies Record<EventType, string>;

/** Written by an erasure, which is no event: it is accepted by no state and moves nothing (`erasure.ts`). */
export const CASE_ERASED = 'case.erased';

export type JournalType = (typeof JOURNAL_TYPES)[EventType] | typeof CASE_ERASED;

export const EVENT_TYPES = Object.keys(JOURNAL_TYPES) as EventType[];
