import { describe, expect, it } from '@jest/globals';
import { SetAside } from '../../src/engine/set-aside.js';
import { Sleeper } from '../../src/engine/sleeper.js';

const AGES_MS = 3_600_000;

describe('a sleep', () => {
  it('ends at a wake for something earlier, and not for something later', async () => {
    const sleeper = new Sleeper();
    let awake = false;
    const sleep = sleeper.sleep(AGES_MS, 1_000).then(() => (awake = true));
    sleeper.wake(1_000);
    sleeper.wake(2_000);
    await Promise.resolve();
    expect(awake).toBe(false);
    sleeper.wake(999);
    await sleep;
    expect(awake).toBe(true);
  });

  it('does not begin when it was woken for something earlier just before', async () => {
    const sleeper = new Sleeper();
    sleeper.wake(500);
    await sleeper.sleep(AGES_MS, 1_000);
    const next = sleeper.sleep(AGES_MS, 1_000);
    sleeper.wake();
    await next;
  });

  it('longer than a timer can count does not end at once', async () => {
    const sleeper = new Sleeper();
    let awake = false;
    const sleep = sleeper.sleep(400 * 24 * AGES_MS, Infinity).then(() => (awake = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(awake).toBe(false);
    sleeper.wake();
    await sleep;
  });
});

describe('a case that fails', () => {
  it('is left alone for a second, then two, then four, and at most five minutes', () => {
    let now = 0;
    const aside = new SetAside(() => now);
    const pauses = Array.from({ length: 12 }, () => {
      aside.add('a');
      const from = now;
      while (aside.ids().length > 0) now += 500;
      return (now - from) / 1_000;
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  });

  it('begins anew after it went well once', () => {
    const aside = new SetAside(() => 0);
    expect([aside.add('a'), aside.add('a'), aside.add('b')]).toEqual([1, 2, 1]);
    aside.remove('a');
    expect([aside.add('a'), aside.size]).toEqual([1, 2]);
  });

  it('is one of a thousand at most, so that the claim stays small', () => {
    const aside = new SetAside(() => 0);
    for (let n = 0; n < 1_005; n += 1) aside.add(`case ${n}`);
    expect(aside.ids()).toHaveLength(1_000);
    expect(aside.ids()).not.toContain('case 0');
  });
});
