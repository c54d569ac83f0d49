import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Accepted } from '../../src/domain/step-result.js';
import { step } from '../../src/domain/step.js';
import { Batcher } from '../../src/engine/batcher.js';
import { toWrite, type CaseWrite } from '../../src/engine/case-write.js';
import { hookFaultPoint } from '../../src/engine/fault-points.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';
import { MORNING, note, POLICIES, startTestEngine, type TestEngine } from '../support/engine.js';

describe('a batch', () => {
  const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('takes everybody who arrives together, and a lone caller at once', async () => {
    const sizes: number[] = [];
    const batcher = new Batcher<number, number>({
      run: async (items) => {
        sizes.push(items.length);
        await later();
        return items;
      },
      keyOf: () => null,
      sizeMax: 8,
      inFlightMax: 2,
    });
    expect(await batcher.submit(0)).toBe(0);
    expect(await Promise.all([1, 2, 3].map((n) => batcher.submit(n)))).toEqual([1, 2, 3]);
    await Promise.all(Array.from({ length: 20 }, (_each, n) => batcher.submit(n)));
    expect(sizes).toEqual([1, 3, 8, 8, 4]);
  });

  it('never holds two items of one key, nor overlaps with one that does', async () => {
    let underWay: string[] = [];
    const batcher = new Batcher<string, string>({
      run: async (items) => {
        expect(new Set([...underWay, ...items]).size).toBe(underWay.length + items.length);
        underWay = [...underWay, ...items];
        await later();
        await later();
        underWay = underWay.filter((item) => !items.includes(item));
        return items;
      },
      keyOf: (item) => item,
      sizeMax: 256,
      inFlightMax: 2,
    });
    const items = Array.from({ length: 60 }, (_each, n) => `case ${n % 7}`);
    expect(await Promise.all(items.map((item) => batcher.submit(item)))).toEqual(items);
  });

  it('waits for a statement that is under way, and does not wait for one that is held up', async () => {
    for (const [besideAfterMs, expected] of [
      [60_000, [['a'], ['b', 'c']]],
      [1, [['a'], ['b', 'c'], ['d']]],
    ] as const) {
      const begun: string[][] = [];
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const batcher = new Batcher<string, string>({
        run: async (items) => {
          begun.push([...items]);
          if (items.includes('a')) await held;
          return items;
        },
        keyOf: () => null,
        sizeMax: 256,
        inFlightMax: 2,
        besideAfterMs,
      });
      const first = batcher.submit('a');
      await new Promise((resolve) => setImmediate(resolve));
      const others = Promise.all(['b', 'c'].map((item) => batcher.submit(item)));
      if (besideAfterMs === 1) {
        await others;
        await batcher.submit('d');
      }
      release();
      await Promise.all([first, others]);
      expect(begun).toEqual(expected);
    }
  });

  it('fails for the item at fault alone', async () => {
    const batcher = new Batcher<number, number>({
      run: (items) => (items.includes(3) ? Promise.reject(new Error('no threes')) : Promise.resolve(items)),
      keyOf: () => null,
      sizeMax: 256,
      inFlightMax: 1,
    });
    const settled = await Promise.allSettled([1, 2, 3, 4].map((n) => batcher.submit(n)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('is not repeated when the database cannot serve: nobody knows what became of it', async () => {
    let runs = 0;
    const batcher = new Batcher<number, number>({
      run: () => {
        runs += 1;
        return Promise.reject(new DependencyUnavailable('gone'));
      },
      keyOf: () => null,
      sizeMax: 256,
      inFlightMax: 1,
    });
    const settled = await Promise.allSettled([1, 2, 3].map((n) => batcher.submit(n)));
    expect(settled.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    expect(runs).toBe(1);
  });
});

describe('group commit', () => {
  let house: TestEngine;
  beforeAll(async () => {
    house = await startTestEngine();
  });
  afterAll(() => house.close());
  afterEach(() => {
    hookFaultPoint('before-commit', null);
    hookFaultPoint('after-commit', null);
  });

  /** An accepted note on a new case, not yet written. */
  async function write(): Promise<CaseWrite> {
    const current = await house.open();
    const result = step(current, { ...note(), at: MORNING } as never, POLICIES);
    return toWrite(current, result as Accepted, 'key-1');
  }

  it('acknowledges nobody before the commit', async () => {
    const writes = await Promise.all(Array.from({ length: 20 }, write));
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    hookFaultPoint('before-commit', () => held);
    let acknowledged = 0;
    const commits = writes.map(async (each) => {
      await house.engine.committer.commit(each);
      acknowledged += 1;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(acknowledged).toBe(0);
    release();
    await Promise.all(commits);
    const ids = writes.map(({ accepted }) => accepted.case.id);
    expect(await house.sql('SELECT 1 FROM journal WHERE seq = 2 AND case_id = ANY ($1)', [ids])).toHaveLength(
      20,
    );
  });

  it('lets a poisoned row fail alone', async () => {
    const writes = await Promise.all(Array.from({ length: 9 }, write));
    const poisoned = writes[4] as CaseWrite;
    const bad = { ...poisoned.accepted.case, state: 'level3.working' } as unknown as Accepted['case'];
    writes[4] = { ...poisoned, accepted: { ...poisoned.accepted, case: bad } };
    const settled = await Promise.allSettled(writes.map((each) => house.engine.committer.commit(each)));
    expect(settled.map(({ status }) => status)).toEqual(
      writes.map((_each, n) => (n === 4 ? 'rejected' : 'fulfilled')),
    );
    expect((settled[4] as PromiseRejectedResult).reason).toMatchObject({ constraint: 'cases_state_known' });
    expect(await house.sql('SELECT 1 FROM journal WHERE case_id = $1', [bad.id])).toHaveLength(1);
  });

  it('writes nothing at all for a revision that has moved on', async () => {
    const stale = await write();
    await house.send(stale.accepted.case.id, note());
    expect(await house.engine.committer.commit(stale)).toBe('stale');
    const keyed = { key: 'k', requestHash: 'h', answer: { status: 201, body: '', headers: {} } };
    expect(await house.engine.committer.commit({ ...stale, keyed })).toBe('stale');
    expect(await house.sql(`SELECT 1 FROM commands WHERE idempotency_key = 'k'`)).toEqual([]);
  });

  it('does not let one held case keep its neighbours waiting', async () => {
    const cases = await Promise.all(Array.from({ length: 8 }, () => house.open()));
    const held = cases[3]?.id as string;
    const outsider = new pg.Client({ connectionString: house.url });
    await outsider.connect();
    await outsider.query('BEGIN');
    await outsider.query('SELECT 1 FROM cases WHERE id = $1 FOR UPDATE', [held]);
    const began = performance.now();
    const commands = cases.map(({ id }) => house.engine.send(id, note(), { ...anyRequest }));
    const others = commands.filter((_each, n) => n !== 3);
    expect((await Promise.all(others)).map(({ kind }) => kind)).toEqual(Array(7).fill('done'));
    expect(performance.now() - began).toBeLessThan(1_000);
    await outsider.query('ROLLBACK');
    expect((await commands[3])?.kind).toBe('done');
    await outsider.end();
  });

  it('answers that the database cannot serve when a case stays held, within four seconds', async () => {
    const { id } = await house.open();
    const outsider = new pg.Client({ connectionString: house.url });
    await outsider.connect();
    await outsider.query('BEGIN');
    await outsider.query('SELECT 1 FROM cases WHERE id = $1 FOR UPDATE', [id]);
    const began = performance.now();
    const settled = await Promise.allSettled(
      Array.from({ length: 5 }, () => house.engine.send(id, note(), { ...anyRequest })),
    );
    expect(performance.now() - began).toBeLessThan(4_500);
    for (const each of settled) {
      expect(each).toMatchObject({ status: 'rejected', reason: expect.any(DependencyUnavailable) });
    }
    await outsider.query('ROLLBACK');
    await outsider.end();
    expect((await house.engine.send(id, note(), { ...anyRequest })).kind).toBe('done');
  });

  it('tells its listeners what was committed, and survives one that throws', async () => {
    const { id } = await house.open();
    const heard: number[] = [];
    const off = [
      house.engine.onCommitted(() => {
        throw new Error('a broken listener');
      }),
      house.engine.onCommitted((accepted) => heard.push(...accepted.map(({ entry }) => entry.seq))),
    ];
    await house.send(id, note());
    await house.engine.send(id, { type: 'case.accept', actor: note().actor }, { ...anyRequest });
    off.forEach((each) => each());
    await house.send(id, note());
    expect(heard).toEqual([2]);
  });
});

const anyRequest = {
  principal: 'key-1',
  idempotencyKey: null,
  requestHash: null,
  ifMatch: null,
  render: () => ({ status: 201, body: '', headers: {} }),
};
