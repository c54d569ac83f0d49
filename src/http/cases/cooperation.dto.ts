/**
 * The bodies of commands by which departments work together, make commitments and look after the customer. Shapes
 * only; the machine says no.
 */
import { CALLBACK_REASONS, type CallbackReason } from '../../domain/cooperation.js';
import {
  Choice,
  Flag,
  InstantText,
  Key,
  KEY_MAX,
  Line,
  LONG_TEXT_MAX,
  Text,
  Texts,
  Whole,
} from '../input/fields.decorator.js';
import { NestedList } from '../input/nested-list.decorator.js';
import { NOTE_MAX } from './case-command.dto.js';

const DUE = '2026-05-20T17:00:00Z';

export class CommentDto {
  @Text(NOTE_MAX, { optional: true })
  comment?: string | null;
}

export class OutcomeDto {
  @Text(NOTE_MAX, { about: 'What came of it.', example: 'Sent on Monday, tracking number 4711' })
  outcome: string;
}

export class ConsultDto {
  @Key({ example: 'finance' })
  department: string;

  @Text(LONG_TEXT_MAX, { example: 'Was the refund of 3 May booked?' })
  question: string;

  @Flag({ optional: true, about: 'Whether the case must wait for the answer before it can be resolved.' })
  blocking?: boolean | null;

  @InstantText({ optional: true, about: 'Default: the department’s own target.', example: DUE })
  dueAt?: string | null;
}

export class AnswerDto {
  @Text(LONG_TEXT_MAX)
  answer: string;
}

export class ProposedActionDto {
  @Text(NOTE_MAX, { example: 'Send a replacement' })
  text: string;

  @Key({ about: 'Who does it; `frontline`: the owner.', example: 'logistics' })
  department: string;

  @InstantText({ optional: true, example: DUE })
  dueAt?: string | null;
}

export class ProposalDto {
  @Text(LONG_TEXT_MAX, { about: 'The joint solution.' })
  text: string;

  @Texts(KEY_MAX, { about: 'Departments whose agreement it needs.', example: ['logistics', 'finance'] })
  departments: string[];

  @NestedList(() => ProposedActionDto, 'What is to be done once all agree.')
  actions?: ProposedActionDto[] | null;
}

export class PromiseDto {
  @Text(NOTE_MAX, { about: 'The customer reads it.', example: 'Your replacement leaves our depot' })
  text: string;

  @InstantText({ about: 'By when.', example: DUE })
  dueAt: string;

  @Key({ optional: true, about: 'Who must keep it. Default: the owner.' })
  department?: string | null;

  @Flag({ optional: true, about: 'A manager makes it although it may not be keepable.' })
  despite?: boolean | null;
}

export class FulfilmentDto {
  @Text(NOTE_MAX, { optional: true })
  note?: string | null;
}

export class RenegotiationDto {
  @InstantText({ example: DUE })
  dueAt: string;

  @Text(NOTE_MAX)
  reason: string;

  @Flag({ optional: true, about: 'A manager agrees although it may not be keepable.' })
  despite?: boolean | null;
}

const EXTENDABLE = ['resolution', 'olaWork'] as const;

export class ExtensionDto {
  @Choice(EXTENDABLE, { example: 'olaWork' })
  metric: (typeof EXTENDABLE)[number];

  @InstantText({ about: 'The new due time.', example: DUE })
  untilAt: string;

  @Text(NOTE_MAX, { about: 'Why; for whoever decides.' })
  reason: string;

  @Text(NOTE_MAX, { about: 'What the customer reads when it is granted.' })
  tell: string;
}

export class CallbackDto {
  @Choice(CALLBACK_REASONS, { optional: true, about: 'Default: followUp.' })
  reason?: CallbackReason | null;

  @Text(NOTE_MAX, { about: 'What to ask or tell.', example: 'Ask whether the replacement arrived' })
  note: string;

  @Key({ optional: true, about: 'Who calls. Default: the owner; for a sales lead: sales.' })
  department?: string | null;

  @InstantText({ optional: true, about: 'Default: by the life-cycle policy.', example: DUE })
  dueAt?: string | null;
}

export class RatingDto {
  @Whole(1, 5, { about: '1: very poor, 5: very good.', example: 4 })
  score: number;

  @Whole(0, 10, { optional: true, about: 'How likely they would recommend us.', example: 8 })
  recommend?: number | null;

  @Text(NOTE_MAX, { optional: true })
  comment?: string | null;
}

export class HandOffRatingDto {
  @Whole(1, 5, { about: 'How well the case was handed over to us.', example: 4 })
  score: number;

  @Text(NOTE_MAX, { optional: true })
  comment?: string | null;
}

export class AssigneeDto {
  @Line(KEY_MAX, { optional: true, about: 'Absent or null: whoever takes it.', example: 'logistics-2' })
  assigneeId?: string | null;

  @Text(NOTE_MAX, { optional: true })
  reason?: string | null;
}

export class TaskAssignmentDto extends AssigneeDto {
  @Line(KEY_MAX, { about: 'Key of the task.', example: 'handle-1-1' })
  task: string;
}
