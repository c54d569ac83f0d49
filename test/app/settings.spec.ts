// What a node accepts from its environment, and how it says no: one line, no secret.
import { describe, expect, it } from '@jest/globals';
import { readSettings, SettingsError, settingsTable, type Environment } from '../../src/app/settings.js';

function refusal(env: Environment): string {
  try {
    readSettings(env);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error('the settings were accepted');
}

describe('settings', () => {
  it('come with a default for everything, so that an empty environment starts the demo', () => {
    expect(readSettings({})).toMatchObject({
      port: 3000,
      databaseUrl: null,
      dataDir: '.data',
      role: 'all',
      demo: '1',
      clock: 'system',
      clockStartAt: Date.UTC(2000, 0, 1),
      publicUrl: null,
    });
  });

  it.each([
    ['a database is named', { DATABASE_URL: 'postgres://db/cases' }, '0'],
    ['the clock is manual', { CLOCK: 'manual' }, 'directory'],
    ['both', { CLOCK: 'manual', DATABASE_URL: 'postgres://db/cases' }, '0'],
    ['both and the demo is asked for', { CLOCK: 'manual', DATABASE_URL: 'postgres://db/x', DEMO: '1' }, '1'],
  ])('decide on the demo by themselves when %s', (_when, env: Environment, demo) => {
    expect(readSettings(env).demo).toBe(demo);
  });

  it('treat an empty value as absent', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 3000, databaseUrl: null });
  });

  it.each([
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '80 ', 'a whole number from 0 to 65535'],
    ['PORT', '0x50', 'a whole number from 0 to 65535'],
    ['ROLE', 'both', 'one of all, api, worker'],
    ['DEMO', 'yes', 'one of 0, 1, directory'],
    ['CLOCK', 'fast', 'one of system, manual'],
    ['CLOCK_START', '2026-02-30T00:00:00Z', 'an RFC 3339 instant'],
    ['CLOCK_START', '2026-02-28', 'an RFC 3339 instant'],
    ['PUBLIC_URL', 'ftp://cases.example', 'a URL that begins with http:// or https://'],
    ['POOL_SIZE', '1', 'a whole number from 2 to 200 connections'],
    ['LOG_LEVEL', 'loud', 'one of fatal, error, warn, info, debug, trace, silent'],
  ])('refuse %s=%s in one line that names the bounds', (name, value, bounds) => {
    const message = refusal({ [name]: value });
    expect(message).toContain(`${name} must be ${bounds}`);
    expect(message).toContain(JSON.stringify(value));
    expect(message).not.toContain('\n');
  });

  it.each([
    ['DATABASE_URL', 'mysql://root:hunter2@db/cases'],
    ['LINK_SECRET', 'hunter2'],
    ['ADMIN_KEY', 'cew_admin_hunter2'],
  ])('never repeat the value of %s', (name, value) => {
    const message = refusal({ [name]: value });
    expect(message).toContain(name);
    expect(message).not.toContain('hunter2');
  });

  it('repeat at most 60 characters of a bad value, with line breaks escaped', () => {
    const message = refusal({ ROLE: `a\nb${'x'.repeat(1_000)}` });
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(150);
  });

  it('name everything that is wrong at once', () => {
    const message = refusal({ PORT: '-1', ROLE: 'none' });
    expect(message).toContain('PORT');
    expect(message).toContain('ROLE');
  });

  it('refuse a manual clock in production', () => {
    expect(refusal({ CLOCK: 'manual', NODE_ENV: 'production' })).toContain('CLOCK=manual');
    expect(readSettings({ CLOCK: 'manual', NODE_ENV: 'test' }).clock).toBe('manual');
  });

  it('read an instant with an offset as the instant that it names', () => {
    const { clockStartAt } = readSettings({ CLOCK_START: '2026-03-01T01:00:00+08:00' });
    expect(clockStartAt).toBe(Date.UTC(2026, 1, 28, 17));
  });
});

describe('the table of settings', () => {
  it('has one row per setting, each with a default, values and a meaning', () => {
    const rows = settingsTable().trimEnd().split('\n').slice(2);
    expect(rows.length).toBe(Object.keys(readSettings({})).length);
    for (const row of rows) expect(row).toMatch(/^\| `[A-Z_]+` \| [^|]+ \| [^|]+ \| [^|]+\. \|$/);
  });
});
