/** What a run's database must hold: a true history passes, and one lie planted by a superuser is named. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import pg from 'pg';
import { checkDatabase } from '../../scripts/chaos/check-history.js';
import type { SunkHook } from '../../scripts/chaos/webhook-sink.js';
import { writeHistory } from '../audit/history.js';
import { CASE_IDS } from '../audit/lives.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';

const { travelled, waiting } = CASE_IDS;

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await startTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await writeHistory(client);
});

// Whatever a test plants, constraints dropped for it included, is gone with its transaction.
beforeEach(() => client.query('BEGIN'));
afterEach(() => client.query('ROLLBACK'));

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** As the product makes it; written down again, because the checker must not trust the product. */
const mailOf = (seq: number, caseId: string = travelled) => {
  const digest = createHash('sha256').update(`${caseId}.${seq}.email`).digest('hex').slice(0, 40);
  return { messageId: `<${digest}@localhost>`, to: 'someone@example.com', subject: 'About your case' };
};

/** Everybody has been told by mail, once. */
const TOLD = `
DELETE FROM notification_attempts;
DELETE FROM notifications WHERE channel <> 'page';
INSERT INTO notifications (case_id, seq, channel, key, params, dedupe_key, created_at, status, finished_at, attempts)
SELECT case_id, seq, 'email', key, params, case_id || '.' || seq || '.email', created_at, 'delivered', created_at, 1
FROM notifications WHERE channel = 'page';
INSERT INTO notification_attempts (case_id, seq, channel, n, started_at, ended_at, result)
SELECT case_id, seq, 'email', 1, created_at, created_at, 'delivered' FROM notifications WHERE channel = 'email'`;

const ENDPOINT = '01a20000-0000-7000-8000-000000000001';

/** An endpoint that hears of everything, set up before anything happened, and has heard it. */
const HEARD = `
INSERT INTO endpoints (id, name, kind, url, events, active, secret, created_at, updated_at)
VALUES ('${ENDPOINT}', 'Witness', 'webhook', 'http://127.0.0.1/cases', '{}', true, 'whsec_x', 'epoch', 'epoch');
INSERT INTO endpoint_deliveries (case_id, seq, endpoint_id, type, status, attempts, created_at, finished_at)
SELECT case_id, seq, '${ENDPOINT}', type, 'delivered', 1, recorded_at, recorded_at FROM journal;
INSERT INTO endpoint_attempts (case_id, seq, endpoint_id, n, started_at, ended_at, result, code)
SELECT case_id, seq, endpoint_id, 1, created_at, created_at, 'delivered', '204' FROM endpoint_deliveries`;

/** As the product makes the id, written down again. */
const hookOf = (seq: number, caseId: string = travelled, changes: Partial<SunkHook> = {}): SunkHook => {
  const digest = createHash('sha256').update(`${caseId}.${seq}.${ENDPOINT}`).digest('base64url');
  return { id: `msg_${digest.slice(0, 32)}`, caseId, seq, signed: true, ...changes };
};

async function brokenHooks(
  sql: string,
  change: (hooks: SunkHook[]) => readonly SunkHook[],
): Promise<string[]> {
  await client.query(TOLD);
  await client.query(HEARD);
  await client.query(sql);
  const { rows } = await client.query('SELECT case_id, seq FROM journal ORDER BY case_id, seq');
  const all = (rows as { case_id: string; seq: number }[]).map(({ case_id, seq }) => hookOf(seq, case_id));
  const verdicts = await checkDatabase({
    client,
    mails: null,
    hooks: change(all),
    faults: [],
    restedAt: new Date(0),
  });
  return verdicts.filter(({ violations }) => violations > 0).map(({ promise }) => promise);
}

async function broken(sql: string, mails: readonly number[] = [], restedAt = new Date(0)): Promise<string[]> {
  await client.query(TOLD);
  await client.query(sql);
  const sunk = mails.map((seq) => mailOf(seq));
  const verdicts = await checkDatabase({ client, mails: sunk, faults: [], restedAt });
  return verdicts.filter(({ violations }) => violations > 0).map(({ promise }) => promise);
}

/** [the lie, the SQL that plants it, mails in order of arrival, the promise that must break] */
const LIES: [string, string, number[], string][] = [
  ['a mail of nothing', '', [999], 'no mail comes that was never to be sent'],
  ['a mail that came twice', '', [1, 1], 'a mail comes again only after an attempt that may have arrived'],
  [
    'a mail of an attempt that certainly failed',
    `UPDATE notification_attempts SET result = 'notArrived' WHERE case_id = '${travelled}' AND seq = 1`,
    [1],
    'a mail comes again only after an attempt that may have arrived',
  ],
  [
    'an entry without a mail',
    `DELETE FROM notification_attempts; DELETE FROM notifications WHERE case_id = '${travelled}' AND seq = 1 AND channel = 'email'`,
    [3],
    'every entry that the customer may know of has a mail of its own, or a reason why not',
  ],
  [
    'an entry that is silent without a reason',
    `ALTER TABLE journal DROP CONSTRAINT journal_silence_has_a_reason;
     UPDATE journal SET customer_visible = false WHERE case_id = '${travelled}' AND seq = 1;
     DELETE FROM notification_attempts; DELETE FROM notifications WHERE case_id = '${travelled}' AND seq = 1`,
    [],
    'an entry of which the customer hears nothing says why',
  ],
  ['a mail before the one that it follows', '', [3, 1], 'mails of one case come in the order of its history'],
  [
    'a deadline that fired early',
    `UPDATE journal SET recorded_at = recorded_at - interval '1 hour' WHERE data ? 'dueAt' AND actor_kind = 'system' AND case_id = '${CASE_IDS.sealed}'`,
    [],
    'no deadline fires before it is due',
  ],
  [
    'a deadline that fired late',
    `UPDATE journal SET recorded_at = recorded_at + interval '1 hour' WHERE data ? 'dueAt' AND actor_kind = 'system' AND case_id = '${CASE_IDS.sealed}'`,
    [],
    'no deadline fires later than the longest outage explains',
  ],
  [
    'a deadline that fired twice',
    `INSERT INTO journal SELECT (jsonb_populate_record(j, jsonb_build_object('seq', j.seq + 100, 'command_key', NULL))).* FROM journal j
     WHERE data ? 'dueAt' AND actor_kind = 'system' AND case_id = '${CASE_IDS.sealed}' ORDER BY seq LIMIT 1`,
    [],
    'no deadline fires twice',
  ],
  [
    'a case whose last entry is of another version',
    `UPDATE cases SET machine_version = machine_version + 1 WHERE id = '${waiting}'`,
    [],
    'every case is of one machine version that its last entry knows',
  ],
  [
    'a breach that nobody found',
    `UPDATE clocks SET breached_at = due_at, detected_at = NULL, outcome = 'breached' WHERE (case_id, metric, cycle, attempt) =
      (SELECT case_id, metric, cycle, attempt FROM clocks WHERE due_at IS NOT NULL ORDER BY 1, 2, 3, 4 LIMIT 1)`,
    [],
    'a breach is stamped with its due time, is found after it, and never on a clock that stopped in time',
  ],
];

describe('what a run leaves in the database', () => {
  it('passes when it is a true history, and every mail came once and in order', async () => {
    expect(
      await broken(
        '',
        [1, 2, 3].filter((seq) => seq !== 2),
      ),
    ).toEqual([]);
  });

  it.each(['attempt', 'percent'])(
    'passes when two that fired at one instant differ in their %s',
    async (what) => {
      const other = `INSERT INTO journal SELECT (jsonb_populate_record(j, jsonb_build_object('seq', j.seq + 100, 'command_key', NULL,
        'data', j.data || '{"${what}": 99}'))).* FROM journal j
      WHERE data ? 'dueAt' AND actor_kind = 'system' AND case_id = '${CASE_IDS.sealed}' ORDER BY seq LIMIT 1`;
      expect(await broken(other)).toEqual([]);
    },
  );

  it.each(LIES)('shows %s', async (_lie, sql, mails, promise) => {
    expect(await broken(sql, mails)).toEqual([promise]);
  });

  it('shows deadlines and messages that were left when everything had come to rest', async () => {
    const pending = `UPDATE notifications SET status = 'pending', finished_at = NULL, next_attempt_at = created_at WHERE channel = 'email'`;
    const later = new Date('2100-01-01T00:00:00Z');
    expect(await broken(pending, [], later)).toEqual([
      'no deadline stands that is past',
      'no message waits that is past its time',
    ]);
  });
});

describe('what a receiver of webhooks heard', () => {
  const same = (hooks: SunkHook[]): SunkHook[] => hooks;

  it('passes when everything came once, signed and in order', async () => {
    expect(await brokenHooks('', same)).toEqual([]);
  });

  it('passes when one came again whose first attempt was interrupted', async () => {
    const interrupted = `UPDATE endpoint_attempts SET ended_at = NULL, result = NULL, code = NULL WHERE case_id = '${travelled}' AND seq = 1;
      INSERT INTO endpoint_attempts (case_id, seq, endpoint_id, n, started_at, ended_at, result, code)
      VALUES ('${travelled}', 1, '${ENDPOINT}', 2, now(), now(), 'delivered', '204')`;
    expect(await brokenHooks(interrupted, (hooks) => [hookOf(1), ...hooks])).toEqual([]);
  });

  it.each<[string, string, (hooks: SunkHook[]) => readonly SunkHook[], string]>([
    [
      'one of nothing',
      '',
      (hooks) => [...hooks, hookOf(999)],
      'no webhook comes that was never to be sent, nor under another id',
    ],
    [
      'one under the id of another',
      '',
      (hooks) => [...hooks, hookOf(999, travelled, { id: hookOf(1).id })],
      'no webhook comes that was never to be sent, nor under another id',
    ],
    [
      'one without a signature',
      '',
      (hooks) => hooks.map((hook, n) => (n === 3 ? { ...hook, signed: false } : hook)),
      'every webhook is signed',
    ],
    [
      'one that came twice',
      '',
      ([first, ...hooks]) => (first ? [first, first, ...hooks] : hooks),
      'a webhook comes again only after an attempt that may have arrived',
    ],
    [
      'one that was refused and came',
      `UPDATE endpoint_attempts SET result = 'failed', code = '503' WHERE case_id = '${travelled}' AND seq = 1`,
      same,
      'a webhook comes again only after an attempt that may have arrived',
    ],
    ['one that never came', '', (hooks) => hooks.slice(1), 'a webhook that counts as delivered has come'],
    [
      'an entry that was to be told nobody',
      `DELETE FROM endpoint_attempts WHERE case_id = '${travelled}' AND seq = 2;
       DELETE FROM endpoint_deliveries WHERE case_id = '${travelled}' AND seq = 2`,
      (hooks) => hooks.filter(({ id }) => id !== hookOf(2).id),
      'every entry is to be told to every endpoint that asks for its type',
    ],
    [
      'an order that is not that of the history',
      '',
      (hooks) => hooks.toReversed(),
      'webhooks of one case come in the order of its history',
    ],
  ])('shows %s', async (_lie, sql, change, promise) => {
    const found = await brokenHooks(sql, change);
    expect(found).toContain(promise);
  });

  it('shows one that waits though everything has come to rest', async () => {
    await client.query(TOLD);
    await client.query(HEARD);
    await client.query(
      `UPDATE endpoint_deliveries SET status = 'pending', finished_at = NULL, next_attempt_at = created_at WHERE seq = 1`,
    );
    const verdicts = await checkDatabase({ client, mails: null, faults: [], restedAt: new Date() });
    expect(
      verdicts.find(({ promise }) => promise === 'no webhook waits that is past its time')?.violations,
    ).toBe(Object.keys(CASE_IDS).length);
  });
});
