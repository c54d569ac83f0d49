/**
 * What a "no" of the case machine means in the customer's words. Staff read the refusal's own text; a customer never
 * does.
 */
import type { RefusalCode } from '../../domain/refusals.js';
import type { MessageKey } from '../../delivery/messages/message-keys.js';

export type ErrorKey = Exclude<
  Extract<MessageKey, `error.${string}`>,
  'error.tooLong' | `error.${string}.${string}`
>;

const WORDS: Partial<Readonly<Record<RefusalCode, ErrorKey>>> = {
  'case-final': 'error.ended',
  'reopen-window-over': 'error.reopenWindowOver',
  'reopen-limit-reached': 'error.reopenWindowOver',
  'attention-already-raised': 'error.managerToldAlready',
  'attention-used-in-cycle': 'error.managerAskedAlready',
  'duplicate-message': 'error.sentAlready',
  'already-rated': 'error.ratedAlready',
};

/** For all others the case has simply moved on between the page and the click. */
export function errorKeyOf(code: string): ErrorKey {
  return WORDS[code as RefusalCode] ?? 'error.movedOn';
}
