/**
 * The bodies of commands on a case, one small class each. Shapes only: whether the case accepts the command is the
 * machine's to say. A field with `optional` may be absent or null.
 */
import {
  DECISIONS,
  GRADES,
  RETURN_REASONS,
  SEVERITIES,
  type Decision,
  type Grade,
  type ReturnReason,
  type Severity,
} from '../../domain/case.js';
import {
  Choice,
  Flag,
  InstantText,
  Key,
  KEY_MAX,
  Line,
  LONG_TEXT_MAX,
  Text,
  TextRecord,
  Texts,
  Uuid,
  Whole,
} from '../input/fields.decorator.js';

/** Reasons and comments: a paragraph, not a document. */
export const NOTE_MAX = 2_000;
/** Consults, promises and the like are numbered within their case; no case has more. */
export const NUMBER_MAX = 999_999;
/** There is no level above 2, but asking for one is refused by the machine, by name (409), not by the parser. */
const ASKED_LEVEL_MAX = 99;

export class NothingDto {}

export class OptionalReasonDto {
  @Text(NOTE_MAX, { optional: true })
  reason?: string | null;
}

export class ReasonDto {
  @Text(NOTE_MAX)
  reason: string;
}

export class TextDto {
  @Text(LONG_TEXT_MAX)
  text: string;
}

export class OwnershipDto {
  @Line(KEY_MAX, { optional: true, about: 'Default: the agent who asks.', example: 'agent' })
  agentId?: string | null;

  @Text(NOTE_MAX, { optional: true, about: 'Why the case is handed over.' })
  reason?: string | null;
}

export class EscalationDto {
  @Key({ example: 'logistics' })
  department: string;

  @Whole(1, ASKED_LEVEL_MAX, {
    optional: true,
    about: '1 or 2; default: the level that follows. There is no third: asking for it is refused with 409.',
    example: 1,
  })
  toLevel?: number | null;

  @Text(NOTE_MAX, { about: 'Why the department is needed.', example: 'Find the parcel' })
  purpose: string;

  @Text(NOTE_MAX, { example: 'A delivery date, or confirmation of the loss' })
  expectedOutcome: string;

  @Texts(NOTE_MAX, { optional: true, example: ['Tracking page of 12 May: in transit since 3 May'] })
  evidence?: string[] | null;

  @TextRecord(NOTE_MAX, {
    optional: true,
    about: 'The hand-off fields that the playbook asks for.',
    example: {},
  })
  fields?: Record<string, string> | null;

  @Text(NOTE_MAX, { optional: true, about: 'Needed where the playbook wants departures explained.' })
  reason?: string | null;

  @Texts(NOTE_MAX, {
    optional: true,
    about: 'Items of the playbook’s checklist that were done.',
    example: [],
  })
  checked?: string[] | null;
}

export class ReturnDto {
  @Choice(RETURN_REASONS, { example: 'missingInfo' })
  reason: ReturnReason;

  @Key({ optional: true, about: 'The department that should have it instead.' })
  suggestion?: string | null;

  @Texts(KEY_MAX, { optional: true, about: 'Needed with `missingInfo`.', example: ['trackingNumber'] })
  missingFields?: string[] | null;

  @Text(NOTE_MAX, { example: 'Without the tracking number the carrier does not search.' })
  comment: string;
}

export class RerouteDto {
  @Key({ example: 'finance' })
  department: string;

  @Text(NOTE_MAX)
  reason: string;
}

export class AssignmentDto {
  @Key({ optional: true, about: 'Binding. Absent or null: back to the owner.', example: 'logistics' })
  department?: string | null;

  @Whole(1, 2, { optional: true, about: 'Default: the level that was in dispute.', example: 1 })
  level?: number | null;

  @Text(NOTE_MAX)
  reason: string;
}

export class DecisionDto {
  @Choice(DECISIONS, { example: 'alternative' })
  decision: Decision;

  @Text(LONG_TEXT_MAX, { about: 'What the customer gets; they read it.' })
  solution: string;

  @Text(LONG_TEXT_MAX, {
    optional: true,
    empty: true,
    about: 'Why; the customer reads it. Needed when the decision is `refuse`.',
  })
  reasons?: string | null;
}

export class HandBackDto {
  @Text(LONG_TEXT_MAX, { about: 'What level 1 is to carry out.' })
  decision: string;

  @Key({ optional: true, about: 'Needed only when the case was never at level 1.' })
  department?: string | null;
}

export class QuestionDto {
  @Text(LONG_TEXT_MAX, { about: 'The customer reads it.', example: 'Which address should we send it to?' })
  question: string;

  @InstantText({
    optional: true,
    about: 'Default: by the life-cycle policy.',
    example: '2026-05-20T17:00:00Z',
  })
  waitUntil?: string | null;
}

export class ReplyDto {
  @Text(LONG_TEXT_MAX)
  text: string;

  @InstantText({ optional: true, about: 'When the customer wrote it; clocks resume here. Default: now.' })
  occurredAt?: string | null;

  @Line(KEY_MAX, { optional: true, example: 'email' })
  channel?: string | null;

  @Line(255, { optional: true, about: 'The channel’s own id: the same message is recorded once.' })
  messageId?: string | null;

  @Flag({ optional: true, about: 'An out-of-office reply or a bounce: it answers nobody.' })
  automatic?: boolean | null;
}

export class HoldDto {
  @Text(NOTE_MAX, { example: 'The carrier searches its depots' })
  reason: string;

  @InstantText({ about: 'When a manager looks at it at the latest.', example: '2026-05-20T17:00:00Z' })
  reviewAt: string;
}

export class ResolutionDto {
  @Text(LONG_TEXT_MAX, {
    about: 'The customer reads it.',
    example: 'The parcel was found and arrives on Friday.',
  })
  solution: string;

  @Text(NOTE_MAX, { about: 'Internal.', example: 'Label torn in the depot' })
  rootCause: string;

  @Whole(1, NUMBER_MAX, {
    optional: true,
    about: 'Number of the compensation that is part of the solution; it must have been approved.',
  })
  compensationId?: number | null;
}

export class ConfirmationDto {
  @Text(NOTE_MAX, { optional: true })
  comment?: string | null;
}

export class MergeDto {
  @Uuid({ about: 'The case that goes on.' })
  primaryCaseId: string;

  @Text(NOTE_MAX, { optional: true })
  reason?: string | null;
}

export class PriorityDto {
  @Choice(SEVERITIES, { optional: true, about: 'Absent: unchanged.', example: 'high' })
  impact?: Severity | null;

  @Choice(SEVERITIES, { optional: true, about: 'Absent: unchanged.', example: 'high' })
  urgency?: Severity | null;

  @Choice(GRADES, {
    optional: true,
    about: 'The customer’s grade. Alone: not together with impact or urgency.',
  })
  grade?: Grade | null;

  @Text(NOTE_MAX)
  reason: string;
}

export const FLAGS = ['reputationRisk', 'abuse', 'needsTriage'] as const;

export class FlagDto {
  @Choice(FLAGS, { example: 'reputationRisk' })
  flag: (typeof FLAGS)[number];

  @Flag({ example: true })
  on: boolean;

  @Text(NOTE_MAX, { example: 'The customer announced a public review' })
  reason: string;
}
