/**
 * `npm run bench:start`: how long the built product takes to be ready, and how much memory it then holds, without
 * cases and with a million that all have a pending deadline. Exit code 1 when a goal is missed.
 */
import 'reflect-metadata';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { poolSettings } from '../src/store/data-source.js';
import { startBenchDatabase } from './bench-database.js';
import { buildProduct, processorSeconds, residentMiB, startBuiltNode } from './built-node.js';
import { type Spread, spread } from './lateness.js';
import { DEPARTMENT, PendingCases } from './pending-cases.js';

const USAGE = `npm run bench:start -- [options]

  --pending N   open cases, each with a pending deadline (1000000)
  --starts N    of the node, without cases and with them (5)
  --data DIR    keep the database there, and use what an earlier run has loaded`;

const READY_GOAL_MS = 5_000;
const MEMORY_GOAL_MIB = 50;
/** What a node does after it is ready (its first look at what is due, statistics) belongs to its memory. */
const SETTLE_MS = 5_000;

interface Start {
  readonly readyMs: number;
  /** Of the processor, until it was ready: what counts when others use the machine too. */
  readonly processorMs: number;
  /** The first page of a department's inbox, asked at once: ready means ready. */
  readonly inboxMs: number;
  readonly residentMiB: number;
}

interface Starts {
  readonly pending: number;
  readonly found: readonly Start[];
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      pending: { type: 'string', default: '1000000' },
      starts: { type: 'string', default: '5' },
      data: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [pending = 0, starts = 0] = [values.pending, values.starts].map(Number);
  if (values.help || !(pending > 0 && starts > 0)) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const database = await startBenchDatabase(values.data ?? null);
  const settings = poolSettings({ url: database.url, poolSize: 4, applicationName: 'bench' });
  // A load and a vacuum take longer than a service may.
  const pool = new pg.Pool({ ...settings, options: '-c TimeZone=UTC' });
  const product = buildProduct();
  try {
    const empty = new URL(database.url);
    empty.pathname = '/empty';
    await pool.query('DROP DATABASE IF EXISTS empty WITH (FORCE)');
    await pool.query('CREATE DATABASE empty');
    const few = await measure(product.folder, empty.href, starts);
    await (await PendingCases.prepare(pool)).fillUpTo(pending);
    const many = await measure(product.folder, database.url, starts);
    const { rows } = await pool.query<{ open: number }>(
      'SELECT count(*)::int AS open FROM cases WHERE next_due_at IS NOT NULL',
    );
    return judge({ pending: 0, found: few }, { pending: rows[0]?.open ?? 0, found: many });
  } finally {
    product.discard();
    await pool.end();
    await database.stop();
  }
}

/** The first start is not counted: it migrates, and reads everything from the disk. */
async function measure(folder: string, databaseUrl: string, starts: number): Promise<Start[]> {
  const found: Start[] = [];
  for (let n = 0; n <= starts; n += 1) found.push(await startOnce(folder, databaseUrl));
  return found.slice(1);
}

async function startOnce(folder: string, databaseUrl: string): Promise<Start> {
  const dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-tokens-'));
  const node = await startBuiltNode(folder, {
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    DEMO: 'directory',
  });
  try {
    const processorMs = (processorSeconds(node.pid) ?? Number.NaN) * 1_000;
    const tokens = JSON.parse(readFileSync(join(dataDir, 'tokens.json'), 'utf8')) as Record<string, string>;
    const from = performance.now();
    const headers = { authorization: `Bearer ${tokens[`member:${DEPARTMENT}`]}` };
    const answer = await fetch(new URL('/api/v1/tasks?limit=50&sort=dueAt', node.url), { headers });
    await answer.text();
    if (!answer.ok) throw new Error(`the inbox answers ${answer.status}`);
    const inboxMs = performance.now() - from;
    await pause(SETTLE_MS);
    return { readyMs: node.readyMs, processorMs, inboxMs, residentMiB: residentMiB(node.pid) ?? Number.NaN };
  } finally {
    await node.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Prints the table. @returns the exit code */
function judge(few: Starts, many: Starts): number {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const head = [
    'pending deadlines',
    'ready, p50 ms',
    'slowest',
    'processor ms',
    'first inbox page ms',
    'MiB',
  ];
  console.log(`${line(head)}\n${line(head.map(() => '---'))}`);
  const told = [few, many].map(({ pending, found }) => {
    const of = (pick: (start: Start) => number): Spread => spread(found.map(pick));
    const ready = of(({ readyMs }) => readyMs);
    const resident = of((start) => start.residentMiB).p50;
    const [processor, inbox] = [of(({ processorMs }) => processorMs).p50, of(({ inboxMs }) => inboxMs).p50];
    const figures = [ready.p50, ready.max, processor, inbox, resident].map((each) => each.toFixed(0));
    console.log(line([pending.toLocaleString('en'), ...figures]));
    return { ready, resident };
  });
  const load = loadavg().map((each) => each.toFixed(1));
  console.log(
    `\n${few.found.length} starts each. Node ${process.versions.node}, ${cpus().length} cores, load ${load.join(' ')}.`,
  );
  const slowest = told[1]?.ready.max ?? Number.NaN;
  const grown = (told[1]?.resident ?? Number.NaN) - (told[0]?.resident ?? Number.NaN);
  const goals: readonly (readonly [string, number, number])[] = [
    ['Every start ready, ms', slowest, READY_GOAL_MS],
    ['Memory that the cases cost, MiB', grown, MEMORY_GOAL_MIB],
  ];
  for (const [what, measured, goal] of goals) {
    console.log(
      `${measured <= goal ? 'held  ' : 'MISSED'}  ${what}: ${measured.toFixed(0)}, at most ${goal}`,
    );
  }
  return goals.every(([, measured, goal]) => measured <= goal) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench:start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
