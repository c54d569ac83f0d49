/**
 * The kinds of query parameter. Everything arrives as text; a parameter that is not exactly of its kind is refused
 * (reliability.md N17, N18), and so is one that is not named here.
 */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import { textFault } from './clean-text.js';
import { LINE_MAX } from './fields.decorator.js';
import { isUuid } from './uuid.js';

export const LIMIT_DEFAULT = 25;
/** Bounds one answer and the work for it. */
export const LIMIT_MAX = 100;

/** Longest cursor that could be ours, with room to spare. */
const CURSOR_LENGTH_MAX = 512;

export const QueryChoice = (values: readonly string[], about?: string) =>
  parameter('isIn', `be one of ${values.join(', ')}`, (text) => values.includes(text), {
    enum: [...values],
    description: about,
  });

export const QueryUuid = (about?: string) =>
  parameter('isUuid', 'be a UUID', isUuid, { format: 'uuid', description: about });

/** A clean line of text. */
export const QueryText = (about?: string, max = LINE_MAX) =>
  parameter(
    'isCleanText',
    `be a readable line of at most ${max} characters`,
    (text) => textFault(text, { min: 1, max, multiline: false }) === null,
    { maxLength: max, description: about },
  );

export const QueryLimit = () =>
  parameter('isLimit', `be a whole number from 1 to ${LIMIT_MAX}`, isLimit, {
    type: 'integer',
    minimum: 1,
    maximum: LIMIT_MAX,
    default: LIMIT_DEFAULT,
    description: 'How many rows a page has at most.',
  });

/** Whether a cursor is one of the list is found out where it is read. */
export const QueryCursor = () =>
  parameter('isCursor', 'be a cursor', (text) => text.length <= CURSOR_LENGTH_MAX && text.length > 0, {
    description: '`meta.nextCursor` of the page before.',
  });

/** What every list takes. */
export class PageQuery {
  @QueryLimit() limit?: string;
  @QueryCursor() cursor?: string;
}

/** @param fallback when the caller names no limit. */
export function pageOf({ limit, cursor }: PageQuery, fallback = LIMIT_DEFAULT) {
  return { limit: limit === undefined ? fallback : Number(limit), cursor: cursor ?? null };
}

/** Names of orders as the query takes them: ascending, or with `-` in front descending. */
export function sortChoices(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, `-${name}`]);
}

export function sortOf<Name extends string>(sort: string | undefined, fallback: string) {
  const text = sort ?? fallback;
  const descending = text.startsWith('-');
  return { by: (descending ? text.slice(1) : text) as Name, descending };
}

function isLimit(text: string): boolean {
  return /^[1-9]\d{0,2}$/.test(text) && Number(text) <= LIMIT_MAX;
}

function parameter(
  name: string,
  must: string,
  accepts: (text: string) => boolean,
  schema: object,
): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    ApiProperty({ type: String, required: false, ...schema }),
    ValidateBy({
      name,
      validator: {
        validate: (value) => typeof value === 'string' && accepts(value),
        defaultMessage: (args) => `${args?.property} must ${must}`,
      },
    }),
  );
}
