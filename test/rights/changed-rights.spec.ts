// Rights that change while a credential lives and a long request is under way (reliability.md S4): in force within five
// seconds, also on a node that was told nothing, whatever was asked before.
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn, expectStatus } from '../http/case-client.js';
import { EventReader } from '../http/event-client.js';

const PROMISED_MS = 5_000;

let app: TestApp;
let aheadMs = 0;
beforeAll(async () => {
  const real = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => real() + aheadMs);
  app = await startTestApp();
});
afterAll(async () => {
  await app?.close();
  jest.restoreAllMocks();
});
afterEach(async () => {
  await entered('agent-1', { role: 'agent', department: null, active: true });
  await entered('logistics-1', { role: 'member', department: 'logistics', active: true });
  later();
});

/** As another node would: in the database, and without a word to this one. */
async function entered(id: string, to: { role?: string; department?: string | null; active?: boolean }) {
  const columns = Object.keys(to).map((column, index) => `${column} = $${index + 2}`);
  await app.dataSource.query(`UPDATE staff SET ${columns.join(', ')} WHERE id = $1`, [
    id,
    ...Object.values(to),
  ]);
}
/** Lets the promised time pass. */
function later(): void {
  aheadMs += PROMISED_MS;
}
const statusOf = async (who: TokenName, path: string) => (await app.api(who).get(path)).status;

describe('a right that is withdrawn', () => {
  it.each([
    ['somebody left', 'logistics-1', { active: false }, 401],
    ['somebody changed departments', 'logistics-1', { department: 'product' }, 404],
    ['somebody has another role', 'logistics-1', { role: 'agent', department: null }, 200],
  ] as const)('is gone for reading when %s', async (_why, id, to, expected) => {
    const caseId = await caseIn(app, 'working1');
    const path = `/cases/${caseId}`;
    expect(await statusOf('member:logistics', path)).toBe(200);
    await entered(id, to);
    later();
    expect(await statusOf('member:logistics', path)).toBe(expected);
    const listed = await app.api('member:logistics').get('/cases?limit=100');
    const isListed = (listed.body.data ?? []).some(({ id: each }: { id: string }) => each === caseId);
    expect(isListed).toBe(expected === 200);
  });

  it('is gone for commands, and for tasks that were taken before', async () => {
    const caseId = await caseIn(app, 'working1');
    const { body } = await app.api('member:logistics').get('/tasks?assignee=me&limit=100');
    const task = body.data.find((one: { caseId: string }) => one.caseId === caseId);
    await entered('logistics-1', { department: 'product' });
    later();
    const client = app.api('member:logistics');
    const solved = { solution: 's', rootCause: 'r' };
    expect((await client.post(`/cases/${caseId}/resolutions`, solved)).status).toBe(404);
    expect((await client.post(`/tasks/${task.id}/completion`, solved)).status).toBe(404);
    const mine = (await client.get('/tasks?assignee=me&limit=100')).body.data;
    expect(mine.some((one: { caseId: string }) => one.caseId === caseId)).toBe(false);
  });

  it('is gone for a role, before a body is looked at', async () => {
    const caseId = await caseIn(app, 'working');
    expect((await app.api('agent').post(`/cases/${caseId}/notes`, {})).status).toBe(422);
    expect((await app.api('agent').post(`/cases/${caseId}/merges`, {})).status).toBe(422);
    await entered('agent-1', { role: 'service' });
    later();
    expect((await app.api('agent').post(`/cases/${caseId}/notes`, {})).status).toBe(422);
    expect((await app.api('agent').post(`/cases/${caseId}/merges`, {})).status).toBe(403);
  });

  it.each([
    ['left', { active: false }],
    ['changed departments', { department: 'product' }],
  ] as const)('ends a stream that was begun before somebody %s, and tells nothing more', async (_why, to) => {
    const caseId = await caseIn(app, 'working1');
    const headers = { authorization: `Bearer ${app.tokens['member:logistics']}` };
    const news = await EventReader.open(`${app.url}/api/v1/cases/${caseId}/events`, headers);
    expect((await news.next())?.data).toMatchObject({ type: 'case.accepted' });
    await entered('logistics-1', to);
    later();
    expectStatus(await app.api('agent').post(`/cases/${caseId}/notes`, { text: 'between us' }), 201);
    expect(await news.next()).toBeNull();
    news.close();
  });
});
