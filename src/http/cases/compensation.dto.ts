/** The bodies of commands on compensations, and the hint for a fair amount. Amounts are decimal texts. */
import { COMPENSATION_KINDS, type CompensationKind } from '../../domain/cooperation.js';
import { Out, OutChoice, OutInstant } from '../documents/out.decorator.js';
import { Choice, Flag, Line, LINE_MAX, Text } from '../input/fields.decorator.js';
import { NOTE_MAX } from './case-command.dto.js';

/** Longer than any amount that is taken: what does not fit is named, not cut. */
const AMOUNT_LENGTH_MAX = 20;

export class CompensationDto {
  @Choice(COMPENSATION_KINDS, { example: 'refund' })
  kind: CompensationKind;

  @Line(AMOUNT_LENGTH_MAX, { about: 'A decimal text, in the currency’s own decimals.', example: '49.90' })
  amount: string;

  @Line(3, { optional: true, about: 'ISO 4217. Default: the policy’s.', example: 'CNY' })
  currency?: string | null;

  @Text(NOTE_MAX, { about: 'The customer reads it.', example: 'The price of the broken lamp' })
  description: string;

  @Text(NOTE_MAX, { about: 'Why; for staff.', example: 'Second broken delivery' })
  reason: string;
}

export class ExecutionDto {
  @Line(LINE_MAX, {
    optional: true,
    about: 'Number of the payment that was made by hand. Absent: the payment system pays and answers.',
  })
  reference?: string | null;
}

export class SettlementDto {
  @Flag({ about: 'What the payment system answered.', example: true })
  paid: boolean;

  @Line(LINE_MAX, { optional: true, about: 'The payment system’s own number.' })
  reference?: string | null;

  @Text(NOTE_MAX, { optional: true, about: 'Why it could not be paid.' })
  detail?: string | null;
}

export class SimilarCompensationDto {
  @OutChoice(COMPENSATION_KINDS) kind: string;
  @Out(String, { example: '49.90' }) amount: string;
  @OutChoice(['approved', 'executing', 'executed']) state: string;
  @OutInstant() decidedAt: string;
}

export class CompensationHintDto {
  @Out(String, { example: 'CNY' }) currency: string;
  @Out(String, { nullable: true, example: '20.00', description: 'Null: no similar case got anything.' })
  min: string | null;
  @Out(String, { nullable: true, example: '49.90' }) median: string | null;
  @Out(String, { nullable: true, example: '120.00' }) max: string | null;
  @Out(() => [SimilarCompensationDto], { description: 'Of the same category, newest first.' })
  similar: SimilarCompensationDto[];
}
