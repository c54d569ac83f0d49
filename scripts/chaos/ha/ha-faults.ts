/**
 * What can happen to a cluster and to the servers around it, one row each. Codes in brackets are those of the
 * catalogue of faults. Knows no schedule and no verdict; what is expected of each stands in `goals.ts`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../fuzz/random.js';
import type { Fault } from '../faults.js';
import type { HaCluster } from './ha-cluster.js';
import type { PatroniMember } from './patroni-member.js';
import { isAlive, signal } from './processes.js';

export interface HaScene {
  readonly cluster: HaCluster;
  readonly random: Random;
}

export interface HaFaultKind {
  readonly name: HaFaultName;
  readonly about: string;
  /** How long it lasts, milliseconds; null: until writes are acknowledged again. */
  readonly holdMs: number | null;
  /** How often in a round of all faults; 0: only when asked for. */
  readonly times: number;
  make(scene: HaScene): Fault;
}

export type HaFaultName =
  | 'node-loss'
  | 'postmaster-kill'
  | 'switchover'
  | 'node-pause'
  | 'etcd-pause'
  | 'standbys-down'
  | 'stalled-loss';

type Deeds = Omit<Fault, 'name'>;

const kind = (
  name: HaFaultName,
  about: string,
  rest: Pick<HaFaultKind, 'holdMs' | 'times'>,
  make: (scene: HaScene) => Deeds,
): HaFaultKind => ({ name, about, ...rest, make: (scene) => ({ name, ...make(scene) }) });

const once = (holdMs: number | null): Pick<HaFaultKind, 'holdMs' | 'times'> => ({ holdMs, times: 1 });

const nodeLoss = kind('node-loss', 'the primary’s machine is gone (C1)', once(null), ({ cluster }) => {
  let lost: PatroniMember | null = null;
  let after: PatroniMember | null = null;
  return {
    inject: async () => {
      lost = await cluster.leader();
      await lost.kill();
    },
    heal: async () => {
      lost?.start();
      await cluster.untilHealthy();
      after = await cluster.leader();
    },
    effective: () => lost !== null && after !== null && lost !== after,
  };
});

const postmasterKill = kind(
  'postmaster-kill',
  'PostgreSQL of the primary dies, its machine lives (C2)',
  once(null),
  ({ cluster }) => {
    let killed: number | null = null;
    return {
      inject: async () => {
        killed = (await cluster.leader()).killPostmaster();
      },
      heal: () => cluster.untilHealthy(),
      effective: () => killed !== null && !isAlive(killed),
    };
  },
);

const switchover = kind(
  'switchover',
  'the primary hands over as planned (C3)',
  { holdMs: null, times: 4 },
  ({ cluster }) => {
    let before: PatroniMember | null = null;
    let after: PatroniMember | null = null;
    return {
      inject: async () => {
        before = await cluster.leader();
        await cluster.switchover();
      },
      heal: async () => {
        await cluster.untilHealthy();
        after = await cluster.leader();
      },
      effective: () => before !== null && after !== null && before !== after,
    };
  },
);

/**
 * Before 3.0.3, Patroni writes its leader's key without looking whose it is by now: a machine that stood still between its
 * look and its write takes the lead back, and what was acknowledged elsewhere meanwhile is lost. Debian 12 has 3.0.2. A
 * watchdog, which this machine has none of, reboots such a machine first.
 */
const nodePause = kind(
  'node-pause',
  'the primary’s machine stands still for 45 s and then believes that it leads: Patroni 3.0.3 or a watchdog',
  { holdMs: 45_000, times: 0 },
  ({ cluster }) => {
    let paused: PatroniMember | null = null;
    let after: PatroniMember | null = null;
    return {
      inject: async () => {
        paused = await cluster.leader();
        paused.pause();
      },
      heal: async () => {
        paused?.resume();
        await cluster.untilHealthy();
        after = await cluster.leader();
      },
      effective: () => paused !== null && paused !== after,
    };
  },
);

const etcdPause = kind('etcd-pause', 'etcd answers nobody for 60 s (C5)', once(60_000), ({ cluster }) => {
  let answered = true;
  return {
    inject: async () => {
      cluster.pauseEtcd();
      answered = await cluster.etcdAnswers();
    },
    heal: async () => {
      cluster.resumeEtcd();
      await cluster.untilHealthy();
    },
    effective: () => !answered,
  };
});

const standbysDown = kind('standbys-down', 'both standbys are gone (C6)', once(40_000), ({ cluster }) => {
  let killed = 0;
  let standbys: readonly PatroniMember[] = [];
  return {
    inject: async () => {
      standbys = await cluster.standbys();
      const each = await Promise.all(standbys.map((standby) => standby.kill()));
      killed = each.filter((processes) => processes > 1).length;
    },
    heal: async () => {
      for (const standby of standbys) standby.start();
      await cluster.untilHealthy();
    },
    effective: () => killed === 2,
  };
});

/** How long the standbys are deaf before the primary goes: what it acknowledges meanwhile is nowhere else. */
const STALLED_MS = 5_000;

/** Also the negative control (C8): with standbys that nobody waits for, this must lose what was acknowledged. */
export const stalledLoss = kind(
  'stalled-loss',
  'the standbys go deaf, then the primary’s machine is gone (C8)',
  once(null),
  ({ cluster }) => {
    let lost: PatroniMember | null = null;
    let after: PatroniMember | null = null;
    let receivers: number[] = [];
    return {
      inject: async () => {
        lost = await cluster.leader();
        const standbys = await cluster.standbys();
        receivers = standbys.map((standby) => standby.walReceiver()).filter((pid) => pid !== null);
        signal(receivers, 'SIGSTOP');
        await pause(STALLED_MS);
        await lost.kill();
        // What waits in their sockets must not reach them after all.
        signal(receivers, 'SIGTERM');
        signal(receivers, 'SIGCONT');
      },
      heal: async () => {
        signal(receivers, 'SIGCONT');
        lost?.start();
        await cluster.untilHealthy();
        after = await cluster.leader();
      },
      effective: () => receivers.length === 2 && after !== null && lost !== after,
    };
  },
);

export const HA_FAULTS: readonly HaFaultKind[] = [
  nodeLoss,
  postmasterKill,
  switchover,
  nodePause,
  etcdPause,
  standbysDown,
  stalledLoss,
];
