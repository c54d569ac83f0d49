/** Working calendars in the OpenAPI document. What is valid is checked by the directory; these shapes describe it. */
import { weekdays } from '../../calendar/calendar-definition.js';
import { LEFT_OUT_REASONS, type LeftOut, type NamedDate } from '../../directory/ics-calendar.js';
import { SPAN_DAYS_MAX, SPAN_SECONDS_MAX } from '../../directory/target-spans.js';
import { Out, OutChoice, OutInstant } from '../documents/out.decorator.js';
import { Flag, Line, Text } from '../input/fields.decorator.js';
import { ConfigurationDto, type Schema, WarningDto } from './configuration.dto.js';

const windows: Schema = {
  type: 'array',
  description: '[open, close) in local time; a close at or before the open runs past midnight.',
  items: { type: 'array', items: { type: 'string', example: '09:00' }, minItems: 2, maxItems: 2 },
};

const datedWindows: Schema = {
  type: 'object',
  required: ['date', 'windows'],
  additionalProperties: false,
  properties: { date: { type: 'string', format: 'date' }, windows },
};

export const CALENDAR_BODY: Schema = {
  type: 'object',
  required: ['timeZone', 'weekly'],
  additionalProperties: false,
  properties: {
    timeZone: { type: 'string', description: 'IANA zone of every time below.', example: 'Asia/Shanghai' },
    weekly: {
      type: 'object',
      description: 'A weekday that is missing is closed.',
      additionalProperties: false,
      properties: Object.fromEntries(weekdays.map((weekday) => [weekday, windows])),
    },
    overrides: {
      type: 'array',
      description: 'Replace all windows of their date; none: closed, its night shift too.',
      items: datedWindows,
      default: [],
    },
    breaks: { type: 'array', description: 'Cut out last, from whatever is open then.', items: datedWindows },
    validUntil: { type: 'string', format: 'date', description: 'The last date whose holidays are known.' },
  },
  example: {
    timeZone: 'Asia/Shanghai',
    weekly: { mon: [['09:00', '18:00']], tue: [['09:00', '18:00']] },
    overrides: [
      { date: '2026-10-01', windows: [] },
      { date: '2026-10-10', windows: [['09:00', '18:00']] },
    ],
    validUntil: '2026-12-31',
  },
};

const instant = (description: string): Schema => ({ type: 'string', format: 'date-time', description });

export const PREVIEW_BODY: Schema = {
  type: 'object',
  required: ['calendar'],
  additionalProperties: false,
  description:
    '`start` with `businessSeconds` or `businessDays`: when it is due. `start` and `end`: what lies between them. ' +
    '`end` and `businessSeconds`: when it began, counted backwards.',
  properties: {
    calendar: {
      oneOf: [
        {
          type: 'object',
          required: ['key'],
          additionalProperties: false,
          properties: { key: { type: 'string' } },
        },
        CALENDAR_BODY,
      ],
    },
    start: instant('From here on.'),
    end: instant('Up to here.'),
    businessSeconds: { type: 'integer', minimum: 0, maximum: SPAN_SECONDS_MAX },
    businessDays: { type: 'integer', minimum: 1, maximum: SPAN_DAYS_MAX },
    pauses: {
      type: 'array',
      description: 'Business time within them does not count.',
      maxItems: 200,
      items: {
        type: 'object',
        required: ['from', 'to'],
        additionalProperties: false,
        properties: { from: instant('Included.'), to: instant('Excluded.') },
      },
    },
  },
  example: { calendar: { key: 'cn' }, start: '2026-10-09T17:30:00+08:00', businessSeconds: 7_200 },
};

/** One of the first three, by what was asked. */
export class PreviewDto {
  @OutInstant({ required: false }) dueAt?: string;
  @OutInstant({ required: false }) startAt?: string;
  @Out('integer', { required: false }) businessSeconds?: number;
  @Out(() => [WarningDto], { description: 'E.g. that the holidays of that year are not known yet.' })
  warnings: readonly WarningDto[];
}

/** Below the limit of a body, with room for its other fields and for escapes. */
const ICS_LENGTH_MAX = 200_000;

export class IcsImportDto {
  @Text(ICS_LENGTH_MAX, {
    about: 'An iCalendar file. Its all-day events become closed dates.',
    example: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR',
  })
  ics: string;

  @Line(10, {
    optional: true,
    about: 'The last date whose holidays are known now; absent: as before.',
    example: '2027-12-31',
  })
  validUntil?: string | null;

  @Flag({ optional: true, about: 'Only say what would change.' })
  dryRun?: boolean | null;
}

export class NamedDateDto {
  @Out(String, { format: 'date' }) date: string;
  @Out(String) name: string;
}

export class LeftOutDto {
  @Out(String, { format: 'date', nullable: true }) date: string | null;
  @Out(String) name: string;
  @OutChoice(LEFT_OUT_REASONS) reason: string;
}

export class IcsImportedDto {
  @Out(Boolean) dryRun: boolean;
  @Out(() => [NamedDateDto], { description: 'Dates that are closed now and were not before.' })
  added: readonly NamedDate[];
  @Out(() => [LeftOutDto], { description: 'What did not become a closed date, and why.' })
  leftOut: readonly LeftOut[];
  @Out(() => ConfigurationDto, { description: 'The version in force.' }) calendar: ConfigurationDto;
}
