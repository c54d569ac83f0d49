/**
 * The calendars that every installation begins with: plain office hours, around the clock, and the hours of three
 * places with their holidays. A seed is a first version to edit, nothing in the product knows more than two by name.
 */
import { weekdays, type CalendarDefinition, type LocalWindow } from '../../calendar/calendar-definition.js';
import { HOLIDAY_DATES, type HolidayDates } from './holiday-dates.js';

/** The key of the calendar that never closes; clocks of plain seconds run on it. */
export const ALWAYS_KEY = '24x7';

const OFFICE_HOURS: readonly LocalWindow[] = [['09:00', '18:00']];

export const CALENDAR_SEEDS: Readonly<Record<string, CalendarDefinition>> = {
  [ALWAYS_KEY]: {
    timeZone: 'UTC',
    weekly: Object.fromEntries(weekdays.map((weekday) => [weekday, [['00:00', '24:00']] as const])),
    overrides: [],
  },
  default: officeIn('UTC'),
  cn: officeIn('Asia/Shanghai', HOLIDAY_DATES.cn),
  hk: officeIn('Asia/Hong_Kong', HOLIDAY_DATES.hk),
  tw: officeIn('Asia/Taipei', HOLIDAY_DATES.tw),
};

/** Monday to Friday. */
function officeIn(timeZone: string, dates?: HolidayDates): CalendarDefinition {
  const weekly = Object.fromEntries(weekdays.slice(0, 5).map((weekday) => [weekday, OFFICE_HOURS]));
  if (dates === undefined) return { timeZone, weekly, overrides: [] };
  const overrides = [
    ...dates.closed.map((date) => ({ date, windows: [] })),
    ...dates.worked.map((date) => ({ date, windows: OFFICE_HOURS })),
  ].sort((a, b) => (a.date < b.date ? -1 : 1));
  return { timeZone, weekly, overrides, validUntil: dates.validUntil };
}
