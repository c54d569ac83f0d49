import { describe, expect, it } from '@jest/globals';
import { inTime } from '../../src/store/in-time.js';

const AGES_MS = 3_600_000;
const AT_ONCE_MS = 1;

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
const tooLate = (): never => {
  throw new Error('too late');
};

describe('work that is waited for a while', () => {
  it.each([
    { how: 'comes to an end', work: () => Promise.resolve('done'), status: 'fulfilled' },
    { how: 'fails', work: () => Promise.reject(new Error('failed')), status: 'rejected' },
  ])('leaves no timer behind when it $how in time', async ({ work, status }) => {
    const before = timers();
    const [settled] = await Promise.allSettled([inTime<string, never>(work(), AGES_MS, tooLate)]);
    expect([settled?.status, timers()]).toEqual([status, before]);
  });

  it('is answered for or given up when it takes too long, and may fail later unheard', async () => {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<string>((_, reject) => (fail = reject));
    await expect(inTime(work, AT_ONCE_MS, () => 'later')).resolves.toBe('later');
    await expect(inTime(work, AT_ONCE_MS, tooLate)).rejects.toThrow('too late');
    fail(new Error('failed'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
