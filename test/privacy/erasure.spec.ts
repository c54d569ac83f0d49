// What an erasure keeps and what it takes: the figures of every report stay, the journal stays chained and is folded as
// before, no command under way brings a text back, and whatever a fault leaves undone is finished.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { runAudit } from '../../scripts/audit/run-audit.js';
import { PersonErasure } from '../../src/directory/person-erasure.js';
import { expectStatus, OPEN_CASE } from '../http/case-client.js';
import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const BY = { reason: 'Asked for by letter' };
const customer = (n: number) => ({
  externalId: `crm-${n}`,
  name: `Ottoline ${n}`,
  email: `otto${n}@example.com`,
});

async function open(n: number): Promise<{ id: string; customerId: string }> {
  const body = { ...OPEN_CASE, customer: customer(n) };
  const answer = expectStatus(await app.api('agent').post('/cases', body), 201).body;
  return { id: answer.id, customerId: answer.customer.id };
}
const step = async (who: Parameters<TestApp['api']>[0], id: string, path: string, body: object = {}) =>
  expectStatus(await app.api(who).post(`/cases/${id}/${path}`, body), 201).body;
const erase = (id: string, body: object = BY) => app.api('admin').post(`/customers/${id}/erasure`, body);

/** A case through both levels, late, paid for and rated. */
async function fullCase(n: number, rootCause = 'Label torn'): Promise<{ id: string; customerId: string }> {
  const { id, customerId } = await open(n);
  const packet = { purpose: 'Find it', expectedOutcome: 'A date', evidence: ['Tracking'] };
  await step('agent', id, 'ownership');
  await step('agent', id, 'escalations', { department: 'logistics', ...packet });
  await step('member:logistics', id, 'acceptances');
  await step('member:logistics', id, 'escalations', { department: 'finance', ...packet, reason: 'A fault' });
  await step('member:finance', id, 'acceptances');
  await step('agent', id, 'compensations', {
    kind: 'refund',
    amount: '20.00',
    description: 'Sorry',
    reason: 'Late',
  });
  await step('agent', id, 'compensations/1/execution', { reference: 'pay-1' });
  await step('member:finance', id, 'resolutions', { solution: 'It comes', rootCause });
  await step('service', id, 'confirmations');
  await step('service', id, 'ratings', { score: 4, recommend: 9, comment: 'Thank you' });
  return { id, customerId };
}

/** Every figure that a report is made of, of all cases. */
const FIGURES = {
  cases: `SELECT state, level, max_level, priority, category, channel, grade, cycle, breached, departments,
    owner_id, received_at, opened_at, count(*)::int AS n FROM cases GROUP BY 1,2,3,4,5,6,7,8,9,10,11,12,13 ORDER BY opened_at`,
  clocks: `SELECT * FROM audit.clock ORDER BY 1, 2, 3, 4`,
  spans: `SELECT * FROM audit.clock_span ORDER BY 1, 2, 3, 4, 5`,
  scores: `SELECT id, r->>'score' AS score, r->>'recommend' AS recommend FROM cases, jsonb_array_elements(context->'ratings') r ORDER BY 1`,
  sums: `SELECT id, c->>'currency' AS currency, c->>'state' AS state, sum((c->>'amountMinor')::int) AS minor
    FROM cases, jsonb_array_elements(context->'compensations') c GROUP BY 1, 2, 3 ORDER BY 1`,
  causes: `SELECT context->'resolution'->>'rootCause' AS cause, count(*)::int FROM cases GROUP BY 1 ORDER BY 1`,
  moves: `SELECT type, from_state, to_state, level_after, actor_kind, actor_department, count(*)::int FROM journal
    WHERE type <> 'case.erased' GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3`,
  notices: `SELECT channel, key, status, count(*)::int FROM notifications GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  tasks: `SELECT kind, department, state, count(*)::int FROM tasks GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
};
async function figures(): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(FIGURES)) all[name] = await app.dataSource.query(text);
  return all;
}
async function holders(id: string): Promise<unknown> {
  return (await app.api('admin').get(`/cases/${id}/clocks`)).body;
}

/** Connected as the owner, as an auditor is. */
async function asOwner<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('the figures', () => {
  it('of every report are the same before and after', async () => {
    const one = await fullCase(1);
    await fullCase(2);
    await app.moveClockTo('2026-03-06T09:00:00Z');
    const before = await figures();
    const clocks = await holders(one.id);
    const { body } = await app.api('admin').get(`/customers/${one.customerId}`);
    expectStatus(await erase(one.customerId), 200);
    expect(await figures()).toEqual(before);
    expect(await holders(one.id)).toEqual(clocks);
    const after = (await app.api('admin').get(`/customers/${one.customerId}`)).body;
    expect(after).toMatchObject({
      name: '[erased]',
      email: null,
      compensations: { sums: body.compensations.sums },
      ratings: { count: 1, average: 4 },
      chases: body.chases,
    });
  });

  it('count a cause by what staff called it, unless that names the person', async () => {
    const named = await fullCase(3, 'Ottoline gave a wrong address');
    expectStatus(await erase(named.customerId), 200);
    const { body } = await app.api('admin').get(`/cases/${named.id}`);
    expect(body.resolution.rootCause).toBe('[erased]');
  });
});

describe('the journal of an erased case', () => {
  it('tells who worked on it and what happened, and no word of what was said', async () => {
    const { id, customerId } = await fullCase(5);
    expectStatus(await erase(customerId), 200);
    const { body } = await app.api('admin').get(`/cases/${id}/journal`);
    const climb = body.data.find(({ type }: { type: string }) => type === 'case.escalated');
    expect(climb).toMatchObject({
      actor: { kind: 'agent', id: expect.stringMatching(/agent/) },
      data: { department: 'logistics', purpose: '[erased]', evidence: ['[erased]'], fields: {} },
    });
    expect(body.data.at(-1)).toMatchObject({
      type: 'case.erased',
      customerVisible: false,
      data: { reason: BY.reason },
      actor: { kind: 'admin' },
    });
  });

  it('is blanked by one function alone, and only where the journal says that the case was erased', async () => {
    const { id } = await open(6);
    const denied = { code: '42501' };
    await expect(app.dataSource.query('SELECT erase_journal($1)', [id])).rejects.toMatchObject(denied);
    await expect(
      app.dataSource.query(`UPDATE journal SET data = '{}' WHERE case_id = $1`, [id]),
    ).rejects.toMatchObject(denied);
    const [row] = await app.dataSource.query(
      `SELECT has_function_privilege('public', 'erase_journal(uuid)', 'EXECUTE') AS everybody`,
    );
    expect(row.everybody).toBe(false);
  });
});

describe('an erasure', () => {
  it('withdraws open cases when it is told to, and those whose money was paid keep it from happening', async () => {
    const { id, customerId } = await open(7);
    await step('agent', id, 'ownership');
    expectStatus(await erase(customerId, { ...BY, withdrawOpenCases: true }), 200);
    expect((await app.api('admin').get(`/cases/${id}`)).body).toMatchObject({
      state: 'withdrawn',
      subject: '[erased]',
    });

    const paid = await open(8);
    await step('agent', paid.id, 'ownership');
    await step('agent', paid.id, 'compensations', {
      kind: 'refund',
      amount: '20.00',
      description: 'x',
      reason: 'y',
    });
    await step('agent', paid.id, 'compensations/1/execution', {});
    const { status, body } = await erase(paid.customerId, { ...BY, withdrawOpenCases: true });
    expect([status, body.cases[0].why]).toEqual([409, 'compensation-paid']);
    expect((await app.api('admin').get(`/customers/${paid.customerId}`)).body.name).toBe('Ottoline 8');
  });

  it('of a solved case ends it: nothing falls due any more, not even a promise', async () => {
    const { id, customerId } = await open(9);
    await step('agent', id, 'ownership');
    await step('agent', id, 'promises', { text: 'We call you', dueAt: '2026-03-09T10:00:00Z' });
    await step('agent', id, 'resolutions', { solution: 'Done', rootCause: 'Label torn' });
    expectStatus(await erase(customerId), 200);
    const [before] = await app.dataSource.query(
      'SELECT revision, next_due_at, terminal FROM cases WHERE id = $1',
      [id],
    );
    expect([before.next_due_at, before.terminal]).toEqual([null, true]);
    await app.moveClockTo('2026-05-30T09:00:00Z');
    const [after] = await app.dataSource.query('SELECT revision, state FROM cases WHERE id = $1', [id]);
    expect(after).toEqual({ revision: before.revision, state: 'resolved' });
  });

  it('lets no command that is under way bring a text back', async () => {
    const { id, customerId } = await open(10);
    await step('agent', id, 'resolutions', { solution: 'Done', rootCause: 'Label torn' });
    const [erased, ...notes] = await Promise.all([
      erase(customerId),
      ...Array.from({ length: 12 }, (_, n) =>
        app.api('agent').post(`/cases/${id}/notes`, { text: `racing-${n}` }),
      ),
    ]);
    expect(erased.status).toBe(200);
    expect(notes.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const rows = await app.dataSource.query(
      `SELECT data::text FROM journal WHERE case_id = $1 AND data::text LIKE '%racing%'`,
      [id],
    );
    expect(rows).toEqual([]);
  });

  it('is whole or not at all: a fault in the middle of it changes nothing', async () => {
    const { id, customerId } = await fullCase(11);
    await asOwner((client) =>
      client.query(`ALTER TABLE attachments RENAME TO attachments_away`).then(() => undefined),
    );
    try {
      expect((await erase(customerId)).status).toBe(500);
    } finally {
      await asOwner((client) =>
        client.query(`ALTER TABLE attachments_away RENAME TO attachments`).then(() => undefined),
      );
    }
    const [row] = await app.dataSource.query(
      `SELECT subject, context ? 'erasedAt' AS erased FROM cases WHERE id = $1`,
      [id],
    );
    expect(row).toEqual({ subject: OPEN_CASE.subject, erased: false });
    // The record is marked: nobody changes it meanwhile, and the background goes on with it.
    expect((await app.api('agent').put(`/customers/${customerId}`, { name: 'x' })).body.code).toBe(
      'customer-erased',
    );
    expect(await app.get(PersonErasure).finish(10)).toBe(1);
    const { body } = await app.api('admin').get(`/cases/${id}`);
    expect([body.subject, (await app.api('admin').get(`/customers/${customerId}`)).body.name]).toEqual([
      '[erased]',
      '[erased]',
    ]);
  });

  it('cannot be undone by merging with somebody who is known', async () => {
    const gone = await fullCase(12);
    const known = await open(13);
    expectStatus(await erase(gone.customerId), 200);
    for (const [id, otherId] of [
      [gone.customerId, known.customerId],
      [known.customerId, gone.customerId],
    ]) {
      const { status, body } = await app
        .api('agent')
        .post(`/customers/${id}/merges`, { otherId, reason: 'Same' });
      expect([status, body.code]).toEqual([409, 'customer-erased']);
    }
  });

  it.each(['agent', 'member:sales', 'lead:sales', 'manager', 'service'] as const)(
    'is not for %s',
    async (who) => {
      const { customerId } = await open(14);
      expect((await app.api(who).post(`/customers/${customerId}/erasure`, BY)).status).toBe(403);
    },
  );

  it('of nobody is 404', async () => {
    expect((await erase('01900000-0000-7000-8000-0000000000ff')).status).toBe(404);
  });
});

describe('everything that was erased above', () => {
  it('passes the whole audit: chained, folded as before, every promise kept', async () => {
    const { id, customerId } = await fullCase(4);
    expectStatus(await erase(customerId), 200);
    const silent = { check: () => undefined, folded: () => undefined, timed: () => undefined };
    const report = await asOwner((client) => runAudit(client, silent));
    expect(report.checks.filter(({ violations }) => violations > 0)).toEqual([]);
    const [row] = await app.dataSource.query('SELECT salt FROM cases WHERE id = $1', [id]);
    expect(row.salt).toBeNull();
  });
});
