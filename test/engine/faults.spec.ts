import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import pg from 'pg';
import { hookFaultPoint } from '../../src/engine/fault-points.js';
import { DependencyUnavailable, dependencyFault } from '../../src/store/database-errors.js';
import { inTransaction, runStatement } from '../../src/store/statement.js';
import { aKey, aRequest, note, startTestEngine, type TestEngine } from '../support/engine.js';

describe('a fault of the database', () => {
  let house: TestEngine;
  let owner: pg.Client;
  beforeAll(async () => {
    house = await startTestEngine({ poolSize: 4 });
    owner = new pg.Client({ connectionString: house.url });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await house.close();
  });
  afterEach(() => {
    for (const point of ['before-step', 'before-commit', 'after-commit'] as const)
      hookFaultPoint(point, null);
  });

  const terminateAll = (): Promise<unknown> =>
    owner.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'test' AND datname = current_database()`);
  const entriesOf = (key: string) => house.sql('SELECT seq FROM journal WHERE command_key = $1', [key]);

  it('that ends every session costs no more than a 503 each, and heals by itself', async () => {
    const { id } = await house.open();
    for (let round = 0; round < 15; round += 1) {
      const keys = Array.from({ length: 8 }, aKey);
      const sent = keys.map((key) =>
        house.engine.send(id, note(), aRequest({ idempotencyKey: key, requestHash: 'h' })),
      );
      const [settled] = await Promise.all([Promise.allSettled(sent), terminateAll()]);
      for (const each of settled) {
        if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(DependencyUnavailable);
      }
      for (const key of keys) {
        await untilServed(() =>
          house.engine.send(id, note(), aRequest({ idempotencyKey: key, requestHash: 'h' })),
        );
        expect(await untilServed(() => entriesOf(key))).toHaveLength(1);
      }
    }
    const [row] = await house.sql('SELECT max(seq) = count(*) AS gapless FROM journal WHERE case_id = $1', [
      id,
    ]);
    expect(row).toEqual({ gapless: true });
  });

  it('between commit and answer leaves the answer to be had with the same key', async () => {
    const { id } = await house.open();
    const key = aKey();
    const request = aRequest({ idempotencyKey: key, requestHash: 'h' });
    hookFaultPoint('after-commit', () => {
      throw new DependencyUnavailable('the connection broke');
    });
    await expect(house.engine.send(id, note(), request)).rejects.toThrow(DependencyUnavailable);
    hookFaultPoint('after-commit', null);
    expect((await house.engine.send(id, note(), request)).kind).toBe('replayed');
    expect(await entriesOf(key)).toHaveLength(1);
  });

  it('before the commit leaves nothing behind', async () => {
    const { id } = await house.open();
    const key = aKey();
    hookFaultPoint('before-commit', async () => void (await terminateAll()));
    const request = aRequest({ idempotencyKey: key, requestHash: 'h' });
    const outcome = await house.engine.send(id, note(), request).catch((error: unknown) => error);
    hookFaultPoint('before-commit', null);
    if (outcome instanceof Error) {
      expect(outcome).toBeInstanceOf(DependencyUnavailable);
      expect(await untilServed(() => entriesOf(key))).toHaveLength(0);
    }
    expect((await untilServed(() => house.engine.send(id, note(), request))).kind).toMatch(/done|replayed/);
    expect(await entriesOf(key)).toHaveLength(1);
  });

  it.each([
    ['a serialisation failure', '40001'],
    ['a deadlock', '40P01'],
  ])('that is %s is tried again inside, with one effect', async (_what, code) => {
    const { id } = await house.open();
    await owner.query(`CREATE TABLE tries (n int); INSERT INTO tries VALUES (0); GRANT ALL ON tries TO PUBLIC;
      CREATE SEQUENCE fails; GRANT ALL ON SEQUENCE fails TO PUBLIC;
      CREATE FUNCTION fail_twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('fails') <= 2 THEN RAISE EXCEPTION 'not now' USING ERRCODE = '${code}'; END IF;
        RETURN NEW; END $$;
      CREATE TRIGGER fail_twice BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION fail_twice()`);
    try {
      expect((await house.engine.send(id, note(), aRequest())).kind).toBe('done');
      expect(await house.sql('SELECT seq FROM journal WHERE case_id = $1', [id])).toHaveLength(2);
    } finally {
      await owner.query('DROP FUNCTION fail_twice CASCADE; DROP TABLE tries; DROP SEQUENCE fails');
    }
  });

  it('that makes it read-only is a 503, and the connection that met it is not used again', async () => {
    const { id } = await house.open();
    const name = new URL(house.url).pathname.slice(1);
    await owner.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const demoted = await house.another(1);
    try {
      const [row] = await demoted.sql('SHOW transaction_read_only');
      expect(row).toEqual({ transaction_read_only: 'on' });
      await expect(demoted.engine.send(id, note(), aRequest())).rejects.toThrow(/25006/);
    } finally {
      await owner.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    }
    expect((await demoted.engine.send(id, note(), aRequest())).kind).toBe('done');
    await demoted.close();
  });

  it('that leaves no connection free is a 503 within the pool wait, and heals', async () => {
    const held = await Promise.all(Array.from({ length: 4 }, () => house.pool.connect()));
    const began = performance.now();
    await expect(house.engine.open({} as never, aRequest())).rejects.toThrow(DependencyUnavailable);
    expect(performance.now() - began).toBeLessThan(3_000);
    held.forEach((client) => client.release());
    expect((await house.open()).revision).toBe(1);
  });

  it('whose packets vanish is a 503 within five seconds, and the dead sockets are replaced', async () => {
    const wire = await swallowingProxy(house.url);
    const far = await house.another(2, wire.url);
    const { id } = await far.open();
    wire.swallow(true);
    const began = performance.now();
    await expect(far.engine.send(id, note(), aRequest())).rejects.toThrow(DependencyUnavailable);
    expect(performance.now() - began).toBeLessThan(5_000);
    wire.swallow(false);
    expect((await untilServed(() => far.engine.send(id, note(), aRequest()))).kind).toBe('done');
    await far.close();
    wire.close();
  });

  it('never lets a transaction leak to the next user of the connection', async () => {
    await expect(
      inTransaction(house.pool, async (run) => {
        await run({ text: `INSERT INTO secrets VALUES ('leaked', '')`, values: [] });
        await run({ text: 'SELECT 1 / 0', values: [] });
      }),
    ).rejects.toThrow(/division by zero/);
    for (let n = 0; n < 6; n += 1) {
      const rows = await runStatement(house.pool, {
        text: `SELECT (SELECT count(*) FROM secrets WHERE name = 'leaked') AS leaked, pg_current_xact_id_if_assigned() AS open`,
        values: [],
      });
      expect(rows).toEqual([{ leaked: 0, open: null }]);
    }
  });

  it('serves a hundred callers over a pool of two without a deadlock', async () => {
    const small = await house.another(2);
    const cases = await Promise.all(Array.from({ length: 100 }, () => small.open()));
    const merges = cases.slice(0, 10).map(({ id }, n) =>
      small.engine.merge(
        id,
        {
          type: 'case.merge',
          actor: note().actor,
          primaryCaseId: cases[n + 10]?.id as string,
          reason: 'same',
        },
        aRequest(),
      ),
    );
    const notes = cases.slice(10).map(({ id }) => small.engine.send(id, note(), aRequest()));
    const outcomes = await Promise.all([...merges, ...notes, small.loop.drainDue()]);
    expect(outcomes.filter((outcome) => typeof outcome === 'object' && outcome.kind === 'done')).toHaveLength(
      100,
    );
    await small.close();
  });
});

describe('errors of the driver', () => {
  const coded = (code: string): Error => Object.assign(new Error('x'), { code });
  it.each([
    '57P01',
    '57P02',
    '57P03',
    '57014',
    '25006',
    '08006',
    '08P01',
    '40001',
    '40P01',
    '53100',
    '53300',
    '55P03',
  ])('%s means that the database cannot serve now', (code) =>
    expect(dependencyFault(coded(code))).toBeInstanceOf(DependencyUnavailable),
  );
  it.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND'])('%s means the same', (code) =>
    expect(dependencyFault(coded(code))).toBeInstanceOf(DependencyUnavailable),
  );
  it.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('so does "%s"', (message) =>
    expect(dependencyFault(new Error(message))).toBeInstanceOf(DependencyUnavailable),
  );
  it.each(['23505', '23514', '22P02', '42501', '42P01'])('%s means that the statement is wrong', (code) =>
    expect(dependencyFault(coded(code))).toBeNull(),
  );
});

/** Passes everything on, or nothing in either direction, and never closes anything. */
async function swallowingProxy(target: string) {
  let swallowing = false;
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.on('data', (chunk) => void (swallowing || to.write(chunk)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    swallow: (on: boolean) => void (swallowing = on),
    close: () => {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    },
  };
}

/** Sessions that were ended are noticed at their next use, once each. */
async function untilServed<T>(work: () => Promise<T>, tries = 12): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= tries || !dependencyFault(error)) throw error;
    }
  }
}
