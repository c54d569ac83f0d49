/**
 * What is compared: a few figures of one case's life, measured in one way on two readings of it, the log's and the
 * journal's. A reading is a list of standings, one per instant: what stood once the instant was over. Knows no
 * planner and no command; its arithmetic is proven against the oracle that came with the log.
 */
import type { LogCase } from './read-log.js';

export type Phase = 'open' | 'waiting' | 'onHold' | 'resolved' | 'closed' | 'withdrawn';

export interface Standing {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly phase: Phase;
  readonly level: number;
}

export interface Measures {
  readonly maxLevel: number;
  readonly movesUp: number;
  readonly movesDown: number;
  /** Open again after an end: a rejected solution or a reopening. */
  readonly reopened: number;
  /** From open to an end. */
  readonly resolutions: number;
  /** Wall time in completed waits; one that nothing ended counts nothing. */
  readonly waitingSeconds: number;
  readonly onHoldSeconds: number;
  readonly end: Phase;
}

/** A row of `GET /cases/{id}/journal`, as far as it is read here. */
export interface JournalRow {
  readonly seq: number;
  readonly type: string;
  readonly toState: string;
  readonly level: number;
  readonly occurredAt: string;
}

/** @throws RangeError without a standing: such a case has no figures. */
export function measure(readings: readonly Standing[]): Measures {
  const standings = lastOfEachInstant(readings);
  const last = standings.at(-1);
  if (!last) throw new RangeError('a case without a standing cannot be measured');
  const pairs = standings.slice(1).map((to, index) => ({ from: standings[index] as Standing, to }));
  const count = (test: (pair: { from: Standing; to: Standing }) => boolean): number =>
    pairs.filter(test).length;
  return {
    maxLevel: Math.max(...standings.map((standing) => standing.level)),
    movesUp: count(({ from, to }) => to.level > from.level),
    movesDown: count(({ from, to }) => to.level < from.level),
    reopened: count(({ from, to }) => isEnd(from.phase) && !isEnd(to.phase)),
    resolutions:
      count(({ from, to }) => !isEnd(from.phase) && isEnd(to.phase)) + (isEnd(standings[0]?.phase) ? 1 : 0),
    waitingSeconds: secondsIn('waiting', standings),
    onHoldSeconds: secondsIn('onHold', standings),
    end: last.phase,
  };
}

/** The log's own reading. */
export function standingsOfLog(logCase: LogCase): Standing[] {
  return logCase.events.map(({ at, target }) => ({
    at,
    level: target.level,
    phase: target.standing === 'queued' || target.standing === 'handling' ? 'open' : target.standing,
  }));
}

/** The product's reading, from nothing but its journal, in order of `seq`. */
export function standingsOfJournal(rows: readonly JournalRow[]): Standing[] {
  let onHold = false;
  return rows.map((row, index) => {
    const moved = rows[index - 1]?.toState !== row.toState;
    if (row.type === 'case.held') onHold = true;
    else if (row.type === 'case.released' || moved) onHold = false;
    return { at: Date.parse(row.occurredAt), level: row.level, phase: phaseOf(row.toState, onHold) };
  });
}

function phaseOf(state: string, onHold: boolean): Phase {
  if (state === 'waiting' || state === 'resolved' || state === 'closed' || state === 'withdrawn')
    return state;
  return onHold ? 'onHold' : 'open';
}

function lastOfEachInstant(readings: readonly Standing[]): Standing[] {
  return readings.filter((reading, index) => readings[index + 1]?.at !== reading.at);
}

function secondsIn(phase: Phase, standings: readonly Standing[]): number {
  let total = 0;
  let since: number | null = null;
  for (const standing of standings) {
    if (standing.phase === phase) since ??= standing.at;
    else if (since !== null) {
      total += standing.at - since;
      since = null;
    }
  }
  return Math.round(total / 1000);
}

const isEnd = (phase: Phase | undefined): boolean =>
  phase === 'resolved' || phase === 'closed' || phase === 'withdrawn';
