// What managers see of messages across cases: those that were given up, sending them again, and the report that must be
// empty. Rows are put as the queue leaves them; how it gets there is told in test/delivery/outbound.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn } from './case-client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

/** As the owner of the schema: the application may not delete. */
async function asOwner(text: string, values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query(text, values);
  await client.end();
}

const sql = (text: string, values: unknown[] = []) => app.dataSource.query(text, values);

/** A message of a new case on a channel that this installation does not have, so that nobody sends it meanwhile. */
async function aMessage(status: 'failed' | 'pending' | 'suppressed' | 'delivered', n = 0): Promise<string> {
  const caseId = await caseIn(app, 'received');
  const due = status === 'pending';
  await sql(
    `INSERT INTO notifications (case_id, seq, channel, key, params, status, reason, dedupe_key, created_at,
       next_attempt_at, finished_at, attempts)
     SELECT $1, 1, 'email', 'case.opened', '{}', $2, 'x', 'k', now_at, CASE WHEN $3 THEN now_at END,
       CASE WHEN NOT $3 THEN now_at + $4 * interval '1 second' END, 2 FROM manual_clock`,
    [caseId, status, due, n],
  );
  await sql(
    `INSERT INTO notification_attempts (case_id, seq, channel, n, started_at, ended_at, result, code, detail)
     SELECT $1, 1, 'email', 2, now_at, now_at, 'refused', '554', 'mailbox full' FROM manual_clock`,
    [caseId],
  );
  return caseId;
}

const idOf = (caseId: string): string => `${caseId}.1.email`;

describe('deliveries', () => {
  it('lists what was given up, newest first, with what the other side said, in pages', async () => {
    const ids = [];
    for (let n = 1; n <= 3; n += 1) ids.push(idOf(await aMessage('failed', n)));
    await aMessage('delivered');
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { status, body } = await app.api('manager').get(`/deliveries?limit=2${cursor}`);
      expect(status).toBe(200);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      expect(body.data[0]).toMatchObject({
        status: 'failed',
        attempts: 2,
        lastCode: '554',
        lastDetail: 'mailbox full',
      });
      if (!body.meta.hasMore) break;
      cursor = `&cursor=${body.meta.nextCursor}`;
    }
    expect(seen).toEqual(ids.reverse());
  });

  it('lists what waits', async () => {
    const caseId = await aMessage('pending');
    const { body } = await app.api('admin').get('/deliveries?status=pending');
    expect(body.data).toMatchObject([{ id: idOf(caseId), status: 'pending', finishedAt: null }]);
  });

  it.each(['agent', 'member:sales', 'service'] as const)('is closed to the role %s', async (role) => {
    expect((await app.api(role).get('/deliveries')).status).toBe(403);
    expect((await app.api(role).get('/reports/silent-transitions')).status).toBe(403);
  });

  it.each(['status=delivered', 'status=', 'offset=1', 'limit=0', 'cursor=x'])('refuses %s', async (query) => {
    expect((await app.api('manager').get(`/deliveries?${query}`)).status).toBe(400);
  });
});

describe('sending again', () => {
  it.each(['failed', 'suppressed'] as const)(
    'puts what has %s in line, with all its tries before it',
    async (status) => {
      const caseId = await aMessage(status);
      const { status: code, body } = await app.api('manager').post(`/deliveries/${idOf(caseId)}/resend`);
      expect(code).toBe(202);
      expect(body).toMatchObject({ id: idOf(caseId), status: 'pending', reason: null, attempts: 2 });
      expect(
        await sql('SELECT waived, in_doubt FROM notifications WHERE case_id = $1 AND channel = $2', [
          caseId,
          'email',
        ]),
      ).toEqual([{ waived: 2, in_doubt: false }]);
    },
  );

  it('is refused for what is under way or has arrived', async () => {
    for (const status of ['pending', 'delivered'] as const) {
      const answer = await app.api('manager').post(`/deliveries/${idOf(await aMessage(status))}/resend`);
      expect([answer.status, answer.body.code]).toEqual([409, 'delivery-not-given-up']);
    }
  });

  it('is allowed three times an hour', async () => {
    const caseId = await aMessage('failed');
    const again = async () => {
      await sql(
        `UPDATE notifications SET status = 'failed', reason = 'x', next_attempt_at = NULL, finished_at = created_at
         WHERE case_id = $1 AND channel = 'email'`,
        [caseId],
      );
      return (await app.api('manager').post(`/deliveries/${idOf(caseId)}/resend`)).status;
    };
    expect([await again(), await again(), await again(), await again()]).toEqual([202, 202, 202, 429]);
    await sql(`UPDATE manual_clock SET now_at = now_at + interval '61 minutes'`);
    expect(await again()).toBe(202);
  });

  it.each(['x', `${'0'.repeat(8)}.1.email`, '01a2011f-9c23-7ebd-b176-93490937ef58.1.email', '..'])(
    'finds no message %s',
    async (id) => {
      expect((await app.api('manager').post(`/deliveries/${id}/resend`)).status).toBe(404);
    },
  );
});

describe('the report of silent transitions', () => {
  const report = async (query = '') =>
    (await app.api('manager').get(`/reports/silent-transitions${query}`)).body;

  it('is empty, whatever became of the messages beside the page', async () => {
    await aMessage('failed');
    await sql(`UPDATE manual_clock SET now_at = now_at + interval '2 hours'`);
    expect(await report('?period=month')).toEqual({
      count: 0,
      data: [],
      meta: { hasMore: false, nextCursor: null },
    });
  });

  it('names each step that nobody was told of, once it is old enough', async () => {
    const [missing, failed, late] = [
      await caseIn(app, 'received'),
      await aMessage('failed'),
      await aMessage('pending'),
    ];
    const covered = await aMessage('failed');
    await asOwner(`DELETE FROM notifications WHERE case_id = $1`, [missing]);
    await asOwner(`DELETE FROM notifications WHERE case_id = ANY($1) AND channel = 'page'`, [
      [failed, late, covered],
    ]);
    await sql(
      `INSERT INTO notifications (case_id, seq, channel, key, params, status, covered_by, dedupe_key, created_at, finished_at)
       SELECT $1::uuid, 1, 'sms', 'k', '{}'::jsonb, 'covered', 2::integer, 'k', now_at, now_at FROM manual_clock UNION ALL
       SELECT $1::uuid, 2, 'sms', 'k', '{}'::jsonb, 'delivered', NULL, 'k', now_at, now_at FROM manual_clock`,
      [covered],
    );
    expect((await report()).count).toBe(0);
    await sql(`UPDATE manual_clock SET now_at = now_at + interval '61 minutes'`);
    const { count, data } = await report();
    expect(count).toBe(3);
    expect(data.map(({ caseId }: { caseId: string }) => caseId)).toEqual([missing, failed, late]);
    expect(data[0]).toMatchObject({ seq: 1, type: 'case.opened', number: expect.any(String) });
    const first = await report('?limit=1');
    expect((await report(`?limit=1&cursor=${first.meta.nextCursor}`)).data).toMatchObject([
      { caseId: failed },
    ]);
    await sql(`UPDATE manual_clock SET now_at = now_at + interval '25 hours'`);
    expect([(await report()).count, (await report('?period=week')).count]).toEqual([0, 3]);
  });
});

describe('the ledger', () => {
  it('tells tries and the id of the message', async () => {
    const caseId = await aMessage('delivered');
    await sql(`UPDATE notifications SET message_id = '<1@x>' WHERE case_id = $1 AND channel = 'email'`, [
      caseId,
    ]);
    const { data } = (await app.api('manager').get(`/cases/${caseId}/ledger`)).body;
    expect(data[0].covered).toMatchObject([
      { channel: 'email', status: 'delivered', attempts: 2, messageId: '<1@x>', message: 'case.opened' },
      { channel: 'page', status: 'delivered', attempts: 0 },
    ]);
  });
});

describe('the delivery policy', () => {
  it('is published like any other, and an absent field keeps its default', async () => {
    const put = await app.api('admin').put('/delivery-policies/default', { coalesceSeconds: { P4: 60 } });
    expect(put.status).toBe(200);
    expect(put.body).toMatchObject({
      coalesceSeconds: { P2: 30, P3: 30, P4: 60 },
      messagesPerAddressAndDay: 30,
      accountLocales: {},
      defaultLocale: 'en',
      silentAfterSeconds: 3_600,
    });
  });

  it.each([
    [{ coalesceSeconds: { P1: 5 } }, '/coalesceSeconds/P1'],
    [{ coalesceSeconds: { P2: 61 } }, '/coalesceSeconds/P2'],
    [{ messagesPerAddressAndDay: 0 }, '/messagesPerAddressAndDay'],
    [{ accountLocales: { Acme: 'fr' } }, '/accountLocales/Acme'],
    [{ defaultLocale: 'de' }, '/defaultLocale'],
    [{ silentAfterSeconds: '1h' }, '/silentAfterSeconds'],
    [{ quietHours: true }, '/quietHours'],
  ])('is refused with %j', async (body, pointer) => {
    const answer = await app.api('admin').put('/delivery-policies/default', body);
    expect([answer.status, answer.body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([
      422,
      [pointer],
    ]);
  });
});
