// One record per customer, however many channels and callers name them; and the secret that signs their links.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { CustomerMerges } from '../../src/directory/customer-merges.js';
import type { Customer } from '../../src/directory/customer-record.js';
import { Customers, type CustomerInput } from '../../src/directory/customers.js';
import { linkSecret } from '../../src/directory/secrets.js';
import { openDirectory, type TestDirectory } from './open-directory.js';

let directory: TestDirectory;
let customers: Customers;
let merges: CustomerMerges;
beforeAll(async () => {
  directory = await openDirectory();
  customers = new Customers(directory.pool, 'now()');
  merges = new CustomerMerges(directory.pool, 'now()');
});
afterAll(() => directory.close());

let entered = 0;
/** A customer of whom nothing is known but what is said. */
async function aCustomer(input: Partial<CustomerInput> = {}): Promise<Customer> {
  entered += 1;
  const named = { externalId: `entered-${entered}`, name: `Customer ${entered}` };
  return (await customers.upsert({ ...named, ...input })).customer;
}

const merge = (into: Customer, other: Customer) => merges.merge(into.id, other.id, 'agent-1', 'one person');

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

describe('a customer’s record', () => {
  it('tells the grade that it had before a change, and none for somebody new', async () => {
    const first = await customers.upsert({ externalId: 'grown', name: 'G', grade: 'key' });
    const second = await customers.upsert({ externalId: 'grown', name: 'G', grade: 'vip' });
    const third = await customers.update(second.customer.id, { grade: 'standard' });
    expect([first.gradeBefore, second.gradeBefore, third?.gradeBefore]).toEqual([null, 'key', 'vip']);
  });

  it('keeps preferences as they were said, and replaces them as a whole', async () => {
    const preferences = { optOut: ['sms'], quietHours: { from: '22:00', to: '07:00' } } as const;
    const { id } = await aCustomer({ preferences, account: 'Harbour Lane' });
    expect(await customers.get(id)).toMatchObject({ preferences, account: 'Harbour Lane' });
    await customers.update(id, { preferences: { consent: { marketing: true } } });
    expect(await customers.get(id)).toMatchObject({ preferences: { consent: { marketing: true } } });
  });

  it('is not made by a change of a customer who does not exist', async () => {
    expect(await customers.update('00000000-0000-7000-8000-000000000000', { name: 'X' })).toBeNull();
  });

  it('counts the others of its account, without itself and without those merged away', async () => {
    const account = 'Counted Ltd';
    const [one, two, three] = [
      await aCustomer({ account }),
      await aCustomer({ account }),
      await aCustomer({ account }),
    ];
    expect(await customers.othersInAccount(one)).toBe(2);
    await merge(two, three);
    expect(await customers.othersInAccount(one)).toBe(1);
    expect(await customers.othersInAccount(await aCustomer())).toBe(0);
  });
});

describe('a merge of two customers', () => {
  it('lets every id read as the record that goes on', async () => {
    const [first, second, third] = [await aCustomer(), await aCustomer(), await aCustomer()];
    await merge(second, third);
    await merge(first, second);
    for (const { id } of [first, second, third]) {
      expect((await customers.get(id))?.id).toBe(first.id);
      expect([...(await customers.idsOf(id))].sort()).toEqual([first.id, second.id, third.id].sort());
    }
    expect((await customers.idsOf(third.id))[0]).toBe(first.id);
  });

  it('fills what the record that goes on does not know, and keeps every opt-out', async () => {
    const into = await aCustomer({
      email: 'kept@example.com',
      preferences: { optOut: ['sms'], consent: { marketing: false } },
    });
    const other = await aCustomer({
      email: 'lost@example.com',
      phone: '+44 1',
      timeZone: 'Europe/London',
      account: 'A Ltd',
      preferences: {
        optOut: ['email'],
        consent: { marketing: true },
        quietHours: { from: '22:00', to: '07:00' },
      },
    });
    await merge(into, other);
    expect(await customers.get(other.id)).toMatchObject({
      id: into.id,
      email: 'kept@example.com',
      phone: '+44 1',
      timeZone: 'Europe/London',
      account: 'A Ltd',
      preferences: {
        optOut: ['email', 'sms'],
        consent: { marketing: false },
        quietHours: { from: '22:00', to: '07:00' },
      },
    });
  });

  it('sends what a caller says under the old external id to the record that goes on', async () => {
    const [into, other] = [await aCustomer(), await aCustomer({ externalId: 'old-name', name: 'Old' })];
    await merge(into, other);
    const { customer, created, gradeBefore } = await customers.upsert({
      externalId: 'old-name',
      name: 'Married',
      grade: 'vip',
    });
    expect([customer.id, customer.name, created, gradeBefore]).toEqual([
      into.id,
      'Married',
      false,
      'standard',
    ]);
  });

  it('is the same when it is repeated, and keeps who found out and why', async () => {
    const [into, other] = [await aCustomer(), await aCustomer()];
    expect(await merge(into, other)).toMatchObject({
      kind: 'merged',
      changed: true,
      customer: { id: into.id },
    });
    expect(await merge(into, other)).toMatchObject({ kind: 'merged', changed: false });
    const { rows } = await directory.pool.query(
      'SELECT merged_by, merge_reason, merged_at IS NOT NULL AS dated FROM customers WHERE id = $1',
      [other.id],
    );
    expect(rows).toEqual([{ merged_by: 'agent-1', merge_reason: 'one person', dated: true }]);
  });

  it('is tried again after a deadlock with somebody who changes the same records by another way', async () => {
    const [first, second] = [await aCustomer(), await aCustomer()].sort((a, b) => (a.id < b.id ? -1 : 1));
    if (!first || !second) throw new Error('two customers were made');
    const rival = new pg.Client({ connectionString: directory.url });
    await rival.connect();
    const lock = (one: Customer) => rival.query('SELECT FROM customers WHERE id = $1 FOR UPDATE', [one.id]);
    // The rival never looks for a deadlock, so it is the merge that finds it and is rolled back.
    await rival.query(`SET deadlock_timeout = '10min'`);
    await rival.query('BEGIN');
    await lock(second);
    const merging = merge(first, second);
    const waiting =
      'SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))';
    while ((await rival.query(waiting)).rowCount === 0);
    await lock(first);
    await rival.query('COMMIT');
    await rival.end();
    expect(await merging).toMatchObject({ kind: 'merged', changed: true });
  });

  it('is refused into itself, into nobody, and into a record that was merged away', async () => {
    const [into, other] = [await aCustomer(), await aCustomer()];
    const nobody = { ...into, id: '00000000-0000-7000-8000-000000000000' };
    expect(await merge(into, into)).toEqual({ kind: 'same' });
    expect(await merge(nobody, other)).toEqual({ kind: 'unknown', which: 'customer' });
    expect(await merge(into, nobody)).toEqual({ kind: 'unknown', which: 'other' });
    await merge(into, other);
    expect(await merge(other, into)).toEqual({ kind: 'mergedAway', into: into.id });
    expect(await merge(other, await aCustomer())).toEqual({ kind: 'mergedAway', into: into.id });
  });

  it('is won by one of two that run in opposite directions at once: 20 pairs', async () => {
    for (let pair = 0; pair < 20; pair += 1) {
      const [one, two] = [await aCustomer(), await aCustomer()];
      const kinds = (await Promise.all([merge(one, two), merge(two, one)])).map(({ kind }) => kind);
      expect([...kinds].sort()).toEqual(['merged', 'mergedAway']);
      const winner = kinds[0] === 'merged' ? one : two;
      expect((await customers.get(one.id))?.id).toBe(winner.id);
      expect((await customers.get(two.id))?.id).toBe(winner.id);
    }
  });

  it('never makes a circle or a chain, whoever merges whom at once: 12 crowds of six', async () => {
    const pair = fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }));
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 3, maxLength: 8 }), async (pairs) => {
        const crowd: Customer[] = [];
        for (let n = 0; n < 6; n += 1) crowd.push(await aCustomer());
        const done = await Promise.all(
          pairs.map(([a, b]) => merge(crowd[a] as Customer, crowd[b] as Customer)),
        );
        expect(done.filter(({ kind }) => kind === 'unknown')).toEqual([]);
        const { rows } = await directory.pool.query(
          `SELECT c.id FROM customers c JOIN customers k ON k.id = c.merged_into
           WHERE k.merged_into IS NOT NULL AND c.id = ANY($1::uuid[])`,
          [crowd.map(({ id }) => id)],
        );
        expect(rows).toEqual([]);
        for (const [index, { kind }] of done.entries()) {
          const [a, b] = pairs[index] as [number, number];
          if (kind !== 'merged') continue;
          const [into, other] = [crowd[a] as Customer, crowd[b] as Customer];
          expect((await customers.get(into.id))?.id).toBe((await customers.get(other.id))?.id);
        }
      }),
      { seed: 20_260_302, numRuns: 12 },
    );
  });
});

describe('possible duplicates', () => {
  it('are alike in address, number however written, or name within one account, the strongest first', async () => {
    const one = await aCustomer({
      name: 'Ada King',
      email: 'Ada@Example.com',
      phone: '+44 20 7946-0958',
      account: 'Analytical',
    });
    const byName = await aCustomer({ name: 'ada king', account: 'Analytical' });
    const byPhone = await aCustomer({ phone: '+442079460958' });
    const byAll = await aCustomer({
      name: 'ADA KING',
      email: 'ada@example.COM',
      phone: '+44 (20) 79460958',
      account: 'Analytical',
    });
    await aCustomer({ name: 'Ada King' });
    await aCustomer({ name: 'Somebody', account: 'Analytical' });
    const found = await merges.duplicatesOf(one);
    expect(found.map(({ customer, why }) => [customer.id, why])).toEqual([
      [byAll.id, ['email', 'phone', 'nameAndAccount']],
      [byPhone.id, ['phone']],
      [byName.id, ['nameAndAccount']],
    ]);
  });

  it('are not those who are the same already, nor everybody of whom nothing is known', async () => {
    const [one, same] = [
      await aCustomer({ email: 'x@y.example' }),
      await aCustomer({ email: 'x@y.example' }),
    ];
    await merge(one, same);
    expect(await merges.duplicatesOf(one)).toEqual([]);
    expect(await merges.duplicatesOf(await aCustomer())).toEqual([]);
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

describe('the list of customers by account and grade', () => {
  it('holds those who fit, and nobody who was merged away', async () => {
    const account = 'Listed Ltd';
    const kept = await aCustomer({ account, grade: 'vip' });
    await merge(kept, await aCustomer({ account, grade: 'vip' }));
    await aCustomer({ account });
    const { customers: found } = await customers.list({ account, grade: 'vip', limit: 5 });
    expect(found.map(({ id }) => id)).toEqual([kept.id]);
    expect((await customers.list({ account, limit: 5 })).customers).toHaveLength(2);
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
