/**
 * What a calendar makes of a stretch of time: a due time, what lies between two instants, or a beginning counted
 * backwards. Reads the question strictly and bounds it; the arithmetic is the calendar room's. Writes nothing.
 */
import { addBusinessDays } from '../../calendar/business-days.js';
import {
  addBusinessSeconds,
  businessSecondsBetween,
  subtractBusinessSeconds,
} from '../../calendar/business-seconds.js';
import { CalendarExhaustedError } from '../../calendar/calendar-errors.js';
import { compileCalendar, type Calendar } from '../../calendar/compile-calendar.js';
import { firstInstantMs, lastInstantMs } from '../../calendar/local-date.js';
import { isPastValidity } from '../../calendar/openings.js';
import type { TimeSpan } from '../../calendar/time-spans.js';
import { readCalendar } from '../../directory/calendars.js';
import { Checks } from '../../directory/checks.js';
import { SPAN_DAYS_MAX, SPAN_SECONDS_MAX } from '../../directory/target-spans.js';
import type { Instant } from '../../domain/actor.js';
import { parseInstant, toInstantText } from '../input/instant.js';
import { Problem, type FieldError } from '../problems/problem.js';
import type { PreviewDto } from './calendars.dto.js';

const YEAR_MS = 366 * 86_400_000;
/**
 * Five years of office hours take 22. Beyond, a question would keep the whole node busy for tenths of a second. The
 * first year is looked at alone, because most deadlines lie in it.
 */
const HORIZONS_MS = [YEAR_MS, 30 * YEAR_MS] as const;
/** A case is not paused more often, and each pause costs a look into the calendar. */
const PAUSES_MAX = 200;

const FIELDS = ['calendar', 'start', 'end', 'businessSeconds', 'businessDays', 'pauses'] as const;

interface Question {
  readonly start: Instant | null;
  readonly end: Instant | null;
  readonly businessSeconds: number | null;
  readonly businessDays: number | null;
  readonly pauses: readonly TimeSpan[];
}

/**
 * @param calendarOf a stored calendar by its key; null when there is none
 * @throws Problem 422 with one error per faulty field, also when the calendar is not open that long.
 */
export function previewOf(body: unknown, calendarOf: (key: string) => Calendar | null): PreviewDto {
  const checks = new Checks();
  const given = checks.object(body, '', FIELDS);
  const calendar = calendarFrom(given['calendar'], calendarOf, checks);
  const question: Question = {
    start: instant(given['start'], '/start', checks),
    end: instant(given['end'], '/end', checks),
    businessSeconds: amount(given['businessSeconds'], '/businessSeconds', 0, SPAN_SECONDS_MAX, checks),
    businessDays: amount(given['businessDays'], '/businessDays', 1, SPAN_DAYS_MAX, checks),
    pauses: checks.list(given['pauses'] ?? [], '/pauses', PAUSES_MAX, (pause, at) =>
      pauseFrom(pause, at, checks),
    ),
  };
  if (checks.problems.length > 0 || calendar === null) throw invalid(checks.problems);
  try {
    return answer(calendar, question);
  } catch (error) {
    if (!(error instanceof CalendarExhaustedError)) throw error;
    const pointer = question.businessDays === null ? '/businessSeconds' : '/businessDays';
    const message = 'The calendar is not open that long within thirty years.';
    throw invalid([{ pointer, code: 'calendar-exhausted', message }]);
  }
}

function answer(calendar: Calendar, question: Question): PreviewDto {
  const { start, end, businessSeconds, businessDays, pauses } = question;
  const asked = [start, end, businessSeconds, businessDays].map((part) => part !== null).join();
  switch (asked) {
    case 'true,false,true,false':
      assertWithin(calendar, start as number, 1, businessSeconds as number, pauses);
      return due(calendar, addBusinessSeconds(calendar, start as number, businessSeconds as number, pauses));
    case 'true,false,false,true':
      return due(calendar, dueInDays(calendar, start as number, businessDays as number, pauses));
    case 'true,true,false,false': {
      assertNear(start as number, end as number);
      const seconds = businessSecondsBetween(calendar, start as number, end as number, pauses);
      return { businessSeconds: seconds, warnings: validityOf(calendar, end as number) };
    }
    case 'false,true,true,false': {
      assertWithin(calendar, end as number, -1, businessSeconds as number, pauses);
      const at = subtractBusinessSeconds(calendar, end as number, businessSeconds as number, pauses);
      return { startAt: toInstantText(at), warnings: validityOf(calendar, end as number) };
    }
    default: {
      const message =
        'Give start and businessSeconds, start and businessDays, start and end, or end and businessSeconds.';
      throw invalid([{ pointer: '', code: 'inconsistent', message }]);
    }
  }
}

function due(calendar: Calendar, dueAt: Instant): PreviewDto {
  return { dueAt: toInstantText(dueAt), warnings: validityOf(calendar, dueAt) };
}

/** As clocks count days: the open time up to the end of the n-th open date, of which pauses take nothing away. */
function dueInDays(calendar: Calendar, start: Instant, days: number, pauses: readonly TimeSpan[]): Instant {
  const end = addBusinessDays(calendar, start, days);
  if (pauses.length === 0) return end;
  const seconds = businessSecondsBetween(calendar, start, end);
  assertWithin(calendar, start, 1, seconds, pauses);
  return addBusinessSeconds(calendar, start, seconds, pauses);
}

/** @throws CalendarExhaustedError when so much open time does not lie within the horizon of an instant. */
function assertWithin(
  calendar: Calendar,
  at: Instant,
  direction: 1 | -1,
  seconds: number,
  pauses: readonly TimeSpan[],
): void {
  const reaches = (horizonMs: number): boolean => {
    const other = Math.min(Math.max(at + direction * horizonMs, firstInstantMs), lastInstantMs - 1);
    const [fromMs, toMs] = direction === 1 ? [at, other] : [other, at];
    return businessSecondsBetween(calendar, fromMs, toMs, pauses) >= seconds;
  };
  if (!HORIZONS_MS.some(reaches)) throw new CalendarExhaustedError(at);
}

function assertNear(start: Instant, end: Instant): void {
  if (Math.abs(end - start) <= HORIZONS_MS[1]) return;
  const message = 'Must lie within thirty years of start.';
  throw invalid([{ pointer: '/end', code: 'out-of-range', message }]);
}

function validityOf(calendar: Calendar, at: Instant): FieldError[] {
  if (!isPastValidity(calendar, at)) return [];
  const message = `Holidays after ${calendar.definition.validUntil} are not known yet: this rests on weekly hours alone.`;
  return [{ pointer: '/calendar', code: 'past-validity', message }];
}

function calendarFrom(
  value: unknown,
  calendarOf: (key: string) => Calendar | null,
  checks: Checks,
): Calendar | null {
  const given = checks.object(value, '/calendar', null);
  if (checks.problems.length > 0) return null;
  if (Object.hasOwn(given, 'key')) {
    const { key } = checks.object(value, '/calendar', ['key']);
    const known = typeof key === 'string' ? calendarOf(key) : null;
    if (known === null) checks.report('/calendar/key', 'inconsistent', 'No such calendar is configured.');
    return known;
  }
  const { value: definition, problems } = readCalendar(value);
  for (const { pointer, code, message } of problems) checks.report(`/calendar${pointer}`, code, message);
  return problems.length > 0 ? null : compileCalendar(definition);
}

/** null for an absent one, and for a faulty one once it is reported. */
function instant(value: unknown, pointer: string, checks: Checks): Instant | null {
  if (value === undefined || value === null) return null;
  const at = typeof value === 'string' ? parseInstant(value) : null;
  if (at === null) {
    checks.report(pointer, 'malformed', 'Must be an RFC 3339 instant with an offset, from 1970 to 2189.');
  }
  return at;
}

function amount(value: unknown, pointer: string, min: number, max: number, checks: Checks): number | null {
  return value === undefined || value === null ? null : checks.integer(value, pointer, min, max);
}

function pauseFrom(value: unknown, pointer: string, checks: Checks): TimeSpan {
  const { from, to } = checks.object(value, pointer, ['from', 'to']);
  const faults = checks.problems.length;
  const [fromMs, toMs] = [
    instant(from ?? '', `${pointer}/from`, checks) ?? 0,
    instant(to ?? '', `${pointer}/to`, checks) ?? 0,
  ];
  if (checks.problems.length === faults && toMs < fromMs) {
    checks.report(`${pointer}/to`, 'inconsistent', 'A pause cannot end before it begins.');
  }
  return { fromMs, toMs };
}

function invalid(errors: readonly FieldError[]): Problem {
  return new Problem('invalid-fields', { errors });
}
