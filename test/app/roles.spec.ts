// What a node does in each role, on one database.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DueLoop } from '../../src/engine/due-loop.js';
import { startTestApp, type TestApp } from '../support/app.js';

let api: TestApp;
let worker: TestApp;
beforeAll(async () => {
  api = await startTestApp({ env: { ROLE: 'api' } });
  worker = await startTestApp({ env: { ROLE: 'worker' }, databaseUrl: api.databaseUrl, demo: '0' });
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
});

describe('a worker', () => {
  it('answers health and metrics, and has no API', async () => {
    const nobody = worker.api(null);
    expect((await nobody.get('/health/live')).status).toBe(200);
    expect((await nobody.get('/health/ready')).status).toBe(200);
    const metrics = await nobody.get('/metrics');
    expect(metrics.body).toContain('deadlines_fired_total{role="worker"} 0');
    expect((await nobody.get('/cases')).status).toBe(404);
  });
});

describe('an API node', () => {
  it('answers the API, and its due loop does not run', async () => {
    expect((await api.api('agent').get('/cases')).status).toBe(200);
    expect(api.get(DueLoop)).toHaveProperty('running', null);
    expect(worker.get(DueLoop)).not.toHaveProperty('running', null);
  });
});

describe('a manual clock', () => {
  it('begins where the settings say, and a second node does not turn it back', async () => {
    expect((await api.api('admin').get('/clock')).body).toMatchObject({ now: '2026-03-02T09:00:00.000Z' });
    expect((await api.moveClockTo('2026-03-02T10:00:00Z')).status).toBe(200);
    const later = await startTestApp({ databaseUrl: api.databaseUrl, clockStart: '2026-01-01T00:00:00Z' });
    const { body } = await later.api('admin').get('/clock');
    await later.close();
    expect(body.now).toBe('2026-03-02T10:00:00.000Z');
  });
});
