/**
 * A parcel is late. The agent brings in logistics; logistics asks finance whether a replacement may be sent before the
 * insurance pays, and may not call the case solved before finance has answered. The customer is promised the parcel for
 * five o'clock, gets it, confirms by the link and is very satisfied.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CaseFile, type Customer, HIDDEN, House, monday, refusedBy } from './house.js';

let house: House;
let parcel: CaseFile;
let emily: Customer;

beforeAll(async () => {
  house = await House.opens();
});
afterAll(() => house?.closes());

describe('a late delivery', () => {
  it('goes from the agent to logistics, who find it in their inbox', async () => {
    parcel = await house.agent.opens({
      subject: 'Parcel has not arrived',
      description: 'Tracking has said "in transit" for nine days.',
      expectedOutcome: 'The machine by Saturday, it is a birthday present.',
      category: 'late-delivery',
      orderRef: 'SO-20418',
      customer: { externalId: 'crm-1', name: 'Emily Parker', locale: 'en', timeZone: 'Europe/London' },
    });
    emily = house.customer(parcel);
    expect(await emily.page()).toMatchObject({ stage: 'received', headline: 'We have your case' });

    await house.agent.takes(parcel);
    await house.clockReaches(monday('09:20'));
    await expect(house.logistics.reads(parcel)).rejects.toMatchObject(HIDDEN);
    const escalated = await house.agent.escalates(parcel, 'logistics', { purpose: 'Find the parcel' });
    expect(escalated).toMatchObject({ state: 'level1.dispatched', level: 1, owner: { id: 'agent-1' } });

    expect(await house.logistics.task(parcel, 'handle')).toMatchObject({
      state: 'open',
      assigneeId: null,
      dueAt: monday('11:20'),
      case: { subject: 'Parcel has not arrived', level: 1 },
    });
    await expect(house.finance.reads(parcel)).rejects.toMatchObject(HIDDEN);
    await house.clockReaches(monday('09:50'));
    expect(await house.logistics.accepts(parcel)).toMatchObject({
      state: 'level1.working',
      handler: { department: 'logistics', memberId: 'logistics-1' },
    });
    await house.logistics.says(parcel, 'I have asked the driver where he left it.');
    expect(await emily.page()).toMatchObject({
      stage: 'working',
      headline: expect.stringContaining('Logistics'),
    });
  });

  it('is not solved while finance is asked and has not answered', async () => {
    await house.logistics.consults(parcel, 'finance', 'May we replace it before the insurance pays?', {
      blocking: true,
    });
    expect(await house.agent.reads(parcel)).toMatchObject({
      state: 'level1.working',
      level: 1,
      handler: { department: 'logistics' },
      consults: [{ n: 1, department: 'finance', blocking: true, outcome: null }],
    });
    for (const one of [house.logistics, house.agent, house.manager]) {
      await expect(one.resolves(parcel, 'A new one is on its way.')).rejects.toMatchObject(
        refusedBy('consult-open'),
      );
    }

    expect(await house.finance.task(parcel, 'consult')).toMatchObject({ key: 'consult-1', state: 'open' });
    expect(await house.finance.reads(parcel)).toMatchObject({ id: parcel.id });
    await expect(house.sales.reads(parcel)).rejects.toMatchObject(HIDDEN);
    await house.clockReaches(monday('11:00'));
    await house.finance.accepts(parcel, 'consult');
    const answered = await house.finance.answers(parcel, 'Yes, up to 300.');
    expect(answered.consults[0]).toMatchObject({
      outcome: 'answered',
      answeredBy: 'finance-1',
      withDeputy: false,
    });
    expect(await house.finance.inboxOf(parcel)).toEqual([]);
    expect((await house.agent.reads(parcel)).consults[0].answer).toBe('Yes, up to 300.');
  });

  it('is promised for a date, which the whole house sees, and the promise is kept', async () => {
    await house.logistics.promises(parcel, 'Your machine is delivered.', monday('17:00'), {
      department: 'logistics',
    });
    expect((await emily.page()).promises).toEqual([
      { text: 'Your machine is delivered.', dueAt: monday('17:00'), state: 'open' },
    ]);
    const { customer } = await house.colleague.reads(parcel);
    const whole = await house.colleague.asks(`/customers/${customer.id}`);
    expect(whole.promises).toMatchObject({ counts: { open: 1, broken: 0 }, list: [{ caseId: parcel.id }] });

    await house.clockReaches(monday('16:00'));
    const kept = await house.logistics.fulfils(parcel, 1);
    expect(kept.promises[0]).toMatchObject({ state: 'kept', fulfilledAt: monday('16:00') });
    expect((await emily.page()).promises[0].state).toBe('kept');
  });

  it('is confirmed and rated by the customer, and leaves nobody anything to do', async () => {
    await house.logistics.resolves(parcel, 'Your machine was delivered this afternoon.', 'Label torn');
    expect(await emily.page()).toMatchObject({
      stage: 'solution',
      solution: [{ text: 'Your machine was delivered this afternoon.' }],
    });
    expect(JSON.stringify(await emily.page())).not.toContain('Label torn');
    await emily.confirms();
    await emily.rates(5, 'In time for the birthday');
    expect(await emily.page()).toMatchObject({ stage: 'closed', canRate: false, rating: { score: 5 } });

    expect(await house.agent.reads(parcel)).toMatchObject({
      state: 'closed',
      closedBecause: 'confirmed',
      maxLevelReached: 1,
      flags: [],
      callbacks: [],
      ratings: [{ score: 5, comment: 'In time for the birthday' }],
    });
    expect(await house.manager.inboxOf(parcel)).toEqual([]);
  });

  it('was told to the customer step by step, in order', async () => {
    expect(await house.told(parcel)).toEqual([
      'opened',
      'started',
      'escalated',
      'accepted',
      'messaged',
      'consulted',
      'promiseMade',
      'promiseKept',
      'resolved',
      'confirmed',
    ]);
    expect(await emily.timeline()).toEqual([
      'We have received your case.',
      expect.stringMatching(/^Your case is now with Lena/),
      'We have brought in Logistics to help with your case.',
      'Your case has been taken up by Logistics, and work has started.',
      'We have sent you a message.',
      'We have asked Finance for advice. Your contact stays in charge of your case.',
      expect.stringMatching(/^We have made you a promise for Monday, 2 March 2026, 17:00/),
      'We have kept a promise that we made to you.',
      'We have a solution for you.',
      'You have confirmed that the problem is solved. The case is closed.',
    ]);
  });

  it('leaves nothing silent and nothing broken', async () => {
    await house.clockReaches(monday('17:30'));
    expect(await house.silentSteps()).toBe(0);
    expect(await house.faults()).toEqual([]);
  });
});
