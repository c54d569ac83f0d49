/**
 * Closed dates out of an iCalendar file, such as authorities and HR departments publish. Reads all-day events and
 * nothing else; what it leaves out it names, with the reason. Knows no database.
 */
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

interface IcsEvent {
  readonly type?: string;
  readonly datetype?: string;
  readonly start?: unknown;
  readonly end?: unknown;
  readonly summary?: unknown;
  readonly status?: unknown;
  /** Where `withoutRules` has put the rule. */
  readonly REPEATS?: unknown;
}

/** @returns null when the text is no iCalendar file. */
export async function readIcs(text: string): Promise<IcsDates | null> {
  if (!/^BEGIN:VCALENDAR\s*$/im.test(text) || !/^END:VCALENDAR\s*$/im.test(text)) return null;
  const events = await eventsOf(text);
  if (events === null) return null;
  const closed = new Map<string, string>();
  const leftOut: LeftOut[] = [];
  for (const event of events) {
    const name = nameOf(event.summary);
    const dates = datesOf(event);
    const reason = reasonAgainst(event, name, dates);
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
  // The library takes a fifth of a second to load, and hardly anybody imports a file.
  const { default: ical } = await import('node-ical');
  try {
    const parts = Object.values(ical.sync.parseICS(withoutRules(text))) as IcsEvent[];
    return parts.filter(({ type }) => type === 'VEVENT');
  } catch {
    return null;
  }
}

/** A rule is not worked out: a hostile one can take for ever, and holidays that move need dates, not rules. */
function withoutRules(text: string): string {
  return text.replaceAll(/^(RRULE|RDATE|EXDATE|EXRULE)(?=[;:])/gim, 'X-REPEATS');
}

function reasonAgainst(event: IcsEvent, name: string, dates: readonly string[]): LeftOutReason | null {
  if (event.datetype !== 'date') return 'not-all-day';
  if (dates.length === 0) return 'unreadable';
  if (event.status === 'CANCELLED') return 'cancelled';
  if (event.REPEATS !== undefined) return 'repeats';
  if (WORKED.test(name)) return 'is-worked';
  return dates.length > EVENT_DAYS_MAX ? 'too-long' : null;
}

/** From the first date to the one before the end, which an all-day event does not include; one date at least. */
function datesOf({ start, end }: IcsEvent): string[] {
  const first = dayOf(start);
  if (first === null) return [];
  const beyond = Math.max(dayOf(end) ?? 0, first + 1);
  const days = Math.min(beyond - first, EVENT_DAYS_MAX + 1);
  return Array.from({ length: days }, (_, n) => new Date((first + n) * DAY_MS).toISOString().slice(0, 10));
}

/** The library gives dates as midnight of this machine's zone. */
function dayOf(value: unknown): number | null {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return null;
  const [year, month, day] = [value.getFullYear(), value.getMonth(), value.getDate()];
  return year >= 1970 && year < 2200 ? Date.UTC(year, month, day) / DAY_MS : null;
}

function nameOf(summary: unknown): string {
  const text = typeof summary === 'string' ? summary : (summary as { val?: unknown } | undefined)?.val;
  const clean = typeof text === 'string' ? text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim() : '';
  return [...clean].slice(0, NAME_LENGTH_MAX).join('');
}
