// Odd and yet in order (reliability.md N3, N4, I17, S13, S14, S19): what a person may write is stored in NFC and given back
// without losing a sign, counted in code points, shown without disturbing its surroundings, and never taken for code,
// for markup or for a header of a mail.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMailSink, type MailSink } from '../delivery/mail/smtp-sink.js';
import { caseIn, expectStatus, OPEN_CASE, openCase } from '../http/case-client.js';
import { COMMANDS } from '../http/command-table.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { fieldsOf } from './body-fields.js';
import { INJECTIONS, LEGAL_TEXTS, TEMPLATES } from './hostile-values.js';
import { operationsOf, type Operation } from './operations-of-document.js';

let app: TestApp;
let sink: MailSink;
let operations: Operation[];
beforeAll(async () => {
  sink = await startMailSink();
  app = await startTestApp({ env: { SMTP_URL: sink.url } });
  operations = operationsOf((await app.api(null).get('/openapi.json')).body);
});
afterAll(async () => {
  await app?.close();
  await sink?.close();
});

const ODD_TEXTS = [...LEGAL_TEXTS, ...TEMPLATES, ...INJECTIONS.filter((text) => /[\p{L}\p{N}]/u.test(text))];
/** Shorter ones are keys, names of people and the like, of which only some exist. */
const FREE_TEXT_MIN = 200;

/** Who takes on a case that nobody had needs no reason, and one that is given says nothing. */
const UNSAID: readonly string[] = ['ownership'];

/** Every text in an answer, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

async function bodyOf(path: string, body: object): Promise<object> {
  return path === 'merges' ? { ...body, primaryCaseId: await openCase(app) } : body;
}

let turn = 0;
const nextText = () => ODD_TEXTS[turn++ % ODD_TEXTS.length] as string;

describe('what a person may write', () => {
  const written = COMMANDS.filter(({ method, path }) => method !== 'DELETE' && !UNSAID.includes(path));

  it.each(written.map((command) => [command.path, command] as const))(
    'stands in the journal as it was written: %s',
    async (path, command) => {
      const operation = operations.find(
        ({ name }) => name === `${command.method ?? 'POST'} /api/v1/cases/{id}/${path}`,
      );
      const free = fieldsOf(operation?.body ?? {}).filter(
        ({ kind, schema, pointer }) =>
          kind === 'text' && (schema.maxLength ?? 0) >= FREE_TEXT_MIN && /^\/\w+$/.test(pointer),
      );
      const texts = Object.fromEntries(free.map(({ pointer }) => [pointer.slice(1), nextText()]));
      // The first of them as long as it may be, in the longest characters that there are.
      const [first] = free;
      if (first) texts[first.pointer.slice(1)] = '😀'.repeat(first.schema.maxLength ?? 0);
      const id = await caseIn(app, command.from);
      const address = `/cases/${id}/${path.replaceAll(/\{\w\}/g, '1')}`;
      const body = { ...(await bodyOf(path, command.body)), ...texts };
      const client = app.api(command.who);
      const answer = await (command.method === 'PUT'
        ? client.put(address, body)
        : client.post(address, body));
      expectStatus(answer, command.method === 'PUT' ? 200 : 201);
      const journal = await app.api('admin').get(`/cases/${id}/journal?limit=100`);
      const known = new Set([...textsIn(journal.body), ...textsIn(answer.body)]);
      const wanted = Object.values(texts).map((text) => text.normalize('NFC'));
      expect(wanted.filter((text) => !known.has(text)).map((text) => text.slice(0, 50))).toEqual([]);
    },
  );

  it('is given back by everything that is opened, entered or published with it', async () => {
    for (const text of ODD_TEXTS) {
      const customer = { externalId: `c-${turn++}`, name: text };
      const opened = expectStatus(
        await app.api('agent').post('/cases', { ...OPEN_CASE, subject: text, description: text, customer }),
        201,
      );
      const read = await app.api('agent').get(`/cases/${opened.body.id}`);
      const view = await app.api('agent').get(`/customers/${opened.body.customer.id}`);
      const nfc = text.normalize('NFC');
      expect([opened.body.subject, read.body.subject, read.body.description]).toEqual([nfc, nfc, nfc]);
      expect(textsIn(view.body)).toContain(nfc);
      const staff = { name: text, role: 'agent' };
      expect(expectStatus(await app.api('admin').put('/staff/agent-9', staff), 200).body.name).toBe(nfc);
      const names = { en: text, 'zh-CN': text, 'zh-TW': text };
      if ([...nfc].length > 80) continue;
      const department = await app
        .api('admin')
        .put('/departments/odd', { publicName: names, answersFor: text });
      expect(expectStatus(department, 200).body.publicName.en).toBe(nfc.trim());
    }
  });

  it('is counted in code points, and not cut in the middle of one', async () => {
    const subject = '𠮷'.repeat(200);
    const answers = await Promise.all(
      [subject, `${subject}𠮷`].map((each) =>
        app.api('agent').post('/cases', { ...OPEN_CASE, subject: each }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 422]);
    expect((answers[0] as Answer).body.subject).toBe(subject);
  });

  it('is shown to the customer with eight marks on a letter at most, and without turning its surroundings', async () => {
    const subject = `Z${'\u0335'.repeat(100)} \u202eexe.jpg \u2066x`;
    const { body } = await app.api('agent').post('/cases', { ...OPEN_CASE, subject });
    expect(body.subject).toBe(subject);
    const page = await app.api(null).get(new URL(body.statusUrl).pathname);
    expect(page.body).toContain(`Z${'\u0335'.repeat(8)} `);
    expect(page.body).not.toMatch(/\u0335{9}|[\u202a-\u202e\u2066-\u2069]/);
  });
});

describe('a mail', () => {
  it('has one recipient, no header of the sender’s making, and every odd text as the letters that were written', async () => {
    const names = [
      ...TEMPLATES,
      '=?utf-8?Q?Hi=0D=0ABcc:_eve@evil.example?=',
      'Ada, eve@evil.example',
      'Eve <eve@evil.example>',
      '"Ada" \\',
      'Ünï ©ödé',
      'x'.repeat(200),
    ];
    sink.received.length = 0;
    for (const [n, name] of names.entries()) {
      const customer = { externalId: `mail-${n}`, name, email: `ada-${n}@example.com`, locale: 'en' };
      const { body } = expectStatus(
        await app.api('agent').post('/cases', { ...OPEN_CASE, subject: name, customer }),
        201,
      );
      expectStatus(await app.api('agent').post(`/cases/${body.id}/ownership`, {}), 201);
      const text = `${name}\nBcc: eve@evil.example\n\n.\nQUIT`;
      expectStatus(await app.api('agent').post(`/cases/${body.id}/messages`, { text }), 201);
    }
    await app.moveClockTo('2026-03-02T12:00:00Z');
    expect(sink.received.length).toBeGreaterThanOrEqual(names.length);
    for (const { recipients, raw, mail } of sink.received) {
      const [, n = ''] = /^ada-(\d+)@example\.com$/.exec(recipients[0] ?? '') ?? [];
      const name = names[Number(n)] as string;
      const [head = ''] = raw.split('\r\n\r\n', 1);
      expect([recipients.length, mail.to?.map(({ address }) => address)]).toEqual([
        1,
        [`ada-${n}@example.com`],
      ]);
      expect(head).not.toMatch(/^(bcc|cc|x-evil)\b/im);
      expect(mail.html ?? '').not.toMatch(/<(script|img src=x|svg onload)/i);
      expect(`${mail.text}${mail.subject}`).not.toMatch(/\b49\b(?!\.)|\[object|undefined/);
      if (mail.text?.includes('QUIT')) expect(mail.text.replaceAll(/\s+/g, ' ')).toContain(name.slice(0, 40));
    }
    expect(sink.received.some(({ mail }) => mail.text?.includes('{{constructor.constructor'))).toBe(true);
  });
});
