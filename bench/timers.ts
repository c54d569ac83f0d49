/**
 * `npm run bench:timers`: how late deadlines are acted on among a million that are pending, with two worker processes
 * of the built product on a durable PostgreSQL: spread out, beside a load of commands, all in the same second, and
 * after an outage. Exit code 1 when a deadline was acted on early, twice or not at all; lateness is printed, not judged.
 */
import 'reflect-metadata';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { poolSettings } from '../src/store/data-source.js';
import { type BenchDatabase, startBenchDatabase } from './bench-database.js';
import {
  type BuiltNode,
  buildProduct,
  machineBusySeconds,
  processorSeconds,
  residentMiB,
  startBuiltNode,
} from './built-node.js';
import { readInbox } from './inbox-reads.js';
import { type Lateness, lateness, type Spread, stillDue } from './lateness.js';
import { runClients, type Target } from './life-cycle-clients.js';
import { PendingCases } from './pending-cases.js';

const USAGE = `npm run bench:timers -- [options]

  --pending N   cases with a pending deadline (1000000)
  --due N       deadlines that fall due in each run (10000)
  --data DIR    keep the database there, and use what an earlier run has loaded`;

const WORKERS = 2;
const SPREAD_MS = 10_000;
const OVERDUE = 1_000;
/** Time to write the cases of a run before the first of them falls due. */
const LEAD_MS = 20_000;
/** A deadline that has not been acted on by then is lost. */
const GIVE_UP_MS = 120_000;
const INBOX_EVERY_MS = 50;
/** In a closed loop; alone they reach half of what the service can (`npm run bench`). */
const CLIENTS = 8;
const WARM_UP_SECONDS = 6;

/** Life cycles over REST for so long. @returns transitions a second */
type Live = (seconds: number) => Promise<number>;

interface Run {
  readonly name: string;
  readonly found: Lateness;
  readonly inbox: Spread | null;
  /** Transitions a second over REST meanwhile. */
  readonly transitions: number | null;
  /** Cores that were busy from the first due time until the last effect. */
  readonly cores: { readonly workers: number[]; readonly database: number; readonly machine: number } | null;
}

class Bench {
  constructor(
    private readonly database: BenchDatabase,
    private readonly pool: pg.Pool,
    private readonly cases: PendingCases,
  ) {}

  /** @param dueAfterMs when each deadline falls due, after the first that can. @param live beside it */
  async run(
    name: string,
    dueAfterMs: readonly number[],
    workers: readonly BuiltNode[],
    live?: Live,
  ): Promise<Run> {
    const from = (await this.now()) + LEAD_MS;
    const id = `${name} ${from}`;
    await this.cases.add(
      dueAfterMs.map((ms) => from + ms),
      id,
    );
    const early = from - (await this.now());
    if (early < 1_000) throw new Error('the machine is too busy: the cases of a run were not there in time');
    await pause(early);
    const before = this.used(workers);
    const inbox = readInbox(this.pool, INBOX_EVERY_MS);
    const span = dueAfterMs.reduce((most, each) => Math.max(most, each), 0);
    const [transitions = null] = await Promise.all([live?.(span / 1_000), pause(span)]);
    await this.untilFired(id);
    const cores = coresBetween(before, this.used(workers));
    const read = await inbox;
    return { name, found: await lateness(this.pool, id), inbox: read, transitions, cores };
  }

  /** Deadlines that passed while no node ran, and what the first node makes of them. */
  async restart(start: () => Promise<BuiltNode>): Promise<{ run: Run; node: BuiltNode }> {
    const now = await this.now();
    const id = `restart ${now}`;
    await this.cases.add(
      Array.from({ length: OVERDUE }, (_each, n) => now - 60_000 + n),
      id,
    );
    const node = await start();
    await this.untilFired(id);
    const found = await lateness(this.pool, id);
    return { node, run: { name: 'restart', found, inbox: null, transitions: null, cores: null } };
  }

  quietInbox(): Promise<Spread> {
    return readInbox(this.pool, INBOX_EVERY_MS);
  }

  async facts(): Promise<string> {
    const { rows } = await this.pool.query<{ version: string; size: string; pending: string }>(
      `SELECT split_part(version(), ' ', 2) AS version, pg_size_pretty(pg_database_size(current_database())) AS size,
         (SELECT count(*) FROM cases WHERE next_due_at IS NOT NULL) AS pending`,
    );
    const { version = '', size = '', pending = '' } = rows[0] ?? {};
    const load = loadavg().map((each) => each.toFixed(1));
    return `${pending} pending, ${size}; PostgreSQL ${version}, Node ${process.versions.node}, ${cpus().length} cores, load ${load.join(' ')}`;
  }

  private async now(): Promise<number> {
    const { rows } = await this.pool.query<{ now: number }>('SELECT now() AS now');
    return rows[0]?.now ?? 0;
  }

  private async untilFired(id: string): Promise<void> {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    while ((await stillDue(this.pool, id)) > 0 && performance.now() < giveUpAt) await pause(250);
  }

  private used(workers: readonly BuiltNode[]): Used {
    return {
      at: performance.now(),
      workers: workers.map(({ pid }) => processorSeconds(pid)),
      database: processorSeconds(this.database.serverPid),
      machine: machineBusySeconds(),
    };
  }
}

interface Used {
  readonly at: number;
  readonly workers: readonly (number | null)[];
  readonly database: number | null;
  readonly machine: number | null;
}

function coresBetween(before: Used, after: Used): Run['cores'] {
  const seconds = (after.at - before.at) / 1_000;
  if (before.database === null || after.database === null) return null;
  return {
    workers: after.workers.map((used, n) => ((used ?? 0) - (before.workers[n] ?? 0)) / seconds),
    database: (after.database - before.database) / seconds,
    machine: ((after.machine ?? 0) - (before.machine ?? 0)) / seconds,
  };
}

function printRun({ name, found, inbox, transitions, cores }: Run, expected: number): void {
  const { fired, early, double, recorded, committed, batches, batchMs } = found;
  const lines = [
    ['fired / early / double', `${fired} of ${expected} / ${early} / ${double}`],
    ['lateness, safely committed', shown(committed)],
    ['lateness, journal.recorded_at', shown(recorded)],
    ['batch, first look to commit', `${shown(batchMs)}; ${batches} of ${(fired / batches).toFixed(1)} cases`],
  ];
  if (inbox !== null) lines.push(['inbox page beside it', shown(inbox)]);
  if (transitions !== null) lines.push(['transitions beside it', `${transitions.toFixed(0)}/s over REST`]);
  if (cores !== null) {
    const each = cores.workers.map((used) => used.toFixed(2)).join(' + ');
    const ours = cores.workers.reduce((sum, used) => sum + used, cores.database);
    lines.push([
      'cores busy',
      `workers ${each}, database ${cores.database.toFixed(2)}, others ${(cores.machine - ours).toFixed(2)}`,
    ]);
  }
  print(name, lines);
}

function print(title: string, lines: readonly (readonly string[])[]): void {
  console.log(`\n${title}`);
  for (const [what = '', value = ''] of lines) console.log(`  ${what.padEnd(30)} ${value}`);
}

function shown({ p50, p99, max }: Spread): string {
  return `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(1)} ms`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      pending: { type: 'string', default: '1000000' },
      due: { type: 'string', default: '10000' },
      data: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [pending, due] = [Number(values.pending), Number(values.due)];
  if (values.help || !(pending >= 0) || !(due > 0)) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const closers: (() => Promise<void> | void)[] = [];
  try {
    const database = await startBenchDatabase(values.data ?? null);
    closers.push(() => database.stop());
    return await measure(database, pending, due, closers);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

const WORKER = { ROLE: 'worker', DEMO: '0' };

/** A node that serves and fires nothing, warm, and clients that live cases on it. */
async function startRest(
  start: (env: Readonly<Record<string, string>>) => Promise<BuiltNode>,
): Promise<{ node: BuiltNode; live: Live }> {
  const folder = mkdtempSync(join(tmpdir(), 'case-escalation-tokens-'));
  try {
    const node = await start({ ROLE: 'api', DEMO: 'directory', DATA_DIR: folder });
    const tokens = JSON.parse(readFileSync(join(folder, 'tokens.json'), 'utf8')) as Target['tokens'];
    const target: Target = { base: new URL(node.url), tokens };
    const live: Live = async (seconds) => (await runClients(target, CLIENTS, seconds)).perSecond;
    await live(WARM_UP_SECONDS);
    return { node, live };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  database: BenchDatabase,
  pending: number,
  due: number,
  closers: (() => Promise<void> | void)[],
): Promise<number> {
  const settings = poolSettings({ url: database.url, poolSize: 4, applicationName: 'bench' });
  // A load and a vacuum take longer than a service may.
  const pool = new pg.Pool({ ...settings, options: '-c TimeZone=UTC' });
  closers.push(() => pool.end());
  const product = buildProduct();
  closers.push(() => product.discard());
  const start = async (env: Readonly<Record<string, string>> = WORKER): Promise<BuiltNode> => {
    const node = await startBuiltNode(product.folder, { DATABASE_URL: database.url, ...env });
    closers.push(() => node.stop());
    return node;
  };

  const cases = await PendingCases.prepare(pool);
  await cases.fillUpTo(pending);
  const bench = new Bench(database, pool, cases);
  console.log(`Deadlines on time: ${await bench.facts()}`);
  const quiet = await bench.quietInbox();
  const workers: BuiltNode[] = [];
  for (let n = 0; n < WORKERS; n += 1) workers.push(await start());
  const spreadOut = Array.from({ length: due }, (_each, n) => Math.floor((n * SPREAD_MS) / due));
  const name = `${due} due over ${SPREAD_MS / 1_000} s`;
  const runs = [
    await bench.run(`${name}, the first that new processes see`, spreadOut, workers),
    await bench.run(`${name}, once they are warm`, spreadOut, workers),
  ];
  const { node: api, live } = await startRest(start);
  runs.push(await bench.run(`${name}, beside ${CLIENTS} clients in a closed loop`, spreadOut, workers, live));
  await api.stop();
  const atOnce = spreadOut.map(() => 0);
  runs.push(await bench.run(`${due} due at the same instant`, atOnce, workers));
  const memory = workers.map(({ pid }) => residentMiB(pid)?.toFixed(0) ?? '?');
  for (const worker of workers) await worker.stop();
  const { run: late, node } = await bench.restart(start);

  for (const run of runs) printRun(run, due);
  print(`A node that starts when ${OVERDUE} are overdue`, [
    ['process start to ready', `${node.readyMs.toFixed(0)} ms`],
    ['… to the first overdue fired', `${(late.found.firstCommittedAt - node.startedAt).toFixed(0)} ms`],
    ['… to the last', `${(late.found.lastCommittedAt - node.startedAt).toFixed(0)} ms`],
    [
      'fired / early / double',
      `${late.found.fired} of ${OVERDUE} / ${late.found.early} / ${late.found.double}`,
    ],
  ]);
  print('Besides', [
    ['inbox page, nothing else', shown(quiet)],
    ['memory of the workers', `${memory.join(' and ')} MiB`],
    ['load now', loadavg()[0]?.toFixed(1) ?? ''],
  ]);
  const clean = (found: Lateness, expected: number): boolean =>
    found.fired === expected && found.early === 0 && found.double === 0;
  return runs.every(({ found }) => clean(found, due)) && clean(late.found, OVERDUE) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench:timers: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
