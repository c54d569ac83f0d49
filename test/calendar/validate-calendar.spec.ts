/** What a calendar may not be when it is saved, and what exactly is said about it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import { validateCalendar } from '../../src/calendar/validate-calendar.js';

const sound = {
  timeZone: 'Europe/Berlin',
  weekly: {
    mon: [
      ['09:00', '12:00'],
      ['12:00', '17:00'],
    ],
    fri: [
      ['22:00', '06:00'],
      ['20:00', '22:00'],
    ],
    sun: [['00:00', '24:00']],
  },
  overrides: [
    { date: '2028-02-29', windows: [] },
    { date: '2026-12-24', windows: [['09:00', '12:00']] },
  ],
  breaks: [
    { date: '2026-11-02', windows: [['12:00', '13:00']] },
    { date: '2026-11-02', windows: [['15:00', '15:15']] },
  ],
  validUntil: '2027-12-31',
};

describe('a calendar to be saved', () => {
  it('has no problems when every value can be read and it opens', () => {
    expect(validateCalendar(sound)).toEqual([]);
  });

  it.each([
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, 'bad-zone', '/timeZone'],
    ['no zone', { timeZone: undefined }, 'bad-zone', '/timeZone'],
    ['an empty zone', { timeZone: '' }, 'bad-zone', '/timeZone'],
    ['a bare offset for a zone', { timeZone: '+08:00' }, 'bad-zone', '/timeZone'],
    ['the server’s own zone', { timeZone: 'local' }, 'bad-zone', '/timeZone'],
    ['no weekly hours', { weekly: undefined }, 'bad-shape', '/weekly'],
    ['weekly hours in a list', { weekly: [] }, 'bad-shape', '/weekly'],
    [
      'an unknown weekday',
      { weekly: { mon: [['09:00', '17:00']], 'mo/n': [] } },
      'bad-weekday',
      '/weekly/mo~1n',
    ],
    ['a weekday without a list', { weekly: { mon: '09:00-17:00' } }, 'bad-shape', '/weekly/mon'],
    [
      'a window of three times',
      { weekly: { mon: [['09:00', '12:00', '17:00']] } },
      'bad-shape',
      '/weekly/mon/0',
    ],
    ['an hour that does not exist', { weekly: { mon: [['25:00', '26:00']] } }, 'bad-time', '/weekly/mon/0/0'],
    [
      'a minute that does not exist',
      { weekly: { mon: [['09:00', '17:60']] } },
      'bad-time',
      '/weekly/mon/0/1',
    ],
    ['a time with one digit', { weekly: { mon: [['9:00', '17:00']] } }, 'bad-time', '/weekly/mon/0/0'],
    ['an opening at 24:00', { weekly: { mon: [['24:00', '06:00']] } }, 'bad-time', '/weekly/mon/0/0'],
    ['a close after 24:00', { weekly: { mon: [['09:00', '24:01']] } }, 'bad-time', '/weekly/mon/0/1'],
    ['a time that is a number', { weekly: { mon: [[9, '17:00']] } }, 'bad-time', '/weekly/mon/0/0'],
    [
      'a date that never comes',
      { overrides: [{ date: '2026-02-29', windows: [] }] },
      'bad-date',
      '/overrides/0/date',
    ],
    [
      'a date with a time',
      { overrides: [{ date: '2026-02-28T00:00', windows: [] }] },
      'bad-date',
      '/overrides/0/date',
    ],
    [
      'an override without windows',
      { overrides: [{ date: '2026-02-28' }] },
      'bad-shape',
      '/overrides/0/windows',
    ],
    ['an override that is a date alone', { overrides: ['2026-02-28'] }, 'bad-shape', '/overrides/0'],
    [
      'a break on an unreal date',
      { breaks: [{ date: '2026-13-01', windows: [] }] },
      'bad-date',
      '/breaks/0/date',
    ],
    [
      'a bad time in a break',
      { breaks: [{ date: '2026-01-01', windows: [['x', '10:00']] }] },
      'bad-time',
      '/breaks/0/windows/0/0',
    ],
    ['an unreal last date', { validUntil: '2026-11-31' }, 'bad-date', '/validUntil'],
  ])('is refused with %s', (_what, change, code, path) => {
    expect(validateCalendar({ ...sound, ...change })).toContainEqual({
      code,
      path,
      message: expect.any(String),
    });
  });

  it('is refused with two overrides of one date, at the second of them', () => {
    const overrides = [
      { date: '2026-12-24', windows: [] },
      { date: '2026-12-24', windows: [['09:00', '12:00']] },
    ];
    expect(validateCalendar({ ...sound, overrides })).toMatchObject([
      { code: 'duplicate-date', path: '/overrides/1/date' },
    ]);
  });

  it('is refused with windows that overlap within a weekday or a date', () => {
    const weekly = {
      mon: [
        ['09:00', '12:00'],
        ['13:00', '17:00'],
        ['11:59', '12:30'],
      ],
      fri: [
        ['22:00', '06:00'],
        ['23:00', '24:00'],
      ],
    };
    const overrides = [
      {
        date: '2026-12-24',
        windows: [
          ['08:00', '08:00'],
          ['09:00', '10:00'],
        ],
      },
    ];
    expect(validateCalendar({ ...sound, weekly, overrides })).toMatchObject([
      { code: 'overlapping-windows', path: '/weekly/mon/2' },
      { code: 'overlapping-windows', path: '/weekly/fri/1' },
      { code: 'overlapping-windows', path: '/overrides/0/windows/1' },
    ]);
  });

  it('may let a night shift run into the next day’s windows', () => {
    expect(
      validateCalendar({ ...sound, weekly: { mon: [['22:00', '06:00']], tue: [['05:00', '13:00']] } }),
    ).toEqual([]);
  });

  it('hears of all values that cannot be read at once', () => {
    const paths = validateCalendar({ timeZone: 'x', weekly: { mon: [['a', 'b']] }, overrides: 3 }).map(
      (p) => p.path,
    );
    expect(paths).toEqual(['/timeZone', '/weekly/mon/0/0', '/weekly/mon/0/1', '/overrides']);
  });

  it.each([null, undefined, 7, 'x', [], {}])(
    'answers with problems to %p instead of failing',
    (definition) => {
      expect(validateCalendar(definition).length).toBeGreaterThan(0);
    },
  );

  it('is never the cause of another error than a list of problems, and compiles when there are none', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('09:00', '24:00', '2026-02-30', [['09:00', '10:00']]),
    );
    const definitions = fc.record({
      timeZone: value,
      weekly: fc.dictionary(fc.string(), value),
      overrides: value,
      breaks: value,
    });
    fc.assert(
      fc.property(fc.oneof(definitions, fc.jsonValue()), (definition) => {
        const problems = validateCalendar(definition);
        if (problems.length === 0) compileCalendar(definition as never);
        expect(Array.isArray(problems)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
