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
    expect(body.data).toHaveLength(13);
    expect([...states].sort()).toEqual(
      [
        'arbitration',
        'closed',
        'frontline.returned',
        'frontline.working',
        'frontline.working',
        'frontline.working',
        'level1.dispatched',
        'level1.working',
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

  describe('tells the story of', () => {
    let cases: { subject: string; id: string; [field: string]: unknown }[];
    beforeAll(async () => {
      cases = (await app.api('manager').get('/cases?limit=100')).body.data;
    });
    const about = (subject: string) => {
      const found = cases.find((one) => one.subject.includes(subject));
      if (!found) throw new Error(`no demo case about ${subject}`);
      return found;
    };
    /** The truth about a case, whatever its resource shows of it. */
    const inside = async (subject: string) => {
      const current = await app.engine.read(about(subject).id);
      if (!current) throw new Error(`no demo case about ${subject}`);
      return current;
    };

    it('a late delivery for which logistics asks finance', async () => {
      const { context } = await inside('nothing arrived');
      expect(context.consults).toMatchObject([{ department: 'finance', endedAt: null }]);
      const inbox = (await app.api('member:finance').get('/tasks?kind=consult')).body.data;
      expect(inbox.map((task: { caseId: string }) => task.caseId)).toEqual([about('nothing arrived').id]);
    });

    it('a wrong product on whose solution departments have to agree', async () => {
      const { context } = await inside('型号和订单不一致');
      const [proposal] = context.proposals;
      expect(proposal?.state).toBe('open');
      expect(proposal?.voices.map(({ department, agrees }) => [department, agrees])).toEqual([
        ['logistics', true],
        ['finance', null],
      ]);
    });

    it('a refund beyond the agent’s limit that waits for the lead of finance', async () => {
      const { context } = await inside('橱柜受潮');
      expect(context.compensations).toMatchObject([
        { state: 'proposed', approverRole: 'lead', approverDepartment: 'finance' },
      ]);
      const { data } = (await app.api('lead:finance').get('/tasks?kind=approve')).body;
      // A joint solution that waits for the department's agreement is there as well.
      const approvals = data.filter(({ key }: { key: string }) => key.startsWith('approve-'));
      expect(approvals.map((task: { caseId: string }) => task.caseId)).toEqual([about('橱柜受潮').id]);
    });

    it('a case that two departments have pushed to and fro', async () => {
      expect((await inside('退货运费')).state).toBe('arbitration');
    });

    it('a promise that breaks within the hour', async () => {
      const { context } = await inside('到府維修');
      const [promise] = context.promises;
      expect(promise?.state).toBe('open');
      expect((promise?.dueAt ?? 0) - context.lastEventAt).toBeLessThan(3_600_000);
    });

    it('an emergency at level 2', async () => {
      const { state, context } = await inside('发烫并鼓包');
      expect([state, context.priority, context.reputationRisk]).toEqual(['level2.working', 'P1', true]);
    });

    it('a customer who chases five times', async () => {
      const { context } = await inside('has not been sent');
      expect([context.chases, context.attention !== null]).toEqual([5, true]);
    });

    it('a low rating that asks for a callback', async () => {
      const { state, context } = await inside('异味');
      expect([state, context.ratings[0]?.score]).toEqual(['closed', 2]);
      expect(context.callbacks).toMatchObject([{ reason: 'lowRating', doneAt: null }]);
    });

    it('a house with leads, deputies, rules and ready texts', async () => {
      const { lead, deputies } = (await app.api('agent').get('/departments/logistics')).body;
      expect([lead.id, deputies.map(({ id }: { id: string }) => id)]).toEqual([
        'logistics-lead',
        ['logistics-2'],
      ]);
      const late = about('nothing arrived').id;
      expect((await app.api('agent').get(`/cases/${late}/routing`)).body).toMatchObject({
        department: 'logistics',
        rule: 'deliveries',
      });
      const context = (await app.api('agent').get(`/cases/${late}/context`)).body;
      expect(context.texts.map(({ name }: { name: string }) => name)).toEqual([
        'found again',
        'still looking',
      ]);
      expect(context.texts[1].text).toContain('I am sorry');
    });
  });

  it('is told at any hour, also on a Sunday night', async () => {
    const asleep = await startTestApp({ demo: '1', clockStart: '2026-03-01T03:00:00Z' });
    const { body } = await asleep.api('manager').get('/cases?limit=100');
    await asleep.close();
    expect(body.data).toHaveLength(13);
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
