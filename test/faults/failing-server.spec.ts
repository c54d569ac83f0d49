// A PostgreSQL that is up and does not serve: full, read-only, crowded, slow, held by somebody else (reliability.md B6,
// B7, B10, B12, B13, B15). Over HTTP each is a 503 with Retry-After that heals without a restart, and costs nothing.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { caseIn, ESCALATION, openCase } from '../http/case-client.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';

/** Roles belong to the whole server. */
const TENANT = `tenant_${process.pid}`;

let database: TestDatabase;
let owner: pg.Client;
let app: TestApp;
beforeAll(async () => {
  database = await startTestDatabase({ migrated: false });
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  // A superuser's sessions know no limit, so the node gets a user of its own.
  const url = new URL(database.url);
  await owner.query(`CREATE ROLE ${TENANT} LOGIN PASSWORD 'tenant';
    ALTER DATABASE ${url.pathname.slice(1)} OWNER TO ${TENANT}`);
  [url.username, url.password] = [TENANT, 'tenant'];
  app = await startTestApp({ databaseUrl: url.href });
});
afterAll(async () => {
  await app?.close();
  await owner?.query(`REASSIGN OWNED BY ${TENANT} TO CURRENT_USER; DROP ROLE ${TENANT}`);
  await owner?.end();
  await database?.drop();
});

const END_ALL = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '${TENANT}'`;

/** Every write into the journal, or its commit, ends with this. */
const refusing = (sqlState: string, deferred = ''): string => `
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'secret words of the server' USING ERRCODE = '${sqlState}'; END $$;
  CREATE ${deferred ? 'CONSTRAINT' : ''} TRIGGER refuse ${deferred ? 'AFTER' : 'BEFORE'} INSERT ON journal
    ${deferred} FOR EACH ROW EXECUTE FUNCTION refuse();
  CREATE ${deferred ? 'CONSTRAINT' : ''} TRIGGER refuse ${deferred ? 'AFTER' : 'BEFORE'} INSERT ON commands
    ${deferred} FOR EACH ROW EXECUTE FUNCTION refuse()`;
const AT_COMMIT = 'DEFERRABLE INITIALLY DEFERRED';
const REFUSE_NO_MORE = 'DROP FUNCTION refuse CASCADE';

interface Trouble {
  readonly what: string;
  readonly inject: readonly string[];
  readonly heal: string;
  readonly reads: 200 | 503;
}
const refusal = (what: string, sqlState: string, deferred?: string): Trouble => ({
  what,
  inject: [refusing(sqlState, deferred)],
  heal: REFUSE_NO_MORE,
  reads: 200,
});
const TROUBLES: readonly Trouble[] = [
  refusal('has no room on its disk', '53100'),
  refusal('notices at the commit that its disk is full', '53100', AT_COMMIT),
  refusal('has no memory left', '53200'),
  refusal('cannot read its own files', '58030'),
  refusal('finds a conflict each time', '40001'),
  refusal('finds a conflict at each commit', '40001', AT_COMMIT),
  refusal('finds a deadlock each time', '40P01'),
  {
    what: 'takes no writes',
    inject: [`ALTER ROLE ${TENANT} SET default_transaction_read_only = on`, END_ALL],
    heal: `ALTER ROLE ${TENANT} RESET default_transaction_read_only`,
    reads: 200,
  },
  {
    what: 'has no connection left',
    inject: [`ALTER ROLE ${TENANT} CONNECTION LIMIT 0`, END_ALL],
    heal: `ALTER ROLE ${TENANT} CONNECTION LIMIT -1`,
    reads: 503,
  },
  {
    what: 'lets the node in no more',
    inject: [`ALTER ROLE ${TENANT} NOLOGIN`, END_ALL],
    heal: `ALTER ROLE ${TENANT} LOGIN`,
    reads: 503,
  },
];

/**
 * Sessions of the trouble's time may still be in the pool: each is found out by one failure. Who was told that it takes
 * too long may still be under way.
 */
async function untilServed(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    const isUnderWay = answer.body?.code === 'idempotency-key-in-progress';
    if ((answer.status !== 503 && !isUnderWay) || tries >= TRIES_MAX) return answer;
  }
}
const TRIES_MAX = 20;

const entriesUnder = async (key: string): Promise<number> =>
  (await owner.query('SELECT FROM journal WHERE command_key = $1', [key])).rowCount ?? 0;

describe('a server that', () => {
  it.each(TROUBLES)('$what is a 503 for who writes, and heals', async ({ inject, heal, reads }) => {
    const id = await openCase(app);
    const key = randomUUID();
    const note = (): Promise<Answer> =>
      app.api('agent').post(`/cases/${id}/notes`, { text: 'Called back' }, { 'idempotency-key': key });
    try {
      for (const statement of inject) await owner.query(statement);
      // What was ended is found out by its next user, who may be a reader.
      await untilServed(() => app.api('agent').get(`/cases/${id}`));
      const answers = [await note(), await app.api(null).get('/health/ready')];
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
        answers.map(() => [503, 'unavailable']),
      );
      expect(Number(answers[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(JSON.stringify(answers.map(({ body }) => body))).not.toMatch(
        /secret words|tenant|role|ERRCODE/i,
      );
      expect((await app.api('agent').get(`/cases/${id}`)).status).toBe(reads);
      expect((await app.api(null).get('/health/live')).status).toBe(200);
      expect(await entriesUnder(key)).toBe(0);
    } finally {
      await owner.query(heal);
    }
    expect((await untilServed(() => app.api(null).get('/health/ready'))).status).toBe(200);
    const served = await untilServed(note);
    expect([served.status, served.body.revision]).toEqual([201, 2]);
    expect(await entriesUnder(key)).toBe(1);
  });

  it('refuses the same transaction again and again is asked three times, not for ever', async () => {
    const id = await openCase(app);
    await owner.query(`CREATE SEQUENCE asked; GRANT ALL ON SEQUENCE asked TO PUBLIC;
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('asked');
        RAISE EXCEPTION 'not now' USING ERRCODE = '40001'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const { status } = await app.api('agent').post(`/cases/${id}/notes`, { text: 'Called back' });
    const { rows } = await owner.query('SELECT last_value::int AS times FROM asked');
    await owner.query(`${REFUSE_NO_MORE}; DROP SEQUENCE asked`);
    expect([status, rows]).toEqual([503, [{ times: 3 }]]);
  });
});

describe('a server that is slow', () => {
  it('in one table costs its users a 503 within five seconds, and no transaction stays open', async () => {
    const [slow, other] = [await caseIn(app, 'working'), await openCase(app)];
    await owner.query(`CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_sleep(10); RETURN NEW; END $$;
      CREATE TRIGGER doze BEFORE INSERT ON escalations FOR EACH ROW EXECUTE FUNCTION doze()`);
    const [key, began] = [randomUUID(), performance.now()];
    const climb = (): Promise<Answer> =>
      app.api('agent').post(`/cases/${slow}/escalations`, ESCALATION, { 'idempotency-key': key });
    const climbed = climb();
    await isBusy(`query LIKE '%escalations%' AND wait_event = 'PgSleep'`);
    expect((await app.api('agent').post(`/cases/${other}/notes`, { text: 'Unharmed' })).status).toBe(201);
    expect((await climbed).status).toBe(503);
    expect(performance.now() - began).toBeLessThan(5_500);
    await owner.query('DROP FUNCTION doze CASCADE');
    expect((await untilServed(climb)).body).toMatchObject({ state: 'level1.dispatched', revision: 3 });
    const { rows } = await owner.query(
      `SELECT pid FROM pg_stat_activity WHERE usename = '${TENANT}' AND state LIKE 'idle in transaction%'`,
    );
    expect(rows).toEqual([]);
  });
});

describe('a case that somebody outside holds', () => {
  it('answers 503 within four seconds, and everybody else is served long before', async () => {
    const held = await openCase(app);
    const others = await Promise.all(Array.from({ length: 10 }, () => openCase(app)));
    const note = (id: string): Promise<Answer> => app.api('agent').post(`/cases/${id}/notes`, { text: 'x' });
    await owner.query('BEGIN');
    await owner.query('SELECT FROM cases WHERE id = $1 FOR UPDATE', [held]);
    const began = performance.now();
    let answered = 0;
    const waiting = Array.from({ length: 20 }, () => note(held).finally(() => (answered += 1)));
    await isBusy(`wait_event_type = 'Lock'`);
    const served = await Promise.all(others.map(note));
    expect([served.map(({ status }) => status), answered]).toEqual([others.map(() => 201), 0]);
    const refused = await Promise.all(waiting);
    expect(performance.now() - began).toBeLessThan(4_500);
    await owner.query('ROLLBACK');
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
    expect((await note(held)).body.revision).toBe(2);
  });
});

/** Until a session of the node's is in this condition. */
async function isBusy(condition: string): Promise<void> {
  for (;;) {
    const { rowCount } = await owner.query(
      `SELECT FROM pg_stat_activity WHERE usename = '${TENANT}' AND ${condition}`,
    );
    if (rowCount !== 0) return;
  }
}
