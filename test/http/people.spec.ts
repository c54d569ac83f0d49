// Departments with their people, staff and what may be said of them, and how the right contact is found.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiKeys } from '../../src/identity/api-keys.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { clientOf } from '../support/client.js';
import { ESCALATION, expectStatus, openCase } from './case-client.js';

let app: TestApp;
beforeAll(async () => {
  // Monday, 09:00 UTC: 17:00 in Shanghai and Taipei, where the day ends at 18:00.
  app = await startTestApp();
});
afterAll(() => app?.close());

const LEGAL = {
  publicName: { en: 'Legal', 'zh-CN': '法务部', 'zh-TW': '法務部' },
  answersFor: 'Contracts gone wrong, and letters from lawyers.',
};

const faultsOf = (body: { errors?: { pointer: string; code: string }[] }) =>
  body.errors?.map(({ pointer, code }) => `${pointer} ${code}`);
const idsOf = (people: { id: string }[]) => people.map(({ id }) => id);

describe('a department', () => {
  it('shows who leads, who stands in, who is there now, and how much each has in hand', async () => {
    const id = await openCase(app);
    expectStatus(await app.api('agent').post(`/cases/${id}/escalations`, ESCALATION), 201);
    expectStatus(await app.api('member:logistics').post(`/cases/${id}/acceptances`), 201);
    const { body } = await app.api('agent').get('/departments/logistics');
    expect(body.lead).toMatchObject({
      id: 'logistics-lead',
      name: 'Yusuf Demir',
      role: 'lead',
      onDuty: true,
    });
    expect(
      body.members.map(({ id: who, openTasks }: { id: string; openTasks: number }) => [who, openTasks]),
    ).toEqual([
      ['logistics-1', 1],
      ['logistics-2', 0],
    ]);
    expect(body).toMatchObject({ openTasks: 1, deputies: [], nextOnDutyAt: '2026-03-02T09:00:00.000Z' });
    expect(body.onDuty.sort()).toEqual(['logistics-1', 'logistics-2', 'logistics-lead']);
  });

  it('knows people of another zone to be gone when their day is over', async () => {
    await app.moveClockTo('2026-03-02T10:30:00Z');
    const { data } = (await app.api('agent').get('/departments')).body;
    const logistics = data.find(({ key }: { key: string }) => key === 'logistics');
    expect(logistics.onDuty.sort()).toEqual(['logistics-2', 'logistics-lead']);
  });

  it('is published with a lead and deputies of its own, and with targets for consults', async () => {
    expectStatus(await app.api('admin').put('/departments/legal', LEGAL), 200);
    for (const [id, role] of [
      ['legal-1', 'lead'],
      ['legal-2', 'member'],
      ['legal-3', 'member'],
    ] as const) {
      expectStatus(await app.api('admin').put(`/staff/${id}`, { name: id, role, department: 'legal' }), 200);
    }
    const body = {
      ...LEGAL,
      lead: 'legal-1',
      deputies: ['legal-2'],
      answersForIn: { 'zh-CN': '律师函' },
      ola: { P1: { consult: { calendarSeconds: 600 } } },
    };
    const published = await app.api('admin').put('/departments/legal', body);
    expect(published.body).toMatchObject({
      lead: { id: 'legal-1' },
      deputies: [{ id: 'legal-2' }],
      answersForIn: { 'zh-CN': '律师函' },
      ola: { P1: { consult: { calendarSeconds: 600 } } },
    });
    expectStatus(
      await app.api('admin').put('/staff/legal-1', { name: 'L', role: 'lead', department: 'sales' }),
      200,
    );
    const { lead, deputies } = (await app.api('agent').get('/departments/legal')).body;
    expect([lead, idsOf(deputies)]).toEqual([null, ['legal-2']]);
  });

  it.each([
    ['a lead of another department', { lead: 'sales-lead' }, '/lead inconsistent'],
    ['a member as its lead', { lead: 'logistics-1' }, '/lead inconsistent'],
    ['nobody as its lead', { lead: 'nobody' }, '/lead inconsistent'],
    ['a lead that is no id', { lead: { id: 'logistics-lead' } }, '/lead wrong-type'],
    ['a deputy of another department', { deputies: ['sales-1'] }, '/deputies/0 inconsistent'],
    ['a manager as deputy', { deputies: ['manager-1'] }, '/deputies/0 inconsistent'],
    ['a deputy twice', { deputies: ['logistics-1', 'logistics-1'] }, '/deputies inconsistent'],
    [
      'its lead as deputy',
      { lead: 'logistics-lead', deputies: ['logistics-lead'] },
      '/deputies inconsistent',
    ],
    ['deputies that are no list', { deputies: 'logistics-1' }, '/deputies wrong-type'],
    ['a language that nobody reads', { answersForIn: { tlh: 'x' } }, '/answersForIn/tlh unknown-field'],
    ['an empty translation', { answersForIn: { en: ' ' } }, '/answersForIn/en required'],
  ])('is refused with %s', async (_fault, fields, expected) => {
    const answer = await app.api('admin').put('/departments/logistics', { ...LEGAL, ...fields });
    expect([answer.status, faultsOf(answer.body)]).toEqual([422, [expected]]);
  });
});

describe('the name of the front line', () => {
  it('is no department', async () => {
    const answer = await app.api('admin').put('/departments/frontline', LEGAL);
    expect([answer.status, faultsOf(answer.body)]).toEqual([422, ['/key malformed']]);
  });
});

describe('a person', () => {
  const entry = { name: 'Noor Haddad', role: 'member', department: 'sales' };

  it('is entered, read and listed as described', async () => {
    const described = {
      ...entry,
      email: 'noor@example.com',
      skills: ['ZH', 'en', 'zh'],
      shiftCalendar: 'tw',
      capacity: 3,
    };
    const { body } = await app.api('admin').put('/staff/sales-9', described);
    const stored = { ...described, id: 'sales-9', active: true, skills: ['en', 'zh'], onDuty: false };
    expect(body).toEqual(stored);
    expect((await app.api('manager').get('/staff/sales-9')).body).toEqual(stored);
    const { data } = (await app.api('admin').get('/staff?department=sales&role=member&active=true')).body;
    expect(idsOf(data)).toEqual(['sales-1', 'sales-2', 'sales-9']);
    const again = await app.api('admin').put('/staff/sales-9', entry);
    expect(again.body).toMatchObject({ email: null, skills: [], shiftCalendar: null, capacity: null });
  });

  it('reads what is known of them', async () => {
    expect((await app.api('member:product').get('/staff/me')).body).toMatchObject({
      id: 'product-1',
      role: 'member',
      department: 'product',
      skills: ['batteries', 'zh'],
      shiftCalendar: 'cn',
    });
  });

  it('is on the list once, page by page', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await app.api('admin').get(`/staff?limit=4${cursor}`);
      seen.push(...idsOf(body.data));
      if (!body.meta.hasMore) break;
      cursor = `&cursor=${body.meta.nextCursor}`;
    }
    expect(seen).toEqual(idsOf((await app.api('admin').get('/staff?limit=100')).body.data));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('who has left is turned away, keeps a name, and is nobody’s contact', async () => {
    expectStatus(await app.api('admin').put('/staff/leaver', { ...entry, department: 'finance' }), 200);
    const { key } = await app
      .get(ApiKeys)
      .issue({ staffId: 'leaver', role: 'member', name: 'test', expiresAt: null });
    expectStatus(
      await app.api('admin').put('/staff/leaver', { ...entry, department: 'finance', active: false }),
      200,
    );
    expect((await clientOf(app.url, key).get('/me')).status).toBe(401);
    const { members } = (await app.api('agent').get('/departments/finance')).body;
    expect(idsOf(members)).toEqual(['finance-1', 'finance-2']);
    expect((await app.api('admin').get('/staff/leaver')).body).toMatchObject({
      active: false,
      onDuty: false,
    });
  });

  it.each([
    ['no name', 'x-1', { role: 'agent' }, '/name required'],
    ['no role', 'x-1', { name: 'X' }, '/role required'],
    ['a role that is none', 'x-1', { name: 'X', role: 'king' }, '/role invalid-choice'],
    ['a member of nothing', 'x-1', { name: 'X', role: 'member' }, '/department inconsistent'],
    [
      'an agent in a department',
      'x-1',
      { name: 'X', role: 'agent', department: 'sales' },
      '/department inconsistent',
    ],
    [
      'a department that is none',
      'x-1',
      { name: 'X', role: 'lead', department: 'nowhere' },
      '/department inconsistent',
    ],
    [
      'a calendar that is none',
      'x-1',
      { name: 'X', role: 'agent', shiftCalendar: 'moon' },
      '/shiftCalendar inconsistent',
    ],
    ['no capacity at all', 'x-1', { name: 'X', role: 'agent', capacity: 0 }, '/capacity out-of-range'],
    ['half a capacity', 'x-1', { name: 'X', role: 'agent', capacity: 1.5 }, '/capacity wrong-type'],
    [
      'skills beyond belief',
      'x-1',
      { name: 'X', role: 'agent', skills: Array.from({ length: 21 }, (_, n) => `s${n}`) },
      '/skills too-many',
    ],
    ['an address that is none', 'x-1', { name: 'X', role: 'agent', email: 'x' }, '/email invalid'],
    ['an id of other signs', 'x%201', { name: 'X', role: 'agent' }, '/id malformed'],
    ['the id of time itself', 'system', { name: 'X', role: 'agent' }, '/id malformed'],
    ['a field of ours', 'x-1', { name: 'X', role: 'agent', createdAt: 1 }, '/createdAt unknown-field'],
    ['the last administrator gone', 'admin-1', { name: 'A', role: 'agent' }, '/active inconsistent'],
    [
      'the last administrator away',
      'admin-1',
      { name: 'A', role: 'admin', active: false },
      '/active inconsistent',
    ],
  ])('is refused with %s', async (_fault, id, body, expected) => {
    const answer = await app.api('admin').put(`/staff/${id}`, body);
    expect([answer.status, faultsOf(answer.body)]).toEqual([422, [expected]]);
  });

  it.each(['agent', 'service', 'member:sales', 'lead:sales'] as const)(
    'is no business of a %s',
    async (who) => {
      expect((await app.api(who).get('/staff')).status).toBe(403);
      expect((await app.api(who).get('/staff/agent-1')).status).toBe(403);
      expect((await app.api(who).put('/staff/agent-1', { name: 'X', role: 'admin' })).status).toBe(403);
      expect((await app.api('manager').put('/staff/agent-1', { name: 'X', role: 'admin' })).status).toBe(403);
    },
  );

  it('who has left is turned away at once, however often the key was used before', async () => {
    const admin = app.api('admin');
    const entry = { name: 'Jo Marsh', role: 'agent', active: true };
    expectStatus(await admin.put('/staff/jo-marsh', entry), 200);
    const { body } = expectStatus(
      await admin.post('/api-keys', { staffId: 'jo-marsh', name: 'laptop' }),
      201,
    );
    const jo = clientOf(app.url, body.key);
    expectStatus(await jo.get('/staff/me'), 200);

    expectStatus(await admin.put('/staff/jo-marsh', { ...entry, active: false }), 200);
    expectStatus(await jo.get('/staff/me'), 401);
  });

  it('is not there under an id that is none', async () => {
    expect((await app.api('admin').get('/staff/nobody')).status).toBe(404);
    expect((await app.api('admin').get('/staff/constructor')).status).toBe(404);
    for (const query of ['role=king', 'cursor=junk', 'active=yes', 'q=x']) {
      expect((await app.api('admin').get(`/staff?${query}`)).status).toBe(400);
    }
  });
});

describe('the right contact', () => {
  const found = async (query: string) =>
    (await app.api('agent').get(`/directory/contacts?${query}`)).body.data.map(
      ({ department, why }: { department: string; why: string[] }) => [department, why.join(' ')],
    );

  it('is found by what a department answers for, in any language', async () => {
    expect(await found('q=disputed')).toEqual([['finance', 'answersFor']]);
    expect((await found(`q=${encodeURIComponent('包裹延误了')}`))[0]).toEqual(['logistics', 'answersFor']);
    expect((await found(`q=${encodeURIComponent('信用卡退款')}`))[0]).toEqual(['finance', 'answersFor']);
    expect(await found('q=carriers')).toEqual([['logistics', 'skill answersFor']]);
    expect(await found('q=xylophone')).toEqual([]);
  });

  it('is first of all the one that rules and playbook name for the category', async () => {
    const playbook = { route: { level1: 'product', level2: 'finance' } };
    expectStatus(await app.api('admin').put('/playbooks/leaks', playbook), 200);
    expect(await found('category=leaks')).toEqual([
      ['finance', 'playbook'],
      ['product', 'playbook'],
    ]);
    const rules = {
      rules: [{ name: 'leaks', when: { category: 'leaks' }, department: 'sales', why: 'They promised.' }],
    };
    expectStatus(await app.api('admin').put('/routing-rules/default', rules), 200);
    expect((await found('category=leaks&q=invoices'))[0]).toEqual(['sales', 'rule']);
  });

  it('is everybody, with who is there now, when nothing is asked', async () => {
    const { data } = (await app.api('lead:sales').get('/directory/contacts')).body;
    expect(data.map(({ department }: { department: string }) => department)).toEqual(
      expect.arrayContaining(['finance', 'logistics', 'product', 'sales']),
    );
    expect(data[0]).toMatchObject({ publicName: { en: 'Finance' }, why: [], lead: { id: 'finance-lead' } });
  });

  it('is for staff alone, and for a question that can be read', async () => {
    expect((await app.api('service').get('/directory/contacts')).status).toBe(403);
    for (const query of ['q=', 'q=%00', 'category=&q=x', 'who=me']) {
      expect((await app.api('agent').get(`/directory/contacts?${query}`)).status).toBe(400);
    }
  });
});
