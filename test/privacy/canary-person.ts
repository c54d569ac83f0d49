// A person every word of whom is a canary, and their life with the house: one case through all that can be said and
// written in it, by every way in, wrong ones included. Whoever finds a canary afterwards has found a leak.
import { createHmac, randomBytes } from 'node:crypto';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { expectStatus } from '../http/case-client.js';
import { mail } from '../inbound/mail.js';
import type { Answer, TestApp } from '../support/app.js';

/** In every text of the person and about the person, in any case of its letters. */
export const MARK = 'zqk7canary';
/** Digits that stand nowhere else, without the signs between them. */
export const PHONE_DIGITS = '493055501717';
export const CARD_DIGITS = '4111111111111111';

const said = (about: string): string =>
  `${MARK} ${about}\n\u001b[31mcard 4111 1111 1111 1111, call +49 30 5550-1717`.replace('\u001b', '');
const line = (about: string): string => `${MARK}-${about}`;

export const PERSON = {
  externalId: line('external'),
  name: `Zqk7canary Bauer`,
  email: `${MARK}@example.com`,
  phone: '+49 30 5550-1717',
  locale: 'en',
};

export const INBOUND_KEY = randomBytes(32);

export interface CanaryLife {
  readonly customerId: string;
  readonly mergedId: string;
  readonly caseId: string;
  readonly mailedCaseId: string;
  readonly token: string;
  readonly openKey: string;
  /** Every problem document that somebody else was given. */
  readonly problems: readonly string[];
}

/** @param minutes pass, and with them whatever is due is delivered */
export async function liveCanaryLife(
  app: TestApp,
  passMinutes: (minutes: number) => Promise<void>,
): Promise<CanaryLife> {
  const problems: string[] = [];
  const noted = (answer: Answer): Answer => {
    problems.push(JSON.stringify(answer.body));
    return answer;
  };
  const openKey = line('open-key');
  const opened = expectStatus(
    await app.api('agent').post(
      '/cases',
      {
        subject: line('subject'),
        description: said('description'),
        expectedOutcome: said('outcome'),
        category: 'delivery',
        channel: 'phone',
        impact: 'medium',
        urgency: 'medium',
        orderRef: line('order'),
        customer: PERSON,
      },
      { 'idempotency-key': openKey, 'user-agent': line('agent') },
    ),
    201,
  ).body;
  const { id: caseId, customer } = opened as { id: string; customer: { id: string } };
  const at = (path: string): string => `/cases/${caseId}/${path}`;
  const step = async (who: TokenName, path: string, body: object, key?: string): Promise<void> => {
    const headers = key === undefined ? undefined : { 'idempotency-key': key };
    expectStatus(await app.api(who).post(at(path), body, headers), 201);
  };
  await app.api('admin').put(`/customers/${customer.id}`, {
    account: line('account'),
    preferences: { quietHours: null },
  });
  await passMinutes(5);
  await wrongDoors(app, caseId, noted);
  await work(step);
  await passMinutes(5);
  const { body: seen } = await app.api('agent').get(`/cases/${caseId}`);
  const token = String(seen.statusUrl).split('/').at(-1) as string;
  await step('agent', 'questions', { question: said('question') }, line('question-key'));
  await byLink(app, token, noted);
  const mailedCaseId = await byMail(app, String(opened.number));
  await bySignedMessage(app, noted);
  await step('agent', 'resolutions', { solution: said('solution'), rootCause: `${MARK} dropped it` });
  await passMinutes(5);
  await step('service', 'confirmations', { comment: said('confirmed') });
  await step('service', 'ratings', { score: 2, recommend: 1, comment: said('rating') });
  const other = await app.api('agent').post('/customers', { externalId: line('second'), name: PERSON.name });
  const merge = { otherId: other.body.id, reason: said('merge').slice(0, 60).replace('\n', ' ') };
  expectStatus(await app.api('agent').post(`/customers/${customer.id}/merges`, merge), 201);
  await passMinutes(5);
  return {
    customerId: customer.id,
    mergedId: other.body.id as string,
    caseId,
    mailedCaseId,
    token,
    openKey,
    problems,
  };
}

type StepBy = (who: TokenName, path: string, body: object, key?: string) => Promise<void>;

async function work(step: StepBy): Promise<void> {
  await step('agent', 'ownership', {});
  await step('agent', 'notes', { text: said('note') }, line('note-key'));
  await step('agent', 'messages', { text: said('message') });
  const packet = {
    purpose: said('purpose'),
    expectedOutcome: said('packet'),
    evidence: [line('evidence')],
    fields: { [line('field')]: line('value') },
    reason: said('why'),
  };
  await step('agent', 'escalations', { department: 'logistics', ...packet });
  await step('member:logistics', 'returns', {
    reason: 'missingInfo',
    missingFields: ['trackingNumber'],
    comment: said('return'),
    suggestion: line('suggestion'),
  });
  await step('agent', 'escalations', {
    department: 'logistics',
    ...packet,
    fields: { trackingNumber: line('tracking') },
  });
  await step('member:logistics', 'hand-off-ratings', { score: 3, comment: said('hand-off') });
  await step('member:logistics', 'acceptances', {});
  await step('member:logistics', 'consults', { department: 'finance', question: said('consult') });
  await step('member:finance', 'consults/1/answer', { answer: said('answer') });
  await step('member:logistics', 'proposals', {
    text: said('proposal'),
    departments: ['logistics', 'finance'],
    actions: [{ text: said('action'), department: 'logistics' }],
  });
  await step('member:finance', 'proposals/1/agreement', { comment: said('agreed') });
  await step('agent', 'promises', { text: said('promise'), dueAt: '2026-03-03T10:00:00Z' });
  await step('agent', 'promises/1/fulfilment', { note: said('kept') });
  await step('agent', 'compensations', {
    kind: 'refund',
    amount: '20.00',
    description: said('refund'),
    reason: said('because'),
  });
  await step('agent', 'compensations/1/execution', { reference: line('payment') });
  await step('agent', 'callbacks', { note: said('callback') });
  await step('agent', 'callbacks/1/completion', { outcome: said('called') });
  await step('agent', 'attention', { reason: said('attention') });
  await step('member:logistics', 'holds', { reason: said('hold'), reviewAt: '2026-12-05T09:00:00Z' });
  await step('member:logistics', 'holds/release', { reason: said('release') });
}

/** What fails must not say what it was given: neither to whoever asked nor, by the log, to whoever operates. */
async function wrongDoors(app: TestApp, caseId: string, noted: (answer: Answer) => Answer): Promise<void> {
  const agent = app.api('agent');
  noted(await agent.post(`/cases/${caseId}/notes`, `{"text": "${line('broken')}`));
  noted(await agent.post(`/cases/${caseId}/notes`, { text: 5, unknown: line('member') }));
  noted(await agent.post(`/cases/${caseId}/notes`, { text: { wrong: line('object') } }));
  noted(await agent.post('/customers', { externalId: line('x'), name: 7, email: `${MARK} @ broken` }));
  noted(await agent.post(`/cases/${caseId}/notes`, {}, { 'idempotency-key': `${MARK} with spaces` }));
  noted(await agent.post(`/cases/${caseId}/acceptances`, {}, { 'idempotency-key': line('refused-key') }));
  noted(await app.api('member:sales').post(`/cases/${caseId}/notes`, { text: said('hidden') }));
  noted(await app.api('member:sales').get(`/cases/${caseId}`));
  noted(await app.api(null).get('/cases', { authorization: `Bearer ${line('token')}` }));
  noted(await agent.get(`/cases?q=${line('search')}&limit=${line('limit')}`));
  noted(await agent.get('/cases/export.csv?bom=maybe'));
  await agent.get(`/${line('route')}?email=${PERSON.email}`);
  await app.api(null).get(`/s/${line('no-link')}`);
  await app.api(null).post(`/inbound/messages`, { text: line('unsigned') });
}

async function byLink(app: TestApp, token: string, noted: (answer: Answer) => Answer): Promise<void> {
  const customer = app.api(null);
  const key = { 'idempotency-key': line('reply-key') };
  expectStatus(await customer.post(`/status/${token}/replies`, { text: said('reply') }, key), 201);
  noted(await customer.post(`/status/${token}/confirmation`, { comment: said('too early') }));
  const file = Buffer.from(`${MARK} in a file`);
  const answer = await fetch(`${app.url}/api/v1/status/${token}/attachments?name=${MARK}.txt`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: file,
  });
  if (answer.status !== 201) throw new Error(`the file was not taken: ${answer.status}`);
}

async function byMail(app: TestApp, number: string): Promise<string> {
  const from = `${PERSON.name} <${PERSON.email}>`;
  const files = [[`${MARK}.txt`, 'text/plain', Buffer.from(`${MARK} attached`)]] as const;
  const take = async (raw: Buffer): Promise<string> => {
    const answer = await fetch(`${app.url}/api/v1/inbound/email`, {
      method: 'POST',
      headers: { 'content-type': 'message/rfc822', authorization: `Bearer ${app.tokens.service}` },
      body: new Uint8Array(raw),
    });
    if (answer.status !== 200) throw new Error(`the mail was not taken: ${answer.status}`);
    return String(((await answer.json()) as { caseId: string }).caseId);
  };
  const to = 'service@localhost';
  await take(
    mail({
      from,
      to,
      id: `<${MARK}-1@example.com>`,
      subject: `[${number}] ${MARK}`,
      text: said('mail'),
      files,
    }),
  );
  await take(
    mail({ from, to, subject: MARK, headers: { 'Auto-Submitted': 'auto-replied' }, id: `<${MARK}-2@x>` }),
  );
  return take(
    mail({ from, to, id: `<${MARK}-3@example.com>`, subject: line('mail'), text: said('mail'), files }),
  );
}

async function bySignedMessage(app: TestApp, noted: (answer: Answer) => Answer): Promise<void> {
  const body = JSON.stringify({
    messageId: line('message-id'),
    channel: 'whatsapp',
    from: { phone: PERSON.phone, name: PERSON.name },
    text: said('whatsapp'),
  });
  const timestamp = Math.floor(Date.now() / 1_000);
  const id = `msg_${randomBytes(8).toString('hex')}`;
  const signature = createHmac('sha256', INBOUND_KEY).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
  expectStatus(await app.api(null).post('/inbound/messages', body, headers), 200);
  noted(await app.api(null).post('/inbound/messages', body, { ...headers, 'webhook-signature': 'v1,AAAA' }));
}
