// What a reader who may not see a case can learn of it by asking around: lists, searches, counts, cursors of others, the
// customer, and the difference between hidden and absent (reliability.md I15).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { situations, type Situation } from './rights-house.js';

const ABSENT = '01a2011f-9c23-7ebd-b176-93490937ef58';
/** Nothing of theirs is in this house. */
const OUTSIDER = 'member:product' satisfies TokenName;

let app: TestApp;
let own: Situation;
let number: string;
beforeAll(async () => {
  app = await startTestApp();
  own = (await situations(app)).open;
  number = (await app.api('agent').get(`/cases/${own.caseId}`)).body.number;
});
afterAll(() => app?.close());

const asked = (path: string, who: TokenName = OUTSIDER) => app.api(who).get(path);

describe('a reader who may see nothing', () => {
  it.each([
    ['all', () => '/cases?limit=100'],
    ['the number', () => `/cases?q=${number}`],
    ['the subject', () => '/cases?q=Parcel'],
    ['the customer', () => `/cases?customerId=${own.customerId}`],
    ['the owner', () => '/cases?ownerId=agent-1'],
    ['the department', () => '/cases?department=logistics'],
    ['tasks', () => '/tasks?limit=100'],
    ['tasks of the department', () => '/tasks?department=logistics'],
    ['tasks that are done', () => '/tasks?state=done'],
  ])('finds nothing by %s', async (_what, path) => {
    const whole = await asked(path(), 'manager');
    expect(whole.body.data.length).toBeGreaterThan(0);
    const { status, body } = await asked(path());
    expect([status, body]).toEqual([200, { data: [], meta: { hasMore: false, nextCursor: null } }]);
  });

  it('exports nothing', async () => {
    const lines = async (who: TokenName) =>
      String((await asked('/cases/export.csv', who)).body)
        .trim()
        .split('\n').length;
    expect(await lines('manager')).toBeGreaterThan(1);
    expect(await lines(OUTSIDER)).toBe(1);
  });

  it('counts nothing', async () => {
    for (const query of ['', '?department=logistics', '?kind=handle']) {
      const { open, accepted, mine, unassigned, overdue } = (await asked(`/tasks/counts${query}`)).body;
      expect([query, open + accepted + mine + unassigned + overdue]).toEqual([query, 0]);
    }
  });

  it.each(['/cases?limit=1&sort=createdAt', '/tasks?limit=1&sort=createdAt'])(
    'gets nothing by another reader’s cursor: %s',
    async (path) => {
      const { nextCursor } = (await asked(path, 'manager')).body.meta;
      expect(nextCursor).toEqual(expect.any(String));
      const { status, body } = await asked(`${path}&cursor=${nextCursor}`);
      expect([status, body.data]).toEqual([200, []]);
    },
  );

  it.each([
    ['a case', () => [`/cases/${own.caseId}`, `/cases/${ABSENT}`]],
    ['a journal', () => [`/cases/${own.caseId}/journal`, `/cases/${ABSENT}/journal`]],
    ['news', () => [`/cases/${own.caseId}/events`, `/cases/${ABSENT}/events`]],
    ['files', () => [`/cases/${own.caseId}/attachments`, `/cases/${ABSENT}/attachments`]],
    [
      'a file',
      () => [
        `/cases/${own.caseId}/attachments/${own.attachmentId}`,
        `/cases/${ABSENT}/attachments/${own.attachmentId}`,
      ],
    ],
    ['a customer', () => [`/customers/${own.customerId}`, `/customers/${ABSENT}`]],
  ])('cannot tell %s that is hidden from one that is not there', async (_what, paths) => {
    const [hidden, absent] = await Promise.all(paths().map(async (path) => shapeOf(await asked(path))));
    expect(hidden?.status).toBe(404);
    expect(hidden).toEqual(absent);
  });
});

describe('a department that was asked about one case', () => {
  it('finds that case and no other, whatever it asks for', async () => {
    for (const query of ['limit=100', 'q=Parcel', 'department=logistics']) {
      const { data } = (await asked(`/cases?${query}`, 'member:finance')).body;
      const mine = (await asked(`/cases?${query}`, 'manager')).body.data.filter(
        ({ consults }: { consults: { department: string }[] }) =>
          consults.some(({ department }) => department === 'finance'),
      );
      const ids = (cases: { id: string }[]) => cases.map(({ id }) => id).sort();
      expect(ids(data)).toEqual(ids(mine));
    }
  });
});

/** All of an answer but what is of the moment and of the address. */
function shapeOf({ status, headers, body }: Answer) {
  const names = [...headers.keys()].sort();
  return { status, names, body: { ...body, traceId: null, instance: null } };
}
