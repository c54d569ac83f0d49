/**
 * What is promised is kept, or the customer hears of it before they wait in vain. A date that our own clocks speak
 * against is not promised unless a manager insists. Of two promises for one o'clock, both at risk at half past twelve,
 * one is given a new date in time and kept; the other is broken, keeps the case from being called solved, cannot be
 * talked away any more, and is made good late, which stays on record.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CaseFile, type Customer, House, monday, refusedBy, thursday } from './house.js';

let house: House;
let files: Record<'insisted' | 'renegotiated' | 'broken', CaseFile>;
let renegotiated: Customer;
let broken: Customer;

async function opens(subject: string): Promise<CaseFile> {
  const file = await house.agent.opens({
    subject,
    description: 'We have two patients waiting.',
    expectedOutcome: 'A date that holds.',
    category: 'replacement',
    customer: { externalId: `crm-${subject}`, name: 'Nina Brooks', locale: 'en', timeZone: 'UTC' },
  });
  await house.agent.takes(file);
  return file;
}

/** Whom the last entry of this type has alarmed. */
async function alarmedBy(file: CaseFile, type: string): Promise<unknown> {
  const found = (await house.entries(file)).findLast(
    (entry) => entry.type === type && entry.data.metric === 'promise',
  );
  return found && { percent: found.data.percent, alarmed: found.data.alarmed };
}

const promiseOf = async (file: CaseFile) => (await house.agent.reads(file)).promises[0];

beforeAll(async () => {
  house = await House.opens();
  files = {
    insisted: await opens('Handpiece'),
    renegotiated: await opens('Compressor'),
    broken: await opens('Chair'),
  };
  renegotiated = house.customer(files.renegotiated);
  broken = house.customer(files.broken);
});
afterAll(() => house?.closes());

describe('a promise', () => {
  it('that cannot be kept is made by nobody but a manager, who knows what speaks against it', async () => {
    const { resolutionDueAt } = await house.agent.reads(files.insisted);
    expect(resolutionDueAt < thursday('10:00')).toBe(true);
    for (const body of [{}, { despite: true }]) {
      await expect(
        house.agent.promises(files.insisted, 'It is repaired.', thursday('10:00'), body),
      ).rejects.toMatchObject(refusedBy('promise-not-keepable'));
    }
    await expect(
      house.manager.promises(files.insisted, 'It is repaired.', thursday('10:00')),
    ).rejects.toMatchObject(refusedBy('promise-not-keepable'));
    await expect(house.agent.promises(files.insisted, 'Now.', monday('08:59'))).rejects.toMatchObject(
      refusedBy('promise-in-past'),
    );
    const made = await house.manager.promises(files.insisted, 'It is repaired.', thursday('10:00'), {
      despite: true,
    });
    expect(made.promises).toMatchObject([{ madeByKind: 'manager', concerns: ['beyondSla'], state: 'open' }]);
    expect(await house.told(files.insisted)).toEqual(['opened', 'started', 'promiseMade']);
  });

  it('warns those who must keep it, and then the customer, before it breaks', async () => {
    for (const file of [files.renegotiated, files.broken]) {
      const made = await house.agent.promises(file, 'We call you with a date.', monday('13:00'), {
        department: 'logistics',
      });
      expect(made.promises[0]).toMatchObject({ concerns: [], department: 'logistics' });
      expect(await house.logistics.reads(file)).toMatchObject({ id: file.id });
    }
    await house.clockReaches(monday('12:05'));
    expect(await alarmedBy(files.broken, 'case.warned')).toEqual({
      percent: 75,
      alarmed: ['owner:agent-1', 'lead:logistics'],
    });
    expect(await house.told(files.broken)).toEqual(['opened', 'started', 'promiseMade']);

    await house.clockReaches(monday('12:40'));
    expect(await alarmedBy(files.broken, 'case.reassured')).toEqual({
      percent: 90,
      alarmed: ['owner:agent-1', 'lead:logistics'],
    });
    for (const customer of [renegotiated, broken]) {
      expect((await customer.timeline()).at(-1)).toMatch(
        /^We promised you something for Monday, 2 March 2026, 13:00 .*not sure yet that we can keep it in time/,
      );
      expect((await customer.page()).promises).toMatchObject([{ state: 'open', dueAt: monday('13:00') }]);
    }
  });

  it('is renegotiated while there is time, and kept by its new date', async () => {
    await house.clockReaches(monday('12:45'));
    const moved = await house.agent.renegotiates(
      files.renegotiated,
      1,
      monday('15:00'),
      'The carrier is late',
    );
    expect(moved.promises[0]).toMatchObject({
      state: 'open',
      dueAt: monday('15:00'),
      renegotiations: [{ fromDueAt: monday('13:00'), by: 'agent-1', reason: 'The carrier is late' }],
    });
    expect((await renegotiated.timeline()).at(-1)).toMatch(/The new date is Monday, 2 March 2026, 15:00/);
    expect((await renegotiated.page()).promises).toMatchObject([{ state: 'open', dueAt: monday('15:00') }]);

    await house.clockReaches(monday('13:20'));
    await house.agent.fulfils(files.renegotiated, 1);
    expect((await renegotiated.page()).promises).toMatchObject([{ state: 'kept' }]);
    expect(await house.told(files.renegotiated)).toEqual([
      'opened',
      'started',
      'promiseMade',
      'promiseAtRisk',
      'promiseRenegotiated',
      'promiseKept',
    ]);
    expect(JSON.stringify(await renegotiated.page())).not.toContain('The carrier is late');
  });

  it('that is broken says so, to the customer and to a manager', async () => {
    expect(await house.told(files.broken)).toEqual([
      'opened',
      'started',
      'promiseMade',
      'promiseAtRisk',
      'promiseBroken',
    ]);
    expect((await broken.timeline()).at(-1)).toBe(
      'We have not kept a promise that we made to you. We are sorry.',
    );
    expect((await broken.page()).promises).toMatchObject([{ state: 'broken' }]);
    expect(await alarmedBy(files.broken, 'case.breached')).toEqual({
      percent: 100,
      alarmed: ['owner:agent-1', 'lead:logistics', 'manager'],
    });
    const { data } = await house.manager.asks('/cases?breached=true&limit=100');
    expect(data.map(({ id }: CaseFile) => id)).toContain(files.broken.id);
  });

  it('that is overdue keeps the case from being called solved, and is not talked away', async () => {
    await expect(house.agent.resolves(files.broken, 'We call you.')).rejects.toMatchObject(
      refusedBy('promise-open'),
    );
    for (const one of [house.agent, house.manager]) {
      await expect(one.renegotiates(files.broken, 1, monday('16:00'), 'x')).rejects.toMatchObject(
        refusedBy('promise-overdue'),
      );
    }
    await house.clockReaches(monday('14:00'));
    await house.logistics.fulfils(files.broken, 1);
    expect(await promiseOf(files.broken)).toMatchObject({
      state: 'broken',
      dueAt: monday('13:00'),
      fulfilledAt: monday('14:00'),
    });
    expect((await broken.page()).promises).toMatchObject([{ state: 'keptLate' }]);
    await house.agent.resolves(files.broken, 'It comes on Wednesday.');
    await broken.confirms();
    const { customer } = await house.agent.reads(files.broken);
    expect((await house.manager.asks(`/customers/${customer.id}`)).promises.counts).toMatchObject({
      open: 0,
      kept: 0,
      broken: 1,
    });
  });

  it('stands after the solution, and the clock that measures it too', async () => {
    await house.agent.resolves(files.insisted, 'A mechanic comes.');
    await house.customer(files.insisted).confirms();
    expect(await promiseOf(files.insisted)).toMatchObject({ state: 'open' });
    await house.clockReaches(thursday('09:00'));
    expect((await house.told(files.insisted)).at(-1)).toBe('promiseAtRisk');
    await house.agent.fulfils(files.insisted, 1);
    expect((await house.customer(files.insisted).page()).promises).toMatchObject([{ state: 'kept' }]);
  });

  it('leaves nothing silent and nothing broken in the books', async () => {
    await house.clockReaches(thursday('11:00'));
    expect(await house.silentSteps()).toBe(0);
    expect(await house.faults()).toEqual([]);
  });
});
