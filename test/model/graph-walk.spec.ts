import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventsIn } from '../../src/domain/advance.js';
import { type Case, OPEN_STATES, STATE_PATHS, type StatePath } from '../../src/domain/case.js';
import { deadlines, dueEvent } from '../../src/domain/deadlines.js';
import { EVENT_TYPES } from '../../src/domain/events.js';
import { REFUSALS } from '../../src/domain/refusals.js';
import { step } from '../../src/domain/step.js';
import type { Accepted } from '../../src/domain/step-result.js';
import { at, T0 } from '../domain/given.js';
import { alphabet, fingerprint, WIDEST } from './alphabet.js';

interface Edge {
  readonly from: StatePath | null;
  readonly result: Accepted;
}

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
    const clocked = (current ? deadlines(current) : []).flatMap(
      ({ dueAt }) => (current && dueEvent(current, dueAt)) ?? [],
    );
    for (const event of [...commands, ...clocked]) {
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
    for (const { state, context } of places.values()) {
      const withDepartment = state.startsWith('level') || (state === 'waiting' && context.level > 0);
      expect([state, context.handler !== null]).toEqual([state, withDepartment]);
    }
  });

  it('has an owner once it was started, escalated by a person or resolved', () => {
    for (const { state, context } of places.values()) {
      if (state === 'frontline.working' && context.maxLevelReached === 0)
        expect(context.ownerId).not.toBeNull();
    }
  });
});

describe('every edge of the machine', () => {
  it('tells the customer once, or states why it is silent', () => {
    for (const { result } of edges) {
      expect(result.update === null).toBe(typeof result.silence === 'string' && result.silence.length > 0);
      expect(result.entry.customerVisible).toBe(result.update !== null);
    }
  });

  it('tells the customer whenever the state changes', () => {
    for (const { from, result } of edges) {
      if (from !== result.case.state)
        expect([result.entry.type, result.update === null]).toEqual([result.entry.type, false]);
    }
  });

  it('raises the depth by at most what one climb may, and never beyond two', () => {
    for (const { result } of edges) {
      if (result.entry.type === 'case.escalated') expect(result.case.context.level).toBeGreaterThan(0);
      expect(result.case.context.level).toBeLessThanOrEqual(2);
    }
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
