import { describe, expect, it } from '@jest/globals';
import type { Case } from '../../src/domain/case.js';
import type { CaseCommand } from '../../src/domain/events.js';
import { progressUpdate } from '../../src/domain/progress-update.js';
import type { Accepted } from '../../src/domain/step-result.js';
import { ask, clock, confirm, message, reopen, reply } from './clock-words.js';
import {
  agent,
  at,
  consult,
  customer,
  given,
  member,
  open,
  POLICIES,
  resolve,
  run,
  start,
  T0,
  TARGETED,
  then,
  when,
} from './given.js';

const chased = (times: number): CaseCommand[] => Array.from({ length: times + 1 }, () => reply());

function next(current: Case, command: CaseCommand): Accepted {
  const result = when(current, command, TARGETED);
  if (!result.accepted) throw new Error(result.refusal.code);
  return result;
}

describe('a chase', () => {
  it('is answered with where the case stands and when the customer hears next, and promises no more', () => {
    const before = run([open, start, reply()], TARGETED).case;
    const result = next(before, reply());
    expect(result.update).toMatchObject({
      key: 'case.chased',
      params: { nextUpdateDueAt: clock(before, 'nextUpdate').dueAt },
    });
    expect(clock(result.case, 'nextUpdate')).toEqual(clock(before, 'nextUpdate'));
  });

  it('is marked in the journal, which a first message is not', () => {
    expect(next(run([open, start, reply()], TARGETED).case, reply()).entry.data['chase']).toBe(true);
    expect(run([open, start, reply()], TARGETED).entry.data).not.toHaveProperty('chase');
  });

  it('is none when something was told in between, when it is automatic, or answers a question', () => {
    expect(given(open, start, reply(), message, reply()).context.chases).toBe(0);
    const automatic = { ...reply(), automatic: true } as CaseCommand;
    expect(given(open, start, reply(), automatic).context.chases).toBe(0);
    expect(run([open, start, reply(), ask, reply()]).update?.key).toBe('case.replied');
  });

  it('is none after the solution: a further word is for triage', () => {
    const solved = given(open, start, resolve(), reply(), reply());
    expect(solved.context).toMatchObject({ chases: 0, needsTriage: true, attention: null });
  });

  it('counts whoever passes it on', () => {
    expect(given(open, start, consult('sales'), reply(), reply(member('sales'))).context.chases).toBe(1);
  });

  it('is told like any message by whoever does not know what was before', () => {
    const { state, context } = given(open, start, reply(), reply());
    const event = { ...at(reply(), T0 + 9000), policies: POLICIES };
    expect(progressUpdate(event, { state, context })).toMatchObject({ key: 'case.replied' });
  });
});

describe('the third chase', () => {
  it('calls a manager, once', () => {
    expect(given(open, start, ...chased(2)).context.attention).toBeNull();
    const third = given(open, start, ...chased(3));
    expect(third.context).toMatchObject({
      chases: 3,
      attention: { reason: 'the customer asked 3 times', by: customer.id, byKind: 'customer' },
    });
    expect(then(third, reply()).context.attention).toEqual(third.context.attention);
  });

  it('counts within the cycle', () => {
    const again = given(open, start, ...chased(2), resolve(), confirm, reopen, reply(), reply());
    expect(again.context).toMatchObject({ cycle: 2, chases: 1, attention: null });
  });
});

describe('a mark on the case', () => {
  const flag = (name: 'reputationRisk' | 'abuse' | 'needsTriage', on = true): CaseCommand => ({
    type: 'case.flag',
    actor: agent,
    flag: name,
    on,
    reason: 'press',
  });

  it.each(['reputationRisk', 'abuse'] as const)('of %s calls a manager', (name) => {
    const marked = given(open, start, flag(name));
    expect(marked.context.attention).toMatchObject({ reason: `marked as ${name}`, by: agent.id });
    expect(then(marked, flag(name, false)).context.attention).not.toBeNull();
  });

  it('calls nobody twice, for triage alone, or to a case that is closed', () => {
    const called: CaseCommand = { type: 'case.raiseAttention', actor: agent, reason: 'please' };
    expect(given(open, start, called, flag('abuse')).context.attention?.reason).toBe('please');
    expect(given(open, start, flag('needsTriage')).context.attention).toBeNull();
    expect(given(open, start, resolve(), confirm, flag('abuse')).context.attention).toBeNull();
  });
});
