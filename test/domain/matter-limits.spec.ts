// How many matters one case may hold.
import { describe, expect, it } from '@jest/globals';
import { allowedActions } from '../../src/domain/allowed-actions.js';
import type { Case } from '../../src/domain/case.js';
import type { CaseCommand } from '../../src/domain/events.js';
import { promise } from './commitment-words.js';
import {
  agent,
  askCallback,
  codeOf,
  consult,
  customer,
  DAY_MS,
  given,
  manager,
  open,
  POLICIES,
  propose,
  resolve,
  start,
  T0,
  then,
  when,
} from './given.js';

const started = given(open, start);
const times = (count: number, ...commands: readonly CaseCommand[]): Case =>
  Array.from({ length: count }).reduce<Case>((current) => then(current, ...commands), started);

const joint: CaseCommand = {
  type: 'case.proposeSolution',
  actor: agent,
  text: 'Send a new one',
  departments: ['logistics'],
  actions: [],
};
const called: CaseCommand = { type: 'case.completeCallback', actor: agent, n: 1, outcome: 'done' };
const unreachable: CaseCommand = {
  type: 'case.reportUndeliverable',
  actor: agent,
  channel: 'email',
  detail: 'no such mailbox',
};

describe('a case', () => {
  it.each<[number, CaseCommand]>([
    [50, consult('sales')],
    [20, joint],
    [50, promise(T0 + DAY_MS, { actor: manager, despite: true })],
    [50, propose(1)],
    [50, askCallback('sales')],
  ])('holds %i at most, and offers no more: %j', (most, command) => {
    const last = times(most - 1, command);
    expect(codeOf(when(last, command))).toBe('accepted');
    const full = then(last, command);
    expect(codeOf(when(full, command))).toBe('too-many');
    expect(allowedActions(last, agent, POLICIES)).toContain(command.type.slice('case.'.length));
    expect(allowedActions(full, agent, POLICIES)).not.toContain(command.type.slice('case.'.length));
  });

  it('counts a callback that was made, whoever asked for it', () => {
    const full = then(times(50, askCallback('sales')), called);
    expect(codeOf(when(full, unreachable))).toBe('too-many');
  });

  it('takes a low rating that would ask for one callback too many', () => {
    const closed = then(times(50, askCallback('sales')), resolve(), {
      type: 'case.confirm',
      actor: customer,
      comment: null,
    });
    const rated = then(closed, {
      type: 'case.rate',
      actor: customer,
      score: 1,
      recommend: null,
      comment: null,
    });
    expect([rated.context.ratings.length, rated.context.callbacks.length]).toEqual([1, 50]);
  });
});
