// One case that is flooded: those who flood it are told so, everybody else is served (reliability.md F12).
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CaseBusy, WAITING_MAX } from '../../src/engine/case-lanes.js';
import { hookFaultPoint } from '../../src/engine/fault-points.js';
import { toProblem } from '../../src/http/problems/to-problem.js';
import { aKey, aRequest, note, startTestEngine, type TestEngine } from '../support/engine.js';

describe('a case with more commands than may wait for it', () => {
  let house: TestEngine;
  beforeAll(async () => {
    house = await startTestEngine();
  });
  afterAll(() => house?.close());
  afterEach(() => hookFaultPoint('before-step', null));

  /** Holds the first command that comes until it is let go. */
  function holdFirst(): { readonly held: Promise<void>; letGo(): void } {
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const held = new Promise<void>((resolve) => {
      hookFaultPoint('before-step', async () => {
        hookFaultPoint('before-step', null);
        resolve();
        await gate;
      });
    });
    return { held, letGo };
  }

  it('turns further ones away at once, serves other cases, lets time act, and does all that it took', async () => {
    const [flooded, other] = [await house.open(), await house.open()];
    const keyed = (key: string) => aRequest({ idempotencyKey: key, requestHash: 'h' });
    const { held, letGo } = holdFirst();
    const first = house.engine.send(flooded.id, note('first'), aRequest());
    await held;
    const keys = Array.from({ length: WAITING_MAX + 50 }, aKey);
    const sent = keys.map((key) => house.engine.send(flooded.id, note(), keyed(key)));
    const late = await Promise.allSettled(sent.slice(WAITING_MAX));
    expect(late.every((each) => each.status === 'rejected' && each.reason instanceof CaseBusy)).toBe(true);
    const fired = house.engine.fire(flooded.id);
    expect((await house.engine.send(other.id, note(), aRequest())).kind).toBe('done');
    letGo();
    expect((await first).kind).toBe('done');
    expect(await fired).toBe(0);
    const taken = await Promise.all(sent.slice(0, WAITING_MAX));
    expect(taken.every(({ kind }) => kind === 'done')).toBe(true);
    const [row] = await house.sql('SELECT max(seq) AS n FROM journal WHERE case_id = $1', [flooded.id]);
    expect(row).toEqual({ n: WAITING_MAX + 2 });
    // Whoever was turned away comes again with the same key, and is served once.
    const again = keys[WAITING_MAX] as string;
    expect((await house.engine.send(flooded.id, note(), keyed(again))).kind).toBe('done');
    expect((await house.engine.send(flooded.id, note(), keyed(again))).kind).toBe('replayed');
  });

  it('says so as 429, and when to come back', () => {
    const { status, code, parts } = toProblem(new CaseBusy());
    expect([status, code, parts.headers?.['retry-after']]).toEqual([429, 'case-busy', '1']);
  });
});
