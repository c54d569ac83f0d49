// What is forgotten by itself: nothing, unless an administrator says so; then each kind after its own time, a few rows
// at a time, and going on where it stopped. On the manual clock.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Configuration } from '../../src/directory/configuration.js';
import { RetentionSweep } from '../../src/directory/retention-sweep.js';
import { PersonErasure } from '../../src/directory/person-erasure.js';
import { CaseEngine } from '../../src/engine/case-engine.js';
import { sweepAnswers } from '../../src/engine/idempotency.js';
import { DEFAULT_RETENTION_POLICY, type RetentionPolicy } from '../../src/engine/retention-policy.js';
import { poolOf } from '../../src/store/data-source.js';
import { MANUAL_NOW } from '../../src/store/now.js';
import { expectStatus, OPEN_CASE } from '../http/case-client.js';
import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
const ended: string[] = [];
let open: string;
beforeAll(async () => {
  app = await startTestApp();
  for (let n = 0; n < 5; n += 1) {
    const { body } = await app.api('agent').post('/cases', OPEN_CASE, { 'idempotency-key': `open-${n}` });
    ended.push(body.id);
    const file = await fetch(`${app.url}/api/v1/cases/${body.id}/attachments?name=a.txt`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', authorization: `Bearer ${app.tokens.agent}` },
      body: 'a file',
    });
    expect(file.status).toBe(201);
    expectStatus(await app.api('agent').post(`/cases/${body.id}/withdrawals`, { reason: 'Found' }), 201);
  }
  open = expectStatus(await app.api('agent').post('/cases', OPEN_CASE), 201).body.id;
  await app.dataSource.query(
    `INSERT INTO inbound_messages (message_id, channel, outcome, received_at) SELECT 'm' || n, 'email', 'ignored', now_at
     FROM manual_clock, generate_series(1, 5) n`,
  );
  await app.dataSource.query(
    `INSERT INTO notification_attempts (case_id, seq, channel, n, started_at, ended_at, result, detail)
     SELECT $1, 1, 'email', n, now_at, now_at, 'refused', 'what they said' FROM manual_clock, generate_series(1, 5) n`,
    [open],
  );
});
afterAll(() => app?.close());

const sweep = (policy: Partial<RetentionPolicy>, rowsMax = 2): RetentionSweep =>
  new RetentionSweep({
    pool: poolOf(app.dataSource),
    now: MANUAL_NOW,
    engine: app.get(CaseEngine),
    persons: app.get(PersonErasure),
    policy: () => ({ ...DEFAULT_RETENTION_POLICY, ...policy }),
    rowsMax,
    breathMs: 0,
  });
const count = async (table: string, where = 'true'): Promise<number> =>
  (await app.dataSource.query(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`))[0].n;

describe('retention', () => {
  it('throws nothing away unless somebody says so', async () => {
    await app.moveClockTo('2026-05-01T09:00:00Z');
    expect(await sweep({}).round()).toBe(0);
    expect(app.get(Configuration).newest('retentionPolicy', 'default')?.body).toEqual(
      DEFAULT_RETENTION_POLICY,
    );
  });

  it.each([
    ['inboundDays', 'inbound_messages', 'true', 5],
    ['deliveryDetailDays', 'notification_attempts', 'detail IS NOT NULL', 5],
    ['attachmentsDays', 'attachments', 'true', 5],
  ] as const)('forgets by %s in batches, and only what is older', async (field, table, where, rows) => {
    expect(await sweep({ [field]: 3_650 }).round()).toBe(0);
    expect(await count(table, where)).toBe(rows);
    expect(await sweep({ [field]: 30 }).round()).toBe(rows);
    expect(await count(table, where)).toBe(0);
  });

  it('erases the texts of cases that ended long ago, and goes on where it was stopped', async () => {
    const first = sweep({ endedCasesDays: 30 });
    const round = first.round();
    await first.stop();
    await round;
    const erasedSoFar = await count('cases', `context ? 'erasedAt'`);
    expect(erasedSoFar).toBeLessThan(ended.length);
    expect(await sweep({ endedCasesDays: 30 }).round()).toBe(ended.length - erasedSoFar);
    expect(await count('cases', `context ? 'erasedAt'`)).toBe(ended.length);
    const { body } = await app.api('admin').get(`/cases/${open}`);
    expect([body.subject, body.erasedAt]).toEqual([OPEN_CASE.subject, null]);
    const { body: gone } = await app.api('admin').get(`/cases/${ended[0]}`);
    expect([gone.subject, gone.state]).toEqual(['[erased]', 'withdrawn']);
    const { body: person } = await app.api('admin').get(`/customers/${gone.customer.id}`);
    expect(person.name).toBe(OPEN_CASE.customer.name);
  });

  it('keeps answers as long as it says, and never less than a day', async () => {
    expect(await sweepAnswers(poolOf(app.dataSource), MANUAL_NOW, 100, 744)).toBeGreaterThan(0);
    const put = (body: object) => app.api('admin').put('/retention-policies/default', body);
    const { status, body } = await put({ storedAnswersHours: 23, inboundDays: 1, tea: 1 });
    expect([status, body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()]).toEqual([
      422,
      ['/inboundDays', '/storedAnswersHours', '/tea'],
    ]);
    const stored = await put({ storedAnswersHours: 24, endedCasesDays: 1_095 });
    expect([stored.status, stored.body.version]).toEqual([200, 2]);
    expect(stored.body).toMatchObject({
      ...DEFAULT_RETENTION_POLICY,
      storedAnswersHours: 24,
      endedCasesDays: 1_095,
    });
    expect((await app.api('manager').put('/retention-policies/default', {})).status).toBe(403);
  });
});
