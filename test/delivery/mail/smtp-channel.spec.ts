// Mails over real sockets to a real mail server, and to servers that misbehave (reliability.md D5–D7, S14).
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailComposer } from '../../../src/delivery/mail/mail-composer.js';
import { SmtpChannel } from '../../../src/delivery/mail/smtp-channel.js';
import type { Outgoing, SendResult } from '../../../src/delivery/outbound/channel.js';
import { BUILT_IN_ONLY } from '../../../src/delivery/templates/edited-texts.js';
import { NUMBER, outgoing, PARAMS, update } from './outgoing.js';
import {
  type MailSink,
  type Manners,
  type Received,
  type RudeServer,
  startMailSink,
  startRudeServer,
} from './smtp-sink.js';

const SENDER = { name: '客服中心, "总部"', address: 'service@shop.example' };
const COMPOSER = new MailComposer(SENDER, BUILT_IN_ONLY);
/** For the tests of silence only: whatever else happens must not be cut short on a busy machine. */
const HASTY = { connectMs: 10_000, greetingMs: 10_000, silenceMs: 1_000 };
const HASTIER = { ...HASTY, greetingMs: 300 };
const never = () => new AbortController().signal;

const channelTo = (url: string, timeouts?: typeof HASTY) =>
  new SmtpChannel({ url, composer: COMPOSER, timeouts });

describe('the mail channel, to a server that takes mails', () => {
  let sink: MailSink;
  let channel: SmtpChannel;
  beforeAll(async () => {
    sink = await startMailSink();
    channel = channelTo(sink.url);
  });
  afterAll(async () => {
    await channel?.close();
    await sink?.close();
  });

  async function sent(message: Outgoing, address = 'ada@example.com'): Promise<Received> {
    const result = await channel.send(message, address, never());
    expect(result.kind).toBe('delivered');
    return sink.received.at(-1) as Received;
  }

  it('carries Chinese subjects, names and texts there unharmed', async () => {
    const message = outgoing([update('case.questionAsked', { ...PARAMS, question: '寄到哪里？😀' })], {
      locale: 'zh-CN',
    });
    const { mail, recipients, sender, raw } = await sent(message);
    expect(mail.subject).toBe(`[${NUMBER}] 我们有一个问题需要向您确认`);
    expect(mail.from).toEqual(SENDER);
    expect(mail.to).toEqual([{ name: '王芳', address: 'ada@example.com' }]);
    expect(mail.text).toContain('> 寄到哪里？😀');
    expect(mail.html).toContain('寄到哪里？😀');
    expect([sender, recipients]).toEqual(['service@shop.example', ['ada@example.com']]);
    // Nothing on the way has to know more than ASCII in lines of RFC 5322's length.
    expect(raw).toMatch(/^[\r\n\t\x20-\x7e]*$/);
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  it('says in its headers that a machine wrote it, in which language, and to which thread it belongs', async () => {
    const earlierMessageIds = ['<first@shop.example>', '<second@shop.example>'];
    const message = outgoing([update('case.accepted')], {}, { earlierMessageIds });
    const { mail, raw } = await sent(message);
    const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value;
    expect(header('auto-submitted')).toBe('auto-generated');
    expect(header('x-auto-response-suppress')).toBe('OOF, AutoReply');
    expect(header('content-language')).toBe('en');
    expect(mail.references).toBe(earlierMessageIds.join(' '));
    expect(mail.inReplyTo).toBe('<second@shop.example>');
    expect(mail.replyTo).toEqual([{ name: '', address: `service+${NUMBER}@shop.example` }]);
    expect(raw).not.toMatch(/^(List-Unsubscribe|Precedence|X-Mailer|Bcc|Cc):/im);
    const again = await channel.send(message, 'ada@example.com', never());
    expect(again).toEqual({ kind: 'delivered', code: '250', messageId: mail.messageId });
  });

  it.each([
    'Hello\r\nBcc: eve@evil.example',
    'Hello\nBcc: eve@evil.example\n\n<b>body</b>',
    'Hello\u2028Bcc: eve@evil.example',
    '=?utf-8?Q?Hi=0D=0ABcc:_eve@evil.example?=',
    '=?utf-8?B?SGkNCkJjYzogZXZlQGV2aWwuZXhhbXBsZQ==?=',
    `long ${'x'.repeat(5_000)}`,
    '"Eve" <eve@evil.example>, ada',
    'eve@evil.example, ada@example.com;',
    'Eve <eve@evil.example>\u0000',
    'Ümläut 8-bit é\u0301\u0301',
    '\u202eelpmaxe\u202c',
  ])('lets no name and no subject become a header or a recipient: %j', async (text) => {
    const message = outgoing([update('case.messaged', { text })], { name: text }, { subject: text });
    const { mail, recipients, raw } = await sent(message);
    expect(recipients).toEqual(['ada@example.com']);
    expect(mail.to?.map(({ address }) => address)).toEqual(['ada@example.com']);
    const [head = ''] = raw.split('\r\n\r\n');
    expect(head).not.toMatch(/^(Bcc|Cc):/im);
    const names = [...head.matchAll(/^([\w-]+):/gm)].map(([, name]) => name?.toLowerCase());
    expect(names.sort()).toEqual([...HEADERS].sort());
    expect(mail.subject).toBe(`[${NUMBER}] We have sent you a message`);
    // What was written is what is read, not what it would decode to.
    const shown = text
      .replace(/[\r\n\u2028]+/g, ' ')
      .replace('\u0000', '␀')
      .replace(/[\u202e\u202c]/g, '');
    expect(mail.to?.[0]?.name?.replaceAll('\u2060', '')).toBe([...shown].slice(0, 100).join(''));
  });

  it('keeps an edited subject that imitates an encoded word as the letters that were written', async () => {
    const editedTexts = () => ({ subject: '=?utf-8?Q?Hi=0D=0ABcc:_eve@evil.example?=', text: 'x' });
    const other = new SmtpChannel({ url: sink.url, composer: new MailComposer(SENDER, editedTexts) });
    await other.send(outgoing([update('case.opened')]), 'ada@example.com', never());
    await other.close();
    expect(sink.received.at(-1)?.mail.subject?.replaceAll('\u2060', '')).toBe(
      `[${NUMBER}] =?utf-8?Q?Hi=0D=0ABcc:_eve@evil.example?=`,
    );
  });

  it('writes to one plain address and to no other', async () => {
    const count = sink.received.length;
    for (const address of [
      'a@b.example,c@d.example',
      'a@b.example\r\nRCPT TO:<c@d.example>',
      'A <a@b.example>',
    ]) {
      expect(await channel.send(outgoing([update('case.opened')]), address, never())).toMatchObject({
        kind: 'refused',
        badAddress: true,
      });
    }
    expect(sink.received).toHaveLength(count);
    expect(channel.addressOf(outgoing([], { email: 'x@y.example' }).recipient)).toBe('x@y.example');
    expect(channel.addressOf(outgoing([], { email: 'x@y.example, z@y.example' }).recipient)).toBeNull();
    expect(channel.addressOf(outgoing([], { email: null }).recipient)).toBeNull();
  });

  it('finishes what is under way when it is closed, and takes nothing after', async () => {
    const closing = channelTo(sink.url);
    const messages = Array.from({ length: 12 }, (_, n) =>
      outgoing([update('case.opened')], {}, { dedupeKey: `d${n}` }),
    );
    const sending = messages.map((message) => closing.send(message, 'ada@example.com', never()));
    await closing.close();
    expect((await Promise.all(sending)).map(({ kind }) => kind)).toEqual(messages.map(() => 'delivered'));
    expect(await closing.send(outgoing([update('case.opened')]), 'ada@example.com', never())).toMatchObject({
      kind: 'tryAgain',
      arrived: 'no',
    });
  });
});

const HEADERS = [
  'from',
  'to',
  'reply-to',
  'subject',
  'message-id',
  'date',
  'mime-version',
  'content-type',
  'content-language',
  'auto-submitted',
  'x-auto-response-suppress',
];

describe('the mail channel, to a server that misbehaves', () => {
  let server: RudeServer;
  let channel: SmtpChannel;
  beforeEach(async () => {
    server = await startRudeServer({});
    channel = channelTo(server.url);
  });
  afterEach(async () => {
    await channel?.close();
    await server?.close();
  });
  const send = (by = channel): Promise<SendResult> =>
    by.send(outgoing([update('case.opened')]), 'ada@example.com', never());
  const sendHastily = async (timeouts: typeof HASTY): Promise<SendResult> => {
    const hasty = channelTo(server.url, timeouts);
    const result = await send(hasty);
    await hasty.close();
    return result;
  };

  it.each<[string, Manners, Partial<SendResult>]>([
    [
      'greylists',
      { RCPT: '451 4.7.1 Greylisted, come back' },
      { kind: 'tryAgain', code: '451', arrived: 'no' },
    ],
    ['closes at once', { greeting: '421 4.3.2 Too busy' }, { kind: 'tryAgain', code: '421', arrived: 'no' }],
    ['is full', { dot: '452 4.3.1 Insufficient storage' }, { kind: 'tryAgain', code: '452', arrived: 'no' }],
    ['storms', { MAIL: '450 4.7.0 Slow down' }, { kind: 'tryAgain', code: '450', arrived: 'no' }],
    ['will not talk', { greeting: '554 No service here' }, { kind: 'tryAgain', code: '554', arrived: 'no' }],
    [
      'offers TLS and has none',
      { EHLO: '250-sink\r\n250 STARTTLS', STAR: '454 4.7.0 TLS not available' },
      { kind: 'tryAgain', code: '454', arrived: 'no' },
    ],
    ['greets too late', { greeting: 'silence' }, { kind: 'tryAgain', code: 'ETIMEDOUT', arrived: 'no' }],
    ['falls silent', { MAIL: 'silence' }, { kind: 'tryAgain', code: 'ETIMEDOUT', arrived: 'no' }],
    ['never answers DATA', { DATA: 'silence' }, { kind: 'tryAgain', code: 'ETIMEDOUT', arrived: 'no' }],
    [
      'hangs up before the mail',
      { DATA: 'hangUp' },
      { kind: 'tryAgain', code: 'ECONNECTION', arrived: 'no' },
    ],
    ['hangs up at once', { greeting: 'hangUp' }, { kind: 'tryAgain', code: 'ECONNECTION', arrived: 'no' }],
    [
      'hangs up after the final dot',
      { dot: 'hangUp' },
      { kind: 'tryAgain', code: 'ECONNECTION', arrived: 'perhaps' },
    ],
    [
      'never answers the final dot',
      { dot: 'silence' },
      { kind: 'tryAgain', code: 'ETIMEDOUT', arrived: 'perhaps' },
    ],
    [
      'knows nobody of that name',
      { RCPT: '550 5.1.1 No such user' },
      { kind: 'refused', code: '550', badAddress: true },
    ],
    [
      'says only that it does not',
      { RCPT: '550 No such user here' },
      { kind: 'refused', code: '550', badAddress: true },
    ],
    [
      'has moved the user',
      { RCPT: '551 5.1.6 Moved away' },
      { kind: 'refused', code: '551', badAddress: true },
    ],
    [
      'cannot read the address',
      { RCPT: '553 5.1.3 Bad syntax' },
      { kind: 'refused', code: '553', badAddress: true },
    ],
    ['distrusts us', { RCPT: '550 5.7.1 Blocked' }, { kind: 'refused', code: '550', badAddress: false }],
    [
      'thinks it is spam',
      { dot: '550 Message refused' },
      { kind: 'refused', code: '550', badAddress: false },
    ],
    [
      'has a full mailbox',
      { RCPT: '552 5.2.2 Over quota' },
      { kind: 'refused', code: '552', badAddress: false },
    ],
    ['finds it too big', { MAIL: '552 5.3.4 Too big' }, { kind: 'refused', code: '552', badAddress: false }],
    ['says something that is no answer', { EHLO: 'hello' }, { kind: 'tryAgain', arrived: 'no' }],
  ])('says what is to be done when it %s', async (_, manners, expected) => {
    server.manners = manners;
    const isSilent = Object.values(manners).includes('silence');
    const timeouts = manners.greeting === 'silence' ? HASTIER : HASTY;
    expect(await (isSilent ? sendHastily(timeouts) : send())).toMatchObject(expected);
    // Whoever misbehaved once is asked again, and the next mail goes through.
    server.manners = {};
    expect(await send()).toMatchObject({ kind: 'delivered', code: '250' });
  });

  it('tries again when nobody listens, and says so without a secret', async () => {
    await server.close();
    const { port } = new URL(server.url);
    const other = channelTo(`smtp://user:s3cret@127.0.0.1:${port}`);
    const result = await other.send(outgoing([update('case.opened')]), 'ada@example.com', never());
    await other.close();
    expect(result).toMatchObject({ kind: 'tryAgain', code: 'ESOCKET', arrived: 'no' });
    expect(JSON.stringify(result)).not.toContain('s3cret');
  });

  it('takes a login that is not accepted for our own affair, which no customer is to suffer for', async () => {
    server.manners = { EHLO: '250-sink\r\n250 AUTH PLAIN', AUTH: '535 5.7.8 No' };
    const other = channelTo(server.url.replace('//', '//user:wrong@'));
    const result = await other.send(outgoing([update('case.opened')]), 'ada@example.com', never());
    await other.close();
    expect(result).toMatchObject({ kind: 'tryAgain', code: '535', arrived: 'no' });
  });

  it('sends another mail beside one that hangs', async () => {
    server.manners = { dot: 'silence' };
    const hasty = channelTo(server.url, HASTY);
    const hanging = send(hasty);
    while (!server.heard.has('dot')) await new Promise((resolve) => setImmediate(resolve));
    server.manners = {};
    expect(await send(hasty)).toMatchObject({ kind: 'delivered' });
    expect(await hanging).toMatchObject({ kind: 'tryAgain', arrived: 'perhaps' });
    await hasty.close();
  });

  it('gives up when told to, and knows what had been handed over by then', async () => {
    for (const [word, arrived] of [
      ['MAIL', 'no'],
      ['dot', 'perhaps'],
    ] as const) {
      const control = new AbortController();
      const patient = new SmtpChannel({ url: server.url, composer: COMPOSER });
      server.manners = { [word]: 'silence' };
      const sending = patient.send(outgoing([update('case.opened')]), 'ada@example.com', control.signal);
      while (!server.heard.has(word)) await new Promise((resolve) => setImmediate(resolve));
      control.abort();
      expect(await sending).toMatchObject({ kind: 'tryAgain', code: 'EABORT', arrived });
      await patient.close();
      server.heard.clear();
    }
  });

  it('never sends a mail twice by itself', async () => {
    server.manners = { dot: 'hangUp' };
    await send();
    expect(server.heard.get('dot')).toBe(1);
  });
});
