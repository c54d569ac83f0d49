import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { instantFromText } from '../../src/store/pg-types.js';
import { startTestEngine, type TestEngine } from '../support/engine.js';

describe('values of the database', () => {
  let house: TestEngine;
  beforeAll(async () => {
    house = await startTestEngine();
  });
  afterAll(() => house.close());

  it.each([
    ['2026-11-22 02:13:45.123999+00', Date.UTC(2026, 10, 22, 2, 13, 45, 123)],
    ['2026-11-22 02:13:45+00', Date.UTC(2026, 10, 22, 2, 13, 45)],
    ['2026-11-22 02:13:45.1+00', Date.UTC(2026, 10, 22, 2, 13, 45, 100)],
    ['1969-12-31 23:59:59.9995+00', -1],
    ['9999-12-31 23:59:59.999+00', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
    ['infinity', Infinity],
  ])('reads %s cut to the millisecond, never up', (text, instant) => {
    expect(instantFromText(text)).toBe(instant);
  });

  it('refuses an instant that is not in UTC rather than shift it', () => {
    expect(() => instantFromText('2026-11-22 02:13:45+08')).toThrow(/not an instant in UTC/);
  });

  it('come back as numbers and plain text whatever zone the process is in', async () => {
    const [row] = await house.sql(
      `SELECT 9007199254740991::bigint AS big, date '2026-03-29' AS day, timestamptz '2026-03-29T03:30:00.5+02' AS at`,
    );
    expect(row).toEqual({
      big: 9007199254740991,
      day: '2026-03-29',
      at: Date.UTC(2026, 2, 29, 1, 30, 0, 500),
    });
  });

  it('fail loudly when a bigint is larger than a number can hold', async () => {
    await expect(house.sql('SELECT 9007199254740993::bigint AS big')).rejects.toThrow(/too large/);
  });

  it('are asked for under server-side limits, as the least-privilege role', async () => {
    const [row] = await house.sql(
      `SELECT current_user AS role, current_setting('statement_timeout') AS statement,
         current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle,
         current_setting('TimeZone') AS zone`,
    );
    expect(row).toEqual({
      role: 'case_escalation_app',
      statement: '5s',
      lock: '3s',
      idle: '10s',
      zone: 'UTC',
    });
  });
});
