/**
 * What counts as a text that a person wrote: well-formed, without control characters, in NFC, with something to
 * see, and of bounded length in code points (reliability.md T11, N1–N4). Pure; the decorators are in `fields.ts`.
 */
import { isReadable } from '../../domain/readable-text.js';
import { isWellFormed } from './scan-json.js';

export interface TextRule {
  /** 1: something must be there to read; 0: may be empty, yet not hold what nobody can see. */
  readonly min: 0 | 1;
  /** Code points. */
  readonly max: number;
  /** Whether line breaks and tabs may occur. */
  readonly multiline: boolean;
}

// Control characters other than tab and line feed would reach logs, mail headers and terminals.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const LINE_BREAK = /[\t\n\u2028\u2029]/;

/** The form in which texts are stored and answered: NFC, with line feeds alone. */
export function normaliseText(text: string): string {
  return text.replaceAll('\r\n', '\n').normalize('NFC');
}

/** @returns what is wrong with a normalised text, as an end of the sentence "… must"; null when it is right. */
export function textFault(value: unknown, rule: TextRule): string | null {
  if (typeof value !== 'string') return 'be a text';
  if (!hasOnlyTextCharacters(value)) return 'hold no control characters';
  if (!rule.multiline && LINE_BREAK.test(value)) return 'be a single line';
  if ((rule.min > 0 || value !== '') && !isReadable(value)) return 'hold something that can be read';
  // A text has at most as many code points as UTF-16 units, so most need no counting.
  if (value.length > rule.max && [...value].length > rule.max) return `have at most ${rule.max} characters`;
  return null;
}

/** Whether every character can stand in a text: neither a control character nor half of one. */
export function hasOnlyTextCharacters(text: string): boolean {
  return isWellFormed(text) && !CONTROL.test(text);
}
