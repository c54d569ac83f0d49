import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { hookFaultPoint } from '../../src/engine/fault-points.js';
import { sweepAnswers } from '../../src/engine/idempotency.js';
import {
  AGENT,
  aKey,
  aRequest,
  DAY,
  escalateTo,
  MORNING,
  note,
  openCommand,
  startTestEngine,
  type TestEngine,
} from '../support/engine.js';

const LATER = { requestHash: 'same' };

describe('an idempotency key', () => {
  let house: TestEngine;
  beforeAll(async () => {
    house = await startTestEngine();
  });
  afterAll(() => house.close());
  afterEach(() => hookFaultPoint('before-commit', null));

  const keyed = (key: string, requestHash = 'same') => aRequest({ idempotencyKey: key, requestHash });
  const entries = async (caseId: string): Promise<number> =>
    (await house.sql('SELECT 1 FROM journal WHERE case_id = $1', [caseId])).length;

  it('gives the first answer again, byte for byte, even when the case has moved on', async () => {
    const { id } = await house.open();
    const key = aKey();
    const first = await house.engine.send(id, note(), keyed(key));
    await house.send(id, note('later'));
    const again = await house.engine.send(id, note(), keyed(key));
    expect(first).toMatchObject({ kind: 'done', replayed: false });
    expect(again).toEqual({ kind: 'replayed', answer: (first as { answer: unknown }).answer });
    expect(again).toMatchObject({ answer: { status: 201, body: JSON.stringify({ id, revision: 2 }) } });
    expect(await entries(id)).toBe(3);
  });

  it('gives the first answer again although the revision that was asked for is gone', async () => {
    const { id } = await house.open();
    const key = aKey();
    await house.engine.send(id, note(), { ...keyed(key), ifMatch: 1 });
    const again = await house.engine.send(id, note(), { ...keyed(key), ifMatch: 1 });
    expect(again.kind).toBe('replayed');
  });

  it('opens one case only', async () => {
    const key = aKey();
    const first = await house.engine.open(openCommand(), keyed(key));
    const again = await house.engine.open(openCommand(), keyed(key));
    expect(again).toEqual({ kind: 'replayed', answer: (first as { answer: unknown }).answer });
  });

  it('is refused for another request, and for another case', async () => {
    const [{ id }, other] = [await house.open(), await house.open()];
    const key = aKey();
    await house.engine.send(id, note(), keyed(key, 'one'));
    expect(await house.engine.send(id, note('x'), keyed(key, 'two'))).toEqual({ kind: 'keyReused' });
    expect(await house.engine.send(other.id, note(), keyed(key, 'three'))).toEqual({ kind: 'keyReused' });
    expect(await entries(other.id)).toBe(1);
  });

  it('belongs to its principal alone', async () => {
    const { id } = await house.open();
    const key = aKey();
    await house.engine.send(id, note(), { ...keyed(key), principal: 'one' });
    const theirs = await house.engine.send(id, note(), { ...keyed(key), principal: 'two' });
    expect(theirs.kind).toBe('done');
  });

  it('keeps a refusal: the same no, although it would now be a yes', async () => {
    const { id } = await house.open();
    const key = aKey();
    const accept = { type: 'case.accept', actor: { kind: 'member', id: 'm', department: 'sales' } } as const;
    await house.send(id, escalateTo('finance'));
    const hidden = await house.engine.send(id, accept, keyed(key));
    expect(hidden.kind).toBe('notFound');
    const clear = {
      type: 'case.clearAttention',
      actor: { kind: 'manager', id: 'm' },
      reason: 'seen',
    } as const;
    const first = await house.engine.send(id, clear, {
      ...keyed(key),
      renderRefusal: ({ code }, current) => ({
        status: 409,
        body: { code, revision: current?.revision },
        headers: { 'content-type': 'application/problem+json' },
      }),
    });
    expect(first).toMatchObject({ kind: 'refused', refusal: { code: 'attention-not-raised' } });
    await house.send(id, { type: 'case.raiseAttention', actor: AGENT, reason: 'stuck' });
    const again = await house.engine.send(id, clear, keyed(key));
    expect(again).toEqual({ kind: 'replayed', answer: (first as { answer: unknown }).answer });
    expect(again).toMatchObject({
      answer: { status: 409, body: JSON.stringify({ code: 'attention-not-raised', revision: 2 }) },
    });
  });

  it('under way in this process answers so at once, and replays when it is done', async () => {
    const { id } = await house.open();
    const key = aKey();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    hookFaultPoint('before-commit', () => held);
    const first = house.engine.send(id, note(), keyed(key));
    expect(await house.engine.send(id, note(), keyed(key))).toEqual({ kind: 'keyInProgress' });
    release();
    expect((await first).kind).toBe('done');
    expect((await house.engine.send(id, note(), keyed(key))).kind).toBe('replayed');
  });

  it('sent to two nodes at once has one effect and one answer', async () => {
    const other = await house.another();
    const { id } = await house.open();
    for (let round = 0; round < 15; round += 1) {
      const key = aKey();
      const outcomes = await Promise.all([
        house.engine.send(id, note(key), keyed(key)),
        other.engine.send(id, note(key), keyed(key)),
      ]);
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'replayed']);
      const [one, two] = outcomes.map((outcome) => (outcome as { answer: unknown }).answer);
      expect(one).toEqual(two);
    }
    expect(await entries(id)).toBe(16);
    await other.close();
  });

  it('sent with two openings to two nodes at once opens one case', async () => {
    const other = await house.another();
    const before = (await house.sql('SELECT 1 FROM cases')).length;
    const key = aKey();
    const outcomes = await Promise.all(
      [house, other].map((node) => node.engine.open(openCommand(), keyed(key))),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'replayed']);
    expect(await house.sql('SELECT 1 FROM cases')).toHaveLength(before + 1);
    await other.close();
  });

  it('stands on exactly one journal entry', async () => {
    const { id } = await house.open();
    const key = aKey();
    await house.engine.send(id, note(), keyed(key));
    expect(await house.sql('SELECT seq FROM audit.journal WHERE command_key = $1', [key])).toEqual([
      { seq: 2 },
    ]);
    expect(
      await house.sql('SELECT case_id, status, request_hash FROM audit.command WHERE idempotency_key = $1', [
        key,
      ]),
    ).toEqual([{ case_id: id, status: 201, request_hash: 'same' }]);
  });

  it('is remembered for a day at least, and forgotten a few at a time', async () => {
    const [{ id }, key] = [await house.open(), aKey()];
    await house.engine.send(id, note(), keyed(key));
    await house.loop.advanceTo(MORNING + 1.9 * DAY);
    expect(await sweepAnswers(house.pool, house.now)).toBe(0);
    expect((await house.engine.send(id, note(), keyed(key, LATER.requestHash))).kind).toBe('replayed');
    await house.loop.advanceTo(MORNING + 2.1 * DAY);
    expect(await sweepAnswers(house.pool, house.now, 3)).toBe(3);
    while ((await sweepAnswers(house.pool, house.now)) > 0);
    expect(await house.sql('SELECT 1 FROM commands')).toEqual([]);
  });
});

describe('an inbound message id', () => {
  let house: TestEngine;
  beforeAll(async () => {
    house = await startTestEngine();
  });
  afterAll(() => house.close());

  it('is recorded once per case, whatever the order and however often it is delivered', async () => {
    const [{ id }, other] = [await house.open(), await house.open()];
    const reply = (caseId: string, messageId: string) =>
      house.engine.send(
        caseId,
        {
          type: 'case.reply',
          actor: { kind: 'service', id: 'mail' },
          text: messageId,
          channel: 'email',
          messageId,
          automatic: false,
        },
        aRequest({ messageId }),
      );
    const kinds = await Promise.all(
      ['a', 'b', 'a', 'b', 'a'].map(async (each) => (await reply(id, each)).kind),
    );
    expect(kinds.sort()).toEqual(['done', 'done', 'refused', 'refused', 'refused']);
    expect(await reply(id, 'a')).toMatchObject({ kind: 'refused', refusal: { code: 'duplicate-message' } });
    expect((await reply(other.id, 'a')).kind).toBe('done');
  });

  it('counts from its message time, within the last event and now', async () => {
    const { id } = await house.open();
    const reply = async (occurredAt: number) => {
      const command = {
        type: 'case.reply',
        actor: { kind: 'service', id: 'mail' },
        text: 'hello',
        channel: 'email',
        messageId: null,
        automatic: false,
      } as const;
      return (await house.send(id, command, { occurredAt })).context.lastEventAt;
    };
    await house.loop.advanceTo(MORNING + DAY);
    expect(await reply(MORNING + DAY / 2)).toBe(MORNING + DAY / 2);
    expect(await reply(MORNING)).toBe(MORNING + DAY / 2);
    expect(await reply(MORNING + 2 * DAY)).toBe(MORNING + DAY);
  });
});
