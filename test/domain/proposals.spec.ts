import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../src/domain/actor.js';
import type { CaseCommand } from '../../src/domain/events.js';
import { FRONT_LINE } from '../../src/domain/moves/proposals.js';
import { confirm } from './clock-words.js';
import { hour } from './commitment-words.js';
import {
  agent,
  codeOf,
  consult,
  customer,
  escalate,
  given,
  lead,
  manager,
  member,
  open,
  resolve,
  start,
  T0,
  then,
  when,
} from './given.js';

const suggest = (
  departments: string[],
  more: Partial<CaseCommand<'case.proposeSolution'>> = {},
): CaseCommand => ({
  type: 'case.proposeSolution',
  actor: member('sales'),
  text: 'Send it again, at our cost',
  departments,
  actions: [],
  ...more,
});
const agree = (actor: Actor, n = 1): CaseCommand => ({
  type: 'case.agreeToSolution',
  actor,
  n,
  comment: null,
});
const object = (actor: Actor, n = 1): CaseCommand => ({
  type: 'case.objectToSolution',
  actor,
  n,
  reason: 'too dear',
});
const complete = (actor: Actor, k: number, n = 1): CaseCommand => ({
  type: 'case.completeAction',
  actor,
  n,
  k,
  outcome: 'done',
});
const action = (department: string, dueAt: number | null = null) => ({ text: 'do it', department, dueAt });

/** Sales was asked for advice, and so may propose. */
const begun = given(open, start, consult('sales'));
const proposed = then(begun, suggest(['sales', 'finance', 'logistics', 'finance']));

describe('a joint solution', () => {
  it('is agreed by those who propose it, waits for each other department once, and is silent', () => {
    expect(proposed.context.proposals).toMatchObject([
      {
        n: 1,
        state: 'open',
        voices: [
          { department: 'sales', agrees: true, by: 'member-sales' },
          { department: 'finance', agrees: null },
          { department: 'logistics', agrees: null },
        ],
      },
    ]);
    expect(when(begun, suggest(['finance']))).toMatchObject({ update: null });
  });

  it('is agreed on with the last voice, which the customer hears', () => {
    const first = when(proposed, agree(lead('finance')));
    expect(first).toMatchObject({ update: null, case: { context: { proposals: [{ state: 'open' }] } } });
    const second = when(then(proposed, agree(member('finance'))), agree(member('logistics')));
    expect(second).toMatchObject({
      update: { key: 'case.solutionAgreed' },
      case: { context: { proposals: [{ state: 'agreed' }] } },
    });
  });

  it('of one department alone is agreed on at once', () => {
    expect(when(begun, suggest(['sales']))).toMatchObject({
      update: { key: 'case.solutionAgreed' },
      case: { context: { proposals: [{ state: 'agreed' }] } },
    });
  });

  it('is off the table with one objection, on the record with its reason', () => {
    const objected = then(proposed, object(member('finance')));
    expect(objected.context.proposals).toMatchObject([
      { state: 'objected', voices: [{}, { agrees: false, comment: 'too dear' }, { agrees: null }] },
    ]);
    expect(codeOf(when(objected, agree(member('logistics'))))).toBe('proposal-unknown');
  });

  it('hears each department once, and nobody else', () => {
    const once = then(proposed, agree(member('finance')));
    expect(codeOf(when(once, object(lead('finance'))))).toBe('unchanged');
    expect(codeOf(when(once, agree(member('product'))))).toBe('not-in-department');
    expect(codeOf(when(once, agree(agent)))).toBe('actor-not-permitted');
  });

  it('is settled by a manager for every department that has not spoken', () => {
    const settled = then(then(proposed, agree(member('finance'))), agree(manager));
    expect(settled.context.proposals).toMatchObject([
      { state: 'agreed', voices: [{ by: 'member-sales' }, { by: 'member-finance' }, { by: manager.id }] },
    ]);
  });

  it.each([
    ['packet-incomplete', ['/departments'], suggest([])],
    ['unknown-department', ['/departments/1'], suggest(['sales', 'kitchen'])],
    ['unknown-department', ['/actions/0/department'], suggest(['sales'], { actions: [action('kitchen')] })],
    ['due-in-past', ['/actions/0/dueAt'], suggest(['sales'], { actions: [action('sales', T0)] })],
  ])('is refused with %s at %j', (code, fields, command) => {
    expect(when(begun, command)).toMatchObject({ refusal: { code, fields } });
  });

  it.each([
    ['the solution', resolve()],
    ['a withdrawal', { type: 'case.withdraw', actor: customer, reason: 'found' } as CaseCommand],
  ])('that is still open ends with %s', (_name, command) => {
    expect(then(proposed, command).context.proposals).toMatchObject([{ state: 'cancelled' }]);
  });
});

describe('carrying it out', () => {
  const agreed = then(
    begun,
    suggest(['sales'], { actions: [action('finance', hour(5)), action(FRONT_LINE)] }),
  );

  it('is each department’s own, the front line’s the agents’, and a manager’s to tick off', () => {
    expect(codeOf(when(agreed, complete(member('sales'), 1)))).toBe('not-in-department');
    expect(codeOf(when(agreed, complete(agent, 1)))).toBe('not-in-department');
    expect(codeOf(when(agreed, complete(member('finance'), 2)))).toBe('not-in-department');
    for (const command of [complete(member('finance'), 1), complete(agent, 2), complete(manager, 1)]) {
      expect(codeOf(when(agreed, command))).toBe('accepted');
    }
  });

  it('tells the customer when the last item is done', () => {
    const first = when(agreed, complete(lead('finance'), 1));
    expect(first).toMatchObject({ update: null, case: { context: { proposals: [{ state: 'agreed' }] } } });
    const second = when(then(agreed, complete(lead('finance'), 1)), complete(agent, 2));
    expect(second).toMatchObject({
      update: { key: 'case.solutionCarriedOut' },
      case: {
        context: {
          proposals: [{ state: 'carriedOut', actions: [{ outcome: 'done' }, { doneBy: agent.id }] }],
        },
      },
    });
  });

  it('is done item by item, once', () => {
    const once = then(agreed, complete(agent, 2));
    expect(codeOf(when(once, complete(agent, 2)))).toBe('action-unknown');
    expect(codeOf(when(once, complete(agent, 3)))).toBe('action-unknown');
    expect(codeOf(when(once, complete(agent, 2, 2)))).toBe('proposal-unknown');
    expect(codeOf(when(proposed, complete(member('sales'), 1)))).toBe('proposal-unknown');
  });

  it('goes on when the case is solved, and closed', () => {
    const solved = then(agreed, resolve());
    expect(codeOf(when(solved, complete(agent, 2)))).toBe('accepted');
    expect(codeOf(when(then(solved, confirm), complete(member('finance'), 1)))).toBe('accepted');
  });

  it('moves no case', () => {
    const handled = given(open, start, escalate('finance'));
    const after = then(
      handled,
      suggest(['finance'], { actor: agent, actions: [action('finance')] }),
      agree(manager),
    );
    expect(after).toMatchObject({ state: handled.state, context: { handler: handled.context.handler } });
  });
});
