// What a customer says of a closed case by link: once for each closing, and never by looking at a page.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { hiddenFieldsOf, StatusCases, submit } from './status-cases.js';

let app: TestApp;
let nobody: ReturnType<TestApp['api']>;
let cases: StatusCases;

beforeAll(async () => {
  app = await startTestApp();
  nobody = app.api(null);
  cases = new StatusCases(app);
});
afterAll(() => app?.close());

const ratingsOf = async (id: string) =>
  (await cases.eventsOf(id)).filter((type) => type === 'case.rated').length;

describe('a rating by API', () => {
  it('is recorded as the customer’s, shown back, and cannot be given twice', async () => {
    const { id, token } = await cases.closed();
    const before = await nobody.get(`/status/${token}`);
    expect([before.body.canRate, before.body.rating]).toEqual([true, null]);
    const rated = await nobody.post(`/status/${token}/rating`, { score: 4, comment: 'Quick.', recommend: 0 });
    expect(rated.status).toBe(201);
    expect(rated.body).toMatchObject({
      canRate: false,
      rating: { score: 4, comment: 'Quick.', recommend: 0, at: '2026-03-02T09:00:00.000Z' },
      stage: 'closed',
    });
    expect(rated.body.allowed).not.toContain('rating');
    expect((await nobody.get(`/status/${token}`)).body).toEqual(rated.body);
    const { body } = await app.api('admin').get(`/cases/${id}/journal`);
    expect(body.data.at(-1)).toMatchObject({
      type: 'case.rated',
      actor: { kind: 'customer' },
      customerVisible: false,
      data: { score: 4, comment: 'Quick.', recommend: 0 },
    });
    const second = await nobody.post(`/status/${token}/rating`, { score: 1 });
    expect([second.status, second.body.detail]).toEqual([
      409,
      'You have rated this case already. Thank you.',
    ]);
    expect(await ratingsOf(id)).toBe(1);
  });

  it('needs no more than a score, and has one effect under one key', async () => {
    const { id, token } = await cases.closed();
    const key = { 'idempotency-key': 'rate' };
    const [first, again] = [
      await nobody.post(`/status/${token}/rating`, { score: 1 }, key),
      await nobody.post(`/status/${token}/rating`, { score: 1 }, key),
    ];
    expect(first.body.rating).toMatchObject({ score: 1, comment: null, recommend: null });
    expect([again.body, again.headers.get('idempotent-replayed')]).toEqual([first.body, 'true']);
    expect(await ratingsOf(id)).toBe(1);
  });

  it('is asked anew when the case was reopened and closed again', async () => {
    const { id, token } = await cases.closed();
    await nobody.post(`/status/${token}/rating`, { score: 2 });
    await nobody.post(`/status/${token}/reopening`, { reason: 'It broke.' });
    expect((await nobody.get(`/status/${token}`)).body).toMatchObject({ canRate: false, rating: null });
    await cases.command(id, 'agent', 'resolutions', { solution: 'Exchanged.', rootCause: 'x' });
    await nobody.post(`/status/${token}/confirmation`, {});
    expect((await nobody.get(`/status/${token}`)).body).toMatchObject({ canRate: true, rating: null });
    expect((await nobody.post(`/status/${token}/rating`, { score: 5 })).status).toBe(201);
    expect(await ratingsOf(id)).toBe(2);
  });

  it('is refused in the customer’s words while there is nothing to rate', async () => {
    const { id, token } = await cases.resolved();
    const refused = await nobody.post(`/status/${token}/rating`, { score: 5 });
    expect([refused.status, refused.body.code]).toEqual([409, 'not-allowed-in-state']);
    expect(refused.body.detail).toMatch(/^Your case has moved on/);
    expect(await ratingsOf(id)).toBe(0);
  });

  it.each([
    ['no score', {}],
    ['a score of 0', { score: 0 }],
    ['a score of 6', { score: 6 }],
    ['half a score', { score: 3.5 }],
    ['a score in words', { score: '5' }],
    ['a recommendation beyond 10', { score: 5, recommend: 11 }],
    ['a recommendation below 0', { score: 5, recommend: -1 }],
    ['a letter for a comment', { score: 5, comment: 'x'.repeat(2_001) }],
    ['a cycle of its own', { score: 5, cycle: 3 }],
  ])('with %s is none', async (_, body) => {
    const { id, token } = await cases.closed();
    const answer = await nobody.post(`/status/${token}/rating`, body);
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid-fields']);
    expect(await ratingsOf(id)).toBe(0);
  });
});

describe('the rating link of a mail', () => {
  it('shows the page with the score marked, however often a scanner follows it, and records nothing', async () => {
    const { id, page } = await cases.closed();
    const before = await cases.eventsOf(id);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const { status } = await fetch(`${app.url}${page}/rating?score=4`, { method });
      expect(status).toBe(200);
    }
    const { body } = await nobody.get(`${page}/rating?score=4`);
    expect(body.match(/<input type="radio" name="score" value="\d" required checked/g)).toEqual([
      '<input type="radio" name="score" value="4" required checked',
    ]);
    expect(body.indexOf('id="rate"')).toBeLessThan(body.indexOf('id="headline"'));
    expect(await cases.eventsOf(id)).toEqual(before);
  });

  it.each(['', '?score=6', '?score=', '?score=%F0%9F%98%80', '?score=4&score=5', '?score=<b>'])(
    'asks without a mark when it says no score that there is: %j',
    async (query) => {
      const { page } = await cases.closed();
      const { status, body } = await nobody.get(`${page}/rating${query}`);
      expect(status).toBe(200);
      expect(body).toContain('id="rate"');
      expect(body).not.toContain(' checked');
    },
  );

  it('leads to how the case stands when there is nothing to rate, and to the rating that was given', async () => {
    const { page } = await cases.opened();
    const early = await nobody.get(`${page}/rating?score=5`);
    expect([early.status, early.body.includes('id="rate"')]).toEqual([200, false]);
    const closed = await cases.closed();
    await nobody.post(`/status/${closed.token}/rating`, { score: 5 });
    const late = await nobody.get(`${closed.page}/rating?score=1`);
    expect(late.body).toContain('5 of 5 – Very satisfied');
    expect(late.body).not.toContain('name="score"');
  });
});

describe('the rating form', () => {
  it.each([
    ['en', 'Thank you for your rating.', '2 of 5 – Dissatisfied'],
    ['zh-CN', '感谢您的评价', '2 分（满分 5 分）：不满意'],
    ['zh-TW', '謝謝您的評分', '2 分（滿分 5 分）：不滿意'],
  ])('of %s leads to the page that says thank you and shows what was said', async (lang, thanks, given) => {
    const { id, page } = await cases.closed();
    const { body } = await nobody.get(`${page}?lang=${lang}`);
    const fields = hiddenFieldsOf(body, 'rating');
    const sent = await submit(app, `${page}/rating`, {
      ...fields,
      score: '2',
      comment: 'Slow',
      recommend: '3',
    });
    expect([sent.status, sent.headers.get('location')]).toEqual([303, `${page}?done=rating&lang=${lang}`]);
    const after = await nobody.get(sent.headers.get('location') as string);
    expect(after.body).toContain(thanks);
    expect(after.body).toContain(given);
    const journal = (await app.api('admin').get(`/cases/${id}/journal`)).body.data;
    expect(journal.find(({ type }: { type: string }) => type === 'case.rated').data).toMatchObject({
      score: 2,
      comment: 'Slow',
      recommend: 3,
    });
  });

  it('has one effect however often it is sent, and a friendly answer when something else is sent later', async () => {
    const { id, page } = await cases.closed();
    const fields = hiddenFieldsOf((await nobody.get(page)).body, 'rating');
    for (const attempt of [1, 2]) {
      const sent = await submit(app, `${page}/rating`, { ...fields, score: '5', comment: '' });
      expect([attempt, sent.status]).toEqual([attempt, 303]);
    }
    const other = await submit(app, `${page}/rating`, { ...fields, score: '1', comment: '' });
    expect(other.status).toBe(409);
    expect(other.body).toContain('You have rated this case already. Thank you.');
    expect(await ratingsOf(id)).toBe(1);
  });

  it('without an answer comes back with the comment, the other choice, and what is missing', async () => {
    const { id, page } = await cases.closed();
    const { status, body } = await submit(app, `${page}/rating`, { comment: 'My <words>', recommend: '9' });
    expect(status).toBe(422);
    expect(body).toContain('Please choose one of the five answers first.');
    expect(body).toMatch(/<fieldset aria-describedby="score-wrong">/);
    expect(body).toContain('My &lt;words&gt;</textarea');
    expect(body).toMatch(/name="recommend"\s+value="9"\s+checked/);
    expect(await ratingsOf(id)).toBe(0);
  });

  it('with a comment that is too long keeps the score', async () => {
    const { page } = await cases.closed();
    const { status, body } = await submit(app, `${page}/rating`, { score: '3', comment: 'x'.repeat(1_501) });
    expect(status).toBe(422);
    expect(body).toMatch(/name="score" value="3" required checked/);
    expect(body).toMatch(/id="rating-text-wrong">That is too long/);
  });

  it.each<Record<string, string>>([
    { score: '6' },
    { score: 'x' },
    { score: '5', recommend: '11' },
    { score: '5', recommend: 'a' },
  ])('that no page of ours can send is not guessed at: %j', async (fields) => {
    const { id, page } = await cases.closed();
    expect((await submit(app, `${page}/rating`, fields)).status).toBe(400);
    expect(await ratingsOf(id)).toBe(0);
  });
});
