/** Fields of answers, for the OpenAPI document alone: nothing is validated on the way out. */
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

type Options = Partial<Record<keyof ApiPropertyOptions, unknown>>;

/** A field that is always there. @param type a primitive, `[type]` for a list, or a lazy class. */
export function Out(type: unknown, options: Options = {}): PropertyDecorator {
  return ApiProperty({
    ...(isLazy(type) ? lazily(type) : { type }),
    required: true,
    ...options,
  } as ApiPropertyOptions);
}

/** Nest's module knows a lazy type by the name of its function, which must be `type`. */
export function lazily(made: () => unknown): { type: () => unknown } {
  return { type: () => made() };
}

/** Classes and primitives have a prototype; an arrow has none. */
function isLazy(type: unknown): type is () => unknown {
  return typeof type === 'function' && type.prototype === undefined;
}

export const OutInstant = (options: Options = {}) => Out(String, { format: 'date-time', ...options });
export const OutUuid = (options: Options = {}) => Out(String, { format: 'uuid', ...options });
export const OutChoice = (values: readonly string[], options: Options = {}) =>
  Out(String, { enum: [...values], ...options });
/** A list of one of a few words. */
export const OutChoices = (values: readonly string[], options: Options = {}) =>
  Out('array', { items: { type: 'string', enum: [...values] }, ...options });
