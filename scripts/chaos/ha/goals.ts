/**
 * What a cluster and the product on it promise for each fault, in seconds, and whether a run kept it: from the history
 * of the load and what the watchers saw. Pure; knows no database and no process.
 */
import type { HistoryLine } from '../history.js';
import type { HaFaultName } from './ha-faults.js';

/** One fault; instants are ms of the history's clock. */
export interface Injection {
  readonly name: HaFaultName;
  readonly from: number;
  /** When it began to be undone. */
  readonly healAt: number;
  /** Everything is as before, and writes are acknowledged. */
  readonly to: number;
}

/** What somebody who looked from outside saw. */
export interface Sample {
  readonly node: string;
  readonly what: 'ready' | 'live' | 'read';
  readonly at: number;
  readonly tookMs: number;
  readonly ok: boolean;
}

export interface Evidence {
  readonly lines: readonly HistoryLine[];
  readonly samples: readonly Sample[];
  /** The longest time without an acknowledged write while nothing was broken. */
  readonly calmGapMs: number;
}

export interface Goal {
  readonly fault: HaFaultName;
  readonly what: string;
  /** Milliseconds, or a number of times. */
  readonly limit: number;
  readonly unit: 'ms' | 'times';
  measure(evidence: Evidence, injection: Injection): number;
}

export interface GoalRow {
  readonly goal: Goal;
  /** One per injection, in order. */
  readonly measured: readonly number[];
  readonly held: boolean;
}

/** The longest time without an acknowledged write between two instants. */
function longestGap(lines: readonly HistoryLine[], from: number, to: number): number {
  const acknowledged = lines
    .filter(
      ({ key, outcome, completedAt }) =>
        key !== '' && outcome === 'ok' && completedAt > from && completedAt < to,
    )
    .map(({ completedAt }) => completedAt)
    .sort((a, b) => a - b);
  const instants = [from, ...acknowledged, to];
  return Math.max(...instants.slice(1).map((at, n) => at - (instants[n] ?? at)));
}

const gap = ({ lines }: Evidence, { from, to }: Injection): number => longestGap(lines, from, to);

/** What a fault that nobody should feel adds to the longest wait of a machine on which nothing is broken. */
const gapBeyondCalm = (evidence: Evidence, injection: Injection): number =>
  Math.max(0, gap(evidence, injection) - evidence.calmGapMs);

/** The longest gap of the times between the faults. @param injections in order */
export function calmGap(lines: readonly HistoryLine[], injections: readonly Injection[]): number {
  const calm = injections.slice(1).map(({ from }, n) => longestGap(lines, injections[n]?.to ?? from, from));
  return Math.max(0, ...calm);
}

/** The slowest answer to a write that was asked for while it was broken; none at all counts as long as it was waited for. */
const slowestWrite = ({ lines }: Evidence, { from, healAt }: Injection): number =>
  Math.max(
    0,
    ...lines
      .filter(({ key, invokedAt }) => key !== '' && invokedAt >= from && invokedAt < healAt)
      .map(({ invokedAt, completedAt }) => completedAt - invokedAt),
  );

const failedReads = ({ samples }: Evidence, { from, healAt }: Injection): number =>
  samples.filter(({ what, ok, at }) => what === 'read' && !ok && at >= from && at < healAt).length;

/** From when it broke until a node says that it cannot serve, of the slowest node to say so. */
const untilNotReady = ({ samples }: Evidence, { from, healAt }: Injection): number => {
  const nodes = [...new Set(samples.map(({ node }) => node))];
  return Math.max(
    ...nodes.map((name) => {
      const told = samples.find(
        ({ node, what, ok, at, tookMs }) =>
          node === name && what === 'ready' && !ok && at + tookMs >= from && at < healAt,
      );
      return told ? told.at + told.tookMs - from : Infinity;
    }),
  );
};

/** From the first repair until a write is acknowledged. */
const untilBack = ({ lines }: Evidence, { healAt, to }: Injection): number => {
  const acknowledged = lines.filter(
    ({ key, outcome, completedAt }) => key !== '' && outcome === 'ok' && completedAt >= healAt,
  );
  return Math.min(to, ...acknowledged.map(({ completedAt }) => completedAt)) - healAt;
};

const goal = (
  fault: HaFaultName,
  what: string,
  limit: number,
  measure: Goal['measure'],
  unit: Goal['unit'] = 'ms',
): Goal => ({
  fault,
  what,
  limit,
  unit,
  measure,
});

const NO_WRITES = 'longest time without an acknowledged write';

/** Of §8's cluster; `stalled-loss` is a node loss after five seconds in which nothing may be acknowledged. */
export const GOALS: readonly Goal[] = [
  goal('node-loss', NO_WRITES, 30_000, gap),
  goal('postmaster-kill', NO_WRITES, 10_000, gap),
  goal('switchover', NO_WRITES, 5_000, gap),
  goal('node-pause', NO_WRITES, 30_000, gap),
  goal('etcd-pause', `${NO_WRITES}, beyond the longest of calm times`, 1_000, gapBeyondCalm),
  goal('stalled-loss', NO_WRITES, 35_000, gap),
  goal('standbys-down', 'slowest answer to a write meanwhile', 5_000, slowestWrite),
  goal('standbys-down', 'reads that failed meanwhile', 0, failedReads, 'times'),
  goal('standbys-down', 'until every node says that it is not ready', 5_000, untilNotReady),
  goal('standbys-down', 'from the repair until a write is acknowledged', 30_000, untilBack),
];

/** Only of faults that were injected. */
export function judgeGoals(evidence: Evidence, injections: readonly Injection[]): GoalRow[] {
  return GOALS.flatMap((each) => {
    const measured = injections
      .filter(({ name }) => name === each.fault)
      .map((injection) => each.measure(evidence, injection));
    return measured.length === 0
      ? []
      : [{ goal: each, measured, held: measured.every((value) => value <= each.limit) }];
  });
}
