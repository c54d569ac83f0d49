// Clocks over HTTP: what ended and what runs, why a due time is what it is, and who held the case.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';

const CASE = {
  subject: 'Parcel missing',
  description: 'It was due on Monday.',
  expectedOutcome: 'The parcel.',
  category: 'delivery',
  channel: 'phone',
  impact: 'medium',
  urgency: 'medium',
  customer: { externalId: 'clocks-1', name: 'Li Lei' },
};

let app: TestApp;
let path: string;
beforeAll(async () => {
  app = await startTestApp({ clockStart: '2026-11-02T10:00:00Z' });
  const opened = await app.api('agent').post('/cases', CASE);
  path = `/cases/${(opened.body as { id: string }).id}`;
  await app.api('agent').post(`${path}/ownership`, {});
  await app.api('admin').put('/clock', { now: '2026-11-02T10:30:00Z' });
  await app.api('agent').post(`${path}/messages`, { text: 'We are looking for it.' });
  await app.api('agent').post(`${path}/questions`, { question: 'Which door?' });
  await app.api('admin').put('/clock', { now: '2026-11-02T11:30:00Z' });
  await app.api('service').post(`${path}/replies`, { text: 'The blue one.' });
});
afterAll(() => app?.close());

describe('GET /cases/{id}/clocks', () => {
  it('lists ended and running records with what is used and left', async () => {
    const { status, body } = await app.api('agent').get(`${path}/clocks`);
    expect(status).toBe(200);
    const rows = (body as { data: { metric: string; usedSeconds: number; outcome: string | null }[] }).data;
    expect(rows.find(({ metric }) => metric === 'firstResponse')).toMatchObject({
      outcome: 'met',
      usedSeconds: 1800,
    });
    expect(rows.find(({ metric }) => metric === 'resolution')).toMatchObject({
      outcome: null,
      usedSeconds: 1800,
    });
    expect(rows.filter(({ metric }) => metric === 'nextUpdate').length).toBeGreaterThan(1);
  });
});

describe('GET /cases/{id}/clocks/{metric}/explanation', () => {
  it('recomputes the due time live and agrees with the stored one', async () => {
    const { body } = await app.api('agent').get(`${path}/clocks/resolution/explanation`);
    const explained = body as { dueAt: string; words: string[] };
    expect(body).toMatchObject({
      metric: 'resolution',
      agrees: true,
      pauses: [{ fromAt: '2026-11-02T10:30:00.000Z', toAt: '2026-11-02T11:30:00.000Z' }],
      recomputedDueAt: explained.dueAt,
    });
    expect(explained.words.length).toBeGreaterThan(3);
  });

  it('answers 404 for a metric that the case has no clock of, and for an unknown one', async () => {
    for (const metric of ['olaWork', 'nonsense', '__proto__']) {
      expect((await app.api('agent').get(`${path}/clocks/${metric}/explanation`)).status).toBe(404);
    }
  });

  it('is hidden from a department that never had the case', async () => {
    expect((await app.api('member:sales').get(`${path}/clocks/resolution/explanation`)).status).toBe(404);
  });
});

describe('GET /cases/{id}/holders', () => {
  it('attributes the time so far', async () => {
    const { body } = await app.api('manager').get(`${path}/holders`);
    const held = (body as { data: { holder: string; seconds: number }[] }).data;
    expect(held.find(({ holder }) => holder === 'customer')?.seconds).toBe(3600);
    expect(held.find(({ holder }) => holder === 'frontline')?.seconds).toBe(1800);
  });
});
