/** The worked vectors of domain.md §2, through the product and through the independent calculator. */
import { describe, expect, it } from '@jest/globals';
import type { CalendarDefinition, LocalWindow } from '../../src/calendar/calendar-definition.js';
import { addBusinessSeconds, businessSecondsBetween } from '../../src/calendar/business-seconds.js';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import { BruteForceCalendar } from './brute-force-calendar.js';

const berlin = mondayToFriday('Europe/Berlin', [['09:00', '17:00']]);
const shanghaiWithLunch = mondayToFriday('Asia/Shanghai', [
  ['09:00', '12:00'],
  ['13:30', '18:00'],
]);
const shanghaiGoldenWeek: CalendarDefinition = {
  ...mondayToFriday('Asia/Shanghai', [['09:00', '18:00']]),
  overrides: [
    ...[1, 2, 3, 4, 5, 6, 7].map((day) => ({ date: `2026-10-0${day}`, windows: [] })),
    { date: '2026-10-10', windows: [['09:00', '18:00']] },
  ],
};

const vectors = [
  {
    title: 'runs from Friday into Monday across the spring change in Berlin',
    definition: berlin,
    start: '2026-03-27T16:30:00+01:00',
    seconds: 3600,
    due: '2026-03-30T07:30:00Z',
  },
  {
    title: 'runs from Friday into Monday across the autumn change in Berlin',
    definition: berlin,
    start: '2026-10-23T16:30:00+02:00',
    seconds: 3600,
    due: '2026-10-26T08:30:00Z',
  },
  {
    title: 'stands still over the lunch break in Shanghai',
    definition: shanghaiWithLunch,
    start: '2026-11-02T11:30:00+08:00',
    seconds: 3600,
    due: '2026-11-02T06:00:00Z',
  },
  {
    title: 'goes on on a worked Saturday after the golden week',
    definition: shanghaiGoldenWeek,
    start: '2026-10-09T17:30:00+08:00',
    seconds: 2 * 3600,
    due: '2026-10-10T02:30:00Z',
  },
  {
    title: 'does not move for a pause that lies outside business time',
    definition: berlin,
    start: '2026-11-06T16:00:00+01:00',
    seconds: 4 * 3600,
    pause: ['2026-11-06T18:00:00+01:00', '2026-11-08T12:00:00+01:00'],
    due: '2026-11-09T11:00:00Z',
  },
  {
    title: 'moves by the business time of a pause, not by its wall time',
    definition: berlin,
    start: '2026-11-06T09:00:00+01:00',
    seconds: 12 * 3600,
    pause: ['2026-11-06T16:00:00+01:00', '2026-11-10T10:00:00+01:00'],
    due: '2026-11-10T14:00:00Z',
  },
  {
    title: 'counts the first second from the next opening when it starts exactly at the close',
    definition: berlin,
    start: '2026-11-06T17:00:00+01:00',
    seconds: 1,
    due: '2026-11-09T08:00:01Z',
  },
  {
    title: 'is due at the close itself when the window is filled exactly',
    definition: berlin,
    start: '2026-11-06T16:00:00+01:00',
    seconds: 3600,
    due: '2026-11-06T16:00:00Z',
  },
].map(({ pause, start, due, ...vector }) => ({
  ...vector,
  startMs: Date.parse(start),
  dueMs: Date.parse(due),
  pauses: pause ? [{ fromMs: Date.parse(pause[0]!), toMs: Date.parse(pause[1]!) }] : [],
}));

describe('worked vectors of the domain page', () => {
  it.each(vectors)('$title', ({ definition, startMs, seconds, pauses, dueMs }) => {
    const calendar = compileCalendar(definition);
    expect(iso(addBusinessSeconds(calendar, startMs, seconds, pauses))).toBe(iso(dueMs));
    expect(businessSecondsBetween(calendar, startMs, dueMs, pauses)).toBe(seconds);
  });

  it.each(vectors)(
    'agrees with the minute walk: $title',
    ({ definition, startMs, seconds, pauses, dueMs }) => {
      const walk = new BruteForceCalendar(definition, startMs - 86_400_000, dueMs + 86_400_000);
      expect(walk.add(startMs, seconds, pauses)).toBe(dueMs);
    },
  );
});

function mondayToFriday(timeZone: string, windows: LocalWindow[]): CalendarDefinition {
  const weekly = { mon: windows, tue: windows, wed: windows, thu: windows, fri: windows };
  return { timeZone, weekly, overrides: [] };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
