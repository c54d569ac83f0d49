/**
 * Judges the one text of a form by the same rules as the API's texts, words a fault in the customer's language, and
 * makes the key under which what was written has one effect. Pure.
 */
import { createHash } from 'node:crypto';
import { say } from '../../delivery/catalogue.js';
import type { CustomerAction } from '../../delivery/customer-actions.js';
import { FORM_TEXT_MAX } from '../../delivery/status-forms.js';
import type { Locale } from '../../domain/policies.js';
import { isReadable } from '../../domain/readable-text.js';
import { hasOnlyTextCharacters, normaliseText, textFault } from '../input/clean-text.js';
import type { Said } from './customer-command.js';

type TextFault = 'empty' | 'tooLong' | 'unreadable';
/** `noScore`: a rating without its one answer. */
export type FormFault = TextFault | 'noScore';

export type FormText =
  | { readonly kind: 'fine'; readonly text: string | null }
  /** `shown`: what to put back into the form. */
  | { readonly kind: 'faulty'; readonly fault: TextFault; readonly shown: string };

const MAY_BE_EMPTY: ReadonlySet<CustomerAction> = new Set([
  'confirmation',
  'rating',
  'withdrawal',
  'attention',
]);

export function readFormText(action: CustomerAction, sent: string): FormText {
  const text = normaliseText(sent).trim();
  if (text === '' && MAY_BE_EMPTY.has(action)) return { kind: 'fine', text: null };
  const fault = faultIn(text);
  return fault === null ? { kind: 'fine', text } : { kind: 'faulty', fault, shown: text };
}

function faultIn(text: string): TextFault | null {
  if (!hasOnlyTextCharacters(text)) return 'unreadable';
  if (!isReadable(text)) return 'empty';
  return textFault(text, { min: 1, max: FORM_TEXT_MAX, multiline: true }) === null ? null : 'tooLong';
}

/** @returns what is wrong and what to do about it. */
export function faultMessage(locale: Locale, fault: FormFault): string {
  if (fault === 'tooLong') return say(locale, 'error.tooLong', { max: FORM_TEXT_MAX });
  return say(locale, `error.${fault}`);
}

/**
 * The form's one-time key, bound to what was written: going back, changing the text and sending again is a new deed,
 * a double click is not.
 * @param sent as it came with the form; null is returned when it cannot be one of ours.
 */
export function deedKey(sent: string, said: Said): string | null {
  if (!/^[\w-]{8,64}$/.test(sent)) return null;
  const fingerprint = createHash('sha256').update(JSON.stringify(said)).digest('base64url');
  return `${sent}.${fingerprint.slice(0, 22)}`;
}
