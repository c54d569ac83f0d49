// The customer's wishes on the way of a real message: put off and told anew later, kept from them for a stated reason,
// or waiting for the next day. What is decided when is told in send-decision.spec.ts.
import { afterEach, describe, expect, it } from '@jest/globals';
import { AGENT, HOUR, MORNING } from '../../support/engine.js';
import {
  fates,
  NOT_ARRIVED,
  DELIVERED,
  ScriptedChannel,
  startSendingHouse,
  type SendingHouse,
} from './sending-house.js';

const MINUTE = 60_000;
/** 09:00 UTC is 17:00 in Shanghai. */
const EVENING = { quietHours: { from: '17:00', to: '08:00' } };

const houses: SendingHouse[] = [];
async function aHouse(...options: Parameters<typeof startSendingHouse>): Promise<SendingHouse> {
  const house = await startSendingHouse(...options);
  houses.push(house);
  return house;
}
afterEach(async () => {
  for (const house of houses.splice(0)) await house.close();
});

describe('a message in quiet hours', () => {
  it('is told in the morning, with what has happened since', async () => {
    const house = await aHouse();
    const customerId = await house.customer({ timeZone: 'Asia/Shanghai', preferences: EVENING });
    const { id } = await house.open(customerId);
    await house.after(MINUTE);
    expect(house.email.keysOf(id)).toEqual([['case.opened']]);
    await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
    await house.after(HOUR);
    await house.base.sql(`UPDATE customers SET email = 'new@example.test' WHERE id = $1`, [customerId]);
    expect(house.email.taken).toHaveLength(1);
    expect(await house.notices(id)).toMatchObject([
      { status: 'delivered' },
      { status: 'pending', attempts: 1, next_attempt_at: MORNING + 15 * HOUR },
    ]);
    await house.after(15 * HOUR);
    expect(house.email.taken.at(-1)).toMatchObject({ address: 'new@example.test', keys: ['case.started'] });
    expect(await house.attempts(id)).toMatchObject([
      { seq: 1, result: 'delivered' },
      { seq: 2, n: 1, result: 'putOff', code: 'quiet-hours' },
      { seq: 2, n: 2, result: 'delivered' },
    ]);
  });

  it('goes with the first that may pass, which says both', async () => {
    const house = await aHouse();
    const { id } = await house.open(
      await house.customer({ timeZone: 'Asia/Shanghai', preferences: EVENING }),
    );
    await house.after(MINUTE);
    await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
    await house.after(HOUR);
    await house.send(id, { type: 'case.ask', actor: AGENT, question: 'Which colour?', waitUntilAt: null });
    await house.after(MINUTE);
    expect(house.email.keysOf(id)).toEqual([['case.opened'], ['case.started', 'case.questionAsked']]);
  });

  it('loses none of its tries by waiting', async () => {
    const house = await aHouse();
    house.email.script = ({ keys }) => (keys.includes('case.started') ? NOT_ARRIVED : DELIVERED);
    const { id } = await house.open(
      await house.customer({ timeZone: 'Asia/Shanghai', preferences: EVENING }),
    );
    await house.after(MINUTE);
    await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
    await house.after(15 * HOUR - MINUTE);
    // The first try of all that counts: half a minute until the next.
    expect(await house.notices(id)).toMatchObject([
      {},
      { attempts: 2, next_attempt_at: MORNING + 15 * HOUR + MINUTE / 2 },
    ]);
  });
});

describe('a message that nobody wants', () => {
  it('is kept from who opted out, and the ledger says why', async () => {
    const house = await aHouse({ channels: [new ScriptedChannel('email'), new ScriptedChannel('sms')] });
    const { id } = await house.open(
      await house.customer({ phone: '+49 30 1', preferences: { optOut: ['email'] } }),
    );
    await house.after(MINUTE);
    expect(fates(await house.notices(id))).toEqual(['1 suppressed (opted-out)']);
    expect(fates(await house.notices(id, 'sms'))).toEqual(['1 delivered']);
    expect(house.queue.counts).toMatchObject({ delivered: 1, suppressed: 1 });
  });

  it('has no address to go to', async () => {
    const house = await aHouse();
    const { id } = await house.open(await house.customer({ email: null }));
    const nobody = await house.open('01900000-0000-7000-8000-00000000dead');
    await house.after(MINUTE);
    expect(fates(await house.notices(id))).toEqual(['1 suppressed (no-address)']);
    expect(fates(await house.notices(nobody.id))).toEqual(['1 suppressed (no-address)']);
  });
});

describe('an address that is told too much', () => {
  it('waits for the next day; nothing is lost and nobody else waits', async () => {
    const house = await aHouse({ policy: { messagesPerAddressAndDay: 3 } });
    const customerId = await house.customer({ email: 'Busy@Example.test' });
    const { id } = await house.open(customerId);
    for (let n = 0; n < 4; n += 1) {
      await house.after(MINUTE);
      await house.message(id, `news ${n}`);
    }
    const other = await house.open(await house.customer({ email: 'calm@example.test' }));
    await house.after(HOUR);
    expect(house.email.keysOf(id)).toHaveLength(3);
    expect(house.email.keysOf(other.id)).toHaveLength(1);
    await house.after(14 * HOUR);
    expect(house.email.keysOf(id).slice(3)).toEqual([['case.messaged', 'case.messaged']]);
    expect(await house.base.sql('SELECT channel, day::text, sent FROM sent_today ORDER BY sent')).toEqual([
      { channel: 'email', day: '2026-03-02', sent: 1 },
      { channel: 'email', day: '2026-03-03', sent: 1 },
    ]);
  });
});
