// The work items that follow from a case: which stand, whose they are, and how they end.
import { describe, expect, it } from '@jest/globals';
import type { Case } from '../../src/domain/case.js';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Policies } from '../../src/domain/policies.js';
import { tasksOf } from '../../src/domain/tasks.js';
import {
  accept,
  agent,
  approve,
  askCallback,
  consult,
  DAY_MS,
  escalate,
  given,
  HOUR_MS,
  lead,
  manager,
  member,
  open,
  POLICIES,
  propose,
  resolve,
  start,
  TARGETED,
  then,
  timeline,
  when,
} from './given.js';

const started = given(open, start);
const working = then(started, escalate('logistics'), accept('logistics'));

const solution: CaseCommand = {
  type: 'case.proposeSolution',
  actor: agent,
  text: 'Send a new one and refund the postage',
  departments: ['logistics'],
  actions: [
    { text: 'Send it', department: 'logistics', dueAt: null },
    { text: 'Refund the postage', department: 'finance', dueAt: null },
    { text: 'Call the customer', department: 'frontline', dueAt: null },
  ],
};
/** Has a hyphen in its key, as the task's own key does. */
const AFTER_SALES: Policies = {
  ...POLICIES,
  departments: { ...POLICIES.departments, 'after-sales': POLICIES.departments['sales']! },
};
const agree: CaseCommand = {
  type: 'case.agreeToSolution',
  actor: member('logistics'),
  n: 1,
  comment: null,
};
const complete = (k: number, department: string): CaseCommand => ({
  type: 'case.completeAction',
  actor: department === '' ? agent : member(department),
  n: 1,
  k,
  outcome: 'done',
});
const withdraw: CaseCommand = { type: 'case.withdraw', actor: agent, reason: 'found' };

const keys = (current: Case) => tasksOf(current).map(({ key }) => key);
const ends = (current: Case, command: CaseCommand, policies: Policies = POLICIES) => {
  const result = when(current, command, policies);
  if (!result.accepted) throw new Error(result.refusal.code);
  return result.tasks.map(({ key, state }) => `${key} ${state}`);
};

/** Two departments asked for their word. */
function askedBoth(): Case {
  const departments = ['after-sales', 'logistics'];
  const result = when(working, { ...solution, departments } as CaseCommand, AFTER_SALES);
  if (!result.accepted) throw new Error(result.refusal.code);
  return result.case;
}

describe('the tasks of a case', () => {
  it('are one per matter that waits for somebody', () => {
    const busy = then(working, consult('finance'), propose(20_000), askCallback('sales'), solution, agree);
    expect(tasksOf(busy).map(({ key, kind, department }) => [key, kind, department])).toEqual([
      ['handle-1-1', 'handle', 'logistics'],
      ['consult-1', 'consult', 'finance'],
      ['action-1-1', 'consult', 'logistics'],
      ['action-1-2', 'consult', 'finance'],
      ['action-1-3', 'consult', null],
      ['approve-1', 'approve', 'logistics'],
      ['callback-1', 'callback', 'sales'],
    ]);
  });

  it('hold no action before every department has agreed to the solution', () => {
    expect(keys(then(working, solution))).toEqual(['handle-1-1', 'agree-1-logistics']);
  });

  it('ask each department that has not spoken for its word on a solution', () => {
    const asked = askedBoth();
    expect(tasksOf(asked)[1]).toEqual({
      key: 'agree-1-after-sales',
      kind: 'approve',
      department: 'after-sales',
      assigneeId: null,
      state: 'open',
      createdAt: asked.context.lastEventAt,
      dueAt: null,
    });
    expect(keys(asked)).toEqual(['handle-1-1', 'agree-1-after-sales', 'agree-1-logistics']);
    expect(ends(asked, agree)).toEqual(['agree-1-logistics done']);
    expect(ends(asked, withdraw)).toContain('agree-1-after-sales cancelled');
  });

  it('ask nobody for a word on a solution that another department objected to', () => {
    const object: CaseCommand = {
      type: 'case.objectToSolution',
      actor: member('logistics'),
      n: 1,
      reason: 'sold out',
    };
    expect(ends(askedBoth(), object)).toEqual(['agree-1-after-sales cancelled', 'agree-1-logistics done']);
  });

  it('give the front line’s own actions to the owner', () => {
    const task = tasksOf(then(working, solution, agree)).find(({ key }) => key === 'action-1-3');
    expect(task).toMatchObject({ department: null, assigneeId: agent.id, state: 'accepted' });
  });

  it('are due when their clocks say', () => {
    const at = timeline(TARGETED, [0, open], [0, start], [1, escalate('logistics')]);
    const [handle] = tasksOf(at);
    expect(handle?.dueAt).toBe(at.context.lastEventAt + 2 * HOUR_MS);
    const asked = then(started, consult('finance', { dueAt: started.context.lastEventAt + DAY_MS }));
    expect(tasksOf(asked)[0]?.dueAt).toBe(started.context.lastEventAt + DAY_MS);
  });

  it('for more time lie with whoever may give it', () => {
    const more = (metric: 'olaWork' | 'resolution'): CaseCommand => ({
      type: 'case.requestExtension',
      actor: member('logistics'),
      metric,
      untilAt: Date.UTC(2026, 10, 5),
      reason: 'The depot is closed',
      tell: 'We need two more days.',
    });
    const before = timeline(
      TARGETED,
      [0, open],
      [0, start],
      [1, escalate('logistics')],
      [2, accept('logistics')],
    );
    const asked = [more('olaWork'), more('resolution')].reduce((current, command) => {
      const result = when(current, command, TARGETED);
      if (!result.accepted) throw new Error(result.refusal.code);
      return result.case;
    }, before);
    expect(
      tasksOf(asked)
        .filter(({ kind }) => kind === 'approve')
        .map(({ key, department }) => [key, department]),
    ).toEqual([
      ['extension-1', 'logistics'],
      ['extension-2', null],
    ]);
    const denied: CaseCommand = { type: 'case.denyExtension', actor: manager, n: 2, reason: 'no' };
    expect(ends(asked, denied, TARGETED)).toEqual(['extension-2 done']);
  });
});

describe('a task ends', () => {
  const consulted = then(working, consult('finance'));

  it.each<[string, Case, CaseCommand, string[]]>([
    [
      'done by an answer',
      consulted,
      { type: 'case.answerConsult', actor: member('finance'), n: 1, answer: 'Yes' },
      ['consult-1 done'],
    ],
    [
      'done by a refusal to answer',
      consulted,
      { type: 'case.declineConsult', actor: member('finance'), n: 1, reason: 'Not ours' },
      ['consult-1 done'],
    ],
    [
      'cancelled by who asked',
      consulted,
      { type: 'case.cancelConsult', actor: agent, n: 1, reason: 'Found it' },
      ['consult-1 cancelled'],
    ],
    ['done by an approval', then(working, propose(20_000)), approve(lead('logistics')), ['approve-1 done']],
    [
      'cancelled with its proposal',
      then(working, propose(20_000)),
      { type: 'case.cancelCompensation', actor: agent, n: 1, reason: 'A mistake' },
      ['approve-1 cancelled'],
    ],
    ['done with its action', then(working, solution, agree), complete(2, 'finance'), ['action-1-2 done']],
    [
      'cancelled when nobody needs the answer any more',
      consulted,
      resolve(),
      ['handle-1-1 done', 'consult-1 cancelled'],
    ],
    [
      'cancelled with its case',
      then(working, consult('finance'), askCallback('sales'), solution, agree),
      withdraw,
      [
        'handle-1-1 cancelled',
        'consult-1 cancelled',
        'action-1-1 cancelled',
        'action-1-2 cancelled',
        'action-1-3 cancelled',
        'callback-1 cancelled',
      ],
    ],
  ])('%s', (_how, from, command, expected) => {
    expect(ends(from, command)).toEqual(expected);
  });

  it('later than its case is resolved, when it is an action or a callback', () => {
    const resolved = then(working, askCallback('sales'), solution, agree, resolve());
    expect(keys(resolved)).toEqual(['action-1-1', 'action-1-2', 'action-1-3', 'callback-1']);
  });
});
