// News as it happens: who hears what, from where, and when a stream ends.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CaseChanges } from '../../src/delivery/live/case-changes.js';
import { Principals } from '../../src/identity/principals.js';
import { StatusLinks } from '../../src/delivery/status-link.js';
import { LiveStreams, STREAMS_PER_READER_MAX } from '../../src/http/live/live-streams.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn, ESCALATION, openCase, RESOLUTION } from './case-client.js';
import { EventReader } from './event-client.js';
import { CANARY, StatusCases } from './status-cases.js';

let app: TestApp;
let cases: StatusCases;
const open: EventReader[] = [];

beforeAll(async () => {
  app = await startTestApp();
  cases = new StatusCases(app);
});
afterAll(() => app?.close());
afterEach(() => {
  for (const reader of open.splice(0)) reader.close();
});

async function stream(path: string, headers: Record<string, string> = {}, on = app): Promise<EventReader> {
  const reader = await EventReader.open(`${on.url}/api/v1${path}`, headers);
  open.push(reader);
  return reader;
}
const as = (who: keyof TestApp['tokens'], on = app) => ({ authorization: `Bearer ${on.tokens[who]}` });
const after = (id: number) => ({ 'last-event-id': String(id) });

describe('the stream of a case for staff', () => {
  it('begins with the present revision and then tells each new one, without delay', async () => {
    const id = await caseIn(app, 'working');
    const news = await stream(`/cases/${id}/events`, as('agent'));
    expect([news.status, news.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    expect([news.headers.get('cache-control'), news.headers.get('x-accel-buffering')]).toEqual([
      'no-store',
      'no',
    ]);
    expect((await news.next())?.data).toMatchObject({
      type: 'case.started',
      seq: 2,
      state: 'frontline.working',
    });
    await cases.command(id, 'agent', 'escalations', ESCALATION);
    expect(await news.next()).toMatchObject({
      id: 3,
      data: {
        type: 'case.escalated',
        seq: 3,
        revision: 3,
        state: 'level1.dispatched',
        level: 1,
        occurredAt: '2026-03-02T09:00:00.000Z',
      },
    });
    await cases.command(id, 'agent', 'notes', { text: 'x' });
    expect((await news.next())?.data.type).toBe('case.noted');
  });

  it('resumes after the event that was seen last, and begins anew after one that never was', async () => {
    const id = await caseIn(app, 'working1');
    const idsAfter = async (seen: string, count: number) => {
      const news = await stream(`/cases/${id}/events`, { ...as('agent'), 'last-event-id': seen });
      const ids: (number | undefined | null)[] = [];
      for (let n = 0; n < count; n += 1) ids.push((await news.next())?.id);
      news.close();
      return ids;
    };
    expect(await idsAfter('1', 3)).toEqual([2, 3, 4]);
    expect(await idsAfter('0', 4)).toEqual([1, 2, 3, 4]);
    for (const strange of ['99', '-1', 'x', '1e9', '']) expect(await idsAfter(strange, 1)).toEqual([4]);
  });

  it('of whoever has seen everything waits for what comes', async () => {
    const id = await caseIn(app, 'working');
    const news = await stream(`/cases/${id}/events`, { ...as('agent'), ...after(2) });
    expect((await news.nextBlock())?.text).toBe('retry: 3000');
    await cases.command(id, 'agent', 'notes', { text: 'x' });
    expect((await news.next())?.id).toBe(3);
  });

  it('is for those who may see the case, and for nobody else', async () => {
    const id = await openCase(app);
    const hidden = await app.api('member:logistics').get(`/cases/${id}/events`);
    expect([hidden.status, hidden.body.code]).toEqual([404, 'not-found']);
    expect((await app.api(null).get(`/cases/${id}/events`)).status).toBe(401);
    expect((await app.api('agent').get('/cases/no-id/events')).status).toBe(404);
  });

  it.each([
    ['has lost the key', null],
    [
      'has gone to a department that never had it',
      { kind: 'member', id: 'x', department: 'finance' } as const,
    ],
  ])('ends when its reader %s, before anything more is told', async (_, present) => {
    const id = await caseIn(app, 'working');
    const news = await stream(`/cases/${id}/events`, as('agent2'));
    await news.next();
    const principals = app.get(Principals);
    const asked = principals.authenticate.bind(principals);
    principals.authenticate = (bearer) =>
      bearer === app.tokens.agent2 ? Promise.resolve(present) : asked(bearer);
    try {
      await cases.command(id, 'agent', 'notes', { text: 'secret' });
      expect(await news.rest()).toEqual([]);
    } finally {
      principals.authenticate = asked;
    }
  });
});

describe('the stream of a case by link', () => {
  it('tells the headline of each piece of news, and nothing of what stays inside', async () => {
    const { id, token } = await cases.opened();
    const news = await stream(`/status/${token}/events`);
    expect([news.status, news.headers.get('content-language')]).toEqual([200, 'en']);
    expect(await news.next()).toMatchObject({
      id: 1,
      data: { headline: 'We have your case', updatedAt: '2026-03-02T09:00:00.000Z' },
    });
    await cases.command(id, 'agent', 'notes', { text: CANARY });
    await cases.command(id, 'agent', 'ownership', {});
    const started = await news.next();
    expect(started?.id).toBe(3);
    expect(Object.keys(started?.data).sort()).toEqual(['headline', 'updatedAt']);
    expect(started?.text).not.toContain(CANARY);
  });

  it('speaks the reader’s language and resumes with what was told since', async () => {
    const { id, token } = await cases.atLogistics();
    await cases.command(id, 'agent', 'notes', { text: 'x' });
    const news = await stream(`/status/${token}/events?lang=zh-CN`, after(2));
    expect([(await news.next())?.id, (await news.next())?.data.headline]).toEqual([3, '正由物流部处理']);
  });

  it('answers as the link does: 404 for none of ours, 410 for one that is over', async () => {
    const { id } = await cases.opened();
    const older = app.get(StatusLinks).sign(id, 7);
    for (const [token, status] of [
      ['nothing', 404],
      [older, 410],
    ] as const) {
      const answer = await app.api(null).get(`/status/${token}/events`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        status,
        'application/problem+json; charset=utf-8',
      ]);
    }
  });

  it('leaves no trace in referrers, caches and frames, like everything by link', async () => {
    const { token } = await cases.opened();
    const { headers } = await stream(`/status/${token}/events`);
    expect([headers.get('referrer-policy'), headers.get('cache-control')]).toEqual([
      'no-referrer',
      'no-store',
    ]);
  });
});

describe('any stream', () => {
  it('answers HEAD with its headers and ends, and leaves nothing open', async () => {
    const { id, token } = await cases.opened();
    const before = app.get(LiveStreams).size;
    for (const [path, headers] of [
      [`/cases/${id}/events`, as('agent')],
      [`/status/${token}/events`, {}],
    ] as const) {
      const answer = await fetch(`${app.url}/api/v1${path}`, { method: 'HEAD', headers });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'text/event-stream; charset=utf-8',
      ]);
    }
    expect(app.get(LiveStreams).size).toBe(before);
  });

  it('is one of a few that one reader may have open, and a closed one makes room', async () => {
    const { token } = await cases.opened();
    const readers: EventReader[] = [];
    for (let n = 0; n < STREAMS_PER_READER_MAX; n += 1) readers.push(await stream(`/status/${token}/events`));
    const refused = await app.api(null).get(`/status/${token}/events`);
    expect([refused.status, refused.body.code]).toEqual([429, 'too-many-requests']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await cases.opened();
    expect((await stream(`/status/${other.token}/events`)).status).toBe(200);
    readers[0]?.close();
    await expectEventually(async () => (await stream(`/status/${token}/events`)).status, 200);
  });

  it('stops watching its case when the reader has gone', async () => {
    const id = await caseIn(app, 'working');
    const changes = app.get(CaseChanges);
    const before = changes.size;
    const news = await stream(`/cases/${id}/events`, as('manager'));
    await news.next();
    expect(changes.size).toBe(before + 1);
    news.close();
    await expectEventually(async () => changes.size, before);
  });

  it('hears of what another node commits', async () => {
    const id = await caseIn(app, 'working');
    const other = await startTestApp({ databaseUrl: app.databaseUrl });
    try {
      const news = await stream(`/cases/${id}/events`, as('agent', other), other);
      expect((await news.next())?.id).toBe(2);
      await cases.command(id, 'agent', 'resolutions', RESOLUTION);
      expect((await news.next())?.data).toMatchObject({ type: 'case.resolved', seq: 3 });
    } finally {
      await other.close();
    }
  });

  it('ends with its node, and does not hold up the end', async () => {
    const id = await caseIn(app, 'working');
    const other = await startTestApp({ databaseUrl: app.databaseUrl, env: { SHUTDOWN_GRACE_MS: '10000' } });
    const news = await stream(`/cases/${id}/events`, as('agent', other), other);
    await news.next();
    const begun = performance.now();
    const [, rest] = await Promise.all([other.close(), news.rest()]);
    expect(rest).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

/** Asks until the answer is the expected one; a connection that closed is noticed a moment later. */
async function expectEventually<T>(ask: () => Promise<T>, expected: T): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await ask()) === expected) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await ask()).toBe(expected);
}
