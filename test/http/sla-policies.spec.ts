// SLA policies over HTTP: publishing and its warnings, which cases they serve, and the rebase of clocks that run.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Client, type TestApp } from '../support/app.js';
import { expectStatus, openCase, OPEN_CASE } from './case-client.js';

let app: TestApp;
let admin: Client;
beforeAll(async () => {
  app = await startTestApp();
  admin = app.api('admin');
});
afterAll(() => app?.close());

const hours = (count: number) => ({ calendarSeconds: count * 3600 });
const aroundTheClock = (category: string, resolution: object, further: object = {}) => ({
  calendar: '24x7',
  targets: { P3: { resolution, nextUpdate: hours(100), ...further } },
  match: { category },
});

const open = (category: string, further: object = {}) =>
  openCase(app, 'agent', { ...OPEN_CASE, category, receivedAt: '2026-03-02T09:00:00Z', ...further });

async function clocksOf(id: string): Promise<Record<string, Record<string, unknown>>> {
  const { body } = await app.api('agent').get(`/cases/${id}`);
  return Object.fromEntries(body.clocks.map((clock: { metric: string }) => [clock.metric, clock]));
}

async function resolutionOf(id: string): Promise<unknown> {
  const { resolution } = await clocksOf(id);
  return [`${resolution?.['policyKey']}@${resolution?.['policyVersion']}`, resolution?.['dueAt']];
}

const publish = async (key: string, body: object) =>
  expectStatus(await admin.put(`/sla-policies/${key}`, body), 200);
const rebase = async (key: string, body: object = {}, headers: Record<string, string> = {}) =>
  expectStatus(await admin.post(`/sla-policies/${key}/rebase`, body, headers), 200).body;

describe('SLA policies', () => {
  it('begin with the one of the house', async () => {
    const { status, body, headers } = await app.api('agent').get('/sla-policies/default');
    expect([status, headers.get('etag')]).toEqual([200, '"1"']);
    expect(body).toMatchObject({
      key: 'default',
      version: 1,
      calendar: 'default',
      targets: { P1: { firstResponse: { calendarSeconds: 900 } }, P4: { resolution: { businessDays: 3 } } },
      warnPercents: [75, 90],
    });
    const list = await app.api('member:sales').get('/sla-policies');
    expect(list.body.data).toEqual([body]);
  });

  it('are published by administrators alone, and refused with pointers', async () => {
    expect((await app.api('manager').put('/sla-policies/gold', { targets: {} })).status).toBe(403);
    expect((await app.api('manager').post('/sla-policies/default/rebase', {})).status).toBe(403);
    const answer = await admin.put('/sla-policies/gold', {
      calendar: 'mars',
      targets: { P1: { resolution: 5 } },
    });
    expect([answer.status, answer.body.errors]).toMatchObject([
      422,
      [{ pointer: '/calendar' }, { pointer: '/targets/P1/resolution' }],
    ]);
    expect((await admin.get('/sla-policies/gold')).status).toBe(404);
  });

  it('say when the way through the departments is longer than the promise', async () => {
    const { body } = await publish('hasty', aroundTheClock('hasty', hours(1)));
    expect(body).toMatchObject({
      version: 1,
      warnings: [{ pointer: '/targets/P3/resolution', code: 'budget-over-target' }],
    });
    expect(body.warnings[0].message).toContain('which is 19 h more than the 1 h until resolution');
    const calm = await publish('hasty', aroundTheClock('hasty', hours(100)));
    expect(calm.body).toMatchObject({ version: 2, warnings: [] });
    const department = await admin.put('/departments/legal', {
      publicName: { en: 'Legal', 'zh-CN': '法务部', 'zh-TW': '法務部' },
      answersFor: 'Contracts and law suits.',
      ola: { P1: { olaWork: hours(3) } },
    });
    expect(department.body).toMatchObject({
      ola: { P1: { olaWork: hours(3) } },
      warnings: [{ pointer: '/ola/P1', code: 'budget-over-target' }],
    });
  });

  it('serve the cases that they match, and start their clocks', async () => {
    await publish('recall', aroundTheClock('recall', hours(6)));
    await publish('recall-web', {
      ...aroundTheClock('recall', hours(5)),
      match: { category: 'recall', channel: 'web' },
    });
    expect(await resolutionOf(await open('recall'))).toEqual(['recall@1', '2026-03-02T15:00:00.000Z']);
    const byWeb = await open('recall', { channel: 'web' });
    expect(await resolutionOf(byWeb)).toEqual(['recall-web@1', '2026-03-02T14:00:00.000Z']);
    expect(await resolutionOf(await open('other'))).toEqual(['default@1', '2026-03-04T15:00:00.000Z']);
  });

  it('measure departments against the targets of their own', async () => {
    const id = await open('other');
    await app.api('agent').post(`/cases/${id}/ownership`, {});
    expectStatus(
      await app.api('agent').post(`/cases/${id}/escalations`, {
        department: 'logistics',
        purpose: 'Find the parcel',
        expectedOutcome: 'A delivery date',
        evidence: ['Tracking page'],
      }),
      201,
    );
    const { olaAccept, olaWork } = await clocksOf(id);
    expect([olaAccept, olaWork]).toMatchObject([
      { calendarKey: 'default', targetSeconds: 7_200, dueAt: '2026-03-02T11:00:00.000Z' },
      { calendarKey: 'default', targetSeconds: 28_800, dueAt: '2026-03-02T17:00:00.000Z' },
    ]);
  });
});

describe('a new version of an SLA policy', () => {
  it('counts for cases that are opened afterwards; a running one keeps its own until it is rebased', async () => {
    await publish('repair', aroundTheClock('repair', hours(8)));
    const [running, early] = [await open('repair'), await open('repair')];
    await publish('repair', aroundTheClock('repair', hours(4)));
    expect(await resolutionOf(await open('repair'))).toEqual(['repair@2', '2026-03-02T13:00:00.000Z']);
    expectStatus(await app.api('agent').post(`/cases/${running}/ownership`, {}), 201);
    expect(await resolutionOf(running)).toEqual(['repair@1', '2026-03-02T17:00:00.000Z']);

    const before = await app.api('agent').get(`/cases/${running}`);
    const dry = await rebase('repair', { dryRun: true });
    expect(dry).toMatchObject({ dryRun: true, rebased: 2, unchanged: 1, refused: 0 });
    expect(dry.cases.map(({ id }: { id: string }) => id)).toEqual([running, early]);
    expect(dry.cases[0].clocks).toContainEqual({
      metric: 'resolution',
      oldDueAt: '2026-03-02T17:00:00.000Z',
      newDueAt: '2026-03-02T13:00:00.000Z',
      overdue: false,
    });
    expect((await app.api('agent').get(`/cases/${running}`)).body).toEqual(before.body);

    expect(await rebase('repair')).toEqual({ ...dry, dryRun: false });
    expect(await resolutionOf(running)).toEqual(['repair@2', '2026-03-02T13:00:00.000Z']);
    const journal = await app.api('agent').get(`/cases/${running}/journal`);
    expect(journal.body.data.at(-1)).toMatchObject({ type: 'case.rebased', actor: { kind: 'admin' } });
    expect(await rebase('repair')).toMatchObject({ rebased: 0, unchanged: 3, refused: 0, cases: [] });
  });

  it('breaches by retarget what it makes overdue, and leaves finished clocks alone', async () => {
    await publish('fast', aroundTheClock('fast', hours(20), { firstResponse: hours(10) }));
    const id = await open('fast');
    expectStatus(await app.api('agent').post(`/cases/${id}/ownership`, {}), 201);
    expectStatus(await app.api('agent').post(`/cases/${id}/messages`, { text: 'We are on it.' }), 201);
    await app.moveClockTo('2026-03-02T12:00:00Z');
    await publish('fast', aroundTheClock('fast', hours(2), { firstResponse: hours(1) }));
    const { cases } = await rebase('fast');
    expect(cases[0].clocks).toContainEqual({
      metric: 'resolution',
      oldDueAt: '2026-03-03T05:00:00.000Z',
      newDueAt: '2026-03-02T11:00:00.000Z',
      overdue: true,
    });
    await app.moveClockTo('2026-03-02T12:00:01Z');
    const { resolution, firstResponse } = await clocksOf(id);
    expect(resolution).toMatchObject({ breachedAt: '2026-03-02T11:00:00.000Z', breachCause: 'retarget' });
    expect(firstResponse).toMatchObject({ outcome: 'met', policyVersion: 1, targetSeconds: 36_000 });
  });

  it('tells apart what runs side by side', async () => {
    await publish('advice', aroundTheClock('advice', hours(200)));
    const id = await open('advice');
    const agent = app.api('agent');
    expectStatus(await agent.post(`/cases/${id}/ownership`, {}), 201);
    const consult = { department: 'finance', question: 'Is it insured?', blocking: false };
    expectStatus(await agent.post(`/cases/${id}/consults`, consult), 201);
    await app.moveClockTo('2026-03-02T13:00:00Z');
    expectStatus(await agent.post(`/cases/${id}/consults`, consult), 201);
    const { clocks } = (await agent.get(`/cases/${id}`)).body;
    const due = clocks.flatMap((one: { metric: string; dueAt: string }) =>
      one.metric === 'consult' ? [one.dueAt] : [],
    );
    await publish('advice', aroundTheClock('advice', hours(300)));
    const { cases } = await rebase('advice', { dryRun: true });
    const told = cases[0].clocks.filter(({ metric }: { metric: string }) => metric === 'consult');
    expect(new Set(due).size).toBe(2);
    expect(told.map(({ oldDueAt }: { oldDueAt: string }) => oldDueAt)).toEqual(due);
  });

  it('reaches cases that a policy serves only since it was published', async () => {
    const id = await open('gadget');
    await publish('gadget', aroundTheClock('gadget', hours(30)));
    expect(await rebase('gadget', { dryRun: true })).toMatchObject({ rebased: 1, cases: [{ id }] });
    await rebase('gadget');
    expect(await resolutionOf(id)).toEqual(['gadget@1', '2026-03-03T15:00:00.000Z']);
  });

  it('changes each case once under one key, whatever was published between', async () => {
    await publish('keyed', aroundTheClock('keyed', hours(30)));
    const id = await open('keyed');
    await publish('keyed', aroundTheClock('keyed', hours(29)));
    const key = { 'idempotency-key': 'k'.repeat(255) };
    expect(await rebase('keyed', {}, key)).toMatchObject({ rebased: 1 });
    await publish('keyed', aroundTheClock('keyed', hours(28)));
    expect(await rebase('keyed', {}, key)).toMatchObject({ rebased: 0, unchanged: 1 });
    expect(await resolutionOf(id)).toEqual(['keyed@2', '2026-03-03T14:00:00.000Z']);
  });

  it('leaves alone what has ended and what runs under another policy', async () => {
    const id = await open('ended');
    expectStatus(await app.api('agent').post(`/cases/${id}/withdrawals`, { reason: 'Found it' }), 201);
    await publish('ended', aroundTheClock('ended', hours(3)));
    expect(await rebase('ended')).toMatchObject({ rebased: 0, unchanged: 0, refused: 0 });
  });

  it('cannot be put in force for a policy that does not exist, nor by an unknown wish', async () => {
    expect((await admin.post('/sla-policies/mars/rebase', {})).status).toBe(404);
    const answer = await admin.post('/sla-policies/default/rebase', { dryRun: 'yes' });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/dryRun']);
  });
});
