// A clock moved by hand: PUT /clock comes back when every deadline and every delivery due by then is done, in the order
// in which they are due, and whatever fails it comes back.
import { afterEach, describe, expect, it } from '@jest/globals';
import { hookFaultPoint } from '../../../src/engine/fault-points.js';
import { AGENT, DAY, HOUR, MORNING } from '../../support/engine.js';
import { DELIVERED, NOT_ARRIVED, PERHAPS, startSendingHouse, type SendingHouse } from './sending-house.js';

const MINUTE = 60_000;

let house: SendingHouse;
afterEach(async () => {
  hookFaultPoint('after-send', null);
  await house.close();
});

async function waiting(): Promise<string> {
  const { id } = await house.open(await house.customer());
  await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
  await house.send(id, { type: 'case.ask', actor: AGENT, question: 'Which colour?', waitUntilAt: null });
  return id;
}

describe('a move of the clock', () => {
  it('stops at each delivery and each deadline in turn, so that each happens at its own time', async () => {
    house = await startSendingHouse();
    const id = await waiting();
    await house.after(30 * DAY);
    const told = house.email.taken.map(({ message, keys }) => [
      keys.at(-1),
      (message.now - MORNING - 30_000) / DAY,
    ]);
    expect(told).toEqual([
      ['case.questionAsked', 0],
      ['case.waitReminded', 2],
      ['case.waitReminded', 4],
      ['case.waitExpired', 7],
      ['case.confirmationReminded', 9],
      ['case.closedUnopposed', 12],
    ]);
    expect((await house.notices(id)).filter(({ status }) => status === 'pending')).toEqual([]);
    expect(await house.now()).toBe(MORNING + 30 * DAY);
  });

  it('delivers what is due already when it is moved to where it stands', async () => {
    house = await startSendingHouse();
    await house.open(await house.customer(), 'P1');
    await house.after(0);
    expect(house.email.taken).toHaveLength(1);
  });

  it('comes back although a delivery fails each time', async () => {
    house = await startSendingHouse();
    house.email.script = () => (house.email.taken.length % 2 === 0 ? NOT_ARRIVED : PERHAPS);
    const id = await waiting();
    await house.after(2 * HOUR);
    const tries = house.email.taken.length;
    expect(tries).toBeGreaterThan(8);
    expect(tries).toBeLessThan(25);
    expect((await house.notices(id)).at(-1)).toMatchObject({ status: 'pending', attempts: tries });
  });

  it('comes back although nobody notes what becomes of a delivery', async () => {
    house = await startSendingHouse();
    hookFaultPoint('after-send', () => Promise.reject(new Error('killed')));
    await waiting();
    await house.after(5 * MINUTE - 1);
    expect(house.email.taken).toHaveLength(3);
  });

  it('waits for what the loop has under way, so that nothing is sent twice', async () => {
    house = await startSendingHouse();
    let answer: () => void = () => undefined;
    house.email.script = () => new Promise((resolveSend) => (answer = () => resolveSend(DELIVERED)));
    await house.open(await house.customer(), 'P1');
    house.deliveries.start();
    while (house.email.taken.length === 0) await new Promise((again) => setImmediate(again));
    const moved = house.after(HOUR);
    expect(await Promise.race([moved.then(() => 'moved'), tenTurns()])).toBe('waiting');
    expect(await house.now()).toBe(MORNING);
    answer();
    await moved;
    expect(house.email.taken).toHaveLength(1);
  });
});

/** Long enough for several statements. */
async function tenTurns(): Promise<string> {
  for (let n = 0; n < 10; n += 1) await house.now();
  return 'waiting';
}
