// One record per customer, however many channels and callers name them; and the secret that signs their links.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Customers } from '../../src/directory/customers.js';
import { linkSecret } from '../../src/directory/secrets.js';
import { openDirectory, type TestDirectory } from './open-directory.js';

let directory: TestDirectory;
let customers: Customers;
beforeAll(async () => {
  directory = await openDirectory();
  customers = new Customers(directory.pool, 'now()');
});
afterAll(() => directory.close());

describe('a customer', () => {
  it('is created once for an external id, also by callers at the same time', async () => {
    const upserts = await Promise.all(
      [1, 2, 3, 4, 5].map(() => customers.upsert({ externalId: 'crm-1', name: '王芳' })),
    );
    expect(new Set(upserts.map(({ customer }) => customer.id)).size).toBe(1);
    expect(upserts.filter(({ created }) => created)).toHaveLength(1);
  });

  it('keeps what a caller does not mention, and forgets what it says is null', async () => {
    const whole = {
      externalId: 'crm-2',
      name: 'A',
      email: 'a@example.com',
      phone: '1',
      grade: 'vip',
    } as const;
    await customers.upsert(whole);
    const { customer } = await customers.upsert({ externalId: 'crm-2', name: 'B', phone: null });
    expect(customer).toMatchObject({ name: 'B', email: 'a@example.com', phone: null, grade: 'vip' });
    expect(await customers.get(customer.id)).toEqual(customer);
  });

  it('is standard until graded, and absent until known', async () => {
    const { customer } = await customers.upsert({ externalId: 'crm-3', name: 'C' });
    expect(customer.grade).toBe('standard');
    expect(await customers.get('00000000-0000-7000-8000-000000000000')).toBeNull();
  });
});

describe('the list of customers', () => {
  it('is complete and without repetition over its pages, newest first', async () => {
    for (let n = 0; n < 7; n += 1) await customers.upsert({ externalId: `page-${n}`, name: `Page ${n}` });
    const seen: string[] = [];
    let after: string | undefined;
    for (let more = true; more;) {
      const page = await customers.list({ q: 'page', limit: 3, ...(after === undefined ? {} : { after }) });
      seen.push(...page.customers.map((customer) => customer.externalId ?? ''));
      after = page.customers.at(-1)?.id;
      more = page.hasMore;
    }
    expect(seen).toEqual(['page-6', 'page-5', 'page-4', 'page-3', 'page-2', 'page-1', 'page-0']);
  });

  it('takes signs of a pattern in a search for what they are', async () => {
    await customers.upsert({ externalId: 'sign', name: '100 % _ \\ wool' });
    expect((await customers.list({ q: '% _ \\', limit: 5 })).customers).toHaveLength(1);
    expect((await customers.list({ q: '%%', limit: 5 })).customers).toHaveLength(0);
  });
});

describe('the link secret', () => {
  it('is made once and is the same for nodes that start together', async () => {
    const secrets = await Promise.all([1, 2, 3].map(() => linkSecret(directory.pool, null)));
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]?.length).toBeGreaterThanOrEqual(32);
  });

  it('is the one of the settings when they name one', async () => {
    expect(await linkSecret(directory.pool, 'x'.repeat(32))).toBe('x'.repeat(32));
  });
});
