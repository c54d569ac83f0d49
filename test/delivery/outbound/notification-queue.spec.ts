// What becomes of a message between the commit that wrote it and the customer (reliability.md A4, A6, D5–D11), on real
// PostgreSQL with a channel that does what each test scripts.
import { afterEach, describe, expect, it } from '@jest/globals';
import { hookFaultPoint } from '../../../src/engine/fault-points.js';
import type { SendResult } from '../../../src/delivery/outbound/channel.js';
import { MessageResends } from '../../../src/delivery/outbound/message-resends.js';
import { AGENT, escalateTo, HOUR, MORNING } from '../../support/engine.js';
import {
  BAD_ADDRESS,
  DELIVERED,
  fates,
  NOT_ARRIVED,
  PERHAPS,
  REFUSED,
  startSendingHouse,
  type SendingHouse,
} from './sending-house.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

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

describe('a message', () => {
  it('is written with its transition and sent when the time for company has passed', async () => {
    const house = await aHouse();
    const { id } = await house.open(await house.customer());
    expect(await house.notices(id)).toMatchObject([
      { seq: 1, key: 'case.opened', status: 'pending', next_attempt_at: MORNING + 30 * SECOND },
    ]);
    await house.after(29 * SECOND);
    expect(house.email.taken).toEqual([]);
    await house.after(SECOND);
    expect(house.email.keysOf(id)).toEqual([['case.opened']]);
    expect(fates(await house.notices(id))).toEqual(['1 delivered']);
    expect(house.queue.counts).toMatchObject({ delivered: 1, failed: 0 });
  });

  it('of the highest priority waits for nothing', async () => {
    const house = await aHouse();
    const { id } = await house.open(await house.customer(), 'P1');
    await house.after(0);
    expect(house.email.keysOf(id)).toEqual([['case.opened']]);
  });

  it('says everything that the channel needs, in the customer’s language', async () => {
    const house = await aHouse();
    const customerId = await house.customer({ locale: 'zh-HK', timeZone: 'Asia/Hong_Kong' });
    const current = await house.open(customerId);
    await house.after(MINUTE);
    const [{ message, address } = { message: null, address: null }] = house.email.taken;
    expect(address).toBe('mei@example.test');
    expect(message).toMatchObject({
      caseId: current.id,
      subject: 'Wrong colour delivered',
      priority: 'P3',
      recipient: { customerId, name: 'Mei Chen', locale: 'zh-TW', timeZone: 'Asia/Hong_Kong' },
      updates: [{ seq: 1, key: 'case.opened', params: {}, at: MORNING }],
      statusUrl: `https://cases.test/s/${current.id}.1`,
      dedupeKey: `${current.id}.1.email`,
      earlierMessageIds: [],
      now: MORNING + 30 * SECOND,
    });
    expect(message?.number).toMatch(/\S/);
  });

  it('reads the account’s language, then the installation’s, where the customer has named none', async () => {
    const house = await aHouse({ policy: { accountLocales: { Acme: 'zh-CN' }, defaultLocale: 'zh-TW' } });
    for (const account of ['Acme', 'constructor', null])
      await house.open(await house.customer({ account, email: `${account}@example.test` }));
    await house.after(MINUTE);
    const locales = house.email.taken.map(({ address, message }) => [address, message.recipient.locale]);
    expect(Object.fromEntries(locales)).toEqual({
      'Acme@example.test': 'zh-CN',
      'constructor@example.test': 'zh-TW',
      'null@example.test': 'zh-TW',
    });
  });

  it('tells quick successive steps at once, and the ledger says which message covered which', async () => {
    const house = await aHouse();
    const { id } = await house.open(await house.customer());
    await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
    await house.send(id, escalateTo('sales'));
    await house.after(HOUR / 2);
    expect(house.email.keysOf(id)).toEqual([['case.opened', 'case.started', 'case.escalated']]);
    expect(fates(await house.notices(id))).toEqual(['1 covered by 3', '2 covered by 3', '3 delivered']);
  });

  it('names the earlier ones of its case, so that a mail program shows one thread', async () => {
    const house = await aHouse();
    house.email.script = ({ message }) =>
      ({ ...DELIVERED, messageId: `<${message.dedupeKey}>` }) as SendResult;
    const { id } = await house.open(await house.customer());
    await house.after(MINUTE);
    await house.message(id);
    await house.after(MINUTE);
    expect(house.email.taken.map(({ message }) => message.earlierMessageIds)).toEqual([
      [],
      [`<${id}.1.email>`],
    ]);
  });

  it('goes to the record that goes on when two customers were one', async () => {
    const house = await aHouse();
    const [gone, stays] = [await house.customer({ email: 'old@example.test' }), await house.customer()];
    await house.open(gone);
    await house.base.sql(
      `UPDATE customers SET merged_into = $2, merged_at = now(), merged_by = 'x', merge_reason = 'same' WHERE id = $1`,
      [gone, stays],
    );
    await house.after(MINUTE);
    expect(house.email.taken.map(({ address }) => address)).toEqual(['mei@example.test']);
  });
});

describe('a message that does not get through', () => {
  it('is tried again later, and counts each try', async () => {
    const house = await aHouse();
    house.email.script = () => (house.email.taken.length < 3 ? NOT_ARRIVED : DELIVERED);
    const { id } = await house.open(await house.customer());
    await house.after(10 * MINUTE);
    expect(await house.attempts(id)).toMatchObject([
      { n: 1, result: 'notArrived', code: '451' },
      { n: 2, result: 'notArrived', code: '451' },
      { n: 3, result: 'delivered', code: '250' },
    ]);
    expect(await house.notices(id)).toMatchObject([{ status: 'delivered', attempts: 3 }]);
  });

  it('is covered by a newer one when it certainly did not arrive', async () => {
    const house = await aHouse();
    house.email.script = () => NOT_ARRIVED;
    const { id } = await house.open(await house.customer());
    await house.after(10 * MINUTE);
    house.email.script = () => DELIVERED;
    await house.message(id);
    await house.after(MINUTE);
    expect(house.email.keysOf(id).at(-1)).toEqual(['case.opened', 'case.messaged']);
    expect(fates(await house.notices(id))).toEqual(['1 covered by 2', '2 delivered']);
  });

  it('hands on what it had covered itself', async () => {
    const house = await aHouse();
    house.email.script = () => NOT_ARRIVED;
    const { id } = await house.open(await house.customer());
    await house.message(id, 'one');
    await house.after(5 * MINUTE);
    expect(fates(await house.notices(id))).toEqual(['1 covered by 2', '2 pending']);
    house.email.script = () => DELIVERED;
    await house.message(id, 'two');
    await house.after(MINUTE);
    expect(fates(await house.notices(id))).toEqual(['1 covered by 3', '2 covered by 3', '3 delivered']);
    expect(house.email.keysOf(id).at(-1)).toEqual(['case.opened', 'case.messaged', 'case.messaged']);
  });

  it('stays in doubt after a later try that certainly failed, and no newer one covers it', async () => {
    const house = await aHouse();
    const answers = [PERHAPS, NOT_ARRIVED];
    house.email.script = () => answers.shift() ?? DELIVERED;
    const { id } = await house.open(await house.customer());
    await house.after(2 * MINUTE);
    await house.message(id);
    await house.after(20 * MINUTE);
    const names = house.email.taken.map(({ message }) => message.dedupeKey);
    expect(names).toEqual([`${id}.1.email`, `${id}.1.email`, `${id}.1.email`, `${id}.2.email`]);
    expect(fates(await house.notices(id))).toEqual(['1 delivered', '2 delivered']);
  });

  it('goes again alone, under its own key and before anything newer, when it may have arrived', async () => {
    const house = await aHouse();
    house.email.script = () => (house.email.taken.length <= 2 ? PERHAPS : DELIVERED);
    const { id } = await house.open(await house.customer());
    await house.after(30 * SECOND);
    await house.message(id);
    await house.after(89 * SECOND);
    // The second try was after a minute, the third is after two; the newer one has been due since the first.
    expect(house.email.taken).toHaveLength(2);
    await house.after(HOUR);
    const first = `${id}.1.email`;
    expect(house.email.keysOf(id)).toEqual([
      ['case.opened'],
      ['case.opened'],
      ['case.opened'],
      ['case.messaged'],
    ]);
    expect(house.email.taken.map(({ message }) => message.dedupeKey)).toEqual([
      first,
      first,
      first,
      `${id}.2.email`,
    ]);
    expect(fates(await house.notices(id))).toEqual(['1 delivered', '2 delivered']);
  });

  it('is given up after days, not hours, and tells why', async () => {
    const house = await aHouse({ random: () => 0 });
    house.email.script = () => NOT_ARRIVED;
    const { id } = await house.open(await house.customer());
    await house.after(3 * 24 * HOUR);
    expect(await house.notices(id)).toMatchObject([{ status: 'pending' }]);
    await house.after(30 * 24 * HOUR);
    const [row] = await house.notices(id);
    expect(row).toMatchObject({ status: 'failed', reason: '451' });
    expect(row?.attempts).toBeGreaterThanOrEqual(10);
    expect(house.email.taken).toHaveLength(row?.attempts ?? 0);
  });

  it('waits as long as the other side asks, within a day', async () => {
    const house = await aHouse();
    house.email.script = () =>
      house.email.taken.length === 1 ? ({ ...NOT_ARRIVED, retryAfterMs: 5 * HOUR } as SendResult) : DELIVERED;
    const { id } = await house.open(await house.customer());
    await house.after(MINUTE);
    expect(await house.notices(id)).toMatchObject([{ next_attempt_at: MORNING + 30 * SECOND + 5 * HOUR }]);
  });

  it('has failed when it is refused, and no other is', async () => {
    const house = await aHouse();
    house.email.script = ({ address }) => (address.startsWith('bad') ? REFUSED : DELIVERED);
    const bad = await house.open(await house.customer({ email: 'bad@example.test' }));
    const good = await house.open(await house.customer());
    await house.after(HOUR);
    expect(fates(await house.notices(bad.id))).toEqual(['1 failed (554)']);
    expect(fates(await house.notices(good.id))).toEqual(['1 delivered']);
    expect(house.undeliverable).toEqual([]);
  });

  it('bars an address that does not exist, for every case, and tells the owner', async () => {
    const house = await aHouse();
    house.email.script = () => BAD_ADDRESS;
    const customerId = await house.customer({ email: 'Gone@Example.test' });
    const first = await house.open(customerId);
    await house.after(MINUTE);
    const second = await house.open(customerId);
    await house.after(MINUTE);
    expect(fates(await house.notices(first.id))).toEqual(['1 failed (bad-address)']);
    expect(fates(await house.notices(second.id))).toEqual(['1 suppressed (address-suppressed)']);
    expect(house.email.taken).toHaveLength(1);
    expect(house.undeliverable).toEqual([
      { caseId: first.id, channel: 'email', detail: 'unknown user', dedupeKey: `${first.id}.1.email` },
    ]);
    expect(await house.base.sql('SELECT channel, address, reason FROM suppressions')).toEqual([
      { channel: 'email', address: 'gone@example.test', reason: 'hardBounce' },
    ]);
  });

  it('that breaks the renderer is set apart after five tries, and its neighbours never notice', async () => {
    const house = await aHouse();
    const poison = await house.open(await house.customer({ email: 'poison@example.test' }));
    const good = await house.open(await house.customer());
    house.email.script = ({ address }) => {
      if (address.startsWith('poison')) throw new Error('no such template');
      return DELIVERED;
    };
    await house.after(HOUR);
    expect(fates(await house.notices(good.id))).toEqual(['1 delivered']);
    expect(fates(await house.notices(poison.id))).toEqual(['1 failed (poison)']);
    expect(await house.attempts(poison.id)).toHaveLength(5);
    expect(house.reports).toHaveLength(5);
  });

  it('whose sender dies each time is set apart as well', async () => {
    const house = await aHouse();
    const { id } = await house.open(await house.customer());
    hookFaultPoint('after-send', () => Promise.reject(new Error('killed')));
    await house.after(5 * 90 * SECOND + MINUTE - 1);
    expect(house.email.taken).toHaveLength(5);
    hookFaultPoint('after-send', null);
    await house.after(5 * MINUTE);
    expect(house.email.taken).toHaveLength(5);
    expect(fates(await house.notices(id))).toEqual(['1 failed (poison)']);
  });
});

describe('a message that a person sends again', () => {
  it('goes alone and at once, with a schedule that begins anew', async () => {
    const house = await aHouse();
    house.email.script = () => REFUSED;
    const { id } = await house.open(await house.customer());
    await house.after(MINUTE);
    house.email.script = () => DELIVERED;
    await house.message(id);
    await house.after(MINUTE);
    house.email.script = () => NOT_ARRIVED;
    const resends = new MessageResends(house.base.pool, house.base.now, () => undefined);
    expect(await resends.resend(id, 1, 'email')).toBe('resent');
    expect(await resends.resend(id, 1, 'email')).toBe('notGivenUp');
    await house.after(0);
    expect(await house.notices(id)).toMatchObject([
      { status: 'pending', attempts: 2, next_attempt_at: MORNING + 2 * MINUTE + 30 * SECOND },
      { status: 'delivered' },
    ]);
    house.email.script = () => DELIVERED;
    await house.after(MINUTE);
    expect(house.email.keysOf(id).at(-1)).toEqual(['case.opened']);
    expect(fates(await house.notices(id))).toEqual(['1 delivered', '2 delivered']);
  });

  it('waits for one that may have arrived, which goes first under its own key and as it was', async () => {
    const house = await aHouse();
    house.email.script = () => REFUSED;
    const { id } = await house.open(await house.customer());
    await house.after(MINUTE);
    house.email.script = () => PERHAPS;
    await house.message(id);
    await house.after(30 * SECOND);
    await new MessageResends(house.base.pool, house.base.now, () => undefined).resend(id, 1, 'email');
    house.email.script = () => DELIVERED;
    await house.after(HOUR);
    expect(house.email.keysOf(id)).toEqual([
      ['case.opened'],
      ['case.messaged'],
      ['case.messaged'],
      ['case.opened'],
    ]);
  });
});

describe('a provider that is down for an hour', () => {
  it('gets its backlog within ten minutes of its return, in order and coalesced', async () => {
    const house = await aHouse({ random: () => 0.9 });
    const cases = [];
    for (let n = 0; n < 12; n += 1)
      cases.push((await house.open(await house.customer({ email: `c${n}@example.test` }))).id);
    house.email.script = () => NOT_ARRIVED;
    await house.after(MINUTE);
    for (let n = 0; n < 3; n += 1) {
      for (const id of cases) await house.message(id, `news ${n}`);
      await house.after(19 * MINUTE);
    }
    house.email.taken.length = 0;
    house.email.script = () => DELIVERED;
    await house.after(10 * MINUTE);
    for (const id of cases) {
      expect(house.email.keysOf(id)).toEqual([
        ['case.opened', 'case.messaged', 'case.messaged', 'case.messaged'],
      ]);
      expect(fates(await house.notices(id))).toEqual([
        '1 covered by 4',
        '2 covered by 4',
        '3 covered by 4',
        '4 delivered',
      ]);
    }
  });
});
