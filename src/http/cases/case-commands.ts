/**
 * The commands on a case: one row per address under `/cases/{id}/`, from its body to the typed event. With the rows of
 * its neighbours this table is the whole of it: the controller, the OpenAPI document and the tests are made from it.
 * Rules are not here; the machine says no.
 */
import type { Level } from '../../domain/case.js';
import { parseInstant } from '../input/instant.js';
import { AFTERCARE_COMMANDS } from './aftercare-commands.js';
import * as dto from './case-command.dto.js';
import { type CommandRoute, invalid, required, row } from './command-route.js';
import { COMMITMENT_COMMANDS } from './commitment-commands.js';
import { COMPENSATION_COMMANDS } from './compensation-commands.js';
import { COOPERATION_COMMANDS } from './cooperation-commands.js';

export const CASE_COMMANDS: readonly CommandRoute[] = [
  row({
    path: 'ownership',
    method: 'POST',
    summary: 'Start working on a case, or hand it over to another agent',
    body: dto.OwnershipDto,
    events: ['case.start', 'case.handOver'],
    readsCase: true,
    toCommand: ({ agentId, reason }, actor, { current, mayOwn }) => {
      const owner = agentId ?? (actor.kind === 'agent' ? actor.id : null);
      if (owner === null) throw required('/agentId');
      if (!mayOwn(owner)) throw invalid('/agentId', 'There is no such agent.', 'unknown');
      const isStart = current.state === 'received' || current.context.ownerId === null;
      return isStart
        ? { type: 'case.start', actor, agentId: owner }
        : { type: 'case.handOver', actor, agentId: owner, reason: reason ?? '' };
    },
  }),
  row({
    path: 'escalations',
    method: 'POST',
    summary: 'Escalate to a department: one level up, two at most',
    body: dto.EscalationDto,
    events: ['case.escalate'],
    toCommand: ({ department, toLevel, checked, evidence, fields, reason, ...packet }, actor) => ({
      type: 'case.escalate',
      actor,
      department,
      // A level that does not exist is passed on: the machine refuses it by name, whoever asks.
      ...(toLevel === undefined || toLevel === null ? {} : { toLevel: toLevel as Level }),
      ...packet,
      evidence: evidence ?? [],
      fields: fields ?? {},
      reason: reason ?? null,
      ...(checked ? { checked } : {}),
    }),
  }),
  row({
    path: 'acceptances',
    method: 'POST',
    summary: 'Accept a case that was dispatched to the own department',
    body: dto.NothingDto,
    events: ['case.accept'],
    toCommand: (_body, actor) => ({ type: 'case.accept', actor }),
  }),
  row({
    path: 'returns',
    method: 'POST',
    summary: 'Return a case to its owner, with the reason',
    body: dto.ReturnDto,
    events: ['case.return'],
    toCommand: ({ reason, suggestion, missingFields, comment }, actor) => ({
      type: 'case.return',
      actor,
      reason,
      suggestion: suggestion ?? null,
      missingFields: missingFields ?? [],
      comment,
    }),
  }),
  row({
    path: 'reroutes',
    method: 'POST',
    summary: 'Reroute to another department on the same level',
    body: dto.RerouteDto,
    events: ['case.reroute'],
    toCommand: ({ department, reason }, actor) => ({ type: 'case.reroute', actor, department, reason }),
  }),
  row({
    path: 'hand-backs',
    method: 'POST',
    summary: 'Hand back from level 2 to level 1, with the decision to carry out',
    body: dto.HandBackDto,
    events: ['case.handBack'],
    toCommand: ({ decision, department }, actor) => ({
      type: 'case.handBack',
      actor,
      decision,
      department: department ?? null,
    }),
  }),
  row({
    path: 'assignments',
    method: 'POST',
    summary: 'Assign a disputed case bindingly to a department, or give it back to its owner',
    body: dto.AssignmentDto,
    events: ['case.assign'],
    toCommand: ({ department, level, reason }, actor) => ({
      type: 'case.assign',
      actor,
      department: department ?? null,
      ...(level === undefined || level === null ? {} : { level: level as 1 | 2 }),
      reason,
    }),
  }),
  row({
    path: 'decisions',
    method: 'POST',
    summary: 'Decide a case that no department could solve: grant, alternative, or refuse with reasons',
    body: dto.DecisionDto,
    events: ['case.decide'],
    toCommand: ({ decision, solution, reasons }, actor) => ({
      type: 'case.decide',
      actor,
      decision,
      solution,
      reasons: reasons ?? '',
    }),
  }),
  row({
    path: 'questions',
    method: 'POST',
    summary: 'Ask the customer something; the case waits for the answer',
    body: dto.QuestionDto,
    events: ['case.ask'],
    toCommand: ({ question, waitUntil }, actor) => ({
      type: 'case.ask',
      actor,
      question,
      waitUntilAt: waitUntil ? parseInstant(waitUntil) : null,
    }),
  }),
  row({
    path: 'replies',
    method: 'POST',
    summary: 'Record a message from the customer; it ends a wait',
    body: dto.ReplyDto,
    events: ['case.reply'],
    toCommand: ({ text, channel, messageId, automatic }, actor) => ({
      type: 'case.reply',
      actor,
      text,
      channel: channel ?? null,
      messageId: messageId ?? null,
      automatic: automatic ?? false,
    }),
    toMessage: ({ occurredAt, messageId }) => ({
      occurredAt: occurredAt ? parseInstant(occurredAt) : null,
      messageId: messageId ?? null,
    }),
  }),
  row({
    path: 'replies/waiver',
    method: 'POST',
    summary: 'State that the customer’s last message needs no answer',
    body: dto.ReasonDto,
    events: ['case.waiveReply'],
    toCommand: ({ reason }, actor) => ({ type: 'case.waiveReply', actor, reason }),
  }),
  row({
    path: 'waits/cancellation',
    method: 'POST',
    summary: 'Stop waiting for the customer and go on',
    body: dto.OptionalReasonDto,
    events: ['case.cancelWait'],
    toCommand: ({ reason }, actor) => ({ type: 'case.cancelWait', actor, reason: reason ?? null }),
  }),
  row({
    path: 'holds',
    method: 'POST',
    summary: 'Hold a case for a third party; the customer’s clocks run on',
    body: dto.HoldDto,
    events: ['case.hold'],
    toCommand: ({ reason, reviewAt }, actor) => ({
      type: 'case.hold',
      actor,
      reason,
      reviewAt: parseInstant(reviewAt) ?? 0,
    }),
  }),
  row({
    path: 'holds/release',
    method: 'POST',
    summary: 'Release a case from its hold',
    body: dto.OptionalReasonDto,
    events: ['case.release'],
    toCommand: ({ reason }, actor) => ({ type: 'case.release', actor, reason: reason ?? null }),
  }),
  row({
    path: 'messages',
    method: 'POST',
    summary: 'Write to the customer',
    body: dto.TextDto,
    events: ['case.message'],
    toCommand: ({ text }, actor) => ({ type: 'case.message', actor, text }),
  }),
  row({
    path: 'notes',
    method: 'POST',
    summary: 'Add an internal note; the customer never reads it',
    body: dto.TextDto,
    events: ['case.note'],
    toCommand: ({ text }, actor) => ({ type: 'case.note', actor, text }),
  }),
  row({
    path: 'resolutions',
    method: 'POST',
    summary: 'Resolve a case: the solution for the customer, the root cause for us',
    body: dto.ResolutionDto,
    events: ['case.resolve'],
    toCommand: ({ solution, rootCause, compensationId }, actor) => ({
      type: 'case.resolve',
      actor,
      solution,
      rootCause,
      ...(compensationId ? { compensation: compensationId } : {}),
    }),
  }),
  row({
    path: 'confirmations',
    method: 'POST',
    summary: 'Confirm the solution on the customer’s behalf; the case closes',
    body: dto.ConfirmationDto,
    events: ['case.confirm'],
    toCommand: ({ comment }, actor) => ({ type: 'case.confirm', actor, comment: comment ?? null }),
  }),
  row({
    path: 'rejections',
    method: 'POST',
    summary: 'Reject the solution on the customer’s behalf; work goes on',
    body: dto.ReasonDto,
    events: ['case.reject'],
    toCommand: ({ reason }, actor) => ({ type: 'case.reject', actor, reason }),
  }),
  row({
    path: 'reopenings',
    method: 'POST',
    summary: 'Reopen a closed case; after its window a new case is opened that continues it',
    body: dto.ReasonDto,
    events: ['case.reopen', 'case.open'],
    toCommand: ({ reason }, actor) => ({ type: 'case.reopen', actor, reason }),
  }),
  row({
    path: 'withdrawals',
    method: 'POST',
    summary: 'Withdraw a case on the customer’s behalf',
    body: dto.ReasonDto,
    events: ['case.withdraw'],
    toCommand: ({ reason }, actor) => ({ type: 'case.withdraw', actor, reason }),
  }),
  row({
    path: 'merges',
    method: 'POST',
    summary: 'Merge a case into another one, which goes on',
    body: dto.MergeDto,
    events: ['case.merge'],
    toCommand: ({ primaryCaseId, reason }, actor) => ({
      type: 'case.merge',
      actor,
      primaryCaseId,
      reason: reason ?? '',
    }),
  }),
  row({
    path: 'priority',
    method: 'PUT',
    summary: 'Set impact and urgency, or the customer’s grade; the priority follows',
    body: dto.PriorityDto,
    events: ['case.prioritize', 'case.regrade'],
    readsCase: true,
    toCommand: ({ impact, urgency, grade, reason }, actor, { current: { context } }) => {
      const isRegrade = grade !== undefined && grade !== null;
      if (isRegrade && (impact || urgency)) {
        throw invalid('/grade', 'Set the grade alone, or impact and urgency.');
      }
      if (isRegrade) return { type: 'case.regrade', actor, grade, reason };
      if (!impact && !urgency) throw required('/impact');
      return {
        type: 'case.prioritize',
        actor,
        impact: impact ?? context.impact,
        urgency: urgency ?? context.urgency,
        reason,
      };
    },
  }),
  row({
    path: 'attention',
    method: 'POST',
    summary: 'Call a manager to a case; nothing moves',
    body: dto.ReasonDto,
    events: ['case.raiseAttention'],
    toCommand: ({ reason }, actor) => ({ type: 'case.raiseAttention', actor, reason }),
  }),
  row({
    path: 'attention',
    method: 'DELETE',
    summary: 'A manager has looked: end the call (without a reason)',
    body: dto.OptionalReasonDto,
    events: ['case.clearAttention'],
    toCommand: ({ reason }, actor) => ({ type: 'case.clearAttention', actor, reason: reason ?? '' }),
  }),
  row({
    path: 'attention/clearance',
    method: 'POST',
    summary: 'A manager has looked: end the call',
    body: dto.OptionalReasonDto,
    events: ['case.clearAttention'],
    toCommand: ({ reason }, actor) => ({ type: 'case.clearAttention', actor, reason: reason ?? '' }),
  }),
  row({
    path: 'flags',
    method: 'POST',
    summary: 'Mark a case, or take the mark away',
    body: dto.FlagDto,
    events: ['case.flag'],
    toCommand: ({ flag, on, reason }, actor) => ({ type: 'case.flag', actor, flag, on, reason }),
  }),
  ...COOPERATION_COMMANDS,
  ...COMMITMENT_COMMANDS,
  ...COMPENSATION_COMMANDS,
  ...AFTERCARE_COMMANDS,
];
