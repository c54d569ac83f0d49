// Customers over HTTP: their record, the view of them as a whole, who may see what of it, merges, and what may be sent.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ESCALATION, expectStatus, OPEN_CASE, openCase, RESOLUTION } from './case-client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const NOBODY = '01a2011f-9c23-7ebd-b176-93490937ef58';
let entered = 0;

/** A customer of whom nothing is known but what is said. @returns its id */
async function aCustomer(fields: object = {}, who: TokenName = 'agent'): Promise<string> {
  entered += 1;
  const body = { externalId: `entered-${entered}`, name: `Customer ${entered}`, ...fields };
  return expectStatus(await app.api(who).post('/customers', body), 201).body.id;
}

const caseOf = (customerId: string, fields: object = {}, who: TokenName = 'agent') =>
  openCase(app, who, { ...OPEN_CASE, ...fields, customer: { id: customerId } });

async function sent(caseId: string, who: TokenName, path: string, body: object = {}): Promise<void> {
  expectStatus(await app.api(who).post(`/cases/${caseId}/${path}`, body), 201);
}

const view = async (id: string, who: TokenName = 'agent') =>
  expectStatus(await app.api(who).get(`/customers/${id}`), 200).body;

const idsIn = (cases: { id: string }[]) => cases.map(({ id }) => id);

describe('the record of a customer', () => {
  it('is entered once per external id, and says so by its status and location', async () => {
    const body = { externalId: 'twice', name: 'Ada', email: 'ada@example.com', grade: 'key' };
    const first = await app.api('service').post('/customers', body);
    const second = await app.api('service').post('/customers', { externalId: 'twice', name: 'Ada King' });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toMatchObject({ id: first.body.id, name: 'Ada King', email: 'ada@example.com' });
    expect(first.headers.get('location')).toBe(`/api/v1/customers/${first.body.id}`);
  });

  it('keeps what a change does not mention, and forgets what is null', async () => {
    const preferences = {
      optOut: ['sms'],
      quietHours: { from: '22:00', to: '07:30' },
      consent: { marketing: true, at: '2026-01-05T10:00:00+01:00' },
    };
    const id = await aCustomer({ phone: '+44 1234', locale: 'zh-HK', account: 'A', preferences });
    const { body } = await app
      .api('agent')
      .put(`/customers/${id}`, { phone: null, timeZone: 'Asia/Hong_Kong' });
    expect(body).toMatchObject({
      phone: null,
      locale: 'zh-HK',
      language: 'zh-TW',
      timeZone: 'Asia/Hong_Kong',
      account: 'A',
      preferences: { ...preferences, consent: { marketing: true, at: '2026-01-05T09:00:00.000Z' } },
    });
    const after = await app.api('agent').put(`/customers/${id}`, { preferences: null });
    expect(after.body.preferences).toEqual({});
  });

  it('is found by part of a name, by account and by grade, page by page', async () => {
    for (let n = 0; n < 5; n += 1) await aCustomer({ name: `Listed ${n}`, account: 'Listing', grade: 'vip' });
    const found: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await app.api('manager').get(`/customers?account=Listing&grade=vip&limit=2${cursor}`);
      found.push(...body.data.map(({ name }: { name: string }) => name));
      if (!body.meta.hasMore) break;
      cursor = `&cursor=${body.meta.nextCursor}`;
    }
    expect(found).toEqual(['Listed 4', 'Listed 3', 'Listed 2', 'Listed 1', 'Listed 0']);
    expect((await app.api('agent').get('/customers?q=ISTED%203')).body.data).toHaveLength(1);
  });

  it.each([
    ['no name', { externalId: 'x' }, '/name required'],
    ['an address that is two', { externalId: 'x', name: 'X', email: 'a@b.c,d@e.f' }, '/email invalid'],
    ['a number that is none', { externalId: 'x', name: 'X', phone: 'call me' }, '/phone invalid'],
    ['a zone that is none', { externalId: 'x', name: 'X', timeZone: 'Mars/Base' }, '/timeZone invalid'],
    ['a language that is none', { externalId: 'x', name: 'X', locale: 'no language' }, '/locale invalid'],
    ['a grade that is none', { externalId: 'x', name: 'X', grade: 'gold' }, '/grade invalid-choice'],
    ['an unseen name', { externalId: 'x', name: '\u200b' }, '/name invalid-text'],
    ['a field of ours', { externalId: 'x', name: 'X', mergedInto: NOBODY }, '/mergedInto unknown-field'],
    [
      'a channel that nobody can close',
      { externalId: 'x', name: 'X', preferences: { optOut: ['page'] } },
      '/preferences/optOut invalid-choice',
    ],
    [
      'a channel closed twice',
      { externalId: 'x', name: 'X', preferences: { optOut: ['sms', 'sms'] } },
      '/preferences/optOut invalid-choice',
    ],
    [
      'quiet hours without an end',
      { externalId: 'x', name: 'X', preferences: { quietHours: { from: '22:00' } } },
      '/preferences/quietHours/to invalid',
    ],
    [
      'quiet hours of another day',
      { externalId: 'x', name: 'X', preferences: { quietHours: { from: '24:00', to: '07:00' } } },
      '/preferences/quietHours/from invalid',
    ],
    [
      'a consent without a date that is one',
      { externalId: 'x', name: 'X', preferences: { consent: { at: 'yesterday' } } },
      '/preferences/consent/at invalid-instant',
    ],
    [
      'preferences that are a list',
      { externalId: 'x', name: 'X', preferences: [] },
      '/preferences wrong-type',
    ],
    [
      'a preference that does not exist',
      { externalId: 'x', name: 'X', preferences: { colour: 'red' } },
      '/preferences/colour unknown-field',
    ],
  ])('is refused with %s', async (_fault, body, expected) => {
    const answer = await app.api('agent').post('/customers', body);
    const faults = answer.body.errors?.map(
      (error: { pointer: string; code: string }) => `${error.pointer} ${error.code}`,
    );
    expect([answer.status, faults]).toEqual([422, [expected]]);
  });

  it.each(['limit=0', 'cursor=junk', 'grade=gold', 'account=%00', 'sort=name', 'q='])(
    'is not listed by ?%s',
    async (query) => {
      expect((await app.api('agent').get(`/customers?${query}`)).status).toBe(400);
    },
  );

  it('is not there under an id that is none', async () => {
    const otherId = await aCustomer();
    for (const id of [NOBODY, 'x', `${NOBODY}0`]) {
      expect((await app.api('agent').get(`/customers/${id}`)).status).toBe(404);
      expect((await app.api('agent').put(`/customers/${id}`, { name: 'X' })).status).toBe(404);
      expect((await app.api('agent').get(`/customers/${id}/duplicates`)).status).toBe(404);
      expect((await app.api('agent').post(`/customers/${id}/merges`, { otherId, reason: 'x' })).status).toBe(
        404,
      );
    }
  });
});

describe('a customer as a whole', () => {
  it('shows open and ended cases, what was said of them, and who else is in the account', async () => {
    const id = await aCustomer({ account: 'Whole Ltd' });
    await aCustomer({ account: 'Whole Ltd' });
    const ended = await caseOf(id);
    await sent(ended, 'agent', 'ownership');
    await sent(ended, 'agent', 'resolutions', RESOLUTION);
    const open = await caseOf(id, { orderRef: 'SO-1' });
    const seen = await view(id);
    expect([idsIn(seen.openCases), idsIn(seen.recentCases)]).toEqual([[open], [ended]]);
    expect(seen.openCases[0]).toMatchObject({
      subject: OPEN_CASE.subject,
      orderRef: 'SO-1',
      state: 'received',
    });
    expect(seen).toMatchObject({
      isComplete: true,
      promises: { counts: { open: 0, kept: 0, broken: 0, cancelled: 0 }, list: [] },
      compensations: { sums: [], list: [] },
      ratings: { count: 0, average: null, last: null },
      repeatContacts90Days: 1,
      chases: 0,
      othersInAccount: 1,
    });
  });

  it('is a shorter one for a department: cases of its own, and nothing that other cases say', async () => {
    const id = await aCustomer();
    const theirs = await caseOf(id);
    await sent(theirs, 'agent', 'escalations', ESCALATION);
    await caseOf(id);
    const seen = await view(id, 'member:logistics');
    expect([idsIn(seen.openCases), seen.repeatContacts90Days]).toEqual([[theirs], 0]);
    expect(idsIn((await view(id, 'service')).openCases)).toHaveLength(2);
  });

  it.each([
    ['agent', 200],
    ['agent2', 200],
    ['manager', 200],
    ['admin', 200],
    ['service', 200],
    ['member:logistics', 200],
    ['lead:logistics', 200],
    ['member:finance', 404],
    ['lead:sales', 404],
  ] as [TokenName, number][])('is open to %s by the case that logistics had: %i', async (who, status) => {
    const id = await aCustomer();
    await sent(await caseOf(id), 'agent', 'escalations', ESCALATION);
    expect((await app.api(who).get(`/customers/${id}`)).status).toBe(status);
    const isDepartment = /:/.test(who);
    const others = [
      await app.api(who).get('/customers'),
      await app.api(who).get(`/customers/${id}/duplicates`),
      await app.api(who).put(`/customers/${id}`, { name: 'Renamed' }),
      await app.api(who).post('/customers', { externalId: `by-${who}`, name: 'X' }),
    ];
    expect(others.map((answer) => answer.status < 300)).toEqual(others.map(() => !isDepartment));
    expect(others.filter((answer) => isDepartment && answer.status !== 403)).toEqual([]);
  });

  it('is never read without a token, nor by the token of a link', async () => {
    const id = await aCustomer();
    const caseId = await caseOf(id);
    const { statusUrl } = (await app.api('agent').get(`/cases/${caseId}`)).body;
    const token = new URL(statusUrl).pathname.split('/').at(-1);
    for (const headers of [new Headers(), new Headers({ authorization: `Bearer ${token}` })]) {
      const { status } = await fetch(`${app.url}/api/v1/customers/${id}`, {
        headers,
      });
      expect(status).toBe(401);
    }
  });
});

describe('the grade of a customer', () => {
  it('goes to the open cases with its reason, and leaves ended ones alone', async () => {
    const id = await aCustomer();
    const [open, ended] = [await caseOf(id), await caseOf(id)];
    await sent(ended, 'agent', 'withdrawals', { reason: 'Found' });
    const { body } = await app.api('agent').put(`/customers/${id}`, { grade: 'vip', reason: 'New contract' });
    expect(body.openCases).toEqual({ regraded: 1, refused: 0 });
    const grades = await Promise.all(
      [open, ended].map(async (caseId) => (await app.api('agent').get(`/cases/${caseId}`)).body.grade),
    );
    expect(grades).toEqual(['vip', 'standard']);
    const journal = (await app.api('agent').get(`/cases/${open}/journal`)).body.data;
    expect(journal.at(-1)).toMatchObject({
      type: 'case.regraded',
      data: { grade: 'vip', reason: 'New contract' },
      actor: { id: 'agent-1' },
    });
    const again = await app.api('agent').put(`/customers/${id}`, { grade: 'vip' });
    expect(again.body.openCases).toEqual({ regraded: 0, refused: 0 });
  });

  it('goes to open cases that lie under a merged record too', async () => {
    const [into, other] = [await aCustomer(), await aCustomer()];
    const caseId = await caseOf(other);
    await app.api('agent').post(`/customers/${into}/merges`, { otherId: other, reason: 'one person' });
    const { body } = await app.api('manager').put(`/customers/${other}`, { grade: 'key' });
    expect([body.id, body.openCases.regraded]).toEqual([into, 1]);
    expect((await app.api('agent').get(`/cases/${caseId}`)).body.grade).toBe('key');
  });
});

describe('a merge of customers', () => {
  const merge = (into: string, otherId: unknown, who: TokenName = 'agent') =>
    app.api(who).post(`/customers/${into}/merges`, { otherId, reason: 'Same address, confirmed by phone' });

  it('shows the cases of both under either id, and keeps the customer that each case has', async () => {
    const [into, other] = [await aCustomer(), await aCustomer({ externalId: 'merged-away' })];
    const [first, second] = [await caseOf(into), await caseOf(other)];
    const { status, body } = await merge(into, other);
    expect([status, idsIn(body.openCases).sort()]).toEqual([201, [first, second].sort()]);
    for (const id of [into, other]) {
      expect((await view(id)).id).toBe(into);
      const listed = (await app.api('agent').get(`/cases?customerId=${id}`)).body.data;
      expect(idsIn(listed).sort()).toEqual([first, second].sort());
    }
    expect((await app.api('agent').get(`/cases/${second}`)).body.customer.id).toBe(other);
  });

  it('lets a new case under the old external id belong to the record that goes on', async () => {
    const [into, other] = [await aCustomer(), await aCustomer({ externalId: 'old-id' })];
    await merge(into, other);
    const caseId = await openCase(app, 'service', {
      ...OPEN_CASE,
      customer: { externalId: 'old-id', name: 'Old' },
    });
    expect((await app.api('agent').get(`/cases/${caseId}`)).body.customer.id).toBe(into);
  });

  it('leaves the customer’s link to a case as it was', async () => {
    const [into, other] = [await aCustomer(), await aCustomer()];
    const caseId = await caseOf(other);
    const { statusUrl } = (await app.api('agent').get(`/cases/${caseId}`)).body;
    await merge(into, other);
    const token = new URL(statusUrl).pathname.split('/').at(-1);
    expect((await app.api(null).get(`/status/${token}`)).status).toBe(200);
    expect((await app.api(null).post(`/status/${token}/replies`, { text: 'Still me' })).status).toBe(201);
  });

  it('has one effect when it is repeated, and one winner when two run in opposite directions', async () => {
    const [one, two] = [await aCustomer(), await aCustomer()];
    const [there, back] = await Promise.all([merge(one, two), merge(two, one, 'agent2')]);
    expect([there.status, back.status].sort()).toEqual([201, 409]);
    const [winner, loser] = there.status === 201 ? [one, two] : [two, one];
    expect([there, back].find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'customer-merged',
      mergedInto: winner,
    });
    expect((await merge(winner, loser)).status).toBe(201);
  });

  it.each([
    ['itself', async (id: string) => id],
    ['nobody', async () => NOBODY],
    ['something that is no id', async () => 'x'],
    ['nothing', async () => undefined],
    ['a list', async () => [NOBODY]],
  ])('is refused with %s', async (_other, other) => {
    const id = await aCustomer();
    const answer = await merge(id, await other(id));
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/otherId']);
  });

  it('needs a reason, and somebody who answers for it', async () => {
    const [into, other] = [await aCustomer(), await aCustomer()];
    const bare = await app.api('agent').post(`/customers/${into}/merges`, { otherId: other });
    expect([bare.status, bare.body.errors[0].pointer]).toEqual([422, '/reason']);
    for (const who of ['service', 'member:logistics', 'lead:finance'] as const) {
      expect((await merge(into, other, who)).status).toBe(403);
    }
  });

  it('is suggested for records that are alike', async () => {
    const id = await aCustomer({ email: 'alike@example.com' });
    const alike = await aCustomer({ email: 'ALIKE@example.com' });
    const suggested = async () => (await app.api('agent').get(`/customers/${id}/duplicates`)).body.data;
    expect(await suggested()).toMatchObject([{ customer: { id: alike }, why: ['email'] }]);
    await merge(id, alike);
    expect(await suggested()).toEqual([]);
  });
});
