/**
 * Every clock of the database, ended and live, beside its calendar and the journal of its case: reads both through
 * cursors in the order of the cases, one case at a time in memory. Knows SQL for these reads; the rules are in
 * `judge-clock.ts`.
 */
import type pg from 'pg';
import { CALENDAR_SEEDS } from '../../src/directory/seeds/calendar-seeds.js';
import { AROUND_THE_CLOCK, type BusinessTime, businessTimeOf, type StoredCalendar } from './business-time.js';
import type { CheckResult, Finding } from './check.js';
import {
  type ClockFault,
  type Happening,
  judgeClock,
  type StoredClock,
  type Stretches,
  stretchesOf,
} from './judge-clock.js';
import { readRows } from './read-rows.js';

/** Exact: `extract` gives a numeric, and milliseconds since 1970 fit into a double. */
const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

/**
 * The rows of `audit.clock`, from the tables behind it: start, policy and calendar are not part of the view. A clock
 * that lives is in its case, one that ended in `clocks`.
 */
const CLOCKS = `
SELECT case_id AS "caseId", metric, cycle, attempt, policy_key AS "policyKey", policy_version AS "policyVersion",
  calendar_key AS "calendarKey", calendar_version AS "calendarVersion", target_seconds::float8 AS "targetSeconds",
  elapsed_seconds::float8 AS "elapsedSeconds", ${ms('started_at')} AS "startedAt", NULL::float8 AS "runningSince",
  ${ms('due_at')} AS "dueAt", ${ms('breached_at')} AS "breachedAt", ${ms('stopped_at')} AS "stoppedAt", outcome, spans
FROM clocks
UNION ALL
SELECT c.id, k."metric", k."cycle", k."attempt", k."policyKey", k."policyVersion", k."calendarKey", k."calendarVersion",
  k."targetSeconds", k."elapsedSeconds", k."startedAt", k."runningSince", k."dueAt", k."breachedAt", k."stoppedAt",
  k."outcome", k."spans"
FROM cases c, jsonb_to_recordset(c.context->'clocks') AS k("metric" text, "cycle" integer, "attempt" integer,
  "policyKey" text, "policyVersion" integer, "calendarKey" text, "calendarVersion" integer, "targetSeconds" float8,
  "elapsedSeconds" float8, "startedAt" float8, "runningSince" float8, "dueAt" float8, "breachedAt" float8,
  "stoppedAt" float8, "outcome" text, "spans" jsonb)
WHERE k."stoppedAt" IS NULL
ORDER BY 1, 2, 3, 4`;

const HAPPENINGS = `
SELECT case_id AS "caseId", type, to_state AS "toState", ${ms('occurred_at')} AS at FROM audit.journal ORDER BY case_id, seq`;

/** Few and small; every version that a clock may have begun under. */
const CONFIGURED = `
SELECT kind, key, version, body FROM configuration WHERE kind IN ('calendar', 'slaPolicy') ORDER BY kind, key, version`;

const PROMISES: Readonly<Record<ClockFault, { promise: string; invariant: number }>> = {
  elapsed: { promise: 'clocks: what a clock used is the open time of its spans', invariant: 4 },
  spans: { promise: 'clocks: the spans of a clock lie apart, within its start and end', invariant: 4 },
  gap: { promise: 'clocks: a clock ran whenever the journal says that it should', invariant: 4 },
  due: { promise: 'clocks: it is due, or breached, just when its target is used up', invariant: 4 },
  outcome: { promise: 'clocks: met means stopped by the due time, and breached after it', invariant: 4 },
  paused: {
    promise:
      'clocks: none but of promises ran while its case waited or had ended, or its department was on hold',
    invariant: 5,
  },
};

/** What changes the agreement of a clock that runs already. */
const RETARGETING: ReadonlySet<string> = new Set(['case.prioritized', 'case.regraded', 'case.rebased']);

/**
 * @param client inside a transaction, whose snapshot all reads share.
 * @param progress told how many clocks are done.
 */
export async function checkClocks(
  client: pg.ClientBase,
  progress: (clocks: number) => void,
): Promise<CheckResult[]> {
  const found = new ClockFindings();
  const configured = await Configured.read(client);
  const happenings = readRows<Happening>(client, 'audit_happenings', HAPPENINGS);
  let next = await happenings.next();
  let journal: Happening[] = [];
  let stretches: Stretches = stretchesOf(journal);
  let caseId: string | null = null;
  let clocks = 0;
  for await (const clock of readRows<StoredClock>(client, 'audit_clocks', CLOCKS)) {
    if (clock.caseId !== caseId) {
      caseId = clock.caseId;
      journal = [];
      for (; !next.done && next.value.caseId <= caseId; next = await happenings.next())
        if (next.value.caseId === caseId) journal.push(next.value);
      stretches = stretchesOf(journal);
    }
    const name = `${clock.metric} (cycle ${clock.cycle}, attempt ${clock.attempt})`;
    const time = configured.timeOf(clock);
    if (time === null) {
      found.add('elapsed', caseId, `${name}: there is no calendar ${clock.calendarKey}`);
    } else {
      const faults = judgeClock(clock, stretches, time, configured.firstResponsePauses(clock, journal));
      for (const { fault, detail } of faults) found.add(fault, caseId, `${name}: ${detail}`);
    }
    progress(++clocks);
  }
  // An open cursor would outlive the check within its transaction.
  await client.query('CLOSE ALL');
  return found.results();
}

interface ConfiguredRow {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
  readonly body: unknown;
}

/** Calendars and policies by key and version, as stored; a version that never was is served by the newest. */
class Configured {
  private readonly times = new Map<string, BusinessTime>();

  private constructor(private readonly rows: readonly ConfiguredRow[]) {}

  static async read(client: pg.ClientBase): Promise<Configured> {
    return new Configured((await client.query(CONFIGURED)).rows as ConfiguredRow[]);
  }

  /** null when neither the database nor the product brings a calendar of that name. */
  timeOf({ calendarKey, calendarVersion }: StoredClock): BusinessTime | null {
    if (calendarKey === '24x7') return AROUND_THE_CLOCK;
    const id = `${calendarKey}@${calendarVersion}`;
    const known = this.times.get(id);
    if (known) return known;
    const body = this.bodyOf('calendar', calendarKey, calendarVersion) ?? CALENDAR_SEEDS[calendarKey];
    if (!body) return null;
    const time = businessTimeOf(body as StoredCalendar);
    this.times.set(id, time);
    return time;
  }

  /** null when the agreement changed on the way, or is not there any more: the clock names only its last. */
  firstResponsePauses(clock: StoredClock, journal: readonly Happening[]): boolean | null {
    if (clock.metric !== 'firstResponse' || journal.some(({ type }) => RETARGETING.has(type))) return null;
    const body = this.bodyOf('slaPolicy', clock.policyKey, clock.policyVersion) as {
      firstResponsePausable?: boolean;
    } | null;
    return body?.firstResponsePausable ?? null;
  }

  private bodyOf(kind: string, key: string, version: number): unknown {
    const versions = this.rows.filter((row) => row.kind === kind && row.key === key);
    return (versions.find((row) => row.version === version) ?? versions.at(-1))?.body ?? null;
  }
}

class ClockFindings {
  private readonly counts = new Map<ClockFault, number>();
  private readonly firsts = new Map<ClockFault, Finding>();

  add(fault: ClockFault, caseId: string, detail: string): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    if (!this.firsts.has(fault)) this.firsts.set(fault, { caseId, seq: null, detail });
  }

  results(): CheckResult[] {
    return (Object.keys(PROMISES) as ClockFault[]).map((fault) => ({
      ...PROMISES[fault],
      violations: this.counts.get(fault) ?? 0,
      first: this.firsts.get(fault) ?? null,
    }));
  }
}
