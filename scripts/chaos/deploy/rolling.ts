/**
 * Builds change under load: a schema that grows, back again, then a machine with one state more. One history over all
 * of it, one verdict at its end (G1, G2).
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { checkHistory, type CheckReport } from '../check-history.js';
import { FaultLog } from '../faults.js';
import { startInstallation, type Installation } from '../installation.js';
import { startLoad, type Load } from '../load.js';
import type { SupervisedNode } from '../supervised-node.js';
import { Balancer } from './balancer.js';
import { finding, type Finding } from './finding.js';
import type { Build } from './new-builds.js';
import { Fleet, nodeEnv, numberFrom, settled, startExpectingRefusal, type Stage } from './stage.js';

const ROLES = ['api', 'worker'] as const;
const ACKNOWLEDGED_PER_SECOND = 2;
const DATABASE = 'rolling';
const WHY_REFUSED = /open cases are of machine version 3; this build runs 2/;

export async function rollBuilds(stage: Stage): Promise<Finding[]> {
  const { cluster, folder, products, clients, perSecond, seed } = stage;
  const place = { cluster, database: DATABASE, product: products.old, folder, roles: ROLES };
  const installation = await startInstallation(place);
  stage.undo.push(() => installation.stop(true));
  const balancer = await Balancer.start();
  stage.undo.push(() => balancer.close());
  for (const { name, url } of installation.nodes.filter((_, n) => ROLES[n] === 'api'))
    await balancer.add(name, url);
  const historyFile = join(folder, 'rolling.jsonl');
  const { tokens } = installation;
  const load = startLoad({ urls: [balancer.url], tokens, clients, perSecond, historyFile, seed });
  const rolling = new Rolling(stage, installation, balancer, load);
  const client = await installation.connect();
  stage.undo.push(() => client.end());

  await rolling.changeBuilds(client);
  const env = nodeEnv(cluster.url(DATABASE), installation.mail.url, folder);
  const refused = await startExpectingRefusal(products.old, { ...env, ROLE: 'all' });
  await load.stop();
  const isSettled = await settled(client, stage);
  const restedAt = new Date();
  await rolling.fleet.stop(...rolling.fleet.nodes);
  const report = await checkHistory({
    historyFile,
    client,
    mails: installation.mail.mails,
    hooks: installation.hooks.hooks,
    minAcknowledged: stage.seconds * ACKNOWLEDGED_PER_SECOND,
    faults: rolling.log.all(),
    restedAt,
  });
  return [
    ...gapFindings(report),
    ...rolling.findings(),
    finding(
      'G2',
      'a build that cannot go on with the cases refuses at its start, and says why',
      refused.code === 1 && WHY_REFUSED.test(refused.said),
      refused.code === null ? 'it served' : refused.said,
    ),
    finding('I10', 'everything comes to rest', isSettled, isSettled ? 'it did' : 'not in time'),
    ...verdictFindings('G1 G2', report),
  ];
}

class Rolling {
  readonly log = new FaultLog();
  readonly fleet: Fleet;

  constructor(
    private readonly stage: Stage,
    private readonly installation: Installation,
    private readonly balancer: Balancer,
    private readonly load: Load,
  ) {
    const { cluster, folder } = stage;
    const env = nodeEnv(cluster.url(DATABASE, installation.proxy.port), installation.mail.url, folder);
    this.fleet = new Fleet({ stage, name: 'rolling', env });
  }

  /** Forward, back, and forward for good. */
  async changeBuilds(client: pg.Client): Promise<void> {
    const { fleet, installation } = this;
    const isMigrated = async (): Promise<boolean> =>
      (await numberFrom(client, `SELECT count(*) FROM schema_migrations WHERE name LIKE 'Tomorrow%'`)) === 1;
    const hasMoved = async (): Promise<boolean> =>
      (await numberFrom(client, 'SELECT count(*) FROM cases WHERE machine_version > 2')) > 0;
    await this.served();
    const grown = await this.step('schema grows', () => this.start('grown'), isMigrated);
    await this.step('grown beside old', () => this.sideBySide());
    await this.step('old leaves', () => fleet.stop(...installation.nodes));
    const again = await this.step('old comes back', () => this.start('old'));
    await this.step('grown leaves', () => fleet.stop(...grown));
    await this.step('machine changes', () => this.start('changed'));
    await this.step('changed beside old', () => this.sideBySide(), hasMoved);
    await this.step('old leaves for good', () => fleet.stop(...again));
  }

  findings(): Finding[] {
    const { balancer, fleet, installation } = this;
    const failures = [...balancer.failures].map(([code, times]) => `${times} × ${code}`).join(', ');
    const crashes = installation.nodes.reduce((sum, node) => sum + node.crashes, fleet.crashes);
    const unclean = fleet.unclean.join(', ');
    return [
      finding('G1', 'no client hears of a failure (5xx)', failures === '', failures || 'none'),
      finding(
        'G1',
        'an old node leaves cases of the newer machine alone; the balancer asks another',
        balancer.handedOn > 0,
        `${balancer.handedOn} requests handed on`,
      ),
      finding(
        'G1',
        'nodes stop cleanly and none ends by itself',
        crashes === 0 && unclean === '',
        unclean || `${crashes} ended by themselves`,
      ),
    ];
  }

  /** Noted with its window, and whether anybody felt it. */
  async step<T>(name: string, work: () => Promise<T>, isFelt?: () => Promise<boolean>): Promise<T> {
    this.stage.progress(`${name} (${this.load.stats().acknowledged} acknowledged)`);
    const from = performance.now();
    const made = await work();
    await this.served();
    const felt = (await isFelt?.()) ?? true;
    this.log.add({ name, effective: () => felt }, { from, to: performance.now() });
    return made;
  }

  async start(build: 'old' | Build): Promise<SupervisedNode[]> {
    const started: SupervisedNode[] = [];
    for (const role of ROLES) {
      const node = await this.fleet.start(build, role);
      await node.untilReady();
      if (role === 'api') await this.balancer.add(node.name, node.url);
      started.push(node);
    }
    return started;
  }

  sideBySide(): Promise<void> {
    return pause(this.stage.seconds * 1000);
  }

  /** Until a command is acknowledged that was so after this call. */
  async served(): Promise<void> {
    const since = performance.now();
    while (this.load.stats().acknowledgedAt < since) await pause(50);
  }
}

/** No step may be felt as an outage; what a busy machine takes to start a node is none. */
const GAP_MAX_MS = 5_000;

function gapFindings({ faults }: CheckReport): Finding[] {
  return faults.map(({ name, effective, acknowledged, lost, doubled, longestGapMs }) =>
    finding(
      name.startsWith('old comes') || name === 'grown leaves' ? 'G2' : 'G1',
      name,
      effective > 0 && lost === 0 && doubled === 0 && longestGapMs <= GAP_MAX_MS,
      `${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled, longest gap ${(longestGapMs / 1000).toFixed(1)} s`,
    ),
  );
}

export function verdictFindings(row: string, report: CheckReport): Finding[] {
  const broken = report.verdicts.filter(({ violations }) => violations > 0);
  return [
    ...broken.map(({ invariant, promise, violations, first }) =>
      finding(`${row} ${invariant}`, promise, false, `${violations}, e.g. ${first}`),
    ),
    ...report.worthless.map((why) => finding(row, 'the run is worth a verdict', false, why)),
    finding(
      row,
      'nothing acknowledged is lost, doubled or told wrongly',
      broken.length === 0,
      `${report.verdicts.length - broken.length} of ${report.verdicts.length} promises hold over ${report.acknowledged} commands`,
    ),
  ];
}
