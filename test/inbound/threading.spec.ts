// To which case a mail belongs, in whose name it is recorded, and that nobody writes into the case of somebody else
// (domain.md §3, rows 1, 15 and 23; reliability.md F10).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InboundTest, startInboundTest } from './inbound-case.js';

let test: InboundTest;
let people = 0;
beforeAll(async () => {
  test = await startInboundTest();
});
afterAll(() => test?.app.close());

/** Nobody has more mails in an hour than a person: each test has people of its own. */
const person = () => `person-${(people += 1)}@example.com`;

describe('a mail of the customer', () => {
  it.each([
    [
      'that answers a mail of ours',
      ({ id }: { id: string }) => ({ headers: { 'In-Reply-To': `<ours-${id}@localhost>` } }),
    ],
    [
      'that has a mail of ours in its thread',
      ({ id }: { id: string }) => ({ headers: { References: `<x@y> <ours-${id}@localhost> <z@y>` } }),
    ],
    [
      'to the address of the case',
      ({ number }: { number: string }) => ({ to: `Service <service+${number.toLowerCase()}@localhost>` }),
    ],
    [
      'with the number in its subject',
      ({ number }: { number: string }) => ({ subject: `Re: [${number}] parcel` }),
    ],
  ])('%s ends the wait, in the customer’s name', async (_how, parts) => {
    const email = person();
    const known = await test.waitingCase(email);
    await test.sentAs(known, `<ours-${known.id}@localhost>`);
    const receipt = await test.take({
      from: email.toUpperCase(),
      text: 'Blue.\n\n> Which colour?',
      ...parts(known),
    });
    expect(receipt).toEqual({ outcome: 'recorded', caseId: known.id, reason: null, duplicate: false });
    const { state } = await test.read(known.id);
    const last = (await test.journal(known.id)).at(-1);
    expect([state, last?.type, last?.actor, last?.data.text]).toEqual([
      'frontline.working',
      'case.replied',
      { kind: 'customer', id: known.customerId },
      'Blue.',
    ]);
  });

  it('that follows up on a mail of their own finds its way too', async () => {
    const from = person();
    const first = await test.take({ from, id: '<own-1@example.com>', text: 'It is broken.' });
    const second = await test.take({
      from,
      headers: { References: '<own-1@example.com>' },
      text: 'It smokes.',
    });
    expect([first.outcome, second.outcome, second.caseId]).toEqual(['opened', 'recorded', first.caseId]);
  });

  it('counts from when it was written, and no earlier than what the case knows', async () => {
    const email = person();
    const known = await test.waitingCase(email);
    const at = async (date: string) => {
      await test.take({ from: email, subject: `[${known.number}]`, headers: { Date: date } });
      return (await test.journal(known.id)).at(-1)?.occurredAt;
    };
    await test.app.moveClockTo('2026-03-02T12:00:00Z');
    expect(await at('Mon, 02 Mar 2026 11:30:00 +0000')).toBe('2026-03-02T11:30:00.000Z');
    expect(await at('Mon, 02 Mar 2026 11:00:00 +0000')).toBe('2026-03-02T11:30:00.000Z');
    expect(await at('Fri, 01 Jan 2100 00:00:00 +0000')).toBe('2026-03-02T12:00:00.000Z');
    expect(await at('yesterday')).toBe('2026-03-02T12:00:00.000Z');
  });

  it('into a closed case is for triage and reopens nothing', async () => {
    const email = person();
    const known = await test.openCase(email);
    await test.command(known, 'ownership', {});
    await test.command(known, 'resolutions', { solution: 'Sent.', rootCause: 'Lost' });
    await test.command(known, 'confirmations', {});
    const receipt = await test.take({ from: email, subject: `[${known.number}]`, text: 'Thank you!' });
    const { state, flags } = await test.read(known.id);
    expect([receipt.outcome, receipt.caseId, state, flags]).toEqual([
      'recorded',
      known.id,
      'closed',
      expect.arrayContaining(['needsTriage']),
    ]);
  });

  it('into a withdrawn case opens a new one that continues it', async () => {
    const email = person();
    const known = await test.openCase(email);
    await test.command(known, 'withdrawals', { reason: 'found it' });
    const receipt = await test.take({
      from: email,
      subject: `Re: [${known.number}] parcel`,
      text: 'Lost again.',
    });
    const opened = await test.read(receipt.caseId);
    expect([receipt.outcome, opened.previousCaseId, opened.subject]).toEqual(['opened', known.id, 'parcel']);
    expect(opened.id).not.toBe(known.id);
  });

  it('into a merged case goes to the one that goes on, through every merge', async () => {
    const email = person();
    const [first, second, third] = [
      await test.openCase(email),
      await test.openCase(email),
      await test.openCase(email),
    ];
    await test.command(first, 'merges', { primaryCaseId: second.id, reason: 'same parcel' });
    await test.command(second, 'merges', { primaryCaseId: third.id, reason: 'same parcel' });
    const receipt = await test.take({ from: email, subject: `[${first.number}]`, text: 'And?' });
    expect([receipt.outcome, receipt.caseId, await test.replies(third.id)]).toEqual([
      'recorded',
      third.id,
      ['And?'],
    ]);
  });
});

describe('a mail of somebody else', () => {
  it.each([
    ['the address of the case', ({ number }: { number: string }) => ({ to: `service+${number}@localhost` })],
    ['its number', ({ number }: { number: string }) => ({ subject: `Re: [${number}] parcel` })],
    ['a mail that the customer sent', () => ({ headers: { References: '<private@example.com>' } })],
  ])('who knows %s never reaches the case, and opens one of their own', async (_what, parts) => {
    const email = person();
    const known = await test.waitingCase(email);
    await test.take({
      from: email,
      id: '<private@example.com>',
      subject: `[${known.number}]`,
      text: 'Blue.',
    });
    const before = await test.journal(known.id);
    const receipt = await test.take({ from: person(), text: 'Send it to me instead.', ...parts(known) });
    expect([receipt.outcome, receipt.caseId === known.id]).toEqual(['opened', false]);
    expect(await test.journal(known.id)).toEqual(before);
    const opened = await test.read(receipt.caseId);
    expect([opened.previousCaseId ?? null, JSON.stringify(opened).includes(known.id)]).toEqual([null, false]);
  });

  it('who got a mail of ours is recorded under their address, not in the customer’s name', async () => {
    const known = await test.waitingCase(person());
    await test.sentAs(known, '<shown-to-bob@localhost>');
    const from = person();
    const receipt = await test.take({
      from,
      text: 'She wants blue.',
      headers: { 'In-Reply-To': '<shown-to-bob@localhost>' },
    });
    expect([receipt.outcome, receipt.caseId]).toEqual(['recorded', known.id]);
    expect((await test.journal(known.id)).at(-1)?.actor).toEqual({ kind: 'service', id: `mailto:${from}` });
  });

  it('who only pretends to be the customer does not pass when their domain disowns the mail', async () => {
    const email = person();
    const known = await test.waitingCase(email);
    const headers = { 'Authentication-Results': 'mx.localhost; dmarc=fail' };
    const receipt = await test.take({ from: email, subject: `[${known.number}]`, headers });
    expect([receipt.outcome, receipt.caseId === known.id]).toEqual(['opened', false]);
  });
});

describe('a mail that arrives again', () => {
  it('changes nothing, whichever of several arrives first and how often (F10)', async () => {
    const email = person();
    const known = await test.openCase(email);
    const one = {
      from: email,
      id: '<f10-1@example.com>',
      subject: `[${known.number}]`,
      text: 'first',
      headers: { Date: 'Mon, 02 Mar 2026 12:00:00 +0000' },
    };
    const two = {
      ...one,
      id: '<f10-2@example.com>',
      text: 'second',
      headers: { Date: 'Mon, 02 Mar 2026 12:00:03 +0000' },
    };
    const receipts = [];
    for (const each of [two, one, two, one, one]) receipts.push(await test.take(each));
    expect(receipts.map(({ outcome, caseId, duplicate }) => [outcome, caseId, duplicate])).toEqual([
      ['recorded', known.id, false],
      ['recorded', known.id, false],
      ...Array(3).fill(['recorded', known.id, true]),
    ]);
    expect(await test.replies(known.id)).toEqual(['second', 'first']);
  });

  it('at the same moment has one effect', async () => {
    const from = person();
    const before = await test.countCases();
    const receipts = await Promise.all(
      Array.from({ length: 8 }, () => test.take({ from, id: '<at-once@example.com>' })),
    );
    expect(new Set(receipts.map(({ caseId }) => caseId)).size).toBe(1);
    expect((await test.countCases()) - before).toBe(1);
  });

  it.each([
    ['two days later, when kept answers are forgotten', 'DELETE FROM commands'],
    ['at once', 'SELECT 1'],
  ])(
    'after a crash between its effect and its line is done to the end, once: %s',
    async (_when, meanwhile) => {
      const email = person();
      const known = await test.openCase(email);
      const id = `<crash-${known.id}@example.com>`;
      const files = [['note.txt', 'text/plain', Buffer.from('hello')]] as const;
      const reply = { from: email, id, subject: `[${known.number}]`, text: 'Blue.', files };
      const opening = { from: email, id: id.replace('crash', 'crash-2'), text: 'Another matter.', files };
      const first = [await test.take(reply), await test.take(opening)];
      await test.sql('DELETE FROM inbound_messages');
      await test.sql('DELETE FROM attachments');
      await test.sql(meanwhile);
      const before = await test.countCases();
      const again = [await test.take(reply), await test.take(opening)];
      expect(again).toEqual(first.map((receipt) => ({ ...receipt, duplicate: true })));
      expect(await test.countCases()).toBe(before);
      expect(await test.replies(known.id)).toHaveLength(1);
      const kept = await test.sql('SELECT name FROM attachments ORDER BY case_id');
      expect(kept).toEqual([{ name: 'note.txt' }, { name: 'note.txt' }]);
    },
  );
});
