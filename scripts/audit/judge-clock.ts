/**
 * One clock against its own spans, its calendar and its case's journal: everything that a stored clock can get wrong.
 * Pure; shares no code with the product, so it reads domain.md §2 a second time. Knows no database.
 */
import { type BusinessTime, subtract, union } from './business-time.js';

/** A row of `audit.clock` with what it is measured against. Instants in epoch ms. */
export interface StoredClock {
  readonly caseId: string;
  readonly metric: string;
  readonly cycle: number;
  readonly attempt: number;
  readonly policyKey: string;
  readonly policyVersion: number;
  readonly calendarKey: string;
  readonly calendarVersion: number;
  readonly targetSeconds: number | null;
  readonly elapsedSeconds: number;
  readonly startedAt: number;
  readonly runningSince: number | null;
  readonly dueAt: number | null;
  readonly breachedAt: number | null;
  readonly stoppedAt: number | null;
  readonly outcome: string | null;
  /** Those that have ended. */
  readonly spans: readonly { readonly fromAt: number; readonly toAt: number }[];
}

/** One journal entry, as far as clocks care. */
export interface Happening {
  readonly caseId: string;
  readonly type: string;
  readonly toState: string;
  readonly at: number;
}

export type Interval = readonly [from: number, to: number];

/** Where a case stood, cut by what that means for clocks; the last one of a case has no end. */
export interface Stretches {
  readonly running: readonly Interval[];
  readonly held: readonly Interval[];
  readonly waiting: readonly Interval[];
  readonly ended: readonly Interval[];
}

export type ClockFault = 'elapsed' | 'spans' | 'due' | 'outcome' | 'gap' | 'paused';

export interface ClockFinding {
  readonly fault: ClockFault;
  readonly detail: string;
}

const ENDED: ReadonlySet<string> = new Set(['resolved', 'closed', 'withdrawn', 'merged']);
/** Runs wherever the case stands, to the end of the promise. */
const PROMISED = 'promise';
const MS_PER_SECOND = 1000;
const ALL_TIME: readonly Interval[] = [[-Infinity, Infinity]];
/** Between units; a hold for a third party pauses these and no other. */
const BETWEEN_UNITS: ReadonlySet<string> = new Set(['olaAccept', 'olaWork', 'olaRework']);

/** @param journal one case's, in order. */
export function stretchesOf(journal: readonly Happening[]): Stretches {
  const kinds: Record<keyof Stretches, Interval[]> = { running: [], held: [], waiting: [], ended: [] };
  const first = journal[0];
  // A case may have been received before it was written down; its clocks begin then.
  if (first) kinds.running.push([-Infinity, first.at]);
  let onHold = false;
  for (const [index, { type, toState, at }] of journal.entries()) {
    const moved = index > 0 && journal[index - 1]?.toState !== toState;
    if (type === 'case.held') onHold = true;
    else if (type === 'case.released' || moved) onHold = false;
    const stands = ENDED.has(toState) ? 'ended' : onHold ? 'held' : 'running';
    kinds[toState === 'waiting' ? 'waiting' : stands].push([at, journal[index + 1]?.at ?? Infinity]);
  }
  return kinds;
}

/**
 * @param firstResponsePauses whether waiting pauses `firstResponse`; null: nobody can tell any more, either is right.
 * @returns what is wrong, in words; empty when all is well.
 */
export function judgeClock(
  clock: StoredClock,
  stretches: Stretches,
  time: BusinessTime,
  firstResponsePauses: boolean | null,
): ClockFinding[] {
  return [
    ...elapsedFaults(clock, time),
    ...spanFaults(clock),
    ...dueFaults(clock, time, pausesOf(clock, stretches, firstResponsePauses)),
    ...outcomeFaults(clock),
    ...journalFaults(clock, stretches, firstResponsePauses),
  ];
}

function elapsedFaults({ spans, elapsedSeconds }: StoredClock, time: BusinessTime): ClockFinding[] {
  const counted = spans.reduce((sum, { fromAt, toAt }) => sum + time.secondsBetween(fromAt, toAt), 0);
  if (counted === elapsedSeconds) return [];
  return [{ fault: 'elapsed', detail: `its spans hold ${counted} s, it says ${elapsedSeconds} s` }];
}

function spanFaults({ spans, runningSince, startedAt, stoppedAt }: StoredClock): ClockFinding[] {
  const all = [
    ...spans.map(({ fromAt, toAt }): Interval => [fromAt, toAt]),
    ...(runningSince === null ? [] : [[runningSince, Infinity] as const]),
  ];
  const end = stoppedAt ?? Infinity;
  return all.flatMap(([from, to], index): ClockFinding[] => {
    const before = all[index - 1]?.[1] ?? startedAt;
    if (from >= before && from < to && to <= end) return [];
    const bounds = `${text(before)} … ${text(end)}`;
    return [{ fault: 'spans', detail: `span ${text(from)} … ${text(to)} lies not within ${bounds}` }];
  });
}

/**
 * Due, and so breached, at the first instant at which the target is used up.
 * @param pauses when this clock had to stand still.
 */
function dueFaults(clock: StoredClock, time: BusinessTime, pauses: readonly Interval[]): ClockFinding[] {
  const { targetSeconds, dueAt, breachedAt } = clock;
  if (targetSeconds === null) {
    if (dueAt === null && breachedAt === null) return [];
    return [{ fault: 'due', detail: 'it has no target and yet a due time' }];
  }
  if (clock.runningSince !== null && dueAt === null)
    return [{ fault: 'due', detail: 'it runs without due time' }];
  const instants = new Set([dueAt, breachedAt].filter((at) => at !== null));
  const readings = lastRunsOf(clock, pauses);
  return [...instants].flatMap((at): ClockFinding[] => {
    const isFirst = (ranOn: number | null): boolean =>
      usedBy(clock, ranOn, at, time) === targetSeconds && usedBy(clock, ranOn, at - 1, time) < targetSeconds;
    if (readings.some(isFirst)) return [];
    const used = usedBy(clock, readings[0] ?? null, at, time);
    return [{ fault: 'due', detail: `by ${text(at)} it used ${used} s of ${targetSeconds} s` }];
  });
}

/**
 * From when a clock would have gone on running; null: it would not have. A run that was resumed and stopped within one
 * instant leaves no span, and its pause cut off what the span before it held below a second. So where the journal knows
 * of a pause that ended in the very instant in which the clock stopped, either may be what happened: it says not which
 * of them came first.
 */
function lastRunsOf(
  { spans, runningSince, stoppedAt, dueAt }: StoredClock,
  pauses: readonly Interval[],
): readonly (number | null)[] {
  if (runningSince !== null || dueAt === null) return [runningSince];
  const last = spans.at(-1);
  if (last?.toAt !== stoppedAt) return [stoppedAt];
  return pauses.some(([, to]) => to === stoppedAt) ? [last.fromAt, stoppedAt] : [last.fromAt];
}

/** Business seconds until `at`, as if the clock had gone on running since `ranOn`. */
function usedBy({ spans }: StoredClock, ranOn: number | null, at: number, time: BusinessTime): number {
  const counted = spans.filter(({ fromAt }) => fromAt !== ranOn).map((s): Interval => [s.fromAt, s.toAt]);
  if (ranOn !== null) counted.push([ranOn, Infinity]);
  return counted.reduce((sum, [from, to]) => sum + time.secondsBetween(from, Math.min(to, at)), 0);
}

/** Where the case stood while such a clock stands still; a wait of which nobody can tell may be one. */
function pausesOf(
  { metric }: StoredClock,
  { held, waiting, ended }: Stretches,
  firstResponsePauses: boolean | null,
): readonly Interval[] {
  if (metric === PROMISED) return [];
  const runsWaiting = metric === 'firstResponse' && firstResponsePauses === false;
  return [...ended, ...(BETWEEN_UNITS.has(metric) ? held : []), ...(runsWaiting ? [] : waiting)];
}

function outcomeFaults(clock: StoredClock): ClockFinding[] {
  const { outcome, dueAt, breachedAt, stoppedAt, targetSeconds, elapsedSeconds } = clock;
  const fault = (detail: string): ClockFinding[] => [{ fault: 'outcome', detail }];
  if (breachedAt !== null && dueAt !== null && breachedAt !== dueAt)
    return fault(`breached at ${text(breachedAt)}, due at ${text(dueAt)}`);
  if (stoppedAt === null) return outcome === null ? [] : fault(`${outcome}, and not stopped`);
  if (outcome === 'cancelled') return dueAt === null ? [] : fault('cancelled, and still due');
  if (targetSeconds === null) return outcome === null ? [] : fault(`${outcome} without a target`);
  const limit = dueAt ?? breachedAt;
  const isMet = limit === null ? elapsedSeconds <= targetSeconds : stoppedAt <= limit;
  if (outcome !== (isMet ? 'met' : 'breached'))
    return fault(
      `${outcome}, stopped at ${text(stoppedAt)}, due at ${limit === null ? 'no time' : text(limit)}`,
    );
  if (isMet !== (breachedAt === null))
    return fault(`${outcome}, breached at ${text(breachedAt ?? Infinity)}`);
  return [];
}

/** Which clocks run follows from where the case stands: here from where its journal says that it stood. */
function journalFaults(
  clock: StoredClock,
  { running, held, waiting }: Stretches,
  firstResponsePauses: boolean | null,
): ClockFinding[] {
  const { metric, spans, runningSince, startedAt, stoppedAt } = clock;
  const answered = metric === 'firstResponse';
  const heldRuns = BETWEEN_UNITS.has(metric) ? [] : held;
  const whereItStands = [
    ...running,
    ...heldRuns,
    ...(answered && firstResponsePauses === false ? waiting : []),
  ];
  const must = metric === PROMISED ? ALL_TIME : whereItStands;
  // A clock that ends with a business day counts from the whole second in which it began.
  const begun: Interval = [startedAt, startedAt + MS_PER_SECOND];
  const may = [...must, begun, ...(answered && firstResponsePauses === null ? waiting : [])];
  const ran = union([
    ...spans.map(({ fromAt, toAt }): Interval => [fromAt, toAt]),
    ...(runningSince === null ? [] : [[runningSince, Infinity] as const]),
  ]);
  const end = stoppedAt ?? Infinity;
  const within = must.map(([from, to]): Interval => [Math.max(from, startedAt), Math.min(to, end)]);
  const say = (fault: ClockFault, words: string) => (found: readonly Interval[]) =>
    found.slice(0, 1).map(([from, to]) => ({ fault, detail: `${words} ${text(from)} … ${text(to)}` }));
  return [
    ...say('gap', 'it stood still')(subtract(union(within), ran)),
    ...say('paused', 'it ran')(subtract(ran, union(may))),
  ];
}

function text(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString() : 'now';
}
