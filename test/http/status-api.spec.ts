import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formatsPlugin from 'ajv-formats';
import { StatusLinks } from '../../src/delivery/status-link.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { CANARY, StatusCases } from './status-cases.js';

let app: TestApp;
let nobody: ReturnType<TestApp['api']>;
let cases: StatusCases;

beforeAll(async () => {
  app = await startTestApp();
  nobody = app.api(null);
  cases = new StatusCases(app);
});
afterAll(() => app.close());

describe('the case by link', () => {
  it('is readable without a token: plain words, who has it, what comes next, what has happened', async () => {
    const { id, token } = await cases.atLogistics();
    const { status, body, headers } = await nobody.get(`/status/${token}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      subject: 'Parcel has not arrived',
      stage: 'working',
      headline: 'With Logistics',
      whoHasIt: 'Logistics',
      whatWeNeed: null,
      ended: false,
      allowed: ['reply', 'attention', 'withdrawal'],
      locale: 'en',
      timeZone: 'UTC',
    });
    expect(body.timeline.map((entry: { seq: number }) => entry.seq)).toEqual([1, 2, 3, 4]);
    expect(headers.get('etag')).toBe('"4"');
    expect(JSON.stringify(body)).not.toContain(CANARY);
    expect(JSON.stringify(body)).not.toContain(id);
  });

  it('is fit for no cache, no referrer, no search engine and no script', async () => {
    const { token } = await cases.opened();
    const lost = token.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
    for (const path of [
      `/status/${token}`,
      `/status/${lost}`,
      `/s/${token}`,
      `/s/${lost}`,
      `/s/${token}/x`,
    ]) {
      const { headers } = await nobody.get(path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-robots-tag')).toContain('noindex');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'(?!.*(unsafe|\*|https?:))/);
    }
  });

  it('speaks the language that is asked for, else the customer’s, else the browser’s', async () => {
    const chinese = await cases.opened({ locale: 'zh-HK', timeZone: 'Asia/Hong_Kong' });
    const german = await cases.opened();
    const headline = async (token: string, query = '', accepted = '') =>
      (await nobody.get(`/status/${token}${query}`, { 'accept-language': accepted })).body.headline;
    expect(await headline(chinese.token, '', 'en')).toBe('我們已收到您的案件');
    expect(await headline(chinese.token, '?lang=zh-CN')).toBe('已收到您的问题');
    expect(await headline(german.token, '', 'zh-SG, en;q=0.5')).toBe('已收到您的问题');
    expect(await headline(german.token, '', 'de')).toBe('We have your case');
    const { headers, body } = await nobody.get(`/status/${chinese.token}`);
    expect(headers.get('content-language')).toBe('zh-TW');
    expect(body.timeZone).toBe('Asia/Hong_Kong');
  });

  it('looks as the OpenAPI document says, in every state that has something to answer', async () => {
    const { body: document } = await nobody.get('/openapi.json');
    const ajv = new Ajv({ strict: false, allErrors: true });
    (formatsPlugin as unknown as { default?: (ajv: Ajv) => void } & ((ajv: Ajv) => void)).call(null, ajv);
    ajv.addSchema(document, 'doc');
    const validate = ajv.compile({ $ref: 'doc#/components/schemas/StatusDto', unevaluatedProperties: false });
    for (const found of [await cases.opened(), await cases.resolved(), await cases.closed()]) {
      const { body } = await nobody.get(`/status/${found.token}`);
      expect([validate(body), validate.errors]).toEqual([true, null]);
      expect(Object.keys(body).sort()).toEqual(
        Object.keys(document.components.schemas.StatusDto.properties).sort(),
      );
    }
  });
});

describe('what the customer does by link', () => {
  it('answers an open question: the work goes on, and the answer shows it as a later look does', async () => {
    const { id, token } = await cases.atLogistics();
    await cases.command(id, 'member:logistics', 'questions', { question: 'Which address?' });
    const asked = await nobody.get(`/status/${token}`);
    expect(asked.body).toMatchObject({ stage: 'yourTurn', whatWeNeed: { question: 'Which address?' } });
    const answered = await nobody.post(`/status/${token}/replies`, { text: '1 Main Street' });
    expect(answered.status).toBe(201);
    expect(answered.body).toMatchObject({ stage: 'working', whatWeNeed: null });
    expect(answered.body.timeline.at(-1).text).toBe('We have received your message.');
    expect((await nobody.get(`/status/${token}`)).body).toEqual(answered.body);
    expect(answered.headers.get('etag')).toBe('"6"');
  });

  it('asks again, and the answer shows it as a later look does', async () => {
    const { token } = await cases.atLogistics();
    await nobody.post(`/status/${token}/replies`, { text: 'Any news?' });
    const chased = await nobody.post(`/status/${token}/replies`, { text: 'Hello?' });
    expect(chased.body.timeline.at(-1).text).toContain('exactly where your case stands');
    expect((await nobody.get(`/status/${token}`)).body).toEqual(chased.body);
  });

  it('confirms, rejects and reopens, each as the case allows', async () => {
    const { id, token } = await cases.resolved();
    const rejected = await nobody.post(`/status/${token}/rejection`, { reason: 'It did not arrive.' });
    expect([rejected.status, rejected.body.stage]).toEqual([201, 'working']);
    await cases.command(id, 'agent', 'resolutions', { solution: 'It is there now.', rootCause: 'x' });
    const confirmed = await nobody.post(`/status/${token}/confirmation`, { comment: CANARY });
    expect([confirmed.status, confirmed.body.stage, confirmed.body.ended]).toEqual([201, 'closed', true]);
    const reopened = await nobody.post(`/status/${token}/reopening`, { reason: 'It broke.' });
    expect([reopened.status, reopened.body.stage, reopened.body.ended]).toEqual([201, 'working', false]);
    expect((await nobody.get(`/status/${token}`)).body).toEqual(reopened.body);
    expect((await cases.eventsOf(id)).slice(-4)).toEqual([
      'case.rejected',
      'case.resolved',
      'case.confirmed',
      'case.reopened',
    ]);
  });

  it('withdraws, and asks for a manager, with a reason or without one', async () => {
    const { id, token } = await cases.opened();
    expect((await nobody.post(`/status/${token}/attention`, {})).status).toBe(201);
    const withdrawn = await nobody.post(`/status/${token}/withdrawal`, { reason: 'Found it.' });
    expect([withdrawn.status, withdrawn.body.stage, withdrawn.body.allowed]).toEqual([201, 'withdrawn', []]);
    expect((await cases.eventsOf(id)).slice(-2)).toEqual(['case.attentionRaised', 'case.withdrawn']);
  });

  it('is recorded as done by the customer and nobody else', async () => {
    const { id, token } = await cases.opened();
    await nobody.post(
      `/status/${token}/replies`,
      { text: 'hello' },
      { authorization: `Bearer ${app.tokens.admin}` },
    );
    const { body } = await app.api('admin').get(`/cases/${id}/journal`);
    expect(body.data.at(-1).actor).toMatchObject({ kind: 'customer' });
  });

  it('has one effect and one answer under one key, and another key has another', async () => {
    const { id, token } = await cases.opened();
    const key = { 'idempotency-key': 'one' };
    const send = (text: string) => nobody.post(`/status/${token}/replies`, { text }, key);
    const [first, second] = [await send('hello'), await send('hello')];
    expect(second.body).toEqual(first.body);
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect((await send('other')).body.code).toBe('idempotency-key-reused');
    const other = await cases.opened();
    expect((await nobody.post(`/status/${other.token}/replies`, { text: 'hello' }, key)).status).toBe(201);
    expect((await cases.eventsOf(id)).filter((type) => type === 'case.replied')).toHaveLength(1);
  });

  it('leaves no link in the database', async () => {
    const { token } = await cases.closed();
    await nobody.post(`/status/${token}/confirmation`, {}, { 'idempotency-key': 'kept' });
    const rows = await app.dataSource.query(
      `SELECT 1 FROM commands WHERE body LIKE $1 OR headers::text LIKE $1 OR idempotency_key LIKE $1`,
      [`%${token}%`],
    );
    expect(rows).toEqual([]);
  });

  it.each([
    ['confirmation', {}],
    ['rejection', { reason: 'no' }],
    ['reopening', { reason: 'no' }],
  ])('is refused in the customer’s own language when the case allows no %s', async (path, body) => {
    const { token } = await cases.opened({ locale: 'zh-CN' });
    const key = { 'idempotency-key': `refused-${path}` };
    const refused = await nobody.post(`/status/${token}/${path}`, body, key);
    expect(refused.status).toBe(409);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body).toMatchObject({
      code: 'not-allowed-in-state',
      title: '您的服务单已有新的进展，目前无法进行此操作。以下是最新情况。',
      stage: 'received',
      allowedActions: ['reply', 'attention', 'withdrawal'],
    });
    expect(JSON.stringify(refused.body)).not.toMatch(/frontline|level|machine|"state"/);
    expect((await nobody.post(`/status/${token}/${path}`, body, key)).body).toEqual(refused.body);
  });

  it('asks for a manager once per cycle, and says so the second time', async () => {
    const { id, token } = await cases.opened();
    await nobody.post(`/status/${token}/attention`, { reason: 'too slow' });
    const second = await nobody.post(`/status/${token}/attention`, { reason: 'still too slow' });
    expect([second.status, second.body.detail]).toEqual([409, 'A manager is already looking at your case.']);
    expect((await nobody.get(`/status/${token}`)).body.allowed).not.toContain('attention');
    expect((await cases.eventsOf(id)).filter((type) => type === 'case.attentionRaised')).toHaveLength(1);
  });

  it.each([
    ['replies', 'without a text', {}],
    ['replies', 'with an empty text', { text: '' }],
    ['replies', 'with nothing to see', { text: ' \u200b\u2800 ' }],
    ['replies', 'with a field of the house', { text: 'x', level: 2 }],
    ['replies', 'with a list for a text', { text: ['x'] }],
    ['rejection', 'without a reason', {}],
    ['reopening', 'with null for a reason', { reason: null }],
    ['withdrawal', 'with more than a note', { reason: 'x'.repeat(2_001) }],
  ])('is checked before it counts: %s %s', async (path, _, body) => {
    const { id, token } = await cases.opened();
    const answer = await nobody.post(`/status/${token}/${path}`, body);
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid-fields']);
    expect(await cases.eventsOf(id)).toEqual(['case.opened']);
  });
});

describe('a link', () => {
  it('that is none answers 404, whatever it looks like, and says nothing more', async () => {
    const { id, token } = await cases.opened();
    const foreign = new StatusLinks('another-secret-of-thirty-two-bytes-and-more').sign(id, 0);
    const strange = [
      foreign,
      token.slice(1),
      `${token}A`,
      id,
      '%00',
      '..%2f..',
      '%F0%9F%98%80',
      'x'.repeat(500),
    ];
    for (const path of strange) {
      for (const answer of [
        await nobody.get(`/status/${path}`),
        await nobody.post(`/status/${path}/withdrawal`, {}),
      ]) {
        expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
      }
    }
    expect(await cases.eventsOf(id)).toEqual(['case.opened']);
  });

  it('of a case that never was answers as one that is none', async () => {
    const links = app.get(StatusLinks);
    const answer = await nobody.get(`/status/${links.sign('018f3c1e-5b2a-7c4d-9e6f-1a2b3c4d5e6f', 1)}`);
    expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
  });

  it('that was replaced by a newer one answers 410', async () => {
    const { id, token } = await cases.opened();
    const links = app.get(StatusLinks);
    const claim = links.verify(token);
    const older = links.sign(id, (claim?.generation ?? 0) + 1);
    const answer = await nobody.get(`/status/${older}`);
    expect([answer.status, answer.body.code]).toEqual([410, 'link-expired']);
    expect((await nobody.post(`/status/${older}/withdrawal`, {})).status).toBe(410);
  });

  it('opens its own case and none other, and no other door of the API', async () => {
    const { token } = await cases.opened();
    const asToken = { authorization: `Bearer ${token}` };
    for (const path of ['/cases', '/tasks', '/departments']) {
      expect((await nobody.get(path, asToken)).status).toBe(401);
    }
  });

  it('changes nothing when it is only looked at, by GET or by HEAD, as mail scanners do', async () => {
    const { id, token } = await cases.resolved();
    const before = await cases.eventsOf(id);
    for (const root of [`/api/v1/status/${token}`, `/s/${token}`]) {
      for (const path of [
        '',
        '/replies',
        '/confirmation',
        '/rejection',
        '/rating',
        '/rating?score=5',
        '/reopening',
        '/withdrawal',
        '/attention',
      ]) {
        for (const method of ['GET', 'HEAD', 'GET', 'HEAD']) {
          const { status } = await fetch(`${app.url}${root}${path}`, { method, redirect: 'manual' });
          expect([200, 303, 405]).toContain(status);
        }
      }
    }
    expect(await cases.eventsOf(id)).toEqual(before);
  });
});
