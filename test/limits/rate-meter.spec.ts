// How rates are measured: what a bucket serves, that its figures are true, and what nodes together may serve.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ADDRESS_RATE, GUESS_RATE, principalRate, type Rate } from '../../src/http/limits/budgets.js';
import { limitItem, policyItem, retryAfterSeconds } from '../../src/http/limits/limit-headers.js';
import { BUSY_SHARE, EXCHANGE_EVERY_MS, RateMeter } from '../../src/http/limits/rate-meter.js';
import { createDataSource, poolOf } from '../../src/store/data-source.js';
import { MANUAL_NOW, startManualClock } from '../../src/store/now.js';
import { RequestUsage } from '../../src/store/request-usage.js';
import { startTestDatabase } from '../support/database.js';

let now = 0;
const later: { at: number; work: () => void }[] = [];
const clock = {
  monotonicMs: () => now,
  after: (delayMs: number, work: () => void) => void later.push({ at: now + delayMs, work }),
};
beforeEach(() => {
  now = 0;
  later.length = 0;
});

const RATE = principalRate(50);
const alone = () => new RateMeter({ ...clock, exchange: async () => new Map() });
const times = <T>(count: number, work: () => T): T[] => Array.from({ length: count }, work);

describe('a rate', () => {
  it('serves its burst at once, then as much as grows back', () => {
    const meter = alone();
    expect(times(101, () => meter.take(RATE, 'ada')).map(({ isServed }) => isServed)).toEqual([
      ...times(100, () => true),
      false,
    ]);
    now += 19;
    expect(meter.take(RATE, 'ada')).toMatchObject({ isServed: false, waitMs: 1 });
    now += 1;
    expect(meter.take(RATE, 'ada').isServed).toBe(true);
    expect(meter.take(RATE, 'ben').isServed).toBe(true);
    now += 1_000;
    expect(times(60, () => meter.take(RATE, 'ada')).filter(({ isServed }) => isServed)).toHaveLength(50);
  });

  it('says by each answer how much is left and when all of it is back', () => {
    const meter = alone();
    const items = times(3, () => limitItem({ budget: RATE, verdict: meter.take(RATE, 'ada') }));
    expect(items).toEqual(['"principal";r=99;t=1', '"principal";r=98;t=1', '"principal";r=97;t=1']);
    expect([RATE, ADDRESS_RATE, GUESS_RATE].map(policyItem)).toEqual([
      '"principal";q=100;w=2',
      '"address";q=60;w=3',
      '"guesses";q=20;w=60',
    ]);
  });

  it('tells the truth: who waits as long as it says is served, who comes earlier than it measured is not', () => {
    const rates = [RATE, ADDRESS_RATE, GUESS_RATE, principalRate(1), principalRate(7)];
    fc.assert(
      fc.property(
        fc.constantFrom(...rates),
        fc.array(fc.record({ pauseMs: fc.nat(3_000), asked: fc.nat(40) }), { maxLength: 30 }),
        (rate: Rate, asking) => {
          now = 0;
          const meter = alone();
          for (const { pauseMs, asked } of asking) {
            now += pauseMs;
            for (let n = 0; n < asked; n += 1) {
              const verdict = meter.take(rate, 'ada');
              if (verdict.isServed) continue;
              const refusedAt = now;
              now = refusedAt + verdict.waitMs - 0.01;
              const tooEarly = meter.look(rate, 'ada').isServed;
              now = refusedAt + retryAfterSeconds([{ budget: rate, verdict }]) * 1_000;
              expect([tooEarly, meter.look(rate, 'ada').isServed]).toEqual([false, true]);
              now = refusedAt;
              break;
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('serves exactly what it says is left', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: 1, maxLength: 120 }), (pausesMs) => {
        now = 0;
        const meter = alone();
        let said = RATE.burst;
        for (const pauseMs of pausesMs) {
          now += pauseMs;
          said = meter.take(RATE, 'ada').remaining;
        }
        expect(
          times(said + 5, () => meter.take(RATE, 'ada')).filter(({ isServed }) => isServed),
        ).toHaveLength(said);
      }),
    );
  });

  it('is charged for what is known only afterwards, down to one more burst', () => {
    const meter = alone();
    times(1_000, () => meter.charge(GUESS_RATE, 'there'));
    const verdict = meter.look(GUESS_RATE, 'there');
    expect(verdict.isServed).toBe(false);
    expect(verdict.waitMs / 1_000).toBeCloseTo(63, 6);
  });

  it('is kept for a bounded number of callers, whole budgets forgotten first', () => {
    const meter = new RateMeter({ ...clock, exchange: async () => new Map(), keysMax: 8 });
    times(100, () => meter.take(RATE, 'busy'));
    for (let n = 0; n < 7; n += 1) meter.take(RATE, `once ${n}`);
    now += 100;
    meter.take(RATE, 'one more');
    expect(times(10, () => meter.take(RATE, 'busy')).filter(({ isServed }) => isServed)).toHaveLength(5);
  });
});

describe('what nodes tell each other', () => {
  const told: ReadonlyMap<string, number>[] = [];
  let isAway = false;
  const telling = () =>
    new RateMeter({
      ...clock,
      exchange: async (debts) => {
        if (isAway) throw new Error('away');
        told.push(new Map(debts));
        return debts;
      },
    });
  beforeEach(() => {
    told.length = 0;
    isAway = false;
  });
  /** Does what is due, as timers would. */
  const runDue = async () => {
    for (const { work } of later.splice(0)) work();
    await new Promise(setImmediate);
  };

  it('is nothing of those who ask little', () => {
    const meter = telling();
    for (let n = 0; n < 100; n += 1) {
      now += EXCHANGE_EVERY_MS;
      meter.take(RATE, 'ada');
    }
    expect(later).toEqual([]);
  });

  it('is one message about everybody who asks much, at once and then at most each quarter of a second', async () => {
    const meter = telling();
    for (const who of ['ada', 'ben', 'cleo']) times(10, () => meter.take(RATE, who));
    expect(later.map(({ at }) => at)).toEqual([0]);
    await runDue();
    expect(told).toEqual([
      new Map([
        ['principal:ada', 200],
        ['principal:ben', 200],
        ['principal:cleo', 200],
      ]),
    ]);
    now += 10;
    times(10, () => meter.take(RATE, 'ada'));
    expect(later.map(({ at }) => at)).toEqual([EXCHANGE_EVERY_MS]);
  });

  it('fails no request: while the database is away each node goes by its own view, and asks again a second later', async () => {
    const meter = telling();
    isAway = true;
    expect(times(101, () => meter.take(RATE, 'ada')).filter(({ isServed }) => isServed)).toHaveLength(100);
    await runDue();
    now += 100;
    expect(times(10, () => meter.take(RATE, 'ada')).filter(({ isServed }) => isServed)).toHaveLength(5);
    expect(later.map(({ at }) => at)).toEqual([1_000]);
    isAway = false;
    now = 1_000;
    await runDue();
    expect(told).toEqual([new Map([['principal:ada', 100]])]);
  });
});

describe('two nodes over one database', () => {
  let database: Awaited<ReturnType<typeof startTestDatabase>>;
  let dataSource: ReturnType<typeof createDataSource>;
  beforeAll(async () => {
    database = await startTestDatabase();
    dataSource = await createDataSource({
      url: database.url,
      poolSize: 4,
      role: 'app',
      applicationName: 'test',
    }).initialize();
    await startManualClock(poolOf(dataSource), 0);
  });
  let startsAt = 0;
  beforeEach(() => {
    startsAt += 1_000_000;
    return passMs(startsAt);
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  const node = () => {
    const usage = new RequestUsage(poolOf(dataSource), MANUAL_NOW, clock.monotonicMs);
    return new RateMeter({ ...clock, exchange: (debts) => usage.addDebts(debts) });
  };
  /** Both clocks: the nodes' and the database's. */
  const passMs = async (ms: number) => {
    now += ms;
    await poolOf(dataSource).query('UPDATE manual_clock SET now_at = $1', [new Date(now).toISOString()]);
  };

  it.each([
    ['who takes all that there is', 40],
    ['who stays just below the rate of one node', 12],
  ])('serve a caller %s together hardly more than one node would', async (_who, perRound) => {
    const nodes = [node(), node()];
    const key = `caller of ${perRound}`;
    const seconds = 20;
    let served = 0;
    for (let elapsedMs = 0; elapsedMs < seconds * 1_000; elapsedMs += EXCHANGE_EVERY_MS) {
      for (const each of nodes) {
        for (let n = 0; n < perRound; n += 1) if (each.take(RATE, key).isServed) served += 1;
        await each.exchange();
      }
      await passMs(EXCHANGE_EVERY_MS);
    }
    const bound = RATE.perSecond * seconds * (1 + BUSY_SHARE) + nodes.length * RATE.burst;
    expect(served).toBeLessThanOrEqual(bound);
    // Two that know nothing of each other would serve twice as much.
    expect(served).toBeGreaterThanOrEqual(RATE.perSecond * seconds);
  });

  it('pay back together what they served too much', async () => {
    const [one, other] = [node(), node()];
    const all = [one, other].flatMap((each) => times(100, () => each.take(RATE, 'both')));
    expect(all.every(({ isServed }) => isServed)).toBe(true);
    await one.exchange();
    await other.exchange();
    await passMs(1_000);
    expect(other.take(RATE, 'both').isServed).toBe(false);
    await passMs(1_020);
    expect(other.take(RATE, 'both').isServed).toBe(true);
  });

  it('forget a caller whose budget is whole again', async () => {
    const each = node();
    times(50, () => each.take(RATE, 'gone'));
    await each.exchange();
    await passMs(120_000);
    times(50, () => each.take(RATE, 'new'));
    await each.exchange();
    const { rows } = await poolOf(dataSource).query('SELECT key FROM request_rates');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('new');
  });
});
