/**
 * How long an installation keeps what it no longer needs, published by administrators. Null: for ever. A stored value;
 * `retention-sweep.ts` acts on it.
 */
export interface RetentionPolicy {
  /** Texts of a case that ended for good so long ago. Its figures stay. */
  readonly endedCasesDays: number | null;
  /** Lines of what came in: which message, from whom. */
  readonly inboundDays: number | null;
  /** What mail servers and endpoints answered. */
  readonly deliveryDetailDays: number | null;
  /** Files of cases that have ended for good. */
  readonly attachmentsDays: number | null;
  /** Answers to keyed commands: what was promised is 24. */
  readonly storedAnswersHours: number;
}

/** Nothing is thrown away unless somebody says so; answers are kept twice as long as was promised. */
export const DEFAULT_RETENTION_POLICY: RetentionPolicy = {
  endedCasesDays: null,
  inboundDays: null,
  deliveryDetailDays: null,
  attachmentsDays: null,
  storedAnswersHours: 48,
};

/** The floors under each: less would take away what work in progress needs. */
export const RETENTION_MIN = {
  endedCasesDays: 1,
  // A mailbox brings back what it was not allowed to forget.
  inboundDays: 7,
  // The schedule of retries takes more than three days.
  deliveryDetailDays: 7,
  attachmentsDays: 1,
  storedAnswersHours: 24,
} as const satisfies Record<keyof RetentionPolicy, number>;

/** A hundred years; a month of hours. */
export const RETENTION_DAYS_MAX = 36_525;
export const STORED_ANSWERS_HOURS_MAX = 744;
