// One customer, many cases, two nodes: what they are granted together never exceeds the cap (domain.md §4, invariant
// 7), and of two people who do the same at once, one does.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidv7 } from 'uuidv7';
import { CustomerMerges } from '../../src/directory/customer-merges.js';
import type { Actor } from '../../src/domain/actor.js';
import type { Case } from '../../src/domain/case.js';
import type { SentCommand } from '../../src/engine/case-engine.js';
import type { Outcome } from '../../src/engine/outcome.js';
import {
  AGENT,
  aKey,
  aRequest,
  DAY,
  done,
  escalateTo,
  LOGISTICS,
  MANAGER,
  MORNING,
  startTestEngine,
  type TestEngine,
} from '../support/engine.js';

const LEAD: Actor = { kind: 'lead', id: 'lead-logistics', department: 'logistics' };

let house: TestEngine;
let other: TestEngine;
let customerId: string;
beforeAll(async () => {
  house = await startTestEngine();
  other = await house.another();
});
afterAll(async () => {
  await other.close();
  await house.close();
});
beforeEach(async () => {
  customerId = await aCustomer();
});

async function aCustomer(at = house): Promise<string> {
  const id = uuidv7();
  await at.sql(
    `INSERT INTO customers (id, name, grade, created_at, updated_at)
     VALUES ($1, 'Ada', 'standard', now(), now())`,
    [id],
  );
  return id;
}

/** Cap: 5,000.00; a manager may grant as much at once. */
const propose = (amountMinor: number, actor: Actor = MANAGER): SentCommand => ({
  type: 'case.proposeCompensation',
  actor,
  kind: 'refund',
  amountMinor,
  currency: 'CNY',
  description: 'Your money back',
  reason: 'lost',
});
const approve = (actor: Actor, n = 1): SentCommand => ({
  type: 'case.approveCompensation',
  actor,
  n,
  comment: null,
});
const execute = (reference: string | null = 'pay-1', n = 1): SentCommand => ({
  type: 'case.executeCompensation',
  actor: AGENT,
  n,
  reference,
});

const open = (of = customerId) => house.open({ customerId: of });
const casesOf = (count: number) => Promise.all(Array.from({ length: count }, () => open()));
const send = async (node: TestEngine, { id }: Case, command: SentCommand): Promise<Outcome> =>
  node.engine.send(id, command, aRequest());
const codes = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind)).sort();
const times = (count: number, code: string): string[] => Array.from({ length: count }, () => code);

async function grantedTo(customer: string): Promise<number> {
  const [row] = await house.sql<{ sum: string }>(
    `SELECT sum((one->>'amountMinor')::int)::int AS sum FROM cases, jsonb_array_elements(context->'compensations') one
     WHERE customer_id = $1 AND one->>'state' IN ('approved', 'executing', 'executed')`,
    [customer],
  );
  return Number(row?.sum);
}

describe('the cap of one customer', () => {
  it('holds when two nodes grant in twenty cases at once', async () => {
    const cases = await casesOf(20);
    const outcomes = await Promise.all(
      cases.map((one, n) => send(n % 2 ? house : other, one, propose(50_000))),
    );
    expect(codes(outcomes)).toEqual([...times(10, 'customer-cap-reached'), ...times(10, 'done')]);
    expect(await grantedTo(customerId)).toBe(500_000);
  });

  it('holds when two nodes approve in twenty cases at once', async () => {
    const cases = await casesOf(20);
    for (const one of cases) done(await send(house, one, propose(60_000, AGENT)));
    const outcomes = await Promise.all(
      cases.map((one, n) => send(n % 2 ? house : other, one, approve(MANAGER))),
    );
    expect(codes(outcomes)).toEqual([...times(12, 'customer-cap-reached'), ...times(8, 'done')]);
    expect(await grantedTo(customerId)).toBe(480_000);
  });

  it('knows what was granted before, and keeps it with the approval', async () => {
    const [first, second] = (await casesOf(2)) as [Case, Case];
    done(await send(house, first, propose(300_000)));
    const after = done(await send(other, second, propose(200_000)));
    expect(after.context.compensations[0]?.authority).toEqual({
      role: 'manager',
      limitMinor: 500_000,
      capMinor: 500_000,
      grantedMinor: 300_000,
    });
    expect(codes([await send(other, second, propose(1, AGENT))])).toEqual(['customer-cap-reached']);
  });

  it('does not count a grant against its own execution', async () => {
    const one = await open();
    done(await send(house, one, propose(500_000)));
    expect(done(await send(house, one, execute())).context.compensations[0]?.state).toBe('executed');
  });

  it('counts what failed to be paid no more, and asks again when it is tried again', async () => {
    const [first, second] = (await casesOf(2)) as [Case, Case];
    done(await send(house, first, propose(500_000)));
    done(await send(house, first, execute(null)));
    const settle = {
      actor: { kind: 'service', id: 'psp' },
      n: 1,
      reference: null,
      detail: 'closed',
    } as const;
    await house.send(first.id, { ...settle, type: 'case.settleCompensation', paid: false });
    done(await send(house, second, propose(1)));
    expect(codes([await send(house, first, execute())])).toEqual(['customer-cap-reached']);
  });

  it('is each customer’s own, and one for records that were found to be one person', async () => {
    const twin = await aCustomer();
    await new CustomerMerges(house.pool, house.now).merge(customerId, twin, 'admin-1', 'the same phone');
    const stranger = await aCustomer();
    done(await send(house, await open(), propose(400_000)));
    expect(codes([await send(house, await open(stranger), propose(500_000))])).toEqual(['done']);
    expect(codes([await send(house, await open(twin), propose(100_001))])).toEqual(['customer-cap-reached']);
    const outcomes = await Promise.all([
      send(house, await open(twin), propose(100_000)),
      send(other, await open(), propose(100_000)),
    ]);
    expect(codes(outcomes)).toEqual(['customer-cap-reached', 'done']);
  });

  it('counts no other currency', async () => {
    const one = await open();
    done(await send(house, one, propose(500_000)));
    await house.sql(
      `UPDATE cases SET context = jsonb_set(context, '{compensations,0,currency}', '"EUR"') WHERE id = $1`,
      [one.id],
    );
    expect(codes([await send(house, await open(), propose(500_000))])).toEqual(['done']);
  });

  it('gives the same answer again under one key', async () => {
    const one = await open();
    const request = aRequest({ idempotencyKey: aKey(), requestHash: 'h' });
    const first = await house.engine.send(one.id, propose(100), request);
    const second = await other.engine.send(one.id, propose(100), request);
    expect([first.kind, second.kind]).toEqual(['done', 'replayed']);
    expect(await grantedTo(customerId)).toBe(100);
    const refused = aRequest({ idempotencyKey: aKey(), requestHash: 'h' });
    expect((await house.engine.send(one.id, propose(0), refused)).kind).toBe('refused');
    expect((await other.engine.send(one.id, propose(0), refused)).kind).toBe('replayed');
  });
});

describe('the period of the cap', () => {
  it('ends: what was granted a year ago counts no more', async () => {
    const apart = await startTestEngine();
    try {
      const local = await aCustomer(apart);
      const grant = async (): Promise<Outcome> =>
        apart.engine.send((await apart.open({ customerId: local })).id, propose(500_000), aRequest());
      expect((await grant()).kind).toBe('done');
      await apart.sql('UPDATE manual_clock SET now_at = $1', [new Date(MORNING + 364 * DAY)]);
      expect(codes([await grant()])).toEqual(['customer-cap-reached']);
      await apart.sql('UPDATE manual_clock SET now_at = $1', [new Date(MORNING + 366 * DAY)]);
      expect((await grant()).kind).toBe('done');
    } finally {
      await apart.close();
    }
  });
});

describe('two who act at once', () => {
  async function withLogistics(): Promise<Case> {
    const { id } = await open();
    await house.send(id, escalateTo('logistics'));
    return house.send(id, { type: 'case.accept', actor: LOGISTICS });
  }

  it('approve a compensation once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const one = await withLogistics();
      done(await send(house, one, propose(20_000, AGENT)));
      const outcomes = await Promise.all([
        send(house, one, approve(MANAGER)),
        send(other, one, approve(LEAD)),
      ]);
      expect(codes(outcomes)).toEqual(['compensation-unknown', 'done']);
    }
  });

  it('pay a compensation once, or withdraw the case instead', async () => {
    for (let round = 0; round < 10; round += 1) {
      const one = await open();
      done(await send(house, one, propose(100, AGENT)));
      const withdraw = { type: 'case.withdraw', actor: AGENT, reason: 'found' } as const;
      const outcomes = await Promise.all([
        send(house, one, execute('a')),
        send(other, one, execute('b')),
        send(other, one, withdraw),
      ]);
      const after = await house.engine.read(one.id);
      const paid = after?.context.compensations[0]?.state === 'executed';
      expect(outcomes.filter(({ kind }) => kind === 'done').length).toBe(1);
      expect(after?.state).toBe(paid ? 'received' : 'withdrawn');
    }
  });

  it('escalate a case to one department', async () => {
    for (let round = 0; round < 10; round += 1) {
      const one = await withLogistics();
      const climb = (to: string): SentCommand => escalateTo(to, LOGISTICS);
      const outcomes = await Promise.all([
        send(house, one, climb('finance')),
        send(other, one, climb('product')),
      ]);
      expect(codes(outcomes)).toEqual(['done', 'escalation-limit-reached']);
      const after = await house.engine.read(one.id);
      expect(after?.context.escalations.map(({ attempts }) => attempts.length)).toEqual([1, 1]);
    }
  });
});
