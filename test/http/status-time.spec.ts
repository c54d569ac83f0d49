/** What time does to a customer's link. In a house of few cases, because time acts on each of them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { CANARY, hiddenFieldsOf, StatusCases, submit } from './status-cases.js';

let app: TestApp;
let nobody: ReturnType<TestApp['api']>;
let cases: StatusCases;

beforeAll(async () => {
  app = await startTestApp();
  nobody = app.api(null);
  cases = new StatusCases(app);
});
afterAll(() => app.close());

describe('a link whose case has ended', () => {
  it('opens it for 30 days, then is gone rather than missing, and says nothing of it', async () => {
    const { token, page } = await cases.opened({ locale: 'zh-CN' }, `subject ${CANARY}`);
    await nobody.post(`/status/${token}/withdrawal`, {});
    await cases.letDaysPass(29);
    expect((await nobody.get(`/status/${token}`)).status).toBe(200);
    await cases.letDaysPass(1);
    const answer = await nobody.get(`/status/${token}`);
    expect([answer.status, answer.body.code]).toEqual([410, 'link-expired']);
    const shown = await nobody.get(page);
    expect(shown.status).toBe(410);
    expect(shown.body).toContain('This link no longer works');
    expect(shown.body).not.toContain(CANARY);
    expect((await submit(app, `${page}/replies`, { text: 'x' })).status).toBe(410);
    expect((await nobody.post(`/status/${token}/replies`, { text: 'x' })).status).toBe(410);
  });
});

describe('reopening after the window', () => {
  it('opens one new case that continues the old one, however often and wherever it is asked for', async () => {
    const { id, token, page } = await cases.closed();
    await cases.letDaysPass(15);
    const late = await nobody.get(`/status/${token}`);
    expect(late.body).toMatchObject({ allowed: ['reopening'], reopeningMakesNewCase: true, stage: 'closed' });

    const first = await nobody.post(`/status/${token}/reopening`, { reason: 'It broke again.' });
    expect([first.status, first.body.stage]).toEqual([201, 'received']);
    expect(first.body.number).not.toBe(late.body.number);
    const location = first.headers.get('location') as string;
    expect((await nobody.get(location)).body).toEqual(first.body);

    const key = { 'idempotency-key': 'x' };
    const second = await nobody.post(`/status/${token}/reopening`, { reason: 'Hello?' }, key);
    expect([second.status, second.body.number]).toEqual([201, first.body.number]);
    expect(second.headers.get('location')).toBe(location);
    const { body: list } = await app.api('admin').get(`/cases?limit=100`);
    const found = (list.data as { previousCaseId: string | null }[]).filter(
      ({ previousCaseId }) => previousCaseId === id,
    );
    expect(found).toHaveLength(1);

    const { body } = await nobody.get(page);
    expect(body).toContain('Open a new case');
    const sent = await submit(app, `${page}/reopening`, {
      ...hiddenFieldsOf(body, 'reopening'),
      reason: 'And by form',
    });
    expect([sent.status, sent.headers.get('location')]).toEqual([
      303,
      `${location.replace('/api/v1/status/', '/s/')}?done=continuation`,
    ]);
    const byApi = await nobody.post(`/status/${token}/reopening`, { reason: 'Once more by API.' });
    expect([byApi.status, byApi.body]).toEqual([201, first.body]);
    const shown = await nobody.get(sent.headers.get('location') as string);
    expect(shown.body).toContain('It continues the earlier one.');
    expect((await cases.eventsOf(id)).at(-1)).toBe('case.sealed');
  });
});

describe('silence', () => {
  it('is broken before the promise of the next update is: the page then says that work goes on', async () => {
    const { id, token } = await cases.atLogistics();
    const promised = (await nobody.get(`/status/${token}`)).body.nextUpdateDueAt as string;
    expect(promised).toMatch(/Z$/);
    await cases.letDaysPass(10);
    const { body } = await nobody.get(`/status/${token}`);
    expect(body.timeline.map(({ text }: { text: string }) => text)).toContain(
      'We are still working on your case. There is nothing new to report yet.',
    );
    expect((await cases.eventsOf(id)).length).toBeGreaterThan(4);
  });
});
