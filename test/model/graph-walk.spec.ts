import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventsIn } from '../../src/domain/advance.js';
import { type Case, METRICS, OPEN_STATES, STATE_PATHS, type StatePath } from '../../src/domain/case.js';
import { deadlines } from '../../src/domain/deadlines.js';
import { EVENT_TYPES } from '../../src/domain/events.js';
import { UPDATE_KEYS } from '../../src/domain/progress-update.js';
import { REFUSALS } from '../../src/domain/refusals.js';
import { step } from '../../src/domain/step.js';
import type { Accepted } from '../../src/domain/step-result.js';
import { at, T0 } from '../domain/given.js';
import { tasksOf } from '../../src/domain/tasks.js';
import { isTerminal } from '../../src/store/case-rows.js';
import { alphabet, fingerprint, WIDEST } from './alphabet.js';
import { dueEvents } from './due-events.js';
import { openMatter } from './matter-alphabet.js';
import { TOLD } from './told.js';

interface Edge {
  readonly from: StatePath | null;
  readonly result: Accepted;
}

/** Invariant 5; whether waiting pauses the first response is for the policy, which here lets it run. */
const MAY_RUN: Readonly<Partial<Record<StatePath, readonly string[]>>> = {
  waiting: ['promise', 'firstResponse'],
  resolved: ['promise'],
  closed: ['promise'],
  withdrawn: [],
  merged: [],
};

/** Every place the machine can reach with the alphabet, every edge taken, every refusal met. */
const places = new Map<string, Case>();
const leads = new Map<string, Set<string>>();
const edges: Edge[] = [];
const refusalsMet = new Set<string>();

function addTo(graph: Map<string, Set<string>>, from: string, to: string): void {
  const targets = graph.get(from);
  if (targets) targets.add(to);
  else graph.set(from, new Set([to]));
}

beforeAll(() => {
  const queue: (Case | null)[] = [null];
  for (const current of queue) {
    const now = (current?.context.lastEventAt ?? T0) + 1000;
    const commands = alphabet(current).map((command) => at(command, now));
    const due = current ? dueEvents(current) : [];
    for (const event of [...commands, ...due]) {
      const result = step(current, event, WIDEST);
      if (!result.accepted) {
        refusalsMet.add(result.refusal.code);
        continue;
      }
      edges.push({ from: current?.state ?? null, result });
      const key = fingerprint(result.case);
      if (current) addTo(leads, fingerprint(current), key);
      if (!places.has(key)) {
        places.set(key, result.case);
        queue.push(result.case);
      }
    }
  }
});

describe('every reachable place of the machine', () => {
  it('is found in a walk that visits every state and takes every event type', () => {
    expect(new Set([...places.values()].map(({ state }) => state))).toEqual(new Set(STATE_PATHS));
    expect(places.size).toBeGreaterThan(500);
    const taken = new Set(edges.map(({ result }) => result.entry.type));
    expect(taken.size).toBe(EVENT_TYPES.length);
  });

  it('has a level of 0, 1 or 2, and one escalation record per level at most', () => {
    for (const { context } of places.values()) {
      expect([0, 1, 2]).toContain(context.level);
      expect([0, 1, 2]).toContain(context.maxLevelReached);
      const levels = context.escalations.map((record) => record.level);
      expect(new Set(levels).size).toBe(levels.length);
      expect(levels.every((level) => level === 1 || level === 2)).toBe(true);
    }
  });

  it('has a handler exactly where a department has the case', () => {
    const wrong = [...places.values()].filter(({ state, context }) => {
      const withDepartment = state.startsWith('level') || (state === 'waiting' && context.level > 0);
      return withDepartment !== (context.handler !== null);
    });
    expect(wrong).toEqual([]);
  });

  it('has an owner once it was started, escalated by a person or resolved', () => {
    const atFront = [...places.values()].filter(
      ({ state, context }) => state === 'frontline.working' && context.maxLevelReached === 0,
    );
    expect(atFront.filter(({ context }) => context.ownerId === null)).toEqual([]);
  });

  it('has neither deadline, task nor running clock once it has ended for good', () => {
    const ended = [...places.values()].filter(isTerminal);
    expect(ended.length).toBeGreaterThan(100);
    const busy = ended.filter(
      (one) =>
        deadlines(one).length + tasksOf(one).length > 0 ||
        one.context.clocks.some(({ runningSince }) => runningSince !== null),
    );
    expect(busy.map(({ state, context }) => [state, openMatter(context)])).toEqual([]);
  });
});

/** One `expect` for all edges: one for each would take longer than the walk. */
function brokenBy(holds: (edge: Edge) => boolean): unknown[] {
  return edges
    .filter((edge) => !holds(edge))
    .slice(0, 5)
    .map(({ from, result }) => [result.entry.type, from, result.case.state, result.update?.key ?? null]);
}

describe('every edge of the machine', () => {
  it('tells the customer once, or states why it is silent', () => {
    const broken = brokenBy(({ result: { update, silence, entry } }) => {
      const isSilent = typeof silence === 'string' && silence.length > 0;
      return (update === null) === isSilent && entry.customerVisible === (update !== null);
    });
    expect(broken).toEqual([]);
  });

  it('tells the customer whenever the state changes', () => {
    expect(brokenBy(({ from, result }) => from === result.case.state || result.update !== null)).toEqual([]);
  });

  it('tells just what the table of updates says', () => {
    const told: Record<string, Set<string>> = {};
    for (const { result } of edges) {
      (told[result.entry.type] ??= new Set()).add(result.update?.key ?? '-');
    }
    const table = Object.entries(told).map(([type, keys]) => [type, [...keys].sort().join(' ')]);
    expect(Object.fromEntries(table)).toEqual(TOLD);
    const all = new Set(Object.values(TOLD).flatMap((keys) => keys.split(' ')));
    expect(UPDATE_KEYS.filter((key) => !all.has(key))).toEqual([]);
  });

  it('ends in clocks that run only where the state lets them', () => {
    const broken = brokenBy(({ result }) => {
      const allowed = MAY_RUN[result.case.state] ?? METRICS;
      return result.case.context.clocks.every(
        ({ runningSince, metric }) => runningSince === null || allowed.includes(metric),
      );
    });
    expect(broken).toEqual([]);
  });

  it('raises the depth by at most what one climb may, and never beyond two', () => {
    const broken = brokenBy(({ result: { entry, case: after } }) => {
      const { level } = after.context;
      return level <= 2 && (entry.type !== 'case.escalated' || level > 0);
    });
    expect(broken).toEqual([]);
  });
});

describe('no dead end', () => {
  it('exists: from every open place some path leads to an ended case', () => {
    const ends = [...places]
      .filter(([, { state }]) => !OPEN_STATES.has(state) && state !== 'resolved')
      .map(([key]) => key);
    const backwards = new Map<string, Set<string>>();
    for (const [key, targets] of leads) for (const target of targets) addTo(backwards, target, key);
    const reached = new Set(ends);
    for (const key of reached) for (const before of backwards.get(key) ?? []) reached.add(before);
    expect([...places.keys()].filter((key) => !reached.has(key))).toEqual([]);
  });

  it.each(['waiting', 'resolved', 'closed'] as const)('hides in %s: time alone leads on', (state) => {
    for (const place of [...places.values()].filter((one) => one.state === state && !one.context.sealed)) {
      expect(deadlines(place).length).toBeGreaterThan(0);
    }
  });
});

describe('every refusal', () => {
  it('is one of the named ones', () => {
    for (const code of refusalsMet) expect(Object.keys(REFUSALS)).toContain(code);
    expect(refusalsMet.has('escalation-limit-reached')).toBe(true);
  });

  it('of a climb from level 2 names the limit, in every place', () => {
    for (const place of places.values()) {
      if (place.context.level !== 2 || !OPEN_STATES.has(place.state)) continue;
      expect(eventsIn(place.state).has('case.escalate')).toBe(false);
      for (const command of alphabet(place).filter(({ type }) => type === 'case.escalate')) {
        const result = step(place, at(command, place.context.lastEventAt + 1000), WIDEST);
        expect(result).toMatchObject({ accepted: false, refusal: { code: 'escalation-limit-reached' } });
      }
    }
  });
});
