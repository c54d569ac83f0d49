/**
 * One run: load, faults one after another by a seeded schedule, then peace, and the verdict. Prints nothing; tells
 * whoever asked how far it is. Knows no command line.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { Random } from '../fuzz/random.js';
import { checkHistory, type CheckReport } from './check-history.js';
import { drain, endDeadLeases } from './drain.js';
import type { FaultKind, Scene } from './fault-kind.js';
import { FaultLog } from './faults.js';
import { HealthProbes } from './health-probes.js';
import { startInstallation, type Installation } from './installation.js';
import { judgeHealth } from './judge-health.js';
import type { Verdict } from './judge-history.js';
import { startLoad, type Load, type LoadStats } from './load.js';
import type { OwnCluster } from './own-cluster.js';
import { figuresAfter, figuresOf, OpenTransactions, type Figures } from './resources.js';
import { RightsProbes } from './rights-probes.js';

export interface ChaosOptions {
  readonly cluster: OwnCluster;
  readonly database: string;
  readonly product: string;
  readonly folder: string;
  readonly roles: readonly string[];
  readonly seconds: number;
  readonly seed: number;
  readonly faults: readonly FaultKind[];
  readonly clients: number;
  readonly perSecond: number;
  readonly minAcknowledged: number;
  /** Longest wait for what is left over. */
  readonly drainSeconds: number;
  progress(line: string, doneSeconds: number): void;
}

export interface ChaosReport extends CheckReport {
  readonly stats: LoadStats;
  /** Times that a node ended although nobody had asked. */
  readonly crashes: number;
  readonly mails: number;
  readonly webhooks: number;
  /** What nodes held before the load, and when everything had come to rest. */
  readonly resources: { readonly before: Figures; readonly after: Figures };
  readonly seconds: number;
  /** Whether everything came to rest in time. */
  readonly drained: boolean;
  readonly passed: boolean;
}

/** Between two faults: something must be acknowledged, or one outage would be taken for two. */
const QUIET_MS: readonly [number, number] = [500, 2_000];
/** After a fault the load must be served again within this, or the run is over: I1 of a product that is dead is no news. */
const SERVED_WITHIN_MS = 60_000;
const POLL_MS = 50;

/** What is left over after this is under way at a sender that lives, or at one that is dead. */
const SENDERS_WITHIN_SECONDS = 6;

/** @throws Error when the installation does not come up. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const startedAt = performance.now();
  const installation = await startInstallation(options);
  let keep = true;
  try {
    const historyFile = join(options.folder, 'history.jsonl');
    const before = await atRest(installation, (client) => figuresOf(installation.nodes, client));
    const { stats, log, findings } = await underLoad(options, installation, historyFile);
    const client = await installation.connect();
    try {
      const { drained, unclean } = await settle(client, options, installation);
      const after = await figuresAfter(installation.nodes, client, before, drained ? undefined : 0);
      const restedAt = new Date();
      const codes = await Promise.all(installation.nodes.map((node) => node.stop()));
      options.progress('checking', options.seconds);
      const report = await checkHistory({
        historyFile,
        client,
        mails: installation.mail.mails,
        hooks: installation.hooks.hooks,
        minAcknowledged: options.minAcknowledged,
        faults: log.all(),
        complaints: log.complaints,
        findings: [...findings, ...after.verdicts],
        restedAt,
      });
      const crashes =
        unclean +
        codes.filter((code) => code !== 0).length +
        installation.nodes.reduce((sum, node) => sum + node.crashes, 0);
      const passed = report.passed && crashes === 0 && drained;
      keep = !passed;
      return {
        ...report,
        stats,
        crashes,
        mails: installation.mail.mails.length,
        webhooks: installation.hooks.hooks.length,
        resources: { before, after: after.figures },
        seconds: (performance.now() - startedAt) / 1000,
        drained,
        passed,
      };
    } finally {
      await client.end().catch(() => undefined);
    }
  } finally {
    await installation.stop(keep);
  }
}

interface UnderLoad {
  readonly stats: LoadStats;
  readonly log: FaultLog;
  /** Of those who looked while it lasted. */
  readonly findings: readonly Verdict[];
}

/** Load, probes and faults; then peace, and the load settles what it has under way. */
async function underLoad(
  options: ChaosOptions,
  installation: Installation,
  historyFile: string,
): Promise<UnderLoad> {
  const { urls, tokens } = installation;
  const { clients, perSecond, seed } = options;
  const healthFile = join(options.folder, 'health.json');
  const health = await HealthProbes.start(installation);
  const load = startLoad({ urls, tokens, clients, perSecond, historyFile, seed });
  const rights = RightsProbes.start({ urls, tokens, seed }, () => load.caseIds());
  const transactions = OpenTransactions.start(() => installation.connect());
  try {
    const log = await injectFaults(options, installation, load);
    await makePeace(installation);
    options.progress('settling', options.seconds);
    const stats = await load.stop();
    const { ready, live, writes } = await health.stop(healthFile);
    const refused = await atRest(installation, (client) => rights.stop(client));
    return {
      stats,
      log,
      findings: [...judgeHealth(ready, live, writes), ...refused, ...(await transactions.stop())],
    };
  } catch (error) {
    await makePeace(installation).catch(() => undefined);
    await Promise.all([load.stop(), health.stop(healthFile), transactions.stop()]);
    throw error;
  }
}

async function settle(
  client: pg.Client,
  options: ChaosOptions,
  { nodes }: Installation,
): Promise<{ readonly drained: boolean; readonly unclean: number }> {
  const first = { ...options, drainSeconds: Math.min(SENDERS_WITHIN_SECONDS, options.drainSeconds) };
  if (await drain(client, first)) return { drained: true, unclean: 0 };
  if (options.drainSeconds <= SENDERS_WITHIN_SECONDS) return { drained: false, unclean: 0 };
  const unclean = await endDeadLeases(client, nodes);
  return { drained: await drain(client, options), unclean };
}

async function atRest<T>(installation: Installation, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return installation.cluster.once(installation.database, work);
}

async function injectFaults(
  options: ChaosOptions,
  installation: Installation,
  load: Load,
): Promise<FaultLog> {
  const random = new Random(options.seed, 1);
  const scene: Scene = { installation, random, stats: () => load.stats() };
  const log = new FaultLog();
  const startedAt = performance.now();
  const endAt = startedAt + options.seconds * 1000;
  let deck: FaultKind[] = [];
  await untilServed(load, startedAt);
  while (performance.now() < endAt) {
    await pause(random.whole(...QUIET_MS));
    if (deck.length === 0) deck = random.shuffled(options.faults);
    const kind = deck.pop();
    if (!kind) break;
    options.progress(
      `${kind.name} (${load.stats().acknowledged} acknowledged)`,
      (performance.now() - startedAt) / 1000,
    );
    const fault = kind.make(scene);
    const from = performance.now();
    try {
      await fault.inject();
      if (kind.holdMs) await pause(random.whole(...kind.holdMs));
    } finally {
      await fault.heal();
    }
    await untilServed(load, performance.now());
    log.add(fault, { from, to: performance.now() });
  }
  return log;
}

/** Until a command is acknowledged that was so after `since`. @throws Error when none ever is. */
async function untilServed(load: Load, since: number): Promise<void> {
  const giveUpAt = performance.now() + SERVED_WITHIN_MS;
  while (load.stats().acknowledgedAt < since) {
    if (performance.now() > giveUpAt) throw new Error('the load was never served again');
    await pause(POLL_MS);
  }
}

async function makePeace({ proxy, mail, hooks, nodes }: Installation): Promise<void> {
  proxy.setWeather({});
  mail.mood = 'well';
  hooks.mood = 'well';
  await mail.open();
  for (const node of nodes) node.kill('SIGCONT');
  await Promise.all(nodes.map((node) => node.untilReady()));
}
