// Mails over a real socket, as a mail server sends them: taken when recorded and not before, refused when not for us, and
// kept by their sender while the database is away.
import { createConnection } from 'node:net';
import { once } from 'node:events';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SmtpInbox } from '../../src/inbound/mail/smtp-inbox.js';
import { InboundTest, startInboundTest } from './inbound-case.js';

let test: InboundTest;
let port: number;
beforeAll(async () => {
  const env = { INBOUND_SMTP_PORT: '0', MAIL_FROM: 'Service <service@example.org>' };
  test = await startInboundTest(env);
  port = test.app.get(SmtpInbox).port as number;
});
afterAll(() => test?.app.close());

const senders: { close(): void }[] = [];
afterEach(() => senders.splice(0).forEach((sender) => sender.close()));

interface Sent {
  /** What the server answered last: the code of success, or of the refusal. */
  readonly code: number;
  readonly text: string;
}

async function send(mail: SendMailOptions): Promise<Sent> {
  const sender = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  senders.push(sender);
  try {
    const { response } = await sender.sendMail(mail);
    return { code: Number(response.slice(0, 3)), text: response };
  } catch (error) {
    const { responseCode = 0, response = '' } = error as { responseCode?: number; response?: string };
    return { code: responseCode, text: response };
  }
}

const MAIL = {
  from: 'Ada <ada@example.com>',
  to: 'service@example.org',
  subject: 'Parcel',
  text: 'Where is it?',
};

describe('a mail by SMTP', () => {
  it('opens a case before it is answered with 250, files and all', async () => {
    const messageId = '<smtp-1@example.com>';
    const attachments = [{ filename: '单据.txt', content: '订单 4711' }];
    const answer = await send({ ...MAIL, messageId, subject: '我的包裹', text: '包裹在哪里？', attachments });
    expect(answer.code).toBe(250);
    const rows = await test.sql(
      `SELECT c.subject, c.description, a.name, convert_from(a.content, 'UTF8') AS content FROM inbound_messages i
       JOIN cases c ON c.id = i.case_id JOIN attachments a ON a.case_id = c.id WHERE i.message_id = $1`,
      [messageId],
    );
    const description = '包裹在哪里？\n📎 单据.txt';
    expect(rows).toEqual([{ subject: '我的包裹', description, name: '单据.txt', content: '订单 4711' }]);
  });

  it('to the address of a case is a reply in it', async () => {
    const known = await test.waitingCase('smtp-reply@example.com');
    const to = `service+${known.number}@example.org`;
    expect((await send({ ...MAIL, from: 'smtp-reply@example.com', to, text: 'Blue.' })).code).toBe(250);
    expect(await test.replies(known.id)).toEqual(['Blue.']);
  });

  it.each([
    ['somebody else’s domain', 'ada@example.com'],
    ['a domain that ends like ours', 'service@not-example.org'],
    ['a domain that begins like ours', 'service@example.org.example.com'],
    ['a route through us', '@example.org:ada@example.com'],
    ['a percent sign behind ours', 'ada%example.com@elsewhere.example'],
  ])('is not relayed to %s', async (_whose, to) => {
    const before = await test.countCases();
    const { code } = await send({ ...MAIL, to, envelope: { from: 'ada@example.com', to: [to] } });
    expect(code).toBeGreaterThanOrEqual(500);
    expect(await test.countCases()).toBe(before);
  });

  it('that cannot be read is refused for good', async () => {
    const nested = Array.from(
      { length: 300 },
      (_, n) => `--b${n}\r\nContent-Type: multipart/mixed; boundary=b${n + 1}\r\n\r\n`,
    );
    const raw = `From: eve@example.com\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n${nested.join('')}`;
    expect(
      (await send({ envelope: { from: 'eve@example.com', to: ['service@example.org'] }, raw })).code,
    ).toBe(554);
  });

  it('of more than 25 MiB is refused, whether it says so or not', async () => {
    const raw = `From: ada@example.com\r\n\r\n${`${'a'.repeat(998)}\r\n`.repeat(26_500)}`;
    const { code } = await send({ envelope: { from: 'ada@example.com', to: ['service@example.org'] }, raw });
    expect(code).toBe(552);
  });

  it('by a sender who wants to log in, or encrypt with a certificate that nobody knows, is offered neither', async () => {
    const socket = createConnection(port, '127.0.0.1');
    const lines: string[] = [];
    socket.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
    await once(socket, 'data');
    socket.write('EHLO client.example\r\n');
    await once(socket, 'data');
    socket.end('QUIT\r\n');
    await once(socket, 'close');
    expect(lines.join('')).toMatch(/SIZE 26214400/);
    expect(lines.join('')).not.toMatch(/AUTH|STARTTLS/);
  });

  it('stays with its sender while the database is away, and has one effect when it comes again', async () => {
    const again = { ...MAIL, from: 'patient@example.com', messageId: '<patient@example.com>' };
    const holder = new pg.Client({ connectionString: test.app.databaseUrl });
    await holder.connect();
    const before = await test.countCases();
    await holder.query('BEGIN; LOCK TABLE cases, commands, customer_messages IN ACCESS EXCLUSIVE MODE');
    const refused = [await send(again), await send(again)];
    await holder.end();
    expect(refused.map(({ code }) => code)).toEqual([451, 451]);
    expect(refused.map(({ text }) => text).join()).not.toMatch(/postgres|lock|timeout/i);
    const taken = [await send(again), await send(again)];
    expect(taken.map(({ code }) => code)).toEqual([250, 250]);
    expect((await test.countCases()) - before).toBe(1);
  });

  it('is not taken any more once the node stops', async () => {
    const other = await startInboundTest({ INBOUND_SMTP_PORT: '0' });
    const inbox = other.app.get(SmtpInbox);
    expect(inbox.port).toEqual(expect.any(Number));
    await other.app.close();
    expect(inbox.port).toBeNull();
  });
});

it('no port is opened where none was asked for', async () => {
  const other = await startInboundTest();
  expect(other.app.get(SmtpInbox).port).toBeNull();
  await other.app.close();
});
