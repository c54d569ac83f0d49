// How often one link may be used, and what whoever uses it too often is told (reliability.md S8).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REQUESTS_MAX, SlidingLinkLimiter, WINDOW_MS } from '../../src/http/status/link-limiter.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { StatusCases, submit } from './status-cases.js';

describe('a link', () => {
  let app: TestApp;
  let cases: StatusCases;
  beforeAll(async () => {
    app = await startTestApp();
    cases = new StatusCases(app);
  });
  afterAll(() => app?.close());

  it('is refused from the 31st request of a minute on, by page, form and API, and says when to come back', async () => {
    const nobody = app.api(null);
    const { id, token, page } = await cases.opened({ locale: 'zh-TW' });
    const other = await cases.opened();
    const statuses = new Set<number>();
    for (let n = 0; n < REQUESTS_MAX; n += 1) {
      const path = n % 2 === 0 ? page : `/status/${token}`;
      statuses.add((await nobody.get(path)).status);
    }
    expect([...statuses]).toEqual([200]);

    const byApi = await nobody.get(`/status/${token}`);
    expect([byApi.status, byApi.body.code]).toEqual([429, 'too-many-requests']);
    const shown = await nobody.get(page, { 'accept-language': 'zh-TW' });
    expect(shown.status).toBe(429);
    expect(shown.body).toContain('操作太頻繁了，請稍後再試。');
    for (const { headers } of [byApi, shown]) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    }
    expect((await submit(app, `${page}/withdrawal`, {})).status).toBe(429);
    expect((await nobody.post(`/status/${token}/replies`, { text: 'x' })).status).toBe(429);
    expect((await nobody.get(`/status/${token}/events`)).status).toBe(429);
    expect(await cases.eventsOf(id)).toEqual(['case.opened']);

    expect((await nobody.get(other.page)).status).toBe(200);
    expect((await nobody.get('/s/nothing')).status).toBe(404);
  });
});

describe('the window', () => {
  let now = 0;
  const limiter = () => new SlidingLinkLimiter(() => now);
  const use = (of: SlidingLinkLimiter, times: number, link = 'a') =>
    Array.from({ length: times }, () => of.secondsToWait(link));

  it('slides: each request makes room again exactly a minute after it', () => {
    const links = limiter();
    now = 1_000;
    use(links, 10);
    now = 31_000;
    expect(use(links, 21)).toEqual([...Array.from({ length: 20 }, () => 0), 30]);
    now = 1_000 + WINDOW_MS - 1;
    expect(use(links, 1)).toEqual([1]);
    now = 1_000 + WINDOW_MS;
    expect(use(links, 11)).toEqual([...Array.from({ length: 10 }, () => 0), 30]);
  });

  it('is not made longer by requests that were refused', () => {
    const links = limiter();
    now = 0;
    use(links, REQUESTS_MAX + 1_000);
    now = WINDOW_MS;
    expect(use(links, 1)).toEqual([0]);
  });

  it('is each link’s own', () => {
    const links = limiter();
    use(links, REQUESTS_MAX, 'a');
    expect([use(links, 1, 'a')[0], use(links, 1, 'b')[0]]).toEqual([60, 0]);
  });

  it('is kept for a bounded number of links, those that were used last', () => {
    const links = new SlidingLinkLimiter(() => now, 2);
    for (const link of ['a', 'b', 'a', 'c']) use(links, REQUESTS_MAX, link);
    expect(['a', 'b'].map((link) => use(links, 1, link)[0])).toEqual([60, 0]);
  });
});
