/**
 * A customer hears nothing and asks again, five times in a day. Each time the page says at once where the case really
 * stands and by when there will be news, which moves only when there is news. Asking after something new was said is an
 * ordinary question; the others are counted, and at the third a manager is called.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CaseFile, type Customer, House, monday } from './house.js';

let house: House;
let handpiece: CaseFile;
let nina: Customer;

/** The customer asks; returns what the page answers at once. */
async function asked(at: string, text: string) {
  await house.clockReaches(monday(at));
  await nina.writes(text);
  const { timeline, headline, nextUpdateDueAt } = await nina.page();
  expect(nextUpdateDueAt).toBe((await house.agent.reads(handpiece)).nextUpdateDueAt);
  expect(Date.parse(nextUpdateDueAt)).toBeGreaterThan(Date.parse(monday(at)));
  return { told: timeline.at(-1).text, headline, nextUpdateDueAt };
}

const CHASED = 'We have your message and see that you are waiting. Below is exactly where your case stands.';

async function chases(): Promise<number> {
  const { customer } = await house.manager.reads(handpiece);
  return (await house.manager.asks(`/customers/${customer.id}`)).chases;
}

beforeAll(async () => {
  house = await House.opens();
  const hours = (count: number) => ({ businessSeconds: count * 3_600 });
  await house.publishes('sla-policies/default', {
    calendar: 'default',
    targets: {
      P3: { firstResponse: hours(2), nextResponse: hours(4), nextUpdate: hours(4), resolution: hours(24) },
    },
  });
  handpiece = await house.agent.opens({
    subject: 'Replacement handpiece has not been sent',
    description: 'You agreed on Monday to send a replacement.',
    expectedOutcome: 'A tracking number today.',
    category: 'replacement',
    customer: { externalId: 'crm-8', name: 'Nina Brooks', locale: 'en', timeZone: 'UTC' },
  });
  nina = house.customer(handpiece);
  await house.agent.takes(handpiece);
  await house.clockReaches(monday('09:30'));
  await house.agent.says(handpiece, 'I am looking into it.');
});
afterAll(() => house?.closes());

describe('a customer who asks again', () => {
  it('is answered as anybody the first time', async () => {
    const answer = await asked('10:00', 'Has it been sent?');
    expect(answer.told).toBe('We have received your message.');
    expect(answer.headline).toMatch(/is working on it/);
    expect(await chases()).toBe(0);
  });

  it('is told the true state and the same date while nothing has changed', async () => {
    const first = await asked('11:00', 'Could somebody please answer?');
    const second = await asked('12:00', 'I am asking again.');
    for (const { told, headline } of [first, second]) {
      expect([told, headline]).toEqual([CHASED, expect.stringMatching(/is working on it/)]);
    }
    expect(second.nextUpdateDueAt).toBe(first.nextUpdateDueAt);
    expect(await chases()).toBe(2);
    expect(await house.manager.reads(handpiece)).toMatchObject({ attention: null });
  });

  it('is told the new state and the new date once there is news', async () => {
    const { nextUpdateDueAt: before } = await nina.page();
    await house.clockReaches(monday('12:30'));
    await house.agent.escalates(handpiece, 'logistics');
    await house.clockReaches(monday('12:40'));
    await house.logistics.accepts(handpiece);
    const answer = await asked('13:00', 'So who has it now?');
    expect(answer).toMatchObject({ told: 'We have received your message.' });
    expect(answer.headline).toContain('Logistics');
    expect([before, answer.nextUpdateDueAt]).toEqual([monday('13:30'), monday('16:40')]);
    expect(await chases()).toBe(2);
  });

  it('brings a manager to the case the third time', async () => {
    const third = await asked('14:00', 'I am asking for the third time now.');
    expect(third.told).toBe(CHASED);
    expect(third.headline).toContain('Logistics');
    expect(await house.manager.reads(handpiece)).toMatchObject({
      flags: expect.arrayContaining(['attention']),
      attention: { reason: 'the customer asked 3 times', byKind: 'customer', at: monday('14:00') },
    });
  });

  it('goes on being answered and counted', async () => {
    const fourth = await asked('15:00', 'We have to cancel the appointments.');
    const fifth = await asked('16:00', 'Is anybody there?');
    for (const { told, headline, nextUpdateDueAt } of [fourth, fifth]) {
      expect([told, headline.includes('Logistics'), nextUpdateDueAt]).toEqual([
        CHASED,
        true,
        monday('16:40'),
      ]);
    }
    expect(await chases()).toBe(5);
    const counted = (await house.entries(handpiece)).filter(({ data }) => data.chase === true);
    expect(counted.map(({ type, occurredAt }) => [type, occurredAt])).toEqual(
      ['11:00', '12:00', '14:00', '15:00', '16:00'].map((time) => ['case.replied', monday(time)]),
    );
  });

  it('keeps the clock of the answer running, whatever the page said by itself', async () => {
    const { clocks } = await house.agent.reads(handpiece);
    const answering = clocks.find(({ metric }: { metric: string }) => metric === 'nextResponse');
    expect(answering).toMatchObject({ startedAt: monday('10:00'), stoppedAt: null });
    await house.logistics.says(handpiece, 'It leaves today, tracking number 4711.');
    const after = (await house.agent.reads(handpiece)).clocks;
    expect(after.find(({ metric }: { metric: string }) => metric === 'nextResponse').stoppedAt).toBe(
      monday('16:00'),
    );
    await house.manager.does(handpiece, 'attention/clearance', { reason: 'It leaves today' });
    expect((await house.manager.reads(handpiece)).attention).toBeNull();
  });

  it('was told each time, in order', async () => {
    expect(await house.told(handpiece)).toEqual([
      'opened',
      'started',
      'messaged',
      'replied',
      'chased',
      'chased',
      'escalated',
      'accepted',
      'replied',
      'chased',
      'chased',
      'chased',
      'messaged',
    ]);
    const { data } = await house.agent.asks(`/cases/${handpiece.id}/messages`);
    expect(data.filter(({ direction }: { direction: string }) => direction === 'in')).toHaveLength(7);
  });

  it('leaves nothing silent and nothing broken', async () => {
    await house.clockReaches(monday('18:00'));
    expect(await house.silentSteps()).toBe(0);
    expect(await house.faults()).toEqual([]);
  });
});
