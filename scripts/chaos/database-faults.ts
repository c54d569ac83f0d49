/**
 * Faults of the database server: gone, recovering, full, read-only, or somebody in the way. Knows no schedule and no
 * verdict.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { count, kind, onServer, type FaultKind, type Scene } from './fault-kind.js';

/** The nodes' sessions, as `pg_stat_activity` knows them. */
const NODES = `datname = current_database() AND application_name LIKE 'case-escalation%'`;

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
      heal: async () => undefined,
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

/** Nodes whose sessions are ended let go of them one by one. */
const EATING_MS = 1_000;

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
        const fullAt = performance.now() + EATING_MS;
        while (performance.now() < fullAt) await eat();
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

export const DATABASE_FAULTS: readonly FaultKind[] = [
  restartPostgres,
  killBackend,
  terminateAll,
  terminateListen,
  lockRow,
  readOnly,
  eatConnections,
];
