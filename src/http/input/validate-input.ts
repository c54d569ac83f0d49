/**
 * Brings what a client sent into the class that a route expects, or lists everything that is wrong with it. Unknown
 * properties are wrong (mass assignment, reliability.md §4). Bodies answer 422, queries 400.
 */
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { childPointer } from '../../domain/json-pointer.js';
import { Problem, type FieldError } from '../problems/problem.js';
import { FORBIDDEN_KEYS } from './scan-json.js';

/** @throws Problem 422 with one error per faulty field. */
export function validateBody<T extends object>(type: new () => T, body: unknown): T {
  const instance = plainToInstance(type, body ?? {});
  const errors = fieldErrors(instance);
  if (errors.length > 0) throw new Problem('invalid-fields', { errors });
  return instance;
}

/** @throws Problem 400: unknown, repeated or invalid parameters. */
export function validateQuery<T extends object>(type: new () => T, query: unknown): T {
  const given = Object.entries((query ?? {}) as Record<string, unknown>);
  // class-transformer drops these names silently, so they must be seen before it.
  const odd = given.filter(([name, value]) => FORBIDDEN_KEYS.has(name) || typeof value !== 'string');
  if (odd.length > 0) {
    throw new Problem('invalid-query', { errors: odd.map(([name]) => oddParameter(name)) });
  }
  const instance = plainToInstance(type, Object.fromEntries(given));
  const errors = fieldErrors(instance);
  if (errors.length > 0) throw new Problem('invalid-query', { errors });
  return instance;
}

function oddParameter(name: string): FieldError {
  const code = FORBIDDEN_KEYS.has(name) ? 'unknown-field' : 'repeated';
  const message = code === 'repeated' ? 'The parameter may be given once.' : 'There is no such parameter.';
  return { pointer: childPointer('', name), code, message };
}

function fieldErrors(instance: object): FieldError[] {
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    // A class without fields is no mistake here: it takes none, and `whitelist` says so.
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
  });
  return errors.flatMap((error) => flatten(error, ''));
}

function flatten(error: ValidationError, parent: string): FieldError[] {
  const pointer = childPointer(parent, error.property);
  const nested = (error.children ?? []).flatMap((child) => flatten(child, pointer));
  const failed = Object.keys(error.constraints ?? {});
  if (failed.length === 0) return nested;
  const name = failed.find((each) => FIRST_TO_TELL.includes(each)) ?? (failed[0] as string);
  if (name === 'whitelistValidation') {
    return [{ pointer, code: 'unknown-field', message: 'There is no such field.' }];
  }
  const message = sentence(error.constraints?.[name] ?? '');
  return [{ pointer, code: ERROR_CODES[name] ?? 'invalid', message }, ...nested];
}

/** A field that is missing or unknown fails every other check too; only this one says why. */
const FIRST_TO_TELL: readonly string[] = ['whitelistValidation', 'isPresent'];

const ERROR_CODES: Readonly<Record<string, string>> = {
  isPresent: 'required',
  isCleanText: 'invalid-text',
  isTextRecord: 'invalid-text',
  isKey: 'invalid-key',
  isUuid: 'invalid-id',
  isInstant: 'invalid-instant',
  isIn: 'invalid-choice',
  isBoolean: 'wrong-type',
  isInt: 'wrong-type',
  isArray: 'wrong-type',
  isObject: 'wrong-type',
  isNoArray: 'wrong-type',
  arrayMaxSize: 'too-many',
  min: 'out-of-range',
  max: 'out-of-range',
};

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
