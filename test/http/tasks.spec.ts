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

interface Action {
  readonly action: string;
  readonly from: Situation;
  /** Key of the task. */
  readonly key: string;
  readonly who: TokenName;
  readonly body: object;
  readonly to: string;
  /** Sees the task and may not do this. */
  readonly forbidden?: TokenName;
}

const LOGISTICS = 'member:logistics';
const HANDLE = { key: 'handle-1-1', who: LOGISTICS, forbidden: 'service' } as const;
const CONSULT = { from: 'consulted', key: 'consult-1', who: 'member:finance' } as const;
const APPROVE = { from: 'compensationProposed', key: 'approve-1', who: 'lead:logistics' } as const;
const AGREE = { from: 'proposed', key: 'agree-1-logistics', who: LOGISTICS, forbidden: 'agent' } as const;
const EXTEND = { from: 'moreTimeAsked', key: 'extension-1', who: 'lead:logistics' } as const;

const ACTIONS: readonly Action[] = [
  { action: 'acceptance', from: 'dispatched1', ...HANDLE, body: {}, to: 'level1.working' },
  { action: 'return', from: 'dispatched1', ...HANDLE, body: MISROUTED, to: 'frontline.returned' },
  { action: 'completion', from: 'working1', ...HANDLE, body: RESOLUTION, to: 'resolved' },
  {
    action: 'assignment',
    from: 'dispatched1',
    ...HANDLE,
    who: 'lead:logistics',
    body: { assigneeId: 'logistics-2' },
    to: 'level1.dispatched',
  },
  { action: 'acceptance', ...CONSULT, body: {}, to: 'frontline.working' },
  {
    action: 'answer',
    ...CONSULT,
    body: { answer: 'On 3 March' },
    to: 'frontline.working',
    forbidden: 'agent',
  },
  { action: 'return', ...CONSULT, body: { reason: 'Not ours' }, to: 'frontline.working', forbidden: 'agent' },
  {
    action: 'assignment',
    ...CONSULT,
    who: 'lead:finance',
    body: { assigneeId: 'finance-2' },
    to: 'frontline.working',
  },
  {
    action: 'completion',
    from: 'agreed',
    key: 'action-1-1',
    who: LOGISTICS,
    body: { outcome: 'Sent' },
    to: 'level1.working',
  },
  { action: 'approval', ...APPROVE, body: {}, to: 'level1.working' },
  { action: 'rejection', ...APPROVE, body: { reason: 'It was found' }, to: 'level1.working' },
  { action: 'assignment', ...APPROVE, body: { assigneeId: 'logistics-lead' }, to: 'level1.working' },
  { action: 'approval', ...AGREE, body: { comment: 'We can' }, to: 'level1.working' },
  { action: 'rejection', ...AGREE, body: { reason: 'Sold out' }, to: 'level1.working' },
  { action: 'approval', ...EXTEND, body: { comment: 'Agreed' }, to: 'level1.working', forbidden: 'agent' },
  {
    action: 'rejection',
    ...EXTEND,
    body: { reason: 'Late already' },
    to: 'level1.working',
    forbidden: 'agent',
  },
  {
    action: 'completion',
    from: 'callAsked',
    key: 'callback-1',
    who: 'agent',
    body: { outcome: 'All is well' },
    to: 'frontline.working',
  },
  {
    action: 'assignment',
    from: 'callAsked',
    key: 'callback-1',
    who: 'manager',
    body: { assigneeId: 'agent-2' },
    to: 'frontline.working',
  },
];
const named = (actions: readonly Action[]) =>
  actions.map((one) => [`${one.action} of ${one.key}`, one] as const);
const OF_THE_CASE = ACTIONS.filter(({ key, action }) => key === HANDLE.key && action !== 'assignment');

describe('acting on a task', () => {
  it.each(named(ACTIONS))(
    'answers with its case: %s',
    async (_name, { action, from, key, who, body, to }) => {
      const id = await caseIn(app, from);
      const answer = await app.api(who).post(`/tasks/${id}.${key}/${action}`, body);
      expect([answer.status, answer.body.id, answer.body.state]).toEqual([201, id, to]);
      expect(answer.headers.get('location')).toBe(`/api/v1/cases/${id}`);
    },
  );

  it.each(named(ACTIONS))(
    'gives the same answer again under one key, though the task is over: %s',
    async (name, { action, from, key, who, body }) => {
      const id = await caseIn(app, from);
      const headers = { 'idempotency-key': name.replaceAll(' ', '-') };
      const ask = () => app.api(who).post(`/tasks/${id}.${key}/${action}`, body, headers);
      const first = expectStatus(await ask(), 201);
      const second = await ask();
      expect([second.status, second.body, second.headers.get('idempotent-replayed')]).toEqual([
        201,
        first.body,
        'true',
      ]);
    },
  );

  it.each(named(OF_THE_CASE))(
    'that is over is refused, and the one that came after it stays: %s',
    async (_name, { action, from, key, who, body }) => {
      const id = await caseIn(app, from);
      expectStatus(await app.api(LOGISTICS).post(`/cases/${id}/returns`, MISROUTED), 201);
      expectStatus(await app.api('agent').post(`/cases/${id}/escalations`, ESCALATION), 201);
      const answer = await app.api(who).post(`/tasks/${id}.${key}/${action}`, body);
      expect([answer.status, answer.body.code, answer.body.state]).toEqual([
        409,
        'not-allowed-in-state',
        'level1.dispatched',
      ]);
    },
  );

  it.each(named(ACTIONS.filter(({ action }) => action !== 'acceptance' && action !== 'assignment')))(
    'ends it, so that it cannot be done again: %s',
    async (_name, { action, from, key, who, body }) => {
      const id = await caseIn(app, from);
      const ask = () => app.api(who).post(`/tasks/${id}.${key}/${action}`, body);
      expectStatus(await ask(), 201);
      const again = await ask();
      expect([again.status, again.body.code]).toEqual([409, 'not-allowed-in-state']);
    },
  );

  it.each(named(ACTIONS))(
    'is 412 when the case has moved on since it was seen: %s',
    async (_name, { action, from, key, who, body }) => {
      const id = await caseIn(app, from);
      const answer = await app.api(who).post(`/tasks/${id}.${key}/${action}`, body, { 'if-match': '"1"' });
      expect(answer.status).toBe(412);
    },
  );

  it.each(named(ACTIONS))(
    'of another department does not exist: %s',
    async (_name, { action, from, key, body }) => {
      const id = await caseIn(app, from);
      const keys = [`${id}.${key}`, `${id}.handle-9-9`, `${id}.`, id, `nope.${key}`, `${id}.${key}%00`];
      const answers = await Promise.all(
        keys.map((task) => app.api('member:product').post(`/tasks/${task}/${action}`, body)),
      );
      expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 404));
    },
  );

  it.each(named(ACTIONS))(
    'is 401 without a token, 422 with a wrong body, 403 for a role that has no part in it: %s',
    async (_name, { action, from, key, who, body, forbidden }) => {
      const id = await caseIn(app, from);
      const ask = (asker: TokenName | null, sent: object) =>
        app.api(asker).post(`/tasks/${id}.${key}/${action}`, sent);
      expect((await ask(null, body)).status).toBe(401);
      expect((await ask(who, { ...body, state: 'done' })).status).toBe(422);
      if (forbidden) expect((await ask(forbidden, body)).status).toBe(403);
    },
  );

  it.each([
    ['answer', 'dispatched1', 'handle-1-1'],
    ['approval', 'consulted', 'consult-1'],
    ['completion', 'consulted', 'consult-1'],
    ['acceptance', 'compensationProposed', 'approve-1'],
    ['assignment', 'agreed', 'action-1-1'],
    ['return', 'callAsked', 'callback-1'],
  ] as const)('is refused where the kind of task knows no %s: %s, %s', async (action, from, key) => {
    const id = await caseIn(app, from);
    const answer = await app.api('manager').post(`/tasks/${id}.${key}/${action}`, {});
    expect([answer.status, answer.body.code]).toEqual([409, 'not-allowed-in-state']);
  });
});

describe('assigning a task', () => {
  it.each([
    ['somebody of another department', 'handle-1-1', 'dispatched1', 'finance-1'],
    ['nobody who exists', 'handle-1-1', 'dispatched1', 'nobody'],
    ['a member, of what is the front line’s', 'callback-1', 'callAsked', 'logistics-1'],
  ] as const)('is 422 for %s', async (_who, key, from, assigneeId) => {
    const id = await caseIn(app, from);
    const answers = [
      await app.api('manager').post(`/tasks/${id}.${key}/assignment`, { assigneeId }),
      await app.api('manager').post(`/cases/${id}/task-assignments`, { task: key, assigneeId }),
    ];
    for (const { status, body } of answers) {
      expect([status, body.errors[0].pointer, body.errors[0].code]).toEqual([422, '/assigneeId', 'unknown']);
    }
  });

  it('hands it from shift to shift', async () => {
    const id = await caseIn(app, 'working1');
    const task = `/tasks/${id}.handle-1-1`;
    expectStatus(await app.api(LOGISTICS).post(`${task}/assignment`, { reason: 'End of shift' }), 201);
    expect(await taskOf(id, LOGISTICS)).toMatchObject({ state: 'open', assigneeId: null });
    const taken = expectStatus(await app.api('lead:logistics').post(`${task}/acceptance`, {}), 201);
    expect(taken.body.handler).toEqual({ department: 'logistics', memberId: 'logistics-lead' });
    expect((await app.api(LOGISTICS).post(`${task}/acceptance`, {})).body.code).toBe('task-taken');
  });
});

describe('a task that lies with no department', () => {
  it('is shown to whoever has it, and to managers', async () => {
    const id = await caseIn(app, 'callAsked');
    const seen = async (who: TokenName) =>
      (await tasks('kind=callback', who)).some(({ caseId }) => caseId === id);
    expect([await seen('agent'), await seen('agent2'), await seen('manager')]).toEqual([true, false, true]);
    expect(await seen('lead:logistics')).toBe(false);
    const counts = async () => (await app.api('agent').get('/tasks/counts?kind=callback')).body;
    const listed = await tasks('kind=callback', 'agent');
    expect(await counts()).toMatchObject({ accepted: listed.length, mine: listed.length });
  });

  it.each(['dueAt', '-dueAt', 'createdAt', '-createdAt'])(
    'comes in its place among the others, in pages of two as in one: %s',
    async (sort) => {
      await caseIn(app, 'callAsked');
      const whole = (await tasks(`sort=${sort}`, 'agent')).map(({ id }) => id);
      expect(whole.length).toBeGreaterThan(4);
      const pages: string[] = [];
      for (let cursor = ''; ;) {
        const { body } = await app.api('agent').get(`/tasks?limit=2&sort=${sort}${cursor}`);
        pages.push(...body.data.map(({ id }: { id: string }) => id));
        if (!body.meta.hasMore || pages.length >= whole.length) break;
        cursor = `&cursor=${body.meta.nextCursor}`;
      }
      expect(pages.slice(0, whole.length)).toEqual(whole.slice(0, pages.length));
    },
  );
});

describe('a task that was not done in time', () => {
  it('says so once it lies with a deputy', async () => {
    const late = await startTestApp();
    try {
      const id = await caseIn(late, 'compensationProposed');
      const withDeputy = async () =>
        (await late.api('manager').get('/tasks?kind=approve')).body.data.map(
          (task: { caseId: string; withDeputy: boolean }) => [task.caseId, task.withDeputy],
        );
      expect(await withDeputy()).toEqual([[id, false]]);
      await late.moveClockTo('2026-03-06T09:00:00Z');
      expect(await withDeputy()).toEqual([[id, true]]);
    } finally {
      await late.close();
    }
  });
});
