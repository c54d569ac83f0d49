/**
 * `npm run chaos:deploy`: several nodes while builds, machine and schema change under load, and what a backup is worth.
 * Makes the builds, then has all of it driven and judged from the newest one's own source (`drive.ts`). Exit code 0:
 * every promise held; 1: one did not; 2: it could not be run.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWithUs } from '../../../src/app/end-with-us.js';
import { positive } from '../options.js';
import { changeSource, compile, copyOfSource, PROJECT, sourceOfCommit } from './builds.js';
import { PARTS, type PartName } from './parts.js';
import type { Order } from './order.js';
import type { Build } from './new-builds.js';

const USAGE = `npm run chaos:deploy [-- options]

  --parts a,b     only these; default: all of the list below
  --from COMMIT   the old build is that commit's; default: today's source, so that only what is new differs
  --seconds S     how long two builds run side by side (60)
  --rows N        entries of the large journal (1000000)
  --clients N     (8)
  --rate N        commands a second that they try (30)
  --seed N        of the load (1)
  --keep          builds, logs and histories, though everything held

Parts:
${Object.entries(PARTS)
  .map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`)
  .join('\n')}`;

const BUILDS: readonly Build[] = ['grown', 'changed', 'renamed', 'forgotten'];
const EXIT_INTERRUPTED = 130;

function readOptions() {
  return parseArgs({
    options: {
      parts: { type: 'string', default: Object.keys(PARTS).join(',') },
      from: { type: 'string' },
      seconds: { type: 'string', default: '60' },
      rows: { type: 'string', default: '1000000' },
      clients: { type: 'string', default: '8' },
      rate: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

async function main(): Promise<number> {
  const values = readOptions();
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const parts = values.parts.split(',').map(partNamed);
  for (const missing of parts.flatMap((name) => PARTS[name].missing())) throw new Error(missing);
  const folder = await mkdtemp(join(tmpdir(), 'case-deploy-'));
  // The database server may run as another user, who must be able to pass.
  chmodSync(folder, 0o755);
  let code = 1;
  try {
    process.stderr.write('building the old product and four new ones\n');
    const products = build(folder, values.from);
    const order: Order = {
      parts,
      folder,
      products,
      seconds: positive('--seconds', values.seconds),
      rows: positive('--rows', values.rows),
      clients: positive('--clients', values.clients),
      perSecond: positive('--rate', values.rate),
      seed: positive('--seed', values.seed),
    };
    code = await drive(products.changed, order);
    return code;
  } finally {
    if (code === 0 && !values.keep) await rm(folder, { recursive: true, force: true });
    else process.stderr.write(`Kept: ${folder}\n`);
  }
}

function build(folder: string, from: string | undefined): Order['products'] {
  const source = (name: string): string => join(folder, name);
  const old = compile(from === undefined ? copyOfSource(source('old')) : sourceOfCommit(source('old'), from));
  const made = BUILDS.map((name) => [name, compile(changeSource(copyOfSource(source(name)), name))] as const);
  return { old, ...Object.fromEntries(made) } as Order['products'];
}

/** By the newest build's own load and checkers: they know its state. */
function drive(source: string, order: Order): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--import', './scripts/typescript.mjs', 'scripts/chaos/deploy/drive.ts', JSON.stringify(order)],
    { cwd: source, stdio: 'inherit' },
  );
  if (child.pid !== undefined) child.once('exit', endWithUs(child.pid));
  // It gets the terminal's own; ours is to wait for its end.
  const stop = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? EXIT_INTERRUPTED)));
}

function partNamed(name: string): PartName {
  if (!Object.hasOwn(PARTS, name)) throw new Error(`there is no part "${name}": --help lists them`);
  return name as PartName;
}

try {
  process.chdir(PROJECT);
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`chaos:deploy: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
