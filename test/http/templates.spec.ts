// Wordings over HTTP: read, tried, published by administrators, and then in the mail itself.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCALES } from '../../src/domain/policies.js';
import { UPDATE_KEYS } from '../../src/domain/progress-update.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { StatusCases } from './status-cases.js';
import { type MailSink, startMailSink } from '../delivery/mail/smtp-sink.js';

const inAll = (text: string, subject?: string) =>
  Object.fromEntries(
    LOCALES.map((locale) => [locale, { text, ...(subject === undefined ? {} : { subject }) }]),
  );

let app: TestApp;
let cases: StatusCases;
let sink: MailSink;
beforeAll(async () => {
  sink = await startMailSink();
  app = await startTestApp({ env: { SMTP_URL: sink.url, MAIL_FROM: 'Shop <service@shop.example>' } });
  cases = new StatusCases(app);
});
afterAll(async () => {
  await app?.close();
  await sink?.close();
});

describe('wordings of updates', () => {
  it('are listed with the built-in words, whether or not there are others', async () => {
    const { status, body } = await app.api('agent').get('/templates');
    expect(status).toBe(200);
    expect(body.data.map(({ key }: { key: string }) => key)).toEqual([...UPDATE_KEYS]);
    expect(body.data.find(({ key }: { key: string }) => key === 'case.accepted')).toEqual({
      key: 'case.accepted',
      version: null,
      createdAt: null,
      createdBy: null,
      builtIn: {
        en: expect.stringMatching(
          /^Your case has been taken up by \{\{ department }}, and work has started\.\n\n/,
        ),
        'zh-CN': expect.stringContaining('{{ department }}'),
        'zh-TW': expect.stringContaining('{{ department }}'),
      },
    });
    const fields = await app.api('agent').get('/template-fields');
    expect(fields.body.data).toContainEqual({
      name: 'amount',
      about: 'Its amount.',
      example: { en: '€12.50', 'zh-CN': '€12.50', 'zh-TW': '€12.50' },
    });
  });

  it('are published in versions, by administrators, unless somebody else was faster', async () => {
    const path = '/templates/case.opened';
    const first = await app.api('admin').put(path, inAll('Case {{ number }} is here.', 'Got it'));
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      key: 'case.opened',
      version: 1,
      en: { subject: 'Got it' },
      createdBy: 'admin-1',
    });
    expect(first.headers.get('etag')).toBe('"1"');
    const second = await app.api('admin').put(path, inAll('We have {{ number }}.'), { 'if-match': '"1"' });
    expect(second.body.version).toBe(2);
    expect((await app.api('admin').put(path, inAll('Late.'), { 'if-match': '"1"' })).status).toBe(412);
    expect((await app.api('manager').put(path, inAll('x'))).status).toBe(403);
    const read = await app.api('member:sales').get(path);
    expect([read.body.version, read.headers.get('etag')]).toEqual([2, '"2"']);
    const versions = await app.api('admin').get(`${path}/versions`);
    expect(versions.body.data.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    expect((await app.api('admin').get('/templates/case.started/versions')).status).toBe(404);
  });

  it('are refused where one language cannot be filled, and nothing is stored then', async () => {
    const body = { ...inAll('fine'), 'zh-TW': { text: '{{ constructor.constructor }}' } };
    const refused = await app.api('admin').put('/templates/case.merged', body);
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual([
      {
        pointer: '/zh-TW/text',
        code: 'malformed',
        message: expect.stringMatching(/^Cannot be filled: undefined variable/),
      },
    ]);
    expect((await app.api('admin').get('/templates/case.merged')).body.version).toBeNull();
    expect((await app.api('admin').put('/templates/case.invented', inAll('x'))).status).toBe(422);
    expect((await app.api('admin').get('/templates/case.invented')).status).toBe(404);
    for (const odd of ['[]', '"x"', '7', 'null', '{"en":null}', '{"en":{"text":{}}}']) {
      const { status } = await app.api('admin').put('/templates/case.merged', odd);
      expect([odd, status >= 400 && status < 500]).toEqual([odd, true]);
    }
  });

  it('are what the next mail says', async () => {
    await app
      .api('admin')
      .put(
        '/templates/case.escalated',
        inAll('{{ department }} helps.\n\n{{ next }}', 'Help: {{ department }}'),
      );
    const { id } = await cases.opened({ email: 'ada@customer.example', locale: 'en', name: 'Ada' });
    await cases.command(id, 'agent', 'ownership', {});
    await cases.command(id, 'agent', 'escalations', {
      department: 'sales',
      purpose: 'p',
      expectedOutcome: 'e',
    });
    await cases.letDaysPass(1 / 24);
    const mails = sink.received.filter(({ recipients }) => recipients[0] === 'ada@customer.example');
    const all = mails.map(({ mail }) => mail.text).join('\n');
    expect(all).toMatch(/Sales helps\.\n\nNext, Sales takes up your case/);
    const subjects = mails.map(({ mail }) => mail.subject?.replace(/^\[C-[\w-]+] /, ''));
    expect(subjects).toContain('Help: Sales');
    expect(all).not.toContain('CANARY');
  });
});

describe('a preview', () => {
  const preview = (key: string, body: unknown, who: 'admin' | 'agent' = 'admin') =>
    app.api(who).post(`/templates/${key}/preview`, body);

  it('shows a wording side by side in three languages, with examples', async () => {
    const { status, body } = await preview('case.questionAsked', {
      body: inAll('{{ customerName }}: {{ question }}', 'Q'),
    });
    expect([status, body.number]).toEqual([200, null]);
    expect(body.data.map(({ locale }: { locale: string }) => locale)).toEqual([...LOCALES]);
    const [en, zhCN] = body.data;
    expect(en).toMatchObject({ subject: '[C-7K3Q-F9XM] Q', warnings: [] });
    expect(en.text).toContain('Ada Lovelace: Which address?');
    expect(zhCN.text).toContain('王芳: 寄到哪个地址？');
    expect(zhCN.html).toContain('<html lang="zh-CN"');
  });

  it('shows the built-in words where there are no others', async () => {
    const { body } = await preview('case.withdrawn', {});
    expect(body.data[0].subject).toBe('[C-7K3Q-F9XM] Your case has been withdrawn');
  });

  it('shows a real case’s values, and warns of those that are missing', async () => {
    const { id, page } = await cases.opened({ name: 'Grace', locale: 'en' }, 'Blue, not green');
    const wording = inAll('{{ customerName }} {{ subject }} {{ department }}!', '{{ owner }}?');
    const { body } = await preview('case.opened', { caseId: id, body: wording });
    expect(body.number).toMatch(/^C-/);
    expect(body.data[0].text).toContain('Grace Blue, not green !');
    expect(body.data[0].text).toContain(page);
    expect(body.data[0].warnings).toEqual([
      { pointer: '/en/subject', code: 'missing-value', message: 'There is no value for "owner" here.' },
      { pointer: '/en/text', code: 'missing-value', message: 'There is no value for "department" here.' },
    ]);
    const never = await preview('case.held', { caseId: id });
    expect(never.body.data[0].warnings.map(({ code }: { code: string }) => code)).toEqual(['never-told']);
  });

  it('refuses what it cannot show, and whoever is no administrator', async () => {
    const noCase = '01a2011f-9c23-7ebd-b176-93490937ef58';
    expect((await preview('case.opened', { caseId: noCase })).status).toBe(404);
    expect((await preview('case.opened', { caseId: 7 })).status).toBe(422);
    expect((await preview('case.opened', { bodies: {} })).status).toBe(422);
    expect((await preview('case.opened', '[]')).status).toBe(400);
    expect((await preview('case.invented', {})).status).toBe(404);
    expect((await preview('case.opened', {}, 'agent')).status).toBe(403);
    const { status, body } = await preview('case.opened', {
      body: inAll('{% for i in (1..9999999) %}x{% endfor %}'),
    });
    expect([status, body.errors[0].pointer]).toEqual([422, '/body/en/text']);
  });
});
