// What may be published as a working calendar, and what the seeded ones hold.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addBusinessDays } from '../../src/calendar/business-days.js';
import { addBusinessSeconds } from '../../src/calendar/business-seconds.js';
import { compileCalendar, type Calendar } from '../../src/calendar/compile-calendar.js';
import { isOpen, isPastValidity } from '../../src/calendar/openings.js';
import { calendarKind } from '../../src/directory/calendars.js';
import type { ConfiguredNow } from '../../src/directory/configuration-kind.js';
import { Configuration } from '../../src/directory/configuration.js';
import { CALENDAR_SEEDS } from '../../src/directory/seeds/calendar-seeds.js';
import { HOLIDAY_DATES } from '../../src/directory/seeds/holiday-dates.js';
import { holidayDates } from '../../scripts/holidays/holiday-dates-of.js';
import { openDirectory, type TestDirectory } from './open-directory.js';

const NOW = Date.UTC(2026, 2, 2, 9);
const NOTHING_ELSE: ConfiguredNow = {
  at: NOW,
  departments: new Map(),
  calendars: new Map(),
  slaPolicies: new Map(),
  staff: new Map(),
};

const berlin = {
  timeZone: 'Europe/Berlin',
  weekly: { mon: [['09:00', '17:00']] },
  overrides: [{ date: '2026-12-25', windows: [] }],
};

function problemsOf(body: unknown, key = 'berlin', configured = NOTHING_ELSE): string[] {
  return calendarKind.check(key, body, configured).problems.map(({ pointer, code }) => `${pointer} ${code}`);
}

describe('a working calendar', () => {
  it('is stored with its lists filled in and without what is null', () => {
    const { timeZone, weekly } = berlin;
    const { value } = calendarKind.check(
      'x',
      { timeZone, weekly, breaks: [], validUntil: null },
      NOTHING_ELSE,
    );
    expect(value).toEqual({ timeZone, weekly, overrides: [] });
  });

  it.each([
    ['nothing', undefined, [' required']],
    ['a list', [], [' wrong-type']],
    ['an unknown field', { ...berlin, holidays: [] }, ['/holidays unknown-field']],
    [
      'an unknown field of an override',
      { ...berlin, overrides: [{ date: '2026-12-25', windows: [], name: 'Christmas' }] },
      ['/overrides/0/name unknown-field'],
    ],
    ['no time zone', { weekly: berlin.weekly }, ['/timeZone bad-zone']],
    ['a time zone that does not exist', { ...berlin, timeZone: 'Europe/Bonn' }, ['/timeZone bad-zone']],
    ['a bare offset for a zone', { ...berlin, timeZone: '+01:00' }, ['/timeZone bad-zone']],
    ['no weekly hours', { timeZone: 'UTC' }, ['/weekly bad-shape']],
    ['an eighth weekday', { ...berlin, weekly: { holiday: [] } }, ['/weekly/holiday bad-weekday']],
    [
      'a time that no clock shows',
      { ...berlin, weekly: { mon: [['9:00', '25:00']] } },
      ['/weekly/mon/0/0 bad-time', '/weekly/mon/0/1 bad-time'],
    ],
    [
      'a date that does not exist',
      { ...berlin, overrides: [{ date: '2026-02-30', windows: [] }] },
      ['/overrides/0/date bad-date'],
    ],
    [
      'two overrides of one date',
      { ...berlin, overrides: [...berlin.overrides, ...berlin.overrides] },
      ['/overrides/1/date duplicate-date'],
    ],
    [
      'windows that overlap',
      {
        ...berlin,
        weekly: {
          mon: [
            ['09:00', '12:00'],
            ['11:00', '17:00'],
          ],
        },
      },
      ['/weekly/mon/1 overlapping-windows'],
    ],
    ['no open second', { timeZone: 'UTC', weekly: {} }, [' no-open-second']],
    [
      'no open second from now on',
      {
        timeZone: 'UTC',
        weekly: {},
        overrides: [{ date: '2026-03-01', windows: [['09:00', '17:00']] }],
      },
      [' no-open-second'],
    ],
    [
      'a closed break in every window',
      {
        timeZone: 'UTC',
        weekly: {},
        overrides: [{ date: '2026-03-05', windows: [['09:00', '17:00']] }],
        breaks: [{ date: '2026-03-05', windows: [['08:00', '18:00']] }],
      },
      [' no-open-second'],
    ],
    [
      'more windows than half hours in a day',
      { ...berlin, weekly: { mon: Array(49).fill(['09:00', '09:01']) } },
      ['/weekly/mon out-of-range'],
    ],
    [
      'more dates than a body can hold',
      { ...berlin, overrides: Array(451).fill({ date: '2026-01-01', windows: [] }) },
      ['/overrides out-of-range'],
    ],
    ['a date of validity that is none', { ...berlin, validUntil: 'soon' }, ['/validUntil bad-date']],
  ])('is refused with %s', (_what, body, problems) => {
    expect(problemsOf(body)).toEqual(problems);
  });

  it('is refused when a policy that counts on it could no longer be measured', () => {
    const users: ConfiguredNow = {
      ...NOTHING_ELSE,
      slaPolicies: new Map([
        ['gold', { calendar: 'berlin', targets: { P3: { resolution: { businessSeconds: 8 * 3600 } } } }],
      ]),
      departments: new Map([
        ['sales', { calendar: 'berlin', ola: { P1: { olaWork: { businessDays: 3 } } } }],
      ]),
    };
    const once = {
      timeZone: 'UTC',
      weekly: {},
      overrides: [{ date: '2026-03-05', windows: [['09:00', '17:00']] }],
    };
    expect(problemsOf(berlin, 'berlin', users)).toEqual([]);
    expect(problemsOf(once, 'munich', users)).toEqual([]);
    const { problems } = calendarKind.check('berlin', once, users);
    expect(problems.map(({ message }) => message)).toEqual([
      'Not open long enough for resolution of P3 in SLA policy "gold".',
      'Not open long enough for olaWork of P1 in department "sales".',
    ]);
  });

  it('cannot close the calendar that is always open', () => {
    expect(problemsOf(CALENDAR_SEEDS['24x7'], '24x7')).toEqual([]);
    expect(problemsOf(berlin, '24x7')).toEqual([' inconsistent']);
  });
});

describe('the seeded calendars', () => {
  const at = (instant: string) => Date.parse(instant);
  const seed = (key: string): Calendar => {
    const definition = CALENDAR_SEEDS[key];
    if (!definition) throw new Error(`there is no seed ${key}`);
    return compileCalendar(definition);
  };

  it('pass the check that everybody else’s calendars must pass', () => {
    for (const [key, body] of Object.entries(CALENDAR_SEEDS))
      expect([key, problemsOf(body, key)]).toEqual([key, []]);
  });

  it('hold the dates that their sources name today', () => {
    expect(HOLIDAY_DATES).toEqual(holidayDates());
  });

  it.each([
    ['cn', 'the first day of the National Day week is closed', '2026-10-01T10:00:00+08:00', false],
    ['cn', 'the Saturday after the National Day week is worked', '2026-10-10T10:00:00+08:00', true],
    ['cn', 'an ordinary Saturday is closed', '2026-10-17T10:00:00+08:00', false],
    ['cn', 'a worked Sunday in September 2026 is open', '2026-09-20T10:00:00+08:00', true],
    ['cn', 'the evening of a worked Saturday is closed', '2026-10-10T18:00:00+08:00', false],
    ['hk', 'the day after Easter Monday, moved by Ching Ming, is closed', '2026-04-07T10:00:00+08:00', false],
    ['hk', 'the National Day is closed, the day after is not', '2026-10-02T10:00:00+08:00', true],
    ['hk', 'the 10th of October is an ordinary Saturday', '2026-10-10T10:00:00+08:00', false],
    ['tw', 'Teachers’ Day, a holiday since 2025, is closed', '2026-09-28T10:00:00+08:00', false],
    ['tw', 'the Friday for a National Day on a Saturday is closed', '2026-10-09T10:00:00+08:00', false],
    ['tw', 'the 1st of October is open', '2026-10-01T10:00:00+08:00', true],
    ['default', 'the 1st of October is open from nine', '2026-10-01T09:00:00Z', true],
    ['24x7', 'Christmas night is open', '2026-12-25T00:00:00Z', true],
  ])('know in %s that %s', (key, _what, instant, open) => {
    expect(isOpen(seed(key), at(instant))).toBe(open);
  });

  it('close in Taiwan, of the working days of 2026, the sixteen of the Executive Yuan’s calendar', () => {
    const calendar = seed('tw');
    const closed = CALENDAR_SEEDS['tw']?.overrides.filter(
      ({ date }) => ![0, 6].includes(new Date(date).getUTCDay()),
    );
    expect(closed?.map(({ date }) => date.slice(5))).toEqual([
      '01-01',
      '02-16',
      '02-17',
      '02-18',
      '02-19',
      '02-20',
      '02-27',
      '04-03',
      '04-06',
      '05-01',
      '06-19',
      '09-25',
      '09-28',
      '10-09',
      '10-26',
      '12-25',
    ]);
    expect(isOpen(calendar, at('2026-02-23T10:00:00+08:00'))).toBe(true);
  });

  it('carry a deadline over the National Day week and onto the worked Saturday', () => {
    const friday = at('2026-10-09T17:30:00+08:00');
    expect(addBusinessSeconds(seed('cn'), friday, 7_200)).toBe(at('2026-10-10T02:30:00Z'));
    expect(addBusinessDays(seed('cn'), at('2026-09-30T10:00:00+08:00'), 1)).toBe(
      at('2026-10-08T18:00:00+08:00'),
    );
  });

  it.each([
    ['cn', '2026-12-31'],
    ['tw', '2026-12-31'],
    ['hk', '2027-12-31'],
  ])('say of %s that nothing is known after %s', (key, validUntil) => {
    const midnight = at(`${validUntil}T16:00:00Z`);
    expect(isPastValidity(seed(key), midnight - 1)).toBe(false);
    expect(isPastValidity(seed(key), midnight)).toBe(true);
  });
});

describe('calendars as configuration', () => {
  let directory: TestDirectory;
  beforeAll(async () => {
    directory = await openDirectory();
  });
  afterAll(() => directory.close());

  const open = async (): Promise<Configuration> => {
    const configuration = new Configuration(directory.pool, 'now()');
    await configuration.seedDefaults();
    return configuration;
  };

  it('are there from the first start on, and are not seeded over', async () => {
    const configuration = await open();
    expect(configuration.list('calendar').map(({ key, version }) => `${key}@${version}`)).toEqual([
      '24x7@1',
      'cn@1',
      'default@1',
      'hk@1',
      'tw@1',
    ]);
    await configuration.put('calendar', 'cn', { ...berlin, timeZone: 'Asia/Shanghai' }, 'admin-1');
    const restarted = await open();
    expect(restarted.newest('calendar', 'cn')).toMatchObject({ version: 2, body: { weekly: berlin.weekly } });
  });

  it('change only from the version that the change was based on', async () => {
    const configuration = await open();
    await configuration.put('calendar', 'munich', berlin, 'admin-1');
    const other = { ...berlin, weekly: { tue: [['09:00', '17:00']] } };
    expect(await configuration.put('calendar', 'munich', other, 'admin-2', 1)).toMatchObject({
      kind: 'stored',
    });
    expect(await configuration.put('calendar', 'munich', berlin, 'admin-1', 1)).toEqual({ kind: 'stale' });
    expect(configuration.versions('calendar', 'munich')).toHaveLength(2);
  });

  it('can be named by a department as soon as another node has published them', async () => {
    const [here, there] = [await open(), await open()];
    await there.put('calendar', 'vienna', { ...berlin, timeZone: 'Europe/Vienna' }, 'admin-1');
    const department = {
      publicName: { en: 'Vienna', 'zh-CN': '维也纳', 'zh-TW': '維也納' },
      answersFor: 'Everything in Austria.',
    };
    const outcome = await here.put('department', 'vienna', { ...department, calendar: 'vienna' }, 'admin-1');
    expect(outcome).toMatchObject({ kind: 'stored', entry: { body: { calendar: 'vienna' } } });
    expect(
      await here.put('department', 'linz', { ...department, calendar: 'linz' }, 'admin-1'),
    ).toMatchObject({
      kind: 'invalid',
      problems: [{ pointer: '/calendar', code: 'inconsistent' }],
    });
  });
});
