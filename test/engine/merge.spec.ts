import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Case } from '../../src/domain/case.js';
import { AGENT, aKey, aRequest, note, SALES, startTestEngine, type TestEngine } from '../support/engine.js';

describe('a merge', () => {
  let house: TestEngine;
  let other: TestEngine;
  beforeAll(async () => {
    house = await startTestEngine();
    other = await house.another();
  });
  afterAll(async () => {
    await other.close();
    await house.close();
  });

  const into = (primary: Case) =>
    ({ type: 'case.merge', actor: AGENT, primaryCaseId: primary.id, reason: 'same parcel' }) as const;
  const lastEntries = (ids: string[]) =>
    house.sql(
      `SELECT DISTINCT ON (case_id) type, command_key FROM journal WHERE case_id = ANY ($1)
       ORDER BY case_id, seq DESC`,
      [ids],
    );

  it('writes both cases together, and the key on the addressed one alone', async () => {
    const [secondary, primary] = [await house.open(), await house.open()];
    const key = aKey();
    const request = aRequest({ idempotencyKey: key, requestHash: 'h' });
    const outcome = await house.engine.merge(secondary.id, into(primary), request);
    expect(outcome).toMatchObject({ kind: 'done', case: { id: secondary.id, state: 'merged' } });
    expect(await lastEntries([secondary.id, primary.id])).toEqual([
      { type: 'case.merged', command_key: key },
      { type: 'case.absorbed', command_key: null },
    ]);
    expect((await house.engine.read(primary.id))?.context.absorbed).toEqual([secondary.id]);
    expect((await house.engine.merge(secondary.id, into(primary), request)).kind).toBe('replayed');
  });

  it('is all or nothing when the other case moves on in between', async () => {
    const [secondary, primary] = [await house.open(), await house.open()];
    await Promise.all([
      house.engine.merge(secondary.id, into(primary), aRequest()),
      ...Array.from({ length: 10 }, () => other.send(primary.id, note())),
    ]);
    const [after, kept] = [await house.engine.read(secondary.id), await house.engine.read(primary.id)];
    expect(after?.state).toBe('merged');
    expect(kept).toMatchObject({ revision: 12, context: { absorbed: [secondary.id] } });
  });

  it('in both directions at once on two nodes lets one win and stays free of a circle', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [one, two] = [await house.open(), await house.open()];
      const outcomes = await Promise.all([
        house.engine.merge(one.id, into(two), aRequest()),
        other.engine.merge(two.id, into(one), aRequest()),
      ]);
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
      const states = await house.sql<{ state: string }>('SELECT state FROM cases WHERE id = ANY ($1)', [
        [one.id, two.id],
      ]);
      expect(states.map(({ state }) => state).sort()).toEqual(['merged', 'received']);
    }
  });

  it.each([
    ['into itself', 'merge-into-itself', (mine: Case) => mine.id],
    ['into a case that does not exist', 'primary-not-open', () => '01900000-0000-7000-8000-00000000dead'],
    ['into something that is no id at all', 'primary-not-open', () => 'x'],
  ])('%s is refused and writes nothing', async (_what, code, primaryOf) => {
    const secondary = await house.open();
    const command = { ...into(secondary), primaryCaseId: primaryOf(secondary) };
    const outcome = await house.engine.merge(secondary.id, command, aRequest());
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code } });
    expect(await lastEntries([secondary.id])).toEqual([{ type: 'case.opened', command_key: null }]);
  });

  it('into an ended case is refused and leaves both as they were', async () => {
    const [secondary, primary] = [await house.open(), await house.open()];
    await house.send(primary.id, { type: 'case.withdraw', actor: AGENT, reason: 'changed their mind' });
    const outcome = await house.engine.merge(secondary.id, into(primary), aRequest());
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'primary-not-open' } });
    expect((await house.engine.read(primary.id))?.revision).toBe(2);
  });

  it('of a case that the actor may not see is not found', async () => {
    const [secondary, primary] = [await house.open(), await house.open()];
    const outcome = await house.engine.merge(secondary.id, { ...into(primary), actor: SALES }, aRequest());
    expect(outcome).toEqual({ kind: 'notFound' });
  });
});
