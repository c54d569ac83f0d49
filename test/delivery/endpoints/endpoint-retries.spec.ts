// An endpoint that fails is tried again for days and hears everything in order in the end, or is given up; a person may
// have it told again (reliability.md D9).
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TRIES_MAX } from '../../../src/delivery/outbound/retry-schedule.js';
import { hookFaultPoint } from '../../../src/engine/fault-points.js';
import { AGENT, DAY, HOUR, note } from '../../support/engine.js';
import { EndpointHouse } from './endpoint-house.js';
import { answering, Receiver, type Arrival } from './receiver.js';

const START = { type: 'case.start', actor: AGENT, agentId: AGENT.id } as const;
const MINUTE = 60_000;

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

/** Opens a case; its first entry is delivered. */
async function quietCase(): Promise<string> {
  const { id } = await house.open();
  await house.drain();
  receiver.take();
  return id;
}

describe('an endpoint that fails', () => {
  it('hears everything in order when it is back after an hour, and nothing twice', async () => {
    await house.listenTo(receiver);
    receiver.answer = answering(503);
    const { id } = await house.open();
    await house.send(id, START, note());
    await house.drain();
    await house.passTime(HOUR / 2);
    await house.send(id, note());
    await house.passTime(HOUR / 2);
    expect(new Set(typesOf(receiver.take()))).toEqual(new Set(['case.opened']));
    receiver.answer = answering(204);
    await house.passTime(10 * MINUTE);
    expect(typesOf(receiver.take())).toEqual(['case.opened', 'case.started', 'case.noted', 'case.noted']);
    await house.passTime(5 * DAY);
    expect(receiver.received).toEqual([]);
  });

  it.each([
    ['400', answering(400)],
    ['500', answering(500)],
    ['302', answering(302, { location: 'http://127.0.0.1:1/' })],
    ['ECONNRESET', (_: unknown, response: { destroy(): void }) => response.destroy()],
    ['timeout', () => undefined],
  ])('is tried again under the same id: %s', async (code, answer) => {
    const { id: endpointId } = await house.listenTo(receiver);
    receiver.answer = answer as typeof receiver.answer;
    await house.open();
    await house.drain();
    expect(await house.deliveries(endpointId)).toMatchObject([
      { status: 'pending', reason: code, attempts: [{ n: 1, result: 'failed', code }] },
    ]);
    receiver.answer = answering(200, {}, 'at last');
    await house.passTime(MINUTE);
    const arrivals = receiver.take();
    expect(idsOf(arrivals)).toEqual(Array(2).fill(arrivals[0]?.headers['webhook-id']));
    expect(await house.deliveries(endpointId)).toMatchObject([
      { status: 'delivered', attempts: [{ n: 1 }, { n: 2, code: '200', response: 'at last' }] },
    ]);
  });

  it('is given up after many tries over more than three days, and the next entry has its turn', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    receiver.answer = answering(500);
    const { id } = await house.open();
    const begunAt = await house.now();
    await house.drain();
    await house.passTime(HOUR);
    await house.send(id, START);
    await house.passTime(7 * DAY);
    const [first, second] = await house.deliveries(endpointId);
    expect(first).toMatchObject({ status: 'failed', reason: '500', attempts: { length: TRIES_MAX } });
    expect(TRIES_MAX).toBeGreaterThanOrEqual(10);
    expect((first?.finishedAt ?? 0) - begunAt).toBeGreaterThan(3 * DAY);
    expect(second?.attempts[0]?.startedAt).toBe(first?.finishedAt);
  });

  it.each([
    ['3600', HOUR],
    ['86400', DAY],
    ['-1', 30_000],
    ['1000000000000', 30_000],
    ['1e12', 30_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 30_000],
    ['never', 30_000],
  ])('is left alone for as long as it asks, within a day: %s', async (header, delayMs) => {
    await house.listenTo(receiver);
    receiver.answer = answering(429, { 'retry-after': header });
    await house.open();
    await house.drain();
    expect(await house.nextDue()).toBe((await house.now()) + delayMs);
  });

  it('is switched off by 410, and what waits for it is cancelled', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    receiver.answer = answering(410);
    const { id } = await house.open();
    await house.send(id, START);
    await house.drain();
    expect(receiver.take()).toHaveLength(1);
    expect(house.endpoints.find(endpointId)).toMatchObject({ active: false, disabledReason: 'gone' });
    expect(await house.deliveries(endpointId)).toMatchObject([
      { status: 'cancelled', reason: 'endpoint-gone', attempts: [{ code: '410' }] },
      { status: 'cancelled', reason: 'endpoint-gone', attempts: [] },
    ]);
    await house.send(id, note());
    expect(await house.drain()).toBe(0);
    expect(await house.nextDue()).toBeNull();
  });

  it('is not switched off by 410 of an address that it has left meanwhile', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    const about = { name: 'x', url: `${receiver.url}/new`, events: [], locale: 'en', active: true } as const;
    receiver.answer = async ({ path }, response) => {
      if (path === '/hook') await house.endpoints.change(endpointId, about);
      response.writeHead(path === '/hook' ? 410 : 204).end();
    };
    await house.open();
    await house.drain();
    await house.passTime(MINUTE);
    expect(house.endpoints.find(endpointId)).toMatchObject({ active: true });
    expect(receiver.take().map(({ path }) => path)).toEqual(['/hook', '/hook/new']);
  });

  it('with a secret that is none fails, and costs its neighbours nothing', async () => {
    const { id: broken } = await house.listenTo(receiver, { secret: 'whsec_' });
    const { id: sound } = await house.listenTo(receiver);
    await house.open();
    await house.drain();
    expect(await house.deliveries(broken)).toMatchObject([{ status: 'pending', reason: 'unsendable' }]);
    expect(await house.deliveries(sound)).toMatchObject([{ status: 'delivered' }]);
    expect(house.reports).toEqual([]);
  });

  it('that answers junk for days keeps a short record of each answer', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    receiver.answer = answering(500, {}, `\u0000${'好'.repeat(40_000)}`);
    await house.open();
    await house.drain();
    const [delivery] = await house.deliveries(endpointId);
    expect(delivery?.attempts[0]?.response).toBe(`␀${'好'.repeat(999)}`);
  });
});

describe('a resend', () => {
  it('of one delivery sends it again under the same id, whatever became of it', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    const caseId = await quietCase();
    expect(await house.resends.one({ caseId, seq: 1, endpointId })).toBe(true);
    expect(await house.resends.one({ caseId, seq: 9, endpointId })).toBe(false);
    await house.drain();
    expect(typesOf(receiver.take())).toEqual(['case.opened']);
    expect(await house.deliveries(endpointId)).toMatchObject([{ status: 'delivered', attempts: [{}, {}] }]);
  });

  it('of what failed since an instant begins a new schedule, and leaves what was delivered alone', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    const caseId = await quietCase();
    receiver.answer = answering(500);
    await house.passTime(HOUR);
    await house.send(caseId, START);
    await house.passTime(8 * DAY);
    expect(receiver.take()).toHaveLength(TRIES_MAX);
    const since = (await house.now()) - 8 * DAY;
    expect(await house.resends.failedSince(endpointId, since + 1)).toBe(0);
    expect(await house.resends.failedSince(endpointId, since)).toBe(1);
    await house.passTime(HOUR);
    expect(receiver.take().length).toBeGreaterThan(5);
    receiver.answer = answering(204);
    await house.passTime(DAY);
    expect(typesOf(receiver.take())).toEqual(['case.started']);
    expect(await house.deliveries(endpointId, 'failed')).toEqual([]);
  });

  it('of what is being sent at this moment is left to that', async () => {
    const { id: endpointId } = await house.listenTo(receiver);
    const { id: caseId } = await house.open();
    hookFaultPoint('after-send', async () => {
      hookFaultPoint('after-send', null);
      expect(await house.resends.one({ caseId, seq: 1, endpointId })).toBe(true);
    });
    await house.drain();
    expect(receiver.take()).toHaveLength(1);
    expect(await house.deliveries(endpointId)).toMatchObject([{ status: 'delivered' }]);
  });
});
