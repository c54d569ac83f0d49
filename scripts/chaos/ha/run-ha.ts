/**
 * One run on a cluster: load, faults one after another in seeded order, then peace, and the verdict. Prints nothing;
 * tells whoever asked how far it is. Knows no command line.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../../fuzz/random.js';
import { checkHistory, type CheckReport } from '../check-history.js';
import { FaultLog } from '../faults.js';
import { readHistory } from '../history.js';
import { startLoad, type Load } from '../load.js';
import { drain } from '../drain.js';
import { calmGap, judgeGoals, type GoalRow, type Injection } from './goals.js';
import type { HaCluster } from './ha-cluster.js';
import type { HaFaultKind, HaScene } from './ha-faults.js';
import { startHaInstallation, type HaInstallation } from './ha-installation.js';
import { startWatch } from './watchers.js';

export interface HaOptions {
  readonly cluster: HaCluster;
  readonly database: string;
  readonly product: string;
  readonly folder: string;
  /** At least one round of all faults, and further ones until the time is over. */
  readonly seconds: number;
  readonly faults: readonly HaFaultKind[];
  readonly seed: number;
  readonly clients: number;
  readonly perSecond: number;
  readonly minAcknowledged: number;
  /** Longest wait for what is left over. */
  readonly drainSeconds: number;
  progress(line: string): void;
}

export interface HaReport extends CheckReport {
  readonly goals: readonly GoalRow[];
  /** The longest time without an acknowledged write while nothing was broken. */
  readonly calmGapMs: number;
  /** Times that a node ended although nobody had asked. */
  readonly crashes: number;
  /** Looks at a node that found it not alive. */
  readonly notAlive: number;
  readonly drained: boolean;
  readonly mails: number;
}

/** Before, between and after faults: an ordinary life to compare with, and to lose something of. */
const QUIET_MS: readonly [number, number] = [2_000, 5_000];
/** Beyond this the product is dead, and the rest of the run would be no news. */
const SERVED_WITHIN_MS = 90_000;
const POLL_MS = 50;

/** @throws Error when the installation does not come up, or is never served again. */
export async function runHa(options: HaOptions): Promise<HaReport> {
  const installation = await startHaInstallation(options);
  try {
    return await runOn(installation, options);
  } finally {
    await installation.stop();
  }
}

async function runOn(installation: HaInstallation, options: HaOptions): Promise<HaReport> {
  const { cluster, clients, perSecond, seed } = options;
  const { urls, tokens, nodes, mail } = installation;
  const historyFile = join(options.folder, 'history.jsonl');
  const load = startLoad({ urls, tokens, clients, perSecond, historyFile, seed });
  const watch = startWatch({ urls, token: tokens['manager'] ?? '' });
  const log = new FaultLog();
  let injections: Injection[];
  try {
    injections = await injectFaults(options, load, log);
    await pause(QUIET_MS[1]);
  } finally {
    options.progress('settling');
    await watch.stop();
    await load.stop();
  }
  await Promise.all(nodes.map((node) => node.untilReady()));
  const client = await cluster.connect(options.database);
  try {
    const progress = (line: string): void => options.progress(line);
    const drained = await drain(client, { ...options, progress });
    const restedAt = new Date();
    const unclean = (await Promise.all(nodes.map((node) => node.stop()))).filter((code) => code !== 0);
    options.progress('checking');
    const report = await checkHistory({
      historyFile,
      client,
      mails: mail.mails,
      minAcknowledged: options.minAcknowledged,
      faults: log.all(),
      restedAt,
    });
    const { samples } = watch;
    writeFileSync(join(options.folder, 'watch.json'), JSON.stringify({ injections, samples }));
    const lines = await readHistory(historyFile);
    const calmGapMs = calmGap(lines, injections);
    const goals = judgeGoals({ lines, samples, calmGapMs }, injections);
    const crashes = nodes.reduce((sum, node) => sum + node.crashes, unclean.length);
    const notAlive = samples.filter(({ what, ok }) => what === 'live' && !ok).length;
    const passed =
      report.passed && drained && crashes === 0 && notAlive === 0 && goals.every(({ held }) => held);
    return { ...report, goals, calmGapMs, crashes, notAlive, drained, mails: mail.mails.length, passed };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function injectFaults(options: HaOptions, load: Load, log: FaultLog): Promise<Injection[]> {
  const random = new Random(options.seed, 1);
  const scene: HaScene = { cluster: options.cluster, random };
  const round = options.faults.flatMap((kind) => Array.from({ length: Math.max(1, kind.times) }, () => kind));
  const injections: Injection[] = [];
  const endAt = performance.now() + options.seconds * 1000;
  await untilServed(load, performance.now());
  do {
    for (const kind of random.shuffled(round)) {
      await pause(random.whole(...QUIET_MS));
      const injection = await injectOne(kind, scene, load, log, options);
      injections.push(injection);
      if (injections.length >= round.length && performance.now() >= endAt) break;
    }
  } while (performance.now() < endAt);
  return injections;
}

async function injectOne(
  kind: HaFaultKind,
  scene: HaScene,
  load: Load,
  log: FaultLog,
  options: HaOptions,
): Promise<Injection> {
  options.progress(`${kind.name} (${load.stats().acknowledged} acknowledged)`);
  const fault = kind.make(scene);
  const from = performance.now();
  let healAt = from;
  try {
    await fault.inject();
    if (kind.holdMs === null) await untilServed(load, performance.now());
    else await pause(kind.holdMs);
  } finally {
    healAt = performance.now();
    await fault.heal();
  }
  await untilServed(load, performance.now());
  const to = performance.now();
  log.add(fault, { from, to });
  return { name: kind.name, from, healAt, to };
}

/** Until a command is acknowledged that was so after `since`. @throws Error when none ever is. */
async function untilServed(load: Load, since: number): Promise<void> {
  const giveUpAt = performance.now() + SERVED_WITHIN_MS;
  while (load.stats().acknowledgedAt < since) {
    if (performance.now() > giveUpAt) throw new Error('the load was never served again');
    await pause(POLL_MS);
  }
}
