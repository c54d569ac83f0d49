/**
 * What a client says to open a case. Fields of the customer's voice (A1) are kept in their own words; nothing here
 * can set state, level or owner.
 */
import { GRADES, SEVERITIES, type Grade, type Severity } from '../../domain/case.js';
import { Email, Locale, Phone, TimeZone } from '../input/contact-fields.decorator.js';
import {
  Choice,
  InstantText,
  KEY_MAX,
  LINE_MAX,
  Line,
  LONG_TEXT_MAX,
  Nested,
  Text,
  Uuid,
} from '../input/fields.decorator.js';

export class CustomerRefDto {
  @Uuid({ optional: true, about: 'A customer that is known. Alone; instead of all other fields.' })
  id?: string | null;

  @Line(LINE_MAX, {
    optional: true,
    about: 'The customer’s id in your own system. Creates the customer, or brings it up to date.',
    example: 'crm-10042',
  })
  externalId?: string | null;

  @Line(LINE_MAX, { optional: true, about: 'Needed with `externalId`.', example: 'Ada Lovelace' })
  name?: string | null;

  @Email()
  email?: string | null;

  @Phone()
  phone?: string | null;

  @Locale()
  locale?: string | null;

  @TimeZone()
  timeZone?: string | null;

  @Choice(GRADES, { optional: true })
  grade?: Grade | null;
}

export class OpenCaseDto {
  @Line(LINE_MAX, { example: 'Parcel has not arrived' })
  subject: string;

  @Text(LONG_TEXT_MAX, {
    about: 'What happened, in the customer’s own words.',
    example: 'I ordered on 3 May. Tracking has said "in transit" for nine days.',
  })
  description: string;

  @Text(LONG_TEXT_MAX, {
    about: 'What would make it right, in the customer’s own words.',
    example: 'Deliver by Friday or refund.',
  })
  expectedOutcome: string;

  @Line(KEY_MAX, { about: 'Chooses the playbook.', example: 'delivery' })
  category: string;

  @Line(KEY_MAX, { about: 'By which way it came; SLA policies may match it.', example: 'phone' })
  channel: string;

  @Choice(SEVERITIES, { example: 'medium' })
  impact: Severity;

  @Choice(SEVERITIES, { example: 'high' })
  urgency: Severity;

  @InstantText({
    optional: true,
    about: 'When the channel received it: the customer’s clocks start here. Default: now.',
    example: '2026-05-12T09:30:00Z',
  })
  receivedAt?: string | null;

  @Line(KEY_MAX, { optional: true, example: 'A-2026-118' })
  orderRef?: string | null;

  @Nested(() => CustomerRefDto)
  customer: CustomerRefDto;
}
