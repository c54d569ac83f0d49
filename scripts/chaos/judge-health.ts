/**
 * Whether nodes told the truth about themselves: ready just when a write gets through, alive whatever the database does.
 * Pure; instants in ms of one monotonic clock.
 */
import { verdict, type Verdict } from './judge-history.js';

/** One question to one node. */
export interface NodeSample {
  readonly node: string;
  readonly from: number;
  readonly to: number;
  readonly ok: boolean;
  /** Its process ran all the time, and had begun to answer. */
  readonly up: boolean;
}

/** One try to write by the nodes' way to the database. `unsure`: it depends on the connection. */
export interface WriteSample {
  readonly from: number;
  readonly to: number;
  readonly outcome: 'ok' | 'failed' | 'unsure';
}

/** Tries begin four times a second, so that shorter outages may lie between two. */
const OUTAGE_MIN_MS = 1_000;
/** A try that began in one outage may have failed of the next: its ends are not known better than this. */
const ENDS_MS = 500;
/** So long after writes work a node may still believe that they do not. */
const READY_WITHIN_MS = 5_000;
/** One look that comes late on a busy machine is no dead node. */
const SILENT_LOOKS = 2;

export function judgeHealth(
  ready: readonly NodeSample[],
  live: readonly NodeSample[],
  writes: readonly WriteSample[],
): Verdict[] {
  const nodes = [...new Set(ready.map(({ node }) => node))];
  const of = (samples: readonly NodeSample[], name: string) => samples.filter(({ node }) => node === name);
  const outages = outagesIn(writes);
  return [
    verdict(
      'I21',
      'no node says that it is ready while nobody can write',
      ready.flatMap((sample) => falselyReady(sample, outages)),
    ),
    verdict(
      'I21',
      'every node is ready within five seconds of writes that work',
      nodes.flatMap((name) => lateReady(of(ready, name), writes)),
    ),
    verdict(
      'I21',
      'every node lives, whatever the database does',
      nodes.flatMap((name) => silences(of(live, name))),
    ),
  ];
}

type Interval = readonly [from: number, to: number];

/**
 * Where every try that was begun failed, from the first failure on: a try that takes long may have begun before.
 * @param writes by their beginning.
 */
function outagesIn(writes: readonly WriteSample[]): Interval[] {
  const outages: Interval[] = [];
  let began = Infinity;
  let ended = 0;
  for (const write of [...writes, null]) {
    if (write?.outcome === 'failed') {
      began = Math.min(began, write.to + ENDS_MS);
      ended = write.from - ENDS_MS;
      continue;
    }
    if (ended - began >= OUTAGE_MIN_MS) outages.push([began, ended]);
    began = Infinity;
  }
  return outages;
}

function falselyReady({ node, ok, from, to }: NodeSample, outages: readonly Interval[]): string[] {
  const isFalse = ok && outages.some(([began, ended]) => from > began && to < ended);
  return isFalse ? [`${node} at ${seconds(from)}`] : [];
}

/** Stretches in which every write worked, the node was up, and it never said that it was ready. */
function lateReady(samples: readonly NodeSample[], writes: readonly WriteSample[]): string[] {
  const troubles = writes.filter(({ outcome }) => outcome !== 'ok');
  const found: string[] = [];
  let since: number | null = null;
  for (const { node, from, to, ok, up } of samples) {
    const begun: number = since ?? from;
    const trouble = troubles.findLast((one) => one.to > begun && one.from < to);
    if (ok || !up) {
      since = null;
      continue;
    }
    since = trouble ? trouble.to : begun;
    if (to - since > READY_WITHIN_MS) {
      found.push(`${node} was not ready from ${seconds(since)} to ${seconds(to)}`);
      since = null;
    }
  }
  return found;
}

function silences(samples: readonly NodeSample[]): string[] {
  const found: string[] = [];
  let looks = 0;
  for (const { node, from, ok, up } of samples) {
    looks = ok || !up ? 0 : looks + 1;
    if (looks === SILENT_LOOKS) found.push(`${node} at ${seconds(from)}`);
  }
  return found;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
