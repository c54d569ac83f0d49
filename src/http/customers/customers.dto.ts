/** What can be said and asked of customers. A field that is absent keeps what is known; null forgets it. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import type { Preferences } from '../../directory/customer-record.js';
import { GRADES, type Grade } from '../../domain/case.js';
import { Email, Locale, Phone, TimeZone } from '../input/contact-fields.decorator.js';
import {
  Choice,
  Flag,
  InstantText,
  LINE_MAX,
  Line,
  LONG_TEXT_MAX,
  Nested,
  Text,
  Texts,
  Uuid,
} from '../input/fields.decorator.js';
import { parseInstant, toInstantText } from '../input/instant.js';
import { PageQuery, QueryChoice, QueryText } from '../input/query-fields.decorator.js';

/** Channels that a customer may close. The page behind the link is always there. */
export const OPT_OUT_CHANNELS = ['email', 'sms'] as const;
const LOCAL_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

function LocalTime(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, pattern: LOCAL_TIME.source, example: '22:00' }),
    ValidateBy({
      name: 'isLocalTime',
      validator: {
        validate: (value) => typeof value === 'string' && LOCAL_TIME.test(value),
        defaultMessage: (args) => `${args?.property} must be a local time such as 22:00`,
      },
    }),
  );
}

/** Each of a list is one of a few words, once. */
function EachOf(values: readonly string[]): PropertyDecorator {
  return ValidateBy({
    name: 'isIn',
    validator: {
      validate: (list) =>
        list == null ||
        (Array.isArray(list) &&
          new Set(list).size === list.length &&
          list.every((value) => values.includes(value))),
      defaultMessage: (args) => `${args?.property} must each be one of ${values.join(', ')}, once`,
    },
  });
}

export class QuietHoursDto {
  @LocalTime() from: string;
  @LocalTime() to: string;
}

export class ConsentDto {
  @Flag({ optional: true }) marketing?: boolean | null;
  @InstantText({ optional: true, about: 'When it was given or withdrawn.' }) at?: string | null;
}

export class PreferencesDto {
  @EachOf(OPT_OUT_CHANNELS)
  @Texts(10, { optional: true, about: 'Channels that the customer does not want.', example: ['sms'] })
  optOut?: ('email' | 'sms')[] | null;
  @Nested(() => QuietHoursDto, { optional: true, about: 'In the customer’s zone; may run past midnight.' })
  quietHours?: QuietHoursDto | null;
  @Nested(() => ConsentDto, { optional: true }) consent?: ConsentDto | null;
}

class CustomerFieldsDto {
  @Email() email?: string | null;
  @Phone() phone?: string | null;
  @Locale() locale?: string | null;
  @TimeZone() timeZone?: string | null;
  @Choice(GRADES, { optional: true }) grade?: Grade | null;
  @Line(LINE_MAX, { optional: true, about: 'The organisation that the customer belongs to.' })
  account?: string | null;
  @Nested(() => PreferencesDto, { optional: true, about: 'Replaces all preferences that are known.' })
  preferences?: PreferencesDto | null;
}

export class CustomerUpsertDto extends CustomerFieldsDto {
  @Line(LINE_MAX, { about: 'The customer’s id in your own system.', example: 'crm-10042' })
  externalId: string;
  @Line(LINE_MAX, { example: 'Ada Lovelace' }) name: string;
}

export class CustomerChangeDto extends CustomerFieldsDto {
  @Line(LINE_MAX, { optional: true }) name?: string | null;
  @Text(LONG_TEXT_MAX, { optional: true, about: 'Why the grade changes; stands in each case’s journal.' })
  reason?: string | null;
}

export class CustomerMergeDto {
  @Uuid({ about: 'The record that ends. Its cases keep their customer, and are seen with this one’s.' })
  otherId: string;
  @Text(LONG_TEXT_MAX, { example: 'Same e-mail address; confirmed by phone.' }) reason: string;
}

export class CustomerQueryDto extends PageQuery {
  @QueryText('Part of a name, an e-mail address or an external id.') q?: string;
  @QueryText('The organisation, by its whole name.') account?: string;
  @QueryChoice(GRADES, 'The grade that they have now.') grade?: Grade;
}

/** Preferences as they are stored: nothing that was not said. */
export function toPreferences({ optOut, quietHours, consent }: PreferencesDto): Preferences {
  const { marketing, at } = consent ?? {};
  const saidAt = at == null ? null : parseInstant(at);
  const consented = {
    ...(marketing == null ? {} : { marketing }),
    ...(saidAt === null ? {} : { at: toInstantText(saidAt) }),
  };
  return {
    ...(optOut == null ? {} : { optOut: [...optOut].sort() }),
    ...(quietHours == null ? {} : { quietHours: { from: quietHours.from, to: quietHours.to } }),
    ...(Object.keys(consented).length === 0 ? {} : { consent: consented }),
  };
}
