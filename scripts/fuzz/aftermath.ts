/**
 * What must still hold when the noise is over: the node is ready, its figures are sane, nothing in the database is left
 * open, and the audit finds every promise kept. Reads only. Judges no single answer.
 */
import type pg from 'pg';
import { openAuditDatabase } from '../audit/audit-database.js';
import { runAudit } from '../audit/run-audit.js';

/** Of the node's own `/metrics`. */
export interface NodeFigures {
  readonly residentMiB: number;
  readonly heapUsedMiB: number;
  readonly openFiles: number;
  readonly lagP99Ms: number;
}

export interface Aftermath {
  readonly isReady: boolean;
  readonly before: NodeFigures;
  readonly after: NodeFigures;
  /** null: the database could not be looked at. */
  readonly database: DatabaseAfter | null;
}

export interface DatabaseAfter {
  readonly cases: number;
  readonly customers: number;
  readonly tasks: number;
  readonly journalEntries: number;
  readonly idleInTransaction: number;
  readonly auditChecks: number;
  /** Promises that do not hold, each with the first example. */
  readonly broken: readonly string[];
}

const MIB = 1024 * 1024;
/** A node begins with some 200 MiB. One that holds on to what was sent would be far above this after a full run. */
const RESIDENT_MIB_MAX = 1_024;
/** Sockets of this run are kept alive for a minute; a leak shows in the thousands. */
const OPEN_FILES_MAX = 500;

export async function figuresOf(base: URL): Promise<NodeFigures> {
  const text = await (await fetch(new URL('/metrics', base))).text();
  const value = (name: string): number =>
    Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
  return {
    residentMiB: value('process_resident_memory_bytes') / MIB,
    heapUsedMiB: value('nodejs_heap_size_used_bytes') / MIB,
    openFiles: value('process_open_fds'),
    lagP99Ms: value('nodejs_eventloop_lag_p99_seconds') * 1_000,
  };
}

/** @param env names the database as `npm run audit` reads it; null: there is none to look at. */
export async function lookAfter(
  base: URL,
  before: NodeFigures,
  env: NodeJS.ProcessEnv | null,
): Promise<Aftermath> {
  const isReady = await fetch(new URL('/health/ready', base)).then(
    ({ ok }) => ok,
    () => false,
  );
  const after = await figuresOf(base).catch(() => ({
    residentMiB: NaN,
    heapUsedMiB: NaN,
    openFiles: NaN,
    lagP99Ms: NaN,
  }));
  return { isReady, before, after, database: env === null ? null : await databaseAfter(env) };
}

async function databaseAfter(env: NodeJS.ProcessEnv): Promise<DatabaseAfter> {
  const database = await openAuditDatabase(env);
  try {
    return await judgeDatabase(database.client);
  } finally {
    await database.close();
  }
}

/** @param client of somebody who may read everything. */
export async function judgeDatabase(client: pg.ClientBase): Promise<DatabaseAfter> {
  const figures = await client.query(`
    SELECT (SELECT count(*)::integer FROM cases) AS cases, (SELECT count(*)::integer FROM customers) AS customers,
      (SELECT count(*)::integer FROM tasks) AS tasks, (SELECT count(*)::integer FROM journal) AS "journalEntries",
      (SELECT count(*)::integer FROM pg_stat_activity WHERE datname = current_database()
        AND state LIKE 'idle in transaction%' AND clock_timestamp() - state_change > interval '1 second')
        AS "idleInTransaction"`);
  const nothing = (): void => undefined;
  const { checks } = await runAudit(client, { check: nothing, folded: nothing, timed: nothing });
  const broken = checks
    .filter(({ violations }) => violations > 0)
    .map(
      ({ promise, violations, first }) =>
        `${promise}: ${violations} broken, first ${first?.caseId ?? ''} ${first?.detail ?? ''}`,
    );
  return {
    ...(figures.rows[0] as Omit<DatabaseAfter, 'auditChecks' | 'broken'>),
    auditChecks: checks.length,
    broken,
  };
}

/** What is wrong after the run, one sentence each; empty: nothing. */
export function faultsAfter({ isReady, after, database }: Aftermath): string[] {
  return [
    ...(isReady ? [] : ['/health/ready does not answer with success after the run']),
    ...(after.residentMiB <= RESIDENT_MIB_MAX
      ? []
      : [`the node holds ${after.residentMiB.toFixed(0)} MiB of memory`]),
    ...(after.openFiles <= OPEN_FILES_MAX ? [] : [`the node has ${after.openFiles} files open`]),
    ...(database && database.idleInTransaction > 0
      ? [`${database.idleInTransaction} connections are idle in transaction`]
      : []),
    ...(database?.broken ?? []).map((one) => `audit: ${one}`),
  ];
}
