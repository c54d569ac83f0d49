/**
 * `npm run chaos`: a product under load on a machine where everything fails, and whether anything that was
 * acknowledged was lost, doubled or told wrongly. Exit code 0: nothing was; 1: something was, or the run was worth
 * nothing; 2: it could not be run.
 */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FAULT_KINDS, faultNamed } from './fault-kinds.js';
import { MUTANTS, mutantNamed } from './mutants.js';
import { positive, seedFrom } from './options.js';
import { OwnCluster } from './own-cluster.js';
import { plantMutant } from './plant-mutant.js';
import { reportText } from './report-text.js';
import { runChaos } from './run-chaos.js';
import { runMutants } from './run-mutants.js';

const USAGE = `npm run chaos [-- options]

  --minutes M       how long faults are injected (2)
  --seed N          of load and schedule; default: chosen, and printed
  --faults a,b      only these; default: all of the list below
  --roles a,b       one node each (all,all); also api and worker
  --clients N       (12)
  --rate N          commands a second that they try (60)
  --mutant NAME     with this slip planted in the product: the run must fail
  --mutants         all slips one after another; fails when one is not seen
  --seconds S       that a planted slip is looked for at first; then four times as long, and ten times (5)
  --json FILE       the whole report, for programs
  --keep            history, logs and database, though nothing is broken

Faults:
${FAULT_KINDS.map(({ name, about }) => `  ${name.padEnd(17)} ${about}`).join('\n')}

Planted slips:
${MUTANTS.map(({ name, about }) => `  ${name.padEnd(26)} ${about}`).join('\n')}`;

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const EXIT_INTERRUPTED = 130;
/** What a run acknowledges at the least, a second; a busy machine manages a multiple. */
const ACKNOWLEDGED_PER_SECOND = 4;
/** Nothing has to wait longer once the leases of dead senders are ended. */
const DRAIN_SECONDS = 120;

function readOptions() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string' },
      faults: { type: 'string' },
      roles: { type: 'string', default: 'all,all' },
      clients: { type: 'string', default: '12' },
      rate: { type: 'string', default: '60' },
      mutant: { type: 'string' },
      mutants: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '5' },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return values;
}

type Values = ReturnType<typeof readOptions>;

/** What both ways of running share. */
interface Place {
  readonly cluster: OwnCluster;
  readonly product: string;
  readonly folder: string;
  readonly seed: number;
  readonly clients: number;
  readonly perSecond: number;
}

async function main(): Promise<number> {
  const values = readOptions();
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (!existsSync(join(PROJECT, 'dist/main.js'))) throw new Error('the product is not built: npm run build');
  const seed = seedFrom(values.seed);
  const load = { clients: positive('--clients', values.clients), perSecond: positive('--rate', values.rate) };
  const folder = await mkdtemp(join(tmpdir(), 'case-chaos-run-'));
  const product = await copyProduct(folder);
  const cluster = await OwnCluster.start();
  let keep = true;
  let ending: Promise<void> | null = null;
  const endAll = async (): Promise<void> => {
    await cluster.stop(keep);
    if (!keep) await rm(folder, { recursive: true, force: true });
    else process.stderr.write(`Kept: ${folder} (history, logs), ${cluster.folder} (database)\n`);
  };
  const end = (): Promise<void> => (ending ??= endAll());
  const interrupted = (): void => {
    keep = values.keep;
    void end().finally(() => process.exit(EXIT_INTERRUPTED));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const place = { cluster, product, folder, seed, ...load };
    const passed = values.mutants ? await plantAll(place, values) : await runOnce(place, values);
    keep = values.keep || (!passed && !values.mutants);
    return passed ? 0 : 1;
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await end();
  }
}

function plantAll(place: Place, values: Values): Promise<boolean> {
  const mutants = values.mutant?.split(',').map(mutantNamed) ?? MUTANTS;
  return runMutants({ ...place, mutants, seconds: positive('--seconds', values.seconds) });
}

async function runOnce(place: Place, values: Values): Promise<boolean> {
  const seconds = Math.round(Number(values.minutes) * 60);
  if (!(seconds > 0)) throw new Error(`--minutes takes a number above 0, not "${values.minutes}"`);
  if (values.mutant !== undefined) await plantMutant(place.product, mutantNamed(values.mutant));
  const report = await runChaos({
    ...place,
    roles: values.roles.split(','),
    faults: values.faults === undefined ? FAULT_KINDS : values.faults.split(',').map(faultNamed),
    seconds,
    database: 'chaos',
    folder: join(place.folder, 'run'),
    minAcknowledged: seconds * ACKNOWLEDGED_PER_SECOND,
    drainSeconds: DRAIN_SECONDS,
    progress: (line, done) => process.stderr.write(`${done.toFixed(0)}/${seconds} s: ${line}\n`),
  });
  process.stdout.write(`${reportText(report, place.seed)}\n`);
  if (values.json !== undefined) {
    const { seed, clients, perSecond } = place;
    const shown = { seed, clients, perSecond, roles: values.roles, minutes: seconds / 60, ...report };
    await writeFile(values.json, `${JSON.stringify(shown, null, 2)}\n`);
  }
  return report.passed;
}

/** Of its own, so that a build beside the run, or a slip planted in it, harms nobody. */
async function copyProduct(folder: string): Promise<string> {
  const product = join(folder, 'product');
  await cp(join(PROJECT, 'dist'), join(product, 'dist'), { recursive: true });
  for (const needed of ['node_modules', 'package.json'])
    await symlink(join(PROJECT, needed), join(product, needed));
  return product;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`chaos: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
