// The list of cases over HTTP: filters, orders, pages and visibility (reliability.md I15, N17, N18).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn, OPEN_CASE, openCase, type Situation } from './case-client.js';

let app: TestApp;
const ids = {} as Record<Situation | 'urgent', string>;
beforeAll(async () => {
  app = await startTestApp();
  const situations: Situation[] = [
    'received',
    'working',
    'dispatched1',
    'working2',
    'arbitration',
    'attention',
    'closed',
  ];
  for (const situation of situations) {
    ids[situation] = await caseIn(app, situation);
    await app.moveClockTo(`2026-03-02T09:0${situations.indexOf(situation) + 1}:00Z`);
  }
  ids.urgent = await openCase(app, 'service', {
    ...OPEN_CASE,
    subject: '100% wrong_address',
    orderRef: 'A-77',
    impact: 'high',
    urgency: 'high',
    customer: { externalId: 'crm-urgent', name: 'Urgent' },
  });
});
afterAll(() => app?.close());

async function listed(query: string, who: Parameters<TestApp['api']>[0] = 'agent'): Promise<string[]> {
  const { status, body } = await app.api(who).get(`/cases?limit=100&${query}`);
  expect(status).toBe(200);
  return body.data.map(({ id }: { id: string }) => id);
}

async function paged(query: string): Promise<string[]> {
  const found: string[] = [];
  for (let cursor = ''; ;) {
    const { body } = await app.api('agent').get(`/cases?limit=3&${query}${cursor}`);
    found.push(...body.data.map(({ id }: { id: string }) => id));
    if (!body.meta.hasMore) return found;
    cursor = `&cursor=${body.meta.nextCursor}`;
  }
}

describe('the list of cases', () => {
  it.each([
    ['state=received', ['received', 'urgent']],
    ['state=level2', ['working2']],
    ['state=frontline.working', ['working', 'attention']],
    ['level=1', ['dispatched1', 'arbitration']],
    ['level=0&state=closed', ['closed']],
    ['department=logistics', ['dispatched1']],
    ['department=product', ['working2']],
    ['department=nowhere', []],
    ['ownerId=agent-1&state=received', ['received']],
    ['priority=P1', ['urgent']],
    ['breached=true', []],
    ['breached=false&priority=P1', ['urgent']],
    ['q=A-77', ['urgent']],
    ['q=100%25', ['urgent']],
    ['q=wrong_a', ['urgent']],
    ['q=wrongXa', []],
    ['q=%27%3B%20DROP%20TABLE%20cases%3B--', []],
  ] as [string, (Situation | 'urgent')[]][])('filters by %s', async (query, situations) => {
    expect((await listed(query)).sort()).toEqual(situations.map((situation) => ids[situation]).sort());
  });

  it('finds a case by its number and by its customer', async () => {
    const { number, customer } = (await app.api('agent').get(`/cases/${ids.urgent}`)).body;
    expect(await listed(`q=${number.toLowerCase()}`)).toEqual([ids.urgent]);
    expect(await listed(`customerId=${customer.id}`)).toEqual([ids.urgent]);
  });

  it('begins with what changed last', async () => {
    const found = await listed('');
    expect([found[0], found.at(-1)]).toEqual([ids.urgent, ids.received]);
    expect(found).toHaveLength(8);
  });

  it.each(['createdAt', 'updatedAt', 'nextUpdateDueAt', 'resolutionDueAt', 'priority'])(
    'is the same in pages of three as in one, in both directions: %s',
    async (name) => {
      const [ascending, descending] = [await listed(`sort=${name}`), await listed(`sort=-${name}`)];
      expect(ascending).toEqual([...descending].reverse());
      expect(await paged(`sort=${name}`)).toEqual(ascending);
      expect(await paged(`sort=-${name}`)).toEqual(descending);
    },
  );

  it('is 25 long unless asked otherwise, and says when there is more', async () => {
    const { body } = await app.api('agent').get('/cases');
    expect(body.meta).toEqual({ hasMore: false, nextCursor: null });
    expect((await app.api('agent').get('/cases?limit=2')).body.meta.hasMore).toBe(true);
  });

  it.each([
    ['member:logistics', ['dispatched1', 'working2', 'arbitration']],
    ['lead:logistics', ['dispatched1', 'working2', 'arbitration']],
    ['member:product', ['working2']],
    ['member:sales', []],
    ['lead:finance', []],
  ] as ['member:logistics', Situation[]][])(
    'shows a %s what their department has or had',
    async (who, situations) => {
      const seen = situations.map((situation) => ids[situation]).sort();
      expect((await listed('', who)).sort()).toEqual(seen);
      for (const query of [
        'q=Parcel',
        'department=logistics',
        'state=closed',
        'ownerId=agent-1',
        'sort=priority',
      ]) {
        expect((await listed(query, who)).filter((id) => !seen.includes(id))).toEqual([]);
      }
    },
  );

  it.each(['agent', 'agent2', 'manager', 'admin', 'service'] as const)(
    'shows a %s everything',
    async (who) => {
      expect(await listed('', who)).toHaveLength(8);
    },
  );

  it.each([
    'limit=0',
    'limit=-1',
    'limit=101',
    'limit=1e9',
    'limit=1.5',
    'limit=%2210%22',
    'limit=',
    'limit=1&limit=2',
    'state=open',
    'state[]=closed',
    'level=3',
    'level=01',
    'customerId=7',
    'priority=P0',
    'breached=yes',
    'sort=subject',
    'sort=id;drop',
    'sort=--updatedAt',
    'department=%00',
    'q=%E2%80%8B',
    'a[b][c]=1',
    '__proto__=1',
    '__proto__[x]=1',
    'constructor=1',
    'offset=10',
    'filter.state=$in:a',
    Array.from({ length: 1_000 }, (_, n) => `p${n}=1`).join('&'),
  ])('is 400 for ?%.40s', async (query) => {
    const answer = await app.api('agent').get(`/cases?${query}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-query']);
    expect(answer.body.errors.length).toBeGreaterThan(0);
  });

  it('is 400 for a cursor of another order, another list, or nobody', async () => {
    const { nextCursor } = (await app.api('agent').get('/cases?limit=1&sort=priority')).body.meta;
    const answers = await Promise.all([
      app.api('agent').get(`/cases?cursor=${nextCursor}`),
      app.api('agent').get(`/tasks?cursor=${nextCursor}`),
      app.api('agent').get('/cases?cursor=junk'),
      app.api('agent').get(`/cases?sort=priority&cursor=${nextCursor.slice(0, -4)}`),
    ]);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [400, 'invalid-cursor']),
    );
  });
});
