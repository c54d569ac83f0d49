// Strict windows: what is used so often in any minute and no oftener, on one node and on several over one database.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Verdict, WINDOWS } from '../../src/http/limits/budgets.js';
import { retryAfterSeconds } from '../../src/http/limits/limit-headers.js';
import { WindowMeter } from '../../src/http/limits/window-meter.js';
import { createDataSource, poolOf } from '../../src/store/data-source.js';
import { MANUAL_NOW, startManualClock } from '../../src/store/now.js';
import { RequestUsage } from '../../src/store/request-usage.js';
import { startTestDatabase } from '../support/database.js';

const { link: LINK } = WINDOWS;
let now = 0;
const monotonicMs = () => now;

/** One after the other, as a client that waits for each answer. */
async function use(meter: WindowMeter, times: number, key = 'a'): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let n = 0; n < times; n += 1) verdicts.push(await meter.use(LINK, key));
  return verdicts;
}
const servedOf = (verdicts: readonly Verdict[]) => verdicts.filter(({ isServed }) => isServed).length;
const waitSecondsOf = (verdict: Verdict | undefined) =>
  verdict === undefined ? null : Math.ceil(verdict.waitMs / 1_000);

describe('the window of a node by itself', () => {
  const alone = (keysMax?: number) =>
    new WindowMeter({ monotonicMs, keysMax, ask: async () => Promise.reject(new Error('away')) });
  beforeEach(() => {
    now = 0;
  });

  it('slides: each use makes room again exactly a minute after it', async () => {
    const meter = alone();
    now = 1_000;
    await use(meter, 10);
    now = 31_000;
    const verdicts = await use(meter, 21);
    expect([servedOf(verdicts), waitSecondsOf(verdicts.at(-1))]).toEqual([20, 30]);
    now = 60_999;
    expect(servedOf(await use(meter, 1))).toBe(0);
    now = 61_000;
    expect(servedOf(await use(meter, 11))).toBe(10);
  });

  it('is not made longer by uses that were refused', async () => {
    const meter = alone();
    await use(meter, 1_000);
    now = 60_000;
    expect(servedOf(await use(meter, 1))).toBe(1);
  });

  it('is each key’s own', async () => {
    const meter = alone();
    await use(meter, 30, 'a');
    expect([servedOf(await use(meter, 1, 'a')), servedOf(await use(meter, 1, 'b'))]).toEqual([0, 1]);
  });

  it('is kept for a bounded number of keys, those that were used last', async () => {
    const meter = alone(2);
    for (const key of ['a', 'b', 'a', 'c']) await use(meter, 30, key);
    expect([servedOf(await use(meter, 1, 'a')), servedOf(await use(meter, 1, 'b'))]).toEqual([0, 1]);
  });
});

describe('the window of nodes over one database', () => {
  let database: Awaited<ReturnType<typeof startTestDatabase>>;
  let dataSource: ReturnType<typeof createDataSource>;
  let asked = 0;
  let isAway = false;
  let key = 0;
  beforeAll(async () => {
    database = await startTestDatabase();
    const options = { url: database.url, poolSize: 4, role: 'app', applicationName: 'test' } as const;
    dataSource = await createDataSource(options).initialize();
    await startManualClock(poolOf(dataSource), 0);
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });
  beforeEach(async () => {
    asked = 0;
    isAway = false;
    key += 1;
    await passMs(1_000_000);
  });

  const node = () => {
    const usage = new RequestUsage(poolOf(dataSource), MANUAL_NOW, monotonicMs);
    return new WindowMeter({
      monotonicMs,
      ask: async (...question) => {
        asked += 1;
        if (isAway) throw new Error('away');
        return usage.useOnce(...question);
      },
    });
  };
  /** Both clocks: the nodes' and the database's. */
  const passMs = async (ms: number) => {
    now += ms;
    await poolOf(dataSource).query('UPDATE manual_clock SET now_at = $1', [new Date(now).toISOString()]);
  };

  it.each([
    ['in turn', [1, 1]],
    ['first the one, then the other', [15, 15]],
    ['all on the one, then on the other', [30, 1]],
    ['in pairs', [2, 2]],
  ])('refuses the 31st use, asked %s, and says truly when to come back', async (_how, turns) => {
    const nodes = [node(), node()];
    let served = 0;
    let refused: Verdict | null = null;
    for (let n = 0; refused === null; n += 1) {
      const verdicts = await use(nodes[n % 2] as WindowMeter, turns[n % 2] ?? 1, `link ${key}`);
      served += servedOf(verdicts);
      refused = verdicts.find(({ isServed }) => !isServed) ?? null;
      await passMs(10);
    }
    expect(served).toBe(30);
    await passMs(retryAfterSeconds([{ budget: LINK, verdict: refused }]) * 1_000);
    expect(servedOf(await use(nodes[0] as WindowMeter, 1, `link ${key}`))).toBe(1);
  });

  it('costs one query for the first uses, and none at all for one who hammers', async () => {
    const meter = node();
    await use(meter, 9, `link ${key}`);
    expect(asked).toBe(1);
    await use(meter, 21, `link ${key}`);
    expect(asked).toBe(22);
    expect(servedOf(await use(meter, 1_000, `link ${key}`))).toBe(0);
    expect(asked).toBe(22);
  });

  it('holds for uses at the same time', async () => {
    const meter = node();
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => meter.use(LINK, `link ${key}`)));
    expect(servedOf(verdicts)).toBe(30);
  });

  it('goes by each node’s own view while the database is away, which is then left alone for a second', async () => {
    const [one, other] = [node(), node()];
    await use(one, 20, `link ${key}`);
    isAway = true;
    asked = 0;
    expect(servedOf(await use(one, 20, `link ${key}`))).toBe(10);
    expect(servedOf(await use(other, 40, `link ${key}`))).toBe(30);
    expect(asked).toBe(2);
  });

  it('tells afterwards what was used before and while the database was away', async () => {
    const [one, other] = [node(), node()];
    await use(one, 9, `link ${key}`);
    isAway = true;
    await use(one, 16, `link ${key}`);
    isAway = false;
    await passMs(1_000);
    await use(one, 1, `link ${key}`);
    expect(servedOf(await use(other, 10, `link ${key}`))).toBe(4);
  });

  it('tells the truth whatever the order of uses: never 31 in a minute, and whoever waits is served', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ pauseMs: fc.nat(20_000), uses: fc.nat(12) }), { maxLength: 12 }),
        async (asking) => {
          await passMs(1_000_000);
          key += 1;
          const meter = node();
          const servedAt: number[] = [];
          for (const { pauseMs, uses } of asking) {
            await passMs(pauseMs);
            for (const verdict of await use(meter, uses, `link ${key}`)) {
              if (verdict.isServed) servedAt.push(now);
              const recent = servedAt.filter((at) => at > now - LINK.windowMs).length;
              expect(recent).toBeLessThanOrEqual(LINK.quota);
              expect(verdict.isServed ? verdict.remaining : LINK.quota - recent).toBe(
                verdict.isServed ? LINK.quota - recent : 0,
              );
              if (verdict.isServed) continue;
              const oldest = servedAt.filter((at) => at > now - LINK.windowMs)[0] ?? 0;
              expect(verdict.waitMs).toBeCloseTo(oldest + LINK.windowMs - now, 3);
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
