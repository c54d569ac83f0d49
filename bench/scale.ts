/**
 * `npm run bench:scale`: whether the house stays as fast when it is full. The same reads and the same life cycles over
 * HTTP against worlds of growing size, on the built product and a durable PostgreSQL. Figures are printed, not judged.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startProgress } from '../scripts/replay/progress.js';
import { startBenchDatabase } from './bench-database.js';
import { buildProduct, startBuiltNode } from './built-node.js';
import { type Spread, spread } from './lateness.js';
import { runClients, type Target } from './life-cycle-clients.js';
import { DEPARTMENTS, World } from './world.js';

const USAGE = `npm run bench:scale -- [options]

  --sizes LIST   numbers of cases (10000,100000,1000000)
  --reads N      of each kind at each size (1000)`;

const CLIENTS = 32;
const SECONDS = 5;
/** Sampled once per size, so that every kind of read meets the same cases. */
const SAMPLE = 500;
const STATISTICS_MS = 1_500;
/** Of each kind, not counted: the first world must not pay for code and pages that are cold. */
const WARM_UP_READS = 100;

/** Each kind: who asks, and for what. `case` and `customer` are drawn anew each time. */
const READS: Readonly<
  Record<string, { readonly role: string; path: (caseId: string, customerId: string) => string }>
> = {
  'inbox, first page': { role: 'member:logistics', path: () => '/api/v1/tasks?limit=50&sort=dueAt' },
  'inbox, counts': { role: 'member:logistics', path: () => '/api/v1/tasks/counts' },
  'inbox, unassigned': { role: 'lead:finance', path: () => '/api/v1/tasks?assignee=none&limit=50' },
  case: { role: 'agent', path: (id) => `/api/v1/cases/${id}` },
  'case, journal': { role: 'agent', path: (id) => `/api/v1/cases/${id}/journal?limit=100` },
  'case, ledger': { role: 'agent', path: (id) => `/api/v1/cases/${id}/ledger?limit=100` },
  'customer, 360°': { role: 'agent', path: (_id, customer) => `/api/v1/customers/${customer}` },
  'cases of a customer': { role: 'agent', path: (_id, customer) => `/api/v1/cases?customerId=${customer}` },
  'cases, newest': { role: 'manager', path: () => '/api/v1/cases?limit=50' },
  'cases at level 2': { role: 'manager', path: () => '/api/v1/cases?level=2&limit=50' },
  'cases of a department': {
    role: 'manager',
    path: () => `/api/v1/cases?department=${DEPARTMENTS[1]}&limit=50`,
  },
  'cases of an owner': { role: 'agent', path: () => '/api/v1/cases?ownerId=agent-1&limit=50' },
  'cases in a state': { role: 'manager', path: () => '/api/v1/cases?state=level1.working&limit=50' },
};

interface AtSize {
  readonly size: number;
  readonly reads: Readonly<Record<string, Spread>>;
  readonly transitionsPerSecond: number;
  /** Of the large tables, while all reads were made: an index serves each of them, or this is not none. */
  readonly sequentialScans: number;
}

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    reads: { type: 'string', default: '1000' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${USAGE}\n`);
else await main(values.sizes.split(',').map(Number), Number(values.reads));

async function main(sizes: readonly number[], reads: number): Promise<void> {
  const built = buildProduct();
  const dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-tokens-'));
  const database = await startBenchDatabase(null);
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  try {
    const node = await startBuiltNode(built.folder, {
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      DEMO: 'directory',
    });
    try {
      const tokens = JSON.parse(readFileSync(join(dataDir, 'tokens.json'), 'utf8')) as Target['tokens'];
      const target: Target = { base: new URL(node.url), tokens };
      await runClients(target, CLIENTS, SECONDS);
      const world = await World.prepare(pool, target);
      const found: AtSize[] = [];
      for (const size of sizes) found.push(await measure(pool, world, target, size, reads));
      process.stdout.write(`${table(found)}\n\n${facts(reads)}\n`);
    } finally {
      await node.stop();
    }
  } finally {
    await pool.end();
    await database.stop();
    built.discard();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(
  pool: pg.Pool,
  world: World,
  target: Target,
  size: number,
  reads: number,
): Promise<AtSize> {
  const growing = startProgress('Loading', 'cases');
  await world.growTo(size, (done) => growing.update(done, size));
  growing.end();
  const sample = await world.someCases(SAMPLE);
  const scansBefore = await sequentialScans(pool);
  const took = new Map<string, number[]>(Object.keys(READS).map((kind) => [kind, []]));
  const progress = startProgress('Reading', 'of each kind');
  // All kinds in turn, so that a slow moment of the machine slows them alike.
  for (let k = -WARM_UP_READS; k < reads; k += 1) {
    const caseId = sample.at(k % sample.length) ?? '';
    for (const [kind, { role, path }] of Object.entries(READS)) {
      const from = performance.now();
      await read(target, role, path(caseId, world.aCustomer()));
      if (k >= 0) took.get(kind)?.push(performance.now() - from);
    }
    progress.update(Math.max(k + 1, 0), reads);
  }
  progress.end();
  // The server's figures follow its work by up to a second.
  await pause(STATISTICS_MS);
  const scans = (await sequentialScans(pool)) - scansBefore;
  const { perSecond } = await runClients(target, CLIENTS, SECONDS);
  const spreads = Object.fromEntries([...took].map(([kind, times]) => [kind, spread(times)]));
  return { size, reads: spreads, transitionsPerSecond: perSecond, sequentialScans: scans };
}

async function sequentialScans(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ scans: number }>(
    `SELECT sum(seq_scan)::int AS scans FROM pg_stat_user_tables
     WHERE relname IN ('cases', 'journal', 'tasks', 'notifications', 'clocks', 'escalations', 'customers')`,
  );
  return rows[0]?.scans ?? 0;
}

/** @throws Error naming an answer that is not 200. */
async function read({ base, tokens }: Target, role: string, path: string): Promise<void> {
  const answer = await fetch(new URL(path, base), { headers: { authorization: `Bearer ${tokens[role]}` } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${text.slice(0, 300)}`);
}

function table(found: readonly AtSize[]): string {
  const [least, most] = [found[0], found.at(-1)];
  if (!least || !most) return '';
  const head = ['p50 / p99 ms', ...found.map(({ size }) => size.toLocaleString('en')), 'p99 ratio'];
  const rows = Object.keys(READS).map((kind) => [
    kind,
    ...found.map(({ reads }) => `${reads[kind]?.p50.toFixed(1)} / ${reads[kind]?.p99.toFixed(1)}`),
    ((most.reads[kind]?.p99 ?? Number.NaN) / (least.reads[kind]?.p99 ?? Number.NaN)).toFixed(2),
  ]);
  const speed = [
    `transitions/s, ${CLIENTS} clients`,
    ...found.map(({ transitionsPerSecond }) => transitionsPerSecond.toFixed(0)),
    (most.transitionsPerSecond / least.transitionsPerSecond).toFixed(2),
  ];
  const scans = [
    'sequential scans of large tables',
    ...found.map(({ sequentialScans: number }) => String(number)),
    '',
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), line(scans), line(speed)].join('\n');
}

function facts(reads: number): string {
  const load = loadavg().map((each) => each.toFixed(1));
  return `${reads} reads of each kind, one at a time. Node ${process.versions.node}, ${cpus().length} cores, load ${load.join(' ')}.`;
}
