// What becomes of mails that are no plain answers: new customers, programs, reports, floods, and the files they bring.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailIntake } from '../../src/inbound/mail/mail-intake.js';
import { InboundTest, type KnownCase, startInboundTest } from './inbound-case.js';
import { bounceOf } from './mail.js';

let test: InboundTest;
let people = 0;
beforeAll(async () => {
  test = await startInboundTest();
});
afterAll(() => test?.app.close());

const person = () => `person-${(people += 1)}@example.com`;

describe('a mail from somebody unknown', () => {
  it('opens a case in their own words, and they are told in their own language', async () => {
    const from = person();
    const text = '你好，我的包裹还没有到。\n请尽快退款，谢谢！';
    const { outcome, caseId } = await test.take({
      from: `王小明 <${from}>`,
      subject: '订单 4711 的包裹',
      text,
    });
    const opened = await test.read(caseId);
    expect([outcome, opened]).toEqual([
      'opened',
      expect.objectContaining({
        subject: '订单 4711 的包裹',
        description: text,
        expectedOutcome: text,
        category: 'general',
        channel: 'email',
        state: 'received',
        impact: 'medium',
        urgency: 'medium',
      }),
    ]);
    const [customer] = await test.sql(
      'SELECT name, email, external_id, locale FROM customers WHERE email = $1',
      [from],
    );
    expect(customer).toEqual({ name: '王小明', email: from, external_id: `mailto:${from}`, locale: 'zh-CN' });
  });

  it.each([
    ['en', 'My parcel has not arrived.'],
    ['zh-TW', '請問我的訂單什麼時候會到？還沒收到貨。'],
    ['zh-CN', '请问我的订单什么时候会到？还没收到货。'],
    [null, '4711 !!!'],
  ])('is understood to be written in %s', async (locale, text) => {
    const from = person();
    await test.take({ from, subject: '', text });
    const [customer] = await test.sql('SELECT locale FROM customers WHERE email = $1', [from]);
    expect(customer).toEqual({ locale });
  });

  it('is the same customer the next time, and whom the house knows keeps their name', async () => {
    const email = person();
    const known = await test.openCase(email);
    const first = await test.take({ from: `Somebody <${email}>`, text: 'Another matter.' });
    const second = await test.take({ from: email.toUpperCase(), text: 'And a third.' });
    const rows = await test.sql('SELECT DISTINCT customer_id FROM cases WHERE id = ANY($1)', [
      [first.caseId, second.caseId],
    ]);
    expect(rows).toEqual([{ customer_id: known.customerId }]);
    expect(await test.sql('SELECT name FROM customers WHERE lower(email) = $1', [email])).toEqual([
      { name: 'Ada' },
    ]);
  });

  it('without a subject is called by its first line, and without words by its subject', async () => {
    const [noSubject, noText] = [
      await test.take({ from: person(), subject: '', text: 'It is broken.\nCompletely.' }),
      await test.take({ from: person(), subject: 'Call me', text: ' ' }),
    ];
    expect((await test.read(noSubject.caseId)).subject).toBe('It is broken.');
    expect((await test.read(noText.caseId)).description).toBe('Call me');
  });

  it('has an owner by the routing rules, where these give one', async () => {
    const admin = test.app.api('admin');
    await admin.put('/routing-rules/default', { assignOwner: true, rules: [] });
    const { caseId } = await test.take({ from: person() });
    await admin.put('/routing-rules/default', { assignOwner: false, rules: [] });
    expect((await test.read(caseId)).owner.id).toMatch(/^agent-/);
  });

  it('keeps what it quotes: nobody knows yet what it is about', async () => {
    const text = 'Where is it?\n\nOn Monday, Shop wrote:\n> Your order 4711 is on its way.';
    const { caseId } = await test.take({ from: person(), text });
    expect((await test.read(caseId)).description).toBe(text);
  });

  it('that says nothing at all is left aside', async () => {
    const before = await test.countCases();
    const receipt = await test.take({ from: person(), subject: '\u200b', text: '\u200b\n\n' });
    expect(receipt).toEqual({
      outcome: 'ignored',
      caseId: null,
      reason: 'nothing-to-read',
      duplicate: false,
    });
    expect(await test.countCases()).toBe(before);
  });
});

describe('an automatic mail', () => {
  it('ends no wait, moves no clock and is answered by nobody: it is a note', async () => {
    const email = person();
    const known = await test.waitingCase(email);
    const before = await test.read(known.id);
    const headers = { 'Auto-Submitted': 'auto-replied' };
    const receipt = await test.take({
      from: email,
      subject: `[${known.number}]`,
      text: 'I am away.',
      headers,
    });
    const after = await test.read(known.id);
    expect([receipt.outcome, receipt.reason]).toEqual(['noted', 'auto-submitted']);
    expect([after.state, after.clocks]).toEqual(['waiting', before.clocks]);
    const last = (await test.journal(known.id)).at(-1);
    expect([last?.type, last?.data.text]).toEqual(['case.noted', expect.stringContaining('I am away.')]);
    const told = await test.sql('SELECT 1 FROM notifications WHERE case_id = $1 AND seq = $2', [
      known.id,
      after.revision,
    ]);
    expect(told).toEqual([]);
  });

  it('that belongs to no case opens none', async () => {
    const before = await test.countCases();
    const reasons = [];
    const signs = [
      ['Precedence', 'bulk'],
      ['Auto-Submitted', 'auto-generated'],
      ['Return-Path', '<>'],
    ] as const;
    for (const [name, value] of signs) {
      const headers = { [name]: value };
      reasons.push((await test.take({ from: person(), headers })).reason);
    }
    expect(reasons).toEqual(['bulk-mail', 'auto-submitted', 'no-return-path']);
    expect(await test.countCases()).toBe(before);
  });

  it('of our own never comes back to us', async () => {
    const known = await test.openCase(person());
    const receipt = await test.take({
      from: `service+${known.number}@localhost`,
      subject: `[${known.number}]`,
    });
    expect([receipt.outcome, receipt.reason]).toEqual(['ignored', 'own-message']);
  });
});

describe('an address that sends without end', () => {
  it('is heard ten times in an hour, and again in the next', async () => {
    const from = person();
    const outcomes = [];
    for (let n = 0; n < 12; n += 1) outcomes.push((await test.take({ from, text: `Mail ${n}` })).outcome);
    expect(outcomes).toEqual([...Array(10).fill('opened'), 'ignored', 'ignored']);
    expect((await test.take({ from: person() })).outcome).toBe('opened');
    const { body } = await test.app.api('admin').get('/clock');
    await test.app.moveClockTo(new Date(Date.parse(body.now) + 3_600_001).toISOString());
    expect((await test.take({ from })).outcome).toBe('opened');
  });
});

describe('a mail that comes back', () => {
  const bounce = (...report: Parameters<typeof bounceOf>) =>
    test.app.get(MailIntake).take(bounceOf(...report));
  const suppressed = (email: string) =>
    test.sql('SELECT channel, reason FROM suppressions WHERE address = $1', [email]);

  async function mailedCase(email: string): Promise<KnownCase & { sent: string }> {
    const known = await test.openCase(email);
    await test.command(known, 'ownership', {});
    const sent = `<sent-${known.id}@localhost>`;
    await test.sentAs(known, sent);
    return { ...known, sent };
  }

  it('for good bars the address and gives the owner a task', async () => {
    const email = person();
    const known = await mailedCase(email);
    const receipt = await bounce(known.sent, { recipient: email });
    expect([receipt.outcome, receipt.caseId]).toEqual(['bounced', known.id]);
    expect(await suppressed(email)).toEqual([{ channel: 'email', reason: 'hardBounce' }]);
    expect((await test.journal(known.id)).at(-1)).toMatchObject({
      type: 'case.undeliverableReported',
      data: { channel: 'email', detail: expect.stringContaining('5.1.1') },
    });
    const owner = (await test.read(known.id)).owner.id;
    const tasks = await test.sql(
      `SELECT assignee_id FROM tasks WHERE case_id = $1 AND kind = 'callback' AND closed_at IS NULL`,
      [known.id],
    );
    expect([owner, tasks]).toEqual([expect.any(String), [{ assignee_id: owner }]]);
  });

  it('twice gives one task', async () => {
    const email = person();
    const known = await mailedCase(email);
    await bounce(known.sent, { recipient: email });
    await bounce(known.sent, { recipient: email });
    const reported = (await test.journal(known.id)).filter(
      ({ type }) => type === 'case.undeliverableReported',
    );
    expect(reported).toHaveLength(1);
  });

  it('for now bars nothing, but the owner is to call', async () => {
    const email = person();
    const known = await mailedCase(email);
    const receipt = await bounce(known.sent, { recipient: email, status: '4.2.2' });
    expect([receipt.outcome, await suppressed(email)]).toEqual(['bounced', []]);
  });

  it('later perhaps, says the server: nothing is done', async () => {
    const email = person();
    const known = await mailedCase(email);
    const receipt = await bounce(known.sent, { recipient: email, action: 'delayed', status: '4.4.7' });
    expect([receipt.outcome, receipt.reason]).toEqual(['ignored', 'delivery-delayed']);
  });

  it('according to somebody who never got one bars nobody', async () => {
    const email = person();
    const known = await mailedCase(email);
    const other = person();
    const reports = [
      await bounce('<made-up@localhost>', { recipient: email }),
      await bounce('', { recipient: email }),
      await bounce(known.sent, { recipient: other }),
    ];
    expect(reports.map(({ outcome }) => outcome)).toEqual(['ignored', 'ignored', 'bounced']);
    expect([await suppressed(email), await suppressed(other)]).toEqual([[], []]);
  });
});

describe('the files of a mail', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000640000006408060000007000', 'hex');

  it('are kept with its case, and what was refused is said in its text', async () => {
    const email = person();
    const known = await test.waitingCase(email);
    const files = [
      ['../../photo.png', 'image/png', png],
      ['photo.exe', 'image/png', png],
      ['bill.pdf', 'application/pdf', png],
      ['empty.txt', 'text/plain', Buffer.alloc(0)],
    ] as const;
    await test.take({ from: email, subject: `[${known.number}]`, text: 'Here.', files });
    const [text] = await test.replies(known.id);
    expect(text?.split('\n')).toEqual([
      'Here.',
      '📎 photo.png',
      '[attachment refused: files of this type are not taken: photo.exe]',
      '[attachment refused: the contents are not what the name says: bill.pdf]',
      '[attachment refused: the file is empty: empty.txt]',
    ]);
    const kept = await test.sql('SELECT name, media_type, size FROM attachments WHERE case_id = $1', [
      known.id,
    ]);
    expect(kept).toEqual([{ name: 'photo.png', media_type: 'image/png', size: png.length }]);
  });

  it('are five at most, however many there are', async () => {
    const files = Array.from(
      { length: 1_000 },
      (_, n) => [`f${n}.txt`, 'text/plain', Buffer.from('x')] as const,
    );
    const { caseId } = await test.take({ from: person(), text: 'All of it.', files });
    const { description } = await test.read(caseId);
    expect(description.split('\n')).toEqual([
      'All of it.',
      ...[0, 1, 2, 3, 4].map((n) => `📎 f${n}.txt`),
      '[attachments refused: 995 more than are taken at once]',
    ]);
    expect(await test.sql('SELECT name FROM attachments WHERE case_id = $1', [caseId])).toHaveLength(5);
  });

  it('are enough for a message, without a word', async () => {
    const { outcome, caseId } = await test.take({
      from: person(),
      subject: '',
      text: '',
      files: [['photo.png', 'image/png', png]],
    });
    expect([outcome, (await test.read(caseId)).description]).toEqual(['opened', '📎 photo.png']);
  });
});
