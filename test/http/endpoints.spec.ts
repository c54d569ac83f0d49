// Endpoints over HTTP: set up, tried out, told of a case over the real application, looked after, and let go.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { startTestApp, type Client, type TestApp } from '../support/app.js';
import { answering, Receiver, type Arrival } from '../delivery/endpoints/receiver.js';
import { caseIn, expectStatus, openCase } from './case-client.js';

let app: TestApp;
let admin: Client;
let receiver: Receiver;
/** Minutes after nine on 2 March 2026. */
let minutes = 0;
beforeAll(async () => {
  app = await startTestApp({ env: { PRIVATE_ENDPOINTS: '1' } });
  admin = app.api('admin');
  receiver = await Receiver.start();
});
afterAll(async () => {
  await app?.close();
  await receiver?.close();
});
beforeEach(() => {
  receiver.answer = answering(204);
  receiver.take();
});

const create = async (body: object = {}) =>
  expectStatus(
    await admin.post('/webhook-endpoints', {
      name: 'Warehouse',
      kind: 'webhook',
      url: receiver.url,
      ...body,
    }),
    201,
  ).body;
const remove = (id: string) => admin.delete(`/webhook-endpoints/${id}`);
const deliveriesOf = async (id: string, query = '') =>
  expectStatus(await admin.get(`/webhook-endpoints/${id}/deliveries${query}`), 200).body;
/** Moving the clock delivers whatever is due by then. */
async function passMinutes(count: number): Promise<void> {
  minutes += count;
  expectStatus(await app.moveClockTo(new Date(Date.UTC(2026, 2, 2, 9, minutes)).toISOString()), 200);
}
const verified = ({ body, headers }: Arrival, secret: string) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe('an endpoint', () => {
  it('shows its secret when it is made, and never again', async () => {
    const made = await create({ events: ['case.escalated', 'case.escalated'] });
    const { secret, ...rest } = made;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(rest).toEqual({
      id: expect.any(String),
      name: 'Warehouse',
      kind: 'webhook',
      url: receiver.url,
      events: ['case.escalated'],
      locale: 'en',
      active: true,
      disabledReason: null,
      hasSecret: true,
      previousSecretUntilAt: null,
      createdAt: '2026-03-02T09:00:00.000Z',
      updatedAt: '2026-03-02T09:00:00.000Z',
    });
    expect((await admin.get(`/webhook-endpoints/${made.id}`)).body).toEqual(rest);
    expect((await admin.get('/webhook-endpoints')).body.data).toContainEqual(rest);
    expect((await remove(made.id)).status).toBe(204);
    expect((await remove(made.id)).status).toBe(404);
    expect((await admin.get(`/webhook-endpoints/${made.id}`)).status).toBe(404);
  });

  it('is listed page by page', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push((await create({ name: `No. ${n}` })).id);
    const first = (await admin.get('/webhook-endpoints?limit=2')).body;
    expect(first.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const second = (await admin.get(`/webhook-endpoints?limit=2&cursor=${first.meta.nextCursor}`)).body;
    expect([second.data[0].id, second.meta]).toEqual([ids[2], { hasMore: false, nextCursor: null }]);
    expect((await admin.get('/webhook-endpoints?cursor=abc')).status).toBe(400);
    for (const id of ids) await remove(id);
  });

  it.each([
    ['an unknown event', { events: ['case.opened', 'case.exploded'] }, '/events/1'],
    ['an unknown kind', { kind: 'teams' }, '/kind'],
    ['credentials', { url: 'https://me:pass@hooks.example.com/' }, '/url'],
    ['a fragment', { url: 'https://hooks.example.com/#x' }, '/url'],
    ['no address', { url: 'hooks' }, '/url'],
    ['another scheme', { url: 'gopher://hooks.example.com/' }, '/url'],
    ['a secret of its own', { robotSecret: 'SECabc' }, '/robotSecret'],
    ['a robot without signatures with a secret', { kind: 'wecom', robotSecret: 'x' }, '/robotSecret'],
    ['no name', { name: ' ' }, '/name'],
    ['a language that is not spoken', { locale: 'fr' }, '/locale'],
    ['a field that does not exist', { secret: 'whsec_x' }, '/secret'],
  ])('with %s is refused', async (_what, wrong, pointer) => {
    const body = { name: 'Warehouse', kind: 'webhook', url: receiver.url, ...wrong };
    const answer = await admin.post('/webhook-endpoints', body);
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ pointer }]]);
  });

  it('is changed as a whole, except for what it is', async () => {
    const { id } = await create({ kind: 'feishu' });
    const change = { name: 'New', url: `${receiver.url}/2`, events: ['case.closedUnopposed'], active: false };
    const { status, body } = await admin.put(`/webhook-endpoints/${id}`, change);
    expect([status, body]).toMatchObject([
      200,
      { ...change, kind: 'feishu', locale: 'zh-CN', hasSecret: false },
    ]);
    const wrong = await admin.put(`/webhook-endpoints/${id}`, { ...change, kind: 'slack', events: ['x'] });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, '/kind']);
    expect((await admin.put(`/webhook-endpoints/${id}`, { ...change, events: ['x'] })).status).toBe(422);
    expect((await admin.put('/webhook-endpoints/x', change)).status).toBe(404);
    await remove(id);
  });

  it('is refused inner addresses where the installation is not for development', async () => {
    const strict = await startTestApp();
    for (const url of [
      'https://127.1/',
      'https://[::ffff:7f00:1]/',
      'http://hooks.example.com/',
      receiver.url,
    ]) {
      const answer = await strict.api('admin').post('/webhook-endpoints', { name: 'x', kind: 'slack', url });
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/url']);
    }
    const fine = { name: 'x', kind: 'slack', url: 'https://hooks.slack.com/services/T0/B0/x' };
    const { body } = await strict.api('admin').post('/webhook-endpoints', fine);
    expect(body).toMatchObject({ kind: 'slack', secret: null, hasSecret: false });
    await strict.close();
  });
});

describe('a secret', () => {
  it('is rotated, and both sign until the old one ends', async () => {
    const { id, secret: old } = await create();
    const keepFor = { keepPreviousSeconds: 3_600 };
    const rotated = expectStatus(await admin.post(`/webhook-endpoints/${id}/rotation`, keepFor), 201).body;
    expect(rotated.secret).not.toBe(old);
    expect(rotated.previousSecretUntilAt).toBe(new Date(Date.UTC(2026, 2, 2, 10, minutes)).toISOString());
    await admin.post(`/webhook-endpoints/${id}/test`);
    const [both] = receiver.take() as [Arrival];
    expect([verified(both, old), verified(both, rotated.secret)]).toEqual([both.json, both.json]);
    await passMinutes(60);
    await admin.post(`/webhook-endpoints/${id}/test`);
    const [one] = receiver.take() as [Arrival];
    expect(verified(one, rotated.secret)).toEqual(one.json);
    expect(() => verified(one, old)).toThrow(/signature/);
    await remove(id);
  });

  it.each([
    ['webhook', { keepPreviousSeconds: 604_801 }, 422, '/keepPreviousSeconds'],
    ['webhook', { robotSecret: 'x' }, 422, '/robotSecret'],
    ['dingtalk', {}, 422, '/robotSecret'],
    ['slack', {}, 409, undefined],
  ])('of a %s is not rotated by %j', async (kind, body, status, pointer) => {
    const { id } = await create({ kind });
    const answer = await admin.post(`/webhook-endpoints/${id}/rotation`, body);
    expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([status, pointer]);
    await remove(id);
  });

  it('that a chat system made is replaced, and not shown', async () => {
    const { id, secret, hasSecret } = await create({ kind: 'dingtalk', robotSecret: 'SECone' });
    expect([secret, hasSecret]).toEqual([null, true]);
    const rotated = await admin.post(`/webhook-endpoints/${id}/rotation`, { robotSecret: 'SECtwo' });
    expect(rotated.body).toMatchObject({ secret: null, previousSecretUntilAt: null });
    expect(JSON.stringify(rotated.body)).not.toContain('SEC');
    await remove(id);
  });
});

describe('a case', () => {
  it('is told to its endpoints, event by event, as it happens', async () => {
    const { id, secret } = await create();
    const caseId = await caseIn(app, 'closed');
    await passMinutes(1);
    const arrivals = receiver.take();
    expect(arrivals.map(({ json }) => [json.type, json.data.seq])).toEqual([
      ['case.opened', 1],
      ['case.started', 2],
      ['case.resolved', 3],
      ['case.confirmed', 4],
    ]);
    for (const arrival of arrivals) expect(verified(arrival, secret)).toEqual(arrival.json);
    expect(arrivals[0]?.json.data).toMatchObject({ caseId, state: 'received', department: null });
    const { data } = await deliveriesOf(id);
    expect(data).toHaveLength(4);
    expect(data[0]).toMatchObject({
      id: `${caseId}.4`,
      type: 'case.confirmed',
      status: 'delivered',
      attempts: [{ n: 1, result: 'delivered', code: '204' }],
    });
    await remove(id);
  });

  it('is told by itself where time runs, and an endpoint that hangs does not keep the node from ending', async () => {
    const real = await startTestApp({ clock: 'system', env: { PRIVATE_ENDPOINTS: '1' } });
    const body = { name: 'Hanging', kind: 'webhook', url: receiver.url };
    expectStatus(await real.api('admin').post('/webhook-endpoints', body), 201);
    const told = new Promise<string>((resolve) => {
      receiver.answer = ({ body: text }) => resolve(text);
    });
    const caseId = await openCase(real);
    expect(JSON.parse(await told)).toMatchObject({ type: 'case.opened', data: { caseId } });
    await real.close();
  });

  it('is told again by resending one delivery, or all that failed', async () => {
    receiver.answer = answering(500, {}, 'out of paper');
    const { id, createdAt } = await create();
    const caseId = await caseIn(app, 'withdrawn');
    await passMinutes(1);
    const [, , first] = (await deliveriesOf(id, '?status=pending')).data;
    const attempt = { result: 'failed', code: '500', response: 'out of paper' };
    expect(first).toMatchObject({ seq: 1, reason: '500', attempts: [attempt, attempt] });
    await passMinutes(60 * 24 * 15);
    expect((await deliveriesOf(id, '?status=failed')).data).toHaveLength(3);
    receiver.answer = answering(200);
    receiver.take();
    const one = await admin.post(`/webhook-endpoints/${id}/deliveries/${caseId}.2/resend`);
    expect([one.status, one.body]).toEqual([202, { resent: 1, hasMore: false }]);
    await passMinutes(1);
    expect(receiver.take().map(({ json }) => json.type)).toEqual(['case.started']);
    const rest = await admin.post(`/webhook-endpoints/${id}/resend-failed`, { since: createdAt });
    expect([rest.status, rest.body]).toEqual([202, { resent: 2, hasMore: false }]);
    await passMinutes(1);
    expect(receiver.take().map(({ json }) => json.type)).toEqual(['case.opened', 'case.withdrawn']);
    expect((await deliveriesOf(id, '?status=failed')).data).toEqual([]);
    await remove(id);
  });

  it('has its compensation paid by the system that listens for it', async () => {
    const { id } = await create({ events: ['case.compensationExecuted'] });
    const caseId = await caseIn(app, 'working');
    const path = `/cases/${caseId}/compensations`;
    const offer = { kind: 'voucher', amount: '5.00', description: 'A voucher', reason: 'Late by nine days' };
    expectStatus(await app.api('manager').post(path, offer), 201);
    expectStatus(await app.api('agent').post(`${path}/1/execution`, {}), 201);
    await passMinutes(1);
    const [told] = receiver.take() as [Arrival];
    expect(told.json).toMatchObject({ type: 'case.compensationExecuted', data: { caseId, n: 1 } });
    const service = app.api('service');
    const { body } = await service.get(`/cases/${told.json.data.caseId}`);
    expect(body.compensations).toMatchObject([{ n: 1, state: 'executing' }]);
    const paid = { paid: true, reference: 'PAY-1' };
    const settled = expectStatus(await service.post(`${path}/${told.json.data.n}/settlement`, paid), 201);
    expect(settled.body.compensations).toMatchObject([{ n: 1, state: 'executed', reference: 'PAY-1' }]);
    await remove(id);
  });

  it('has its deliveries paged, newest first', async () => {
    const { id } = await create();
    await caseIn(app, 'resolved');
    await passMinutes(1);
    const first = await deliveriesOf(id, '?limit=2');
    const second = await deliveriesOf(id, `?limit=2&cursor=${first.meta.nextCursor}`);
    expect([...first.data, ...second.data].map(({ seq }) => seq)).toEqual([3, 2, 1]);
    const mixed = await admin.get(
      `/webhook-endpoints/${id}/deliveries?status=failed&cursor=${first.meta.nextCursor}`,
    );
    expect(mixed.status).toBe(400);
    await remove(id);
  });

  it('that happens while an endpoint is switched off is not told, and waits for nobody', async () => {
    const { id, name, url } = await create();
    receiver.answer = answering(500);
    await openCase(app);
    await admin.put(`/webhook-endpoints/${id}`, { name, url, active: false });
    await openCase(app);
    const { data } = await deliveriesOf(id);
    expect(data).toMatchObject([{ status: 'cancelled', reason: 'endpoint-inactive' }]);
    const again = await admin.post(`/webhook-endpoints/${id}/resend-failed`, {
      since: '2026-03-02T09:00:00Z',
    });
    expect([again.status, again.body.code]).toEqual([409, 'endpoint-inactive']);
    await remove(id);
  });
});

describe('a try-out', () => {
  it('says what the endpoint answered', async () => {
    const { id, secret } = await create();
    receiver.answer = answering(200, {}, 'x'.repeat(100_000));
    const { status, body } = await admin.post(`/webhook-endpoints/${id}/test`);
    expect([status, body]).toMatchObject([200, { delivered: true, code: '200', status: 200 }]);
    expect([body.answer.length, body.latencyMs]).toEqual([65_536, expect.any(Number)]);
    const [arrival] = receiver.take() as [Arrival];
    expect(verified(arrival, secret)).toMatchObject({ type: 'test.ping', data: { endpointId: id } });
    receiver.answer = answering(404, {}, 'no such hook');
    expect((await admin.post(`/webhook-endpoints/${id}/test`)).body).toMatchObject({
      delivered: false,
      code: '404',
      answer: 'no such hook',
    });
    expect((await deliveriesOf(id)).data).toEqual([]);
    await remove(id);
  });

  it('says why there was no answer', async () => {
    const { id } = await create({ url: 'http://127.0.0.1:1/' });
    expect((await admin.post(`/webhook-endpoints/${id}/test`)).body).toMatchObject({
      delivered: false,
      code: 'ECONNREFUSED',
      status: null,
    });
    await remove(id);
  });

  it('does not take the robot’s word for it when its body says no', async () => {
    const { id } = await create({ kind: 'dingtalk', robotSecret: 'SECx' });
    receiver.answer = answering(200, {}, '{"errcode":310000,"errmsg":"sign not match"}');
    expect((await admin.post(`/webhook-endpoints/${id}/test`)).body).toMatchObject({
      delivered: false,
      code: 'errcode:310000',
      status: 200,
    });
    await remove(id);
  });
});

describe('what is no endpoint or delivery', () => {
  it('is not found, however it is spelt', async () => {
    const { id } = await create();
    const caseId = '01a2011f-9c23-7ebd-b176-93490937ef58';
    for (const path of [
      '/x/deliveries/x/resend',
      `/${id}/deliveries/${caseId}.1/resend`,
      `/${id}/deliveries/${caseId}.0/resend`,
      `/${id}/deliveries/${caseId}.1.1/resend`,
      `/${id}/deliveries/${caseId.toUpperCase()}.1/resend`,
      `/${id}/deliveries/${caseId}.9999999999/resend`,
      `/${caseId}/test`,
      `/${caseId}/rotation`,
    ]) {
      expect([path, (await admin.post(`/webhook-endpoints${path}`)).status]).toEqual([path, 404]);
    }
    expect((await admin.post(`/webhook-endpoints/${id}/resend-failed`, { since: 'yesterday' })).status).toBe(
      422,
    );
    expect((await admin.get(`/webhook-endpoints/${id}/deliveries?status=lost`)).status).toBe(400);
    await remove(id);
  });
});
