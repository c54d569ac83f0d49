/**
 * What goes in and out by link beside plain texts. The customer's view is documentation of what `status-resource.ts`
 * makes; a test holds the two together.
 */
import { ApiProperty } from '@nestjs/swagger';
import { CUSTOMER_ACTION_NAMES, type CustomerAction } from '../../delivery/customer-actions.js';
import {
  COMPENSATION_STANDINGS,
  type CompensationStanding,
  PROMISE_STANDINGS,
  type PromiseStanding,
} from '../../delivery/customer-commitments.js';
import { RECOMMENDATION_MAX, SCORES } from '../../delivery/status-rating.js';
import { LOCALES, type Locale } from '../../domain/policies.js';
import { Text, Whole } from '../input/fields.decorator.js';

/** A remark, not a letter. */
const COMMENT_MAX = 2_000;

const STAGES = ['received', 'working', 'yourTurn', 'solution', 'closed', 'withdrawn', 'merged'] as const;
const OFFERS = ['solution', 'refusal', 'noReply'] as const;
const INSTANT = { type: String, format: 'date-time' } as const;

export class StatusRatingDto {
  @Whole(SCORES[0], SCORES.length, { about: '1 very dissatisfied, 5 very satisfied.', example: 4 })
  score: number;

  @Text(COMMENT_MAX, { optional: true })
  comment?: string | null;

  @Whole(0, RECOMMENDATION_MAX, {
    optional: true,
    about: 'How likely they are to recommend us: 0 not at all, 10 very.',
    example: 9,
  })
  recommend?: number | null;
}

export class QuoteDto {
  @ApiProperty({ example: 'Our solution' })
  label: string;

  @ApiProperty({ example: 'The parcel was found and arrives on Friday.' })
  text: string;
}

export class NeedDto {
  @ApiProperty({ example: 'Please tell us whether the solution works for you.' })
  text: string;

  @ApiProperty({ type: String, nullable: true, description: 'The open question, word for word.' })
  question: string | null;

  @ApiProperty({ ...INSTANT, nullable: true })
  untilAt: string | null;
}

export class TimelineEntryDto {
  @ApiProperty({ type: 'integer', example: 3 })
  seq: number;

  @ApiProperty(INSTANT)
  at: string;

  @ApiProperty({ example: 'We have brought in Logistics to help with your case.' })
  text: string;

  @ApiProperty({ type: [QuoteDto] })
  quotes: QuoteDto[];
}

export class PromiseViewDto {
  @ApiProperty({ example: 'A new parcel leaves our warehouse.' })
  text: string;

  @ApiProperty(INSTANT)
  dueAt: string;

  @ApiProperty({ enum: PROMISE_STANDINGS, description: '`keptLate`: broken, and made good since.' })
  state: PromiseStanding;
}

export class CompensationViewDto {
  @ApiProperty({ example: 'A voucher for your next order' })
  description: string;

  @ApiProperty({ example: '€25.00', description: 'In the reader’s language.' })
  amount: string;

  @ApiProperty({ type: 'integer', example: 2500, description: 'In the smallest unit of the currency.' })
  amountMinor: number;

  @ApiProperty({ example: 'EUR' })
  currency: string;

  @ApiProperty({ enum: COMPENSATION_STANDINGS })
  state: CompensationStanding;
}

export class GivenRatingDto {
  @ApiProperty({ type: 'integer', minimum: SCORES[0], maximum: SCORES.length })
  score: number;

  @ApiProperty({ type: 'integer', nullable: true, minimum: 0, maximum: RECOMMENDATION_MAX })
  recommend: number | null;

  @ApiProperty({ type: String, nullable: true })
  comment: string | null;

  @ApiProperty(INSTANT)
  at: string;
}

export class StatusDto {
  @ApiProperty({ example: 'C-7K3Q-F9XM' })
  number: string;

  @ApiProperty()
  subject: string;

  @ApiProperty({ enum: STAGES })
  stage: (typeof STAGES)[number];

  @ApiProperty({ example: 'With Logistics' })
  headline: string;

  @ApiProperty({ enum: OFFERS, nullable: true, description: 'What there is to confirm or to reject.' })
  offer: (typeof OFFERS)[number] | null;

  @ApiProperty({ type: String, nullable: true, description: 'A department, or a first name.' })
  whoHasIt: string | null;

  @ApiProperty()
  whatComesNext: string;

  @ApiProperty({ type: NeedDto, nullable: true })
  whatWeNeed: NeedDto | null;

  @ApiProperty({ ...INSTANT, nullable: true, description: 'By when the customer hears from us again.' })
  nextUpdateDueAt: string | null;

  @ApiProperty({ type: [QuoteDto] })
  solution: QuoteDto[];

  @ApiProperty({ type: [TimelineEntryDto], description: 'Oldest first.' })
  timeline: TimelineEntryDto[];

  @ApiProperty({ type: [PromiseViewDto], description: 'Oldest first.' })
  promises: PromiseViewDto[];

  @ApiProperty({ type: [CompensationViewDto], description: 'Approved or paid; oldest first.' })
  compensations: CompensationViewDto[];

  @ApiProperty({ type: GivenRatingDto, nullable: true, description: 'Of the present closing.' })
  rating: GivenRatingDto | null;

  @ApiProperty({ description: 'Whether a rating can be given now.' })
  canRate: boolean;

  @ApiProperty({ enum: CUSTOMER_ACTION_NAMES, isArray: true })
  allowed: CustomerAction[];

  @ApiProperty({
    description: 'The reopen window is over: a reopening opens a new case that continues this one.',
  })
  reopeningMakesNewCase: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Number of the case into which this one was merged.',
  })
  mergedInto: string | null;

  @ApiProperty()
  ended: boolean;

  @ApiProperty({ enum: [...LOCALES] })
  locale: Locale;

  @ApiProperty({ example: 'Asia/Shanghai' })
  timeZone: string;
}
