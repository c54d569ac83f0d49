// Callbacks, ratings, channels that fail, and who has a task (domain.md §3 rows 18, 21, 22).
import { describe, expect, it } from '@jest/globals';
import { allowedActions } from '../../src/domain/allowed-actions.js';
import type { Actor } from '../../src/domain/actor.js';
import type { Case } from '../../src/domain/case.js';
import { SYSTEM } from '../../src/domain/deadlines.js';
import type { CaseCommand } from '../../src/domain/events.js';
import { tasksOf } from '../../src/domain/tasks.js';
import {
  accept,
  acceptTask,
  agent,
  askCallback,
  assignTask,
  codeOf,
  consult,
  customer,
  DAY_MS,
  escalate,
  giveBack,
  given,
  HOUR_MS,
  lead,
  letPass,
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

const agent2: Actor = { kind: 'agent', id: 'agent-2' };
const colleague: Actor = { ...member('logistics'), id: 'member-2' };
const started = given(open, start);
const dispatched = then(started, escalate('logistics'));
const working = then(dispatched, accept('logistics'));
const closed = then(started, resolve(), { type: 'case.confirm', actor: customer, comment: null });

const rate = (score: number): CaseCommand => ({
  type: 'case.rate',
  actor: customer,
  score,
  recommend: 7,
  comment: 'It took long',
});
const called = (actor: Actor, n = 1): CaseCommand => ({
  type: 'case.completeCallback',
  actor,
  n,
  outcome: 'All is well',
});
const undeliverable = (channel: string): CaseCommand => ({
  type: 'case.reportUndeliverable',
  actor: SYSTEM,
  channel,
  detail: 'no such mailbox',
});
const rateHandOff = (actor: Actor): CaseCommand => ({
  type: 'case.rateHandOff',
  actor,
  score: 4,
  comment: null,
});
const taskOf = (current: Case, key: string) => tasksOf(current).find((task) => task.key === key);

describe('a rating', () => {
  it('is kept with its cycle', () => {
    expect(then(closed, rate(4)).context).toMatchObject({
      ratings: [{ cycle: 1, score: 4, recommend: 7, comment: 'It took long' }],
      callbacks: [],
    });
  });

  it('that is low asks the owner to call within two days', () => {
    const { context } = then(closed, rate(2));
    expect(context.callbacks).toMatchObject([
      { n: 1, reason: 'lowRating', note: 'It took long', department: null, assigneeId: null },
    ]);
    expect(context.callbacks[0]?.dueAt).toBe(context.lastEventAt + 2 * DAY_MS);
  });

  it('counts as low where the policy says so', () => {
    const policies = { ...POLICIES, lifecycle: { ...POLICIES.lifecycle, lowScoreAtMost: 4 } };
    const result = when(closed, rate(4), policies);
    expect(result.accepted && result.case.context.callbacks.length).toBe(1);
  });

  it('is given once per cycle, and again after a reopening', () => {
    const rated = then(closed, rate(5));
    expect(codeOf(when(rated, rate(1)))).toBe('already-rated');
    const again = then(
      rated,
      { type: 'case.reopen', actor: customer, reason: 'broken again' },
      resolve(),
      { type: 'case.confirm', actor: customer, comment: null },
      rate(3),
    );
    expect(again.context.ratings.map(({ cycle, score }) => [cycle, score])).toEqual([
      [1, 5],
      [2, 3],
    ]);
  });

  it('of a case that nothing moves any more is refused', () => {
    const over = letPass(closed, closed.context.lastEventAt + 15 * DAY_MS, POLICIES);
    expect([over.context.sealed, codeOf(when(over, rate(1)))]).toEqual([true, 'case-final']);
    expect(codeOf(when(over, askCallback('sales')))).toBe('case-final');
    expect(codeOf(when(over, undeliverable('email')))).toBe('case-final');
  });
});

describe('a callback', () => {
  it('is a task of the department that was asked, due when the policy says', () => {
    const asked = then(started, askCallback('sales', { reason: 'salesLead' }));
    expect(taskOf(asked, 'callback-1')).toMatchObject({
      kind: 'callback',
      department: 'sales',
      assigneeId: null,
      state: 'open',
      dueAt: asked.context.lastEventAt + 2 * DAY_MS,
    });
  });

  it('without a department is the owner’s, and moves with the case to another owner', () => {
    const asked = then(started, askCallback(null));
    expect(taskOf(asked, 'callback-1')).toMatchObject({ department: null, assigneeId: agent.id });
    const handOver = { type: 'case.handOver', actor: manager, agentId: agent2.id, reason: 'leave' } as const;
    const result = when(asked, handOver);
    expect(result.accepted && result.tasks).toMatchObject([{ key: 'callback-1', assigneeId: agent2.id }]);
  });

  it.each([
    ['to a department that does not exist', askCallback('nobody'), 'unknown-department'],
    ['due in the past', askCallback(null, { dueAt: started.context.lastEventAt }), 'due-in-past'],
    ['due in twenty years', askCallback(null, { dueAt: Date.UTC(2046, 0, 1) }), 'too-far-ahead'],
  ])('%s is refused', (_what, command, code) => {
    expect(codeOf(when(started, command))).toBe(code);
  });

  it('is made once', () => {
    const done = then(started, askCallback(null), called(agent));
    expect(done.context.callbacks).toMatchObject([{ doneBy: agent.id, outcome: 'All is well' }]);
    expect([taskOf(done, 'callback-1'), codeOf(when(done, called(agent)))]).toEqual([
      undefined,
      'callback-unknown',
    ]);
  });

  it.each([
    ['a member of its department', member('logistics'), 'accepted'],
    ['a member of another department', member('finance'), 'not-in-department'],
    ['a colleague who did not take it', colleague, 'task-taken'],
    ['the lead, whoever took it', lead('logistics'), 'accepted'],
    ['an agent: the front line answers for the case', agent2, 'accepted'],
    ['a manager', manager, 'accepted'],
    ['a service', { kind: 'service', id: 'shop' } as Actor, 'actor-not-permitted'],
  ])('is judged by who made it: %s', (_who, actor, code) => {
    const taken = then(started, askCallback('logistics'), acceptTask(member('logistics'), 'callback-1'));
    expect(codeOf(when(taken, called(actor)))).toBe(code);
  });

  it('that nobody made calls a manager once, until it is made', () => {
    const asked = then(started, askCallback(null, { dueAt: started.context.lastEventAt + HOUR_MS }));
    const late = letPass(asked, asked.context.lastEventAt + DAY_MS, POLICIES);
    expect(late.context).toMatchObject({
      attention: { reason: 'a callback is overdue', byKind: 'system' },
      callbacks: [{ overdue: true }],
    });
    expect(late.revision).toBe(asked.revision + 1);
    expect(then(late, called(agent)).context.attention).toBeNull();
  });

  it('that is made leaves a manager where another reason called for one', () => {
    const asked = then(
      started,
      { type: 'case.raiseAttention', actor: agent, reason: 'press' },
      askCallback(null),
    );
    const late = letPass(asked, asked.context.lastEventAt + 3 * DAY_MS, POLICIES);
    expect(then(late, called(agent)).context.attention?.reason).toBe('press');
  });

  it('is owed on after the case is closed, and after it was withdrawn no more', () => {
    const asked = then(started, askCallback(null));
    const ended = then(asked, resolve(), { type: 'case.confirm', actor: customer, comment: null });
    expect(taskOf(ended, 'callback-1')).toBeDefined();
    expect(codeOf(when(ended, called(agent)))).toBe('accepted');
    const withdrawn = when(asked, { type: 'case.withdraw', actor: customer, reason: 'found' });
    expect(withdrawn.accepted && withdrawn.tasks).toMatchObject([{ key: 'callback-1', state: 'cancelled' }]);
    expect(withdrawn.accepted && withdrawn.deadlines).toEqual([]);
  });
});

describe('a channel that does not reach the customer', () => {
  it('gives the owner one callback per channel, and another once that was made', () => {
    const reported = then(started, undeliverable('email'), undeliverable('sms'));
    expect(reported.context.callbacks).toMatchObject([
      { reason: 'undeliverable', channel: 'email', note: 'no such mailbox', department: null },
      { reason: 'undeliverable', channel: 'sms' },
    ]);
    expect(codeOf(when(reported, undeliverable('email')))).toBe('unchanged');
    expect(codeOf(when(then(reported, called(agent)), undeliverable('email')))).toBe('accepted');
  });
});

describe('assigning a task', () => {
  it.each([
    ['a lead, to anybody of the department', lead('logistics'), colleague.id, 'accepted'],
    ['a manager', manager, colleague.id, 'accepted'],
    ['the lead of another department', lead('finance'), colleague.id, 'not-in-department'],
    ['a member, to himself', colleague, colleague.id, 'accepted'],
    ['a member, to another', colleague, 'member-3', 'actor-not-permitted'],
    ['a member of another department', member('finance'), 'member-finance', 'not-in-department'],
    ['an agent', agent, agent.id, 'actor-not-permitted'],
    ['a lead, to nobody as before', lead('logistics'), null, 'unchanged'],
  ])('is judged by who does it: %s', (_who, actor, assigneeId, code) => {
    expect(codeOf(when(dispatched, assignTask(actor, 'handle-1-1', assigneeId)))).toBe(code);
  });

  it('is no acceptance: the clock runs on until the one who was named takes it', () => {
    const assigned = then(dispatched, assignTask(lead('logistics'), 'handle-1-1', colleague.id));
    expect([assigned.state, taskOf(assigned, 'handle-1-1')]).toMatchObject([
      'level1.dispatched',
      { state: 'open', assigneeId: colleague.id },
    ]);
    expect(codeOf(when(assigned, accept('logistics')))).toBe('task-taken');
    const offered = (actor: Actor) => allowedActions(assigned, actor, POLICIES).includes('accept');
    expect([offered(member('logistics')), offered(colleague)]).toEqual([false, true]);
    const taken = then(assigned, { type: 'case.accept', actor: colleague });
    expect(taskOf(taken, 'handle-1-1')).toMatchObject({ state: 'accepted', assigneeId: colleague.id });
  });

  it('back to nobody frees it for the next shift, at either level', () => {
    const level2 = then(working, escalate('product', { actor: member('logistics') }), accept('product'));
    for (const [from, key, department] of [
      [working, 'handle-1-1', 'logistics'],
      [level2, 'handle-2-1', 'product'],
    ] as const) {
      const free = then(from, assignTask(member(department), key, null));
      expect([free.state, taskOf(free, key)]).toMatchObject([
        from.state,
        { state: 'open', assigneeId: null },
      ]);
      const next: Actor = { ...member(department), id: 'night-shift' };
      const taken = then(free, acceptTask(next, key));
      expect(taken.context.handler).toEqual({ department, memberId: 'night-shift' });
      expect(codeOf(when(taken, acceptTask(member(department), key)))).toBe('task-taken');
    }
  });

  it('that a colleague has is not a member’s to take or to give back', () => {
    for (const assigneeId of [colleague.id, null]) {
      expect(codeOf(when(working, assignTask(colleague, 'handle-1-1', assigneeId)))).toBe('task-taken');
    }
  });

  it('names who is to decide a compensation, and binds nobody to it', () => {
    const proposed = then(working, propose(20_000));
    const named = then(proposed, assignTask(lead('logistics'), 'approve-1', lead('logistics').id));
    expect(taskOf(named, 'approve-1')).toMatchObject({ assigneeId: 'lead-logistics', state: 'open' });
    expect(codeOf(when(named, acceptTask(lead('logistics'), 'approve-1')))).toBe('task-unknown');
  });

  it('of the front line is an agent’s to take over from another', () => {
    const asked = then(started, askCallback(null));
    const taken = then(asked, assignTask(agent2, 'callback-1', agent2.id));
    expect(taskOf(taken, 'callback-1')).toMatchObject({ department: null, assigneeId: agent2.id });
    expect(codeOf(when(asked, assignTask(member('sales'), 'callback-1', 'member-sales')))).toBe(
      'not-in-department',
    );
  });

  it.each([
    'handle-1-2',
    'handle-2-1',
    'consult-1',
    'callback-1',
    'approve-0',
    'arbitrate-1',
    '',
    'constructor-1',
  ])('that does not stand is refused: %s', (key) => {
    expect(codeOf(when(working, assignTask(manager, key, 'x')))).toBe('task-unknown');
    expect(codeOf(when(working, acceptTask(manager, key)))).toBe('task-unknown');
  });
});

describe('taking a consult', () => {
  const asked = then(started, consult('finance'));

  it('is for the department that was asked, and for one of it', () => {
    const taken = then(asked, acceptTask(member('finance'), 'consult-1'));
    expect(taskOf(taken, 'consult-1')).toMatchObject({ state: 'accepted', assigneeId: 'member-finance' });
    expect(codeOf(when(asked, acceptTask(member('sales'), 'consult-1')))).toBe('not-in-department');
    expect(codeOf(when(asked, acceptTask(agent, 'consult-1')))).toBe('actor-not-permitted');
    expect(codeOf(when(taken, acceptTask(lead('finance'), 'consult-1')))).toBe('task-taken');
    expect(codeOf(when(taken, acceptTask(member('finance'), 'consult-1')))).toBe('unchanged');
  });

  it('that the lead gave to somebody is for that person', () => {
    const named = then(asked, assignTask(lead('finance'), 'consult-1', 'member-finance'));
    expect(taskOf(named, 'consult-1')).toMatchObject({ state: 'open', assigneeId: 'member-finance' });
    expect(codeOf(when(named, acceptTask(member('finance'), 'consult-1')))).toBe('accepted');
    expect(codeOf(when(named, acceptTask({ ...member('finance'), id: 'x' }, 'consult-1')))).toBe(
      'task-taken',
    );
  });
});

describe('rating a hand-off', () => {
  it('is for the department that has the case, once per attempt', () => {
    const rated = then(dispatched, rateHandOff(member('logistics')));
    expect(rated.context.handOffRatings).toMatchObject([
      { level: 1, attempt: 1, department: 'logistics', score: 4, by: 'member-logistics' },
    ]);
    expect(codeOf(when(rated, rateHandOff(lead('logistics'))))).toBe('already-rated');
    const again = then(rated, giveBack('logistics', 'answered'), escalate('logistics'));
    expect(then(again, rateHandOff(member('logistics'))).context.handOffRatings).toMatchObject([
      { attempt: 1 },
      { attempt: 2 },
    ]);
  });

  it.each([
    ['of another department', dispatched, member('sales'), 'not-in-department'],
    ['by the front line', dispatched, agent, 'actor-not-permitted'],
  ])('is refused %s', (_who, from, actor, code) => {
    expect(codeOf(when(from, rateHandOff(actor)))).toBe(code);
  });
});
