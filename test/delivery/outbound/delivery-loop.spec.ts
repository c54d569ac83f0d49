// Several workers, slow destinations and the loop itself (reliability.md A4, A6, D5, D8): who sends what when not
// everybody is well. Real PostgreSQL, scripted channels.
import { afterEach, describe, expect, it } from '@jest/globals';
import { hookFaultPoint } from '../../../src/engine/fault-points.js';
import type { SendResult } from '../../../src/delivery/outbound/channel.js';
import { HOUR, resolve } from '../../support/engine.js';
import {
  DELIVERED,
  NOT_ARRIVED,
  ScriptedChannel,
  startSendingHouse,
  type SendingHouse,
} from './sending-house.js';

const SECOND = 1_000;

const houses: SendingHouse[] = [];
async function aHouse(...options: Parameters<typeof startSendingHouse>): Promise<SendingHouse> {
  const house = await startSendingHouse(...options);
  houses.push(house);
  return house;
}
afterEach(async () => {
  hookFaultPoint('after-send', null);
  for (const house of houses.splice(0).reverse()) await house.close();
});

describe('two workers', () => {
  it('never send one message twice', async () => {
    const house = await aHouse();
    const others = [await house.another(), await house.another()];
    houses.push(...others);
    const opened = Array.from({ length: 200 }, async (_, n) =>
      house.open(await house.customer({ email: `c@host${n}.test` })),
    );
    const ids = (await Promise.all(opened)).map(({ id }) => id);
    await house.base.sql(`UPDATE manual_clock SET now_at = now_at + interval '1 minute'`);
    // Small claims one after the other, side by side: many of them look while another takes.
    const drain = async ({ queue }: SendingHouse): Promise<number> => {
      let claims = 0;
      while ((await queue.runDue(3)) > 0) claims += 1;
      return claims;
    };
    const workers = [house, ...others];
    const claims = await Promise.all(workers.flatMap((each) => [drain(each), drain(each), drain(each)]));
    await house.deliveries.drainDue();
    expect(claims.filter((count) => count > 0).length).toBeGreaterThan(3);
    expect(house.email.taken.map(({ message }) => message.caseId).sort()).toEqual(ids.sort());
  });

  it('leave a case alone whose message is under way with another, however urgent the next one is', async () => {
    const house = await aHouse();
    const other = await house.another();
    houses.push(other);
    const { id } = await house.open(await house.customer(), 'P1');
    let answer: (result: SendResult) => void = () => undefined;
    house.email.script = () => new Promise((resolveSend) => (answer = resolveSend));
    const first = house.queue.runDue(8);
    await until(() => house.email.taken.length === 1);
    await house.message(id);
    expect(await other.queue.runDue(8)).toBe(0);
    house.email.script = () => DELIVERED;
    answer(DELIVERED);
    await first;
    expect(await other.queue.runDue(8)).toBe(1);
    expect(house.email.keysOf(id)).toEqual([['case.opened'], ['case.messaged']]);
  });

  it('take over from one that died between sending and noting it: the same message, the same key', async () => {
    const house = await aHouse();
    const { id } = await house.open(await house.customer());
    hookFaultPoint('after-send', () => Promise.reject(new Error('killed')));
    await house.base.sql(`UPDATE manual_clock SET now_at = now_at + interval '1 minute'`);
    await house.queue.runDue(8);
    hookFaultPoint('after-send', null);
    await house.message(id);
    const other = await house.another();
    houses.push(other);
    await other.after(89 * SECOND);
    expect(house.email.taken).toHaveLength(1);
    await other.after(HOUR);
    expect(house.email.keysOf(id)).toEqual([['case.opened'], ['case.opened'], ['case.messaged']]);
    expect(new Set(house.email.taken.slice(0, 2).map(({ message }) => message.dedupeKey)).size).toBe(1);
    expect(await house.attempts(id)).toMatchObject([
      { seq: 1, n: 1, ended_at: null },
      { seq: 1, n: 2, result: 'delivered' },
      { seq: 2, n: 1, result: 'delivered' },
    ]);
  });

  it('let the one that was stopped too long lose: it changes nothing when it comes back', async () => {
    const house = await aHouse();
    const { id } = await house.open(await house.customer());
    const other = await house.another([new ScriptedChannel()]);
    houses.push(other);
    let comeBack: (result: SendResult) => void = () => undefined;
    house.email.script = () => new Promise((resolveSend) => (comeBack = resolveSend));
    await house.base.sql(`UPDATE manual_clock SET now_at = now_at + interval '1 minute'`);
    const stopped = house.queue.runDue(8);
    await until(() => house.email.taken.length === 1);
    await house.base.sql(`UPDATE manual_clock SET now_at = now_at + interval '90 seconds'`);
    other.email.script = () => NOT_ARRIVED;
    await other.queue.runDue(8);
    comeBack(DELIVERED);
    await stopped;
    expect(await house.notices(id)).toMatchObject([{ status: 'pending', attempts: 2 }]);
    expect(house.queue.counts.delivered).toBe(0);
    expect(await house.attempts(id)).toMatchObject([
      { n: 1, result: 'delivered' },
      { n: 2, result: 'notArrived' },
    ]);
  });
});

describe('a slow destination', () => {
  it('holds up nobody else: two of its messages are under way, the rest of the world is served', async () => {
    const house = await aHouse();
    const slow = [];
    for (let n = 0; n < 20; n += 1)
      slow.push(await house.open(await house.customer({ email: `c${n}@slow.test` })));
    const fast = [];
    for (let n = 0; n < 20; n += 1)
      fast.push((await house.open(await house.customer({ email: `c${n}@fast${n % 7}.test` }))).id);
    const held: ((result: SendResult) => void)[] = [];
    house.email.script = ({ address }) =>
      address.endsWith('@slow.test') ? new Promise((resolveSend) => held.push(resolveSend)) : DELIVERED;
    await house.base.sql(`UPDATE manual_clock SET now_at = now_at + interval '1 minute'`);
    house.deliveries.start();
    await until(
      () => house.email.taken.filter(({ address }) => !address.endsWith('@slow.test')).length === 20,
    );
    expect(held).toHaveLength(2);
    house.email.script = () => DELIVERED;
    while (held.length > 0) held.pop()?.(DELIVERED);
    await until(() => house.queue.counts.delivered === 40);
    expect(new Set(house.email.taken.map(({ message }) => message.caseId)).size).toBe(40);
  });
});

describe('the loop', () => {
  it('sends by itself what has just been committed', async () => {
    const house = await aHouse({ clock: 'system' });
    house.deliveries.start();
    const { id } = await house.open(await house.customer(), 'P1');
    await until(() => house.email.taken.length === 1);
    await house.send(id, resolve());
    await until(() => house.email.taken.length === 2);
    expect(house.email.keysOf(id)).toEqual([['case.opened'], ['case.resolved']]);
  });
});

/** Looks again and again while the loops of this process do their work; Jest's own limit ends a test that hangs. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((again) => setImmediate(again));
}
