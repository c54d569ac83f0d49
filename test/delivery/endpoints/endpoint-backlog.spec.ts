// A receiver that was away is told quickly of what it missed, although each case is told in order.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { note } from '../../support/engine.js';
import { EndpointHouse } from './endpoint-house.js';
import { Receiver } from './receiver.js';

const CASES = 3;
const NOTES = 12;

let house: EndpointHouse;
let receiver: Receiver;
beforeEach(async () => {
  house = await EndpointHouse.start();
  receiver = await Receiver.start();
});
afterEach(async () => {
  await receiver.close();
  await house.close();
});

async function due(): Promise<number> {
  const [row] = await house.base.sql<{ due: number }>(
    `SELECT count(*)::integer AS due FROM endpoint_deliveries WHERE status = 'pending' AND next_attempt_at <= ${house.base.now}`,
  );
  return row?.due ?? 0;
}

describe('a backlog of a few cases', () => {
  it('is put off whole behind the first entry of each case, so that no claim is spent on what must wait', async () => {
    await house.listenTo(receiver);
    for (let n = 0; n < CASES; n += 1) {
      const { id } = await house.open();
      for (let entry = 0; entry < NOTES; entry += 1) await house.send(id, note(`remark ${entry}`));
    }
    expect(await due()).toBe(CASES * (NOTES + 1));
    let told = 0;
    for (let round = 0; round < 2 * CASES; round += 1) told += await house.queue.runDue(32);
    // What is due now are the entries behind those that have arrived, and nothing else.
    expect(await due()).toBe(CASES);
    expect(told + (await house.drain())).toBe(CASES * (NOTES + 1));
    expect(receiver.take()).toHaveLength(CASES * (NOTES + 1));
  });
});
