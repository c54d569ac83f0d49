/**
 * The case resource as the OpenAPI document shows it. Built by `case-resource.ts`; a test holds the two together.
 */
import {
  DECISIONS,
  GRADES,
  METRICS,
  PRIORITIES,
  RETURN_REASONS,
  SEVERITIES,
  STATE_PATHS,
} from '../../domain/case.js';
import { EVENT_TYPES } from '../../domain/events.js';
import { Out, OutChoice, OutChoices, OutInstant, OutUuid } from '../documents/out.decorator.js';
import {
  CallbackRecordDto,
  CompensationRecordDto,
  ConsultRecordDto,
  ExtensionRecordDto,
  HandOffRatingRecordDto,
  PromiseRecordDto,
  ProposalRecordDto,
  RatingRecordDto,
} from './cooperation-records.dto.js';

const NULLABLE = { nullable: true } as const;

export class CustomerLinkDto {
  @OutUuid() id: string;
}

export class OwnerDto {
  @Out(String, { example: 'agent' }) id: string;
  @Out(String, { ...NULLABLE, example: 'Alex Morgan' }) name: string | null;
}

export class HandlerDto {
  @Out(String, { example: 'logistics' }) department: string;
  @Out(String, { ...NULLABLE, description: 'Null until somebody accepts.' }) memberId: string | null;
}

export class AttemptDto {
  @Out('integer') n: number;
  @Out(String) department: string;
  @Out(String, NULLABLE) memberId: string | null;
  @OutInstant() dispatchedAt: string;
  @OutInstant(NULLABLE) acceptedAt: string | null;
  @OutInstant(NULLABLE) endedAt: string | null;
  @Out(String, { ...NULLABLE, example: 'returned' }) outcome: string | null;
  @OutChoice([...RETURN_REASONS], NULLABLE) returnReason: string | null;
}

export class EscalationRecordDto {
  @Out('integer', { enum: [1, 2] }) level: number;
  @Out(String) purpose: string;
  @Out(String) expectedOutcome: string;
  @Out([String]) evidence: string[];
  @Out('object', { additionalProperties: { type: 'string' } }) fields: Record<string, string>;
  @Out(String, NULLABLE) reason: string | null;
  @Out(String) by: string;
  @OutInstant() at: string;
  @Out(Boolean, { description: 'A manager named this department.' }) binding: boolean;
  @Out(() => [AttemptDto]) attempts: AttemptDto[];
}

export class ClockSpanDto {
  @OutInstant() fromAt: string;
  @OutInstant() toAt: string;
}

export class ClockDto {
  @OutChoice(METRICS) metric: string;
  @Out('integer') cycle: number;
  @Out('integer') attempt: number;
  @Out(String) policyKey: string;
  @Out('integer') policyVersion: number;
  @Out(String) calendarKey: string;
  @Out('integer') calendarVersion: number;
  @Out('integer', NULLABLE) targetSeconds: number | null;
  @Out('integer') elapsedSeconds: number;
  @Out('integer') warnedPercent: number;
  @OutInstant() startedAt: string;
  @OutInstant(NULLABLE) runningSinceAt: string | null;
  @OutInstant(NULLABLE) dueAt: string | null;
  @OutInstant(NULLABLE) breachedAt: string | null;
  @OutChoice(['time', 'retarget'], NULLABLE) breachCause: string | null;
  @OutInstant(NULLABLE) detectedAt: string | null;
  @OutInstant(NULLABLE) retargetedAt: string | null;
  @OutInstant(NULLABLE) stoppedAt: string | null;
  @OutChoice(['met', 'breached', 'cancelled'], NULLABLE) outcome: string | null;
  @Out(() => [ClockSpanDto]) spans: ClockSpanDto[];
}

export class ReturnedDto {
  @Out('integer', { enum: [1, 2] }) fromLevel: number;
  @OutChoice([...RETURN_REASONS]) reason: string;
  @Out([String]) missingFields: string[];
  @Out(String, NULLABLE) suggestion: string | null;
  @Out(String) comment: string;
}

export class WaitingDto {
  @OutChoice(STATE_PATHS) resumeTo: string;
  @Out(String) question: string;
  @Out(String) askedBy: string;
  @OutInstant() sinceAt: string;
  @OutInstant() expireAt: string;
}

export class HeldDto {
  @Out(String) reason: string;
  @OutInstant() sinceAt: string;
  @OutInstant() reviewAt: string;
  @Out(Boolean) reviewDue: boolean;
}

export class AttentionDto {
  @Out(String) reason: string;
  @Out(String) by: string;
  @Out(String) byKind: string;
  @OutInstant() at: string;
}

export class ResolvedDto {
  @OutChoice(['solution', 'decision', 'noCustomerReply']) kind: string;
  @OutChoice(DECISIONS, NULLABLE) decision: string | null;
  @Out(String) solution: string;
  @Out(String, NULLABLE) rootCause: string | null;
  @Out(String) by: string;
  @OutInstant() at: string;
  @OutChoice(STATE_PATHS) reworkTo: string;
  @OutInstant({ description: 'Without an objection the case closes then.' }) closeAt: string;
}

const ACTIONS = EVENT_TYPES.map((type) => type.slice('case.'.length));

export class CaseDto {
  @OutUuid() id: string;
  @Out(String, { example: 'C-7K3Q-F9XM' }) number: string;
  @Out(String) subject: string;
  @Out(String) description: string;
  @Out(String) expectedOutcome: string;
  @Out(String) category: string;
  @Out(String, { example: 'phone' }) channel: string;
  @Out(String, NULLABLE) orderRef: string | null;
  @Out(() => CustomerLinkDto) customer: CustomerLinkDto;
  @OutChoice(STATE_PATHS) state: string;
  @Out('integer', { enum: [0, 1, 2] }) level: number;
  @Out('integer', { enum: [0, 1, 2] }) maxLevelReached: number;
  @Out(() => OwnerDto, NULLABLE) owner: OwnerDto | null;
  @Out(() => HandlerDto, NULLABLE) handler: HandlerDto | null;
  @OutChoice(PRIORITIES) priority: string;
  @OutChoice(SEVERITIES) impact: string;
  @OutChoice(SEVERITIES) urgency: string;
  @OutChoice(GRADES) grade: string;
  @Out([String], { example: ['attention'] }) flags: string[];
  @Out('integer') cycle: number;
  @Out('integer', { description: 'How often the customer asked again while waiting to hear from us.' })
  chases: number;
  @Out(() => [ClockDto]) clocks: ClockDto[];
  @OutInstant({ ...NULLABLE, description: 'By when the customer hears from us again.' })
  nextUpdateDueAt: string | null;
  @OutInstant(NULLABLE) resolutionDueAt: string | null;
  @Out(() => [EscalationRecordDto]) escalations: EscalationRecordDto[];
  @Out(() => [ConsultRecordDto]) consults: ConsultRecordDto[];
  @Out(() => [ProposalRecordDto]) proposals: ProposalRecordDto[];
  @Out(() => [PromiseRecordDto]) promises: PromiseRecordDto[];
  @Out(() => [CompensationRecordDto]) compensations: CompensationRecordDto[];
  @Out(() => [ExtensionRecordDto]) extensions: ExtensionRecordDto[];
  @Out(() => [CallbackRecordDto]) callbacks: CallbackRecordDto[];
  @Out(() => [RatingRecordDto]) ratings: RatingRecordDto[];
  @Out(() => [HandOffRatingRecordDto]) handOffRatings: HandOffRatingRecordDto[];
  @Out(() => ReturnedDto, NULLABLE) returned: ReturnedDto | null;
  @Out(() => WaitingDto, NULLABLE) waiting: WaitingDto | null;
  @Out(() => HeldDto, NULLABLE) hold: HeldDto | null;
  @Out(() => AttentionDto, NULLABLE) attention: AttentionDto | null;
  @Out(() => ResolvedDto, NULLABLE) resolution: ResolvedDto | null;
  @OutInstant(NULLABLE) closedAt: string | null;
  @OutChoice(['confirmed', 'noObjection'], NULLABLE) closedBecause: string | null;
  @OutInstant(NULLABLE) reopenUntilAt: string | null;
  @OutUuid(NULLABLE) mergedInto: string | null;
  @Out('array', { items: { type: 'string', format: 'uuid' } }) absorbed: string[];
  @OutUuid({ ...NULLABLE, description: 'The closed case that this one continues.' })
  previousCaseId: string | null;
  @OutChoices(ACTIONS, { description: 'What you may do with the case now.', example: ['escalate', 'note'] })
  allowedActions: string[];
  @Out(String, {
    ...NULLABLE,
    format: 'uri',
    description: 'The customer’s page. A key to the case: hand on with care.',
  })
  statusUrl: string | null;
  @Out('integer', { description: 'Number of the last journal entry; also the ETag.' }) revision: number;
  @Out('integer') machineVersion: number;
  @OutInstant() receivedAt: string;
  @OutInstant() createdAt: string;
  @OutInstant() updatedAt: string;
  @OutInstant({ ...NULLABLE, description: 'When the person was forgotten: texts read `[erased]`.' })
  erasedAt: string | null;
}
