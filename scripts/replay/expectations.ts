/**
 * What each case of the log should have come to: the oracle's figures where one came with the log, and our own
 * reading of the log for the rest. Says also where the two disagree, for then the mapping or the oracle is wrong
 * and no replay could tell which. Knows nothing of the product.
 */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type Mapping } from './mapping.js';
import { measure, type Measures, type Phase, standingsOfLog } from './measures.js';
import { type Log, LogError } from './read-log.js';

export interface Expectations {
  readonly byCase: ReadonlyMap<string, Measures>;
  /** Whose figures they are, for the report. */
  readonly source: 'oracle' | 'log';
  /** Cases in which the oracle and our reading of the log differ, each with the words of the difference. */
  readonly disputed: readonly { readonly id: string; readonly differences: readonly string[] }[];
}

export type OracleFile = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** @throws LogError when the mapping names an oracle that is absent or lacks a case. */
export async function readExpectations(folder: string, mapping: Mapping, log: Log): Promise<Expectations> {
  if (!mapping.oracle) return expectationsFrom(log, mapping, null);
  const bytes = await readFile(`${folder}/${mapping.oracle.file}`);
  const text = (mapping.oracle.file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return expectationsFrom(log, mapping, JSON.parse(text) as OracleFile);
}

/** @param oracle null when the log came without one. */
export function expectationsFrom(log: Log, mapping: Mapping, oracle: OracleFile | null): Expectations {
  const byCase = new Map<string, Measures>();
  const disputed: { id: string; differences: string[] }[] = [];
  for (const logCase of log.cases) {
    const derived = measure(standingsOfLog(logCase));
    const expected = oracle ? { ...derived, ...oracleMeasures(logCase.id, mapping, oracle) } : derived;
    byCase.set(logCase.id, expected);
    const differences = differencesBetween(expected, derived);
    if (differences.length > 0) disputed.push({ id: logCase.id, differences });
  }
  return { byCase, source: oracle ? 'oracle' : 'log', disputed };
}

/** One line per figure that differs: `movesUp 3 expected, 2 found`. */
export function differencesBetween(expected: Measures, found: Measures): string[] {
  return (Object.keys(expected) as (keyof Measures)[])
    .filter((name) => expected[name] !== found[name])
    .map((name) => `${name} ${expected[name]} expected, ${found[name]} found`);
}

/** Sums over the whole log, in the words of `figures` in a mapping. */
export function figuresOf(log: Log, expectations: Expectations): Record<string, number> {
  const all = [...expectations.byCase.values()];
  const count = (test: (measures: Measures) => boolean): number => all.filter(test).length;
  return {
    cases: log.cases.length + log.skipped.length,
    lines: log.lines,
    highestLevel0: count((m) => m.maxLevel === 0),
    highestLevel1: count((m) => m.maxLevel === 1),
    highestLevel2: count((m) => m.maxLevel === 2),
    climbing: count((m) => m.movesUp > 0),
    climbingMoreThanTwice: count((m) => m.movesUp > 2),
    comingDown: count((m) => m.movesDown > 0),
    escalated: count((m) => m.maxLevel > 0),
    reopened: count((m) => m.reopened > 0),
    endingClosed: count((m) => m.end === 'closed'),
    endingResolved: count((m) => m.end === 'resolved'),
    endingWithdrawn: count((m) => m.end === 'withdrawn'),
    endingOpen: count((m) => m.end === 'open' || m.end === 'waiting' || m.end === 'onHold'),
    waited: count((m) => m.waitingSeconds > 0),
    held: count((m) => m.onHoldSeconds > 0),
    waiting: log.cases.filter((c) => c.events.some((event) => event.target.standing === 'waiting')).length,
    onHold: log.cases.filter((c) => c.events.some((event) => event.target.standing === 'onHold')).length,
  };
}

function oracleMeasures(id: string, mapping: Mapping, oracle: OracleFile): Partial<Measures> {
  const names = mapping.oracle;
  const truth = oracle[id];
  if (!names || !truth) throw new LogError(`the oracle has no case ${id}`);
  const number = (name: string): number => {
    const value = truth[name];
    if (typeof value !== 'number') throw new LogError(`the oracle's "${name}" of ${id} is no number`);
    return value;
  };
  return {
    maxLevel: number(names.maxLevel),
    movesUp: number(names.movesUp),
    movesDown: number(names.movesDown),
    reopened: number(names.reopened),
    waitingSeconds: number(names.waitingSeconds),
    onHoldSeconds: number(names.onHoldSeconds),
    end: phaseOfLogState(String(truth[names.final]), mapping),
  };
}

function phaseOfLogState(state: string, mapping: Mapping): Phase {
  const rule = mapping.states[state];
  if (!rule) throw new LogError(`the oracle ends in "${state}", which the mapping does not know`);
  return rule.to === 'queued' || rule.to === 'handling' ? 'open' : rule.to;
}
