/**
 * The typed errors of business-time arithmetic: a definition that cannot be read, and a calendar that runs out.
 * Responsible for telling callers apart what to report; it decides nothing about what a case does then.
 */
import type { CalendarProblem } from './calendar-definition.js';

/** Thrown by `compileCalendar` for a definition that was never validated. `problems` says where and why. */
export class InvalidCalendarError extends Error {
  readonly code = 'calendar-invalid';

  constructor(readonly problems: readonly CalendarProblem[]) {
    super(`calendar cannot be read: ${problems.map((p) => `${p.path} ${p.message}`).join('; ')}`);
    this.name = 'InvalidCalendarError';
  }
}

/**
 * Thrown when no open second is left within the horizon of a search (domain.md §2: an error, never an endless loop,
 * never silent 24×7). `fromMs` is the instant from which the search started.
 */
export class CalendarExhaustedError extends Error {
  readonly code = 'calendar-exhausted';

  constructor(readonly fromMs: number) {
    super(`calendar has not enough open time counted from ${new Date(fromMs).toISOString()}`);
    this.name = 'CalendarExhaustedError';
  }
}
