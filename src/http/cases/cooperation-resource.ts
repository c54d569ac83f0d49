/**
 * Consults, joint solutions, commitments, compensations and aftercare as clients see them: explicit projections, pure.
 * Instants become RFC 3339 texts, amounts decimal texts beside their currency.
 */
import type { CaseContext } from '../../domain/case.js';
import type {
  Callback,
  Compensation,
  Consult,
  CustomerPromise,
  Extension,
  HandOffRating,
  Proposal,
  Rating,
} from '../../domain/cooperation.js';
import { toDecimalText } from '../input/amount.js';
import { toInstantText as text } from '../input/instant.js';

/** The members of a case resource that tell of working together. */
export function cooperationResource(context: CaseContext) {
  return {
    consults: context.consults.map(consultResource),
    proposals: context.proposals.map(proposalResource),
    promises: context.promises.map(promiseResource),
    compensations: context.compensations.map(compensationResource),
    extensions: context.extensions.map(extensionResource),
    callbacks: context.callbacks.map(callbackResource),
    ratings: context.ratings.map(ratingResource),
    handOffRatings: context.handOffRatings.map(handOffRatingResource),
  };
}

function consultResource(one: Consult) {
  const { n, department, question, blocking, askedBy, assigneeId, outcome, answer, answeredBy } = one;
  return {
    n,
    department,
    question,
    blocking,
    askedBy,
    askedAt: text(one.askedAt),
    dueAt: text(one.dueAt),
    assigneeId,
    acceptedAt: text(one.acceptedAt),
    endedAt: text(one.endedAt),
    outcome,
    answer,
    answeredBy,
    withDeputy: one.withDeputy,
  };
}

function proposalResource(one: Proposal) {
  return {
    n: one.n,
    text: one.text,
    by: one.by,
    at: text(one.at),
    state: one.state,
    settledAt: text(one.settledAt),
    voices: one.voices.map(({ department, agrees, by, at, comment }) => ({
      department,
      agrees,
      by,
      at: text(at),
      comment,
    })),
    actions: one.actions.map((action) => ({
      k: action.k,
      text: action.text,
      department: action.department,
      dueAt: text(action.dueAt),
      doneAt: text(action.doneAt),
      doneBy: action.doneBy,
      outcome: action.outcome,
    })),
  };
}

function promiseResource(one: CustomerPromise) {
  return {
    n: one.n,
    text: one.text,
    dueAt: text(one.dueAt),
    department: one.department,
    madeBy: one.madeBy,
    madeByKind: one.madeByKind,
    madeAt: text(one.madeAt),
    concerns: one.concerns,
    state: one.state,
    endedAt: text(one.endedAt),
    fulfilledAt: text(one.fulfilledAt),
    renegotiations: one.renegotiations.map(({ fromDueAt, at, by, reason }) => ({
      fromDueAt: text(fromDueAt),
      at: text(at),
      by,
      reason,
    })),
  };
}

function compensationResource(one: Compensation) {
  const money = (amountMinor: number) => toDecimalText(amountMinor, one.currency);
  const { authority } = one;
  return {
    n: one.n,
    kind: one.kind,
    amount: money(one.amountMinor),
    currency: one.currency,
    description: one.description,
    reason: one.reason,
    state: one.state,
    proposedBy: one.proposedBy,
    proposedByKind: one.proposedByKind,
    proposedAt: text(one.proposedAt),
    approverRole: one.approverRole,
    approverDepartment: one.approverDepartment,
    assigneeId: one.assigneeId,
    withDeputy: one.withDeputy,
    decidedBy: one.decidedBy,
    decidedAt: text(one.decidedAt),
    comment: one.decisionComment,
    authority: authority && {
      role: authority.role,
      limit: money(authority.limitMinor),
      cap: money(authority.capMinor),
      grantedBefore: money(authority.grantedMinor),
    },
    executedAt: text(one.executedAt),
    reference: one.reference,
  };
}

function extensionResource(one: Extension) {
  return {
    n: one.n,
    metric: one.metric,
    untilAt: text(one.untilAt),
    reason: one.reason,
    tell: one.tell,
    requestedBy: one.requestedBy,
    requestedAt: text(one.requestedAt),
    state: one.state,
    decidedBy: one.decidedBy,
    decidedAt: text(one.decidedAt),
    comment: one.comment,
  };
}

function callbackResource(one: Callback) {
  return {
    n: one.n,
    reason: one.reason,
    note: one.note,
    channel: one.channel,
    department: one.department,
    assigneeId: one.assigneeId,
    askedBy: one.askedBy,
    askedAt: text(one.askedAt),
    dueAt: text(one.dueAt),
    overdue: one.overdue,
    doneAt: text(one.doneAt),
    doneBy: one.doneBy,
    outcome: one.outcome,
  };
}

function ratingResource({ cycle, score, recommend, comment, at }: Rating) {
  return { cycle, score, recommend, comment, at: text(at) };
}

function handOffRatingResource({ level, attempt, department, score, comment, by, at }: HandOffRating) {
  return { level, attempt, department, score, comment, by, at: text(at) };
}
