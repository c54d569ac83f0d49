/** A message of a channel that is no mail, as its adapter sends it, and what became of a message. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, ValidateBy, ValidateNested } from 'class-validator';
import { Out, OutChoice, OutUuid } from '../documents/out.decorator.js';
import { Email, Phone } from '../input/contact-fields.decorator.js';
import {
  Flag,
  InstantText,
  KEY_MAX,
  LINE_MAX,
  Line,
  LONG_TEXT_MAX,
  Nested,
  Text,
} from '../input/fields.decorator.js';

/** Five are kept; a few more are named to whoever reads the message. */
const FILES_MAX = 20;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export class SenderDto {
  @Line(LINE_MAX, { optional: true, about: 'The customer’s id in your own system.', example: 'crm-10042' })
  externalId?: string | null;

  @Line(LINE_MAX, { optional: true, example: 'Ada Lovelace' })
  name?: string | null;

  @Email()
  email?: string | null;

  @Phone()
  phone?: string | null;
}

export class IncomingFileDto {
  @Line(LINE_MAX, { example: 'parcel.jpg' })
  name: string;

  @IsBase64()
  contentBase64: string;
}

export class ChannelMessageDto {
  @Line(LINE_MAX, { about: 'The channel’s own id: the same message has one effect.', example: 'wamid.HBgL' })
  messageId: string;

  @Line(KEY_MAX, { about: 'By which way it came.', example: 'whatsapp' })
  channel: string;

  @Nested(() => SenderDto, { about: 'At least one of `externalId`, `email` and `phone`.' })
  from: SenderDto;

  @Line(KEY_MAX, {
    optional: true,
    about: 'Of the case that it belongs to, if the sender is its customer.',
    example: 'C-7K3Q-F9XM',
  })
  caseNumber?: string | null;

  @Line(LINE_MAX, { optional: true })
  subject?: string | null;

  @Text(LONG_TEXT_MAX, { optional: true, about: 'May be missing where there are attachments.' })
  text?: string | null;

  @InstantText({ optional: true, about: 'When the customer wrote it. Default: now.' })
  sentAt?: string | null;

  @Flag({ optional: true, about: 'No person wrote it: it answers nobody.' })
  automatic?: boolean | null;

  @Files()
  attachments?: IncomingFileDto[] | null;
}

export class InboundReceiptDto {
  @OutChoice(['recorded', 'opened', 'noted', 'bounced', 'ignored']) outcome: string;
  @OutUuid({ nullable: true }) caseId: string | null;
  @Out(String, { nullable: true, description: 'Why nothing came of it, or not all.' }) reason: string | null;
}

function IsBase64(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, format: 'byte' }),
    ValidateBy({
      name: 'isBase64Text',
      validator: {
        validate: (value) => typeof value === 'string' && BASE64.test(value),
        defaultMessage: (args) => `${args?.property} must be base64`,
      },
    }),
  );
}

function Files(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: () => [IncomingFileDto], required: false, nullable: true, maxItems: FILES_MAX }),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(FILES_MAX),
    // A list within the list is no file (class-validator#285).
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(() => IncomingFileDto),
  );
}
