/**
 * Every fault that a run on one machine can inject, one row each: what it does, how long it lasts and how it is known
 * that somebody felt it. Numbers in comments are those of the catalogue. Knows no schedule and no verdict.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Random } from '../fuzz/random.js';
import type { Fault } from './faults.js';
import type { Installation } from './installation.js';
import type { LoadStats } from './load.js';
import type { Mood } from './moody-mail-server.js';
import type { SupervisedNode } from './supervised-node.js';
import type { ProxyCounts, Weather } from './tcp-proxy.js';

/** What a fault may touch. */
export interface Scene {
  readonly installation: Installation;
  readonly random: Random;
  stats(): LoadStats;
}

export interface FaultKind {
  readonly name: string;
  readonly about: string;
  /** How long it lasts, milliseconds; null: it is a moment. */
  readonly holdMs: readonly [least: number, most: number] | null;
  make(scene: Scene): Fault;
}

type Deeds = Omit<Fault, 'name'>;

const kind = (
  name: string,
  about: string,
  holdMs: FaultKind['holdMs'],
  make: (scene: Scene) => Deeds,
): FaultKind => ({ name, about, holdMs, make: (scene) => ({ name, ...make(scene) }) });

const nothing = async (): Promise<void> => undefined;

/** Work on the server itself, past the proxy; what it says matters, whether it can say goodbye does not. */
const onServer = <T>({ installation }: Scene, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  installation.cluster.once(installation.database, work);

async function count(client: pg.Client, text: string, values: unknown[] = []): Promise<number> {
  return ((await client.query(text, values)).rows[0] as { count: number }).count;
}

/** The nodes' sessions, as `pg_stat_activity` knows them. */
const NODES = `datname = current_database() AND application_name LIKE 'case-escalation%'`;

const killNode = kind(
  'kill-node',
  'SIGKILL of one node; a supervisor starts it again (A1, A2)',
  null,
  (scene) => {
    let killed: number | null = null;
    let node: SupervisedNode | null = null;
    return {
      inject: async () => {
        node = scene.random.pick(scene.installation.nodes);
        killed = node.kill('SIGKILL');
      },
      heal: async () => {
        await pause(300);
        await node?.untilReady();
      },
      effective: () => killed !== null && node?.pid !== killed,
    };
  },
);

const pauseNode = kind(
  'pause-node',
  'SIGSTOP of one node, SIGCONT later: a zombie comes back (A6)',
  [2_000, 5_000],
  (scene) => {
    const node = scene.random.pick(scene.installation.nodes);
    let wasSilent = false;
    return {
      inject: async () => {
        node.kill('SIGSTOP');
        wasSilent = !(await node.answers('/health/live', 700));
      },
      heal: async () => {
        node.kill('SIGCONT');
        await node.untilReady();
      },
      effective: () => wasSilent,
    };
  },
);

const restartPostgres = kind(
  'restart-postgres',
  'PostgreSQL stops at once, without a checkpoint, and comes back (B1)',
  [0, 2_000],
  (scene) => {
    const { cluster, proxy } = scene.installation;
    let wasGone = false;
    return {
      inject: async () => {
        await cluster.crash();
        wasGone = await cluster.connect('postgres').then(
          async (client) => client.end().then(() => false),
          () => true,
        );
      },
      heal: async () => proxy.retarget(await cluster.restart()),
      effective: () => wasGone,
    };
  },
);

const killBackend = kind(
  'kill-backend',
  'SIGKILL of one backend: the server recovers from a crash (B2)',
  null,
  (scene) => {
    let others = 0;
    let gone = false;
    return {
      inject: async () => {
        const witness = await scene.installation.connect();
        const found = await witness.query(`SELECT pid FROM pg_stat_activity WHERE ${NODES}`);
        const pids = (found.rows as { pid: number }[]).map(({ pid }) => pid);
        others = pids.length;
        if (others > 0) process.kill(scene.random.pick(pids), 'SIGKILL');
        for (let tries = 0; tries < 50 && !gone; tries += 1) {
          gone = await witness.query('SELECT 1').then(
            () => false,
            () => true,
          );
          if (!gone) await pause(20);
        }
        await witness.end().catch(() => undefined);
      },
      heal: () => untilServed(scene),
      // All of them fell, the witness too.
      effective: () => others > 0 && gone,
    };
  },
);

const terminateAll = kind(
  'terminate-all',
  'pg_terminate_backend on every connection of the nodes (B3)',
  null,
  (scene) => {
    let ended = 0;
    return {
      inject: async () => {
        ended = await onServer(scene, (client) =>
          count(
            client,
            `SELECT count(pg_terminate_backend(pid))::integer AS count FROM pg_stat_activity WHERE ${NODES}`,
          ),
        );
      },
      heal: nothing,
      effective: () => ended > 0,
    };
  },
);

const LISTENERS = `${NODES} AND application_name LIKE '% wake'`;
const terminateListen = kind(
  'terminate-listen',
  'only the connections that LISTEN are ended (B4)',
  null,
  (scene) => {
    let ended = 0;
    let back = 0;
    return {
      inject: async () => {
        ended = await onServer(scene, (client) =>
          count(
            client,
            `SELECT count(pg_terminate_backend(pid))::integer AS count FROM pg_stat_activity WHERE ${LISTENERS}`,
          ),
        );
      },
      heal: async () => {
        await pause(2_000);
        back = await onServer(scene, (client) =>
          count(client, `SELECT count(*)::integer FROM pg_stat_activity WHERE ${LISTENERS}`),
        );
      },
      effective: () => ended > 0,
      complaint: () => (back < ended ? `of ${ended} listeners ${back} are back after two seconds` : null),
    };
  },
);

const lockRow = kind(
  'lock-row',
  'somebody holds the rows of the busiest cases (B6)',
  [3_000, 6_000],
  (scene) => {
    let holder: pg.Client | null = null;
    let waited = 0;
    return {
      inject: async () => {
        holder = await scene.installation.connect();
        await holder.query('BEGIN');
        await holder.query(
          `SELECT id FROM cases WHERE NOT terminal ORDER BY revision DESC, id LIMIT 5 FOR UPDATE`,
        );
        for (let tries = 0; tries < 15 && waited === 0; tries += 1) {
          waited = await count(
            holder,
            `SELECT count(*)::integer FROM pg_stat_activity WHERE ${NODES} AND wait_event_type = 'Lock'`,
          );
          await pause(100);
        }
      },
      heal: async () => {
        await holder?.query('ROLLBACK').catch(() => undefined);
        await holder?.end().catch(() => undefined);
      },
      effective: () => waited > 0,
    };
  },
);

/** @param felt what must have grown. */
const proxyFault = (
  name: string,
  about: string,
  holdMs: FaultKind['holdMs'],
  weather: (random: Random) => Weather,
  felt: keyof ProxyCounts,
): FaultKind =>
  kind(name, about, holdMs, ({ installation: { proxy }, random }) => {
    let before = 0;
    return {
      inject: async () => {
        before = proxy.counts[felt];
        proxy.setWeather(weather(random));
      },
      heal: async () => proxy.setWeather({}),
      effective: () => proxy.counts[felt] > before,
    };
  });

const mailFault = (name: string, about: string, mood: Mood): FaultKind =>
  kind(name, about, [2_500, 5_000], ({ installation: { mail } }) => {
    let before = 0;
    return {
      inject: async () => {
        before = mail.spoiled;
        mail.mood = mood;
      },
      heal: async () => {
        mail.mood = 'well';
      },
      effective: () => mail.spoiled > before,
    };
  });

const mailDown = kind('mail-down', 'the mail server is gone (D10)', [2_500, 5_000], (scene) => {
  const { mail } = scene.installation;
  let hungUp = 0;
  let failed = 0;
  return {
    inject: async () => {
      hungUp = await mail.shut();
      failed = await failedAttempts(scene);
    },
    heal: async () => {
      failed = (await failedAttempts(scene)) - failed;
      await mail.open();
    },
    effective: () => hungUp > 0 || failed > 0,
  };
});

const failedAttempts = (scene: Scene): Promise<number> =>
  onServer(scene, (client) =>
    count(
      client,
      `SELECT count(*)::integer FROM audit.attempt WHERE result IN ('notArrived', 'perhapsArrived')`,
    ),
  );

const readOnly = kind('read-only', 'the server takes no more writes (B15)', [1_500, 3_000], (scene) => {
  let before = 0;
  let refused = 0;
  return {
    inject: async () => {
      before = scene.stats().unknown;
      await setReadOnly(scene, 'on');
    },
    heal: async () => {
      refused = scene.stats().unknown - before;
      await setReadOnly(scene, 'off');
    },
    effective: () => refused > 0,
  };
});

async function setReadOnly(scene: Scene, value: 'on' | 'off'): Promise<void> {
  await onServer(scene, async (client) => {
    await client.query('SET default_transaction_read_only = off');
    await client.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
    await client.query('SELECT pg_reload_conf()');
  });
}

const eatConnections = kind(
  'eat-connections',
  'others take every connection of the server (B10)',
  [1_500, 3_000],
  (scene) => {
    const eaters: pg.Client[] = [];
    let before = 0;
    let refused = 0;
    return {
      inject: async () => {
        before = scene.stats().unknown;
        const chief = await scene.installation.connect();
        eaters.push(chief);
        const eat = async (): Promise<boolean> =>
          scene.installation.connect().then(
            (client) => eaters.push(client) > 0,
            () => false,
          );
        while (await eat());
        // The nodes' own places are eaten as they become free.
        await chief.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${NODES}`);
        for (let tries = 0; tries < 40; tries += 1) await eat();
      },
      heal: async () => {
        refused = scene.stats().unknown - before;
        await Promise.all(eaters.map((client) => client.end().catch(() => undefined)));
      },
      effective: () => refused > 0,
    };
  },
);

async function untilServed(scene: Scene): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const served = await onServer(scene, (client) => client.query('SELECT 1')).then(
      () => true,
      () => false,
    );
    if (served) return;
    await pause(50);
  }
  throw new Error('the database does not come back');
}

export const FAULT_KINDS: readonly FaultKind[] = [
  killNode,
  pauseNode,
  restartPostgres,
  killBackend,
  terminateAll,
  terminateListen,
  lockRow,
  proxyFault(
    'delay',
    'the way to the database is 50 ms long, give or take (D1)',
    [3_000, 5_000],
    () => ({ delayMs: 50, jitterMs: 30 }),
    'delayedChunks',
  ),
  proxyFault(
    'black-hole',
    'the way to the database swallows everything (D2)',
    [3_000, 8_000],
    () => ({ flow: 'blackHole' }),
    'swallowedBytes',
  ),
  proxyFault(
    'reset',
    'connections to the database are torn at some byte (D4)',
    [500, 1_500],
    (random) => ({ resetAfterBytes: random.whole(1, 4_000) }),
    'resets',
  ),
  mailFault('mail-refusing', 'the mail server answers 451 (D6)', 'refusing'),
  mailFault('mail-silent', 'the mail server takes the text and never answers (D5)', 'silent'),
  mailFault(
    'mail-forgetful',
    'the mail server takes the mail and hangs up before it says so (D7)',
    'forgetful',
  ),
  mailFault('mail-slow', 'the mail server takes its time with every mail (D5)', 'slow'),
  mailDown,
  readOnly,
  eatConnections,
];
