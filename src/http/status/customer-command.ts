/**
 * From what a customer did on the page, or by API, to the event that the case machine knows. Pure.
 */
import type { CustomerAction, CustomerEvent } from '../../delivery/customer-actions.js';
import type { Actor, Instant } from '../../domain/actor.js';
import type { Case } from '../../domain/case.js';
import type { CaseCommand } from '../../domain/events.js';

/** Staff read these in the journal when a customer gave no reason, which both forms allow. */
const WITHDRAWN = 'The customer withdrew the case by its link and gave no reason.';
const MANAGER_WANTED = 'The customer asked for a manager by the case’s link and gave no reason.';

/** What a customer did and said. */
export type Said =
  | {
      readonly action: Exclude<CustomerAction, 'rating'>;
      /** Checked and normalised; null where none was given. */
      readonly text: string | null;
    }
  | {
      readonly action: 'rating';
      readonly text: string | null;
      /** 1 to 5. */
      readonly score: number;
      /** 0 to 10. */
      readonly recommend: number | null;
    };

/** The engine's word for "now", by its own clock. */
const NOW: Instant = Infinity;

export function customerCommand(said: Said, actor: Actor): CaseCommand<CustomerEvent> {
  const { text } = said;
  switch (said.action) {
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
    case 'rating':
      return { type: 'case.rate', actor, score: said.score, recommend: said.recommend, comment: text };
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
