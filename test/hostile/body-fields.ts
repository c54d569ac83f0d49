/**
 * Every place of a body in which a value can stand, with a body that is sensible but for that one place. Made from the
 * schema alone.
 */
import type { Schema } from './operations-of-document.js';

export type FieldKind =
  | 'text'
  | 'word'
  | 'instant'
  | 'uuid'
  | 'email'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'list'
  | 'object'
  | 'record';

export interface Field {
  /** JSON pointer; `''` is the body itself. */
  readonly pointer: string;
  readonly kind: FieldKind;
  readonly schema: Schema;
  readonly isRequired: boolean;
  /** Names of the properties, of an object. */
  readonly names: readonly string[];
  bodyWith(value: unknown): unknown;
}

type Plant = (value: unknown) => unknown;

/** @param schema without references. @returns the body itself first. */
export function fieldsOf(schema: Schema): Field[] {
  return walk({ schema, example: schema.example, pointer: '', isRequired: true, plant: (value) => value });
}

interface Place {
  readonly schema: Schema;
  /** What stands here in the example of the whole. */
  readonly example: unknown;
  readonly pointer: string;
  readonly isRequired: boolean;
  readonly plant: Plant;
}

function walk({ schema: given, example: known, pointer, isRequired, plant }: Place): Field[] {
  return branchesOf(given).flatMap((schema) => {
    const kind = kindOf(schema);
    const { properties = {}, items = {}, required = [] } = schema;
    const names = Object.keys(properties);
    const own: Field = { pointer, kind, schema, isRequired, names, bodyWith: plant };
    const example = schema.example ?? known;
    const inside = (name: string | number, inner: Schema, isNeeded: boolean, around: Plant): Field[] =>
      walk({
        schema: inner,
        example: (example as Record<string, unknown> | null | undefined)?.[name],
        pointer: `${pointer}/${name}`,
        isRequired: isNeeded,
        plant: (value) => plant(around(value)),
      });
    if (kind === 'list') return [own, ...inside(0, items, true, (value) => [value])];
    if (kind === 'record') {
      return [own, ...inside('a', schema.additionalProperties as Schema, true, (value) => ({ a: value }))];
    }
    const base = isObject(example) ? example : sampleObject(schema);
    return [
      own,
      ...names.flatMap((name) =>
        inside(name, properties[name] ?? {}, required.includes(name), (value) => ({
          ...base,
          [name]: value,
        })),
      ),
    ];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a schema can be, null left out. */
function branchesOf(schema: Schema): Schema[] {
  const { oneOf, anyOf, allOf, ...rest } = schema;
  if (allOf) return branchesOf({ ...rest, ...Object.assign({}, ...allOf) });
  const branches = oneOf ?? anyOf;
  return branches ? branches.flatMap(branchesOf) : schema.type === 'null' ? [] : [schema];
}

const typeOf = ({ type }: Schema) => [type].flat().find((each) => each !== 'null');

function kindOf(schema: Schema): FieldKind {
  const { format, enum: words } = schema;
  switch (typeOf(schema)) {
    case 'string':
      if (words) return 'word';
      if (format === 'date-time') return 'instant';
      return format === 'uuid' || format === 'email' ? format : 'text';
    case 'integer':
    case 'number':
    case 'boolean':
      return typeOf(schema) as FieldKind;
    case 'array':
      return 'list';
    default:
      return typeof schema.additionalProperties === 'object' ? 'record' : 'object';
  }
}

const SOME_ID = '01a2011f-9c23-7ebd-b176-93490937ef58';

/** Something that the schema allows: its example where it has one. */
export function sampleOf(given: Schema): unknown {
  if (given.example !== undefined) return given.example;
  const [schema = {}] = branchesOf(given);
  if (schema.example !== undefined) return schema.example;
  switch (kindOf(schema)) {
    case 'word':
      return schema.enum?.[0];
    case 'instant':
      return '2026-12-01T10:00:00Z';
    case 'uuid':
      return SOME_ID;
    case 'email':
      return 'ada@example.com';
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return false;
    case 'list':
      return schema.minItems ? [sampleOf(schema.items ?? {})] : [];
    case 'record':
      return {};
    case 'object':
      return sampleObject(schema);
    case 'text':
      if (schema.format === 'date') return '2026-12-01';
      return schema.pattern === undefined ? 'Text'.slice(0, schema.maxLength) : 'logistics';
  }
}

/** With what it requires, and nothing else. */
function sampleObject({ properties = {}, required = [] }: Schema): Record<string, unknown> {
  return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] ?? {})]));
}
