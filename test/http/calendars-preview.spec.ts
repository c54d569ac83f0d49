/**
 * Trying a calendar out over HTTP, as any principal may: the worked vectors of the domain page, 127 deadline vectors
 * from the public tests of other projects (outside the repository; skipped without them), and the bounds of a question.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';

type Windows = [string, string][];

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const preview = (body: object): Promise<Answer> => app.api('agent').post('/calendars/preview', body);

function mondayToFriday(timeZone: string, windows: Windows) {
  return { timeZone, weekly: { mon: windows, tue: windows, wed: windows, thu: windows, fri: windows } };
}
const berlin = mondayToFriday('Europe/Berlin', [['09:00', '17:00']]);
const shanghai = mondayToFriday('Asia/Shanghai', [
  ['09:00', '12:00'],
  ['13:30', '18:00'],
]);
const goldenWeek = {
  ...mondayToFriday('Asia/Shanghai', [['09:00', '18:00']]),
  overrides: [
    ...[1, 2, 3, 4, 5, 6, 7].map((day) => ({ date: `2026-10-0${day}`, windows: [] })),
    { date: '2026-10-10', windows: [['09:00', '18:00']] },
  ],
};
const pause = (from: string, to: string) => [{ from, to }];

describe('a preview', () => {
  it.each([
    ['over the spring change', berlin, '2026-03-27T16:30:00+01:00', 3600, [], '2026-03-30T07:30:00.000Z'],
    ['over the autumn change', berlin, '2026-10-23T16:30:00+02:00', 3600, [], '2026-10-26T08:30:00.000Z'],
    ['over lunch', shanghai, '2026-11-02T11:30:00+08:00', 3600, [], '2026-11-02T06:00:00.000Z'],
    ['onto a worked Saturday', goldenWeek, '2026-10-09T17:30:00+08:00', 7200, [], '2026-10-10T02:30:00.000Z'],
    [
      'past a pause outside business time',
      berlin,
      '2026-11-06T16:00:00+01:00',
      4 * 3600,
      pause('2026-11-06T18:00:00+01:00', '2026-11-08T12:00:00+01:00'),
      '2026-11-09T11:00:00.000Z',
    ],
    [
      'past a pause within business time',
      berlin,
      '2026-11-06T09:00:00+01:00',
      12 * 3600,
      pause('2026-11-06T16:00:00+01:00', '2026-11-10T10:00:00+01:00'),
      '2026-11-10T14:00:00.000Z',
    ],
    ['from the close on', berlin, '2026-11-06T17:00:00+01:00', 1, [], '2026-11-09T08:00:01.000Z'],
    ['up to the close itself', berlin, '2026-11-06T16:00:00+01:00', 3600, [], '2026-11-06T16:00:00.000Z'],
    ['of nothing, when closed', berlin, '2026-11-07T16:00:00Z', 0, [], '2026-11-09T08:00:00.000Z'],
  ])(
    'is due %s, and measures the same back',
    async (_what, calendar, start, businessSeconds, pauses, dueAt) => {
      const due = await preview({ calendar, start, businessSeconds, pauses });
      expect([due.status, due.body]).toEqual([200, { dueAt, warnings: [] }]);
      const measured = await preview({ calendar, start, end: dueAt, pauses });
      expect(measured.body).toEqual({ businessSeconds, warnings: [] });
    },
  );

  it('counts backwards from an end, and measures nothing when the end comes first', async () => {
    const end = '2026-11-09T09:00:00+01:00';
    const began = await preview({ calendar: berlin, end, businessSeconds: 3600 });
    expect(began.body).toEqual({ startAt: '2026-11-06T15:00:00.000Z', warnings: [] });
    const reversed = await preview({ calendar: berlin, start: end, end: '2026-11-06T09:00:00+01:00' });
    expect(reversed.body).toEqual({ businessSeconds: 0, warnings: [] });
  });

  it('counts business days up to the last close, and gives back what a pause took', async () => {
    const start = '2026-11-06T10:00:00+01:00';
    const day = await preview({ calendar: berlin, start, businessDays: 1 });
    expect(day.body.dueAt).toBe('2026-11-09T16:00:00.000Z');
    const pauses = pause('2026-11-06T15:00:00+01:00', '2026-11-06T17:00:00+01:00');
    const paused = await preview({ calendar: berlin, start, businessDays: 1, pauses });
    expect(paused.body.dueAt).toBe('2026-11-10T10:00:00.000Z');
  });

  it('takes a stored calendar by its key, in the version in force', async () => {
    const body = { calendar: { key: 'shop' }, start: '2026-11-06T16:00:00+01:00', businessSeconds: 60 };
    expect((await app.api('admin').put('/calendars/shop', berlin)).status).toBe(200);
    expect((await preview(body)).body.dueAt).toBe('2026-11-06T15:01:00.000Z');
    const late = mondayToFriday('Europe/Berlin', [['16:30', '20:00']]);
    expect((await app.api('admin').put('/calendars/shop', late)).body).toMatchObject({ version: 2 });
    expect((await preview(body)).body.dueAt).toBe('2026-11-06T15:31:00.000Z');
  });

  it('warns when it reaches beyond the holidays that are known', async () => {
    const calendar = { key: 'cn' };
    const known = await preview({ calendar, start: '2026-12-31T09:00:00+08:00', businessSeconds: 3600 });
    expect(known.body).toEqual({ dueAt: '2026-12-31T02:00:00.000Z', warnings: [] });
    const beyond = await preview({ calendar, start: '2026-12-31T17:30:00+08:00', businessSeconds: 3600 });
    expect(beyond.body).toMatchObject({
      dueAt: '2027-01-01T01:30:00.000Z',
      warnings: [{ pointer: '/calendar', code: 'past-validity' }],
    });
  });

  it('is open to everybody who is known, and to nobody else', async () => {
    const body = { calendar: { key: 'default' }, start: '2026-03-02T09:00:00Z', businessSeconds: 1 };
    for (const who of ['service', 'member:sales', 'lead:sales', 'manager', 'admin'] as const) {
      expect((await app.api(who).post('/calendars/preview', body)).status).toBe(200);
    }
    expect((await app.api(null).post('/calendars/preview', body)).status).toBe(401);
  });

  const start = '2026-03-02T09:00:00Z';
  const fourHours = { start, businessSeconds: 14_400 };
  it.each([
    ['no calendar', { ...fourHours }, ['/calendar required']],
    ['a calendar by its bare name', { ...fourHours, calendar: 'cn' }, ['/calendar wrong-type']],
    ['a key that nobody has', { ...fourHours, calendar: { key: 'mars' } }, ['/calendar/key inconsistent']],
    [
      'a key and more',
      { ...fourHours, calendar: { key: 'cn', timeZone: 'UTC' } },
      ['/calendar/timeZone unknown-field'],
    ],
    [
      'a faulty definition',
      { ...fourHours, calendar: { ...berlin, timeZone: 'Mars/Base' } },
      ['/calendar/timeZone bad-zone'],
    ],
    [
      'a definition that never opens',
      { ...fourHours, calendar: { timeZone: 'UTC', weekly: {} } },
      ['/calendar no-open-second'],
    ],
    ['an unknown field', { ...fourHours, calendar: berlin, hours: 1 }, ['/hours unknown-field']],
    ['nothing to work out', { calendar: berlin, start }, [' inconsistent']],
    ['two things to work out', { calendar: berlin, ...fourHours, end: start }, [' inconsistent']],
    ['days counted backwards', { calendar: berlin, end: start, businessDays: 1 }, [' inconsistent']],
    [
      'a start without an offset',
      { calendar: berlin, start: '2026-03-02T09:00:00', businessSeconds: 1 },
      ['/start malformed'],
    ],
    ['a start as a number', { calendar: berlin, start: 0, businessSeconds: 1 }, ['/start malformed']],
    [
      'a start before 1970',
      { calendar: berlin, start: '1969-12-31T23:59:59Z', businessSeconds: 1 },
      ['/start malformed'],
    ],
    ['an end after 2189', { calendar: berlin, start, end: '2190-01-01T00:00:00Z' }, ['/end malformed']],
    [
      'a stretch of more than thirty years',
      { calendar: berlin, start, end: '2057-03-02T09:00:00Z' },
      ['/end out-of-range'],
    ],
    [
      'more time than was ever open before',
      { calendar: berlin, end: '1970-01-02T16:00:00Z', businessSeconds: 57_601 },
      ['/businessSeconds calendar-exhausted'],
    ],
    ['negative seconds', { calendar: berlin, start, businessSeconds: -1 }, ['/businessSeconds out-of-range']],
    ['half a second', { calendar: berlin, start, businessSeconds: 0.5 }, ['/businessSeconds wrong-type']],
    [
      'more than five years',
      { calendar: berlin, start, businessSeconds: 1e12 },
      ['/businessSeconds out-of-range'],
    ],
    ['no days', { calendar: berlin, start, businessDays: 0 }, ['/businessDays out-of-range']],
    [
      'a pause that ends before it begins',
      { calendar: berlin, ...fourHours, pauses: pause(start, '2026-03-02T08:00:00Z') },
      ['/pauses/0/to inconsistent'],
    ],
    [
      'a pause without an end',
      { calendar: berlin, ...fourHours, pauses: [{ from: start }] },
      ['/pauses/0/to malformed'],
    ],
    [
      'too many pauses',
      { calendar: berlin, ...fourHours, pauses: Array(201).fill({ from: start, to: start }) },
      ['/pauses out-of-range'],
    ],
    [
      'more time than the calendar will ever be open',
      {
        calendar: {
          timeZone: 'UTC',
          weekly: {},
          overrides: [{ date: '2026-03-03', windows: [['09:00', '10:00']] }],
        },
        ...fourHours,
      },
      ['/businessSeconds calendar-exhausted'],
    ],
    [
      'more days than the calendar will ever be open',
      {
        calendar: {
          timeZone: 'UTC',
          weekly: {},
          overrides: [{ date: '2026-03-03', windows: [['09:00', '10:00']] }],
        },
        start,
        businessDays: 2,
      },
      ['/businessDays calendar-exhausted'],
    ],
    [
      'five years of minutes that come once a week',
      {
        calendar: { timeZone: 'UTC', weekly: { mon: [['09:00', '09:01']] } },
        start,
        businessSeconds: 5 * 366 * 86_400,
      },
      ['/businessSeconds calendar-exhausted'],
    ],
  ])('refuses %s', async (_what, body, problems) => {
    const answer = await preview(body);
    const errors = (answer.body.errors ?? []) as { pointer: string; code: string }[];
    expect([answer.status, errors.map(({ pointer, code }) => `${pointer} ${code}`)]).toEqual([422, problems]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});

interface ForeignCalendar {
  timezone: string;
  hours: Record<string, Windows>;
  holidays: string[];
  date_hours: Record<string, Windows>;
  breaks: Record<string, Windows>;
}
interface ForeignVector {
  id: string;
  op: 'due' | 'elapsed' | 'before';
  calendar: string;
  start?: string;
  end?: string;
  duration_seconds?: number;
  pauses: { from: string; to: string }[];
  expected_due?: string;
  expected_before?: string;
  expected_business_seconds?: number;
}

const file = fileURLToPath(new URL('../../../shared/vectors/businesstime.json', import.meta.url));
const isPresent = existsSync(file);
const content: { calendars: Record<string, ForeignCalendar>; vectors: ForeignVector[] } = isPresent
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { calendars: {}, vectors: [] };

describe('public deadline vectors over HTTP', () => {
  if (!isPresent) {
    // oxlint-disable-next-line jest/no-disabled-tests -- the vectors lie outside the repository
    it.skip(`are skipped: ${file} is not on this machine`, () => {});
  } else {
    it('are all here', () => expect(content.vectors).toHaveLength(127));

    it.each(content.vectors)('$id comes out as expected', async (vector) => {
      const { start, end, duration_seconds: businessSeconds, pauses } = vector;
      const { status, body } = await preview({
        calendar: ours(content.calendars[vector.calendar] as ForeignCalendar),
        ...(vector.op === 'before' ? { end, businessSeconds } : {}),
        ...(vector.op === 'due' ? { start, businessSeconds } : {}),
        ...(vector.op === 'elapsed' ? { start, end } : {}),
        pauses,
      });
      expect(status).toBe(200);
      if (vector.op === 'elapsed') expect(body.businessSeconds).toBe(vector.expected_business_seconds);
      else {
        const expected = vector.expected_due ?? vector.expected_before ?? '';
        expect(Date.parse(body.dueAt ?? body.startAt)).toBe(Date.parse(expected));
      }
    });
  }
});

/** Holidays win over date hours, date hours over weekly hours (the vectors' order of precedence). */
function ours({ timezone, hours, holidays, date_hours, breaks }: ForeignCalendar) {
  const dated = (dates: Record<string, Windows>) =>
    Object.entries(dates).map(([date, windows]) => ({ date, windows }));
  const moved = dated(date_hours).filter(({ date }) => !holidays.includes(date));
  return {
    timeZone: timezone,
    weekly: hours,
    overrides: [...holidays.map((date) => ({ date, windows: [] })), ...moved],
    breaks: dated(breaks),
  };
}
