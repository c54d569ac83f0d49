// Working calendars over HTTP: reading, publishing, importing dates, and what a new version means for cases.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { openCase, OPEN_CASE } from './case-client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const week = (open: string, close: string) => ({
  mon: [[open, close]],
  tue: [[open, close]],
  wed: [[open, close]],
  thu: [[open, close]],
  fri: [[open, close]],
});
const shop = { timeZone: 'Europe/Berlin', weekly: week('09:00', '17:00'), overrides: [] };

const ics = (...dates: string[]) =>
  [
    'BEGIN:VCALENDAR',
    ...dates.flatMap((date, n) => [
      'BEGIN:VEVENT',
      `UID:${n}`,
      `DTSTART;VALUE=DATE:${date.replaceAll('-', '')}`,
      `SUMMARY:Holiday ${n}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

describe('calendars', () => {
  it('are listed, read and paged through by version', async () => {
    const list = await app.api('agent').get('/calendars');
    expect(list.body.data.map(({ key }: { key: string }) => key)).toEqual(
      expect.arrayContaining(['24x7', 'cn', 'default', 'hk', 'tw']),
    );
    for (const close of ['15:00', '16:00', '17:00']) {
      await app.api('admin').put('/calendars/paged', { ...shop, weekly: week('09:00', close) });
    }
    const read = await app.api('member:sales').get('/calendars/paged');
    expect(read.body).toMatchObject({ key: 'paged', version: 3, ...shop, createdBy: expect.any(String) });
    expect(read.headers.get('etag')).toBe('"3"');
    const first = await app.api('agent').get('/calendars/paged/versions?limit=2');
    expect(first.body.data.map(({ version }: { version: number }) => version)).toEqual([3, 2]);
    const { nextCursor } = first.body.meta;
    const second = await app.api('agent').get(`/calendars/paged/versions?limit=2&cursor=${nextCursor}`);
    expect(second.body).toMatchObject({
      data: [{ version: 1, weekly: week('09:00', '15:00') }],
      meta: { hasMore: false, nextCursor: null },
    });
    expect((await app.api('agent').get('/calendars/paged/versions?cursor=x')).body.code).toBe(
      'invalid-cursor',
    );
    expect((await app.api('agent').get('/calendars/mars/versions')).status).toBe(404);
    expect((await app.api('agent').get('/calendars/mars')).status).toBe(404);
  });

  it('make no version of what they say already', async () => {
    const once = await app.api('admin').put('/calendars/same', shop);
    const { overrides: _, ...rest } = shop;
    const twice = await app.api('admin').put('/calendars/same', { ...rest, breaks: [] });
    expect([once.body.version, twice.status, twice.body.version]).toEqual([1, 200, 1]);
  });

  it('are published by administrators alone', async () => {
    for (const who of ['agent', 'member:sales', 'lead:sales', 'manager', 'service'] as const) {
      expect((await app.api(who).put('/calendars/shop', shop)).status).toBe(403);
      expect((await app.api(who).post('/calendars/cn/ics-import', { ics: ics() })).status).toBe(403);
    }
  });

  it('are refused with a pointer to each fault', async () => {
    const answer = await app.api('admin').put('/calendars/shop', { ...shop, weekly: {}, breaks: 'none' });
    expect([answer.status, answer.body.code, answer.body.errors]).toEqual([
      422,
      'invalid-fields',
      [{ pointer: '/breaks', code: 'bad-shape', message: 'Must be a list.' }],
    ]);
    const closed = await app.api('admin').put('/calendars/shop', { ...shop, weekly: {} });
    expect([closed.status, closed.body.errors[0].code]).toEqual([422, 'no-open-second']);
    expect((await app.api('admin').put('/calendars/24x7', shop)).status).toBe(422);
    expect((await app.api('admin').put('/calendars/Shop', shop)).body.errors[0].pointer).toBe('/key');
  });

  it('are not overwritten by a change to an older version', async () => {
    const admin = app.api('admin');
    await admin.put('/calendars/raced', shop);
    const mine = await admin.put(
      '/calendars/raced',
      { ...shop, timeZone: 'Europe/Rome' },
      { 'if-match': '"1"' },
    );
    expect(mine.status).toBe(200);
    const theirs = await admin.put(
      '/calendars/raced',
      { ...shop, timeZone: 'Europe/Paris' },
      { 'if-match': '"1"' },
    );
    expect([theirs.status, theirs.body.code]).toEqual([412, 'revision-stale']);
    expect((await admin.get('/calendars/raced')).body).toMatchObject({ version: 2, timeZone: 'Europe/Rome' });
  });

  it('cannot leave a promise behind that nobody could keep account of', async () => {
    const admin = app.api('admin');
    await admin.put('/calendars/fair', shop);
    await admin.put('/sla-policies/fair', {
      calendar: 'fair',
      targets: { P3: { resolution: { businessSeconds: 28_800 } } },
      match: { category: 'fair' },
    });
    const once = { ...shop, weekly: {}, overrides: [{ date: '2026-03-05', windows: [['09:00', '17:00']] }] };
    const answer = await admin.put('/calendars/fair', once);
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [
        {
          pointer: '',
          code: 'inconsistent',
          message: 'Not open long enough for resolution of P3 in SLA policy "fair".',
        },
      ],
    ]);
  });
});

describe('the seeded calendar of China', () => {
  it('counts Saturday, 10 October 2026, as a working day, and rests on the 1st', async () => {
    const measure = (date: string) =>
      app.api('agent').post('/calendars/preview', {
        calendar: { key: 'cn' },
        start: `${date}T00:00:00+08:00`,
        end: `${date}T23:59:59+08:00`,
      });
    expect((await measure('2026-10-10')).body.businessSeconds).toBe(9 * 3600);
    expect((await measure('2026-10-01')).body.businessSeconds).toBe(0);
  });
});

describe('an imported iCalendar file', () => {
  it('is previewed without a change, then closes its dates in a new version', async () => {
    const admin = app.api('admin');
    await admin.put('/calendars/import', {
      ...shop,
      overrides: [{ date: '2026-12-24', windows: [['09:00', '12:00']] }],
    });
    const body = { ics: ics('2026-12-25', '2026-12-24', '2026-12-26'), validUntil: '2026-12-31' };
    const dry = await admin.post('/calendars/import/ics-import', { ...body, dryRun: true });
    const told = {
      added: [
        { date: '2026-12-25', name: 'Holiday 0' },
        { date: '2026-12-26', name: 'Holiday 2' },
      ],
      leftOut: [{ date: '2026-12-24', name: 'Holiday 1', reason: 'has-hours' }],
    };
    expect([dry.status, dry.body]).toMatchObject([200, { ...told, dryRun: true, calendar: { version: 1 } }]);
    expect((await admin.get('/calendars/import')).body.version).toBe(1);
    const done = await admin.post('/calendars/import/ics-import', body);
    expect(done.body).toMatchObject({
      ...told,
      dryRun: false,
      calendar: { version: 2, validUntil: '2026-12-31' },
    });
    expect((await admin.get('/calendars/import')).body.overrides).toEqual([
      { date: '2026-12-24', windows: [['09:00', '12:00']] },
      { date: '2026-12-25', windows: [] },
      { date: '2026-12-26', windows: [] },
    ]);
    const again = await admin.post('/calendars/import/ics-import', body);
    expect(again.body).toMatchObject({ added: [], calendar: { version: 2 } });
  });

  it('loses no dates to another one that is imported at once', async () => {
    const admin = app.api('admin');
    await admin.put('/calendars/twice', shop);
    const dates = ['2026-12-23', '2026-12-24', '2026-12-25'];
    const answers = await Promise.all(
      dates.map((date) => admin.post('/calendars/twice/ics-import', { ics: ics(date) })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { overrides } = (await admin.get('/calendars/twice')).body;
    expect(overrides.map(({ date }: { date: string }) => date)).toEqual(dates);
  });

  it.each([
    ['no file', {}, '/ics required'],
    ['a web page', { ics: '<html></html>' }, '/ics malformed'],
    [
      'a date of validity that is none',
      { ics: ics('2026-12-25'), validUntil: 'soon' },
      '/validUntil bad-date',
    ],
    ['an unknown field', { ics: ics('2026-12-25'), replace: true }, '/replace unknown-field'],
  ])('is refused when it is %s', async (_what, body, fault) => {
    const answer = await app.api('admin').post('/calendars/default/ics-import', { ...body, dryRun: true });
    const [error] = answer.body.errors;
    expect([answer.status, `${error.pointer} ${error.code}`]).toEqual([422, fault]);
  });

  it('needs a calendar that exists, in the version that was seen', async () => {
    const body = { ics: ics('2026-12-25'), dryRun: true };
    expect((await app.api('admin').post('/calendars/mars/ics-import', body)).status).toBe(404);
    const stale = await app.api('admin').post('/calendars/default/ics-import', body, { 'if-match': '"9"' });
    expect(stale.status).toBe(412);
  });
});

describe('a new version of a calendar', () => {
  it('counts for cases that are opened afterwards, and for none that runs', async () => {
    const clockOf = async (id: string) => {
      const { body } = await app.api('agent').get(`/cases/${id}`);
      const { calendarVersion, dueAt } = body.clocks.find(
        (clock: { metric: string }) => clock.metric === 'resolution',
      );
      return { calendarVersion, dueAt };
    };
    const body = { ...OPEN_CASE, receivedAt: '2026-03-02T09:00:00Z' };
    const before = await openCase(app, 'agent', body);
    // P3: 24 business hours, nine a day from Monday 09:00 on.
    expect(await clockOf(before)).toEqual({ calendarVersion: 1, dueAt: '2026-03-04T15:00:00.000Z' });
    await app.api('admin').put('/calendars/default', { timeZone: 'UTC', weekly: week('09:00', '15:00') });
    const after = await openCase(app, 'agent', body);
    expect(await clockOf(after)).toEqual({ calendarVersion: 2, dueAt: '2026-03-05T15:00:00.000Z' });
    // A pause and its end compute the due time anew, in the version that the clock began with.
    await app.api('agent').post(`/cases/${before}/ownership`, {});
    expect((await app.api('agent').post(`/cases/${before}/questions`, { question: 'Which?' })).status).toBe(
      201,
    );
    await app.moveClockTo('2026-03-02T16:00:00Z');
    expect((await app.api('service').post(`/cases/${before}/replies`, { text: 'That.' })).status).toBe(201);
    expect(await clockOf(before)).toEqual({ calendarVersion: 1, dueAt: '2026-03-05T13:00:00.000Z' });
  });
});
