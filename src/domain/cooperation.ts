/**
 * What accompanies a case without moving it: consults, joint solutions, promises, compensations, more time, callbacks
 * and ratings, as plain JSON data. What they *are*; not how they change (`moves/`) nor how they look to the outside.
 */
import type { ActorKind, Instant } from './actor.js';

/** 会办: another department is asked; owner, handler and level stay. Numbered from 1 within the case, as all below. */
export interface Consult {
  readonly n: number;
  readonly department: string;
  readonly question: string;
  /** A blocking one must have ended before the case may be resolved. */
  readonly blocking: boolean;
  readonly askedBy: string;
  readonly askedAt: Instant;
  /** Asked for by a date; null: the department's own target. */
  readonly dueAt: Instant | null;
  readonly assigneeId: string | null;
  readonly acceptedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly outcome: 'answered' | 'declined' | 'cancelled' | null;
  /** The answer, or why it was declined or cancelled. */
  readonly answer: string | null;
  readonly answeredBy: string | null;
  /** Not answered in time: it lies with the department's deputy now. */
  readonly withDeputy: boolean;
}

/** A joint solution (A10): agreed to by each department on the record, then carried out item by item (A11). */
export interface Proposal {
  readonly n: number;
  readonly text: string;
  readonly by: string;
  readonly at: Instant;
  readonly voices: readonly ProposalVoice[];
  readonly actions: readonly ActionItem[];
  readonly state: 'open' | 'agreed' | 'objected' | 'carriedOut' | 'cancelled';
  readonly settledAt: Instant | null;
}

export interface ProposalVoice {
  readonly department: string;
  readonly agrees: boolean | null;
  readonly by: string | null;
  readonly at: Instant | null;
  readonly comment: string | null;
}

export interface ActionItem {
  readonly k: number;
  readonly text: string;
  readonly department: string;
  readonly dueAt: Instant | null;
  readonly doneAt: Instant | null;
  readonly doneBy: string | null;
  readonly outcome: string | null;
}

/** 承诺: a dated commitment to the customer. */
export interface CustomerPromise {
  readonly n: number;
  /** In words that the customer reads. */
  readonly text: string;
  readonly dueAt: Instant;
  /** Who must keep it; null: the owner. */
  readonly department: string | null;
  readonly madeBy: string;
  readonly madeByKind: ActorKind;
  readonly madeAt: Instant;
  /** Checks that it failed when made, and that a manager overruled: `beyondSla`, `closed`, `overloaded`. */
  readonly concerns: readonly string[];
  /** `broken` stays so even when it is fulfilled late. */
  readonly state: 'open' | 'kept' | 'broken' | 'cancelled';
  readonly endedAt: Instant | null;
  /** When it was fulfilled, in time or late. */
  readonly fulfilledAt: Instant | null;
  /** Earlier due times, oldest first: renegotiated before they came. */
  readonly renegotiations: readonly Renegotiation[];
}

export interface Renegotiation {
  readonly fromDueAt: Instant;
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
}

export const COMPENSATION_KINDS = ['refund', 'voucher', 'goods', 'other'] as const;
export type CompensationKind = (typeof COMPENSATION_KINDS)[number];

/** 补偿: money or goods offered. `amountMinor` counts the smallest unit of its currency, so that sums are exact. */
export interface Compensation {
  readonly n: number;
  readonly kind: CompensationKind;
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  /** What the customer reads. */
  readonly description: string;
  /** Why; for staff. */
  readonly reason: string;
  readonly proposedBy: string;
  readonly proposedByKind: ActorKind;
  readonly proposedAt: Instant;
  /** Lowest role whose authority covers it; the task goes there. */
  readonly approverRole: 'agent' | 'member' | 'lead' | 'manager' | 'admin';
  /** Whose leads may approve; null: managers. */
  readonly approverDepartment: string | null;
  readonly state: 'proposed' | 'approved' | 'rejected' | 'executing' | 'executed' | 'failed' | 'cancelled';
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
  readonly decisionComment: string | null;
  /** What allowed the approval, as it was then; null until approved. For whoever audits it later. */
  readonly authority: CompensationAuthority | null;
  readonly executedAt: Instant | null;
  /** The payment system's own number. */
  readonly reference: string | null;
  /** Who was asked to decide; null: whoever may. */
  readonly assigneeId: string | null;
  /** Not decided in time: a deputy may decide now. */
  readonly withDeputy: boolean;
}

/** Of an approval: the approver's role with its limit, and the customer's cap with what was granted before. */
export interface CompensationAuthority {
  readonly role: Compensation['approverRole'];
  readonly limitMinor: number;
  readonly capMinor: number;
  readonly grantedMinor: number;
}

/** A request for more time before a deadline, with the reason that the customer is told when it is granted. */
export interface Extension {
  readonly n: number;
  readonly metric: 'resolution' | 'olaWork';
  readonly untilAt: Instant;
  readonly reason: string;
  readonly tell: string;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly state: 'requested' | 'granted' | 'denied' | 'lapsed';
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
  readonly comment: string | null;
}

export const CALLBACK_REASONS = ['lowRating', 'undeliverable', 'followUp', 'salesLead'] as const;
export type CallbackReason = (typeof CALLBACK_REASONS)[number];

/** 回访: somebody of us is to call. */
export interface Callback {
  readonly n: number;
  readonly reason: CallbackReason;
  readonly note: string;
  /** The channel that failed, for `undeliverable`. */
  readonly channel: string | null;
  /** null: the owner's. */
  readonly department: string | null;
  readonly assigneeId: string | null;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly dueAt: Instant | null;
  /** The due time passed and a manager was told; it is not told twice. */
  readonly overdue: boolean;
  readonly doneAt: Instant | null;
  readonly doneBy: string | null;
  readonly outcome: string | null;
}

/** What the customer thinks (CSAT, 1 to 5), and whether they would recommend us (NPS, 0 to 10). */
export interface Rating {
  readonly cycle: number;
  readonly score: number;
  readonly recommend: number | null;
  readonly comment: string | null;
  readonly at: Instant;
}

export interface HandOffRating {
  readonly level: 1 | 2;
  readonly attempt: number;
  readonly department: string;
  readonly score: number;
  readonly comment: string | null;
  readonly by: string;
  readonly at: Instant;
}
