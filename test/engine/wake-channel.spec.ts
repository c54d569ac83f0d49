// Nodes that tell each other of deadlines: what wakes a loop that sleeps, what covers when the line is cut, and when
// nobody need be told anything.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { AnswerSweep } from '../../src/engine/answer-sweep.js';
import { DUE_CHANNEL, DueAnnouncer } from '../../src/engine/due-announcer.js';
import { DueLoop } from '../../src/engine/due-loop.js';
import { WakeChannel } from '../../src/engine/wake-channel.js';
import { AGENT, HOUR, startTestEngine, type TestEngine } from '../support/engine.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function aHouse(): Promise<TestEngine> {
  const house = await startTestEngine({ clock: 'system', poolSize: 6 });
  closers.push(() => house.close());
  return house;
}

/** Of another process, as far as the database can tell; it has no loop, as with ROLE=api. */
async function aNeighbour(house: TestEngine, pollMs = HOUR): Promise<TestEngine> {
  const neighbour = await house.another();
  const announcer = new DueAnnouncer({ pool: neighbour.pool, engine: neighbour.engine, pollMs });
  announcer.start();
  closers.push(() => neighbour.close());
  closers.push(() => announcer.stop());
  return neighbour;
}

interface Listening {
  readonly losses: unknown[];
  /** Resolves when the channel has stood for the n-th time. */
  stood(times: number): Promise<void>;
}

function listen(house: TestEngine, loop: { wake(dueAt?: number): void }): Listening {
  const losses: unknown[] = [];
  let times = 0;
  const waiting: { times: number; resolve: () => void }[] = [];
  const wake = (dueAt?: number): void => {
    loop.wake(dueAt);
    if (dueAt !== undefined) return;
    times += 1;
    for (const one of waiting) if (one.times <= times) one.resolve();
  };
  const channel = new WakeChannel({ pool: house.pool, wake, report: (error) => losses.push(error) });
  channel.start();
  closers.push(() => channel.stop());
  const stood = (wanted: number): Promise<void> =>
    times >= wanted ? Promise.resolve() : new Promise((resolve) => waiting.push({ times: wanted, resolve }));
  return { losses, stood };
}

function startLoop(house: TestEngine, pollMs: number): DueLoop {
  const loop = new DueLoop({ pool: house.pool, now: house.now, engine: house.engine, pollMs });
  loop.start();
  closers.push(() => loop.stop());
  return loop;
}

/** The next deadline that this process fires: how late, by the database's clock. */
function nextLateness(house: TestEngine): Promise<number> {
  return new Promise((resolve) => {
    const unsubscribe = house.engine.onCommitted(([first]) => {
      unsubscribe();
      const { occurredAt, data } = first!.entry;
      resolve(occurredAt - (data as { dueAt: number }).dueAt);
    });
  });
}

async function databaseNow(house: TestEngine): Promise<number> {
  const [row] = await house.sql<{ now: number }>('SELECT now() AS now');
  return row?.now ?? 0;
}

/** A case that resolves itself when its customer has not answered by then. */
async function waitsFor(house: TestEngine, ms: number): Promise<void> {
  const { id } = await house.open();
  await house.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
  const waitUntilAt = (await databaseNow(house)) + ms;
  await house.send(id, { type: 'case.ask', actor: AGENT, question: '?', waitUntilAt });
}

/** A line to the database that can be made to swallow whatever is sent on the connections it has then. */
async function aLine(url: string): Promise<{ url: string; swallow(): void; close(): Promise<void> }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => socket.destroy()));
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.href,
    swallow: () => sockets.forEach((socket) => socket.unpipe().resume()),
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const listeners = `FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test wake'`;

describe('a loop that sleeps for an hour', () => {
  it('wakes for a deadline that a node without a loop brings', async () => {
    const house = await aHouse();
    const neighbour = await aNeighbour(house);
    await listen(house, startLoop(house, HOUR)).stood(1);
    for (const ms of [300, 150]) {
      const lateness = nextLateness(house);
      await waitsFor(neighbour, ms);
      const late = await lateness;
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(250);
    }
  });

  it('sleeps on when it is told of something later than it wakes for', async () => {
    const house = await aHouse();
    const neighbour = await aNeighbour(house, HOUR);
    const told: number[] = [];
    const loop = startLoop(house, HOUR);
    const heard = new Promise<void>((resolve) => {
      const wake = (dueAt?: number): void => {
        loop.wake(dueAt);
        if (dueAt !== undefined) told.push(dueAt);
        if (told.length === 2) resolve();
      };
      void listen(house, { wake })
        .stood(1)
        .then(async () => {
          await waitsFor(neighbour, HOUR / 4);
          await waitsFor(neighbour, HOUR / 2);
        });
    });
    await heard;
    expect(told[1]).toBeGreaterThan(told[0]!);
    expect(loop.counts.fired).toBe(0);
  });
});

describe('the connection that listens', () => {
  it('heals when its session is ended, is reported once, and the loop looks for itself meanwhile', async () => {
    const house = await aHouse();
    const neighbour = await aNeighbour(house);
    const { losses, stood } = listen(house, startLoop(house, 100));
    await stood(1);
    const lateness = nextLateness(house);
    // Within the half second before the next try, so only the loop's own look can find it.
    await neighbour.sql('SELECT 1');
    const admin = new pg.Client({ connectionString: house.url });
    await admin.connect();
    await admin.query(`SELECT pg_terminate_backend(pid) ${listeners}`);
    await waitsFor(neighbour, 50);
    expect(await lateness).toBeLessThan(400);
    await stood(2);
    const { rows } = await admin.query<{ count: string }>(`SELECT count(*) ${listeners}`);
    await admin.end();
    expect(rows[0]?.count).toBe('1');
    expect(losses).toHaveLength(1);
    expect(String(losses[0])).toMatch(/terminat/);
  });

  it('is replaced when it answers nothing any more, though nothing says that it is lost', async () => {
    const house = await aHouse();
    const line = await aLine(house.url);
    closers.push(() => line.close());
    const losses: unknown[] = [];
    let times = 0;
    let again: () => void = () => undefined;
    const twice = new Promise<void>((resolve) => (again = resolve));
    const pool = { options: { ...house.pool.options, connectionString: line.url } } as pg.Pool;
    const wake = (): void => {
      times += 1;
      if (times === 1) line.swallow();
      if (times === 2) again();
    };
    const report = (error: unknown) => losses.push(error);
    const channel = new WakeChannel({ pool, heartbeatMs: 500, wake, report });
    channel.start();
    await twice;
    expect(losses).toHaveLength(1);
    await channel.stop();
  });

  it('is gone after a stop, whether it stood or was being made', async () => {
    const house = await aHouse();
    const channel = new WakeChannel({ pool: house.pool, wake: () => undefined });
    channel.start();
    await channel.stop();
    const up = new Promise<void>((resolve) => {
      const other = new WakeChannel({ pool: house.pool, wake: () => resolve() });
      other.start();
      closers.push(() => other.stop());
    });
    await up;
    await closers.pop()?.();
    expect(await house.sql(`SELECT pid ${listeners} AND state <> 'idle'`)).toEqual([]);
  });
});

describe('an announcement', () => {
  /** What is heard on the channel, until the instant that is waited for. */
  async function listener(
    house: TestEngine,
  ): Promise<{ heard: number[]; until(instant: number): Promise<void> }> {
    const client = new pg.Client({ connectionString: house.url });
    await client.connect();
    closers.push(() => client.end());
    await client.query(`LISTEN ${DUE_CHANNEL}`);
    const heard: number[] = [];
    let look: () => void = () => undefined;
    client.on('notification', ({ payload }) => {
      heard.push(Number(payload));
      look();
    });
    const until = (instant: number): Promise<void> =>
      new Promise((resolve) => {
        look = () => heard.includes(instant) && resolve();
        look();
      });
    return { heard, until };
  }

  it('is not made of a deadline that every loop finds by its own look', async () => {
    const house = await aHouse();
    const neighbour = await aNeighbour(house, 1_000);
    const { heard, until } = await listener(house);
    await waitsFor(neighbour, HOUR);
    await waitsFor(neighbour, 60_000);
    // Ends the announcer, and with it whatever it was sending.
    await closers.splice(-2, 1)[0]?.();
    await neighbour.sql(`SELECT pg_notify('${DUE_CHANNEL}', '0')`);
    await until(0);
    expect(heard).toEqual([0]);
  });

  it('is one for a crowd of commits, and names the soonest', async () => {
    const house = await aHouse();
    const neighbour = await aNeighbour(house, HOUR);
    const asked = Array.from({ length: 40 }, async () => {
      const { id } = await neighbour.open();
      await neighbour.send(id, { type: 'case.start', actor: AGENT, agentId: AGENT.id });
      return id;
    });
    const ids = await Promise.all(asked);
    const { heard, until } = await listener(house);
    const from = await databaseNow(house);
    const dueAt = (n: number): number => from + 900_000 - n;
    await Promise.all(
      ids.map((id, n) =>
        neighbour.send(id, { type: 'case.ask', actor: AGENT, question: '?', waitUntilAt: dueAt(n) }),
      ),
    );
    await until(dueAt(39));
    expect(heard.length).toBeLessThan(20);
  });
});

describe('answers past their keeping', () => {
  it('are forgotten when the node starts, however many, and the young ones are kept', async () => {
    const house = await aHouse();
    await house.sql(
      `INSERT INTO commands (principal, idempotency_key, request_hash, status, body, headers, recorded_at)
       SELECT 'key-1', n::text, '', 200, '', '{}', now() - make_interval(hours => CASE WHEN n > 7 THEN 47 ELSE 49 END)
       FROM generate_series(1, 10) n`,
    );
    const sweep = new AnswerSweep({ pool: house.pool, now: house.now, rowsMax: 2 });
    sweep.start();
    await house.sql(`DO $$ BEGIN
      WHILE (SELECT count(*) FROM commands) > 3 LOOP PERFORM pg_sleep(0.01); END LOOP; END $$`);
    await sweep.stop();
    expect(await house.sql('SELECT idempotency_key AS key FROM commands ORDER BY 1')).toEqual([
      { key: '10' },
      { key: '8' },
      { key: '9' },
    ]);
  });
});
