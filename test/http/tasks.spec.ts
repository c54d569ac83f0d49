// The inbox over HTTP: who sees which tasks, filters and pages, bounded counts, and acting on a task while it stands.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn, ESCALATION, expectStatus, MISROUTED, RESOLUTION, type Situation } from './case-client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const tasks = async (query: string, who: TokenName = 'manager') =>
  (await app.api(who).get(`/tasks?limit=100&${query}`)).body.data as {
    id: string;
    caseId: string;
    department: string | null;
    state: string;
  }[];
const taskOf = async (caseId: string, who: TokenName = 'manager', query = '') => {
  const found = (await tasks(query, who)).find((task) => task.caseId === caseId);
  if (!found) throw new Error(`no task of case ${caseId}`);
  return found;
};

describe('an inbox', () => {
  it('shows a task with what one must know of its case', async () => {
    const id = await caseIn(app, 'dispatched1');
    const task = await taskOf(id, 'member:logistics', 'state=open&kind=handle&assignee=none&sort=dueAt');
    expect(task).toMatchObject({
      id: `${id}.handle-1-1`,
      key: 'handle-1-1',
      kind: 'handle',
      department: 'logistics',
      assigneeId: null,
      state: 'open',
      closedAt: null,
      case: { state: 'level1.dispatched', level: 1, revision: 3, subject: 'Parcel has not arrived' },
    });
  });

  it('holds what is still to be done, unless asked otherwise', async () => {
    const id = await caseIn(app, 'returned');
    const held = async (query: string) => (await tasks(query)).filter(({ caseId }) => caseId === id).length;
    expect([await held(''), await held('state=done')]).toEqual([0, 1]);
  });

  it('knows whose a task is', async () => {
    const id = await caseIn(app, 'working1');
    const mine = async (who: TokenName, assignee: string) =>
      (await tasks(`assignee=${assignee}`, who)).some(({ caseId }) => caseId === id);
    expect(await mine('member:logistics', 'me')).toBe(true);
    expect(await mine('lead:logistics', 'me')).toBe(false);
    expect(await mine('lead:logistics', 'none')).toBe(false);
  });

  it('shows department staff their own department only, whatever they ask for', async () => {
    await caseIn(app, 'dispatched2');
    await caseIn(app, 'arbitration');
    for (const query of ['', 'department=product', 'state=done', 'kind=arbitrate']) {
      const departments = (await tasks(query, 'lead:logistics')).map(({ department }) => department);
      expect(departments.filter((department) => department !== 'logistics')).toEqual([]);
    }
  });

  it('keeps tasks of no department for managers', async () => {
    const id = await caseIn(app, 'arbitration');
    expect((await taskOf(id, 'manager', 'kind=arbitrate')).department).toBeNull();
    expect(await tasks('kind=arbitrate', 'agent')).toEqual([]);
  });

  it.each(['dueAt', '-dueAt', 'createdAt', '-createdAt'])(
    'is the same in pages of two as in one: %s',
    async (sort) => {
      const whole = (await tasks(`sort=${sort}`)).map(({ id }) => id);
      expect(whole.length).toBeGreaterThan(4);
      const pages: string[] = [];
      for (let cursor = ''; ;) {
        const { body } = await app.api('manager').get(`/tasks?limit=2&sort=${sort}${cursor}`);
        pages.push(...body.data.map(({ id }: { id: string }) => id));
        if (!body.meta.hasMore) break;
        cursor = `&cursor=${body.meta.nextCursor}`;
      }
      expect(pages).toEqual(whole);
    },
  );

  it('counts what it lists', async () => {
    const counts = (await app.api('member:logistics').get('/tasks/counts?department=logistics')).body;
    const listed = await tasks('department=logistics', 'member:logistics');
    const mine = await tasks('assignee=me', 'member:logistics');
    expect(counts).toMatchObject({
      open: listed.filter(({ state }) => state === 'open').length,
      accepted: listed.filter(({ state }) => state === 'accepted').length,
      mine: mine.length,
      unassigned: (await tasks('assignee=none', 'member:logistics')).length,
      countedMax: 1_000,
    });
  });

  it.each([
    'assignee=you',
    'state=waiting',
    'kind=x',
    'sort=priority',
    'limit=101',
    'owner=me',
    'department=a&department=b',
  ])('is 400 for ?%s', async (query) => {
    expect((await app.api('manager').get(`/tasks?${query}`)).status).toBe(400);
  });

  it.each(['state=open', 'limit=5', 'assignee=me'])('counts take no ?%s', async (query) => {
    expect((await app.api('manager').get(`/tasks/counts?${query}`)).status).toBe(400);
  });
});

const ACTIONS: [action: string, from: Situation, body: object, to: string][] = [
  ['acceptance', 'dispatched1', {}, 'level1.working'],
  ['return', 'dispatched1', MISROUTED, 'frontline.returned'],
  ['completion', 'working1', RESOLUTION, 'resolved'],
];

describe('acting on a task', () => {
  it.each(ACTIONS)('answers with its case: %s', async (action, from, body, to) => {
    const id = await caseIn(app, from);
    const task = await taskOf(id);
    const answer = await app.api('member:logistics').post(`/tasks/${task.id}/${action}`, body);
    expect([answer.status, answer.body.id, answer.body.state]).toEqual([201, id, to]);
    expect(answer.headers.get('location')).toBe(`/api/v1/cases/${id}`);
  });

  it.each(ACTIONS)(
    'gives the same answer again under one key, though the task is over: %s',
    async (action, from, body) => {
      const id = await caseIn(app, from);
      const task = await taskOf(id);
      const headers = { 'idempotency-key': `task-${action}` };
      const ask = () => app.api('member:logistics').post(`/tasks/${task.id}/${action}`, body, headers);
      const first = expectStatus(await ask(), 201);
      const second = await ask();
      expect([second.status, second.body, second.headers.get('idempotent-replayed')]).toEqual([
        201,
        first.body,
        'true',
      ]);
    },
  );

  it.each(ACTIONS)(
    'that is over is refused, and the one that came after it stays: %s',
    async (action, from, body) => {
      const id = await caseIn(app, from);
      const task = await taskOf(id);
      expectStatus(await app.api('member:logistics').post(`/cases/${id}/returns`, MISROUTED), 201);
      expectStatus(await app.api('agent').post(`/cases/${id}/escalations`, ESCALATION), 201);
      const answer = await app.api('member:logistics').post(`/tasks/${task.id}/${action}`, body);
      expect([answer.status, answer.body.code, answer.body.state]).toEqual([
        409,
        'not-allowed-in-state',
        'level1.dispatched',
      ]);
    },
  );

  it.each(ACTIONS)('is 412 when the case has moved on since it was seen: %s', async (action, from, body) => {
    const id = await caseIn(app, from);
    const task = await taskOf(id);
    const answer = await app
      .api('member:logistics')
      .post(`/tasks/${task.id}/${action}`, body, { 'if-match': '"1"' });
    expect(answer.status).toBe(412);
  });

  it.each(ACTIONS)('of another department does not exist: %s', async (action, from, body) => {
    const id = await caseIn(app, from);
    const task = await taskOf(id);
    const addresses = [task.id, `${id}.handle-9-9`, `${id}.`, id, 'nope.handle-1-1', `${id}.handle-1-1%00`];
    const answers = await Promise.all(
      addresses.map((address) => app.api('member:product').post(`/tasks/${address}/${action}`, body)),
    );
    expect(answers.map(({ status }) => status)).toEqual(addresses.map(() => 404));
  });

  it.each(ACTIONS)(
    'is 403 for an agent, 401 without a token, 422 with a wrong body: %s',
    async (action, from, body) => {
      const id = await caseIn(app, from);
      const task = await taskOf(id);
      const ask = (who: TokenName | null, sent: object) =>
        app.api(who).post(`/tasks/${task.id}/${action}`, sent);
      expect((await ask('service', body)).status).toBe(403);
      expect((await ask(null, body)).status).toBe(401);
      expect((await ask('member:logistics', { ...body, state: 'done' })).status).toBe(422);
    },
  );
});
