import { describe, expect, it } from '@jest/globals';
import type { CaseCommand } from '../../src/domain/events.js';
import { DEFAULT_PLAYBOOK } from '../../src/domain/policies.js';
import {
  accept,
  agent,
  codeOf,
  CASE_ID,
  customer,
  DAY_MS,
  escalate,
  given,
  giveBack,
  lead,
  manager,
  member,
  open,
  OTHER_ID,
  POLICIES,
  resolve,
  run,
  start,
  T0,
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
const atLevel2 = [open, start, escalate('logistics'), accept('logistics'), escalate('finance')];

describe('climbing', () => {
  it('takes a case through both levels to closed, and each step tells the customer', () => {
    const commands: CaseCommand[] = [
      ...atLevel2,
      accept('finance'),
      resolve(member('finance')),
      { type: 'case.confirm', actor: customer, comment: null },
    ];
    for (let count = 1; count <= commands.length; count += 1) {
      expect(run(commands.slice(0, count)).update).not.toBeNull();
    }
    const { case: closed } = run(commands);
    expect(closed).toMatchObject({ state: 'closed', revision: 8, context: { maxLevelReached: 2 } });
  });

  it.each([agent, manager, member('finance'), lead('finance')])(
    'refuses a third climb to %j by the name of the limit and changes nothing',
    (actor) => {
      const current = given(...atLevel2, accept('finance'));
      expect(codeOf(when(current, escalate('sales', { actor })))).toBe('escalation-limit-reached');
    },
  );

  it('refuses level 2 directly unless the playbook allows it', () => {
    const current = given(open, start);
    const direct = escalate('finance', { toLevel: 2 });
    expect(codeOf(when(current, direct))).toBe('direct-level2-not-allowed');
    const playbook = { ...DEFAULT_PLAYBOOK, directLevel2: true };
    const result = when(current, direct, { ...POLICIES, playbook });
    expect(result).toMatchObject({ accepted: true, case: { state: 'level2.dispatched' } });
  });

  it('makes the agent who escalates straight from intake the owner', () => {
    const unowned = { ...open, ownerId: null };
    expect(given(unowned, escalate('sales')).context.ownerId).toBe(agent.id);
  });

  it('lets no member of another department climb, accept or return', () => {
    const current = given(open, escalate('logistics'));
    for (const command of [
      escalate('finance', { actor: member('sales') }),
      accept('sales'),
      giveBack('sales', 'answered'),
    ]) {
      expect(codeOf(when(current, command))).toBe('not-in-department');
    }
  });
});

describe('hand-off packet', () => {
  const playbook = {
    ...DEFAULT_PLAYBOOK,
    evidenceRequired: true,
    requiredFields: { '*': ['orderNumber'], logistics: ['carrier'] },
  };

  it('is refused with a pointer to each thing that is missing', () => {
    const bare = escalate('logistics', { purpose: '', expectedOutcome: '' });
    expect(when(given(open), bare, { ...POLICIES, playbook })).toMatchObject({
      refusal: {
        code: 'packet-incomplete',
        fields: ['/purpose', '/expectedOutcome', '/evidence', '/fields/orderNumber', '/fields/carrier'],
      },
    });
  });

  it('passes when every field of the category and department is there', () => {
    const full = escalate('logistics', {
      evidence: ['photo'],
      fields: { orderNumber: '17', carrier: 'SF' },
    });
    expect(when(given(open), full, { ...POLICIES, playbook }).accepted).toBe(true);
  });

  it('counts an inherited property name as missing', () => {
    const trap = { ...playbook, requiredFields: { '*': ['toString'] }, evidenceRequired: false };
    const result = when(given(open), escalate('sales'), { ...POLICIES, playbook: trap });
    expect(codeOf(result)).toBe('packet-incomplete');
  });
});

describe('returning', () => {
  it('consumes no level: the same record is resumed by a second attempt', () => {
    const current = given(
      open,
      start,
      escalate('logistics'),
      giveBack('logistics', 'answered'),
      escalate('logistics'),
    );
    expect(current).toMatchObject({ state: 'level1.dispatched', context: { level: 1 } });
    expect(current.context.escalations).toHaveLength(1);
    expect(current.context.escalations[0]?.attempts.map(({ outcome }) => outcome)).toEqual([
      'returned',
      null,
    ]);
  });

  it('resumes level 2 when it was level 2 that returned', () => {
    const current = given(...atLevel2, giveBack('finance', 'answered'), escalate('finance'));
    expect(current.state).toBe('level2.dispatched');
  });

  it('for missing information waits until the fields named are there', () => {
    const current = given(open, escalate('sales'), giveBack('sales', 'missingInfo', ['serial/number']));
    expect(when(current, escalate('sales'))).toMatchObject({
      refusal: { code: 'missing-fields-open', fields: ['/fields/serial~1number'] },
    });
    const complete = escalate('sales', { fields: { 'serial/number': 'A1' } });
    expect(when(current, complete).accepted).toBe(true);
  });

  it('for missing information must name the fields', () => {
    const current = given(open, escalate('sales'));
    expect(codeOf(when(current, giveBack('sales', 'missingInfo')))).toBe('return-incomplete');
  });

  it('goes to a manager at the second bounce of one level', () => {
    const once = given(open, escalate('sales'), giveBack('sales', 'misrouted'));
    expect(once.state).toBe('frontline.returned');
    const twice = given(
      open,
      escalate('sales'),
      giveBack('sales', 'misrouted'),
      escalate('product'),
      giveBack('product', 'notJustified'),
    );
    expect(twice).toMatchObject({ state: 'arbitration', context: { handler: null, level: 1 } });
    expect(twice.context.attention).not.toBeNull();
  });
});

describe('arbitration', () => {
  const bounced = [
    open,
    escalate('sales'),
    giveBack('sales', 'misrouted'),
    escalate('product'),
    giveBack('product', 'misrouted'),
  ];
  const assign = (department: string | null): CaseCommand => ({
    type: 'case.assign',
    actor: manager,
    department,
    reason: 'it is theirs',
  });

  it('ends in a binding assignment that cannot be returned as misrouted', () => {
    const current = given(...bounced, assign('product'));
    expect(current.state).toBe('level1.dispatched');
    expect(codeOf(when(current, giveBack('product', 'misrouted')))).toBe('assignment-binding');
    expect(when(current, giveBack('product', 'answered')).accepted).toBe(true);
  });

  it('may give the case back to its owner', () => {
    expect(given(...bounced, assign(null))).toMatchObject({
      state: 'frontline.working',
      context: { level: 0, handler: null },
    });
  });

  it('may end in a final decision; a refusal must state its reasons', () => {
    const current = given(...bounced);
    const decide = (reasons: string): CaseCommand => ({
      type: 'case.decide',
      actor: manager,
      decision: 'refuse',
      solution: 'No refund',
      reasons,
    });
    expect(codeOf(when(current, decide('')))).toBe('packet-incomplete');
    const rejected = given(...bounced, decide('out of warranty'), {
      type: 'case.reject',
      actor: customer,
      reason: 'unfair',
    });
    expect(rejected.state).toBe('arbitration');
  });
});

describe('hand back', () => {
  const handBack = (department: string | null): CaseCommand => ({
    type: 'case.handBack',
    actor: member('finance'),
    decision: 'pay half',
    department,
  });

  it('returns the decision to the level-1 member who had the case, without a new level', () => {
    expect(given(...atLevel2, accept('finance'), handBack(null))).toMatchObject({
      state: 'level1.working',
      context: {
        level: 1,
        maxLevelReached: 2,
        handler: { department: 'logistics', memberId: 'member-logistics' },
      },
    });
  });

  it('asks for a department when level 1 was never used', () => {
    const playbook = { ...DEFAULT_PLAYBOOK, directLevel2: true };
    const direct = run([open, escalate('finance', { toLevel: 2 }), accept('finance')], {
      ...POLICIES,
      playbook,
    }).case;
    expect(codeOf(when(direct, handBack(null)))).toBe('department-required');
    expect(when(direct, handBack('sales'))).toMatchObject({ case: { state: 'level1.working' } });
  });
});

describe('waiting for the customer', () => {
  const ask: CaseCommand = { type: 'case.ask', actor: agent, question: 'Which colour?', waitUntilAt: null };
  const reply = (automatic = false): CaseCommand => ({
    type: 'case.reply',
    actor: customer,
    text: 'Blue',
    channel: null,
    messageId: null,
    automatic,
  });

  it.each([
    ['frontline.working', [open, start]],
    ['frontline.returned', [open, escalate('sales'), giveBack('sales', 'answered')]],
    ['level1.working', [open, escalate('sales'), accept('sales')]],
    ['level2.working', [...atLevel2, accept('finance')]],
  ] as const)('comes back to %s when the customer replies', (state, commands) => {
    expect(given(...commands, ask)).toMatchObject({ state: 'waiting' });
    expect(given(...commands, ask, reply()).state).toBe(state);
    expect(given(...commands, ask, { type: 'case.cancelWait', actor: agent, reason: null }).state).toBe(
      state,
    );
  });

  it('is not ended by an automatic reply', () => {
    expect(codeOf(when(given(open, start, ask), reply(true)))).toBe('automatic-message');
  });

  it('flags a message that comes after the solution for triage and reopens nothing', () => {
    const current = given(open, resolve(), reply());
    expect(current).toMatchObject({ state: 'resolved', context: { needsTriage: true } });
  });

  it('counts a further message before any answer as a chase', () => {
    expect(given(open, start, reply(), reply()).context.chases).toBe(1);
    const answered: CaseCommand = { type: 'case.message', actor: agent, text: 'On its way' };
    expect(given(open, start, reply(), answered, reply()).context.chases).toBe(0);
  });
});

describe('outcome', () => {
  const confirm: CaseCommand = { type: 'case.confirm', actor: customer, comment: null };
  const reject: CaseCommand = { type: 'case.reject', actor: customer, reason: 'still broken' };
  const reopen: CaseCommand = { type: 'case.reopen', actor: customer, reason: 'broken again' };

  it('goes back to the department that solved it when the customer rejects, in the same cycle', () => {
    const current = given(open, escalate('sales'), accept('sales'), resolve(member('sales')), reject);
    expect(current).toMatchObject({
      state: 'level1.working',
      context: { cycle: 1, rejections: 1, handler: { department: 'sales', memberId: 'member-sales' } },
    });
  });

  it('reopens into a new cycle with its levels used, and calls a manager at the second time', () => {
    const current = given(open, start, resolve(), confirm, reopen, resolve(), confirm, reopen);
    expect(current).toMatchObject({ state: 'frontline.working', context: { cycle: 3, reopenings: 2 } });
    expect(current.context.attention).not.toBeNull();
  });

  it('refuses to reopen at the end of the window, and not a second before', () => {
    const current = given(open, start, resolve(), confirm);
    const end = current.context.reopenUntilAt ?? 0;
    expect(end).toBe(current.context.lastEventAt + 14 * DAY_MS);
    const late = { ...current, context: { ...current.context, lastEventAt: end - 1000 } };
    expect(codeOf(when(late, reopen))).toBe('reopen-window-over');
    const inTime = { ...current, context: { ...current.context, lastEventAt: end - 2000 } };
    expect(when(inTime, reopen).accepted).toBe(true);
  });

  it('keeps the first owner through everything but an explicit hand-over', () => {
    const current = given(...atLevel2, accept('finance'), resolve(member('finance')), confirm, reopen);
    expect(current.context.ownerId).toBe(agent.id);
    const handOver: CaseCommand = {
      type: 'case.handOver',
      actor: manager,
      agentId: 'agent-2',
      reason: 'leave',
    };
    expect(given(open, start, handOver).context.ownerId).toBe('agent-2');
  });

  it('accepts nothing once withdrawn or merged', () => {
    const withdrawn = given(open, withdraw);
    const merged = given(open, merge);
    for (const ended of [withdrawn, merged]) {
      expect(codeOf(when(ended, escalate('sales')))).toBe('case-final');
    }
  });
});

describe('the customer', () => {
  it('may act only on the own case', () => {
    const stranger = { kind: 'customer', id: 'somebody-else' } as const;
    const current = given(open, resolve());
    expect(codeOf(when(current, { type: 'case.confirm', actor: stranger, comment: null }))).toBe(
      'actor-not-permitted',
    );
  });

  it('may ask for a manager once per cycle', () => {
    const ask: CaseCommand = { type: 'case.raiseAttention', actor: customer, reason: 'please' };
    const clear: CaseCommand = { type: 'case.clearAttention', actor: manager, reason: 'seen' };
    expect(codeOf(when(given(open, ask, clear), ask))).toBe('attention-used-in-cycle');
  });
});

describe('a service', () => {
  it('changes the grade, as the system that keeps the customers does', () => {
    const regrade: CaseCommand = {
      type: 'case.regrade',
      actor: { kind: 'service', id: 'crm' },
      grade: 'vip',
      reason: 'new contract',
    };
    expect(when(given(open), regrade)).toMatchObject({ case: { context: { grade: 'vip' } } });
  });
});

describe('clocked moves', () => {
  it('are refused before their time', () => {
    const waiting = given(open, start, {
      type: 'case.ask',
      actor: agent,
      question: '?',
      waitUntilAt: T0 + DAY_MS,
    });
    const early: CaseCommand = {
      type: 'case.expireWaiting',
      actor: { kind: 'system', id: 'system' },
      dueAt: T0,
    };
    expect(codeOf(when(waiting, early))).toBe('not-due');
  });
});
