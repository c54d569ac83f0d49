// From raw mails to messages: what is read, what is repaired, and what hostile mails cost (nothing but themselves).
import { describe, expect, it } from '@jest/globals';
import { OurAddress } from '../../src/inbound/mail/our-address.js';
import { UnreadableMail } from '../../src/inbound/mail/parse-mail.js';
import { NO_ENVELOPE, readMail } from '../../src/inbound/mail/read-mail.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';
import { bounceOf, mail, type MailParts } from './mail.js';

const OURS = new OurAddress('Customer Service <service@example.org>');
const NUMBER = 'C-7K3Q-F9XM';

const read = (parts: MailParts) => readMail(mail(parts), OURS);
/** Header lines and a body, as they are. */
const raw = (...lines: string[]) => readMail(Buffer.from(lines.join('\r\n')), OURS);

describe('a mail', () => {
  it('is read into sender, subject, words and time', async () => {
    const message = await read({
      from: '"Lovelace, Ada" <ADA@Example.com>',
      subject: 'Re: [C-7K3Q-F9XM] 我的包裹',
      id: '<one@example.com>',
      text: '请问什么时候到？',
      headers: {
        Date: 'Mon, 02 Mar 2026 17:00:00 +0800',
        'In-Reply-To': '<ours-2@example.org>',
        References: '<ours-1@example.org> <ours-2@example.org>',
      },
    });
    expect(message).toMatchObject({
      channel: 'email',
      messageId: '<one@example.com>',
      refersTo: ['<ours-2@example.org>', '<ours-1@example.org>'],
      caseNumbers: [NUMBER],
      from: { by: 'email', address: 'ada@example.com', name: 'Lovelace, Ada', email: 'ada@example.com' },
      subject: '我的包裹',
      words: '请问什么时候到？',
      locale: 'zh-CN',
      sentAt: Date.UTC(2026, 2, 2, 9),
      automatic: null,
      report: null,
      isForged: false,
      files: [],
    });
  });

  it.each([
    ['To', { to: `Service <Service+${NUMBER.toLowerCase()}@EXAMPLE.org>` }, [NUMBER]],
    ['a group of recipients', { to: `us: a@b.example, service+${NUMBER}@example.org;` }, [NUMBER]],
    ['Delivered-To', { headers: { 'Delivered-To': `service+${NUMBER}@example.org` } }, [NUMBER]],
    ['the subject', { subject: `AW: RE: [${NUMBER}] parcel` }, [NUMBER]],
    ['nowhere', { subject: `${NUMBER} without brackets`, to: 'service@example.org' }, []],
    ['a foreign address', { to: `service+${NUMBER}@elsewhere.example` }, []],
    ['another of our addresses', { to: `sales+${NUMBER}@example.org` }, []],
    ['letters that no number has', { to: 'service+C-ILOU-0000@example.org' }, []],
  ] as [string, MailParts, string[]][])('names its case in %s', async (_where, parts, numbers) => {
    expect((await read(parts)).caseNumbers).toEqual(numbers);
  });

  it('names its case in the envelope, which its writer does not see', async () => {
    const envelope = { ...NO_ENVELOPE, to: [`service+${NUMBER}@example.org`] };
    expect((await readMail(mail(), OURS, envelope)).caseNumbers).toEqual([NUMBER]);
  });

  it('without an id of its own has one that every copy of it shares', async () => {
    const copy = mail({ id: '' });
    const [one, two, other] = await Promise.all([
      readMail(copy, OURS),
      readMail(copy, OURS),
      read({ id: '', text: 'x' }),
    ]);
    expect(one.messageId).toMatch(/^<[0-9a-f]{64}@unnamed>$/);
    expect([two.messageId === one.messageId, other.messageId === one.messageId]).toEqual([true, false]);
  });

  it.each([
    ['an automatic answer', { headers: { 'Auto-Submitted': 'auto-replied (vacation)' } }, 'auto-submitted'],
    ['a person, who says so', { headers: { 'Auto-Submitted': 'no' } }, null],
    ['a mailing list', { headers: { Precedence: 'list' } }, 'bulk-mail'],
    ['junk', { headers: { Precedence: 'Junk' } }, 'bulk-mail'],
    ['first-class mail', { headers: { Precedence: 'first-class' } }, null],
    [
      'a program that wants no answer',
      { headers: { 'X-Auto-Response-Suppress': 'All' } },
      'auto-response-suppressed',
    ],
    ['a loop', { headers: { 'X-Loop': 'service@example.org' } }, 'mail-loop'],
    ['a responder', { headers: { 'X-Autoreply': 'yes' } }, 'auto-reply'],
    ['a Chinese responder without headers', { subject: '自动回复：我的包裹' }, 'auto-reply'],
    ['an answer to a responder', { subject: 'Re: 自动回复：我的包裹' }, null],
    ['a mail daemon', { from: 'MAILER-DAEMON@mx.example.com' }, 'mail-daemon'],
    ['a mail without a return path', { headers: { 'Return-Path': '<>' } }, 'no-return-path'],
    ['a mail of our own', { from: `service+${NUMBER}@example.org` }, 'own-message'],
    ['a person', {}, null],
  ] as [string, MailParts, string | null][])('is told by its signs: %s', async (_what, parts, reason) => {
    expect((await read(parts)).automatic).toBe(reason);
  });

  it('with an empty sender in its envelope is a program’s', async () => {
    expect((await readMail(mail(), OURS, { ...NO_ENVELOPE, from: '' })).automatic).toBe('no-return-path');
  });

  it('that its sender’s domain disowns is marked', async () => {
    const headers = { 'Authentication-Results': 'mx.example.org; spf=pass; dmarc=fail (p=reject)' };
    expect((await read({ headers })).isForged).toBe(true);
    expect(
      (await read({ headers: { 'Authentication-Results': 'mx.example.org; dmarc=pass' } })).isForged,
    ).toBe(false);
  });

  it.each([
    ['with a comment', 'Ada (at work) <ada@example.com>', 'ada@example.com', 'ada@example.com'],
    ['with a quoted local part', '"a b"@example.com', 'a b@example.com', null],
    ['outside of ASCII', 'Ада <ада@пример.example>', 'ада@пример.example', null],
    [
      'with a local part of 65 letters',
      `${'a'.repeat(65)}@example.com`,
      `${'a'.repeat(65)}@example.com`,
      null,
    ],
    ['of several people', 'ada@example.com, eve@example.com', 'ada@example.com', 'ada@example.com'],
    ['in a group', 'people: eve@example.com;', 'eve@example.com', 'eve@example.com'],
  ])(
    'has one sender, to whom is written only at a plain address: %s',
    async (_what, from, address, email) => {
      const { from: sender } = await read({ from });
      expect([sender.address.replace(/\s+/g, ' '), sender.email]).toEqual([address, email]);
    },
  );

  it.each([
    ['without a sender', 'Subject: x\r\n\r\nhello'],
    ['with a sender that is no address', 'From: nobody\r\n\r\nhello'],
    ['of nothing', ''],
    ['of NULs', '\0'.repeat(100)],
    ['of bytes that are no text', Buffer.from(Array.from({ length: 256 }, (_, n) => n)).toString('latin1')],
  ])('%s cannot be read', async (_what, text) => {
    await expect(readMail(Buffer.from(text), OURS)).rejects.toThrow(UnreadableMail);
  });

  it('with HTML alone is read as text, and keeps its quotation apart', async () => {
    const message = await raw(
      'From: ada@example.com',
      'Subject: colour',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<html><head><title>t</title><style>p{color:red}</style></head><body><script>alert(1)</script>',
      '<p>The <b>blue</b> one &amp; no other&nbsp;&#128512; &lt;b&gt;</p><ul><li>now<li>soon</ul><!-- <p>hidden</p> -->a < b',
      '<div class="gmail_quote">On Mon, 2 Mar 2026, Service wrote:<br><blockquote>Which colour?</blockquote></div></body></html>',
    );
    expect(message.words).toBe('The blue one & no other 😀 <b>\n- now\n- soon\na < b');
    expect(message.wholeText).toContain('> Which colour?');
    expect(message.wholeText).not.toMatch(/alert|hidden|color:red|<p>/);
  });

  it.each([
    ['NUL and control characters', 'a\0b\u0007c\u001b[31md', 'abc[31md'],
    ['decomposed letters', 'Cafe\u0301', 'Café'],
    ['foreign line breaks', 'a\u2028b\rc', 'a\nb\nc'],
    ['nothing that can be seen', '\u200b\u3164\u2800', ''],
    ['many empty lines', 'a\n\n\n\n\nb', 'a\n\nb'],
  ])('is cleaned of %s', async (_what, text, clean) => {
    expect((await read({ text })).wholeText).toBe(clean);
  });

  it('is cut between characters, never within one', async () => {
    const { wholeText } = await read({ text: '😀'.repeat(20_000) });
    expect([...wholeText].length).toBe(16_000);
    expect(wholeText.replaceAll('😀', '')).toBe('…');
  });

  it.each([
    ['one that nobody knows', 'x-klingon', 'caf\xe9', 'café'],
    ['UTF-7, which nobody should', 'utf-7', '+ADw-script+AD4-', '+ADw-script+AD4-'],
    ['GBK', 'gbk', Buffer.from('c4e3bac3', 'hex').toString('latin1'), '你好'],
    ['Big5', 'big5', Buffer.from('a741a66e', 'hex').toString('latin1'), '你好'],
    ['UTF-8 that is none', 'utf-8', 'a\xffb', 'a\ufffdb'],
  ])('is read whatever its character set is: %s', async (_what, charset, body, words) => {
    const head = `From: ada@example.com\r\nContent-Type: text/plain; charset=${charset}\r\n\r\n`;
    expect((await readMail(Buffer.from(head + body, 'latin1'), OURS)).words).toBe(words);
  });
});

describe('a report', () => {
  it('says which mail did not arrive, where, and why', async () => {
    const message = await readMail(bounceOf('<ours@example.org>'), OURS);
    expect(message).toMatchObject({
      refersTo: ['<ours@example.org>'],
      files: [],
      report: {
        recipient: 'ada@example.com',
        status: '5.1.1',
        isFinal: true,
        detail: expect.stringContaining('No such user'),
      },
    });
  });

  it('of a delay is not final', async () => {
    const delayed = await readMail(
      bounceOf('<ours@example.org>', { action: 'delayed', status: '4.4.1' }),
      OURS,
    );
    expect(delayed.report?.isFinal).toBe(false);
  });
});

describe('a hostile mail', () => {
  const HEAD = 'From: eve@example.com\r\nMIME-Version: 1.0\r\n';
  const nested = (depth: number) =>
    Array.from(
      { length: depth },
      (_, n) => `--b${n}\r\nContent-Type: multipart/mixed; boundary=b${n + 1}\r\n\r\n`,
    ).join('');

  it.each([
    [
      'parts within parts, ten thousand deep',
      `${HEAD}Content-Type: multipart/mixed; boundary=b0\r\n\r\n${nested(10_000)}`,
    ],
    ['headers of 300 KiB', `${HEAD}X-Long: ${'a'.repeat(300_000)}\r\n\r\nhello`],
    ['a hundred thousand headers', `${HEAD}${'X-A: b\r\n'.repeat(100_000)}\r\nhello`],
    ['more than 25 MiB', HEAD + 'a'.repeat(25 * 1024 * 1024)],
    [
      '25 MiB of empty lines, which would end the process',
      `${HEAD}\r\n${'\n'.repeat(25 * 1024 * 1024 - 100)}`,
    ],
  ])('is unreadable, and harms nothing: %s', async (_what, text) => {
    await expect(readMail(Buffer.from(text), OURS)).rejects.toThrow(UnreadableMail);
    expect((await read({ text: 'still here' })).words).toBe('still here');
  });

  it('is told apart from any mail while the machine starts no further process', async () => {
    const { execPath } = process;
    process.execPath = '/nowhere/node';
    try {
      await expect(read({ text: 'hello' })).rejects.toThrow(DependencyUnavailable);
    } finally {
      process.execPath = execPath;
    }
    expect((await read({ text: 'hello' })).words).toBe('hello');
  });

  it('of a thousand attachments is read with all of them', async () => {
    const files = Array.from(
      { length: 1_000 },
      (_, n) => [`f${n}.txt`, 'text/plain', Buffer.from('x')] as const,
    );
    expect((await read({ files })).files).toHaveLength(1_000);
  });

  it('that names thousands of recipients, ids or colons costs little', async () => {
    const from = performance.now();
    const message = await read({
      to: 'a:'.repeat(10_000),
      subject: `Re: ${'Re: '.repeat(2_000)}x`,
      headers: { References: '<a@b> '.repeat(5_000), 'X-Loop': '' },
    });
    expect(message.refersTo).toEqual(['<a@b>']);
    expect(performance.now() - from).toBeLessThan(3_000);
  });

  it.each([
    ['tags that do not end', '<p '.repeat(200_000)],
    ['comments that do not end', '<!--'.repeat(200_000)],
    ['scripts that do not end', '<script>'.repeat(100_000)],
    ['entities', '&#x1F600;&lt;&bogus;'.repeat(50_000)],
    ['quotations', '<blockquote>'.repeat(50_000)],
  ])('of HTML made of %s is read in time', async (_what, html) => {
    const from = performance.now();
    await readMail(Buffer.from(`${HEAD}Content-Type: text/html\r\n\r\n${html}`), OURS);
    expect(performance.now() - from).toBeLessThan(3_000);
  });
});
