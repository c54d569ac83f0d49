/**
 * A schema grows while a large journal is written to: a column with a default, one that is filled in for all, an index.
 * The node that does it is killed half-way and comes again (G5).
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { checkHistory } from '../check-history.js';
import { FaultLog } from '../faults.js';
import { readHistory, type HistoryLine } from '../history.js';
import { startInstallation } from '../installation.js';
import { startLoad } from '../load.js';
import { finding, type Finding } from './finding.js';
import { verdictFindings } from './rolling.js';
import { Fleet, nodeEnv, numberFrom, settled, type Stage } from './stage.js';

const UNDEFINED_COLUMN = '42703';
const ROWS_A_STATEMENT = 50_000;
const ENTRIES_A_CASE = 10;
const DONE_WITHIN_MS = 15 * 60_000;
/** The two goals of the row. */
const P99_FACTOR_MAX = 3;
const GAP_MAX_MS = 2_000;
/** Below this nobody feels a factor: a few milliseconds more are the machine's affair. */
const P99_FELT_MS = 250;
const SYNTHETIC = `case_id < '00000000-0001-0000-0000-000000000000'`;

export async function migrateLargeTable(stage: Stage): Promise<Finding[]> {
  const { cluster, folder, products, clients, perSecond, seed, seconds } = stage;
  const database = 'large_table';
  const roles = ['api', 'worker'];
  const installation = await startInstallation({ cluster, database, product: products.old, folder, roles });
  stage.undo.push(() => installation.stop(true));
  const client = await installation.connect();
  stage.undo.push(() => client.end());
  await fillJournal(client, stage);
  const historyFile = join(folder, 'large-table.jsonl');
  const { urls, tokens } = installation;
  const load = startLoad({ urls, tokens, clients, perSecond, historyFile, seed });
  const log = new FaultLog();
  await pause(seconds * 1000);
  const from = performance.now();
  const env = nodeEnv(cluster.url(database), installation.mail.url, folder);
  const fleet = new Fleet({ stage, name: 'large-table', env });
  // A node that only migrates, so that its own work on cases does not count as the migration's.
  const node = await fleet.start('grown', 'api');
  const filled = `SELECT count(*) FROM (SELECT FROM journal WHERE origin = 'old' LIMIT 20000) AS few`;
  const killedAt = await killWhen(client, filled, () => node.kill('SIGKILL') !== null);
  const giveUpAt = performance.now() + DONE_WITHIN_MS;
  while (!(await node.answers('/health/ready')) && performance.now() < giveUpAt) await pause(200);
  const to = performance.now();
  log.add({ name: 'large table migrates', effective: () => killedAt > 0 }, { from, to });
  stage.progress(`migrated in ${((to - from) / 1000).toFixed(1)} s, killed once after ${killedAt} rows`);
  const left = await numberFrom(
    client,
    'SELECT count(*) FROM journal WHERE origin IS NULL OR source IS NULL',
  );
  const isThere = `SELECT (SELECT count(*) FROM pg_index WHERE indexrelid = 'journal_tomorrow'::regclass AND indisvalid)
    + (SELECT count(*) FROM pg_attribute WHERE attrelid = 'journal'::regclass AND attname IN ('origin', 'source') AND attnotnull)`;
  const built = await numberFrom(client, isThere);
  await load.stop();
  await client.query(`DELETE FROM journal WHERE ${SYNTHETIC}`);
  const isSettled = await settled(client, stage);
  const restedAt = new Date();
  await fleet.stop(...fleet.nodes);
  for (const each of installation.nodes) await each.stop();
  const faults = log.all();
  const report = await checkHistory({
    historyFile,
    client,
    mails: installation.mail.mails,
    hooks: installation.hooks.hooks,
    minAcknowledged: seconds,
    faults,
    restedAt,
  });
  const lines = await readHistory(historyFile);
  const [before, during] = [p99Ms(lines, from - seconds * 1000, from), p99Ms(lines, from, to)];
  const gapMs = report.faults[0]?.longestGapMs ?? Infinity;
  return [
    finding(
      'G5',
      'a large journal gets two columns, a value in each row and an index, though the node is killed half-way',
      left === 0 && built === 3 && killedAt > 0,
      `${stage.rows} entries in ${((to - from) / 1000).toFixed(1)} s, ${left} left out, killed after ${killedAt}`,
    ),
    finding('G5', 'no gap of more than 2 s', gapMs <= GAP_MAX_MS, `${(gapMs / 1000).toFixed(1)} s`),
    finding(
      'G5',
      'the slowest hundredth takes at most three times as long, or a quarter of a second',
      during <= Math.max(before * P99_FACTOR_MAX, P99_FELT_MS),
      `p99 ${before.toFixed(0)} ms before, ${during.toFixed(0)} ms during`,
    ),
    finding('I10', 'everything comes to rest', isSettled, isSettled ? 'it did' : 'not in time'),
    ...verdictFindings('G5', report),
  ];
}

/** Entries of cases that are not there: as wide as real ones, and gone before the verdict. */
async function fillJournal(client: pg.Client, stage: Stage): Promise<void> {
  for (let done = 0; done < stage.rows; done += ROWS_A_STATEMENT) {
    await client.query(
      `INSERT INTO journal (case_id, seq, type, from_state, to_state, level_after, actor_kind, actor_id, occurred_at,
        recorded_at, machine_version, customer_visible, silence, data, digest, link)
       SELECT ('00000000-0000-7000-8000-' || lpad((g / ${ENTRIES_A_CASE})::text, 12, '0'))::uuid, 1 + g % ${ENTRIES_A_CASE},
         'case.noted', CASE WHEN g % ${ENTRIES_A_CASE} > 0 THEN 'received' END, 'received', 0, 'agent', 'agent-1', now(),
         now(), 2, false, 'internal', jsonb_build_object('text', repeat('x', 200)), sha256('a'), sha256('b')
       FROM generate_series($1::integer, $2::integer - 1) AS g`,
      [done, Math.min(stage.rows, done + ROWS_A_STATEMENT)],
    );
  }
  await client.query('ANALYZE journal');
  stage.progress(`${stage.rows} entries are there`);
}

/** @returns what was counted when it was killed; 0: never. */
async function killWhen(client: pg.Client, count: string, kill: () => boolean): Promise<number> {
  const giveUpAt = performance.now() + DONE_WITHIN_MS;
  while (performance.now() < giveUpAt) {
    const counted = await numberFrom(client, count).catch((error: { code?: string }) => {
      // Not there yet.
      if (error.code === UNDEFINED_COLUMN) return 0;
      throw error;
    });
    if (counted > 0 && kill()) return counted;
    await pause(20);
  }
  return 0;
}

/** Of commands that were asked in that time, milliseconds. */
function p99Ms(lines: readonly HistoryLine[], from: number, to: number): number {
  const took = lines
    .filter(
      ({ outcome, key, invokedAt }) => outcome === 'ok' && key !== '' && invokedAt >= from && invokedAt < to,
    )
    .map(({ invokedAt, completedAt }) => completedAt - invokedAt)
    .sort((a, b) => a - b);
  return took[Math.floor(took.length * 0.99)] ?? Infinity;
}
