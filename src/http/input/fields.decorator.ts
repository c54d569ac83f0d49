/**
 * The kinds of field that bodies and queries are made of. Each is one decorator that checks, normalises and
 * documents a property at once, so that validation and the OpenAPI document cannot drift apart. Knows no route.
 */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { lazily } from '../documents/out.decorator.js';
import { normaliseText, textFault, type TextRule } from './clean-text.js';
import { parseInstant } from './instant.js';
import { isUuid } from './uuid.js';

interface FieldOptions {
  readonly about?: string;
  readonly example?: unknown;
  /** Absent and `null` mean the same. */
  readonly optional?: boolean;
}

/** Bounds one text of a request: longer ones are documents, and belong into attachments. */
export const LONG_TEXT_MAX = 10_000;
/** Bounds one line: subjects, names. Also what a mail subject may carry. */
export const LINE_MAX = 200;
/** Bounds keys, categories and names of fields. */
export const KEY_MAX = 64;
/** Bounds a list in a body (reliability.md §4, limits). */
export const LIST_MAX = 50;

/** A text of several lines, in a person's own words. */
export function Text(
  max: number,
  options: FieldOptions & { readonly empty?: boolean } = {},
): PropertyDecorator {
  const rule: TextRule = { min: options.empty ? 0 : 1, max, multiline: true };
  return field(
    IsCleanText(rule),
    { type: String, ...(options.empty ? {} : { minLength: 1 }), maxLength: max },
    options,
    normalised,
  );
}

/** A text of one line. */
export function Line(max: number, options: FieldOptions = {}): PropertyDecorator {
  const rule: TextRule = { min: 1, max, multiline: false };
  return field(IsCleanText(rule), { type: String, minLength: 1, maxLength: max }, options, normalised);
}

/** A key of the directory, such as a department. Whether it exists is for others to say. */
export function Key(options: FieldOptions = {}): PropertyDecorator {
  return field(
    rule('isKey', 'be a key of lower-case letters, digits and hyphens', (value) => KEY.test(value)),
    { type: String, pattern: KEY.source, maxLength: KEY_MAX },
    options,
  );
}
const KEY = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** The id of something stored, in canonical form. */
export function Uuid(options: FieldOptions = {}): PropertyDecorator {
  return field(rule('isUuid', 'be a UUID in lower case', isUuid), { type: String, format: 'uuid' }, options);
}

/** An instant with offset; stays a text, `parseInstant` makes it a number. */
export function InstantText(options: FieldOptions = {}): PropertyDecorator {
  return field(IsInstant(), { type: String, format: 'date-time' }, options);
}

/** One of a few words, in whatever case it is written. */
export function Choice(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  const spelt = (value: unknown): unknown =>
    values.find((word) => typeof value === 'string' && word.toLowerCase() === value.toLowerCase()) ?? value;
  return field(IsIn([...values]), { type: String, enum: [...values] }, options, spelt);
}

/** A list of one or more of a few words, each once. */
export function Choices(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  const checks = applyDecorators(IsArray(), ArrayNotEmpty(), ArrayUnique(), IsIn(values, { each: true }));
  const items = { type: 'string', enum: [...values] } as const;
  return field(
    checks,
    { type: 'array', items, minItems: 1, maxItems: values.length, uniqueItems: true },
    options,
  );
}

/** `true` or `false`. */
export function Flag(options: FieldOptions = {}): PropertyDecorator {
  return field(IsBoolean(), { type: Boolean }, options);
}

/** A whole number of a small range; `1.0` is one, `"1"` is not. */
export function Whole(min: number, max: number, options: FieldOptions = {}): PropertyDecorator {
  const checks = applyDecorators(IsWhole(), Min(min), Max(max));
  return field(checks, { type: 'integer', minimum: min, maximum: max }, options);
}

/** A list of texts; one text alone counts as a list of one. */
export function Texts(max: number, options: FieldOptions = {}): PropertyDecorator {
  const rule: TextRule = { min: 1, max, multiline: true };
  const checks = applyDecorators(IsArray(), ArrayMaxSize(LIST_MAX), IsCleanText(rule, true));
  const one = { type: 'string', minLength: 1, maxLength: max } as const;
  const schema = { oneOf: [{ type: 'array', items: one, maxItems: LIST_MAX } as const, one] };
  return field(checks, schema, options, (value) => {
    const list: unknown = typeof value === 'string' ? [value] : value;
    return Array.isArray(list) ? list.map(normalised) : list;
  });
}

/** Named texts: an object of at most `LIST_MAX` keys. */
export function TextRecord(max: number, options: FieldOptions = {}): PropertyDecorator {
  const schema = { type: 'object', additionalProperties: { type: 'string', maxLength: max } } as const;
  return field(IsTextRecord(max), schema, options, (value, raw) => normalisedRecord(raw ?? value));
}

/** A nested object; an array in its place is refused (class-validator#285). */
export function Nested(type: () => new () => object, options: FieldOptions = {}): PropertyDecorator {
  return field(applyDecorators(IsObject(), IsNoArray(), ValidateNested(), Type(type)), lazily(type), options);
}

/** Checks a text by `textFault`; `each`: every item of a list. */
export function IsCleanText(rule: TextRule, each = false): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isCleanText',
      validator: {
        validate: (value) => textFault(value, rule) === null,
        defaultMessage: (args) => {
          const values: unknown[] = each && Array.isArray(args?.value) ? args.value : [args?.value];
          const fault = values.map((value) => textFault(value, rule)).find((found) => found !== null);
          return `${args?.property} must ${fault ?? 'be a text'}`;
        },
      },
    },
    { each },
  );
}

/** RFC 3339 with offset, real dates only. */
export function IsInstant(): PropertyDecorator {
  return rule('isInstant', 'be an RFC 3339 instant with an offset', (value) => parseInstant(value) !== null);
}

function IsWhole(): PropertyDecorator {
  return ValidateBy({
    name: 'isInt',
    validator: {
      validate: (value) => Number.isSafeInteger(value),
      defaultMessage: (args) => `${args?.property} must be an integer number`,
    },
  });
}

function IsTextRecord(max: number): PropertyDecorator {
  const keyRule: TextRule = { min: 1, max: KEY_MAX, multiline: false };
  const valueRule: TextRule = { min: 0, max, multiline: true };
  return ValidateBy({
    name: 'isTextRecord',
    validator: {
      validate: (value: unknown) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
        const entries = Object.entries(value);
        const fits = ([key, text]: [string, unknown]) =>
          textFault(key, keyRule) === null && textFault(text, valueRule) === null;
        return entries.length <= LIST_MAX && entries.every(fits);
      },
      defaultMessage: (args) =>
        `${args?.property} must be an object of at most ${LIST_MAX} texts, each at most ${max} characters`,
    },
  });
}

function IsNoArray(): PropertyDecorator {
  return ValidateBy({
    name: 'isNoArray',
    validator: {
      validate: (value) => !Array.isArray(value),
      defaultMessage: (args) => `${args?.property} must be an object`,
    },
  });
}

function rule(name: string, must: string, accepts: (value: string) => boolean): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value) => typeof value === 'string' && accepts(value),
      defaultMessage: (args) => `${args?.property} must ${must}`,
    },
  });
}

function field(
  checks: PropertyDecorator,
  schema: object,
  { about, example, optional = false }: FieldOptions,
  normalise?: (value: unknown, raw?: unknown) => unknown,
): PropertyDecorator {
  const documented = {
    ...schema,
    required: !optional,
    ...(optional ? { nullable: true } : {}),
    ...(about === undefined ? {} : { description: about }),
    ...(example === undefined ? {} : { example }),
  } as ApiPropertyOptions;
  return applyDecorators(
    checks,
    ApiProperty(documented),
    ...(optional ? [IsOptional()] : [IsPresent()]),
    ...(normalise
      ? [Transform(({ value, obj, key }) => normalise(value, (obj as Record<string, unknown>)[key]))]
      : []),
  );
}

/** Named, so that a missing field is told apart from a wrong one. */
function IsPresent(): PropertyDecorator {
  return ValidateBy({
    name: 'isPresent',
    validator: {
      validate: (value) => value !== undefined && value !== null,
      defaultMessage: (args) => `${args?.property} is required`,
    },
  });
}

function normalised(value: unknown): unknown {
  return typeof value === 'string' ? normaliseText(value) : value;
}

function normalisedRecord(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, normalised(text)]));
}
