/**
 * A calendar as the vector and scenario files write it, in the API's words. Only turns one form into the other: what
 * makes a calendar valid is the product's to say.
 */

export type ForeignWindow = readonly [open: string, close: string];

export interface ForeignCalendar {
  readonly timezone: string;
  /** `mon` … `sun`; a missing day is closed. */
  readonly hours: Readonly<Record<string, readonly ForeignWindow[]>>;
  /** Local dates without any window. */
  readonly holidays?: readonly string[];
  /** Local date → the windows that replace the weekday's. */
  readonly date_hours?: Readonly<Record<string, readonly ForeignWindow[]>>;
  /** Local date → what is cut out of it, last of all. */
  readonly breaks?: Readonly<Record<string, readonly ForeignWindow[]>>;
}

interface DatedWindows {
  readonly date: string;
  readonly windows: readonly ForeignWindow[];
}

/** The body of `PUT /calendars/{key}`, and the inline form of a preview. */
export interface CalendarBody {
  readonly timeZone: string;
  readonly weekly: ForeignCalendar['hours'];
  readonly overrides: readonly DatedWindows[];
  readonly breaks: readonly DatedWindows[];
}

/** Holidays win over hours of a date, hours of a date over those of the weekday; breaks are cut out of either. */
export function toCalendarBody(foreign: ForeignCalendar): CalendarBody {
  const holidays = new Set(foreign.holidays ?? []);
  const dateHours = Object.entries(foreign.date_hours ?? {}).filter(([date]) => !holidays.has(date));
  const breaks = Object.entries(foreign.breaks ?? {}).filter(([, windows]) => windows.length > 0);
  return {
    timeZone: foreign.timezone,
    weekly: foreign.hours,
    overrides: [...[...holidays].map((date) => ({ date, windows: [] })), ...dateHours.map(dated)],
    breaks: breaks.map(dated),
  };
}

function dated([date, windows]: [string, readonly ForeignWindow[]]): DatedWindows {
  return { date, windows };
}
