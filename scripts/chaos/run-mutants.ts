/**
 * Runs the product with one planted slip after another, each for a short time on a database of its own, and tells
 * which of them the checker saw and by what. Knows no slip in particular.
 */
import { join } from 'node:path';
import { FAULT_KINDS } from './fault-kinds.js';
import type { Mutant } from './mutants.js';
import type { OwnCluster } from './own-cluster.js';
import { plantMutant } from './plant-mutant.js';
import { runChaos, type ChaosReport } from './run-chaos.js';

export interface MutantOptions {
  readonly cluster: OwnCluster;
  readonly product: string;
  readonly folder: string;
  readonly seed: number;
  readonly seconds: number;
  readonly clients: number;
  readonly perSecond: number;
  readonly mutants: readonly Mutant[];
}

/** Of slips that need no fault of their own to show. */
const DEFAULT_FAULTS = ['kill-node', 'terminate-all', 'reset'];
/** A slip that shows at once needs no thousands. */
const MIN_ACKNOWLEDGED = 1;
const DRAIN_SECONDS = 3;
/** Most slips show at once; one that does not is looked for longer, times so much. */
const STAGES = [1, 4, 10];
/** Of these a busy machine makes some by itself. */
const NOISE: ReadonlySet<string> = new Set(['I19', 'I21']);

/** @returns whether each one was seen. @throws Error when one cannot be planted. */
export async function runMutants(options: MutantOptions): Promise<boolean> {
  let unseen = 0;
  for (const [n, mutant] of options.mutants.entries()) {
    let how: string | null = null;
    for (const [stage, times] of STAGES.entries()) {
      how ??= await seenBy(mutant, { ...options, seconds: options.seconds * times }, `${n}_${stage}`);
    }
    if (how === null) unseen += 1;
    process.stdout.write(`${how === null ? 'NOT SEEN' : 'seen'}  ${mutant.name}  ${how ?? ''}\n`);
  }
  process.stdout.write(
    `${options.mutants.length - unseen} of ${options.mutants.length} planted slips were seen\n`,
  );
  return unseen === 0;
}

async function seenBy(mutant: Mutant, options: MutantOptions, name: string): Promise<string | null> {
  const { product, seed, seconds } = options;
  const names = mutant.faults ?? DEFAULT_FAULTS;
  const undo = await plantMutant(product, mutant);
  try {
    return howSeen(
      mutant,
      await runChaos({
        ...options,
        database: `mutant_${name}`,
        folder: join(options.folder, `${mutant.name}-${name}`),
        roles: ['all', 'all'],
        faults: FAULT_KINDS.filter(({ name }) => names.includes(name)),
        minAcknowledged: MIN_ACKNOWLEDGED,
        drainSeconds: DRAIN_SECONDS,
        progress: (line, done) =>
          process.stderr.write(`${mutant.name} ${done.toFixed(0)}/${seconds} s, seed ${seed}: ${line}\n`),
      }),
    );
  } catch (error) {
    // A product that does not even serve is noticed by anybody; it proves nothing about the checker.
    process.stderr.write(`${mutant.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  } finally {
    await undo();
  }
}

function howSeen({ shows }: Mutant, { verdicts }: ChaosReport): string | null {
  const broken = verdicts.filter(
    ({ violations, invariant }) =>
      violations > 0 && (shows ? shows.includes(invariant) : !NOISE.has(invariant)),
  );
  if (broken.length === 0) return null;
  return broken
    .map(({ invariant, promise, violations }) => `${invariant} (${promise}: ${violations})`)
    .join('; ');
}
