// When a delivery is tried again (reliability.md D6, D9, D10): pure, so every roll of the dice can be tried.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  afterRetryAfter,
  parseRetryAfter,
  retryDelayMs,
  TRIES_MAX,
} from '../../../src/delivery/outbound/retry-schedule.js';
import { DAY, HOUR } from '../../support/engine.js';

const MINUTE = 60_000;
const ALMOST_ONE = 1 - Number.EPSILON;

function pauses(random: number): number[] {
  const all: number[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const delayMs = retryDelayMs(attempt, random);
    if (delayMs === null) return all;
    all.push(delayMs);
  }
}

describe('the schedule of retries', () => {
  it('has at least ten tries over at least three days, whatever the dice say', () => {
    for (const random of [0, 0.5, ALMOST_ONE]) {
      const all = pauses(random);
      expect(all).toHaveLength(TRIES_MAX - 1);
      expect(all.length + 1).toBeGreaterThanOrEqual(10);
      expect(all.reduce((sum, each) => sum + each)).toBeGreaterThan(3 * DAY);
    }
  });

  it('scatters each pause by a fifth to both sides', () => {
    const middle = pauses(0.5);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: TRIES_MAX - 1 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, dice) => {
          const [delayMs, usual] = [retryDelayMs(n, dice) ?? 0, middle[n - 1] ?? 0];
          expect(delayMs).toBeGreaterThanOrEqual(Math.floor(usual * 0.8));
          expect(delayMs).toBeLessThanOrEqual(Math.ceil(usual * 1.2));
        },
      ),
    );
    expect([retryDelayMs(1, 0), retryDelayMs(1, ALMOST_ONE)]).toEqual([24_000, 36_000]);
  });

  it('never waits ten minutes within the first hour, so that an hour’s outage ends soon after it ends', () => {
    let passed = 0;
    for (const delayMs of pauses(ALMOST_ONE)) {
      if (passed > HOUR) break;
      expect(delayMs).toBeLessThanOrEqual(10 * MINUTE);
      passed += delayMs;
    }
  });

  it('is over after the last try, and takes anything below the first for the first', () => {
    expect(retryDelayMs(TRIES_MAX, 0.5)).toBeNull();
    expect(retryDelayMs(0, 0.5)).toBe(retryDelayMs(1, 0.5));
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-03-02T09:00:00Z');

  it.each([
    ['3600', HOUR],
    ['0', MINUTE],
    ['-1', MINUTE],
    ['1e12', MINUTE],
    ['999999999999', MINUTE],
    ['86400', DAY],
    ['86401', MINUTE],
    ['Mon, 02 Mar 2026 11:00:00 GMT', 2 * HOUR],
    ['Thu, 01 Jan 1970 00:00:00 GMT', MINUTE],
    ['2026-03-02T11:00:00Z', MINUTE],
    ['soon', MINUTE],
    ['', MINUTE],
    [null, MINUTE],
  ])('%s makes a pause of a minute last %d ms', (header, expected) => {
    expect(afterRetryAfter(MINUTE, parseRetryAfter(header, now))).toBe(expected);
  });

  it('never shortens our own pause', () => {
    expect(afterRetryAfter(HOUR, MINUTE)).toBe(HOUR);
  });
});
