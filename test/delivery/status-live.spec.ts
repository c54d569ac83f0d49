// That a watched case has moved on: told at once by its own process, soon by any other, and to watchers only.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { CaseChanges } from '../../src/delivery/live/case-changes.js';
import { JournalTail } from '../../src/delivery/live/journal-tail.js';
import { note, startTestEngine, type TestEngine } from '../support/engine.js';

let engine: TestEngine;
let other: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
  other = await engine.another();
});
afterAll(async () => {
  await other?.close();
  await engine?.close();
});

async function watching<T>(
  work: (changes: CaseChanges, reports: unknown[]) => Promise<T>,
  pollMs = 60_000,
  pool: Pool = engine.pool,
): Promise<T> {
  const reports: unknown[] = [];
  const report = (error: unknown): void => void reports.push(error);
  const changes = new CaseChanges({ pool, engine: engine.engine, report, pollMs });
  changes.start();
  try {
    return await work(changes, reports);
  } finally {
    await changes.stop();
  }
}

describe('changes of a case', () => {
  it('are told before the command that made them is answered, of that case and of no other', async () => {
    const [watched, unwatched] = [await engine.open(), await engine.open()];
    await watching(async (changes) => {
      const told: string[] = [];
      changes.watch(watched.id, 1, () => told.push('first'));
      const unwatch = changes.watch(watched.id, 1, () => told.push('second'));
      await engine.send(unwatched.id, note());
      expect(told).toEqual([]);
      await engine.send(watched.id, note());
      expect(told).toEqual(['first', 'second']);
      unwatch();
      await engine.send(watched.id, note());
      expect(told).toEqual(['first', 'second', 'first']);
    });
  });

  it('by another node are found by looking', async () => {
    const { id } = await engine.open();
    await watching(async (changes) => {
      const told = new Promise<void>((resolve) => changes.watch(id, 1, resolve));
      await other.send(id, note());
      await told;
    }, 5);
  });

  it('that a watcher has missed before it began to watch are told at the first look', async () => {
    const { id } = await engine.open();
    await engine.send(id, note());
    await watching(async (changes) => {
      changes.watch(id, 2, () => undefined);
      await new Promise<void>((resolve) => changes.watch(id, 1, resolve));
    }, 5);
  });

  it('are told once, however often it is looked', async () => {
    const { id } = await engine.open();
    await watching(async (changes) => {
      let told = 0;
      changes.watch(id, 1, () => (told += 1));
      await other.send(id, note());
      const sentinel = await engine.open();
      for (let revision = 1; revision <= 3; revision += 1) {
        const seen = new Promise<void>((resolve) => changes.watch(sentinel.id, revision, resolve));
        await other.send(sentinel.id, note());
        await seen;
      }
      expect(told).toBe(1);
    }, 2);
  });

  it('are asked for while somebody watches, and never else', async () => {
    const { id } = await engine.open();
    await watching(async (changes) => {
      const unwatch = changes.watch(id, 1, () => undefined);
      expect(changes.size).toBe(1);
      unwatch();
      unwatch();
      expect(changes.size).toBe(0);
      // Whoever comes just after the last one left is told as well.
      const told = new Promise<void>((resolve) => changes.watch(id, 1, resolve));
      await other.send(id, note());
      await told;
    }, 5);
  });

  it('are told when a database that was away is back, and its absence is reported once', async () => {
    const { id } = await engine.open();
    let refusals = 3;
    const connect = () => {
      refusals -= 1;
      return refusals >= 0 ? Promise.reject(new Error('no connection')) : engine.pool.connect();
    };
    await watching(
      async (changes, reports) => {
        const told = new Promise<void>((resolve) => changes.watch(id, 1, resolve));
        await other.send(id, note());
        await told;
        expect([refusals < 0, reports.length]).toEqual([true, 1]);
      },
      2,
      { connect } as unknown as Pool,
    );
  });
});

describe('the tail of a journal', () => {
  it('is what came after an entry, ascending, and of a long one the newest', async () => {
    const { id } = await engine.open();
    const tail = new JournalTail(engine.pool);
    for (let n = 0; n < 204; n += 1) await engine.send(id, note());
    expect((await tail.after(id, 203)).map(({ seq, type }) => [seq, type])).toEqual([
      [204, 'case.noted'],
      [205, 'case.noted'],
    ]);
    expect(await tail.after(id, 205)).toEqual([]);
    const all = await tail.after(id, 0);
    expect([all.length, all[0]?.seq, all.at(-1)?.seq]).toEqual([200, 6, 205]);
  });
});
