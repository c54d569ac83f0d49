/**
 * A whole case with everything that goes out really received: mails by a mail server, webhooks by a receiver that
 * checks their signatures. Every step that the customer may see arrives once, in order, in their language; nothing
 * that was written for the house alone arrives anywhere.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { startTestApp, type TestApp } from '../support/app.js';
import { Receiver } from './endpoints/receiver.js';
import { type MailSink, startMailSink } from './mail/smtp-sink.js';

const LOCALES = ['en', 'zh-CN', 'zh-TW'] as const;
type Locale = (typeof LOCALES)[number];

/** Marks what is for the house alone, wherever it is entered. */
const SECRET = 'INTERNAL-7f3a';
const secret = (about: string) => `${SECRET} ${about}`;
const PACKET = {
  purpose: secret('purpose'),
  expectedOutcome: secret('outcome'),
  evidence: [secret('evidence')],
};

interface Step {
  readonly who: Parameters<TestApp['api']>[0];
  readonly path: string;
  readonly body: object;
}

const LIFE: readonly Step[] = [
  { who: 'agent', path: 'ownership', body: {} },
  { who: 'agent', path: 'notes', body: { text: secret('note') } },
  {
    who: 'agent',
    path: 'escalations',
    body: { department: 'logistics', reason: secret('reason'), ...PACKET },
  },
  { who: 'member:logistics', path: 'acceptances', body: {} },
  { who: 'member:logistics', path: 'questions', body: { question: 'To which door?' } },
  { who: 'service', path: 'replies', body: { text: 'The green one.' } },
  {
    who: 'member:logistics',
    path: 'holds',
    body: { reason: secret('hold'), reviewAt: '2026-04-01T09:00:00Z' },
  },
  { who: 'member:logistics', path: 'holds/release', body: { reason: secret('release') } },
  {
    who: 'member:logistics',
    path: 'escalations',
    body: { department: 'finance', reason: secret('climb'), ...PACKET },
  },
  { who: 'member:finance', path: 'acceptances', body: {} },
  { who: 'member:finance', path: 'hand-backs', body: { decision: secret('decision') } },
  {
    who: 'member:logistics',
    path: 'resolutions',
    body: { solution: 'It comes on Friday.', rootCause: secret('cause') },
  },
  { who: 'service', path: 'rejections', body: { reason: 'It did not come.' } },
  {
    who: 'member:logistics',
    path: 'resolutions',
    body: { solution: 'It comes today.', rootCause: secret('cause') },
  },
  { who: 'service', path: 'confirmations', body: {} },
];

let app: TestApp;
let mails: MailSink;
let receiver: Receiver;
let webhook: Webhook;
const cases = new Map<Locale, string>();
let now = Date.parse('2026-03-02T09:00:00Z');

/** Longer than messages wait for company, so that each step has a mail of its own. */
async function minutesPass(minutes: number): Promise<void> {
  now += minutes * 60_000;
  const { status } = await app.moveClockTo(new Date(now).toISOString());
  expect(status).toBe(200);
}

interface LedgerRow {
  readonly seq: number;
  readonly type: string;
  readonly silence: string | null;
  readonly covered: { channel: string; status: string; messageId?: string | null }[];
}

async function ledgerOf(locale: Locale): Promise<LedgerRow[]> {
  const { body } = await app.api('manager').get(`/cases/${cases.get(locale)}/ledger?limit=100`);
  return body.data;
}

beforeAll(async () => {
  [mails, receiver] = await Promise.all([startMailSink(), Receiver.start()]);
  app = await startTestApp({
    env: { SMTP_URL: mails.url, MAIL_FROM: 'Shop <service@shop.example>', PRIVATE_ENDPOINTS: '1' },
  });
  const endpoint = await app
    .api('admin')
    .post('/webhook-endpoints', { name: 'Receiver', kind: 'webhook', url: receiver.url });
  expect(endpoint.status).toBe(201);
  webhook = new Webhook(endpoint.body.secret);
  for (const locale of LOCALES) {
    const { body } = await app.api('agent').post('/cases', {
      subject: 'Parcel has not arrived',
      description: 'It was promised for Monday.',
      expectedOutcome: 'The parcel.',
      category: 'delivery',
      channel: 'phone',
      impact: 'medium',
      urgency: 'medium',
      customer: {
        externalId: `crm-${locale}`,
        name: 'Ada Lovelace',
        email: `ada.${locale.toLowerCase()}@customers.example`,
        locale,
        timeZone: 'Europe/Berlin',
      },
    });
    cases.set(locale, body.id);
  }
  await minutesPass(2);
  for (const { who, path, body } of LIFE) {
    for (const id of cases.values()) {
      const { status, body: answer } = await app.api(who).post(`/cases/${id}/${path}`, body);
      expect([path, status, answer.code]).toEqual([path, 201, undefined]);
    }
    await minutesPass(2);
  }
});

afterAll(async () => {
  await app?.close();
  await Promise.all([mails?.close(), receiver?.close()]);
});

describe('everything that one case sends', () => {
  it.each(LOCALES)(
    'reaches its customer once per step, in order, by the mail that the ledger names: %s',
    async (locale) => {
      const rows = await ledgerOf(locale);
      const told = rows.filter(({ silence }) => silence === null);
      expect(told.length).toBeGreaterThan(LIFE.length - 3);
      const sent = told.map(({ covered }) => covered.find(({ channel }) => channel === 'email'));
      expect(new Set(sent.map((mail) => mail?.status))).toEqual(new Set(['delivered']));

      const arrived = mails.received.filter(({ recipients }) =>
        recipients.includes(`ada.${locale.toLowerCase()}@customers.example`),
      );
      expect(arrived.map(({ mail }) => mail.messageId)).toEqual(sent.map((mail) => mail?.messageId));
      expect(arrived.every(({ recipients }) => recipients.length === 1)).toBe(true);
    },
  );

  it.each([
    ['en', /^Dear Ada Lovelace,/m],
    ['zh-CN', /您好/],
    ['zh-TW', /您好/],
  ] as const)('speaks the customer’s language from the first mail to the last: %s', (locale, greeting) => {
    const box = `ada.${locale.toLowerCase()}@customers.example`;
    const arrived = mails.received.filter(({ recipients }) => recipients.includes(box));
    for (const { mail } of arrived) {
      const language = mail.headers.find(({ key }) => key === 'content-language')?.value;
      expect([mail.subject, language]).toEqual([mail.subject, locale]);
      expect(mail.text).toMatch(greeting);
    }
    const simplified = arrived.every(({ mail }) => !/[们务进]/.test(mail.text ?? ''));
    expect(simplified).toBe(locale !== 'zh-CN');
  });

  it('is one thread per case: each mail refers to the first', () => {
    for (const locale of LOCALES) {
      const box = `ada.${locale.toLowerCase()}@customers.example`;
      const [first, ...rest] = mails.received.filter(({ recipients }) => recipients.includes(box));
      for (const { mail } of rest) expect(mail.references).toContain(first?.mail.messageId);
    }
  });

  it('reaches the endpoint once per entry, in order within each case, rightly signed', async () => {
    const arrived = receiver.take();
    for (const { headers, body } of arrived) {
      expect(() => webhook.verify(body, headers as Record<string, string>)).not.toThrow();
    }
    for (const locale of LOCALES) {
      const rows = await ledgerOf(locale);
      const own = arrived.filter(({ json }) => json.data.caseId === cases.get(locale));
      expect(own.map(({ json }) => [json.data.seq, json.type])).toEqual(
        rows.map(({ seq, type }) => [seq, type]),
      );
    }
    expect(arrived.filter(({ body }) => body.includes(SECRET))).toEqual([]);
  });

  it('holds nothing that was written for the house alone', async () => {
    expect(mails.received.length).toBeGreaterThan(0);
    expect(
      mails.received.filter(({ raw, mail }) => `${raw}${mail.text}${mail.html}`.includes(SECRET)),
    ).toEqual([]);
    for (const id of cases.values()) {
      const { body } = await app.api('agent').get(`/cases/${id}`);
      const token = String(body.statusUrl).split('/').at(-1);
      const seen = [`/s/${token}`, `/api/v1/status/${token}`].map(async (path) =>
        (await fetch(`${app.url}${path}`)).text(),
      );
      for (const text of await Promise.all(seen)) expect(text).not.toContain(SECRET);
      expect(JSON.stringify(body)).toContain(SECRET);
    }
  });

  it('leaves no step silent', async () => {
    await minutesPass(60);
    const { body } = await app.api('manager').get('/reports/silent-transitions');
    expect(body.count).toBe(0);
  });
});
