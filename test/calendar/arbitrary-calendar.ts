/**
 * Random calendars, instants, amounts and pauses for the property tests.
 * Responsible for reaching the awkward corners often: clock changes at midnight, half hours, a skipped day, two
 * changes a week apart, night shifts, windows that overlap, overrides and breaks close to the start.
 */
import fc from 'fast-check';
import type { CalendarDefinition, LocalWindow, Weekday } from '../../src/calendar/calendar-definition.js';
import { weekdays } from '../../src/calendar/calendar-definition.js';

/** Zones with UTC dates at or next to which the clock changes. */
const zones: Record<string, string[]> = {
  'Africa/Cairo': ['2010-08-10', '2010-09-09', '2023-04-27', '2023-10-26'],
  'Africa/Casablanca': ['2026-02-15', '2026-03-22'],
  'America/Boa_Vista': ['2000-10-08', '2000-10-15'],
  'America/Caracas': ['2007-12-09', '2016-05-01'],
  'America/Havana': ['2025-03-09', '2025-11-02'],
  'America/New_York': ['2026-03-08', '2026-11-01', '2006-04-02'],
  'America/Santiago': ['2022-09-11', '2023-04-02', '2024-04-07'],
  'America/Sao_Paulo': ['2018-02-18', '2018-11-04', '2019-02-17'],
  'America/St_Johns': ['2010-03-14', '2010-11-07'],
  'Asia/Beirut': ['2022-10-29', '2023-03-25'],
  'Asia/Gaza': ['2040-10-19', '2040-10-27'],
  'Asia/Kathmandu': [],
  'Asia/Pyongyang': ['2015-08-14', '2018-05-04'],
  'Asia/Shanghai': [],
  'Australia/Lord_Howe': ['2025-04-05', '2025-10-04'],
  'Europe/Berlin': ['2026-03-29', '2026-10-25', '2000-03-26'],
  'Etc/GMT+12': [],
  'Pacific/Apia': ['2011-12-30', '2011-09-24', '2012-03-31'],
  'Pacific/Kiritimati': [],
  UTC: [],
};

const dayMs = 86_400_000;
const years2000To2035 = { min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2036, 0, 1) / 1000 };

const clockTime = fc
  .oneof(
    fc.constantFrom(0, 30, 60, 90, 120, 150, 180, 540, 1020, 1320, 1410),
    fc.integer({ min: 0, max: 1439 }),
  )
  .map((minute) => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`);

const window: fc.Arbitrary<LocalWindow> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<LocalWindow>(['09:00', '17:00'], ['22:00', '06:00'], ['00:00', '24:00']),
  },
  { weight: 5, arbitrary: fc.tuple(clockTime, clockTime) },
  { weight: 1, arbitrary: clockTime.map((open): LocalWindow => [open, '24:00']) },
);

export interface Scenario {
  definition: CalendarDefinition;
  /** A whole second near a clock change, or anywhere in 2000–2035. */
  startMs: number;
  pauses: { fromMs: number; toMs: number }[];
}

/** At least one weekday is open, so that a search ends. */
export const scenarios: fc.Arbitrary<Scenario> = fc.constantFrom(...Object.keys(zones)).chain((timeZone) =>
  anchorIn(timeZone).chain((anchorMs) =>
    fc.record({
      definition: fc.record({
        timeZone: fc.constant(timeZone),
        weekly: weeklyHours,
        overrides: datesAround(anchorMs, 6, fc.array(window, { maxLength: 2 })),
        breaks: datesAround(anchorMs, 4, fc.array(window, { minLength: 1, maxLength: 2 })),
      }),
      startMs: fc.integer({ min: -3 * 86_400, max: 3 * 86_400 }).map((seconds) => anchorMs + seconds * 1000),
      pauses: fc.array(pauseAround(anchorMs), { maxLength: 4 }),
    }),
  ),
);

/** From seconds to a few weeks of a long-opening calendar. */
export const amounts = fc.oneof(
  fc.integer({ min: 1, max: 600 }),
  fc.integer({ min: 1, max: 100 }).map((minutes) => minutes * 60),
  fc.integer({ min: 1, max: 500_000 }),
);

const weeklyHours = fc
  .tuple(
    fc.constantFrom(...weekdays),
    window,
    fc.array(fc.array(window, { maxLength: 3 }), { minLength: 7, maxLength: 7 }),
  )
  .map(([openDay, openWindow, lists]) => {
    const weekly: Partial<Record<Weekday, LocalWindow[]>> = {};
    for (const [i, weekday] of weekdays.entries()) weekly[weekday] = lists[i]!;
    if (lists.every((list) => list.length === 0)) weekly[openDay] = [openWindow];
    return weekly;
  });

function anchorIn(timeZone: string): fc.Arbitrary<number> {
  const anywhere = fc.integer(years2000To2035).map((seconds) => seconds * 1000);
  const changes = zones[timeZone]!.map((date) => Date.parse(`${date}T02:00:00Z`));
  if (changes.length === 0) return anywhere;
  return fc.oneof({ weight: 1, arbitrary: anywhere }, { weight: 4, arbitrary: fc.constantFrom(...changes) });
}

function datesAround(anchorMs: number, datesMax: number, windows: fc.Arbitrary<LocalWindow[]>) {
  return fc.uniqueArray(fc.record({ date: dateAround(anchorMs), windows }), {
    maxLength: datesMax,
    selector: (entry) => entry.date,
  });
}

function dateAround(anchorMs: number): fc.Arbitrary<string> {
  return fc
    .oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -10, max: 20 }))
    .map((days) => new Date(anchorMs + days * dayMs).toISOString().slice(0, 10));
}

function pauseAround(anchorMs: number) {
  return fc
    .tuple(fc.integer({ min: -5 * 86_400, max: 9 * 86_400 }), fc.integer({ min: 0, max: 3 * 86_400 }))
    .map(([from, length]) => ({ fromMs: anchorMs + from * 1000, toMs: anchorMs + (from + length) * 1000 }));
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
