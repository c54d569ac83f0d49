import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aKey, aRequest, HOUR, MORNING, note, startTestEngine, type TestEngine } from '../support/engine.js';

describe.each(['manual', 'system'] as const)('prepared statements under the %s clock', (clock) => {
  let house: TestEngine;
  const plans = new Map<string, string>();
  beforeAll(async () => {
    // One connection, so that it has prepared them all.
    house = await startTestEngine({ clock, poolSize: 1 });
    const { id } = await house.open();
    await house.send(id, note(), { idempotencyKey: aKey(), requestHash: 'h' });
    await house.engine.send(
      id,
      { type: 'case.accept', actor: note().actor },
      aRequest({ idempotencyKey: aKey() }),
    );
    const other = await house.open();
    const merge = {
      type: 'case.merge',
      actor: note().actor,
      primaryCaseId: other.id,
      reason: 'same',
    } as const;
    await house.engine.merge(id, merge, aRequest());
    await house.loop.drainDue();
    house.loop.start();
    if (clock === 'manual') await house.loop.advanceTo(MORNING + HOUR);
    await house.loop.stop();
    const statements = await house.sql<{ name: string; statement: string }>(
      'SELECT name, statement FROM pg_prepared_statements',
    );
    // As tables are when a plan is made early: the planner knows no statistics and few pages.
    const empty = await startTestEngine({ clock, poolSize: 1 });
    for (const { name, statement } of statements) {
      const rows = await empty.sql<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${statement}`);
      plans.set(name, rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    await empty.close();
  });
  afterAll(() => house.close());

  it('are those of the hot paths', () => {
    const names = ['claim', 'commit', 'keep-refusal', 'next-due', 'read'];
    const all = clock === 'manual' ? [...names, 'move-clock'] : names;
    const found = [...plans.keys()].map((name) => name.replace(/-(manual|system).*$/, ''));
    expect([...new Set(found)].sort()).toEqual(all.sort());
  });

  it('walk an index even when the plan was made while the tables were empty', () => {
    for (const [name, plan] of plans) {
      expect({ name, scan: /Seq Scan on (?!manual_clock).*/.exec(plan)?.[0] }).toEqual({
        name,
        scan: undefined,
      });
      expect({ name, sort: /Sort Key: .*due.*/.exec(plan)?.[0] }).toEqual({ name, sort: undefined });
    }
  });

  it('bound the claim by the index on due times', () => {
    const claim = plans.get(`claim-${clock}`) ?? '';
    expect(claim).toMatch(/Index (Only )?Scan using cases_due on cases.*\n\s+Index Cond: \(next_due_at <= /);
  });
});
