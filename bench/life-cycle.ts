/**
 * `npm run bench`: how fast whole life cycles go through the REST API of the built product, beside what PostgreSQL
 * itself can do with the same rows. All contenders take turns within one run, several rounds, medians; the client, the
 * application and the database share the machine. Figures are printed, not judged.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startProgress } from '../scripts/replay/progress.js';
import { startBenchDatabase } from './bench-database.js';
import { buildProduct, processorSeconds, residentMiB, startBuiltNode } from './built-node.js';
import { FLOORS, type Measured, prepareFloor, runFloor } from './floor.js';
import { liveUpTo, runClients, type Target } from './life-cycle-clients.js';

const USAGE = `npm run bench -- [options]

  --clients LIST    clients at a time (1,8,32,64)
  --seconds N       of each turn (4)
  --rounds N        turns of each contender at each number of clients (3)
  --json FILE       write every turn there

pgbench must be installed: it drives the floor.`;

const CONTENDERS = [...FLOORS, 'product'] as const;
type Contender = (typeof CONTENDERS)[number];

interface Turn extends Measured {
  readonly contender: Contender;
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
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${USAGE}\n`);
else await main(values.clients.split(',').map(Number), Number(values.seconds), Number(values.rounds));

async function main(crowds: readonly number[], seconds: number, rounds: number): Promise<void> {
  const built = buildProduct();
  const dataDir = mkdtempSync(join(tmpdir(), 'case-escalation-tokens-'));
  const database = await startBenchDatabase(null);
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  try {
    const node = await startBuiltNode(built.folder, {
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      DEMO: 'directory',
      POOL_SIZE: '10',
    });
    try {
      const tokens = JSON.parse(readFileSync(join(dataDir, 'tokens.json'), 'utf8')) as Target['tokens'];
      const target: Target = { base: new URL(node.url), tokens };
      await runClients(target, 32, WARM_UP_SECONDS);
      // For the floor to copy.
      await liveUpTo(target, ['escalate', 'accept', 'climb', 'accept2'], 'logistics', 'finance');
      await prepareFloor(pool);
      const used = (): [number | null, number | null] => [
        processorSeconds(node.pid),
        processorSeconds(database.serverPid),
      ];
      const turns: Turn[] = [];
      const progress = startProgress('Measuring', 'turns');
      for (let round = 0; round < rounds; round += 1) {
        for (const clients of crowds) {
          for (const contender of CONTENDERS) {
            const before = used();
            const measured =
              contender === 'product'
                ? await runClients(target, clients, seconds)
                : await runFloor(contender, database.url, clients, seconds);
            const [application, server] = used().map((now, n) => per1000(before[n] ?? null, now, measured));
            turns.push({
              ...measured,
              contender,
              clients,
              application: application ?? null,
              database: server ?? null,
            });
            progress.update(turns.length, rounds * crowds.length * CONTENDERS.length);
          }
        }
      }
      progress.end();
      process.stdout.write(`${table(turns, crowds)}\n\n${facts(residentMiB(node.pid), seconds, rounds)}\n`);
      if (values.json) writeFileSync(values.json, JSON.stringify(turns.map(withoutSamples), null, 2));
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

function withoutSamples(turn: Turn): Omit<Turn, 'latencies'> {
  const { latencies, ...rest } = turn;
  return { ...rest, latenciesMeasured: latencies.length } as Omit<Turn, 'latencies'>;
}

function per1000(before: number | null, after: number | null, { latencies }: Measured): number | null {
  return before === null || after === null ? null : ((after - before) * 1000) / latencies.length;
}

function table(turns: readonly Turn[], crowds: readonly number[]): string {
  const head = [
    'contender',
    'clients',
    '/s',
    '× floor-6',
    '× floor-1',
    'p50 ms',
    'p95',
    'p99',
    'app s/1k',
    'db s/1k',
  ];
  const rows = crowds.flatMap((clients) =>
    CONTENDERS.map((contender) => {
      const own = turns.filter((turn) => turn.contender === contender && turn.clients === clients);
      const of = (pick: (turn: Turn) => number): number => median(own.map(pick));
      const ratio = (floor: Contender): number => {
        const under = turns.filter((turn) => turn.contender === floor && turn.clients === clients);
        // Turn by turn, so that a slow minute of the machine slows both.
        return median(own.map((turn, n) => turn.perSecond / (under[n]?.perSecond ?? Number.NaN)));
      };
      return [
        contender,
        String(clients),
        of(({ perSecond }) => perSecond).toFixed(0),
        ratio('floor-6').toFixed(2),
        ratio('floor-1').toFixed(2),
        ...[0.5, 0.95, 0.99].map((share) => of(({ latencies }) => quantile(latencies, share)).toFixed(1)),
        contender === 'product' ? of(({ application }) => application ?? Number.NaN).toFixed(2) : '–',
        of(({ database }) => database ?? Number.NaN).toFixed(2),
      ];
    }),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
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
