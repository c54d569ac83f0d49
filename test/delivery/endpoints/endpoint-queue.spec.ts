// Journal entries reach endpoints: each at least once, in order, for days if need be, and no endpoint at the cost of
// another (reliability.md D8, D9, A4).
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret } from '../../../src/directory/endpoints.js';
import { LEASE_MS } from '../../../src/delivery/endpoints/claim-sql.js';
import { PER_ENDPOINT } from '../../../src/delivery/endpoints/endpoint-queue.js';
import { TRIES_MAX } from '../../../src/delivery/outbound/retry-schedule.js';
import { hookFaultPoint } from '../../../src/engine/fault-points.js';
import { AGENT, DAY, escalateTo, LOGISTICS, note, resolve } from '../../support/engine.js';
import { EndpointHouse } from './endpoint-house.js';
import { answering, Receiver, type Arrival } from './receiver.js';

const START = { type: 'case.start', actor: AGENT, agentId: AGENT.id } as const;
const ACCEPT = { type: 'case.accept', actor: LOGISTICS } as const;
const CONFIRM = { type: 'case.confirm', actor: AGENT, comment: null } as const;

let house: EndpointHouse;
let receiver: Receiver;
beforeEach(async () => {
  house = await EndpointHouse.start();
  receiver = await Receiver.start();
});
afterEach(async () => {
  hookFaultPoint('after-send', null);
  await receiver.close();
  await house.close();
});

const typesOf = (arrivals: readonly Arrival[]) => arrivals.map(({ json }) => json.type);
const idsOf = (arrivals: readonly Arrival[]) => arrivals.map(({ headers }) => headers['webhook-id']);
const verified = ({ body, headers }: Arrival, secret: string) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

/** Opens a case; its first entry is delivered. */
async function quietCase(): Promise<string> {
  const { id } = await house.open();
  await house.drain();
  receiver.take();
  return id;
}

describe('a journal entry', () => {
  it('reaches its endpoint once, in order, signed, through the whole life of a case', async () => {
    const { secret } = await house.listenTo(receiver);
    const { id } = await house.open();
    await house.send(id, START, escalateTo('logistics'), ACCEPT, resolve(LOGISTICS), CONFIRM);
    expect(await house.drain()).toBe(6);
    const arrivals = receiver.take();
    expect(typesOf(arrivals)).toEqual([
      'case.opened',
      'case.started',
      'case.escalated',
      'case.accepted',
      'case.resolved',
      'case.confirmed',
    ]);
    for (const arrival of arrivals) expect(verified(arrival, secret)).toEqual(arrival.json);
    expect(new Set(idsOf(arrivals)).size).toBe(6);
    expect(await house.drain()).toBe(0);
  });

  it('says what happened and where to look, and no word that a person wrote', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    const { id } = await house.open();
    await house.send(id, START, escalateTo('logistics'), note('confidential remark'));
    await house.drain();
    const arrivals = receiver.take();
    expect(arrivals[2]?.json).toEqual({
      type: 'case.escalated',
      timestamp: '2026-03-02T09:00:00.000Z',
      data: {
        caseId: id,
        number: expect.stringMatching(/^C-/),
        seq: 3,
        n: null,
        revision: 4,
        fromState: 'frontline.working',
        state: 'level1.dispatched',
        level: 1,
        customerVisible: true,
        occurredAt: '2026-03-02T09:00:00.000Z',
        actorKind: 'agent',
        department: 'logistics',
        priority: 'P3',
      },
    });
    expect(arrivals[2]?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(arrivals[2]?.headers['webhook-id']).toMatch(/^msg_[\w-]{32}$/);
    const all = JSON.stringify(arrivals);
    for (const word of ['confidential', 'colour', 'parcel', 'beyond us', AGENT.id])
      expect(all).not.toContain(word);
    expect(await house.deliveries(endpointId, 'delivered')).toMatchObject([
      { seq: 1, type: 'case.opened', reason: null, attempts: [{ n: 1, result: 'delivered', code: '204' }] },
      { seq: 2 },
      { seq: 3 },
      { seq: 4 },
    ]);
  });

  it('goes to those that asked for its type, and to none that is switched off', async () => {
    const off = await house.listenTo(receiver);
    const about = { name: 'x', url: receiver.url, events: [], locale: 'en' } as const;
    await house.endpoints.change(off.id, { ...about, active: false });
    await house.listenTo(receiver, { events: ['case.escalated', 'case.resolved'] });
    const { id } = await house.open();
    await house.send(id, START, escalateTo('logistics'), ACCEPT, resolve(LOGISTICS));
    await house.drain();
    expect(typesOf(receiver.take())).toEqual(['case.escalated', 'case.resolved']);
  });

  it('is signed by the old secret too for as long as was asked, and then no more', async () => {
    const { id: endpointId, secret: old } = await house.listenTo(receiver);
    const id = await quietCase();
    const fresh = newWebhookSecret();
    await house.endpoints.rotate(endpointId, fresh, DAY);
    await house.passTime(DAY - 1);
    await house.send(id, note());
    await house.drain();
    const [both] = receiver.take() as [Arrival];
    expect(both.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    expect([verified(both, fresh), verified(both, old)]).toEqual([both.json, both.json]);
    await house.passTime(1);
    await house.send(id, note());
    await house.drain();
    const [last] = receiver.take() as [Arrival];
    expect(verified(last, fresh)).toEqual(last.json);
    expect(() => verified(last, old)).toThrow(/signature/);
  });

  it('is signed by the new secret alone when the old one has leaked', async () => {
    const { id: endpointId, secret: leaked } = await house.listenTo(receiver);
    await house.endpoints.rotate(endpointId, newWebhookSecret(), 0);
    await house.open();
    await house.drain();
    const [arrival] = receiver.take() as [Arrival];
    expect(() => verified(arrival, leaked)).toThrow(/signature/);
  });
});

describe('a process that dies', () => {
  it('between the answer and writing it down has the entry sent again under the same id', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    await house.open();
    hookFaultPoint('after-send', () => {
      throw new Error('the process ends here');
    });
    await house.drain();
    hookFaultPoint('after-send', null);
    expect(house.reports).toHaveLength(1);
    await house.setClock((await house.now()) + LEASE_MS - 1);
    expect(await house.drain()).toBe(0);
    await house.passTime(1);
    const arrivals = receiver.take();
    expect(arrivals).toHaveLength(2);
    expect(new Set(idsOf(arrivals)).size).toBe(1);
    expect(await house.deliveries(endpointId)).toMatchObject([
      {
        status: 'delivered',
        attempts: [
          { n: 1, endedAt: null },
          { n: 2, result: 'delivered' },
        ],
      },
    ]);
  });

  it('and comes back after its lease changes nothing any more', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    await house.open();
    const zombie = house.anotherQueue();
    receiver.answer = answering(500);
    hookFaultPoint('after-send', async () => {
      hookFaultPoint('after-send', null);
      receiver.answer = answering(204);
      await house.setClock((await house.now()) + LEASE_MS);
      await house.drain();
    });
    await zombie.runDue(1);
    expect(await house.deliveries(endpointId)).toMatchObject([
      {
        status: 'delivered',
        reason: null,
        attempts: [
          { n: 1, code: '500' },
          { n: 2, code: '204' },
        ],
      },
    ]);
  });

  it('again and again over one entry is not sent for ever', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    await house.open();
    hookFaultPoint('after-send', () => {
      throw new Error('the process ends here');
    });
    await house.drain();
    await house.passTime((TRIES_MAX + 5) * LEASE_MS);
    expect(receiver.received).toHaveLength(TRIES_MAX);
    expect(await house.deliveries(endpointId)).toMatchObject([
      { status: 'failed', reason: 'never-finished' },
    ]);
  });
});

describe('two workers', () => {
  it('share the work: each entry once, and in order within its case', async () => {
    await house.listenTo(`${receiver.url}/a`);
    await house.listenTo(`${receiver.url}/b`);
    const cases = await Promise.all(Array.from({ length: 10 }, () => house.open()));
    await Promise.all(cases.map(({ id }) => house.send(id, START, note(), note())));
    const other = house.anotherQueue();
    for (let left = 1; left > 0;) {
      await Promise.all([house.drain(), house.drain(other), house.drain()]);
      left = (await house.nextDue()) === null ? 0 : 1;
    }
    const arrivals = receiver.take();
    expect(arrivals).toHaveLength(80);
    expect(new Set(idsOf(arrivals)).size).toBe(80);
    for (const path of ['/hook/a', '/hook/b']) {
      for (const { id } of cases) {
        const own = arrivals.filter((each) => each.path === path && each.json.data.caseId === id);
        expect(own.map(({ json }) => json.data.seq)).toEqual([1, 2, 3, 4]);
      }
    }
  });
});

describe('an endpoint that is slow', () => {
  it('never has more than a few requests at a time, and keeps nobody waiting', async () => {
    const real = await EndpointHouse.start('system');
    const slow = await Receiver.start();
    const held: (() => void)[] = [];
    slow.answer = (_received, response) => {
      held.push(() => void response.writeHead(204).end());
    };
    await real.listenTo(slow);
    await real.listenTo(receiver);
    const queue = real.anotherQueue(30_000);
    for (let n = 0; n < 10; n += 1) await real.open();
    while (receiver.received.length < 10) await queue.runDue(32);
    await queue.runDue(32);
    expect(slow.received).toHaveLength(PER_ENDPOINT);
    expect(held).toHaveLength(PER_ENDPOINT);
    while (slow.received.length < 10 || queue.sending > 0) {
      for (const release of held.splice(0)) release();
      await queue.runDue(32);
      expect(held.length).toBeLessThanOrEqual(PER_ENDPOINT);
    }
    expect(real.reports).toEqual([]);
    await slow.close();
    await real.close();
  });

  it('keeps neither a round from ending where time runs by itself, nor a node from stopping', async () => {
    const real = await EndpointHouse.start('system');
    receiver.answer = () => undefined;
    const { id } = await real.listenTo(receiver);
    await real.open();
    const queue = real.anotherQueue(60_000);
    expect(await queue.runDue(32)).toBe(1);
    expect([queue.sending, receiver.received.length]).toEqual([1, 1]);
    await queue.stop();
    expect(queue.sending).toBe(0);
    expect(await real.deliveries(id)).toMatchObject([{ status: 'pending', reason: 'ABORT_ERR' }]);
    await real.close();
  });
});

describe('a deletion', () => {
  it('cancels what is pending, and what a node that has not heard of it still writes', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    const { id } = await house.open();
    const stale = house.endpoints.list();
    expect(await house.endpoints.remove(endpointId)).toBe(true);
    expect(await house.endpoints.remove(endpointId)).toBe(false);
    expect(await house.deliveries(endpointId)).toMatchObject([
      { status: 'cancelled', reason: 'endpoint-deleted' },
    ]);
    await house.base.sql(
      `INSERT INTO endpoint_deliveries (case_id, seq, endpoint_id, type, status, created_at, next_attempt_at)
       SELECT $1, 2, $2, 'case.started', 'pending', now_at, now_at FROM manual_clock`,
      [id, stale[0]?.id],
    );
    expect(await house.drain()).toBe(0);
    expect(receiver.received).toEqual([]);
    expect((await house.deliveries(endpointId))[1]).toMatchObject({
      status: 'cancelled',
      reason: 'endpoint-inactive',
    });
  });
});
