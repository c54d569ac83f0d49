// What a customer's cases add up to: promises, compensations, ratings, repeat contacts. Pure figures, and the statements
// behind them walk indexes.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Compensation, CustomerPromise, Rating } from '../../src/domain/cooperation.js';
import { CustomerMerges } from '../../src/directory/customer-merges.js';
import { Customers } from '../../src/directory/customers.js';
import {
  CustomerView,
  CASES_READ_MAX,
  figuresOf,
  type CustomerCase,
} from '../../src/reports/customer-view.js';
import { DepartmentLoad, LOAD_MAX } from '../../src/reports/department-load.js';
import { possibleDuplicates, repeatContact, repeatsSince } from '../../src/reports/repeat-contacts.js';
import { EVERYTHING } from '../../src/domain/visibility.js';
import { DAY, escalateTo, MORNING, startTestEngine, type TestEngine } from '../support/engine.js';

const aCase = (id: string, rest: Partial<CustomerCase> = {}): CustomerCase => ({
  id,
  number: `C-${id}`,
  subject: 's',
  category: 'delivery',
  channel: 'phone',
  orderRef: null,
  state: 'received',
  level: 0,
  priority: 'P3',
  grade: 'standard',
  department: null,
  ownerId: null,
  breached: false,
  openedAt: MORNING,
  updatedAt: MORNING,
  departments: [],
  chases: 0,
  promises: [],
  compensations: [],
  ratings: [],
  ...rest,
});

const promise = (n: number, state: CustomerPromise['state'], dueAt: number) =>
  ({ n, state, dueAt, madeAt: MORNING - n }) as CustomerPromise;
const compensation = (state: Compensation['state'], amountMinor: number, currency = 'CNY') =>
  ({ state, amountMinor, currency, proposedAt: MORNING }) as Compensation;
const rating = (score: number, at: number) => ({ score, at }) as Rating;

describe('the figures of a customer', () => {
  it('sum promises over all cases, those still open first and by due time', () => {
    const { promises, promiseCounts } = figuresOf([
      aCase('a', { promises: [promise(1, 'kept', 5), promise(2, 'open', 9)] }),
      aCase('b', { promises: [promise(1, 'open', 3), promise(2, 'broken', 1)] }),
    ]);
    expect(promises.map(({ caseId, n }) => `${caseId}${n}`)).toEqual(['b1', 'a2', 'a1', 'b2']);
    expect(promiseCounts).toEqual({ open: 2, kept: 1, broken: 1, cancelled: 0 });
  });

  it('sum compensations by currency: what was paid, and what is owed', () => {
    const { compensationSums } = figuresOf([
      aCase('a', { compensations: [compensation('executed', 1_000), compensation('executed', 250, 'EUR')] }),
      aCase('b', {
        compensations: [
          compensation('executed', 500),
          compensation('approved', 70),
          compensation('executing', 7),
          compensation('rejected', 9_999),
          compensation('failed', 9_999),
        ],
      }),
    ]);
    expect(compensationSums).toEqual([
      { currency: 'CNY', paidMinor: 1_500, owedMinor: 77 },
      { currency: 'EUR', paidMinor: 250, owedMinor: 0 },
    ]);
  });

  it('average ratings, name the last one, and count chases', () => {
    const figures = figuresOf([
      aCase('a', { ratings: [rating(5, 10), rating(2, 30)], chases: 4 }),
      aCase('b', { ratings: [rating(4, 20)], chases: 1, state: 'closed' }),
    ]);
    expect(figures.ratings).toMatchObject({ count: 3, average: 3.67, last: { score: 2, caseId: 'a' } });
    expect([figures.chases, figures.open.length, figures.ended.length]).toEqual([5, 1, 1]);
    expect(figuresOf([]).ratings).toEqual({ count: 0, average: null, last: null });
  });
});

describe('a repeated contact', () => {
  it('is a case within 90 days after another of the same customer', () => {
    const cases = [
      aCase('now', { openedAt: MORNING }),
      aCase('week', { openedAt: MORNING - 7 * DAY }),
      aCase('edge', { openedAt: MORNING - 90 * DAY + 1 }),
      aCase('old', { openedAt: MORNING - 90 * DAY }),
    ];
    expect(repeatContact(cases[0] as CustomerCase, cases)).toEqual({ count90Days: 2, lastCaseId: 'week' });
    expect(repeatContact(cases[3] as CustomerCase, cases)).toBeNull();
    expect(repeatsSince(cases, MORNING)).toBe(3);
    expect(repeatsSince(cases, MORNING + 88 * DAY)).toBe(1);
    expect(repeatsSince([cases[0] as CustomerCase], MORNING)).toBe(0);
  });

  it('is one of two cases of the same instant, and not both', () => {
    const [first, second] = [aCase('a'), aCase('b')];
    expect(repeatContact(first, [first, second])).toBeNull();
    expect(repeatContact(second, [first, second])).toEqual({ count90Days: 1, lastCaseId: 'a' });
  });
});

describe('a possible duplicate', () => {
  it('is open, and about the same order or at least of the same category', () => {
    const current = { id: 'x', orderRef: 'SO-1', category: 'delivery' };
    const found = possibleDuplicates(current, [
      aCase('x', { orderRef: 'SO-1' }),
      aCase('category'),
      aCase('order', { orderRef: 'SO-1', category: 'refund' }),
      aCase('ended', { orderRef: 'SO-1', state: 'resolved' }),
      aCase('else', { category: 'refund' }),
    ]);
    expect(found.map(({ id, why }) => [id, why])).toEqual([
      ['order', 'sameOrder'],
      ['category', 'sameCategory'],
    ]);
    expect(
      possibleDuplicates({ ...current, orderRef: null }, [aCase('no-order', { category: 'x' })]),
    ).toEqual([]);
  });
});

describe('what is read of a customer', () => {
  let house: TestEngine;
  let view: CustomerView;
  let load: DepartmentLoad;
  let customers: Customers;
  beforeAll(async () => {
    // One connection, so that it has prepared all that is asked.
    house = await startTestEngine({ poolSize: 1 });
    view = new CustomerView(house.pool);
    load = new DepartmentLoad(house.pool);
    customers = new Customers(house.pool, house.now);
  });
  afterAll(() => house.close());

  it('ends at a bound, holds what changed last, and says that there is more', async () => {
    const { customer } = await customers.upsert({ externalId: 'many', name: 'Many' });
    const ids: string[] = [];
    for (let n = 0; n <= CASES_READ_MAX; n += 1) ids.push((await house.open({ customerId: customer.id })).id);
    const { cases, isComplete } = await view.casesOf(customer.id, EVERYTHING);
    expect([cases.length, isComplete]).toEqual([CASES_READ_MAX, false]);
    expect(cases.map(({ id }) => id)).toEqual(ids.toReversed().slice(0, CASES_READ_MAX));
    expect((await load.casesOwnedBy(['agent-1', 'nobody'])).get('agent-1')).toBe(LOAD_MAX);
  });

  it('counts what people and departments have in hand', async () => {
    const { id } = await house.open();
    await house.send(id, escalateTo('logistics'));
    await house.send(id, {
      type: 'case.accept',
      actor: { kind: 'member', id: 'member-logistics', department: 'logistics' },
    });
    expect([...(await load.tasksOf(['member-logistics', 'nobody']))]).toEqual([
      ['member-logistics', 1],
      ['nobody', 0],
    ]);
    expect((await load.tasksIn(['logistics', 'sales'])).get('logistics')).toBe(1);
    expect((await load.tasksOf([])).size).toBe(0);
  });

  it('walks indexes, however it is asked', async () => {
    const { customer } = await customers.upsert({
      externalId: 'planned',
      name: 'P',
      account: 'A',
      phone: '1',
    });
    await customers.get(customer.id);
    await customers.idsOf(customer.id);
    await customers.othersInAccount(customer);
    await view.casesOf(customer.id, EVERYTHING);
    await view.casesOf(customer.id, { sees: 'department', department: 'logistics' });
    await load.tasksOf(['a']);
    await load.tasksIn(['a']);
    await load.casesOwnedBy(['a']);
    const names = (
      await house.sql<{ name: string }>(
        `SELECT name FROM pg_prepared_statements WHERE name ~ '^(customer-[^u]|customers|load)' ORDER BY name`,
      )
    ).map(({ name }) => name);
    expect(names).toEqual([
      'customer-by-id',
      'customer-cases-department',
      'customer-cases-everything',
      'customer-ids',

      'customers-of-account',
      'load-of-departments',
      'load-of-owners',
      'load-of-people',
    ]);
    for (const name of names) {
      const scan = /Seq Scan.*/.exec(await planOf(name))?.[0];
      expect({ name, scan }).toEqual({ name, scan: undefined });
    }
  });

  it('can find duplicates by indexes alone, once there are many customers', async () => {
    const { customer } = await customers.upsert({ externalId: 'alike', name: 'X' });
    await new CustomerMerges(house.pool, house.now).duplicatesOf(customer);
    const plan = await planOf('customer-duplicates', 'SET enable_seqscan = off');
    await house.sql('RESET enable_seqscan');
    expect(/Seq Scan.*/.exec(plan)?.[0]).toBeUndefined();
    expect(plan).toMatch(/customers_email[\s\S]*customers_phone[\s\S]*customers_account/);
  });

  /** How a prepared statement would be run, whatever its values. */
  async function planOf(name: string, setting = 'SELECT 1'): Promise<string> {
    const [prepared] = await house.sql<{ statement: string }>(
      'SELECT statement FROM pg_prepared_statements WHERE name = $1',
      [name],
    );
    await house.sql(setting);
    const rows = await house.sql<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${prepared?.statement}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }
});
