/**
 * The case is closed, and the customer is anything but satisfied: one of five, by the link. The owner finds a call to be
 * made in the inbox, lets it lie for two days, a manager is told, the owner calls, and all is quiet again.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CaseFile, type Customer, House, monday, tuesday, wednesday } from './house.js';

let house: House;
let invoice: CaseFile;
let emily: Customer;

beforeAll(async () => {
  house = await House.opens();
  invoice = await house.agent.opens({
    subject: 'Invoice shows the wrong VAT number',
    description: 'Our accountant cannot book it.',
    expectedOutcome: 'A corrected invoice by Friday.',
    category: 'invoice',
    customer: { externalId: 'crm-10', name: 'Emily Parker', locale: 'en', timeZone: 'Europe/London' },
  });
  emily = house.customer(invoice);
});
afterAll(() => house?.closes());

describe('a low rating', () => {
  it('is asked for once the case is closed, and not before', async () => {
    await house.agent.takes(invoice);
    await expect(emily.rates(1, 'Slow')).rejects.toMatchObject({ status: 409 });
    await house.clockReaches(monday('09:30'));
    await house.agent.resolves(invoice, 'The corrected invoice is attached.', 'Old master data');
    await expect(emily.rates(1, 'Slow')).rejects.toMatchObject({ status: 409 });
    expect(await emily.page()).toMatchObject({ stage: 'solution', canRate: false });
    await house.clockReaches(monday('10:00'));
    await emily.confirms();
    expect(await emily.page()).toMatchObject({ stage: 'closed', canRate: true });
  });

  it('gives the owner a call to make, and nobody else', async () => {
    await emily.rates(1, 'I had to explain it three times.');
    await expect(emily.rates(5, 'Changed my mind')).rejects.toMatchObject({ status: 409 });
    expect(await emily.page()).toMatchObject({ canRate: false, rating: { score: 1 } });
    expect(await house.agent.own(invoice)).toMatchObject([
      {
        key: 'callback-1',
        kind: 'callback',
        department: null,
        assigneeId: 'agent-1',
        dueAt: wednesday('10:00'),
      },
    ]);
    expect(await house.colleague.inboxOf(invoice)).toEqual([]);
    expect(await house.sales.inboxOf(invoice)).toEqual([]);
    expect(await house.agent.reads(invoice)).toMatchObject({
      state: 'closed',
      ratings: [{ score: 1, comment: 'I had to explain it three times.' }],
      callbacks: [{ reason: 'lowRating', note: 'I had to explain it three times.', overdue: false }],
    });
  });

  it('brings a manager to the case when nobody has called in time', async () => {
    await house.clockReaches(tuesday('18:00'));
    expect((await house.manager.reads(invoice)).flags).toEqual([]);
    await house.clockReaches(wednesday('10:01'));
    expect(await house.manager.reads(invoice)).toMatchObject({
      state: 'closed',
      flags: ['attention'],
      attention: { reason: 'a callback is overdue', byKind: 'system' },
      callbacks: [{ overdue: true, doneAt: null }],
    });
    expect(await house.manager.inboxOf(invoice)).toMatchObject([{ key: 'callback-1' }]);
  });

  it('is over once the call was made', async () => {
    await expect(
      house.colleague.acts(invoice, 'callback', 'completion', { outcome: 'x' }),
    ).rejects.toMatchObject({ status: 404 });
    await house.clockReaches(wednesday('11:00'));
    await house.agent.completes(invoice, 'callback-1', 'Apologised; she gets one contact from now on.');
    expect(await house.manager.reads(invoice)).toMatchObject({
      flags: [],
      attention: null,
      callbacks: [{ doneAt: wednesday('11:00'), doneBy: 'agent-1' }],
    });
    expect(await house.agent.own(invoice)).toEqual([]);
    const { customer } = await house.manager.reads(invoice);
    expect((await house.manager.asks(`/customers/${customer.id}`)).ratings).toMatchObject({
      count: 1,
      average: 1,
    });
  });

  it('was thanked for where it was given, and adds no message', async () => {
    expect(await house.told(invoice)).toEqual(['opened', 'started', 'resolved', 'confirmed']);
    expect((await house.journal(invoice)).slice(-3)).toEqual([
      'case.rated',
      'case.callbackOverdue',
      'case.callbackCompleted',
    ]);
    expect((await emily.timeline()).at(-1)).toBe(
      'You have confirmed that the problem is solved. The case is closed.',
    );
  });

  it('leaves nothing silent and nothing broken', async () => {
    await house.clockReaches(wednesday('13:00'));
    expect(await house.silentSteps()).toBe(0);
    expect(await house.faults()).toEqual([]);
  });
});
