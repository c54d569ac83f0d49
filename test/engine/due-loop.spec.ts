import { afterEach, describe, expect, it } from '@jest/globals';
import { step } from '../../src/domain/step.js';
import type { Accepted } from '../../src/domain/step-result.js';
import { toWrite } from '../../src/engine/case-write.js';
import { ClockCannotGoBack } from '../../src/engine/due-loop.js';
import { hookFaultPoint } from '../../src/engine/fault-points.js';
import {
  AGENT,
  DAY,
  HOUR,
  MORNING,
  POLICIES,
  resolve,
  startTestEngine,
  type TestEngine,
} from '../support/engine.js';

interface Fired {
  case_id: string;
  type: string;
  occurred_at: number;
  due_at: number;
}

describe('time', () => {
  const houses: TestEngine[] = [];
  async function aHouse(...options: Parameters<typeof startTestEngine>): Promise<TestEngine> {
    const house = await startTestEngine(...options);
    houses.push(house);
    return house;
  }
  afterEach(async () => {
    for (const house of houses.splice(0).reverse()) await house.close();
  });

  const fired = (house: TestEngine) =>
    house.sql<Fired>(
      `SELECT case_id, type, occurred_at, timestamptz 'epoch' + (data->>'dueAt')::bigint * interval '1 ms' AS due_at
       FROM journal WHERE actor_kind = 'system' ORDER BY occurred_at, recorded_at, case_id, seq`,
    );

  /** A case that waits for its customer: reminders after 2 and 4 days, then a resolution that closes and seals. */
  async function waiting(house: TestEngine, waitUntilAt: number | null = null): Promise<string> {
    const { id } = await house.open();
    await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
    await house.send(id, { type: 'case.ask', actor: AGENT, question: 'Which colour?', waitUntilAt });
    return id;
  }

  it('acts on each deadline exactly when it is due, those that appear on the way included', async () => {
    const house = await aHouse();
    await waiting(house);
    expect(await house.loop.advanceTo(MORNING + 30 * DAY)).toEqual({ fired: 6 });
    const acts = await fired(house);
    expect(acts.map(({ type, occurred_at: at }) => [type, (at - MORNING) / DAY])).toEqual([
      ['case.waitReminded', 2],
      ['case.waitReminded', 4],
      ['case.waitExpired', 7],
      ['case.confirmationReminded', 9],
      ['case.closedUnopposed', 12],
      ['case.sealed', 26],
    ]);
    for (const act of acts) expect(act.occurred_at).toBe(act.due_at);
    const [clock] = await house.sql<{ now_at: number }>('SELECT now_at FROM manual_clock');
    expect(clock?.now_at).toBe(MORNING + 30 * DAY);
    expect(await house.sql('SELECT terminal, next_due_at FROM cases')).toEqual([
      { terminal: true, next_due_at: null },
    ]);
  });

  it('acts in due order across cases', async () => {
    const house = await aHouse();
    const hours = [5, 3, 9, 1, 7];
    const ids = await Promise.all(hours.map((hour) => waiting(house, MORNING + hour * HOUR)));
    await house.loop.advanceTo(MORNING + 6 * HOUR);
    expect((await fired(house)).map(({ case_id: id }) => hours[ids.indexOf(id)])).toEqual([1, 3, 5]);
    await house.loop.advanceTo(MORNING + 12 * HOUR);
    expect((await fired(house)).map(({ case_id: id }) => hours[ids.indexOf(id)])).toEqual([1, 3, 5, 7, 9]);
  });

  it('does nothing a millisecond early', async () => {
    const house = await aHouse();
    await waiting(house, MORNING + HOUR);
    expect(await house.loop.advanceTo(MORNING + HOUR - 1)).toEqual({ fired: 0 });
    expect(await house.loop.advanceTo(MORNING + HOUR)).toEqual({ fired: 1 });
    expect(await house.loop.advanceTo(MORNING + HOUR)).toEqual({ fired: 0 });
  });

  it('never goes back', async () => {
    const house = await aHouse();
    await house.loop.advanceTo(MORNING + HOUR);
    await expect(house.loop.advanceTo(MORNING)).rejects.toThrow(ClockCannotGoBack);
    const [clock] = await house.sql<{ now_at: number }>('SELECT now_at FROM manual_clock');
    expect(clock?.now_at).toBe(MORNING + HOUR);
  });

  it('forgets a deadline that no longer follows from the case', async () => {
    const house = await aHouse();
    const id = await waiting(house, MORNING + HOUR);
    await house.send(id, { type: 'case.cancelWait', actor: AGENT, reason: null });
    expect(await house.loop.advanceTo(MORNING + DAY)).toEqual({ fired: 0 });
  });

  it('acts once although two loops and two moves of the clock compete for every case', async () => {
    const house = await aHouse({ poolSize: 6 });
    const other = await house.another();
    houses.push(other);
    await Promise.all(
      Array.from({ length: 60 }, (_each, n) => waiting(house, MORNING + (n % 10) * HOUR + 1)),
    );
    await house.sql(`UPDATE manual_clock SET now_at = $1`, [new Date(MORNING + DAY).toISOString()]);
    const counts = await Promise.all([house.loop.drainDue(), other.loop.drainDue(), house.loop.drainDue()]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(60);
    const acts = await fired(house);
    expect(new Set(acts.map(({ case_id: id }) => id)).size).toBe(60);
    expect(acts).toHaveLength(60);
    for (const act of acts) expect(act.occurred_at).toBeGreaterThanOrEqual(act.due_at);
  });

  it('sets a case aside whose step fails, and serves its neighbours', async () => {
    const house = await aHouse();
    const ids = await Promise.all([1, 2, 3].map((hour) => waiting(house, MORNING + hour * HOUR)));
    await house.sql(`UPDATE cases SET context = context - 'escalations' - 'clocks' WHERE id = $1`, [ids[1]]);
    expect(await house.loop.advanceTo(MORNING + 4 * HOUR)).toEqual({ fired: 2 });
    expect(house.reports.map(({ caseId }) => caseId)).toEqual([ids[1]]);
    expect(house.loop.setAside).toBe(1);
    expect(house.loop.counts).toEqual({ fired: 2, failures: 1 });
    expect((await fired(house)).map(({ case_id: id }) => id)).toEqual([ids[0], ids[2]]);
  });

  it('sets a case aside whose row the database refuses, and serves the rest of its batch', async () => {
    const house = await aHouse();
    const ids = await Promise.all([1, 2, 3].map(() => waiting(house, MORNING + HOUR)));
    await house.sql(
      `INSERT INTO journal SELECT case_id, 4, type, from_state, to_state, level_after, actor_kind,
      actor_id, actor_department, principal, command_key, occurred_at, recorded_at, machine_version, customer_visible,
      silence, data, digest, link FROM journal WHERE case_id = $1 AND seq = 3`,
      [ids[1]],
    );
    expect(await house.loop.advanceTo(MORNING + HOUR)).toEqual({ fired: 2 });
    expect(house.reports).toMatchObject([{ caseId: ids[1], error: { constraint: 'journal_pkey' } }]);
  });

  it('leaves the cases of a newer machine alone', async () => {
    const house = await aHouse();
    const id = await waiting(house, MORNING + HOUR);
    await house.sql('UPDATE cases SET machine_version = 99 WHERE id = $1', [id]);
    expect(await house.loop.advanceTo(MORNING + DAY)).toEqual({ fired: 0 });
    await expect(house.engine.read(id)).rejects.toThrow(/machine version 99/);
    expect(house.reports).toEqual([]);
  });

  it('lets the running loop act by the database clock soon after a deadline, and stop cleanly', async () => {
    const house = await aHouse({ clock: 'system' });
    house.loop.start();
    const [row] = await house.sql<{ now: number }>('SELECT now() AS now');
    const dueAt = (row?.now ?? 0) + 300;
    const acted = new Promise<Accepted>((done) => {
      house.engine.onCommitted((accepted) =>
        accepted.forEach((each) => each.entry.actor.kind === 'system' && done(each)),
      );
    });
    await waiting(house, dueAt);
    const { entry } = await acted;
    expect(entry.occurredAt).toBeGreaterThanOrEqual(dueAt);
    expect(entry.occurredAt - dueAt).toBeLessThan(250);
    await house.loop.stop();
    expect(house.reports).toEqual([]);
  });

  it('neither spins on a deadline that somebody holds, nor forgets it when that one lets go', async () => {
    const house = await aHouse({ clock: 'system' });
    const [row] = await house.sql<{ now: number }>('SELECT now() AS now');
    const id = await waiting(house, (row?.now ?? 0) + 200);
    const holder = await house.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM cases WHERE id = $1 FOR UPDATE', [id]);
    await holder.query('SELECT pg_sleep(0.3)');
    let looks = 0;
    hookFaultPoint('before-claim', () => void (looks += 1));
    const acted = new Promise<Accepted>((done) => house.engine.onCommitted(([first]) => done(first!)));
    house.loop.start();
    await holder.query('SELECT pg_sleep(0.4)');
    const looksWhileHeld = looks;
    await holder.query('ROLLBACK');
    const letGoAt = performance.now();
    expect((await acted).case.id).toBe(id);
    expect(performance.now() - letGoAt).toBeLessThan(250);
    hookFaultPoint('before-claim', null);
    holder.release();
    expect(looksWhileHeld).toBeGreaterThan(2);
    expect(looksWhileHeld).toBeLessThan(30);
  });

  it('catches up after an outage: each once, in order, at the time of catching up', async () => {
    const house = await aHouse({ clock: 'system' });
    const { id } = await house.open();
    // As if the node had been down for a year since the case was resolved.
    const now = Date.now();
    const past = now - 365 * DAY;
    const current = await house.engine.read(id);
    const result = step(current, { ...resolve(), at: past } as never, POLICIES) as Accepted;
    expect(await house.engine.committer.commit(toWrite(current, result, null))).toBe('done');
    expect(await house.loop.drainDue()).toBe(1);
    const [act] = await fired(house);
    expect(act).toMatchObject({ type: 'case.closedUnopposed', due_at: past + 5 * DAY });
    expect(act?.occurred_at).toBeGreaterThanOrEqual(now - 5_000);
  });
});
