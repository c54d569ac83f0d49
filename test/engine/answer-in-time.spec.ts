/** A write that hangs (no standby confirms it): its caller hears in time, and its key finds out what became of it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { hookFaultPoint } from '../../src/engine/fault-points.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';
import { aKey, aRequest, note, startTestEngine, type TestEngine } from '../support/engine.js';

const IN_TIME_MS = 5_000;

describe('a command whose commit hangs', () => {
  let house: TestEngine;
  beforeAll(async () => {
    house = await startTestEngine();
  });
  afterAll(() => house.close());
  afterEach(() => hookFaultPoint('before-commit', null));

  it('is answered in time, and so is each behind it; the key then finds the one effect', async () => {
    const { id } = await house.open();
    const request = aRequest({ idempotencyKey: aKey(), requestHash: 'h' });
    let confirm: () => void = () => undefined;
    const confirmed = new Promise<void>((resolve) => (confirm = resolve));
    hookFaultPoint('before-commit', () => confirmed);
    const from = performance.now();
    const answers = await Promise.allSettled([
      house.engine.send(id, note(), request),
      house.engine.send(id, note(), aRequest({ idempotencyKey: aKey(), requestHash: 'h' })),
    ]);
    expect(performance.now() - from).toBeLessThan(IN_TIME_MS);
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(DependencyUnavailable) });
    expect((await house.engine.send(id, note(), request)).kind).toBe('keyInProgress');
    hookFaultPoint('before-commit', null);
    confirm();
    expect((await untilItsTurn(() => house.engine.send(id, note(), request))).kind).toBe('replayed');
    const entries = await house.sql('SELECT seq FROM journal WHERE command_key = $1', [
      request.idempotencyKey,
    ]);
    expect(entries).toHaveLength(1);
  });
});

async function untilItsTurn<T extends { readonly kind: string }>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer.kind !== 'keyInProgress') return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
