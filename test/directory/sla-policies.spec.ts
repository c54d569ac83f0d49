// What may be published as an SLA policy or as the targets of a department, and what is warned of.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CalendarDefinition } from '../../src/calendar/calendar-definition.js';
import type { ConfiguredNow } from '../../src/directory/configuration-kind.js';
import { warningsOf } from '../../src/directory/configuration-warnings.js';
import { Configuration } from '../../src/directory/configuration.js';
import { departmentKind } from '../../src/directory/departments.js';
import { CALENDAR_SEEDS } from '../../src/directory/seeds/calendar-seeds.js';
import { slaPolicyKind } from '../../src/directory/sla-policies.js';
import { DEFAULT_OLA, DEFAULT_SLA_POLICY } from '../../src/domain/policies.js';
import { openDirectory, type TestDirectory } from './open-directory.js';

/** Open for one day of 2026 and never again. */
const once: CalendarDefinition = {
  timeZone: 'UTC',
  weekly: {},
  overrides: [{ date: '2026-03-05', windows: [['09:00', '17:00']] }],
};

const CONFIGURED: ConfiguredNow = {
  at: Date.UTC(2026, 2, 2, 9),
  departments: new Map(),
  calendars: new Map([...Object.entries(CALENDAR_SEEDS), ['once', once]]),
  slaPolicies: new Map(),
  staff: new Map(),
};

const SECONDS_MAX = 5 * 366 * 86_400;
const p3 = (resolution: unknown) => ({ targets: { P3: { resolution } } });

function problemsOf(body: unknown, key = 'gold'): string[] {
  return slaPolicyKind.check(key, body, CONFIGURED).problems.map(({ pointer, code }) => `${pointer} ${code}`);
}

describe('an SLA policy', () => {
  it('is stored with defaults for all that is absent, and without targets that are null', () => {
    const body = { targets: { P1: { resolution: { calendarSeconds: 60 }, nextUpdate: null }, P2: null } };
    expect(slaPolicyKind.check('gold', body, CONFIGURED)).toEqual({
      problems: [],
      value: {
        calendar: 'default',
        targets: { P1: { resolution: { calendarSeconds: 60 } } },
        firstResponsePausable: false,
        onReopen: 'continue',
        warnPercents: [75, 90],
      },
    });
  });

  it('keeps what it serves as sorted lists without repetitions', () => {
    const match = { category: ['refund', 'delivery', 'refund'], grade: 'vip', channel: ['phone'] };
    expect(slaPolicyKind.check('gold', { targets: {}, match }, CONFIGURED)).toMatchObject({
      problems: [],
      value: { match: { category: ['delivery', 'refund'], grade: ['vip'], channel: ['phone'] } },
    });
  });

  it('of the house passes the check of every other', () => {
    const { key, version: _, ...seed } = DEFAULT_SLA_POLICY;
    expect(slaPolicyKind.check(key, seed, CONFIGURED)).toEqual({ problems: [], value: seed });
  });

  it.each([
    ['nothing', undefined, [' required', '/targets required']],
    ['no targets', {}, ['/targets required']],
    ['an unknown field', { targets: {}, name: 'Gold' }, ['/name unknown-field']],
    ['an unknown priority', { targets: { P5: {} } }, ['/targets/P5 unknown-field']],
    ['an unknown metric', { targets: { P1: { olaWork: null } } }, ['/targets/P1/olaWork unknown-field']],
    ['a bare number for a span', p3(3600), ['/targets/P3/resolution wrong-type']],
    ['a list for a span', p3([3600]), ['/targets/P3/resolution wrong-type']],
    [
      'a span in minutes',
      p3({ minutes: 60 }),
      ['/targets/P3/resolution/minutes unknown-field', '/targets/P3/resolution inconsistent'],
    ],
    ['an empty span', p3({}), ['/targets/P3/resolution inconsistent']],
    [
      'a span in two units',
      p3({ businessSeconds: 60, businessDays: 1 }),
      ['/targets/P3/resolution inconsistent'],
    ],
    ['no time at all', p3({ businessSeconds: 0 }), ['/targets/P3/resolution/businessSeconds out-of-range']],
    ['half a second', p3({ calendarSeconds: 0.5 }), ['/targets/P3/resolution/calendarSeconds wrong-type']],
    ['a text for a number', p3({ businessDays: '1' }), ['/targets/P3/resolution/businessDays wrong-type']],
    [
      'more than five years of seconds',
      p3({ businessSeconds: SECONDS_MAX + 1 }),
      ['/targets/P3/resolution/businessSeconds out-of-range'],
    ],
    [
      'more than five years of days',
      p3({ businessDays: 1831 }),
      ['/targets/P3/resolution/businessDays out-of-range'],
    ],
    ['a calendar that does not exist', { calendar: 'mars', targets: {} }, ['/calendar inconsistent']],
    ['a calendar key in capitals', { calendar: 'CN', targets: {} }, ['/calendar malformed']],
    [
      'a target beyond all openings',
      { calendar: 'once', ...p3({ businessSeconds: 8 * 3600 }) },
      ['/targets/P3/resolution inconsistent'],
    ],
    [
      'days beyond all openings',
      { calendar: 'once', ...p3({ businessDays: 1 }) },
      ['/targets/P3/resolution inconsistent'],
    ],
    [
      'a word for a flag',
      { targets: {}, firstResponsePausable: 'no' },
      ['/firstResponsePausable wrong-type'],
    ],
    ['a third way to reopen', { targets: {}, onReopen: 'reset' }, ['/onReopen malformed']],
    ['warnings that do not ascend', { targets: {}, warnPercents: [90, 75] }, ['/warnPercents inconsistent']],
    ['one warning twice', { targets: {}, warnPercents: [75, 75] }, ['/warnPercents inconsistent']],
    ['a warning at the breach', { targets: {}, warnPercents: [100] }, ['/warnPercents/0 out-of-range']],
    ['a warning at the start', { targets: {}, warnPercents: [0] }, ['/warnPercents/0 out-of-range']],
    ['six warnings', { targets: {}, warnPercents: [1, 2, 3, 4, 5, 6] }, ['/warnPercents out-of-range']],
    ['a match of nothing', { targets: {}, match: {} }, ['/match inconsistent']],
    ['an empty list to match', { targets: {}, match: { grade: [] } }, ['/match/grade required']],
    ['an unknown grade', { targets: {}, match: { grade: 'gold' } }, ['/match/grade malformed']],
    ['a channel that is no text', { targets: {}, match: { channel: [1] } }, ['/match/channel/0 wrong-type']],
    ['an unknown field to match', { targets: {}, match: { region: 'cn' } }, ['/match/region unknown-field']],
  ])('is refused with %s', (_what, body, problems) => {
    expect(problemsOf(body)).toEqual(problems);
  });

  it('accepts targets up to five years, and warnings not at all', () => {
    expect(problemsOf({ ...p3({ businessSeconds: SECONDS_MAX }), warnPercents: [] })).toEqual([]);
    expect(problemsOf(p3({ businessDays: 1830 }))).toEqual([]);
  });

  it('called "default" serves what no other matches, and therefore matches nothing itself', () => {
    expect(problemsOf({ targets: {}, match: { grade: 'vip' } }, 'default')).toEqual(['/match inconsistent']);
  });
});

describe('the targets of a department', () => {
  const sales = { ...departmentKind.defaults['sales'], ola: undefined };
  const check = (body: object) => departmentKind.check('sales', { ...sales, ...body }, CONFIGURED);

  it('are those of the house when none are given', () => {
    expect(check({}).value.ola).toEqual(DEFAULT_OLA);
    expect(check({ ola: { P1: { olaWork: { calendarSeconds: 60 } }, P2: {} } })).toMatchObject({
      problems: [],
      value: { ola: { P1: { olaWork: { calendarSeconds: 60 } }, P2: {} } },
    });
  });

  it.each([
    [
      'a metric towards the customer',
      { ola: { P1: { resolution: null } } },
      ['/ola/P1/resolution unknown-field'],
    ],
    ['a span without a unit', { ola: { P1: { olaAccept: 900 } } }, ['/ola/P1/olaAccept wrong-type']],
    ['a calendar that does not exist', { calendar: 'mars' }, ['/calendar inconsistent']],
    [
      'a calendar that is open too little',
      { calendar: 'once', ola: { P3: { olaWork: { businessDays: 2 } } } },
      ['/ola/P3/olaWork inconsistent'],
    ],
  ])('are refused with %s', (_what, body, problems) => {
    expect(check(body).problems.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(problems);
  });
});

describe('warnings', () => {
  let directory: TestDirectory;
  beforeAll(async () => {
    directory = await openDirectory();
  });
  afterAll(() => directory.close());

  const publish = async (key: string, body: object) => {
    const configuration = new Configuration(directory.pool, 'now()');
    await configuration.seedDefaults();
    expect(await configuration.put('slaPolicy', key, body, 'admin-1')).toMatchObject({ kind: 'stored' });
    return warningsOf('slaPolicy', key, configuration).map(({ pointer, message }) => `${pointer} ${message}`);
  };
  const match = { category: 'warned' };

  it('are not given for what the house begins with', async () => {
    const configuration = new Configuration(directory.pool, 'now()');
    await configuration.seedDefaults();
    expect(warningsOf('slaPolicy', 'default', configuration)).toEqual([]);
    expect(warningsOf('department', 'sales', configuration)).toEqual([]);
  });

  it('name each priority whose departments may take longer than the customer was promised, and by how much', async () => {
    const targets = {
      P1: { resolution: { calendarSeconds: 2 * 3600 } },
      P2: { resolution: { businessSeconds: 7 * 3600 } },
      P3: { resolution: { businessSeconds: 14 * 3600 } },
      P4: { resolution: { businessDays: 2 } },
    };
    expect(await publish('tight', { targets, match })).toEqual([
      '/targets/P1/resolution P1: acceptance and work may take 2.5 h, which is 30 min more than the 2 h until resolution, with "finance" at both levels.',
      '/targets/P3/resolution P3: acceptance and work may take 20 h, which is 6 h more than the 14 h until resolution, with "finance" at both levels.',
      '/targets/P4/resolution P4: acceptance and work may take 24 h, which is 6 h more than the 18 h until resolution, with "finance" at both levels.',
    ]);
  });

  it('compare plain hours with business hours through an ordinary week', async () => {
    // 48 h around the clock are two sevenths of the 45 open hours of a week: 12.86 h, against 20 h of business time.
    expect(
      await publish('mixed', { targets: { P3: { resolution: { calendarSeconds: 48 * 3600 } } }, match }),
    ).toEqual([
      '/targets/P3/resolution P3: acceptance and work may take 20 h, which is 7.14 h more than the 12.86 h until resolution, with "finance" at both levels.',
    ]);
  });

  it('tell that a policy without a match serves no case', async () => {
    expect(await publish('retired', { targets: {} })).toEqual([
      '/match Without `match` this policy serves no case.',
    ]);
  });

  it('are given to a department that takes more than a policy leaves it', async () => {
    const configuration = new Configuration(directory.pool, 'now()');
    await configuration.seedDefaults();
    const body = {
      ...departmentKind.defaults['sales'],
      ola: { P2: { olaWork: { businessSeconds: 5 * 3600 } } },
    };
    await configuration.put('department', 'sales', body, 'admin-1');
    expect(warningsOf('department', 'sales', configuration)).toContainEqual({
      pointer: '/ola/P2',
      code: 'budget-over-target',
      message:
        'P2: acceptance and work may take 10 h, which is 2 h more than the 8 h until resolution, in SLA policy "default", at both levels.',
    });
  });
});
