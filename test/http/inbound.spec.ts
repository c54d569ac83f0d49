// Messages that other systems hand over by HTTP: raw mails by a trusted service, and signed messages of other channels
// (reliability.md N23: what is not signed exactly as agreed is 401, and a replay has one effect and the same answer).
import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mail } from '../inbound/mail.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { OPEN_CASE } from './case-client.js';

const KEY = randomBytes(32);
const SECRET = `whsec_${KEY.toString('base64')}`;

let app: TestApp;
let messages = 0;
beforeAll(async () => {
  app = await startTestApp({ env: { INBOUND_SECRET: SECRET } });
});
afterAll(() => app?.close());

const FROM = { phone: '+86 138 0013 8000', name: '王小明' };
const message = (parts: object = {}) => ({
  messageId: `wamid.${(messages += 1)}`,
  channel: 'whatsapp',
  from: FROM,
  text: '包裹在哪里？',
  ...parts,
});

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const signature = (id: string, timestamp: number | string, body: string, key = KEY) =>
  `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

/** Signed as Standard Webhooks are. */
function signed(body: string, parts: { id?: string; timestamp?: number | string; signature?: string } = {}) {
  const { id = `msg_${randomBytes(8).toString('hex')}`, timestamp = nowSeconds() } = parts;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': parts.signature ?? signature(id, timestamp, body),
  };
}

function send(content: object | string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  return app.api(null).post('/inbound/messages', body, headers ?? signed(body));
}

async function countCases(): Promise<number> {
  const { body } = await app.api('admin').get('/cases?limit=100');
  return body.data.length;
}

describe('a signed message', () => {
  it('opens a case, and the next one of its sender with the number of it is a reply', async () => {
    const first = await send(message());
    expect([first.status, first.body]).toEqual([
      200,
      { outcome: 'opened', caseId: expect.any(String), reason: null },
    ]);
    const { body: opened } = await app.api('admin').get(`/cases/${first.body.caseId}`);
    expect([opened.channel, opened.description]).toEqual(['whatsapp', '包裹在哪里？']);
    const from = { ...FROM, phone: '+8613800138000' };
    const second = await send(message({ from, caseNumber: opened.number, sentAt: '2026-03-02T08:59:00Z' }));
    expect([second.body.outcome, second.body.caseId]).toEqual(['recorded', opened.id]);
  });

  it('with the number of somebody else’s case opens one of its own', async () => {
    const { body: theirs } = await app.api('agent').post('/cases', OPEN_CASE);
    const { body } = await send(message({ caseNumber: theirs.number }));
    expect([body.outcome, body.caseId === theirs.id]).toEqual(['opened', false]);
  });

  it('of a customer by the id of the sender’s own system goes to that customer', async () => {
    const { body: theirs } = await app.api('agent').post('/cases', OPEN_CASE);
    const from = { externalId: OPEN_CASE.customer.externalId, name: 'Somebody' };
    const { body } = await send(message({ from, caseNumber: theirs.number }));
    expect([body.outcome, body.caseId]).toEqual(['recorded', theirs.id]);
    const { body: after } = await app.api('admin').get(`/cases/${theirs.id}/messages`);
    expect(after.data.at(-1)).toMatchObject({
      direction: 'in',
      channel: 'whatsapp',
      actor: { kind: 'customer' },
    });
  });

  it('brings files, and says which were refused', async () => {
    const attachments = [
      { name: 'bill.txt', contentBase64: Buffer.from('4711').toString('base64') },
      { name: 'x.zip', contentBase64: 'UEsDBA==' },
    ];
    const { body } = await send(message({ text: null, attachments }));
    const { body: listed } = await app.api('admin').get(`/cases/${body.caseId}/attachments`);
    expect(listed.data).toMatchObject([{ name: 'bill.txt', mediaType: 'text/plain', size: 4 }]);
    const { body: opened } = await app.api('admin').get(`/cases/${body.caseId}`);
    expect(opened.description).toBe(
      '📎 bill.txt\n[attachment refused: files of this type are not taken: x.zip]',
    );
  });

  it('sent again has one effect and the same answer, signed anew or not', async () => {
    const content = message();
    const body = JSON.stringify(content);
    const headers = signed(body);
    const before = await countCases();
    const answers = [
      await send(body, headers),
      await send(body, headers),
      await send({ ...content, text: 'other' }),
    ];
    expect(
      answers.map((answer) => [answer.status, answer.body, answer.headers.get('idempotent-replayed')]),
    ).toEqual([
      [200, answers[0]?.body, null],
      [200, answers[0]?.body, 'true'],
      [200, answers[0]?.body, 'true'],
    ]);
    expect((await countCases()) - before).toBe(1);
  });

  it('may carry several signatures while a secret is changed', async () => {
    const body = JSON.stringify(message());
    const headers = signed(body, { id: 'msg_two' });
    const both = `${signature('msg_two', nowSeconds(), body, randomBytes(32))} ${headers['webhook-signature']}`;
    expect((await send(body, { ...headers, 'webhook-signature': both })).status).toBe(200);
  });

  it.each([
    ['without words and files', { text: '' }, '/text'],
    ['without a sender', { from: { name: 'Ada' } }, '/from'],
    ['of a mail', { channel: 'email' }, '/channel'],
    ['with an address that may be two', { from: { email: 'a@b.example, c@d.example' } }, '/from/email'],
    [
      'with files that are no base64',
      { attachments: [{ name: 'x.txt', contentBase64: '%%%' }] },
      '/attachments/0/contentBase64',
    ],
    ['with 21 files', { attachments: Array(21).fill({ name: 'x.txt', contentBase64: '' }) }, '/attachments'],
    ['with files that are a text', { attachments: 'x' }, '/attachments'],
    ['with a time that does not exist', { sentAt: '2026-02-30T00:00:00Z' }, '/sentAt'],
    ['with fields of the case', { level: 2 }, '/level'],
    ['without an id', { messageId: '' }, '/messageId'],
  ])('is refused %s', async (_what, parts, pointer) => {
    const { status, body } = await send(message(parts));
    expect([status, body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([
      422,
      [pointer],
    ]);
  });

  it.each([
    ['a key twice', '{"messageId":"a","messageId":"b"}', 400],
    ['NUL', '{"messageId":"a\\u0000"}', 400],
    ['no JSON', 'messageId=a', 400],
    ['nothing', '', 400],
  ])('is refused with %s in its body', async (_what, body, status) => {
    expect((await send(body, signed(body))).status).toBe(status);
  });
});

describe('a message that is not signed as agreed', () => {
  const body = JSON.stringify(message({ messageId: 'wamid.unsigned' }));
  const valid = () => signed(body, { id: 'msg_1' });
  const without = (name: string) =>
    Object.fromEntries(Object.entries(valid()).filter(([key]) => key !== name));

  it.each([
    ['without any header', () => ({})],
    ['without its id', () => without('webhook-id')],
    ['without its time', () => without('webhook-timestamp')],
    ['without its signature', () => without('webhook-signature')],
    ['with an empty signature', () => ({ ...valid(), 'webhook-signature': '' })],
    [
      'with another secret',
      () => signed(body, { id: 'msg_1', signature: signature('msg_1', nowSeconds(), body, randomBytes(32)) }),
    ],
    [
      'with the signature of another version',
      () => ({ ...valid(), 'webhook-signature': valid()['webhook-signature'].replace('v1,', 'v2,') }),
    ],
    [
      'with a signature without a version',
      () => ({ ...valid(), 'webhook-signature': valid()['webhook-signature'].slice(3) }),
    ],
    ['with the signature of another id', () => ({ ...valid(), 'webhook-id': 'msg_2' })],
    ['six minutes ago', () => signed(body, { timestamp: nowSeconds() - 360 })],
    ['six minutes from now', () => signed(body, { timestamp: nowSeconds() + 360 })],
    ['at a time with something behind it', () => signed(body, { timestamp: `${nowSeconds()}x` })],
    ['at a time in exponents', () => signed(body, { timestamp: '1e9' })],
    ['with a dot in its id', () => signed(body, { id: 'msg.1' })],
    ['with an endless id', () => signed(body, { id: 'm'.repeat(201) })],
    ['over the same body in another form', () => signed(JSON.stringify(JSON.parse(body), null, 1))],
    ['over nothing', () => signed('')],
  ])('is 401 and has no effect: %s', async (_how, headers) => {
    const before = await countCases();
    const answer = await send(body, headers());
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
    expect(await countCases()).toBe(before);
  });

  it('is not read at all when it is too large, and a token does not help', async () => {
    const large = JSON.stringify(message({ text: 'a'.repeat(5 * 1024 * 1024) }));
    expect((await send(large, signed(large))).status).toBe(413);
    expect((await app.api('admin').post('/inbound/messages', body)).status).toBe(401);
  });

  it('is everything, where no secret was agreed on', async () => {
    const other = await startTestApp();
    const headers = [
      signed(body),
      signed(body, { id: 'm', signature: signature('m', nowSeconds(), body, Buffer.alloc(0)) }),
    ];
    const answers = await Promise.all(
      headers.map((each) => other.api(null).post('/inbound/messages', body, each)),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    await other.close();
  });
});

describe('a raw mail', () => {
  const RFC822 = { 'content-type': 'message/rfc822' };
  const hand = (
    who: Parameters<TestApp['api']>[0],
    raw: Buffer,
    headers: Readonly<Record<string, string>> = RFC822,
  ) => app.api(who).post('/inbound/email', raw.toString('latin1'), headers);

  it('is taken from a service, once', async () => {
    const raw = mail({ from: 'raw@example.com', id: '<raw-1@example.com>', text: 'Where is it?' });
    const answers = [await hand('service', raw), await hand('admin', raw)];
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      Array(2).fill([200, { outcome: 'opened', caseId: expect.any(String), reason: null }]),
    );
    expect(answers.map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  });

  it.each([
    ['an agent', 'agent', RFC822, 403],
    ['nobody', null, RFC822, 401],
    ['a service, as JSON', 'service', { 'content-type': 'application/json' }, 400],
    ['a service, as text', 'service', { 'content-type': 'text/plain' }, 415],
    ['a service, as a form', 'service', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ] as const)('is not taken from %s', async (_whom, who, headers, status) => {
    expect((await hand(who, mail(), headers)).status).toBe(status);
  });

  it('that cannot be read is 422, and one beyond 25 MiB 413', async () => {
    const unreadable = await hand('service', Buffer.from('Subject: x\r\n\r\nno sender'));
    expect([unreadable.status, unreadable.body.errors[0].code]).toEqual([422, 'unreadable']);
    expect((await hand('service', Buffer.alloc(25 * 1024 * 1024 + 1, 97))).status).toBe(413);
  });

  it('is a type of body that no other route takes', async () => {
    const answer = await app.api('agent').post('/cases', 'x', RFC822);
    expect(answer.status).toBe(415);
  });
});
