// Routing over HTTP: what the rules say of a case, who becomes its owner, that the journal keeps why; and the context in
// which a customer is answered.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn, ESCALATION, expectStatus, OPEN_CASE, openCase } from './case-client.js';

let app: TestApp;
beforeAll(async () => {
  // Monday, 09:00 UTC: everybody is there.
  app = await startTestApp();
});
afterAll(() => app?.close());

const RULES = [
  {
    name: 'batteries',
    when: { keywords: ['battery', '电池'] },
    department: 'product',
    skills: ['batteries'],
    person: 'leastLoaded',
    ownerSkills: ['zh'],
    why: 'They know batteries.',
  },
  { name: 'vip', when: { grade: 'vip' }, department: 'sales', person: 'sales-lead', why: 'Led by hand.' },
  { name: 'deliveries', when: { category: 'delivery' }, department: 'logistics', why: 'Parcels are theirs.' },
];

const publish = async (assignOwner: boolean, rules: object[] = RULES) =>
  expectStatus(await app.api('admin').put('/routing-rules/default', { assignOwner, rules }), 200).body;

const previewed = (facts: object, who: TokenName = 'agent') =>
  app.api(who).post('/routing/preview', { category: 'delivery', channel: 'phone', ...facts });

describe('a suggestion of the routing rules', () => {
  it.each([
    [
      { description: 'The battery swells' },
      { department: 'product', member: { id: 'product-1', name: '张伟' }, rule: 'batteries' },
    ],
    [
      { grade: 'vip' },
      { department: 'sales', member: { id: 'sales-lead', name: 'James Carter' }, rule: 'vip' },
    ],
    [{}, { department: 'logistics', member: null, rule: 'deliveries' }],
    [{ category: 'else' }, { department: 'sales', member: null, rule: null }],
  ])('is made for the facts %j', async (facts, expected) => {
    const { version } = await publish(false);
    const { status, body } = await previewed(facts);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...expected, version });
    expect(body.explanation.length).toBeGreaterThan(20);
  });

  it('is made for a case, for everybody who may see it', async () => {
    await publish(false);
    const id = await openCase(app, 'agent', { ...OPEN_CASE, subject: '电池鼓包' });
    const { body } = await app.api('manager').get(`/cases/${id}/routing`);
    expect(body).toMatchObject({ department: 'product', rule: 'batteries', member: { id: 'product-1' } });
    expect(body.explanation).toBe(
      'Rule "batteries": They know batteries. product-1 is the least loaded of 2 with batteries, with 0 in hand.',
    );
    expect((await app.api('member:finance').get(`/cases/${id}/routing`)).status).toBe(404);
    expect((await app.api('agent').get(`/cases/x/routing`)).status).toBe(404);
  });

  it('goes to another person when the first has more in hand', async () => {
    await publish(false);
    const id = await openCase(app);
    expectStatus(
      await app.api('agent').post(`/cases/${id}/escalations`, { ...ESCALATION, department: 'product' }),
      201,
    );
    expectStatus(await app.api('member:product').post(`/cases/${id}/acceptances`), 201);
    const { body } = await previewed({ subject: 'battery' });
    expect(body.member.id).toBe('product-lead');
  });

  it.each([
    ['no category', { category: null }, '/category required'],
    ['a grade that is none', { grade: 'gold' }, '/grade invalid-choice'],
    ['a product that is a list', { product: ['x'] }, '/product invalid-text'],
    ['a field that does not exist', { ownerId: 'agent-1' }, '/ownerId unknown-field'],
  ])('is refused for facts with %s', async (_fault, facts, expected) => {
    const { status, body } = await previewed(facts);
    const [error] = body.errors;
    expect([status, `${error.pointer} ${error.code}`]).toEqual([422, expected]);
  });

  it('is for staff, and its rules for administrators', async () => {
    expect((await previewed({}, 'service')).status).toBe(403);
    expect((await previewed({}, 'member:sales')).status).toBe(200);
    expect((await app.api('manager').put('/routing-rules/default', { rules: [] })).status).toBe(403);
    expect((await app.api('admin').put('/routing-rules/mine', { rules: [] })).status).toBe(422);
    const refused = await app.api('admin').put('/routing-rules/default', {
      rules: [{ ...RULES[2], when: {} }, RULES[0]],
    });
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, '/rules/1/when']);
  });
});

describe('the owner of a case that no agent opened', () => {
  const opened = async (fields: object = {}, who: TokenName = 'service') => {
    const id = await openCase(app, who, { ...OPEN_CASE, ...fields });
    const { owner } = (await app.api('agent').get(`/cases/${id}`)).body;
    const journal = (await app.api('agent').get(`/cases/${id}/journal`)).body.data;
    return { owner: owner?.id ?? null, data: journal[0].data };
  };

  it('is nobody as long as the rules do not say so', async () => {
    await publish(false);
    const { owner, data } = await opened();
    expect([owner, 'routing' in data]).toEqual([null, false]);
  });

  it('is the least loaded agent with the skills, and the journal keeps why', async () => {
    const { version } = await publish(true);
    const { owner, data } = await opened({ subject: 'Battery swells' });
    expect(owner).toBe('agent-2');
    expect(data.routing).toMatchObject({ rule: 'batteries', version });
    expect(data.routing.explanation).toContain('agent-2 is the only one free with zh');
  });

  it('is the agent who opens it, whatever the rules say', async () => {
    await publish(true);
    const { owner, data } = await opened({ subject: 'Battery swells' }, 'agent');
    expect([owner, 'routing' in data]).toEqual(['agent-1', false]);
  });

  it('takes turns, also when cases come at once', async () => {
    await publish(true, []);
    const ownedBy = async (id: string) =>
      (
        await app.dataSource.query<{ n: number }[]>(
          `SELECT count(*)::int AS n FROM cases WHERE owner_id = $1
           AND state NOT IN ('resolved', 'closed', 'withdrawn', 'merged')`,
          [id],
        )
      )[0]?.n ?? -1;
    await Promise.all(Array.from({ length: 12 }, () => opened()));
    const [one, two] = [await ownedBy('agent-1'), await ownedBy('agent-2')];
    expect(Math.abs(one - two)).toBeLessThanOrEqual(3);
  });

  it('is nobody at night, and the journal says that nobody was there', async () => {
    await publish(true, []);
    await app.moveClockTo('2026-03-02T22:00:00Z');
    const { owner, data } = await opened();
    expect([owner, data.routing]).toMatchObject([
      null,
      { rule: null, explanation: 'Nobody is on duty now.' },
    ]);
  });
});

describe('the context of a case', () => {
  const customer = { externalId: 'in-context', name: '王芳', locale: 'zh-CN', grade: 'key' };
  const contextOf = async (id: string, who: TokenName = 'agent') =>
    expectStatus(await app.api(who).get(`/cases/${id}/context`), 200).body;

  it('holds the customer, what went before, and what may be the same', async () => {
    await publish(false, []);
    const body = { ...OPEN_CASE, customer, orderRef: 'SO-7' };
    const first = await openCase(app, 'agent', body);
    expect((await contextOf(first)).repeatContact).toBeNull();
    const second = await openCase(app, 'agent', { ...body, category: 'refund' });
    const third = await openCase(app, 'agent', { ...body, orderRef: null });
    const context = await contextOf(third);
    expect(context.customer).toMatchObject({ name: '王芳', grade: 'key', language: 'zh-CN' });
    expect(context).toMatchObject({
      language: 'zh-CN',
      repeatContact: { count90Days: 2, lastCaseId: second },
      possibleDuplicates: [{ id: first, why: 'sameCategory' }],
      openPromises: [],
      playbook: { category: '*', route: { level1: 'sales', level2: null } },
    });
    expect(context.otherCases.map(({ id }: { id: string }) => id).sort()).toEqual([first, second].sort());
    expect((await contextOf(second)).possibleDuplicates).toMatchObject([{ id: first, why: 'sameOrder' }]);
  });

  it('keeps other departments’ cases from a member, and still tells how often the customer came', async () => {
    const mine = { ...OPEN_CASE, customer: { externalId: 'seen-partly', name: 'P' } };
    await openCase(app, 'agent', mine);
    const id = await openCase(app, 'agent', mine);
    expectStatus(await app.api('agent').post(`/cases/${id}/escalations`, ESCALATION), 201);
    const context = await contextOf(id, 'member:logistics');
    expect(context).toMatchObject({
      repeatContact: { count90Days: 1, lastCaseId: null },
      possibleDuplicates: [],
      otherCases: [],
    });
    expect((await app.api('member:sales').get(`/cases/${id}/context`)).status).toBe(404);
  });

  it('is there for a case in every kind of place', async () => {
    for (const situation of ['received', 'waiting', 'working2', 'closed', 'withdrawn'] as const) {
      expect((await contextOf(await caseIn(app, situation))).customer.externalId).toBe('crm-1');
    }
  });
});
