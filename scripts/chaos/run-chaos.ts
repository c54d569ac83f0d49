/**
 * One run: load, faults one after another by a seeded schedule, then peace, and the verdict. Prints nothing; tells
 * whoever asked how far it is. Knows no command line.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { Random } from '../fuzz/random.js';
import { checkHistory, type CheckReport } from './check-history.js';
import type { FaultKind, Scene } from './fault-kinds.js';
import { FaultLog } from './faults.js';
import { startInstallation, type Installation } from './installation.js';
import { startLoad, type Load, type LoadStats } from './load.js';
import type { OwnCluster } from './own-cluster.js';

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
  /** Whether everything came to rest in time. */
  readonly drained: boolean;
  readonly passed: boolean;
}

/** Between two faults: something must be acknowledged, or one outage would be taken for two. */
const QUIET_MS: readonly [number, number] = [500, 2_000];
/** After a fault the load must be served again within this, or the run is over: I1 of a product that is dead is no news. */
const SERVED_WITHIN_MS = 60_000;
const POLL_MS = 50;

/** @throws Error when the installation does not come up. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const installation = await startInstallation(options);
  let keep = true;
  try {
    const historyFile = join(options.folder, 'history.jsonl');
    const { urls, tokens } = installation;
    const { clients, perSecond, seed } = options;
    const load = startLoad({ urls, tokens, clients, perSecond, historyFile, seed });
    let stats: LoadStats;
    let log: FaultLog;
    try {
      log = await injectFaults(options, installation, load);
    } finally {
      await makePeace(installation);
      options.progress('settling', options.seconds);
      stats = await load.stop();
    }
    const client = await installation.connect();
    try {
      const drained = await drain(client, options);
      const restedAt = new Date();
      const unclean = (await Promise.all(installation.nodes.map((node) => node.stop()))).filter(
        (code) => code !== 0,
      );
      options.progress('checking', options.seconds);
      const report = await checkHistory({
        historyFile,
        client,
        mails: installation.mail.mails,
        minAcknowledged: options.minAcknowledged,
        faults: log.all(),
        complaints: log.complaints,
        restedAt,
      });
      const crashes = installation.nodes.reduce((sum, node) => sum + node.crashes, unclean.length);
      const passed = report.passed && crashes === 0 && drained;
      keep = !passed;
      return { ...report, stats, crashes, mails: installation.mail.mails.length, drained, passed };
    } finally {
      await client.end().catch(() => undefined);
    }
  } finally {
    await installation.stop(keep);
  }
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

async function makePeace({ proxy, mail, nodes }: Installation): Promise<void> {
  proxy.setWeather({});
  mail.mood = 'well';
  await mail.open();
  for (const node of nodes) node.kill('SIGCONT');
  await Promise.all(nodes.map((node) => node.untilReady()));
}

/**
 * Everything that was due has fired, and every message that there was has come to its end; time goes on making new
 * ones. Messages that wait for their next try need not wait as long as they would; one that is under way, or whose
 * sender died, keeps its lease.
 */
async function drain(client: pg.Client, options: ChaosOptions): Promise<boolean> {
  const since = new Date();
  const giveUpAt = performance.now() + options.drainSeconds * 1000;
  for (let looks = 0; ; looks += 1) {
    await client.query(HURRY, [since]);
    const { left } = (await client.query(LEFT, [since])).rows[0] as { left: number };
    if (left === 0) return true;
    if (performance.now() > giveUpAt) return false;
    if (looks % 40 === 0) options.progress(`draining, ${left} left`, options.seconds);
    await pause(250);
  }
}

const HURRY = `
UPDATE notifications n SET next_attempt_at = now()
WHERE n.created_at < $1 AND n.next_attempt_at > now() + interval '2 seconds'
  AND NOT EXISTS (SELECT FROM notification_attempts a WHERE a.case_id = n.case_id AND a.seq = n.seq
    AND a.channel = n.channel AND a.n = n.attempts AND a.ended_at IS NULL)`;

const LEFT = `
SELECT ((SELECT count(*) FROM cases WHERE next_due_at < now() - interval '2 seconds')
  + (SELECT count(*) FROM notifications WHERE next_attempt_at IS NOT NULL AND created_at < $1))::integer AS left`;
