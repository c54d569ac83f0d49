/**
 * Closed dates out of an iCalendar file, such as authorities and HR departments publish. Reads all-day events and
 * nothing else; what it leaves out it names, with the reason. Knows no database.
 */
import type ICAL from 'ical.js';
import type { CalendarDefinition } from '../calendar/calendar-definition.js';

export const LEFT_OUT_REASONS = [
  'already-closed',
  'has-hours',
  'is-worked',
  'repeats',
  'not-all-day',
  'cancelled',
  'too-long',
  'unreadable',
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

export interface NamedDate {
  /** Local date, YYYY-MM-DD. */
  readonly date: string;
  readonly name: string;
}

export interface LeftOut {
  readonly date: string | null;
  readonly name: string;
  readonly reason: LeftOutReason;
}

export interface IcsDates {
  readonly closed: readonly NamedDate[];
  readonly leftOut: readonly LeftOut[];
}

/** No public holiday lasts two months; an event that does is somebody's project. */
const EVENT_DAYS_MAX = 62;
/** Bounds what an answer repeats of a name. */
const NAME_LENGTH_MAX = 200;
const DAY_MS = 86_400_000;

/**
 * Files of Chinese holidays also list the weekend days that are worked in exchange, as events of the same form. To
 * close those would be the opposite of what the file says.
 */
const WORKED = /[(（]班[)）]|补班|補班|调休上班|補行上班|\bworkday\b|\bworking day\b/i;

/** An all-day event, or what it is instead. */
interface IcsEvent {
  readonly isAllDay: boolean;
  readonly repeats: boolean;
  readonly isCancelled: boolean;
  readonly name: string;
  /** Whole days since 1970; null: no date that we know. */
  readonly firstDay: number | null;
  /** The day after the last; null: none is given. */
  readonly endDay: number | null;
}

/** @returns null when the text is no iCalendar file. */
export async function readIcs(text: string): Promise<IcsDates | null> {
  if (!/^BEGIN:VCALENDAR\s*$/im.test(text) || !/^END:VCALENDAR\s*$/im.test(text)) return null;
  const events = await eventsOf(text);
  if (events === null) return null;
  const closed = new Map<string, string>();
  const leftOut: LeftOut[] = [];
  for (const event of events) {
    const { name } = event;
    const dates = datesOf(event);
    const reason = reasonAgainst(event, dates);
    if (reason !== null) leftOut.push({ date: dates[0] ?? null, name, reason });
    else for (const date of dates) if (!closed.has(date)) closed.set(date, name);
  }
  const named = [...closed].map(([date, name]) => ({ date, name }));
  return { closed: named.sort((a, b) => (a.date < b.date ? -1 : 1)), leftOut };
}

export interface ClosedDatesAdded {
  readonly definition: CalendarDefinition;
  readonly added: readonly NamedDate[];
  readonly leftOut: readonly LeftOut[];
}

/** The definition with further closed dates. A date that somebody has given hours of its own keeps them. */
export function withClosedDates(
  definition: CalendarDefinition,
  closed: readonly NamedDate[],
  validUntil: string | null,
): ClosedDatesAdded {
  const known = new Map(definition.overrides.map(({ date, windows }) => [date, windows.length]));
  const added = closed.filter(({ date }) => !known.has(date));
  const leftOut = closed
    .filter(({ date }) => known.has(date))
    .map(({ date, name }): LeftOut => ({
      date,
      name,
      reason: known.get(date) === 0 ? 'already-closed' : 'has-hours',
    }));
  const overrides = [...definition.overrides, ...added.map(({ date }) => ({ date, windows: [] }))];
  overrides.sort((a, b) => (a.date < b.date ? -1 : 1));
  return {
    definition: { ...definition, overrides, ...(validUntil === null ? {} : { validUntil }) },
    added,
    leftOut,
  };
}

async function eventsOf(text: string): Promise<IcsEvent[] | null> {
  // Hardly anybody imports a file, so the library is loaded by whoever does.
  const { default: ICAL } = await import('ical.js');
  try {
    const events = new ICAL.Component(ICAL.parse(text) as unknown[]).getAllSubcomponents('vevent');
    // An event that begins twice is none, and a file with such an event is not to be trusted.
    return events.some((each) => each.getAllProperties('dtstart').length > 1) ? null : events.map(eventOf);
  } catch {
    return null;
  }
}

/** Rules are not worked out: a hostile one can take for ever, and holidays that move need dates, not rules. */
function eventOf(event: InstanceType<typeof ICAL.Component>): IcsEvent {
  return {
    isAllDay: event.getFirstProperty('dtstart')?.type === 'date',
    repeats: ['rrule', 'rdate', 'exdate', 'exrule'].some((rule) => event.hasProperty(rule)),
    isCancelled: event.getFirstPropertyValue('status') === 'CANCELLED',
    name: nameOf(event.getFirstPropertyValue('summary')),
    firstDay: dayOf(event.getFirstPropertyValue('dtstart')),
    endDay: dayOf(event.getFirstPropertyValue('dtend')),
  };
}

function reasonAgainst(event: IcsEvent, dates: readonly string[]): LeftOutReason | null {
  if (!event.isAllDay) return 'not-all-day';
  if (dates.length === 0) return 'unreadable';
  if (event.isCancelled) return 'cancelled';
  if (event.repeats) return 'repeats';
  if (WORKED.test(event.name)) return 'is-worked';
  return dates.length > EVENT_DAYS_MAX ? 'too-long' : null;
}

/** From the first date to the one before the end, which an all-day event does not include; one date at least. */
function datesOf({ firstDay, endDay }: IcsEvent): string[] {
  if (firstDay === null) return [];
  const beyond = Math.max(endDay ?? 0, firstDay + 1);
  const days = Math.min(beyond - firstDay, EVENT_DAYS_MAX + 1);
  return Array.from({ length: days }, (_, n) => new Date((firstDay + n) * DAY_MS).toISOString().slice(0, 10));
}

/** The date as it is written, in no zone. */
function dayOf(value: unknown): number | null {
  const { year, month, day } = (value ?? {}) as { year?: number; month?: number; day?: number };
  if (year === undefined || month === undefined || day === undefined) return null;
  return year >= 1970 && year < 2200 ? Date.UTC(year, month - 1, day) / DAY_MS : null;
}

function nameOf(summary: unknown): string {
  const clean = typeof summary === 'string' ? summary.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim() : '';
  return [...clean].slice(0, NAME_LENGTH_MAX).join('');
}
