// The demo: staff, tokens and living cases, seeded once and never disturbed again.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { clientOf } from '../support/client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ demo: '1' });
});
afterAll(() => app.close());

const counted = async (table: string): Promise<number> => {
  const [row] = await app.dataSource.query<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${table}`);
  return row?.n ?? -1;
};

describe('the demo', () => {
  it('has a token for each role, and no other', () => {
    const departments = ['sales', 'product', 'logistics', 'finance'];
    const names = departments.flatMap((department) => [`member:${department}`, `lead:${department}`]);
    expect(Object.keys(app.tokens).sort()).toEqual(
      ['admin', 'manager', 'agent', 'agent2', 'service', ...names].sort(),
    );
    expect(new Set(Object.values(app.tokens)).size).toBe(13);
  });

  it('has cases in every kind of place, in three languages', async () => {
    const { body } = await app.api('manager').get('/cases?limit=100');
    const states = body.data.map((one: { state: string }) => one.state);
    expect(body.data).toHaveLength(10);
    expect([...states].sort()).toEqual(
      [
        'arbitration',
        'closed',
        'frontline.returned',
        'frontline.working',
        'level1.dispatched',
        'level1.working',
        'level2.working',
        'received',
        'resolved',
        'waiting',
      ].sort(),
    );
    const locales = await app.dataSource.query('SELECT DISTINCT locale FROM customers ORDER BY locale');
    expect(locales.map(({ locale }: { locale: string }) => locale)).toEqual(['en', 'zh-CN', 'zh-TW']);
  });

  it('is not seeded again by a second node on the same database', async () => {
    const before = [await counted('cases'), await counted('journal'), await counted('staff')];
    const second = await startTestApp({ demo: '1', databaseUrl: app.databaseUrl });
    const after = [await counted('cases'), await counted('journal'), await counted('staff')];
    const { status } = await second.api('agent').get('/cases');
    await second.close();
    expect(after).toEqual(before);
    expect(status).toBe(200);
  });

  it('gives a department its inbox', async () => {
    const { body } = await app.api('member:finance').get('/tasks?department=finance');
    expect(body.data.length).toBeGreaterThanOrEqual(1);
  });
});

describe('a node without a demo', () => {
  it('has departments, but nobody to act and no token', async () => {
    const bare = await startTestApp({ demo: '0' });
    expect(bare.tokens).toEqual({});
    const [staff] = await bare.dataSource.query('SELECT count(*)::int AS n FROM staff');
    await bare.close();
    expect(staff.n).toBe(0);
  });

  it('lets its first administrator in by the key of the settings', async () => {
    const key = `cew_admin_${'k'.repeat(43)}`;
    const bare = await startTestApp({ demo: '0', env: { ADMIN_KEY: key } });
    const { status } = await clientOf(bare.url, key).get('/cases');
    await bare.close();
    expect(status).toBe(200);
  });
});
