/** What a check of the audit is and what it finds: shared by the checks in SQL and the fold. Knows no check. */

export interface Finding {
  /** null when the fault belongs to no case. */
  readonly caseId: string | null;
  readonly seq: number | null;
  readonly detail: string;
}

export interface CheckResult {
  /** Present tense, what holds when nothing is broken. */
  readonly promise: string;
  /** Number of the invariant in domain.md §4. */
  readonly invariant: number;
  readonly violations: number;
  /** The first in order of case and seq. */
  readonly first: Finding | null;
}

/** A check that one query answers: one row per violation, `case_id, seq, detail`. */
export interface SqlCheck {
  readonly promise: string;
  readonly invariant: number;
  readonly violations: string;
}
