/**
 * Checks an untrusted configuration body field by field and collects what is wrong, as JSON pointers. Each check
 * returns a usable value even when it fails, so that one pass finds every problem. Knows no kind of configuration.
 */
import type { CalendarProblemCode } from '../calendar/calendar-definition.js';
import { childPointer } from '../domain/json-pointer.js';
import { isReadable } from '../domain/readable-text.js';

export interface Problem {
  /** JSON pointer into the body, e.g. `/publicName/en`. */
  readonly pointer: string;
  readonly code:
    | 'required'
    | 'wrong-type'
    | 'unknown-field'
    | 'out-of-range'
    | 'malformed'
    | 'inconsistent'
    | CalendarProblemCode;
  readonly message: string;
}

/** C0 controls but tab and newline, DEL, and lone surrogates: none of them can be shown, some cannot be stored. */
const UNCLEAN = /[\u0000-\u0008\u000b-\u001f\u007f\ud800-\udfff]/u;

/** Deeper or longer lists than this are mistakes or attacks, never a policy. */
const LIST_ITEMS_MAX = 200;

export class Checks {
  readonly problems: Problem[] = [];

  report(pointer: string, code: Problem['code'], message: string): void {
    this.problems.push({ pointer, code, message });
  }

  /** A plain object with no key outside `known`; null lets any key through. */
  object(value: unknown, pointer: string, known: readonly string[] | null): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.missingOrWrong(value, pointer, 'an object');
      return {};
    }
    const fields = Object.keys(value);
    if (fields.length > LIST_ITEMS_MAX) {
      this.report(pointer, 'out-of-range', `At most ${LIST_ITEMS_MAX} fields.`);
      return {};
    }
    for (const field of known === null ? [] : fields.filter((name) => !known.includes(name))) {
      this.report(childPointer(pointer, field), 'unknown-field', 'This field does not exist.');
    }
    return value as Record<string, unknown>;
  }

  /** A clean, trimmed, NFC text of 1 to `max` code points. */
  text(value: unknown, pointer: string, max: number): string {
    if (typeof value !== 'string') {
      this.missingOrWrong(value, pointer, 'a text');
      return '';
    }
    const clean = value.normalize('NFC').trim();
    if (UNCLEAN.test(clean)) this.report(pointer, 'malformed', 'Holds characters that cannot be shown.');
    else if (!isReadable(clean)) this.report(pointer, 'required', 'Must hold something that can be read.');
    else if ([...clean].length > max) this.report(pointer, 'out-of-range', `At most ${max} characters.`);
    return clean;
  }

  /** A text of the given shape, such as a key. */
  matching(value: unknown, pointer: string, pattern: RegExp, shape: string): string {
    if (typeof value === 'string' && pattern.test(value)) return value;
    if (typeof value === 'string') this.report(pointer, 'malformed', `Must be ${shape}.`);
    else this.missingOrWrong(value, pointer, shape);
    return '';
  }

  integer(value: unknown, pointer: string, min: number, max: number): number {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      this.missingOrWrong(value, pointer, 'a whole number');
      return min;
    }
    if (value < min || value > max) {
      this.report(pointer, 'out-of-range', `Must be from ${min} to ${max}.`);
      return min;
    }
    return value;
  }

  boolean(value: unknown, pointer: string): boolean {
    if (typeof value !== 'boolean') this.missingOrWrong(value, pointer, 'true or false');
    return value === true;
  }

  list<T>(value: unknown, pointer: string, max: number, item: (value: unknown, pointer: string) => T): T[] {
    if (!Array.isArray(value)) {
      this.missingOrWrong(value, pointer, 'a list');
      return [];
    }
    if (value.length > max) {
      this.report(pointer, 'out-of-range', `At most ${max} entries.`);
      return [];
    }
    return value.map((one, index) => item(one, childPointer(pointer, index)));
  }

  private missingOrWrong(value: unknown, pointer: string, wanted: string): void {
    if (value === undefined || value === null) this.report(pointer, 'required', `Must be ${wanted}.`);
    else this.report(pointer, 'wrong-type', `Must be ${wanted}.`);
  }
}
