/**
 * Judges the one text of a form by the same rules as the API's texts, and names a fault so that the page can say it
 * in the customer's language. Pure.
 */
import type { CustomerAction } from '../../delivery/customer-actions.js';
import { FORM_TEXT_MAX } from '../../delivery/status-forms.js';
import { normaliseText, textFault } from '../input/clean-text.js';

export type FormText =
  | { readonly kind: 'fine'; readonly text: string | null }
  /** `shown`: what to put back into the form. */
  | { readonly kind: 'faulty'; readonly fault: 'empty' | 'tooLong' | 'unreadable'; readonly shown: string };

const MAY_BE_EMPTY: ReadonlySet<CustomerAction> = new Set(['confirmation', 'withdrawal', 'attention']);

export function readFormText(action: CustomerAction, sent: string): FormText {
  const text = normaliseText(sent).trim();
  if (text === '' && MAY_BE_EMPTY.has(action)) return { kind: 'fine', text: null };
  const fault = faultIn(text);
  return fault === null ? { kind: 'fine', text } : { kind: 'faulty', fault, shown: text };
}

function faultIn(text: string): 'empty' | 'tooLong' | 'unreadable' | null {
  const anyLength = { max: Infinity, multiline: true } as const;
  if (textFault(text, { min: 0, ...anyLength }) !== null) return 'unreadable';
  if (textFault(text, { min: 1, ...anyLength }) !== null) return 'empty';
  return textFault(text, { min: 1, max: FORM_TEXT_MAX, multiline: true }) === null ? null : 'tooLong';
}
