/**
 * Brings text from outside into the form in which texts are stored: well-formed, NFC, without control characters, of
 * bounded length. Repairs instead of refusing: a customer's mail program is not theirs to mend.
 */
import { isReadable } from '../domain/readable-text.js';

/** Bounds a message, in code points: longer ones are documents, and belong into attachments. */
export const MESSAGE_MAX = 16_000;
/** Bounds a subject, a name and whatever else is one line. */
export const LINE_MAX = 200;
/** What is looked at at all, in UTF-16 units: a bound on work, far beyond what is kept. */
export const READ_MAX = 400_000;
const LINE_READ_MAX = 4_000;

// Control characters other than tab and line feed would reach logs, mail headers and terminals.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const LINE_SEPARATORS = /\r\n?|[\u2028\u2029]/g;

/** A text of several lines; empty when there is nothing to read in it. */
export function cleanText(text: string, max = MESSAGE_MAX): string {
  const clean = wellFormed(text.slice(0, READ_MAX))
    .replace(LINE_SEPARATORS, '\n')
    .replace(CONTROL, '')
    .normalize('NFC')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return isReadable(clean) ? cut(clean, max) : '';
}

/** The same on one line. */
export function cleanLine(text: string, max = LINE_MAX): string {
  return cut(cleanText(text.slice(0, LINE_READ_MAX)).replace(/\s+/g, ' '), max);
}

/** At most so many code points: never half of a character. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = [...text];
  return points.length <= max
    ? text
    : `${points
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
