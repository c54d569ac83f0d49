/**
 * `npm run bench:memory`: whether the built product keeps its memory under a steady mixture of commands and reads, on
 * a durable PostgreSQL. The first half of the run is warm-up (compiled code, pools, caches); what counts is the growth
 * over the second. Exit code 1 when resident memory surely grows faster than allowed.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, devNull, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Load, type LoadStats, startLoad } from '../scripts/chaos/load.js';
import { startProgress } from '../scripts/replay/progress.js';
import { startBenchDatabase } from './bench-database.js';
import { type BuiltNode, buildProduct, residentMiB, startBuiltNode } from './built-node.js';
import { growthOf } from './growth.js';

const USAGE = `npm run bench:memory -- [options]

  --minutes N   (60)
  --rate N      commands a second (100)
  --clients N   who give them (16)
  --limit N     MiB an hour that resident memory may grow over the second half (8)
  --json FILE   write every sample there`;

const SAMPLE_MS = 10_000;
const SEED = 1;
const BYTES_PER_MIB = 1_048_576;

interface MemorySample {
  readonly atSeconds: number;
  /** Mebibytes. */
  readonly resident: number;
  readonly heapUsed: number;
  readonly external: number;
  /** Commands so far. */
  readonly acknowledged: number;
}

/** What is told of each sample, and where the node's own figure stands in `/metrics`. */
const HEAP = { heapUsed: 'nodejs_heap_size_used_bytes', external: 'nodejs_external_memory_bytes' } as const;
const KINDS = ['resident', 'heapUsed', 'external'] as const;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '60' },
      rate: { type: 'string', default: '100' },
      clients: { type: 'string', default: '16' },
      limit: { type: 'string', default: '8' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [minutes = 0, rate = 0, clients = 0, limit = 0] = [
    values.minutes,
    values.rate,
    values.clients,
    values.limit,
  ].map(Number);
  if (values.help || ![minutes, rate, clients, limit].every((each) => each > 0)) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const { samples, stats } = await withNode((node, tokens, stopped) =>
    observe(node, { tokens, clients, perSecond: rate }, minutes, stopped),
  );
  if (values.json) writeFileSync(values.json, JSON.stringify({ minutes, rate, stats, samples }, null, 2));
  return judge(samples, stats, limit);
}

/** Ctrl-C ends the run early; what was sampled is reported all the same. */
async function withNode<T>(
  use: (node: BuiltNode, tokens: Record<string, string>, stopped: AbortSignal) => Promise<T>,
): Promise<T> {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const built = buildProduct();
  const dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-tokens-'));
  const database = await startBenchDatabase(null);
  try {
    const node = await startBuiltNode(built.folder, {
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      DEMO: 'directory',
    });
    try {
      const tokens = JSON.parse(readFileSync(join(dataDir, 'tokens.json'), 'utf8')) as Record<string, string>;
      return await use(node, tokens, stopping.signal);
    } finally {
      await node.stop();
    }
  } finally {
    await database.stop();
    built.discard();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function observe(
  node: BuiltNode,
  how: { readonly tokens: Record<string, string>; readonly clients: number; readonly perSecond: number },
  minutes: number,
  stopped: AbortSignal,
): Promise<{ samples: MemorySample[]; stats: LoadStats }> {
  const load = startLoad({ urls: [node.url], historyFile: devNull, seed: SEED, ...how });
  const startedAt = performance.now();
  const samples: MemorySample[] = [];
  const progress = startProgress('Under load', 'samples');
  const expected = Math.round((minutes * 60_000) / SAMPLE_MS);
  try {
    for (let n = 1; n <= expected && !stopped.aborted; n += 1) {
      const wait = Math.max(startedAt + n * SAMPLE_MS - performance.now(), 0);
      await pause(wait, undefined, { signal: stopped }).catch(() => undefined);
      if (!stopped.aborted) samples.push(await sample(node, load, (performance.now() - startedAt) / 1_000));
      progress.update(n, expected);
    }
  } finally {
    progress.end();
    // Its clients would keep asking, and this process alive.
    await load.stop();
  }
  return { samples, stats: load.stats() };
}

/** @throws Error when the node does not tell a figure. */
async function sample(node: BuiltNode, load: Load, atSeconds: number): Promise<MemorySample> {
  const text = await (await fetch(`${node.url}/metrics`)).text();
  const mebibytes = (name: string): number => {
    const bytes = new RegExp(`^${name}(?:\\{.*\\})? (\\S+)`, 'm').exec(text)?.[1];
    if (bytes === undefined) throw new Error(`/metrics tells no ${name}`);
    return Number(bytes) / BYTES_PER_MIB;
  };
  const resident = residentMiB(node.pid);
  if (resident === null) throw new Error('this system does not tell how much memory a process holds');
  return {
    atSeconds,
    resident,
    heapUsed: mebibytes(HEAP.heapUsed),
    external: mebibytes(HEAP.external),
    acknowledged: load.stats().acknowledged,
  };
}

/** Prints the table. @returns the exit code */
function judge(samples: readonly MemorySample[], stats: LoadStats, limit: number): number {
  const second = samples.slice(Math.floor(samples.length / 2));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  console.log(line(['MiB', 'first', 'last', 'most', 'an hour, second half', '± 2 errors']));
  console.log(line(Array.from({ length: 6 }, () => '---')));
  const growths = KINDS.map((kind) => {
    const values = samples.map((each) => each[kind]);
    const growth = growthOf(second.map(({ atSeconds, ...each }) => ({ atSeconds, value: each[kind] })));
    const figures = [values[0] ?? NaN, values.at(-1) ?? NaN, Math.max(...values)].map((each) =>
      each.toFixed(0),
    );
    console.log(line([kind, ...figures, growth.perHour.toFixed(1), (2 * growth.error).toFixed(1)]));
    return growth;
  });
  const [resident] = growths;
  const seconds = samples.at(-1)?.atSeconds ?? NaN;
  const load = loadavg().map((each) => each.toFixed(1));
  console.log(
    `\n${stats.acknowledged} commands acknowledged in ${seconds.toFixed(0)} s (${(stats.acknowledged / seconds).toFixed(0)}/s), ` +
      `${stats.refused} refused, ${stats.givenUp} given up, ${stats.cases} cases, ${samples.length} samples. ` +
      `Node ${process.versions.node}, ${cpus().length} cores, load ${load.join(' ')}.`,
  );
  const surely = resident ? resident.perHour - 2 * resident.error : NaN;
  if (surely <= limit) return 0;
  console.log(
    Number.isNaN(surely) ? 'Too short to tell.' : `Resident memory grows faster than ${limit} MiB an hour.`,
  );
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench:memory: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
