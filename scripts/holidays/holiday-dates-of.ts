// Which dates are holidays, and which weekend days are worked, as the packages and the authorities say. Only years
// whose dates an authority has published: a calendar must not look certain about a year that nobody has decided yet.
import { createRequire } from 'node:module';
import Holidays from 'date-holidays';
import type { HolidayDates } from '../../src/directory/seeds/holiday-dates.js';

/** Two years back, so that imported cases are measured right. */
const FIRST_YEAR = 2024;

export function holidayDates(): Record<'cn' | 'hk' | 'tw', HolidayDates> {
  return { cn: mainlandChina(), hk: hongKong(), tw: taiwan() };
}

/** The State Council's notice for a year comes out in the November before; what is not in it is not decided. */
function mainlandChina(): HolidayDates {
  const { holidays, workdays } = createRequire(import.meta.url)(
    'chinese-days/dist/chinese-days.json',
  ) as Record<'holidays' | 'workdays', Record<string, string>>;
  const since = (dates: object) =>
    Object.keys(dates)
      .filter((date) => date >= `${FIRST_YEAR}`)
      .sort();
  const closed = since(holidays);
  const lastYear = (closed.at(-1) ?? '').slice(0, 4);
  return { validUntil: `${lastYear}-12-31`, closed, worked: since(workdays) };
}

/** General Holidays Ordinance (Cap. 149): fixed by law, so the package's rules give them; gazetted a year ahead. */
function hongKong(): HolidayDates {
  const lastYear = 2027;
  return { validUntil: `${lastYear}-12-31`, closed: publicDates('HK', FIRST_YEAR, lastYear), worked: [] };
}

/**
 * Public dates of the package, set right by the Executive Yuan's office calendar for 2026 (行政院
 * 院授人培字第11430248312號): the package does not know the holidays and substitutes of the Act of May 2025
 * (commenthol/date-holidays#490). Before 2026 Saturdays were worked in exchange, which it does not know either.
 */
function taiwan(): HolidayDates {
  const missing = [
    '2026-02-15', // 農曆除夕前一日; its substitute 02-20 is in the package as the fourth day
    '2026-02-27', // for 和平紀念日, a Saturday
    '2026-04-03', // for 兒童節, a Saturday
    '2026-05-01', // 勞動節
    '2026-09-28', // 教師節
    '2026-10-09', // for 國慶日, a Saturday
    '2026-10-25', // 臺灣光復暨金門古寧頭大捷紀念日
    '2026-10-26', // for it, a Sunday
    '2026-12-25', // 行憲紀念日
  ];
  const closed = [...new Set([...publicDates('TW', 2026, 2026), ...missing])].sort();
  return { validUntil: '2026-12-31', closed, worked: [] };
}

function publicDates(country: string, firstYear: number, lastYear: number): string[] {
  const rules = new Holidays(country);
  const years = Array.from({ length: lastYear - firstYear + 1 }, (_, index) => firstYear + index);
  const days = years.flatMap((year) => rules.getHolidays(year, 'en'));
  return [
    ...new Set(days.filter(({ type }) => type === 'public').map(({ date }) => date.slice(0, 10))),
  ].sort();
}
