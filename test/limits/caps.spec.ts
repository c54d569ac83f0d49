// How often a customer may do what makes work for others (reliability.md §4, business flow abuse).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf, given, manager, open, POLICIES, resolve, start, when } from '../domain/given.js';
import { confirm, reopen } from '../domain/clock-words.js';
import { StatusCases } from '../http/status-cases.js';
import { startTestApp, type TestApp } from '../support/app.js';

describe('a closed case', () => {
  const often = (times: number) => Array.from({ length: times }, () => [reopen, resolve(), confirm]).flat();
  const { reopeningsPerCase } = POLICIES.lifecycle;

  it('comes back for its customer as often as the policy says, and no oftener', () => {
    const current = given(open, start, resolve(), confirm, ...often(reopeningsPerCase));
    expect(current.context.reopenings).toBe(reopeningsPerCase);
    expect(codeOf(when(current, reopen))).toBe('reopen-limit-reached');
  });

  it('comes back for staff, who answer for it', () => {
    const current = given(open, start, resolve(), confirm, ...often(reopeningsPerCase));
    expect(when(current, { ...reopen, actor: manager }).accepted).toBe(true);
  });
});

describe('a customer by link', () => {
  let app: TestApp;
  let cases: StatusCases;
  beforeAll(async () => {
    app = await startTestApp();
    cases = new StatusCases(app);
  });
  afterAll(() => app?.close());

  const deed = (token: string, path: string, body: object) =>
    app.api(null).post(`/status/${token}/${path}`, body);
  const solve = (id: string) =>
    cases.command(id, 'agent', 'resolutions', { solution: 'It is on its way.', rootCause: 'mixed up' });

  it('who reopens once too often gets one new case that goes on, and no more', async () => {
    const { status } = await app.api('admin').put('/lifecycle-policies/default', { reopeningsPerCase: 1 });
    expect([200, 201]).toContain(status);
    const { id, token } = await cases.closed();
    expect((await deed(token, 'reopening', { reason: 'broken again' })).status).toBe(201);
    await solve(id);
    expect((await deed(token, 'confirmation', {})).status).toBe(201);
    const again = await deed(token, 'reopening', { reason: 'and again' });
    const oncemore = await deed(token, 'reopening', { reason: 'and again' });
    expect([again.status, oncemore.status]).toEqual([201, 201]);
    expect(again.headers.get('location')).toMatch(/^\/api\/v1\/status\/[\w-]{56}$/);
    expect(oncemore.headers.get('location')).toBe(again.headers.get('location'));
    const [row] = await app.dataSource.query(
      `SELECT count(*)::int AS n FROM cases WHERE previous_case_id = $1`,
      [id],
    );
    expect(row).toEqual({ n: 1 });
  });

  it('calls a manager once in a cycle, however often the manager has looked', async () => {
    const { id, token } = await cases.opened();
    expect((await deed(token, 'attention', {})).status).toBe(201);
    const twice = await deed(token, 'attention', {});
    expect([twice.status, twice.body.code]).toEqual([409, 'attention-already-raised']);
    const { status } = await app.api('manager').post(`/cases/${id}/attention/clearance`, { reason: 'seen' });
    const cleared = status === 201 ? 'attention-used-in-cycle' : `not cleared: ${status}`;
    const later = await deed(token, 'attention', {});
    expect([later.status, later.body.code]).toEqual([409, cleared]);
  });
});
