// Who may grant how much to whom, and that money is given once (domain.md §3 row 22, §4 invariant 7).
import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../src/domain/actor.js';
import type { Case } from '../../src/domain/case.js';
import type { Compensation } from '../../src/domain/cooperation.js';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Policies } from '../../src/domain/policies.js';
import { tasksOf } from '../../src/domain/tasks.js';
import {
  accept,
  agent,
  approve,
  codeOf,
  escalate,
  execute,
  given,
  lead,
  manager,
  member,
  open,
  POLICIES,
  propose,
  resolve,
  start,
  then,
  when,
} from './given.js';

const admin: Actor = { kind: 'admin', id: 'admin-1' };
const service: Actor = { kind: 'service', id: 'shop' };
const started = given(open, start);
const withLogistics = given(open, start, escalate('logistics'), accept('logistics'));
/** 200.00: beyond agent and member, within a lead. */
const proposed = then(withLogistics, propose(20_000));
const granted = then(proposed, approve(lead('logistics')));
const handed = then(granted, execute(1, null));

const settle = (paid: boolean, reference: string | null = null): CaseCommand => ({
  type: 'case.settleCompensation',
  actor: service,
  n: 1,
  paid,
  reference,
  detail: null,
});
const reject = (actor: Actor): CaseCommand => ({
  type: 'case.rejectCompensation',
  actor,
  n: 1,
  reason: 'Not our fault',
});
const cancel = (actor: Actor = agent): CaseCommand => ({
  type: 'case.cancelCompensation',
  actor,
  n: 1,
  reason: 'A mistake',
});

function first({ context }: Case): Compensation {
  const [one] = context.compensations;
  if (!one) throw new Error('no compensation');
  return one;
}

describe('a proposal', () => {
  it.each([
    ['an agent', started, agent, 5_000],
    ['a member', withLogistics, member('logistics'), 15_000],
    ['a lead', withLogistics, lead('logistics'), 50_000],
    ['a manager', started, manager, 500_000],
  ])('within the own limit is approved by its proposer: %s', (_who, from, actor, limit) => {
    const one = first(then(from, propose(limit, actor)));
    expect(one).toMatchObject({ state: 'approved', decidedBy: actor.id, approverRole: actor.kind });
    expect(one.authority).toEqual({
      role: actor.kind,
      limitMinor: limit,
      capMinor: 500_000,
      grantedMinor: 0,
    });
  });

  it.each([
    ['the lead of the department that has the case', withLogistics, 5_001, 'lead', 'logistics'],
    ['that lead, up to his limit', withLogistics, 50_000, 'lead', 'logistics'],
    ['a manager beyond it', withLogistics, 50_001, 'manager', null],
    ['a manager where no department has the case', started, 5_001, 'manager', null],
  ])(
    'beyond it waits for the lowest authority that covers it: %s',
    (_who, from, amount, role, department) => {
      expect(first(then(from, propose(amount)))).toMatchObject({
        state: 'proposed',
        approverRole: role,
        approverDepartment: department,
        authority: null,
      });
    },
  );

  it.each([
    ['beyond everybody’s authority', propose(500_001), 'beyond-authority'],
    ['in another currency', propose(100, agent, { currency: 'EUR' }), 'wrong-currency'],
    ['of nothing', propose(0), 'amount-invalid'],
    ['of less than nothing', propose(-1), 'amount-invalid'],
    ['of half a fen', propose(0.5), 'amount-invalid'],
    ['beyond exact numbers', propose(2 ** 53), 'amount-invalid'],
    ['by the customer', propose(1, { kind: 'customer', id: 'customer-1' }), 'actor-not-permitted'],
    [
      'a fen above the customer’s cap',
      propose(5_000, agent, { grantedMinor: 495_001 }),
      'customer-cap-reached',
    ],
  ])('%s is refused', (_what, command, code) => {
    expect(codeOf(when(started, command))).toBe(code);
  });

  it('may use the customer’s cap up', () => {
    expect(codeOf(when(started, propose(5_000, agent, { grantedMinor: 495_000 })))).toBe('accepted');
  });

  it('goes to an administrator when the policy gives managers less', () => {
    const limitsMinor = { agent: 5_000, manager: 6_000, admin: 9_000 };
    const policies = { ...POLICIES, compensation: { ...POLICIES.compensation, limitsMinor } };
    const result = when(withLogistics, propose(8_000), policies);
    if (!result.accepted) throw new Error(result.refusal.code);
    expect(first(result.case)).toMatchObject({ approverRole: 'admin', approverDepartment: null });
    expect(codeOf(when(result.case, approve(manager), policies))).toBe('beyond-authority');
    expect(codeOf(when(result.case, approve(admin), policies))).toBe('accepted');
  });

  it('in a role without a limit is never approved by its proposer', () => {
    const policies = {
      ...POLICIES,
      compensation: { ...POLICIES.compensation, limitsMinor: { lead: 9_000 } },
    };
    const result = when(withLogistics, propose(1), policies);
    expect(result.accepted && first(result.case)).toMatchObject({ state: 'proposed', approverRole: 'lead' });
  });
});

describe('an approval', () => {
  it.each([
    ['the lead of the department', lead('logistics'), 'accepted'],
    ['a manager, who may always step in', manager, 'accepted'],
    ['an administrator', admin, 'accepted'],
    ['the lead of another department', lead('finance'), 'not-in-department'],
    ['a member of the department', member('logistics'), 'beyond-authority'],
    ['another agent', { kind: 'agent', id: 'agent-2' } as Actor, 'beyond-authority'],
    ['whoever proposed it', agent, 'own-proposal'],
  ])('by %s', (_who, actor, code) => {
    expect(codeOf(when(proposed, approve(actor)))).toBe(code);
  });

  it('by a manager whose own limit is too low is refused', () => {
    const limitsMinor = { lead: 50_000, manager: 100 };
    const policies = { ...POLICIES, compensation: { ...POLICIES.compensation, limitsMinor } };
    expect(codeOf(when(proposed, approve(manager), policies))).toBe('beyond-authority');
  });

  it('is for managers alone where no department had the case, whatever a lead may grant', () => {
    const waiting = then(started, propose(20_000), escalate('logistics'));
    expect(codeOf(when(waiting, approve(lead('logistics'))))).toBe('beyond-authority');
    expect(codeOf(when(waiting, approve(manager)))).toBe('accepted');
  });

  it('keeps the authority, the cap and what was granted before', () => {
    const result = then(proposed, approve(lead('logistics'), 1, 70_000));
    expect(first(result).authority).toEqual({
      role: 'lead',
      limitMinor: 50_000,
      capMinor: 500_000,
      grantedMinor: 70_000,
    });
  });

  it('that would lift the customer above the cap is refused, though it was proposed in time', () => {
    expect(codeOf(when(proposed, approve(manager, 1, 480_001)))).toBe('customer-cap-reached');
  });

  it('cannot be measured by a policy that has another currency now', () => {
    const policies = { ...POLICIES, compensation: { ...POLICIES.compensation, currency: 'EUR' } };
    expect(codeOf(when(proposed, approve(manager), policies))).toBe('wrong-currency');
  });

  it('happens once', () => {
    expect(codeOf(when(granted, approve(manager)))).toBe('compensation-unknown');
    expect(codeOf(when(proposed, approve(manager, 2)))).toBe('compensation-unknown');
  });

  it('tells the customer what they get', () => {
    const result = when(proposed, approve(manager));
    expect(result.accepted && result.update).toMatchObject({
      key: 'case.compensationApproved',
      params: { description: 'Your money back', amountMinor: 20_000, currency: 'CNY' },
    });
    expect(JSON.stringify(result.accepted && result.update)).not.toContain('sorting');
  });

  it('by the proposer tells the customer at once', () => {
    const result = when(started, propose(100));
    expect(result.accepted && result.update?.key).toBe('case.compensationApproved');
  });

  it('that is still to come is no news', () => {
    const result = when(withLogistics, propose(20_000));
    expect(result.accepted && result.update).toBeNull();
  });
});

describe('a deputy', () => {
  const deputy = member('logistics');
  const logistics = POLICIES.departments['logistics'];
  if (!logistics) throw new Error('no department');
  const policies: Policies = {
    ...POLICIES,
    departments: { ...POLICIES.departments, logistics: { ...logistics, deputies: [deputy.id] } },
  };
  const overdue = withFirst(proposed, { withDeputy: true });

  it('decides with the lead’s authority once the lead has not', () => {
    expect(codeOf(when(proposed, approve(deputy), policies))).toBe('beyond-authority');
    const result = when(overdue, approve(deputy), policies);
    expect(result.accepted && first(result.case)).toMatchObject({
      state: 'approved',
      decidedBy: deputy.id,
      authority: { role: 'lead', limitMinor: 50_000 },
    });
  });

  it('is no other member, and none of another department', () => {
    const other: Actor = { ...deputy, id: 'member-2' };
    expect(codeOf(when(overdue, approve(other), policies))).toBe('beyond-authority');
    const elsewhere: Actor = { ...deputy, department: 'finance' };
    expect(codeOf(when(overdue, approve(elsewhere), policies))).toBe('not-in-department');
  });

  it('does not approve a proposal of his own', () => {
    const own = withFirst(overdue, { proposedBy: deputy.id });
    expect(codeOf(when(own, approve(deputy), policies))).toBe('own-proposal');
  });
});

describe('a rejection', () => {
  it.each([
    ['the lead of the department', lead('logistics'), 'accepted'],
    ['a manager', manager, 'accepted'],
    ['the lead of another department', lead('finance'), 'not-in-department'],
    ['a member', member('logistics'), 'beyond-authority'],
  ])('by %s', (_who, actor, code) => {
    expect(codeOf(when(proposed, reject(actor)))).toBe(code);
  });

  it('is final, is no news for the customer, and ends the task', () => {
    const result = when(proposed, reject(manager));
    if (!result.accepted) throw new Error(result.refusal.code);
    expect([first(result.case).state, result.update]).toEqual(['rejected', null]);
    expect(result.tasks).toMatchObject([{ key: 'approve-1', state: 'done' }]);
    expect(codeOf(when(result.case, approve(manager)))).toBe('compensation-unknown');
    expect(codeOf(when(result.case, execute()))).toBe('compensation-unknown');
  });
});

describe('an execution', () => {
  it('by hand is done at once, and told', () => {
    const result = when(granted, execute(1, 'bank-7'));
    expect(result.accepted && first(result.case)).toMatchObject({ state: 'executed', reference: 'bank-7' });
    expect(result.accepted && result.update?.key).toBe('case.compensationExecuted');
  });

  it('by the payment system is done when it says so, and told then', () => {
    const result = when(granted, execute(1, null));
    expect(result.accepted && [first(result.case).state, result.update]).toEqual(['executing', null]);
    const paid = when(handed, settle(true, 'psp-9'));
    expect(paid.accepted && first(paid.case)).toMatchObject({ state: 'executed', reference: 'psp-9' });
    expect(paid.accepted && paid.update?.key).toBe('case.compensationExecuted');
  });

  it('that failed may be tried again', () => {
    const failed = then(handed, settle(false));
    expect(first(failed)).toMatchObject({ state: 'failed', executedAt: null });
    expect(first(then(failed, execute(1, 'bank-8')))).toMatchObject({ state: 'executed' });
  });

  it.each([
    ['of what is not approved', proposed, execute()],
    ['under way already', handed, execute()],
    ['that happened', then(granted, execute()), execute()],
    ['of what was cancelled', then(granted, cancel()), execute()],
    ['that was settled already', then(handed, settle(true)), settle(true)],
    ['that nobody began', granted, settle(true)],
  ])('%s is refused', (_what, from, command) => {
    expect(codeOf(when(from, command))).toBe('compensation-unknown');
  });

  it('of one does not stand for another', () => {
    const both = then(handed, propose(20_000), propose(100));
    expect(codeOf(when(both, execute(1)))).toBe('compensation-unknown');
    expect(codeOf(when(both, execute(2)))).toBe('compensation-unknown');
    const paid = then(both, execute(3));
    expect(paid.context.compensations.map(({ state }) => state)).toEqual([
      'executing',
      'proposed',
      'executed',
    ]);
  });

  it('that would lift the customer above the cap is refused', () => {
    expect(codeOf(when(granted, execute(1, 'x', 480_001)))).toBe('customer-cap-reached');
    expect(codeOf(when(granted, execute(1, 'x', 480_000)))).toBe('accepted');
  });

  it('goes on after the case is resolved', () => {
    expect(first(then(granted, resolve(), execute())).state).toBe('executed');
  });
});

describe('a cancellation', () => {
  it.each([
    ['of a proposal', proposed, agent, 'accepted'],
    ['of what was approved', granted, agent, 'accepted'],
    ['by the department that approved it', granted, lead('logistics'), 'accepted'],
    ['by a department that has no part in it', granted, lead('finance'), 'not-in-department'],
    ['of a payment under way', handed, manager, 'compensation-unknown'],
    ['of what was paid', then(granted, execute()), manager, 'compensation-unknown'],
  ])('%s', (_what, from, actor, code) => {
    expect(codeOf(when(from, cancel(actor)))).toBe(code);
  });

  it('takes back what the customer was told of, and says so', () => {
    const failed = then(handed, settle(false));
    for (const from of [granted, failed]) {
      expect(when(from, cancel())).toMatchObject({
        update: { key: 'case.compensationCancelled', params: { amountMinor: 20_000, currency: 'CNY' } },
      });
    }
  });

  it('of a mere proposal is not told', () => {
    expect(when(proposed, cancel())).toMatchObject({ accepted: true, update: null });
  });
});

describe('the task of an approval', () => {
  it('lies with the lead’s department, or with managers', () => {
    const of = (current: Case) => tasksOf(current).find(({ kind }) => kind === 'approve');
    expect(of(proposed)).toMatchObject({ key: 'approve-1', department: 'logistics', state: 'open' });
    expect(of(then(started, propose(20_000)))).toMatchObject({ key: 'approve-1', department: null });
    expect(of(granted)).toBeUndefined();
  });
});

/** The case with another first compensation: what only time brings about. */
function withFirst(current: Case, change: Partial<Compensation>): Case {
  const compensations = [{ ...first(current), ...change }];
  return { ...current, context: { ...current.context, compensations } };
}
