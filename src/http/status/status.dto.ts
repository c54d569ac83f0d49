/**
 * The customer's view as the OpenAPI document describes it. Documentation of what `status-resource.ts` makes; a test
 * holds the two together.
 */
import { ApiProperty } from '@nestjs/swagger';
import { CUSTOMER_ACTION_NAMES, type CustomerAction } from '../../delivery/customer-actions.js';
import { LOCALES, type Locale } from '../../domain/policies.js';

const STAGES = ['received', 'working', 'yourTurn', 'solution', 'closed', 'withdrawn', 'merged'] as const;
const OFFERS = ['solution', 'refusal', 'noReply'] as const;
const INSTANT = { type: String, format: 'date-time' } as const;

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
