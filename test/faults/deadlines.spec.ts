// Time and what goes wrong around it: crashes of a worker and of the database, outages, jumping clocks, far horizons.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/app/embedded-database.js';
import { CaseEngine } from '../../src/engine/case-engine.js';
import { DueLoop } from '../../src/engine/due-loop.js';
import { createDataSource, poolOf } from '../../src/store/data-source.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';
import { migrate } from '../../src/store/migrate.js';
import { type NowSql, SYSTEM_NOW } from '../../src/store/now.js';
import { buildProduct, discardProduct, startNodeProcess } from '../app/node-process.js';
import { TARGETED } from '../domain/given.js';
import {
  AGENT,
  aRequest,
  DAY,
  done,
  HOUR,
  MORNING,
  openCommand,
  POLICIES,
  startTestEngine,
  type TestEngine,
} from '../support/engine.js';

const houses: TestEngine[] = [];
async function aHouse(...options: Parameters<typeof startTestEngine>): Promise<TestEngine> {
  const house = await startTestEngine(...options);
  houses.push(house);
  return house;
}
afterEach(async () => {
  for (const house of houses.splice(0).reverse()) await house.close();
});

/** Lets the database wait until a condition of its own holds: one round trip, no clock of the test's. */
async function until(client: pg.Client, condition: string): Promise<void> {
  await client.query(`DO $$ BEGIN LOOP EXIT WHEN ${condition}; PERFORM pg_sleep(0.02); END LOOP; END $$`);
}

/** Beyond these somebody waits for what will never come, and a test that says where is worth more than one that hangs. */
const CONNECT_WITHIN_MS = 5_000;
const HAPPENS_WITHIN_MS = 40_000;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: HAPPENS_WITHIN_MS,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Some milliseconds each: far longer than a recovery takes, and an end for a server that never comes back. */
const RECOVERY_TRIES_MAX = 5_000;

/** A crash ends every session; the server takes new ones once it has recovered. */
async function connectAgain(url: string): Promise<pg.Client> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await connect(url);
    } catch (error) {
      if (tries >= RECOVERY_TRIES_MAX) throw error;
    }
  }
}

const expired = (count: number): string =>
  `(SELECT count(*) >= ${count} FROM journal WHERE type = 'case.waitExpired')`;

/** A case that resolves itself when its customer has not answered by then. */
async function waitsUntil(engine: CaseEngine, waitUntilAt: number): Promise<string> {
  const { id } = done(await engine.open(openCommand(), aRequest()));
  done(await engine.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id }, aRequest()));
  done(await engine.send(id, { type: 'case.ask', actor: AGENT, question: '?', waitUntilAt }, aRequest()));
  return id;
}

const EXPIRED_ONCE = `SELECT count(*)::int AS cases, coalesce(max(n), 0)::int AS most FROM (
  SELECT case_id, count(*) AS n FROM journal WHERE type = 'case.waitExpired' GROUP BY case_id) each`;
const EARLY = `SELECT count(*)::int AS early FROM journal
  WHERE type = 'case.waitExpired' AND recorded_at < to_timestamp((data->>'dueAt')::bigint / 1000.0)`;

describe('a worker that is killed in the middle of a batch', () => {
  beforeAll(buildProduct);
  afterAll(discardProduct);

  it('leaves its deadlines to another, and each acts exactly once', async () => {
    const house = await aHouse({ clock: 'system', poolSize: 10 });
    const owner = await connect(house.url);
    try {
      // The batch stops in the middle, for as long as the test holds this lock.
      await owner.query(`CREATE FUNCTION halt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.actor_kind = 'system' THEN PERFORM pg_advisory_xact_lock(1); END IF; RETURN NEW; END $$;
        CREATE TRIGGER halt BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION halt();
        SELECT pg_advisory_lock(1)`);
      const [row] = await house.sql<{ now: number }>('SELECT now() AS now');
      await Promise.all(Array.from({ length: 200 }, () => waitsUntil(house.engine, row!.now + 2_000)));

      const env = { DATABASE_URL: house.url, ROLE: 'worker', DEMO: '0', LOG_LEVEL: 'info' };
      const victim = startNodeProcess(env);
      await until(owner, `EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)`);
      victim.kill('SIGKILL');
      await victim.ended;
      expect(await house.sql(EXPIRED_ONCE)).toEqual([{ cases: 0, most: 0 }]);
      await owner.query('SELECT pg_advisory_unlock(1)');
      await owner.query('DROP FUNCTION halt CASCADE');

      const heir = startNodeProcess(env);
      await until(owner, expired(200));
      heir.kill('SIGTERM');
      expect(await heir.ended).toBe(0);
      expect(await house.sql(EXPIRED_ONCE)).toEqual([{ cases: 200, most: 1 }]);
      expect(await house.sql(EARLY)).toEqual([{ early: 0 }]);
    } finally {
      await owner.end();
    }
  });
});

describe('a database that crashes under the loop', () => {
  it('comes back, and the loop with it: nothing lost, nothing twice', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-crash-'));
    chmodSync(dataDir, 0o755);
    const server = await startEmbeddedDatabase({ dataDir, durable: true });
    const failures: unknown[] = [];
    await migrate(server.url);
    const before = await connect(server.url);
    // A process dies here and no machine: what the system was given is safe, and recovery waits for no busy disk.
    await before.query('ALTER SYSTEM SET fsync = off');
    await before.query('SELECT pg_reload_conf()');
    const dataSource = await createDataSource({
      url: server.url,
      poolSize: 4,
      role: 'app',
      applicationName: 'crash-test',
    }).initialize();
    const pool = poolOf(dataSource);
    const now: NowSql = SYSTEM_NOW;
    const options = { pool, now, policies: { policiesFor: () => POLICIES } };
    const engine = new CaseEngine(options);
    const loop = new DueLoop({ ...options, engine, report: (error) => void failures.push(error) });
    try {
      const { rows } = await pool.query<{ now: number }>('SELECT now() AS now');
      const due = rows[0]!.now + 2_500;
      await Promise.all(Array.from({ length: 60 }, (_each, n) => waitsUntil(engine, due + n * 20)));
      loop.start();
      await until(before, expired(1));
      // A backend that dies makes PostgreSQL end every session and recover from its log.
      const { rows: backends } = await before.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE application_name = 'crash-test' LIMIT 1`,
      );
      process.kill(backends[0]!.pid, 'SIGKILL');
      // Its session is gone with the others: the driver would wait for an end that has been.
      void before.end().catch(() => undefined);
      const after = await connectAgain(server.url);
      await until(after, expired(60));
      expect((await after.query(EXPIRED_ONCE)).rows).toEqual([{ cases: 60, most: 1 }]);
      expect((await after.query(EARLY)).rows).toEqual([{ early: 0 }]);
      await after.end();
      expect(failures.filter((failure) => !(failure instanceof DependencyUnavailable))).toEqual([]);
    } finally {
      await loop.stop();
      await dataSource.destroy();
      await server.stop();
      for (const each of [server.directory, dataDir]) rmSync(each, { recursive: true, force: true });
    }
  });
});

describe('two hours of downtime', () => {
  it('with five thousand deadlines passed: each once, in due order, stamped at its due time', async () => {
    const house = await aHouse({ policies: TARGETED, poolSize: 10 });
    const CASES = 2_500;
    for (let opened = 0; opened < CASES; opened += 250) {
      await Promise.all(Array.from({ length: 250 }, () => house.open()));
    }
    const [pending] = await house.sql<{ passed: number }>(
      'SELECT count(*)::int AS passed FROM audit.deadline WHERE fired_at IS NULL AND due_at <= $1',
      [new Date(MORNING + 2 * HOUR).toISOString()],
    );
    // Of each case: a warning at 75 %, one at 90 %, and the breach of the first response.
    expect(pending).toEqual({ passed: 3 * CASES });
    await house.sql(`UPDATE manual_clock SET now_at = now_at + interval '2 hours'`);
    const fired = await house.loop.drainDue();

    // The warnings are overtaken by the breach: nobody is warned of what has happened already.
    expect(fired).toBe(CASES);
    const acts = await house.sql(
      `SELECT type, data->>'metric' AS metric, count(*)::int AS times, count(DISTINCT case_id)::int AS cases
       FROM journal WHERE actor_kind = 'system' GROUP BY 1, 2`,
    );
    expect(acts).toEqual([{ type: 'case.breached', metric: 'firstResponse', times: CASES, cases: CASES }]);
    const stamps = await house.sql(
      `SELECT DISTINCT extract(epoch FROM breached_at - $1::timestamptz)::int AS breached_after,
              extract(epoch FROM detected_at - $1::timestamptz)::int AS detected_after
       FROM audit.clock WHERE metric = 'firstResponse'`,
      [new Date(MORNING).toISOString()],
    );
    expect(stamps).toEqual([{ breached_after: 3600, detected_after: 7200 }]);
    expect(await house.loop.drainDue()).toBe(0);
  });
});

describe('a clock of the application that is wrong', () => {
  const RealDate = Date;
  afterEach(() => {
    globalThis.Date = RealDate;
  });
  function shiftDate(byMs: number): void {
    globalThis.Date = class extends RealDate {
      constructor(...given: [] | [string | number | Date]) {
        if (given.length === 0) super(RealDate.now() + byMs);
        else super(given[0]);
      }
      static override now = (): number => RealDate.now() + byMs;
    } as DateConstructor;
  }

  it.each([
    ['an hour fast', HOUR],
    ['an hour slow', -HOUR],
  ])('%s changes nothing: the database decides what is due', async (_what, byMs) => {
    const house = await aHouse({ clock: 'system' });
    const [{ now }] = (await house.sql<{ now: number }>('SELECT now() AS now')) as [{ now: number }];
    await waitsUntil(house.engine, now + 30 * 60_000);
    const soon = await waitsUntil(house.engine, now + 1_500);
    shiftDate(byMs);
    house.loop.start();
    const witness = await connect(house.url);
    await until(witness, expired(1));
    await witness.end();
    const acted = await house.sql(`SELECT case_id FROM journal WHERE type = 'case.waitExpired'`);
    expect(acted).toEqual([{ case_id: soon }]);
    expect(await house.sql(EARLY)).toEqual([{ early: 0 }]);
  });
});

describe('a deadline beyond the reach of a timer', () => {
  it.each([
    ['25 days', 25],
    ['400 days', 400],
    ['four years', 4 * 365],
  ])('in %s neither acts early nor is forgotten', async (_span, days) => {
    const house = await aHouse();
    const { id } = await house.open();
    await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
    const reviewAt = MORNING + days * DAY;
    await house.send(id, { type: 'case.hold', actor: AGENT, reason: 'carrier', reviewAt });
    expect(await house.loop.advanceTo(reviewAt - 1)).toEqual({ fired: 0 });
    expect(await house.loop.advanceTo(reviewAt)).toEqual({ fired: 1 });
  });

  it('does not end the sleep of a running loop at once', async () => {
    const house = await aHouse({ clock: 'system' });
    const { id } = await house.open();
    await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
    const [{ now }] = (await house.sql<{ now: number }>('SELECT now() AS now')) as [{ now: number }];
    await house.send(id, { type: 'case.hold', actor: AGENT, reason: 'carrier', reviewAt: now + 400 * DAY });
    house.loop.start();
    await house.loop.stop();
    expect(house.loop.counts).toEqual({ fired: 0, failures: 0 });
  });
});

describe('an answer at the very moment of the breach', () => {
  it('is in time or late, never both, however the two race', async () => {
    const house = await aHouse({ policies: TARGETED });
    const orders = { met: 0, breached: 0 };
    for (let round = 0; round < 40; round += 1) {
      const { id, context } = await house.open();
      const due = context.clocks.find(({ metric }) => metric === 'firstResponse')!.dueAt!;
      await house.loop.advanceTo(due);
      const answer = () => house.send(id, { type: 'case.message', actor: AGENT, text: 'found it' });
      const breach = () => house.loop.advanceTo(due + 1);
      await Promise.all(round % 2 === 0 ? [answer(), breach()] : [breach(), answer()]);
      const [clock] = await house.sql<{ outcome: 'met' | 'breached'; late: boolean }>(
        `SELECT outcome, stopped_at > due_at AS late FROM audit.clock
         WHERE case_id = $1 AND metric = 'firstResponse'`,
        [id],
      );
      const breaches = await house.sql(
        `SELECT seq FROM journal WHERE case_id = $1 AND type = 'case.breached'
           AND data->>'metric' = 'firstResponse'`,
        [id],
      );
      expect(clock?.outcome).toBe(clock?.late ? 'breached' : 'met');
      expect(breaches.length).toBeLessThanOrEqual(clock?.late ? 1 : 0);
      orders[clock!.outcome] += 1;
      const [gaps] = await house.sql(
        'SELECT max(seq) = count(*) AS gapless FROM journal WHERE case_id = $1',
        [id],
      );
      expect(gaps).toEqual({ gapless: true });
    }
    expect(orders.met + orders.breached).toBe(40);
  });
});
