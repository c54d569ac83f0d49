/** What a case resource tells of working together, as the OpenAPI document shows it. Built by `cooperation-resource.ts`. */
import { CALLBACK_REASONS, COMPENSATION_KINDS } from '../../domain/cooperation.js';
import { Out, OutChoice, OutInstant } from '../documents/out.decorator.js';

const NULLABLE = { nullable: true } as const;
const ROLES = ['agent', 'member', 'lead', 'manager', 'admin'] as const;

export class ConsultRecordDto {
  @Out('integer') n: number;
  @Out(String) department: string;
  @Out(String) question: string;
  @Out(Boolean) blocking: boolean;
  @Out(String) askedBy: string;
  @OutInstant() askedAt: string;
  @OutInstant({ ...NULLABLE, description: 'Asked for by this date; null: the department’s own target.' })
  dueAt: string | null;
  @Out(String, NULLABLE) assigneeId: string | null;
  @OutInstant(NULLABLE) acceptedAt: string | null;
  @OutInstant(NULLABLE) endedAt: string | null;
  @OutChoice(['answered', 'declined', 'cancelled'], NULLABLE) outcome: string | null;
  @Out(String, NULLABLE) answer: string | null;
  @Out(String, NULLABLE) answeredBy: string | null;
  @Out(Boolean, { description: 'Not answered in time: a deputy may.' }) withDeputy: boolean;
}

export class ProposalVoiceDto {
  @Out(String) department: string;
  @Out(Boolean, { ...NULLABLE, description: 'Null until the department has spoken.' }) agrees: boolean | null;
  @Out(String, NULLABLE) by: string | null;
  @OutInstant(NULLABLE) at: string | null;
  @Out(String, NULLABLE) comment: string | null;
}

export class ActionItemDto {
  @Out('integer') k: number;
  @Out(String) text: string;
  @Out(String) department: string;
  @OutInstant(NULLABLE) dueAt: string | null;
  @OutInstant(NULLABLE) doneAt: string | null;
  @Out(String, NULLABLE) doneBy: string | null;
  @Out(String, NULLABLE) outcome: string | null;
}

export class ProposalRecordDto {
  @Out('integer') n: number;
  @Out(String) text: string;
  @Out(String) by: string;
  @OutInstant() at: string;
  @OutChoice(['open', 'agreed', 'objected', 'carriedOut', 'cancelled']) state: string;
  @OutInstant(NULLABLE) settledAt: string | null;
  @Out(() => [ProposalVoiceDto]) voices: ProposalVoiceDto[];
  @Out(() => [ActionItemDto]) actions: ActionItemDto[];
}

export class PromiseChangeDto {
  @OutInstant() fromDueAt: string;
  @OutInstant() at: string;
  @Out(String) by: string;
  @Out(String) reason: string;
}

export class PromiseRecordDto {
  @Out('integer') n: number;
  @Out(String) text: string;
  @OutInstant() dueAt: string;
  @Out(String, { ...NULLABLE, description: 'Null: the owner.' }) department: string | null;
  @Out(String) madeBy: string;
  @Out(String) madeByKind: string;
  @OutInstant() madeAt: string;
  @Out([String], { description: 'What spoke against it, and a manager overruled.' }) concerns: string[];
  @OutChoice(['open', 'kept', 'broken', 'cancelled']) state: string;
  @OutInstant(NULLABLE) endedAt: string | null;
  @OutInstant(NULLABLE) fulfilledAt: string | null;
  @Out(() => [PromiseChangeDto]) renegotiations: PromiseChangeDto[];
}

export class AuthorityDto {
  @OutChoice(ROLES) role: string;
  @Out(String, { example: '500.00' }) limit: string;
  @Out(String, { example: '5000.00' }) cap: string;
  @Out(String, { example: '0.00' }) grantedBefore: string;
}

export class CompensationRecordDto {
  @Out('integer') n: number;
  @OutChoice(COMPENSATION_KINDS) kind: string;
  @Out(String, { example: '49.90' }) amount: string;
  @Out(String, { example: 'CNY' }) currency: string;
  @Out(String) description: string;
  @Out(String) reason: string;
  @OutChoice(['proposed', 'approved', 'rejected', 'executing', 'executed', 'failed', 'cancelled'])
  state: string;
  @Out(String) proposedBy: string;
  @Out(String) proposedByKind: string;
  @OutInstant() proposedAt: string;
  @OutChoice(ROLES, { description: 'The lowest role that may approve it.' }) approverRole: string;
  @Out(String, { ...NULLABLE, description: 'Whose leads may; null: managers.' })
  approverDepartment: string | null;
  @Out(String, NULLABLE) assigneeId: string | null;
  @Out(Boolean, { description: 'Not decided in time: a deputy may.' }) withDeputy: boolean;
  @Out(String, NULLABLE) decidedBy: string | null;
  @OutInstant(NULLABLE) decidedAt: string | null;
  @Out(String, NULLABLE) comment: string | null;
  @Out(() => AuthorityDto, { ...NULLABLE, description: 'What allowed the approval, as it was then.' })
  authority: AuthorityDto | null;
  @OutInstant(NULLABLE) executedAt: string | null;
  @Out(String, NULLABLE) reference: string | null;
}

export class ExtensionRecordDto {
  @Out('integer') n: number;
  @OutChoice(['resolution', 'olaWork']) metric: string;
  @OutInstant() untilAt: string;
  @Out(String) reason: string;
  @Out(String, { description: 'What the customer reads when it is granted.' }) tell: string;
  @Out(String) requestedBy: string;
  @OutInstant() requestedAt: string;
  @OutChoice(['requested', 'granted', 'denied', 'lapsed']) state: string;
  @Out(String, NULLABLE) decidedBy: string | null;
  @OutInstant(NULLABLE) decidedAt: string | null;
  @Out(String, NULLABLE) comment: string | null;
}

export class CallbackRecordDto {
  @Out('integer') n: number;
  @OutChoice(CALLBACK_REASONS) reason: string;
  @Out(String) note: string;
  @Out(String, { ...NULLABLE, description: 'The channel that failed.' }) channel: string | null;
  @Out(String, { ...NULLABLE, description: 'Null: the owner’s.' }) department: string | null;
  @Out(String, NULLABLE) assigneeId: string | null;
  @Out(String) askedBy: string;
  @OutInstant() askedAt: string;
  @OutInstant(NULLABLE) dueAt: string | null;
  @Out(Boolean) overdue: boolean;
  @OutInstant(NULLABLE) doneAt: string | null;
  @Out(String, NULLABLE) doneBy: string | null;
  @Out(String, NULLABLE) outcome: string | null;
}

export class RatingRecordDto {
  @Out('integer') cycle: number;
  @Out('integer', { minimum: 1, maximum: 5 }) score: number;
  @Out('integer', { ...NULLABLE, minimum: 0, maximum: 10 }) recommend: number | null;
  @Out(String, NULLABLE) comment: string | null;
  @OutInstant() at: string;
}

export class HandOffRatingRecordDto {
  @Out('integer', { enum: [1, 2] }) level: number;
  @Out('integer') attempt: number;
  @Out(String) department: string;
  @Out('integer', { minimum: 1, maximum: 5 }) score: number;
  @Out(String, NULLABLE) comment: string | null;
  @Out(String) by: string;
  @OutInstant() at: string;
}
