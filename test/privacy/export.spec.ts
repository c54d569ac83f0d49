// A person's copy of everything: under every id that they had, whole, with what the house wrote among itself apart; and
// in pieces, so that a long history takes no memory.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXPORT_FORMAT } from '../../src/reports/person-export.js';
import { expectStatus, OPEN_CASE } from '../http/case-client.js';
import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
let id: string;
let mergedId: string;
let caseId: string;
beforeAll(async () => {
  app = await startTestApp();
  const customer = { externalId: 'crm-7', name: 'Ada Bauer', email: 'ada@example.com' };
  const opened = expectStatus(await app.api('agent').post('/cases', { ...OPEN_CASE, customer }), 201).body;
  id = opened.customer.id;
  caseId = opened.id;
  const step = async (who: Parameters<TestApp['api']>[0], path: string, body: object) =>
    expectStatus(await app.api(who).post(`/cases/${caseId}/${path}`, body), 201);
  await step('agent', 'ownership', {});
  await step('agent', 'notes', { text: 'Sounds angry' });
  await step('agent', 'messages', { text: 'We are looking for it' });
  await step('service', 'replies', { text: 'Thank you', messageId: 'm-1' });
  await step('agent', 'promises', { text: 'We call you', dueAt: '2026-03-03T10:00:00Z' });
  await fetch(`${app.url}/api/v1/cases/${caseId}/attachments?name=a.txt`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', authorization: `Bearer ${app.tokens.agent}` },
    body: 'a file',
  });
  const second = { externalId: 'crm-8', name: 'A. Bauer' };
  mergedId = (await app.api('agent').post('/cases', { ...OPEN_CASE, customer: second })).body.customer.id;
  expectStatus(
    await app.api('agent').post(`/customers/${id}/merges`, { otherId: mergedId, reason: 'Same' }),
    201,
  );
});
afterAll(() => app?.close());

describe('the export of a person', () => {
  it('holds everything, under any id that they had', async () => {
    const { status, headers, body } = await app.api('manager').get(`/customers/${mergedId}/export`);
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="customer-${mergedId}.json"`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ format: EXPORT_FORMAT, isComplete: true });
    expect(body.records.map((one: { id: string }) => one.id)).toEqual([id, mergedId]);
    expect(body.cases).toHaveLength(2);
    const one = body.cases.find((each: { id: string }) => each.id === caseId);
    expect(one).toMatchObject({
      subject: OPEN_CASE.subject,
      promises: [{ text: 'We call you' }],
      attachments: [{ name: 'a.txt', url: expect.stringContaining(`/api/v1/cases/${caseId}/attachments/`) }],
    });
    expect(
      one.conversation.map(({ direction, text }: { direction: string; text: string }) => [direction, text]),
    ).toEqual([
      ['out', 'We are looking for it'],
      ['in', 'Thank you'],
    ]);
    expect(one.notices.length).toBeGreaterThan(3);
    const link = new URL(one.attachments[0].url);
    expect((await app.api('manager').get(link.pathname)).body).toBe('a file');
  });

  it('keeps apart what the house wrote among itself', async () => {
    const { body } = await app.api('admin').get(`/customers/${id}/export`);
    const { internal, ...handed } = body.cases.find((each: { id: string }) => each.id === caseId);
    expect(JSON.stringify(handed)).not.toContain('Sounds angry');
    expect(JSON.stringify(internal.journal)).toContain('Sounds angry');
    expect(internal.journal.map(({ seq }: { seq: number }) => seq)).toEqual(
      internal.journal.map((_: unknown, index: number) => index + 1),
    );
  });

  it('reads long histories page by page', async () => {
    await app.dataSource.query(
      `INSERT INTO notifications (case_id, seq, channel, key, params, status, dedupe_key, created_at, finished_at)
       SELECT $1, 1000 + n, 'page', 'case.messaged', '{}', 'delivered', 'd' || n, now(), now() FROM generate_series(1, 1200) n`,
      [caseId],
    );
    const { body } = await app.api('admin').get(`/customers/${id}/export`);
    const { notices } = body.cases.find((each: { id: string }) => each.id === caseId);
    expect(notices.filter(({ seq }: { seq: number }) => seq > 1000)).toHaveLength(1200);
  });

  it.each(['agent', 'member:sales', 'lead:sales', 'service'] as const)('is not for %s', async (who) => {
    expect((await app.api(who).get(`/customers/${id}/export`)).status).toBe(403);
  });

  it('of nobody is 404', async () => {
    expect(
      (await app.api('admin').get('/customers/01900000-0000-7000-8000-0000000000ff/export')).status,
    ).toBe(404);
  });
});
