/**
 * From what a customer did on the page, or by API, to the event that the case machine knows. Pure.
 */
import type { CustomerAction, CustomerEvent } from '../../delivery/customer-actions.js';
import type { Actor, Case, Instant } from '../../domain/case.js';
import type { CaseCommand } from '../../domain/events.js';

/** Staff read these in the journal when a customer gave no reason, which both forms allow. */
const WITHDRAWN = 'The customer withdrew the case by its link and gave no reason.';
const MANAGER_WANTED = 'The customer asked for a manager by the case’s link and gave no reason.';

/** The engine's word for "now", by its own clock. */
const NOW: Instant = Infinity;

/** @param text checked and normalised; null where none was given. */
export function customerCommand(
  action: CustomerAction,
  text: string | null,
  actor: Actor,
): CaseCommand<CustomerEvent> {
  switch (action) {
    case 'reply':
      return {
        type: 'case.reply',
        actor,
        text: text ?? '',
        channel: 'web',
        messageId: null,
        automatic: false,
      };
    case 'confirmation':
      return { type: 'case.confirm', actor, comment: text };
    case 'rejection':
      return { type: 'case.reject', actor, reason: text ?? '' };
    case 'reopening':
      return { type: 'case.reopen', actor, reason: text ?? '' };
    case 'withdrawal':
      return { type: 'case.withdraw', actor, reason: text ?? WITHDRAWN };
    case 'attention':
      return { type: 'case.raiseAttention', actor, reason: text ?? MANAGER_WANTED };
  }
}

/** A new case that continues a closed one whose reopen window is over (domain.md §3, row 19). */
export function continuation(
  { id, intake, context }: Case,
  reason: string,
  actor: Actor,
): Omit<CaseCommand<'case.open'>, 'caseId'> {
  return {
    type: 'case.open',
    actor,
    intake: {
      ...intake,
      description: reason,
      channel: 'web',
      receivedAt: NOW,
      openedAt: NOW,
      previousCaseId: id,
    },
    impact: context.impact,
    urgency: context.urgency,
    grade: context.grade,
    ownerId: null,
  };
}
