/**
 * `npm run chaos:ha`: the product on a PostgreSQL cluster whose servers, network of agreement and standbys fail one
 * after another, and whether anything that was acknowledged was lost. Ends with a cluster that must lose something, to
 * show that it would be seen. Exit code 0: all of it holds; 1: it does not; 2: it could not be run.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildProduct } from '../../../bench/built-node.js';
import { positive, seedFrom } from '../options.js';
import { HaCluster } from './ha-cluster.js';
import { HA_FAULTS, stalledLoss, type HaFaultKind } from './ha-faults.js';
import { controlText, haReportText, lostIn } from './ha-report-text.js';
import { findPrograms, MissingPrerequisite, serverUser } from './prerequisites.js';
import { runHa, type HaOptions } from './run-ha.js';

const USAGE = `npm run chaos:ha [-- options]

Needs Debian's patroni, etcd-server, haproxy and postgresql-15; nothing of them has to run. Starts everything on
loopback, as docs/ha.md describes it, and ends it.

  --minutes M     faults are injected for so long, and one round of them whatever it is (1)
  --faults a,b    only these; default: all of the list below that have a number
  --seed N        of load and schedule; default: chosen, and printed
  --clients N     (12)
  --rate N        commands a second that they try (60)
  --no-control    without the negative control
  --keep          history, logs and databases, though nothing is broken

Faults, and how often each comes in a round:
${HA_FAULTS.map(({ name, about, times }) => `  ${name.padEnd(16)} ${times === 0 ? '   ' : `${times} ×`} ${about}`).join('\n')}`;

const EXIT_INTERRUPTED = 130;
/** What a run acknowledges at the least, a second; a round stands still for a third of its time. */
const ACKNOWLEDGED_PER_SECOND = 4;
/** A message whose sender died keeps its lease for a minute and a half. */
const DRAIN_SECONDS = 150;
/** A control whose standbys were never behind proves nothing; it is tried again. */
const CONTROL_TRIES = 3;

function readOptions() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1' },
      faults: { type: 'string' },
      seed: { type: 'string' },
      clients: { type: 'string', default: '12' },
      rate: { type: 'string', default: '60' },
      'no-control': { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return values;
}

async function main(): Promise<number> {
  const values = readOptions();
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const faults =
    values.faults === undefined
      ? HA_FAULTS.filter(({ times }) => times > 0)
      : values.faults.split(',').map(faultNamed);
  const seconds = positive('--minutes', values.minutes) * 60;
  const load = { clients: positive('--clients', values.clients), perSecond: positive('--rate', values.rate) };
  const seed = seedFrom(values.seed);
  const programs = findPrograms(process.env);
  const user = serverUser();
  const folder = await mkdtemp(join(tmpdir(), 'case-ha-run-'));
  const product = buildProduct();
  const startedAt = performance.now();
  const progress = (line: string): void =>
    void process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(0)} s: ${line}\n`);
  progress('starting a cluster');
  const cluster = await HaCluster.start(programs, user);
  let keep = true;
  let ending: Promise<void> | null = null;
  const endAll = async (): Promise<void> => {
    await cluster.stop(keep);
    product.discard();
    if (!keep) await rm(folder, { recursive: true, force: true });
    else process.stderr.write(`Kept: ${folder} (history, logs), ${cluster.folder} (cluster)\n`);
  };
  const end = (): Promise<void> => (ending ??= endAll());
  const interrupted = (): void => {
    keep = values.keep;
    void end().finally(() => process.exit(EXIT_INTERRUPTED));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const place = { cluster, product: product.folder, seed, ...load, drainSeconds: DRAIN_SECONDS, progress };
    const held = await runFaults(place, folder, faults, seconds);
    const seen = values['no-control'] || (await runControl(place, folder));
    const passed = held && seen;
    keep = values.keep || !passed;
    return passed ? 0 : 1;
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await end();
  }
}

type Place = Omit<HaOptions, 'database' | 'folder' | 'faults' | 'seconds' | 'minAcknowledged'>;

async function runFaults(
  place: Place,
  folder: string,
  faults: readonly HaFaultKind[],
  seconds: number,
): Promise<boolean> {
  const report = await runHa({
    ...place,
    database: 'ha',
    folder: join(folder, 'ha'),
    faults,
    seconds,
    minAcknowledged: seconds * ACKNOWLEDGED_PER_SECOND,
  });
  process.stdout.write(`${haReportText(report, place.seed)}\n`);
  return report.passed;
}

/** @returns whether the loss was seen. */
async function runControl(place: Place, folder: string): Promise<boolean> {
  place.progress('negative control: nobody waits for a standby any more');
  await place.cluster.waitForNobody();
  for (let attempt = 1; ; attempt += 1) {
    const name = `control${attempt}`;
    const report = await runHa({
      ...place,
      database: name,
      folder: join(folder, name),
      faults: [stalledLoss],
      seconds: 1,
      minAcknowledged: 1,
    });
    const seen = lostIn(report) > 0;
    if (!seen && attempt < CONTROL_TRIES) continue;
    process.stdout.write(`\nNegative control\n${controlText(report)}\n`);
    return seen;
  }
}

function faultNamed(name: string): HaFaultKind {
  const found = HA_FAULTS.find((kind) => kind.name === name);
  if (!found) throw new Error(`there is no fault "${name}": --help lists them`);
  return found;
}

try {
  process.exitCode = await main();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`chaos:ha: ${reason}\n`);
  if (!(error instanceof MissingPrerequisite)) process.stderr.write('The run told nothing.\n');
  process.exitCode = 2;
}
