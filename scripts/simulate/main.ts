/**
 * `npm run simulate`: lives many simulated installations, a share on each core, and stops at the first broken promise
 * with the command that lives it again. Exit code 0: none; 1: one was broken; 2: it could not be run.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { PLANTED, PLANTED_NAMES, type Planted } from '../../test/simulation/planted.js';
import { COUNTS, simulate, type SimResult } from '../../test/simulation/simulate.js';
import { startProgress } from '../replay/progress.js';

const USAGE = `npm run simulate -- [options]

  --seeds N         how many lives, from seed 1; default: 2000
  --steps N         steps of each; default: 500
  --seed N          only this one, with everything that happens in it
  --plant NAME      with a mistake planted, to see it found (repeatable):
${PLANTED_NAMES.map((name) => `                      ${name.padEnd(24)}${PLANTED[name]}`).join('\n')}`;

/** A share of the seeds: every `stride`-th from `first`. */
interface Share {
  readonly first: number;
  readonly stride: number;
  readonly last: number;
  readonly steps: number;
  readonly planted: readonly Planted[];
}

interface Lived {
  readonly seed: number;
  readonly result: SimResult;
}

if (isMainThread) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`simulate: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
} else {
  const { first, stride, last, steps, planted } = workerData as Share;
  for (let seed = first; seed <= last; seed += stride) {
    parentPort?.postMessage({ seed, result: simulate({ seed, steps, planted }) } satisfies Lived);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '2000' },
      steps: { type: 'string', default: '500' },
      seed: { type: 'string' },
      plant: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const planted = values.plant.map(plantedNamed);
  const steps = wholeNumber('--steps', values.steps);
  if (values.seed !== undefined) return liveOne(wholeNumber('--seed', values.seed), steps, planted);
  return liveMany(wholeNumber('--seeds', values.seeds), steps, planted);
}

function liveOne(seed: number, steps: number, planted: readonly Planted[]): number {
  const trace = (line: string): void => void process.stdout.write(`${line}\n`);
  const { violation } = simulate({ seed, steps, planted, trace });
  process.stdout.write(violation === null ? 'no promise was broken\n' : `BROKEN  ${violation}\n`);
  return violation === null ? 0 : 1;
}

async function liveMany(seeds: number, steps: number, planted: readonly Planted[]): Promise<number> {
  const startedAt = performance.now();
  const progress = startProgress('living', 'lives');
  const stride = Math.max(1, Math.min(availableParallelism(), seeds));
  const lived: Lived[] = [];
  const shares = Array.from({ length: stride }, (_, n) => ({
    first: n + 1,
    stride,
    last: seeds,
    steps,
    planted,
  }));
  const workers = shares.map((share) => new Worker(new URL(import.meta.url), { workerData: share }));
  const stopAll = (): void => workers.forEach((worker) => void worker.terminate());
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise<void>((resolve, reject) => {
          worker.on('message', (one: Lived) => {
            lived.push(one);
            progress.update(lived.length, seeds);
            if (one.result.violation !== null) stopAll();
          });
          worker.on('error', reject);
          worker.on('exit', () => resolve());
        }),
    ),
  );
  progress.end();
  const seconds = (performance.now() - startedAt) / 1000;
  const sums = COUNTS.map(
    (name) => `${lived.reduce((all, { result }) => all + result.counts[name], 0)} ${name}`,
  );
  const taken = lived.reduce((all, { result }) => all + result.steps, 0);
  process.stdout.write(
    `${lived.length} lives, ${taken} steps in ${seconds.toFixed(1)} s: ${sums.join(', ')}\n`,
  );
  const broken = lived.find(({ result }) => result.violation !== null);
  if (!broken) return 0;
  const again = planted.map((name) => ` --plant ${name}`).join('');
  process.stdout.write(`BROKEN  ${broken.result.violation}\n`);
  process.stdout.write(`npm run simulate -- --seed ${broken.seed} --steps ${steps}${again}\n`);
  return 1;
}

function plantedNamed(name: string): Planted {
  if (!Object.hasOwn(PLANTED, name))
    throw new Error(`there is no mistake ${JSON.stringify(name)} to plant; see --help`);
  return name as Planted;
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`${option} must be a whole number above 0`);
  return Number(text);
}
