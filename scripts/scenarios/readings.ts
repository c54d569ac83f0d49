/**
 * The product's figures in the scenarios' words: due, state, minutes used and left, what was breached, how it stands as
 * a whole. Pure. Where the format leaves a word open, a figure has more than one reading, and any of them may be meant.
 */
import type { MetricName } from './metrics.js';
import type { ClockRow, Observed } from './observe.js';

const MINUTE_SECONDS = 60;
const ENDED: ReadonlySet<string> = new Set(['resolved', 'closed', 'withdrawn', 'merged']);

export const isLive = (clock: ClockRow): boolean => clock.stoppedAt === null;
const isLate = (clock: ClockRow): boolean => clock.breachedAt !== null || clock.outcome === 'breached';

/** Records of a metric that promise something, the newest last. A clock without a target only measures. */
export function recordsOf({ clocks }: Observed, metric: MetricName): ClockRow[] {
  return clocks.filter((clock) => clock.metric === metric && clock.targetSeconds !== null);
}

/** The instant at which a clock that runs is due, in RFC 3339; null when none runs. */
export function runningDue(observed: Observed, metric: MetricName): string | null {
  return recordsOf(observed, metric).findLast(isLive)?.dueAt ?? null;
}

/** As above, or the due time under which the newest record ended. */
export function lastDue(observed: Observed, metric: MetricName): string | null {
  return recordsOf(observed, metric).at(-1)?.dueAt ?? null;
}

/** `nextResponse` stands for its worst exchange, every other metric for its newest record. */
export function stateOf(observed: Observed, metric: MetricName): readonly (string | null)[] {
  const records = recordsOf(observed, metric);
  const newest = records.at(-1);
  if (!newest) return [null];
  if (isLate(newest) || (metric === 'nextResponse' && records.some(isLate))) return ['breached'];
  if (!isLive(newest)) return [newest.outcome];
  return newest.runningSinceAt === null ? ['paused', 'running'] : ['running'];
}

/** Whole minutes, rounded down. The worst exchange: of those that ended, or with the one that still runs. */
export function usedMinutes(observed: Observed, metric: MetricName): readonly number[] {
  return measured(observed, metric).map(({ usedSeconds }) => Math.floor(usedSeconds / MINUTE_SECONDS));
}

/** Target minus used, in whole minutes: rounded up, because what was used is rounded down. */
export function marginMinutes(observed: Observed, metric: MetricName): readonly number[] {
  return measured(observed, metric).map(
    // Plus zero: a target used up exactly leaves 0, not -0.
    ({ remainingSeconds }) => Math.ceil((remainingSeconds ?? 0) / MINUTE_SECONDS) + 0,
  );
}

function measured(observed: Observed, metric: MetricName): ClockRow[] {
  const records = recordsOf(observed, metric);
  if (metric !== 'nextResponse') return records.slice(-1);
  return [worst(records.filter((clock) => !isLive(clock))), worst(records)].flatMap((clock) => clock ?? []);
}

function worst(records: readonly ClockRow[]): ClockRow | undefined {
  return [...records].sort((a, b) => (a.remainingSeconds ?? 0) - (b.remainingSeconds ?? 0))[0];
}

/** How many breaches of a metric are on record. */
export function breachesOf({ journal }: Observed, metric: MetricName): number {
  return journal.filter(
    ({ type, data }) => type === 'case.breached' && data['metric'] === metric && data['percent'] === 100,
  ).length;
}

/** When the product warned of a metric, at that percentage; null when it has not. */
export function warnedAt({ journal }: Observed, metric: MetricName, percent: number): string | null {
  const row = journal.findLast(
    ({ type, data }) =>
      (type === 'case.warned' || type === 'case.reassured') &&
      data['metric'] === metric &&
      data['percent'] === percent,
  );
  return row?.occurredAt ?? null;
}

/**
 * The earliest due time of the clocks that run: those that are breached already included, and those still ahead alone.
 * @param without metrics that the scenario does not count.
 */
export function nextDeadline(
  observed: Observed,
  without: ReadonlySet<string>,
): readonly [string | null, string | null] {
  const live = observed.clocks.filter(
    (clock) => isLive(clock) && clock.dueAt !== null && !without.has(clock.metric),
  );
  const earliest = (clocks: readonly ClockRow[]): string | null =>
    clocks.flatMap(({ dueAt }) => dueAt ?? []).sort()[0] ?? null;
  return [earliest(live), earliest(live.filter((clock) => clock.breachedAt === null))];
}

/** How the case stands as a whole, in both vocabularies that scenarios use. */
export function overall({ state, clocks }: Observed): readonly string[] {
  const missed = clocks.some((clock) => clock.targetSeconds !== null && isLate(clock));
  if (ENDED.has(state)) return missed ? ['missed', 'breached'] : ['hit', 'met'];
  return missed ? ['active_with_misses', 'breached'] : ['active', 'running'];
}
