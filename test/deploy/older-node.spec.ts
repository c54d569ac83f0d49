// What a node of this build does with a case that a newer one has written: list it, leave it alone, raise the alarm.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';

const OPENING = {
  subject: 'Order 7 has not arrived',
  description: 'Nine days in transit.',
  expectedOutcome: 'Deliver or refund.',
  category: 'delivery',
  channel: 'phone',
  impact: 'high',
  urgency: 'high',
  customer: { externalId: 'c-7', name: 'Ada Bauer' },
};
/** A state and a context that only the newer machine knows. */
const TOMORROW = `UPDATE cases SET machine_version = 99, context = context || '{"tomorrow": true}',
  state = 'waiting' WHERE id = $1`;

describe('an older node and the case of a newer one', () => {
  let node: TestApp;
  let id: string;
  beforeAll(async () => {
    node = await startTestApp();
    id = (await node.api('agent').post('/cases', OPENING)).body.id;
    await node.dataSource.query(TOMORROW, [id]);
  });
  afterAll(() => node.close());

  it.each(['', '/journal', '/ledger', '/clocks', '/messages'])(
    'leaves GET /cases/{id}%s to a newer node, by a name that a balancer understands',
    async (below) => {
      const { status, body } = await node.api('manager').get(`/cases/${id}${below}`);
      expect([status, body.code]).toEqual([503, 'machine-version-unsupported']);
    },
  );

  it('has it in its lists', async () => {
    const { status, body } = await node.api('manager').get('/cases');
    expect(status).toBe(200);
    expect(body.data).toMatchObject([{ id, machineVersion: 99, allowedActions: [] }]);
  });

  it('refuses every command on it by the same name, and writes nothing', async () => {
    const answer = await node.api('agent').post(`/cases/${id}/notes`, { text: 'Hm.' });
    expect(answer.status).toBe(503);
    expect(answer.body.code).toBe('machine-version-unsupported');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const rows = await node.dataSource.query('SELECT revision, machine_version FROM cases WHERE id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ revision: 1, machine_version: 99 }]);
  });

  it('fires none of its deadlines, and tells how long the oldest one is past', async () => {
    await node.moveClockTo('2026-03-09T09:00:00Z');
    const overdue = async (): Promise<number> => {
      const { body } = await node.api(null).get('/metrics');
      return Number(/^deadlines_oldest_overdue_seconds\{.*\} (\S+)/m.exec(String(body))?.[1]);
    };
    // Each scrape shows what the one before asked for.
    let seconds = await overdue();
    for (let scrapes = 0; scrapes < 200 && seconds === 0; scrapes += 1) seconds = await overdue();
    expect(seconds).toBeGreaterThan(86_400);
    const rows = await node.dataSource.query('SELECT revision FROM cases WHERE id = $1', [id]);
    expect(rows).toEqual([{ revision: 1 }]);
  });
});
