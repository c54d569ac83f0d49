/**
 * `npm run bench`: how fast whole life cycles go through the REST API of the built product, beside what PostgreSQL
 * itself can do with the same rows, and beside other ways to build the same. All take turns within one run, several
 * rounds, medians; client, application and database share the machine. Figures are printed, not judged.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startProgress } from '../scripts/replay/progress.js';
import { type BenchDatabase, startBenchDatabase } from './bench-database.js';
import { buildProduct, processorSeconds, residentMiB, startBuiltNode } from './built-node.js';
import type { Contender } from './contender.js';
import { CONTENDERS, type ContenderName, startContenders } from './contenders.js';
import { FLOORS, type FloorName, type Measured, prepareFloor, runFloor } from './floor.js';
import { liveUpTo, runClients, type Target } from './life-cycle-clients.js';

const USAGE = `npm run bench -- [options]

  --clients LIST    clients at a time (1,8,32,64)
  --seconds N       of each turn (4)
  --rounds N        turns of each contender at each number of clients (3)
  --contenders LIST beside the floors and the product (${CONTENDERS.join(',')}); none
  --json FILE       write every turn there

pgbench must be installed: it drives the floor. The contenders' packages are installed when they are first asked for.`;

interface Turn extends Measured {
  readonly contender: string;
  readonly clients: number;
  /** Seconds of processor time per 1,000 transitions; null where nobody tells. */
  readonly application: number | null;
  readonly database: number | null;
}

const WARM_UP_SECONDS = 6;

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '1,8,32,64' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    contenders: { type: 'string', default: CONTENDERS.join(',') },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${USAGE}\n`);
else await main(values.clients.split(',').map(Number), Number(values.seconds), Number(values.rounds));

async function main(crowds: readonly number[], seconds: number, rounds: number): Promise<void> {
  const database = await startBenchDatabase(null);
  const others = await startContenders(contendersOf(values.contenders), database);
  try {
    const product = await startProduct(database);
    try {
      await prepare(product, database);
      const contenders = [...FLOORS.map((name) => floorOf(name, database.url)), product, ...others];
      const turns: Turn[] = [];
      const progress = startProgress('Measuring', 'turns');
      for (let round = 0; round < rounds; round += 1) {
        for (const clients of crowds) {
          for (const contender of contenders) {
            turns.push(await takeTurn(contender, clients, seconds, database.serverPid));
            progress.update(turns.length, rounds * crowds.length * contenders.length);
          }
        }
      }
      progress.end();
      const memory = residentMiB(product.pids().application);
      process.stdout.write(`${table(turns, crowds)}\n\n${facts(memory, seconds, rounds)}\n`);
      if (values.json) writeFileSync(values.json, JSON.stringify(turns.map(withoutSamples), null, 2));
    } finally {
      await product.stop();
    }
  } finally {
    for (const contender of others) await contender.stop();
    await database.stop();
  }
}

/** @throws Error naming what is no contender. */
function contendersOf(list: string): ContenderName[] {
  const names = list.split(',').filter((name) => name !== '' && name !== 'none');
  const odd = names.find((name) => !(CONTENDERS as readonly string[]).includes(name));
  if (odd !== undefined)
    throw new Error(`there is no contender "${odd}"; there are ${CONTENDERS.join(', ')}`);
  return names as ContenderName[];
}

interface Product extends Contender {
  readonly target: Target;
}

async function startProduct({ url }: BenchDatabase): Promise<Product> {
  const built = buildProduct();
  const dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-tokens-'));
  const discard = (): void => {
    built.discard();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const env = { DATABASE_URL: url, DATA_DIR: dataDir, DEMO: 'directory', POOL_SIZE: '10' };
    const node = await startBuiltNode(built.folder, env);
    const tokens = JSON.parse(readFileSync(join(dataDir, 'tokens.json'), 'utf8')) as Target['tokens'];
    const target: Target = { base: new URL(node.url), tokens };
    return {
      name: 'product',
      target,
      drive: (clients, seconds) => runClients(target, clients, seconds),
      pids: () => ({ application: node.pid, server: null }),
      stop: async () => {
        await node.stop();
        discard();
      },
    };
  } catch (error) {
    discard();
    throw error;
  }
}

/** Warm, and with a case at level 2 for the floor to copy. */
async function prepare({ target }: Product, database: BenchDatabase): Promise<void> {
  await runClients(target, 32, WARM_UP_SECONDS);
  await liveUpTo(target, ['escalate', 'accept', 'climb', 'accept2'], 'logistics', 'finance');
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  try {
    await prepareFloor(pool);
  } finally {
    await pool.end();
  }
}

function floorOf(name: FloorName, url: string): Pick<Contender, 'name' | 'drive'> {
  return { name, drive: (clients, seconds) => runFloor(name, url, clients, seconds) };
}

type Taking = Pick<Contender, 'name' | 'drive'> & Partial<Pick<Contender, 'pids'>>;

/** @param databasePid of the server that counts where the contender has none of its own */
async function takeTurn(
  { name, drive, pids }: Taking,
  clients: number,
  seconds: number,
  databasePid: number,
): Promise<Turn> {
  const { application, server } = pids?.() ?? { application: null, server: null };
  const used = (): [number | null, number | null] => [
    application === null ? null : processorSeconds(application),
    processorSeconds(server ?? databasePid),
  ];
  const before = used();
  const measured = await drive(clients, seconds);
  const [ofApplication, ofDatabase] = used().map((now, n) => per1000(before[n] ?? null, now, measured));
  return {
    ...measured,
    contender: name,
    clients,
    application: ofApplication ?? null,
    database: ofDatabase ?? null,
  };
}

function withoutSamples(turn: Turn): Omit<Turn, 'latencies'> {
  const { latencies, ...rest } = turn;
  return { ...rest, latenciesMeasured: latencies.length } as Omit<Turn, 'latencies'>;
}

function per1000(before: number | null, after: number | null, { latencies }: Measured): number | null {
  return before === null || after === null ? null : ((after - before) * 1000) / latencies.length;
}

function table(turns: readonly Turn[], crowds: readonly number[]): string {
  const names = [...new Set(turns.map(({ contender }) => contender))];
  const head = [
    'contender',
    'clients',
    '/s',
    '× floor-6',
    '× floor-1',
    'product ÷ it',
    'p50 ms',
    'p95',
    'p99',
    'app s/1k',
    'db s/1k',
  ];
  const rows = crowds.flatMap((clients) =>
    names.map((contender) => {
      const turnsOf = (name: string) =>
        turns.filter((turn) => turn.contender === name && turn.clients === clients);
      const own = turnsOf(contender);
      const of = (pick: (turn: Turn) => number): number => median(own.map(pick));
      // Turn by turn, so that a slow minute of the machine slows both.
      const ratio = (over: string, under: string): string => {
        const below = turnsOf(under);
        const each = turnsOf(over).map((turn, n) => turn.perSecond / (below[n]?.perSecond ?? Number.NaN));
        return median(each).toFixed(2);
      };
      return [
        contender,
        String(clients),
        of(({ perSecond }) => perSecond).toFixed(0),
        ratio(contender, 'floor-6'),
        ratio(contender, 'floor-1'),
        ratio('product', contender),
        ...[0.5, 0.95, 0.99].map((share) => of(({ latencies }) => quantile(latencies, share)).toFixed(1)),
        shown(own.map(({ application }) => application)),
        shown(own.map(({ database }) => database)),
      ];
    }),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function shown(seconds: readonly (number | null)[]): string {
  const told = seconds.filter((each) => each !== null);
  return told.length === 0 ? '–' : median(told).toFixed(2);
}

function facts(residentMib: number | null, seconds: number, rounds: number): string {
  const load = loadavg().map((each) => each.toFixed(1));
  const memory = residentMib === null ? '' : ` Application: ${residentMib.toFixed(0)} MiB resident.`;
  return `${rounds} rounds of ${seconds} s, medians; ratios turn by turn. Node ${process.versions.node}, ${cpus().length} cores shared by all, load ${load.join(' ')}.${memory}`;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? Number.NaN;
}
