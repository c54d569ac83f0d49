// What a category's playbook (预案) asks of an escalation beyond the hand-off packet.
import { describe, expect, it } from '@jest/globals';
import type { Case } from '../../src/domain/case.js';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Playbook, Policies } from '../../src/domain/policies.js';
import { accept, escalate, given, giveBack, member, open, POLICIES, start, when } from './given.js';

const withPlaybook = (playbook: Partial<Playbook>): Policies => ({
  ...POLICIES,
  playbook: { ...POLICIES.playbook, ...playbook },
});
const started = given(open, start);
const atLevel1 = given(open, start, escalate('sales'), accept('sales'));

function outcome(from: Case, command: CaseCommand, policies: Policies): string[] {
  const result = when(from, command, policies);
  return result.accepted ? ['accepted'] : [result.refusal.code, ...result.refusal.fields];
}

describe('a playbook that wants departures explained', () => {
  const policies = withPlaybook({
    departuresNeedReason: true,
    route: { level1: 'sales', level2: 'product' },
  });

  it.each([
    ['along the route', started, escalate('sales'), ['accepted']],
    ['elsewhere without a word', started, escalate('finance'), ['departure-needs-reason', '/reason']],
    [
      'elsewhere with an empty reason',
      started,
      escalate('finance', { reason: '' }),
      ['departure-needs-reason', '/reason'],
    ],
    ['elsewhere, and why', started, escalate('finance', { reason: 'An invoice' }), ['accepted']],
    ['to level 2 along the route', atLevel1, escalate('product', { actor: member('sales') }), ['accepted']],
    [
      'to level 2 elsewhere',
      atLevel1,
      escalate('sales', { actor: member('sales') }),
      ['departure-needs-reason', '/reason'],
    ],
  ])('decides on an escalation %s', (_where, from, command, expected) => {
    expect(outcome(from, command, policies)).toEqual(expected);
  });

  it('means the same department where it names none for level 2', () => {
    const same = withPlaybook({ departuresNeedReason: true, route: { level1: 'sales', level2: null } });
    const actor = member('sales');
    expect(outcome(atLevel1, escalate('sales', { actor }), same)).toEqual(['accepted']);
    expect(outcome(atLevel1, escalate('product', { actor }), same)).toEqual([
      'departure-needs-reason',
      '/reason',
    ]);
  });

  it('asks nothing where it names no route', () => {
    const none = withPlaybook({ departuresNeedReason: true, route: { level1: null, level2: null } });
    expect(outcome(started, escalate('finance'), none)).toEqual(['accepted']);
  });

  it('asks again when a returned case goes elsewhere', () => {
    const returned = given(open, start, escalate('sales'), giveBack('sales', 'misrouted'));
    expect(outcome(returned, escalate('logistics'), policies)).toEqual(['departure-needs-reason', '/reason']);
  });
});

describe('a playbook with a checklist', () => {
  const policies = withPlaybook({
    checklist: { '*': ['Order number checked'], logistics: ['Carrier called', 'Depot a/b searched'] },
  });

  it('names what was not done, for everybody and for the department', () => {
    expect(outcome(started, escalate('logistics', { checked: ['Carrier called'] }), policies)).toEqual([
      'packet-incomplete',
      '/checked/Order number checked',
      '/checked/Depot a~1b searched',
    ]);
    expect(outcome(started, escalate('sales'), policies)).toEqual([
      'packet-incomplete',
      '/checked/Order number checked',
    ]);
  });

  it('lets a case go for which all was done, and keeps it on record', () => {
    const checked = ['Order number checked', 'Depot a/b searched', 'Carrier called', 'And more'];
    const result = when(started, escalate('logistics', { checked }), policies);
    expect(result.accepted && result.entry.data['checked']).toEqual(checked);
  });
});
