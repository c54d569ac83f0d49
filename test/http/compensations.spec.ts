// Compensations over HTTP: amounts as decimal texts, the policy of a category, the hint for a fair amount, and the
// solution that names one.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toDecimalText, toMinorUnits } from '../../src/http/input/amount.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn, COMPENSATION, expectStatus, OPEN_CASE, openCase, RESOLUTION } from './case-client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

let customers = 0;
const newCase = (category: string): Promise<string> =>
  openCase(app, 'agent', {
    ...OPEN_CASE,
    category,
    customer: { externalId: `crm-money-${++customers}`, name: 'Ada Lovelace' },
  });
const propose = (id: string, body: object, who: 'agent' | 'manager' = 'agent') =>
  app.api(who).post(`/cases/${id}/compensations`, { ...COMPENSATION, ...body });

describe('an amount', () => {
  it.each([
    ['49.90', 'CNY', 4_990],
    ['49.9', 'CNY', 4_990],
    ['49', 'CNY', 4_900],
    ['0.05', 'EUR', 5],
    ['500', 'JPY', 500],
    ['1.234', 'KWD', 1_234],
    ['999999999.99', 'CNY', 99_999_999_999],
    // As a floating point number it would be 0.28999999999999998 of the unit.
    ['0.29', 'USD', 29],
  ])('%s %s counts %i of the smallest unit', (text, currency, minor) => {
    expect(toMinorUnits(text, currency)).toBe(minor);
    expect(toMinorUnits(toDecimalText(minor, currency), currency)).toBe(minor);
  });

  it.each([
    [5, 'CNY', '0.05'],
    [4_990, 'CNY', '49.90'],
    [500, 'JPY', '500'],
    [1, 'KWD', '0.001'],
    [0, 'CNY', '0.00'],
  ])('%i of the smallest unit of %s is written %s', (minor, currency, text) => {
    expect(toDecimalText(minor, currency)).toBe(text);
  });

  it.each([
    '49.999',
    '-1',
    '+1',
    '1e3',
    '.5',
    '5.',
    '1,50',
    '007',
    '',
    ' 1',
    '1000000000',
    '٣',
    '0x10',
    'NaN',
  ])('is none: %s', (text) => {
    expect(toMinorUnits(text, 'CNY')).toBeNull();
  });

  it('of a currency without decimals has none', () => {
    expect(toMinorUnits('500.0', 'JPY')).toBeNull();
  });
});

describe('a compensation', () => {
  it('is answered as it was asked for, with what allowed it', async () => {
    const id = await newCase('delivery');
    const { body } = expectStatus(await propose(id, { amount: '49.9' }), 201);
    expect(body.compensations).toMatchObject([
      {
        n: 1,
        kind: 'refund',
        amount: '49.90',
        currency: 'CNY',
        state: 'approved',
        decidedBy: 'agent-1',
        authority: { role: 'agent', limit: '50.00', cap: '5000.00', grantedBefore: '0.00' },
      },
    ]);
    const second = expectStatus(await propose(id, { amount: '10' }), 201);
    expect(second.body.compensations[1].authority.grantedBefore).toBe('49.90');
  });

  it.each([
    [{ amount: '49.999' }, '/amount'],
    [{ amount: '0.00' }, '/amount'],
    [{ amount: '10', currency: 'cny' }, '/currency'],
  ])('with %j is 422', async (body, pointer) => {
    const answer = await propose(await newCase('delivery'), body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  it('in another currency than the policy’s is refused by name', async () => {
    const answer = await propose(await newCase('delivery'), { amount: '10', currency: 'EUR' });
    expect([answer.status, answer.body.code]).toEqual([409, 'wrong-currency']);
  });

  it('counts all cases of the customer against the cap', async () => {
    const customer = { externalId: 'crm-capped', name: 'Grace Hopper' };
    const [first, second] = [
      await openCase(app, 'agent', { ...OPEN_CASE, customer }),
      await openCase(app, 'agent', { ...OPEN_CASE, customer }),
    ];
    expectStatus(await propose(first, { amount: '4990' }, 'manager'), 201);
    const answer = await propose(second, { amount: '10.01' });
    expect([answer.status, answer.body.code]).toEqual([409, 'customer-cap-reached']);
    expectStatus(await propose(second, { amount: '10.00' }), 201);
  });

  it('follows the policy of its category', async () => {
    const policy = {
      currency: 'JPY',
      limitsMinor: { agent: 1_000, manager: 9_000 },
      customerCapMinor: 10_000,
      decideWithin: { calendarSeconds: 3_600 },
    };
    expectStatus(await app.api('admin').put('/compensation-policies/anime', policy), 200);
    const id = await newCase('anime');
    expect((await propose(id, { amount: '1000' })).body.compensations[0]).toMatchObject({
      amount: '1000',
      currency: 'JPY',
      state: 'approved',
    });
    const asked = expectStatus(await propose(id, { amount: '1001' }), 201);
    expect(asked.body.compensations[1]).toMatchObject({ state: 'proposed', approverRole: 'manager' });
    expect((await propose(id, { amount: '9001' })).body.code).toBe('beyond-authority');
  });

  it('is paid once, however many say so at once', async () => {
    const id = await caseIn(app, 'compensationApproved');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        app.api('service').post(`/cases/${id}/compensations/1/execution`, { reference: `pay-${n}` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
  });
});

describe('a solution', () => {
  it('may name a compensation that was granted', async () => {
    const id = await newCase('delivery');
    expectStatus(await propose(id, { amount: '10' }), 201);
    const answer = await app
      .api('agent')
      .post(`/cases/${id}/resolutions`, { ...RESOLUTION, compensationId: 1 });
    expect([answer.status, answer.body.state]).toEqual([201, 'resolved']);
    const rows = (await app.api('agent').get(`/cases/${id}/journal`)).body.data;
    expect(rows.at(-1).data.compensation).toBe(1);
  });

  it.each([1, 2])(
    'that names one that does not exist, or was cancelled, is refused: %i',
    async (compensationId) => {
      const id = await newCase('delivery');
      expectStatus(await propose(id, { amount: '10' }), 201);
      expectStatus(
        await app.api('agent').post(`/cases/${id}/compensations/1/cancellation`, { reason: 'x' }),
        201,
      );
      const answer = await app
        .api('agent')
        .post(`/cases/${id}/resolutions`, { ...RESOLUTION, compensationId });
      expect([answer.status, answer.body.code]).toEqual([409, 'compensation-unknown']);
      expect(answer.body.errors[0].pointer).toBe('/compensationId');
    },
  );
});

describe('the hint for a fair amount', () => {
  const hint = async (id: string) => (await app.api('agent').get(`/cases/${id}/compensations/hint`)).body;

  it('is empty while no similar case got anything', async () => {
    expect(await hint(await newCase('furniture'))).toEqual({
      currency: 'CNY',
      min: null,
      median: null,
      max: null,
      similar: [],
    });
  });

  it('tells what others of the category got, the newest first, and nothing of them', async () => {
    for (const amount of ['10', '30', '20', '41']) {
      expectStatus(await propose(await newCase('lamps'), { amount }), 201);
    }
    const rejected = await newCase('lamps');
    expectStatus(await propose(rejected, { amount: '400' }), 201);
    const cancelled = await newCase('lamps');
    expectStatus(await propose(cancelled, { amount: '1' }), 201);
    expectStatus(
      await app.api('agent').post(`/cases/${cancelled}/compensations/1/cancellation`, { reason: 'x' }),
      201,
    );
    const own = await newCase('lamps');
    expectStatus(await propose(own, { amount: '50' }), 201);
    const found = await hint(own);
    expect(found).toMatchObject({ min: '10.00', median: '25.00', max: '41.00' });
    expect(found.similar.map(({ amount }: { amount: string }) => amount).sort()).toEqual([
      '10.00',
      '20.00',
      '30.00',
      '41.00',
    ]);
    expect(Object.keys(found.similar[0]).sort()).toEqual(['amount', 'decidedAt', 'kind', 'state']);
  });

  it('does not exist for whoever may not see the case', async () => {
    const id = await newCase('lamps');
    expect((await app.api('member:sales').get(`/cases/${id}/compensations/hint`)).status).toBe(404);
  });

  it('walks the index of cases that have any', async () => {
    const plan = await app.dataSource.transaction(async (manager) => {
      await manager.query('SET LOCAL enable_seqscan = off');
      return manager.query<{ 'QUERY PLAN': string }[]>(
        `EXPLAIN SELECT id FROM cases WHERE category = 'lamps' AND context->'compensations' <> '[]'
         ORDER BY updated_at DESC LIMIT 200`,
      );
    });
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('cases_compensated');
    expect(text).not.toContain('Sort');
  });
});

describe('a promise', () => {
  it('is not made for a department that has too much to do, unless a manager says so', async () => {
    const policy = { tasksBeforeOverload: 1 };
    expectStatus(await app.api('admin').put('/lifecycle-policies/default', policy), 200);
    for (let n = 0; n < 2; n += 1) await caseIn(app, 'dispatched1');
    const id = await caseIn(app, 'working');
    const body = { text: 'We call you', dueAt: '2026-03-03T10:00:00Z', department: 'logistics' };
    const answer = await app.api('agent').post(`/cases/${id}/promises`, body);
    expect([answer.status, answer.body.code]).toEqual([409, 'promise-not-keepable']);
    const despite = await app.api('manager').post(`/cases/${id}/promises`, { ...body, despite: true });
    expect(expectStatus(despite, 201).body.promises[0].concerns).toContain('overloaded');
  });
});

describe('a sales lead', () => {
  it('is sales’ to call, unless another department is named', async () => {
    const id = await caseIn(app, 'working');
    const body = { reason: 'salesLead', note: 'Wants a second one' };
    const first = expectStatus(await app.api('agent').post(`/cases/${id}/callbacks`, body), 201);
    const second = await app.api('agent').post(`/cases/${id}/callbacks`, { ...body, department: 'product' });
    expect(first.body.callbacks[0].department).toBe('sales');
    expect(expectStatus(second, 201).body.callbacks[1].department).toBe('product');
    expect((await app.api('member:sales').get(`/cases/${id}`)).status).toBe(200);
  });
});
