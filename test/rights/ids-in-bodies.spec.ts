// Ids of somebody else's things inside a body or behind an own address (reliability.md S2): the whole request is refused,
// and nothing of it is written anywhere.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ESCALATION, openCase } from '../http/case-client.js';
import { situations, type Situation } from './rights-house.js';

const ABSENT = '01a2011f-9c23-7ebd-b176-93490937ef58';

let app: TestApp;
/** Handled by logistics; finance is asked; a promise of finance, a call of finance, an action of sales. */
let own: Situation;
/** Of another customer; no department has a part in it. */
let foreign: string;
beforeAll(async () => {
  app = await startTestApp();
  own = (await situations(app)).open;
  const command = (path: string, body: object) => app.api('agent').post(`/cases/${own.caseId}/${path}`, body);
  await command('callbacks', { note: 'n', department: 'finance' });
  await command('proposals', {
    text: 't',
    departments: ['logistics'],
    actions: [{ text: 'a', department: 'finance' }],
  });
  await app.api('member:logistics').post(`/cases/${own.caseId}/proposals/1/agreement`, {});
  await app.api('agent').post(`/cases/${own.caseId}/promises`, {
    text: 't',
    dueAt: '2026-03-02T15:00:00Z',
    department: 'logistics',
  });
  foreign = await openCase(app, 'agent2');
});
afterAll(() => app?.close());

interface Row {
  readonly what: string;
  readonly who: TokenName;
  readonly path: () => string;
  readonly body: () => object;
  readonly answer: readonly [status: number, code: string];
}

const onOwn = (path: string) => () => `/cases/${own.caseId}/${path}`;
const onForeign = (path: string) => () => `/cases/${foreign}/${path}`;
const REASON = { reason: 'r' };

const ROWS: readonly Row[] = [
  {
    what: 'a case to merge into that does not exist',
    who: 'agent',
    path: onForeign('merges'),
    body: () => ({ primaryCaseId: ABSENT }),
    answer: [409, 'primary-not-open'],
  },
  {
    what: 'a case to merge into, by a department that sees neither role nor case',
    who: 'member:product',
    path: onForeign('merges'),
    body: () => ({ primaryCaseId: own.caseId }),
    answer: [403, 'actor-not-permitted'],
  },
  {
    what: 'a customer to merge who does not exist',
    who: 'agent',
    path: () => `/customers/${own.customerId}/merges`,
    body: () => ({ otherId: ABSENT, reason: 'r' }),
    answer: [422, 'invalid-fields'],
  },
  {
    what: 'a customer of a new case who does not exist',
    who: 'agent',
    path: () => '/cases',
    body: () => ({
      subject: 's',
      description: 'd',
      expectedOutcome: 'e',
      category: 'delivery',
      channel: 'phone',
      impact: 'low',
      urgency: 'low',
      customer: { id: ABSENT },
    }),
    answer: [422, 'invalid-fields'],
  },
  {
    what: 'a department to consult that does not exist',
    who: 'member:logistics',
    path: onOwn('consults'),
    body: () => ({ department: 'nowhere', question: 'q' }),
    answer: [409, 'unknown-department'],
  },
  {
    what: 'one department of several that does not exist',
    who: 'member:logistics',
    path: onOwn('proposals'),
    body: () => ({ text: 't', departments: ['logistics', 'sales', 'nowhere'] }),
    answer: [409, 'unknown-department'],
  },
  {
    what: 'one action of several for a department that does not exist',
    who: 'member:logistics',
    path: onOwn('proposals'),
    body: () => ({
      text: 't',
      departments: ['logistics'],
      actions: [
        { text: 'a', department: 'sales' },
        { text: 'b', department: 'nowhere' },
      ],
    }),
    answer: [409, 'unknown-department'],
  },
  {
    what: 'the consult of another department',
    who: 'member:logistics',
    path: onOwn('consults/1/answer'),
    body: () => ({ answer: 'a' }),
    answer: [403, 'not-in-department'],
  },
  {
    what: 'the consult of another department, by one that had the case',
    who: 'lead:sales',
    path: onOwn('consults/1/decline'),
    body: () => REASON,
    answer: [403, 'not-in-department'],
  },
  {
    what: 'the call of another department',
    who: 'member:logistics',
    path: onOwn('callbacks/1/completion'),
    body: () => ({ outcome: 'o' }),
    answer: [403, 'not-in-department'],
  },
  {
    what: 'the action of another department',
    who: 'member:logistics',
    path: onOwn('proposals/1/actions/1/completion'),
    body: () => ({ outcome: 'o' }),
    answer: [403, 'not-in-department'],
  },
  {
    what: 'a promise, by a department that had the case',
    who: 'lead:sales',
    path: onOwn('promises/1/fulfilment'),
    body: () => ({}),
    answer: [403, 'not-in-department'],
  },
  {
    what: 'a promise of this number in another case',
    who: 'agent',
    path: onForeign('promises/1/fulfilment'),
    body: () => ({}),
    answer: [409, 'promise-unknown'],
  },
  {
    what: 'a person of another department for the own task',
    who: 'lead:logistics',
    path: onOwn('task-assignments'),
    body: () => ({ task: own.taskId.split('.')[1], assigneeId: 'finance-1' }),
    answer: [422, 'invalid-fields'],
  },
  {
    what: 'the task of another department',
    who: 'lead:logistics',
    path: onOwn('task-assignments'),
    body: () => ({ task: 'consult-1', assigneeId: 'finance-1' }),
    answer: [403, 'not-in-department'],
  },
  {
    what: 'a person of another department, by the task itself',
    who: 'lead:logistics',
    path: () => `/tasks/${own.taskId}/assignment`,
    body: () => ({ assigneeId: 'finance-1' }),
    answer: [422, 'invalid-fields'],
  },
  {
    what: 'the address of another department’s task',
    who: 'lead:finance',
    path: () => `/tasks/${own.taskId}/acceptance`,
    body: () => ({}),
    answer: [404, 'not-found'],
  },
  {
    what: 'the own task’s key in another case',
    who: 'member:logistics',
    path: () => `/tasks/${foreign}.${own.taskId.split('.')[1]}/acceptance`,
    body: () => ({}),
    answer: [404, 'not-found'],
  },
  {
    what: 'an owner who is no agent',
    who: 'manager',
    path: onOwn('ownership'),
    body: () => ({ agentId: 'finance-1', ...REASON }),
    answer: [422, 'invalid-fields'],
  },
  {
    what: 'a department to escalate to that does not exist',
    who: 'member:logistics',
    path: onOwn('escalations'),
    body: () => ({ ...ESCALATION, ...REASON, department: 'nowhere' }),
    answer: [409, 'unknown-department'],
  },
];

describe('a request that names what is not theirs', () => {
  it.each(ROWS.map((row) => [row.what, row] as const))(
    'is refused as a whole: %s',
    async (_what, { who, path, body, answer }) => {
      const before = await everything();
      const { status, body: problem } = await app.api(who).post(path(), body());
      expect([status, problem.code]).toEqual(answer);
      expect(await everything()).toEqual(before);
    },
  );

  it('finds a file under its own case only', async () => {
    const path = `/attachments/${own.attachmentId}`;
    const status = async (who: TokenName, caseId: string) =>
      (await app.api(who).get(`/cases/${caseId}${path}`)).status;
    expect(await status('agent', own.caseId)).toBe(200);
    expect(await status('agent', foreign)).toBe(404);
    expect(await status('member:product', own.caseId)).toBe(404);
  });
});

/** Of every case and customer: the revision or the record, so that nothing can have been written unseen. */
async function everything(): Promise<unknown> {
  const [cases, journal, customers, tasks] = await Promise.all([
    app.dataSource.query('SELECT id, revision FROM cases ORDER BY id'),
    app.dataSource.query('SELECT count(*) FROM journal'),
    app.dataSource.query('SELECT id, merged_into FROM customers ORDER BY id'),
    app.dataSource.query('SELECT case_id, key, assignee_id, state FROM tasks ORDER BY case_id, key'),
  ]);
  return { cases, journal, customers, tasks };
}
