/**
 * Every "no" the engine can say to a well-formed request, by name. A refusal is a value, never an exception:
 * nothing was written, and the caller learns which rule said no. Texts here are for staff, in plain English;
 * they never reach a customer.
 */
export const REFUSALS = {
  'escalation-limit-reached': 'The case is at level 2 already. There is no third level.',
  'not-allowed-in-state': 'The case does not accept this in its present state.',
  'case-final': 'The case has ended and accepts nothing more.',
  'case-erased': 'The person behind this case was erased; the case accepts nothing more.',
  'case-still-open': 'Somebody still works on the case; only an ended one can be erased.',
  'payment-under-way': 'A payment is under way; wait for what the payment system answers.',
  'actor-not-permitted': 'This role may not do this to this case.',
  'not-in-department': 'Only the department that has the case may do this.',
  'unknown-department': 'No such department is configured.',
  'same-department': 'The department has the case already.',
  'packet-incomplete': 'The hand-off packet lacks something that the next department needs.',
  'level-not-next': 'The case must climb one level at a time.',
  'direct-level2-not-allowed': 'The playbook of this category does not allow level 2 directly.',
  'missing-fields-open': 'The department asked for fields that are still missing.',
  'assignment-binding': 'A manager assigned this case bindingly; it cannot be returned as misrouted.',
  'return-incomplete': 'A return for missing information must name the fields that are missing.',
  'reroute-cap-reached': 'The case has been rerouted as often as the policy allows.',
  'department-required': 'Name the level-1 department that is to carry this out.',
  'wait-until-in-past': 'The date until which to wait must lie in the future.',
  'too-far-ahead': 'A date more than five years ahead is a mistake.',
  'automatic-message': 'An automatic reply answers no question.',
  'already-on-hold': 'The case is on hold already.',
  'not-on-hold': 'The case is not on hold.',
  'review-date-in-past': 'The review date must lie in the future.',
  'reopen-window-over': 'The reopen window has passed. Open a new case that continues this one.',
  'reopen-limit-reached':
    'The customer has reopened this case as often as one may. Open a new one that continues it.',
  'same-owner': 'This agent owns the case already.',
  'attention-already-raised': 'A manager has been called to this case already.',
  'attention-not-raised': 'No manager has been called to this case.',
  'attention-used-in-cycle': 'The customer has already asked for a manager in this cycle.',
  'merge-into-itself': 'A case cannot be merged into itself.',
  'primary-not-open': 'The case to merge into is not open.',
  unchanged: 'Nothing would change.',
  'not-due': 'The deadline has not been reached.',
  'consult-unknown': 'The case has no such consult under way.',
  'consult-open': 'A consult that blocks the solution has not ended yet.',
  'proposal-unknown': 'The case has no such proposal that still waits for this.',
  'action-unknown': 'The proposal has no such action that is still to be done.',
  'promise-unknown': 'The case has no such promise that is still open.',
  'promise-in-past': 'A promise must lie in the future.',
  'promise-overdue': 'The promise was due already; it can be fulfilled, but no longer renegotiated.',
  'promise-not-keepable':
    'By our clocks and load this promise may not be kept; a manager may make it all the same.',
  'promise-open': 'A promise to the customer is overdue and not fulfilled.',
  'compensation-unknown': 'The case has no such compensation that waits for this.',
  'compensation-open': 'A compensation still waits for its approval.',
  'compensation-paid': 'A compensation was paid already.',
  'beyond-authority': 'The amount is beyond the authority of this role.',
  'own-proposal': 'Nobody approves a compensation of their own beyond their own limit.',
  'customer-cap-reached': 'The customer would be granted more than the cap allows in this period.',
  'amount-invalid': 'The amount must be a positive whole number of the smallest unit.',
  'wrong-currency': 'The policy for compensations is kept in another currency.',
  'extension-unknown': 'The case has no such request for more time that waits for a decision.',
  'extension-open': 'A request for more time on this clock is waiting for its decision already.',
  'extension-not-later': 'The new date must lie after the present due time.',
  'clock-not-running': 'This clock does not run now.',
  'callback-unknown': 'The case has no such callback to be made.',
  'task-unknown': 'The case has no such task to be done.',
  'task-taken': 'Somebody else has taken this task.',
  'already-rated': 'This has been rated already.',
  'nothing-to-rate': 'There is no hand-off that could be rated.',
  'departure-needs-reason': 'This departs from the playbook; say why.',
  'due-in-past': 'The date must lie in the future.',
  'too-many': 'The case holds as many of these as it may.',
  'duplicate-message': 'This message has been recorded already.',
} as const satisfies Record<string, string>;

export type RefusalCode = keyof typeof REFUSALS;

export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  /** Names of what is missing or wrong, as JSON pointers into the request body, where that helps. */
  readonly fields: readonly string[];
}

/** @param fields JSON pointers such as `/purpose`. */
export function refusal(code: RefusalCode, fields: readonly string[] = []): Refusal {
  return { code, message: REFUSALS[code], fields };
}
