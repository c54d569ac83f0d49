// Which policy serves a case, and that every version of policy and calendar stays at hand for the clocks that run.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addBusinessSeconds } from '../../src/calendar/business-seconds.js';
import { always } from '../../src/calendar/compile-calendar.js';
import { Configuration } from '../../src/directory/configuration.js';
import { DirectoryPolicySource } from '../../src/directory/policy-source.js';
import { DEFAULT_OLA, DEFAULT_SLA_POLICY } from '../../src/domain/policies.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';
import { openDirectory, type TestDirectory } from './open-directory.js';

let directory: TestDirectory;
let configuration: Configuration;
let source: DirectoryPolicySource;
beforeAll(async () => {
  directory = await openDirectory();
});
beforeEach(async () => {
  configuration = new Configuration(directory.pool, 'now()');
  await configuration.seedDefaults();
  source = new DirectoryPolicySource(configuration);
});
afterAll(() => directory.close());

const publish = (key: string, body: object) =>
  configuration.put('slaPolicy', key, { targets: {}, ...body }, 'a');
const hours = (open: string, close: string) => ({ timeZone: 'UTC', weekly: { mon: [[open, close]] } });
const plain = { category: 'other', grade: 'standard', channel: 'web' } as const;

describe('the policy of a case', () => {
  it('is the one that names most of what the case is; of two, the first by key; else "default"', async () => {
    await publish('z-vip', { match: { grade: 'vip' } });
    await publish('b-safety', { match: { category: ['safety', 'recall'] } });
    await publish('a-safety-phone', { match: { category: 'safety', channel: 'phone' } });
    await publish('unmatched', {});
    const key = (what: object) => source.book.slaPolicyFor({ ...plain, ...what }).key;
    expect(key({})).toBe('default');
    expect(key({ grade: 'vip' })).toBe('z-vip');
    expect(key({ category: 'recall', grade: 'vip' })).toBe('b-safety');
    expect(key({ category: 'safety', channel: 'phone', grade: 'vip' })).toBe('a-safety-phone');
    expect(key({ category: 'safety', channel: 'web' })).toBe('b-safety');
  });

  it('follows the newest version, while an older one can still be looked up', async () => {
    const before = source.book.slaPolicyFor(plain);
    expect(before).toEqual({ ...DEFAULT_SLA_POLICY, version: 1 });
    const targets = { P1: { resolution: { calendarSeconds: 7 } } };
    await publish('default', { targets });
    expect(source.book.slaPolicyFor(plain)).toMatchObject({ key: 'default', version: 2, targets });
    expect(source.book.slaPolicy('default', 1)).toEqual(before);
  });

  it('is the newest of its key, or "default", for a version that never was', () => {
    expect(source.book.slaPolicy('default', 0)).toMatchObject({ key: 'default' });
    expect(source.book.slaPolicy('measuring', 0)).toMatchObject({ key: 'default' });
  });
});

describe('the calendar of a clock', () => {
  it('stays the version that it started with', async () => {
    await configuration.put('calendar', 'shop', hours('09:00', '17:00'), 'a');
    const first = source.book.calendar('shop');
    await configuration.put('calendar', 'shop', hours('12:00', '17:00'), 'a');
    const monday = Date.parse('2026-03-02T08:00:00Z');
    const due = (version?: number) =>
      addBusinessSeconds(source.book.calendar('shop', version).calendar, monday, 60);
    expect([due(1), due(2), due()]).toEqual(
      ['2026-03-02T09:01:00Z', '2026-03-02T12:01:00Z', '2026-03-02T12:01:00Z'].map(Date.parse),
    );
    expect(source.book.calendar('shop', 1).calendar).toBe(first.calendar);
    expect(source.book.calendar('shop')).toMatchObject({ key: 'shop', version: 2 });
  });

  it('never closes when there is no such calendar', () => {
    expect(source.book.calendar('mars')).toEqual({ key: '24x7', version: 0, calendar: always });
    expect(source.book.calendar('24x7')).toEqual({ key: '24x7', version: 1, calendar: always });
  });

  it('is asked for again, rather than replaced by an older one, while only another node knows the version', async () => {
    const there = new Configuration(directory.pool, 'now()');
    await there.seedDefaults();
    await there.put('calendar', 'night', hours('20:00', '24:00'), 'a');
    expect(() => source.book.calendar('night', 1)).toThrow(DependencyUnavailable);
    // The node has asked by itself; its question stands before ours.
    await configuration.refresh();
    expect(source.book.calendar('night', 1)).toMatchObject({ key: 'night', version: 1 });
  });

  it('stays right for more versions than are kept compiled', async () => {
    for (let minute = 0; minute < 70; minute += 1) {
      const text = String(minute % 60).padStart(2, '0');
      await configuration.put(
        'calendar',
        'busy',
        hours(minute < 60 ? `09:${text}` : `10:${text}`, '17:00'),
        'a',
      );
    }
    const monday = Date.parse('2026-03-02T00:00:00Z');
    const opening = (version: number) =>
      addBusinessSeconds(source.book.calendar('busy', version).calendar, monday, 0);
    for (const version of [1, 70, 2, 1]) {
      expect(opening(version)).toBe(monday + (9 * 60 + version - 1) * 60_000);
    }
  });
});

it('gives a department that was stored before departments had targets those of the house', async () => {
  await directory.pool.query(
    `INSERT INTO configuration (kind, key, version, body, created_at, created_by)
     SELECT kind, 'old', 1, body - 'ola', created_at, created_by FROM configuration WHERE kind = 'department' LIMIT 1`,
  );
  await configuration.refresh();
  expect(source.policiesFor('any').departments['old']?.ola).toEqual(DEFAULT_OLA);
});
