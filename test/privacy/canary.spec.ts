// A person lives a whole case, full of canaries, and is forgotten. No canary ever stands in the log, the metrics or a
// problem that somebody else is given; after the erasure none stands anywhere (reliability.md S22, I18).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RetentionSweep } from '../../src/directory/retention-sweep.js';
import { StatusLinks } from '../../src/delivery/status-link.js';
import { answering, Receiver } from '../delivery/endpoints/receiver.js';
import { startRudeServer, type RudeServer } from '../delivery/mail/smtp-sink.js';
import { EventReader } from '../http/event-client.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import {
  CARD_DIGITS,
  INBOUND_KEY,
  liveCanaryLife,
  MARK,
  PERSON,
  PHONE_DIGITS,
  type CanaryLife,
} from './canary-person.js';
import { scanDatabase } from './scan-database.js';

const WORDS = [MARK, PHONE_DIGITS, CARD_DIGITS];
const START = Date.parse('2026-03-02T09:00:00Z');
const ANSI = /\u001b/;

let app: TestApp;
let mails: RudeServer;
let receiver: Receiver;
let life: CanaryLife;
let metrics: string;
let minutes = 0;
let heldBefore: Record<string, number>;
const log: string[] = [];

async function passMinutes(count: number): Promise<void> {
  minutes += count;
  const { status } = await app.moveClockTo(new Date(START + minutes * 60_000).toISOString());
  expect(status).toBe(200);
}
const canariesIn = (text: string): string[] => {
  const plain = text.toLowerCase();
  const digits = text.replace(/[ ()./-]/g, '');
  return WORDS.filter((word) => plain.includes(word) || digits.includes(word));
};
const textOf = ({ body }: Answer): string => (typeof body === 'string' ? body : JSON.stringify(body));

beforeAll(async () => {
  // A server that answers with the address, and an endpoint that answers with what it knows.
  mails = await startRudeServer({ dot: `451 later, ${PERSON.email}` });
  receiver = await Receiver.start();
  receiver.answer = answering(200, {}, `thank you, ${PERSON.name}`);
  app = await startTestApp({
    env: {
      SMTP_URL: mails.url,
      PRIVATE_ENDPOINTS: '1',
      INBOUND_SECRET: `whsec_${INBOUND_KEY.toString('base64')}`,
    },
    log: (line) => void log.push(line),
  });
  await app.api('admin').post('/webhook-endpoints', { name: 'Sink', kind: 'webhook', url: receiver.url });
  life = await liveCanaryLife(app, passMinutes);
  await app.dataSource.query(
    `INSERT INTO suppressions (channel, address, reason, created_at) VALUES ('email', $1, 'hardBounce', now())`,
    [PERSON.email],
  );
  const { body } = await app.api('admin').get('/metrics');
  metrics = String(body);
  heldBefore = (await scanDatabase(app.dataSource, WORDS)).found;
});
afterAll(async () => {
  await app?.close();
  await mails?.close();
  await receiver?.close();
});

describe('while a person is served', () => {
  it('their words lie where they belong, so that this test would find them', () => {
    expect(Object.keys(heldBefore)).toEqual(
      expect.arrayContaining([
        'attachments.content',
        'attachments.name',
        'cases.context',
        'cases.order_ref',
        'cases.subject',
        'commands.body',
        'commands.idempotency_key',
        'customer_messages.message_id',
        'customers.email',
        'customers.merge_reason',
        'customers.phone',
        'endpoint_attempts.response',
        'escalations.purpose',
        'inbound_messages.message_id',
        'journal.command_key',
        'journal.data',
        'notification_attempts.detail',
        'notifications.params',
        'suppressions.address',
      ]),
    );
  });

  it('no line of the log holds a canary, and each is one JSON object', () => {
    expect(log.length).toBeGreaterThan(20);
    expect(log.filter((line) => canariesIn(line).length > 0)).toEqual([]);
    for (const line of log) {
      expect(line.trimEnd()).not.toMatch(/\n/);
      expect(line).not.toMatch(ANSI);
      expect(JSON.parse(line)).toEqual(expect.objectContaining({ level: expect.any(String) }));
    }
  });

  it('no metric holds a canary', () => {
    expect(metrics).toContain('# TYPE');
    expect(canariesIn(metrics)).toEqual([]);
  });

  it('no problem holds a canary of what was sent', () => {
    expect(life.problems.length).toBeGreaterThan(10);
    expect(life.problems.filter((text) => canariesIn(text).length > 0)).toEqual([]);
  });

  it('webhooks carry no canary', () => {
    expect(receiver.received.length).toBeGreaterThan(20);
    expect(receiver.received.filter(({ body }) => canariesIn(body).length > 0)).toEqual([]);
  });
});

describe('a person who is to be forgotten', () => {
  it('is not while somebody works on a case of theirs, and hears which', async () => {
    const { status, body } = await erase({ reason: 'Asked for by letter' });
    expect([status, body.code]).toEqual([409, 'customer-has-open-cases']);
    expect(body.cases).toContainEqual(
      expect.objectContaining({ id: life.mailedCaseId, why: 'case-still-open' }),
    );
  });

  it('must not be named in the reason, which is kept', async () => {
    const { status, body } = await erase({ reason: `${PERSON.name} asked`, withdrawOpenCases: true });
    expect([status, body.errors[0].pointer]).toEqual([422, '/reason']);
  });

  it('is known after a dry run as before', async () => {
    const { status, body } = await erase({ reason: 'Asked', dryRun: true });
    expect([status, body.dryRun, body.erasedAt]).toEqual([200, true, null]);
    expect(body.records).toMatchObject({ attachments: 3, customers: 2 });
    expect((await scanDatabase(app.dataSource, WORDS)).found).toEqual(heldBefore);
  });
});

describe('once a person is forgotten', () => {
  let mailsBefore: number;
  beforeAll(async () => {
    // What it answers from now on is told by a system that was told nothing of the person.
    receiver.answer = answering(204);
    mailsBefore = mails.heard.get('DATA') ?? 0;
    const { status, body } = await erase(
      { reason: 'Asked for by letter', withdrawOpenCases: true },
      { 'idempotency-key': 'erasure-1' },
    );
    expect([status, body.isComplete]).toEqual([200, true]);
  });

  it('no column of any table holds a canary', async () => {
    const { tables, found } = await scanDatabase(app.dataSource, WORDS);
    expect(found).toEqual({});
    expect(tables).toBeGreaterThan(20);
  });

  it('the case reads so, accepts nothing, and has no page any more', async () => {
    const read = await app.api('admin').get(`/cases/${life.caseId}`);
    expect(read.body).toMatchObject({
      subject: '[erased]',
      orderRef: null,
      state: 'closed',
      level: 1,
      erasedAt: expect.any(String),
      allowedActions: [],
      statusUrl: null,
      ratings: [{ score: 2, comment: '[erased]' }],
      compensations: [{ amount: '20.00', state: 'executed', description: '[erased]' }],
    });
    expect(canariesIn(textOf(read))).toEqual([]);
    const note = await app.api('agent').post(`/cases/${life.caseId}/notes`, { text: 'late' });
    expect([note.status, note.body.code]).toEqual([409, 'case-erased']);
    const fresh = app.get(StatusLinks).sign(life.caseId, 2);
    for (const token of [life.token, fresh]) {
      expect((await app.api(null).get(`/status/${token}`)).status).toBe(410);
      const page = await app.api(null).get(`/s/${token}`);
      expect([page.status, canariesIn(textOf(page))]).toEqual([410, []]);
    }
  });

  it('no answer about them holds a canary', async () => {
    const admin = app.api('admin');
    const paths = [
      `/customers/${life.customerId}`,
      `/customers/${life.mergedId}/export`,
      `/customers?q=${MARK}`,
      `/cases?customerId=${life.customerId}`,
      ...['journal', 'ledger', 'messages', 'clocks', 'attachments', 'context'].map(
        (part) => `/cases/${life.caseId}/${part}`,
      ),
      '/deliveries',
      '/metrics',
    ];
    for (const path of paths) {
      const answer = await admin.get(path);
      expect([path, answer.status, canariesIn(textOf(answer))]).toEqual([path, 200, []]);
    }
  });

  it('a stream that begins again from the start tells only what happened', async () => {
    const stream = await EventReader.open(`${app.url}/api/v1/cases/${life.caseId}/events`, {
      authorization: `Bearer ${app.tokens.admin}`,
      'last-event-id': '0',
    });
    const told: string[] = [];
    for (let block = await stream.next(); block; block = await stream.next()) {
      told.push(block.text);
      if (block.text.includes('case.erased')) break;
    }
    stream.close();
    expect(told.length).toBeGreaterThan(10);
    expect(canariesIn(told.join('\n'))).toEqual([]);
  });

  it('they get no mail any more, and the ledger says why', async () => {
    await passMinutes(24 * 60);
    expect(mails.heard.get('DATA') ?? 0).toBe(mailsBefore);
    const { body } = await app.api('admin').get(`/cases/${life.mailedCaseId}/ledger`);
    const reasons = body.data.flatMap(({ covered }: { covered: { channel: string; reason: string }[] }) =>
      covered.filter(({ channel }) => channel === 'email').map(({ reason }) => reason),
    );
    expect(reasons).toContain('erased');
  });

  it('neither an old request nor an old message brings them back', async () => {
    const again = await app.api('agent').post(
      '/cases',
      {
        subject: 'x',
        description: 'x',
        expectedOutcome: 'x',
        category: 'delivery',
        channel: 'phone',
        impact: 'medium',
        urgency: 'medium',
        customer: PERSON,
      },
      { 'idempotency-key': life.openKey },
    );
    expect([again.status, again.body.code]).toEqual([410, 'answer-erased']);
    const opened = await app.api('agent').post('/cases', {
      subject: 'x',
      description: 'x',
      expectedOutcome: 'x',
      category: 'delivery',
      channel: 'phone',
      impact: 'medium',
      urgency: 'medium',
      customer: { id: life.customerId },
    });
    expect([opened.status, opened.body.code]).toEqual([409, 'customer-erased']);
    const changed = await app.api('agent').put(`/customers/${life.mergedId}`, { name: 'Back again' });
    expect([changed.status, changed.body.code]).toEqual([409, 'customer-erased']);
    expect((await scanDatabase(app.dataSource, WORDS)).found).toEqual({});
  });

  it('the same request is answered as before, and another erasure finds nothing left', async () => {
    const body = { reason: 'Asked for by letter', withdrawOpenCases: true };
    const replayed = await erase(body, { 'idempotency-key': 'erasure-1' });
    expect(replayed.headers.get('idempotent-replayed')).toBe('true');
    expect(replayed.body.records.journal).toBeGreaterThan(20);
    const anew = await erase(body);
    expect([anew.status, anew.body.isComplete, anew.body.cases]).toEqual([200, true, 0]);
    expect(await app.get(RetentionSweep).round()).toBe(0);
  });

  it('the log holds no canary of the erasure either', () => {
    expect(log.filter((line) => canariesIn(line).length > 0)).toEqual([]);
  });
});

function erase(body: object, headers: Record<string, string> = {}): Promise<Answer> {
  return app.api('admin').post(`/customers/${life.mergedId}/erasure`, body, headers);
}
