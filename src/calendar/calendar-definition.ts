/**
 * The written form of a working calendar, exactly as an administrator saves it (api.md, `PUT /calendars/{key}`).
 * Responsible for the shape and its words only; it does not know what an instant is, nor whether the words are
 * right (validate-calendar.ts), nor how they become time (compile-calendar.ts).
 */

/** Monday first, as in ISO 8601: the position in this list is the weekday number used throughout the room. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Weekday = (typeof weekdays)[number];

/**
 * `[open, close)` in local wall-clock `HH:MM`. `24:00` is allowed as a close. A close at or before the open runs
 * past midnight and belongs to the date on which it opens, so `["00:00", "00:00"]` is a whole day.
 */
export type LocalWindow = readonly [open: string, close: string];

/** Windows of one local date, `YYYY-MM-DD`. */
export interface DatedWindows {
  readonly date: string;
  readonly windows: readonly LocalWindow[];
}

export interface CalendarDefinition {
  /** IANA zone name; a bare offset such as `+08:00` is refused, since it knows no clock changes. */
  readonly timeZone: string;
  /** A missing weekday is closed. */
  readonly weekly: Readonly<Partial<Record<Weekday, readonly LocalWindow[]>>>;
  /** Replace all windows of their date; no windows = closed, the night shift that opens on it too. */
  readonly overrides: readonly DatedWindows[];
  /** Cut out last, from whatever is open then, a night shift of the day before included. */
  readonly breaks?: readonly DatedWindows[];
  /**
   * Last local date whose holidays are known. Arithmetic goes on beyond it with the weekly hours; whoever shows or
   * stores a date asks `isPastValidity` and says so (dependencies.md: the next year's holidays come out each November).
   */
  readonly validUntil?: string;
}

export type CalendarProblemCode =
  | 'bad-shape'
  | 'bad-zone'
  | 'bad-weekday'
  | 'bad-time'
  | 'bad-date'
  | 'duplicate-date'
  | 'overlapping-windows'
  | 'no-open-second';

/** One reason why a definition cannot be saved. `path` is a JSON pointer into the definition. */
export interface CalendarProblem {
  readonly code: CalendarProblemCode;
  readonly path: string;
  readonly message: string;
}
