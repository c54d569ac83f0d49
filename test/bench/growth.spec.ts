// A benchmark that says "no growth" is believed, so its arithmetic is tested.
import { describe, expect, it } from '@jest/globals';
import { growthOf, type Sample } from '../../bench/growth.js';

/** One sample every ten seconds of half an hour. */
const samplesOf = (value: (atSeconds: number, n: number) => number): Sample[] =>
  Array.from({ length: 180 }, (_each, n) => ({ atSeconds: n * 10, value: value(n * 10, n) }));

describe('growth', () => {
  it.each<{ what: string; value: (atSeconds: number, n: number) => number; perHour: number; error: number }>([
    { what: 'nothing, when nothing changes', value: () => 137, perHour: 0, error: 0 },
    { what: 'a steady leak, exactly', value: (at) => 137 + (at / 3_600) * 12, perHour: 12, error: 0 },
    { what: 'a steady fall', value: (at) => 137 - (at / 3_600) * 3, perHour: -3, error: 0 },
  ])('finds $what', ({ value, perHour, error }) => {
    const found = growthOf(samplesOf(value));
    expect(found.perHour).toBeCloseTo(perHour, 6);
    expect(found.error).toBeCloseTo(error, 6);
  });

  it('sees a leak through the saw of garbage collection, and says how sure it is', () => {
    const saw = (n: number): number => (n % 9) * 4;
    const { perHour, error } = growthOf(samplesOf((at, n) => 137 + (at / 3_600) * 30 + saw(n)));
    expect(Math.abs(perHour - 30)).toBeLessThan(2 * error);
    expect(2 * error).toBeLessThan(12);
  });

  it('does not depend on when the clock was started', () => {
    const samples = samplesOf((at) => at ** 1.1);
    const later = samples.map(({ atSeconds, value }) => ({ atSeconds: atSeconds + 1e6, value }));
    expect(growthOf(later).perHour).toBeCloseTo(growthOf(samples).perHour, 6);
  });

  it('claims nothing of two samples', () => {
    expect(growthOf(samplesOf((at) => at).slice(0, 2))).toEqual({ perHour: Number.NaN, error: Number.NaN });
  });
});
