/**
 * The floor under every figure: PostgreSQL itself doing what one transition writes, driven by pgbench, on tables shaped
 * like the product's own. `floor-6`: six round trips, as a careful hand-written service would; `floor-1`: the same
 * rows in one statement. Knows no HTTP.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';

export const FLOORS = ['floor-6', 'floor-1'] as const;
export type FloorName = (typeof FLOORS)[number];

/** Enough that clients rarely meet on one case: the floor measures writing, not waiting. */
const CASES = 20_000;

/** What the product writes for one transition that escalates: the rows are taken from a case of its own. */
const UPDATE = `UPDATE floor.cases SET revision = revision + 1, state = 'level1.working', level = 1,
  updated_at = now(), recorded_at = now(), next_due_at = now() + interval '2 days', deadlines = deadlines,
  context = context || '{"lastEventAt": 1}' WHERE n = :n`;
const JOURNAL = `INSERT INTO floor.journal SELECT id, revision, 'case.escalated', 'frontline.working', 'level1.dispatched',
  1, 'agent', 'agent', NULL, 'agent', md5(random()::text), now(), now(), 2, true, NULL,
  '{"department": "logistics", "purpose": "find the parcel", "expectedOutcome": "a delivery date", "evidence": [], "fields": {}, "reason": null}'::jsonb,
  sha256(uuid_send(id)), sha256(uuid_send(id))`;
const NOTICE = `INSERT INTO floor.notifications (case_id, seq, channel, key, params, status, dedupe_key, created_at, finished_at)
  SELECT id, revision, 'page', 'case.escalated', '{"department": "logistics", "nextUpdateDueAt": 1}'::jsonb, 'delivered', 'x', now(), now()`;

const SCRIPTS: Readonly<Record<FloorName, string>> = {
  'floor-6': `\\set n random(1, ${CASES})
BEGIN;
SELECT state, context, revision FROM floor.cases WHERE n = :n FOR UPDATE;
${UPDATE};
${JOURNAL} FROM floor.cases WHERE n = :n;
${NOTICE} FROM floor.cases WHERE n = :n;
COMMIT;
`,
  'floor-1': `\\set n random(1, ${CASES})
WITH moved AS (${UPDATE} RETURNING id, revision), written AS (${JOURNAL} FROM moved)
${NOTICE} FROM moved;
`,
};

export interface Measured {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly latencies: readonly number[];
}

/** Tables of the floor's own, filled with copies of one case that the product has moved. */
export async function prepareFloor(pool: pg.Pool): Promise<void> {
  await pool.query(`
    DROP SCHEMA IF EXISTS floor CASCADE;
    CREATE SCHEMA floor;
    CREATE TABLE floor.cases (LIKE public.cases INCLUDING ALL, n integer);
    CREATE TABLE floor.journal (LIKE public.journal INCLUDING ALL);
    CREATE TABLE floor.notifications (LIKE public.notifications INCLUDING ALL)`);
  const { rows } = await pool.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = 'cases' AND column_name <> 'id' ORDER BY ordinal_position`,
  );
  const names = rows.map(({ name }) => name).join(', ');
  const { rowCount } = await pool.query(
    `INSERT INTO floor.cases (id, n, ${names})
     SELECT gen_random_uuid(), n, ${names} FROM generate_series(1, $1) AS n,
       (SELECT * FROM cases WHERE state = 'level2.working' ORDER BY revision DESC LIMIT 1) AS one`,
    [CASES],
  );
  if (rowCount !== CASES) throw new Error('the product has not left a case at level 2 to copy');
  await pool.query('CREATE UNIQUE INDEX ON floor.cases (n)');
  for (const table of ['cases', 'journal', 'notifications'])
    await pool.query(`VACUUM ANALYZE floor.${table}`);
}

/** @throws Error when pgbench is not installed or fails. */
export async function runFloor(
  name: FloorName,
  url: string,
  clients: number,
  seconds: number,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'case-escalation-floor-'));
  try {
    const script = join(folder, `${name}.sql`);
    writeFileSync(script, SCRIPTS[name].replaceAll('\n  ', ' '));
    const threads = String(Math.min(clients, 2));
    const how = ['-n', '-M', 'prepared', '-c', String(clients), '-j', threads, '-T', String(seconds)];
    const log = ['-l', '--log-prefix', join(folder, 'log')];
    const { stdout } = await promisify(execFile)('pgbench', [...how, ...log, '-f', script, url]);
    const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
    const latencies = readdirSync(folder)
      .filter((file) => file.startsWith('log'))
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
      .map((line) => Number(line.split(' ')[2]) / 1000);
    return { perSecond, latencies };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
