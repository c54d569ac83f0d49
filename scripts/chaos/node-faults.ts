/** Faults of the product's own processes: killed, stopped for a while. Knows no schedule and no verdict. */
import { setTimeout as pause } from 'node:timers/promises';
import { kind, type FaultKind } from './fault-kind.js';
import type { SupervisedNode } from './supervised-node.js';

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

export const NODE_FAULTS: readonly FaultKind[] = [killNode, pauseNode];
