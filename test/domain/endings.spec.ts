import { describe, expect, it } from '@jest/globals';
import { allowedActions } from '../../src/domain/allowed-actions.js';
import type { CaseCommand } from '../../src/domain/events.js';
import {
  agent,
  askCallback,
  CASE_ID,
  codeOf,
  consult,
  customer,
  execute,
  given,
  manager,
  open,
  OTHER_ID,
  POLICIES,
  propose,
  resolve,
  start,
  then,
  when,
} from './given.js';

const withdraw: CaseCommand = { type: 'case.withdraw', actor: customer, reason: 'found it' };
const merge: CaseCommand = {
  type: 'case.merge',
  actor: agent,
  caseId: CASE_ID,
  primaryCaseId: OTHER_ID,
  primaryState: 'received',
  reason: 'same',
};

describe('a case with money in it', () => {
  it('is neither withdrawn nor merged once a compensation was paid, or is being paid', () => {
    const approved = given(open, start, propose(1_000));
    for (const paid of [then(approved, execute()), then(approved, execute(1, null))]) {
      for (const command of [withdraw, merge]) {
        expect(codeOf(when(paid, command))).toBe('compensation-paid');
        expect(allowedActions(paid, agent, POLICIES)).not.toContain(command.type.slice('case.'.length));
      }
    }
  });

  it('leaves nothing to be done, decided or paid when it is withdrawn', () => {
    const busy = then(given(open, start, propose(1_000), consult('finance')), askCallback(null));
    const result = when(then(busy, propose(20_000)), withdraw);
    if (!result.accepted) throw new Error(result.refusal.code);
    const { compensations, callbacks } = result.case.context;
    expect(compensations.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect(callbacks).toMatchObject([{ doneBy: customer.id, outcome: null }]);
    expect(result.deadlines).toEqual([]);
    expect(result.tasks.map(({ key, state }) => [key, state])).toEqual([
      ['consult-1', 'cancelled'],
      ['approve-2', 'cancelled'],
      ['callback-1', 'cancelled'],
    ]);
  });

  it('names a compensation in its solution only if that one was granted', () => {
    const current = then(given(open, start, propose(1_000)), propose(20_000), {
      type: 'case.rejectCompensation',
      actor: manager,
      n: 2,
      reason: 'r',
    });
    const solution = (compensation: number): CaseCommand => ({ ...resolve(), compensation }) as CaseCommand;
    expect(codeOf(when(current, solution(1)))).toBe('accepted');
    for (const n of [2, 3]) {
      expect(when(current, solution(n))).toMatchObject({
        refusal: { code: 'compensation-unknown', fields: ['/compensationId'] },
      });
    }
  });
});
