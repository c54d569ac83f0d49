// A node that is stopped in the middle of something (SIGSTOP: a paused machine, a long collection of garbage), is taken
// for dead, and comes back: what it still writes loses to what was done meanwhile (reliability.md A6).
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { TokenName } from '../../src/app/demo/demo-directory.js';
import { buildProduct, discardProduct, type NodeProcess } from '../app/node-process.js';
import { type MailSink, startMailSink } from '../delivery/mail/smtp-sink.js';
import { caseIn, ESCALATION, OPEN_CASE, openCase, RESOLUTION } from '../http/case-client.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { clientOf, type Client } from '../support/client.js';
import { startMisbehavingNode } from './misbehaving-node.js';

let heir: TestApp;
let mails: MailSink;
let victim: NodeProcess;
let owner: pg.Client;
beforeAll(async () => {
  buildProduct();
  mails = await startMailSink();
  heir = await startTestApp({ env: { ROLE: 'api', SMTP_URL: mails.url } });
  owner = new pg.Client({ connectionString: heir.databaseUrl });
  await owner.connect();
});
afterEach(() => victim?.kill('SIGKILL'));
afterAll(async () => {
  discardProduct();
  await owner?.end();
  await heir?.close();
  await mails?.close();
});

/** @param point at whose first passage it stops itself */
async function startVictim(point?: string): Promise<(who: TokenName) => Client> {
  const faultAt = point === undefined ? '' : `${point}:1:SIGSTOP`;
  const env = { DATABASE_URL: heir.databaseUrl, SMTP_URL: mails.url, CLOCK: 'manual' };
  victim = startMisbehavingNode({ faultAt }, env);
  const url = await victim.serving;
  return (who) => clientOf(url, heir.tokens[who] ?? '');
}

const journalOf = (caseId: string): Promise<{ type: string; command_key: string | null }[]> =>
  heir.dataSource.query('SELECT type, command_key FROM journal WHERE case_id = $1 ORDER BY seq', [caseId]);

describe('a node that comes back after it was stopped', () => {
  it.each([
    ['is told that its revision is gone', { 'if-match': '"2"' }, 412],
    ['decides anew on what it finds', {}, 409],
  ])('in the middle of a command %s', async (_what, headers, status) => {
    const id = await caseIn(heir, 'working');
    const as = await startVictim('before-commit');
    const [late, meanwhile] = [randomUUID(), randomUUID()];
    const asked = as('agent').post(`/cases/${id}/escalations`, ESCALATION, {
      'idempotency-key': late,
      ...headers,
    });
    await victim.logs('"fault"');
    const other = await heir
      .api('agent')
      .post(`/cases/${id}/resolutions`, RESOLUTION, { 'idempotency-key': meanwhile });
    expect(other.status).toBe(201);
    victim.kill('SIGCONT');
    expect((await asked).status).toBe(status);
    const keys = (await journalOf(id)).map((entry) => entry.command_key);
    expect([keys.filter((key) => key === meanwhile), keys.includes(late)]).toEqual([[meanwhile], false]);
  });

  it('with due cases in its hands has lost them to the others, and each has acted once', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => caseIn(heir, 'waiting')));
    const as = await startVictim();
    // Its batch waits in the middle for this lock, and then for the node itself.
    await owner.query(`CREATE FUNCTION halt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.actor_kind = 'system' THEN PERFORM pg_advisory_xact_lock(1); END IF; RETURN NEW; END $$;
      CREATE TRIGGER halt BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION halt();
      SELECT pg_advisory_lock(1)`);
    const moved = as('admin').put('/clock', { now: '2026-03-12T09:00:00Z' });
    await owner.query(`DO $$ BEGIN LOOP
      EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted);
      PERFORM pg_sleep(0.01); END LOOP; END $$`);
    victim.kill('SIGSTOP');
    await owner.query('SELECT pg_advisory_unlock(1)');
    // The server ends a session that sits in its transaction; until then the others say that they cannot.
    let answer = await heir.moveClockTo('2026-03-12T09:00:00Z');
    while (answer.status === 503) answer = await heir.moveClockTo('2026-03-12T09:00:00Z');
    expect(answer.status).toBe(200);
    victim.kill('SIGCONT');
    expect((await moved).status).toBe(503);
    for (const id of ids) {
      const ended = (await journalOf(id)).filter(({ type }) => type === 'case.waitExpired');
      expect(ended).toHaveLength(1);
    }
    // And is a node like any other again.
    const [first] = ids;
    expect((await as('agent').post(`/cases/${first}/notes`, { text: 'Back again' })).status).toBe(201);
  });

  it('with a mail sent and not noted finds that another has sent it again, and changes nothing', async () => {
    const customer = { externalId: 'crm-9', name: 'Mary Shelley', email: 'mary@customers.example' };
    const id = await openCase(heir, 'agent', { ...OPEN_CASE, customer });
    const { body: clock } = await heir.api('admin').get('/clock');
    const at = (minutes: number) => new Date(Date.parse(clock.now) + minutes * 60_000).toISOString();
    const as = await startVictim('after-send');
    const moved = as('admin').put('/clock', { now: at(2) });
    await victim.logs('"fault"');
    expect(mails.received).toHaveLength(1);
    expect((await heir.moveClockTo(at(10))).status).toBe(200);
    victim.kill('SIGCONT');
    await moved;
    const ids = mails.received.map(({ mail }) => mail.messageId);
    expect(ids).toEqual([ids[0], ids[0]]);
    const { body: ledger } = await heir.api('manager').get(`/cases/${id}/ledger`);
    expect(ledger.data[0].covered).toContainEqual(
      expect.objectContaining({ channel: 'email', status: 'delivered', attempts: 2 }),
    );
  });
});
