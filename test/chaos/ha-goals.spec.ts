/** The judge of fail-overs: each goal is measured from what was heard and seen, and missed by what lies beyond it. */
import { describe, expect, it } from '@jest/globals';
import {
  calmGap,
  judgeGoals,
  type Evidence,
  type Injection,
  type Sample,
} from '../../scripts/chaos/ha/goals.js';
import { isHealthy, type MemberView } from '../../scripts/chaos/ha/ha-cluster.js';
import type { HaFaultName } from '../../scripts/chaos/ha/ha-faults.js';
import { line } from './hand-written.js';

const injection = (name: HaFaultName): Injection => ({ name, from: 1_000, healAt: 51_000, to: 61_000 });

/** Acknowledgements at these instants, each after 5 ms. */
const acknowledged = (...instants: number[]): Evidence => ({
  lines: instants.map((at, n) => line(n + 1, { invokedAt: at - 5, completedAt: at })),
  samples: [],
  calmGapMs: 0,
});

const sample = (changes: Partial<Sample>): Sample => ({
  node: 'node-1',
  what: 'ready',
  at: 2_000,
  tookMs: 100,
  ok: true,
  ...changes,
});

/** What one goal says of a fault. */
function measured(name: HaFaultName, what: RegExp, evidence: Evidence): [number, boolean] {
  const row = judgeGoals(evidence, [injection(name)]).find(({ goal }) => what.test(goal.what));
  if (!row) throw new Error('there is no such goal');
  return [row.measured[0] ?? -1, row.held];
}

describe('the goals of a fail-over', () => {
  it.each<[HaFaultName, string, number[], number, boolean]>([
    ['node-loss', 'up to its first acknowledgement', [30_500, 55_000], 29_500, true],
    ['node-loss', 'beyond half a minute', [31_500, 55_000], 30_500, false],
    ['node-loss', 'between two later ones', [2_000, 40_000], 38_000, false],
    ['switchover', 'after the last one', [2_000, 5_500, 10_000, 14_000], 47_000, false],
    ['switchover', 'never for long', Array.from({ length: 15 }, (_, n) => 5_000 + 4_000 * n), 4_000, true],
    ['etcd-pause', 'for more than a moment', Array.from({ length: 41 }, (_, n) => 1_500 * n), 1_500, false],
  ])('measures how long %s leaves writes unacknowledged: %s', (name, _when, instants, longest, held) => {
    expect(measured(name, /without an acknowledged/, acknowledged(...instants))).toEqual([longest, held]);
  });

  it('takes neither a read nor a refusal for an acknowledged write', () => {
    const lines = [
      line(1, { key: '', completedAt: 20_000 }),
      line(2, { outcome: 'fail', status: 409, completedAt: 40_000 }),
    ];
    expect(measured('node-loss', /without/, { lines, samples: [], calmGapMs: 0 })).toEqual([60_000, false]);
  });

  it('misses a write that was left without an answer while the standbys were away', () => {
    const lines = [
      line(1, { outcome: 'info', status: 503, invokedAt: 2_000, completedAt: 6_800 }),
      line(2, { outcome: 'info', status: null, invokedAt: 50_000, completedAt: 58_000 }),
      line(3, { invokedAt: 52_000, completedAt: 60_000 }),
    ];
    expect(measured('standbys-down', /slowest/, { lines, samples: [], calmGapMs: 0 })).toEqual([
      8_000,
      false,
    ]);
  });

  it('counts the reads that failed meanwhile, and no others', () => {
    const samples = [
      sample({ what: 'read', at: 500, ok: false }),
      sample({ what: 'read', at: 5_000 }),
      sample({ what: 'read', at: 6_000, ok: false }),
      sample({ what: 'ready', at: 6_000, ok: false }),
      sample({ what: 'read', at: 52_000, ok: false }),
    ];
    expect(measured('standbys-down', /reads/, { lines: [], samples, calmGapMs: 0 })).toEqual([1, false]);
  });

  it('waits for the last node to say that it is not ready', () => {
    const samples = [
      sample({ ok: false }),
      sample({ node: 'node-2', at: 900 }),
      sample({ node: 'node-2', at: 3_000, tookMs: 2_500, ok: false }),
    ];
    expect(measured('standbys-down', /not ready/, { lines: [], samples, calmGapMs: 0 })).toEqual([
      4_500,
      true,
    ]);
    expect(
      measured('standbys-down', /not ready/, { lines: [], samples: samples.slice(0, 2), calmGapMs: 0 }),
    ).toEqual([Infinity, false]);
  });

  it('measures from the repair until the first acknowledgement', () => {
    expect(measured('standbys-down', /repair/, acknowledged(40_000, 53_000, 54_000))).toEqual([2_000, true]);
  });

  it('expects of a pause of etcd no more than of a machine on which nothing is broken', () => {
    const evidence = acknowledged(...Array.from({ length: 30 }, (_, n) => 2_000 * (n + 1)));
    expect(measured('etcd-pause', /calm/, { ...evidence, calmGapMs: 1_200 })).toEqual([800, true]);
    expect(measured('etcd-pause', /calm/, { ...evidence, calmGapMs: 900 })).toEqual([1_100, false]);
  });

  it('takes for calm only the times between two faults', () => {
    const { lines } = acknowledged(61_500, 63_000, 65_500);
    const next = { ...injection('switchover'), from: 66_000, to: 70_000 };
    expect(calmGap(lines, [injection('node-loss'), next])).toBe(2_500);
    expect(calmGap(lines, [injection('node-loss')])).toBe(0);
  });

  it('judges nothing that was not injected', () => {
    expect(judgeGoals(acknowledged(2_000), [])).toEqual([]);
  });
});

describe('a healthy cluster', () => {
  const member = (name: string, role: string, changes: Partial<MemberView> = {}): MemberView => ({
    name,
    role,
    state: 'running',
    timeline: 3,
    ...changes,
  });
  const WHOLE = [member('n1', 'leader'), member('n2', 'sync_standby'), member('n3', 'replica')];

  it.each<[string, MemberView[], number, boolean]>([
    ['has a leader, a synchronous standby and a replica', WHOLE, 1, true],
    [
      'calls a standby that follows as newer versions do',
      [member('n1', 'leader'), member('n2', 'sync_standby', { state: 'streaming' }), member('n3', 'replica')],
      1,
      true,
    ],
    ['is not one that lacks a server', WHOLE.slice(0, 2), 1, false],
    ['is not one without a leader', WHOLE.map((each) => ({ ...each, role: 'replica' })), 0, false],
    [
      'is not one whose standby starts',
      [...WHOLE.slice(0, 2), member('n3', 'replica', { state: 'starting' })],
      1,
      false,
    ],
    [
      'is not one that is on two timelines',
      [...WHOLE.slice(0, 2), member('n3', 'replica', { timeline: 2 })],
      1,
      false,
    ],
    ['has nobody synchronous when nobody is waited for', WHOLE, 0, false],
  ])('%s', (_title, view, synchronous, expected) => {
    expect(isHealthy(view, synchronous)).toBe(expected);
  });
});
