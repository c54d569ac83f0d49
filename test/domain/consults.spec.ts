import { describe, expect, it } from '@jest/globals';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import type { Case } from '../../src/domain/case.js';
import type { CaseCommand } from '../../src/domain/events.js';
import { dueEvent } from '../../src/domain/deadlines.js';
import type { Policies } from '../../src/domain/policies.js';
import { step } from '../../src/domain/step.js';
import type { StepResult } from '../../src/domain/step-result.js';
import { ask, clock, message, MINUTE_MS, minutes, reply } from './clock-words.js';
import { AGREED, answer, cancelConsult, hour, stepOf, timeIn } from './commitment-words.js';
import {
  accept,
  agent,
  at,
  codeOf,
  consult,
  customer,
  escalate,
  given,
  lead,
  letPass,
  manager,
  member,
  open,
  resolve,
  start,
  T0,
  then,
  timeline,
  when,
} from './given.js';

const begun = [open, start] as const;
const decline = (actor = member('finance'), n = 1): CaseCommand => ({
  type: 'case.declineConsult',
  actor,
  n,
  reason: 'ask sales',
});

describe('asking another department', () => {
  it('moves nothing: state, level, handler and owner stay, and the customer hears of it', () => {
    const before = given(...begun, escalate('sales'), accept('sales'));
    const result = when(before, consult('finance', { actor: member('sales') }));
    expect(result).toMatchObject({
      accepted: true,
      update: { key: 'case.consulted', params: { department: 'finance' } },
      case: {
        state: before.state,
        context: { level: 1, handler: before.context.handler, ownerId: before.context.ownerId },
      },
    });
  });

  it('numbers the questions from 1', () => {
    const current = given(...begun, consult('finance'), consult('product'), answer(member('finance')));
    expect(then(current, consult('finance')).context.consults.map(({ n }) => n)).toEqual([1, 2, 3]);
  });

  it.each([
    ['unknown-department', consult('kitchen')],
    ['same-department', consult('sales')],
    ['due-in-past', consult('finance', { dueAt: T0 })],
    ['too-far-ahead', consult('finance', { dueAt: hour(6 * 366 * 24) })],
    ['not-in-department', consult('product', { actor: member('finance') })],
  ])('is refused with %s', (code, command) => {
    expect(codeOf(when(given(...begun, escalate('sales')), command))).toBe(code);
  });

  it('takes a name that every object has for no department', () => {
    expect(codeOf(when(given(...begun), consult('toString')))).toBe('unknown-department');
  });
});

describe('a consult', () => {
  const asked = given(...begun, consult('finance'));

  it.each([
    ['answered', answer(member('finance')), 'It is.', 'member-finance'],
    ['answered', answer(manager), 'It is.', 'manager-1'],
    ['declined', decline(), 'ask sales', 'member-finance'],
    ['cancelled', cancelConsult(agent), 'found out', 'agent-1'],
  ])('is %s by those who may, silently', (outcome, command, words, by) => {
    const result = when(asked, command);
    expect(result).toMatchObject({ accepted: true, update: null });
    if (!result.accepted) return;
    expect(result.case.context.consults).toMatchObject([{ outcome, answer: words, answeredBy: by }]);
  });

  it('is answered and declined by the department that was asked alone', () => {
    expect(codeOf(when(asked, answer(member('sales'))))).toBe('not-in-department');
    expect(codeOf(when(asked, decline(lead('product'))))).toBe('not-in-department');
  });

  it('is not taken back by those who were asked, but by those who have the case', () => {
    const handled = then(given(...begun, escalate('sales')), consult('finance', { actor: member('sales') }));
    expect(codeOf(when(handled, cancelConsult(member('finance'))))).toBe('not-in-department');
    expect(codeOf(when(handled, cancelConsult(lead('sales'))))).toBe('accepted');
  });

  it('ends once', () => {
    const answered = then(asked, answer(member('finance')));
    for (const command of [answer(member('finance')), decline(), cancelConsult(agent)]) {
      expect(codeOf(when(answered, command))).toBe('consult-unknown');
    }
  });

  it('holds the solution back only where it blocks', () => {
    const blocked = given(...begun, consult('finance', { blocking: true }));
    expect(codeOf(when(blocked, resolve()))).toBe('consult-open');
    expect(codeOf(when(then(blocked, answer(member('finance'))), resolve()))).toBe('accepted');
    const solved = then(asked, resolve());
    expect(solved.context.consults).toMatchObject([{ outcome: 'cancelled', answer: null }]);
  });

  it('is overruled by a manager’s decision', () => {
    const level2 = given(...begun, escalate('sales'), escalate('product'));
    const decide: CaseCommand = {
      type: 'case.decide',
      actor: manager,
      decision: 'grant',
      solution: 's',
      reasons: 'r',
    };
    const decided = then(level2, consult('finance', { blocking: true }), decide);
    expect(decided.context.consults).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('ends with a case that is withdrawn', () => {
    const withdrawn = then(asked, { type: 'case.withdraw', actor: customer, reason: 'found' });
    expect(withdrawn.context.consults).toMatchObject([{ outcome: 'cancelled' }]);
  });
});

describe('the clock of a consult', () => {
  const twoAsked = timeline(
    AGREED,
    [0, open],
    [1, start],
    [10, consult('finance')],
    [70, consult('product')],
  );

  it('runs for each question of its own, by the agreement of the department that was asked', () => {
    expect(minutes(clock(twoAsked, 'consult', 1).dueAt)).toBe(10 + 240);
    expect(minutes(clock(twoAsked, 'consult', 2).dueAt)).toBe(70 + 240);
  });

  it('is due when the asker asked for, to the second', () => {
    const dueAt = hour(7);
    const current = timeline(AGREED, [0, open], [10, consult('finance', { dueAt })]);
    expect(clock(current, 'consult').dueAt).toBe(dueAt);
  });

  it('stops met with the answer, and leaves the case', () => {
    const result = step(twoAsked, at(answer(member('finance')), hour(2)), AGREED);
    if (!result.accepted) throw new Error(result.refusal.code);
    expect(result.finishedClocks).toMatchObject([
      { metric: 'consult', attempt: 1, outcome: 'met', elapsedSeconds: 110 * 60 },
    ]);
    const left = result.case.context.clocks.filter(({ metric }) => metric === 'consult');
    expect(left).toMatchObject([{ attempt: 2, stoppedAt: null }]);
  });

  it('rests while the customer is asked, and goes on with what was left', () => {
    const waiting = timeline(AGREED, [0, open], [1, start], [10, consult('finance')], [70, ask]);
    expect(clock(waiting, 'consult')).toMatchObject({ runningSince: null, elapsedSeconds: 3600 });
    const resumed = timeline(
      AGREED,
      [0, open],
      [1, start],
      [10, consult('finance')],
      [70, ask],
      [100, reply()],
    );
    expect(minutes(clock(resumed, 'consult').dueAt)).toBe(100 + 180);
  });

  it('begins to run only when the wait is over, if it was asked during one', () => {
    const waiting = timeline(AGREED, [0, open], [1, start], [10, ask], [20, consult('finance')]);
    expect(clock(waiting, 'consult')).toMatchObject({ runningSince: null, elapsedSeconds: 0, dueAt: null });
    const resumed = step(waiting, at(reply(), hour(1)), AGREED);
    if (!resumed.accepted) throw new Error(resumed.refusal.code);
    expect(minutes(clock(resumed.case, 'consult').dueAt)).toBe(60 + 240);
  });

  it('runs on through a hold for a third party', () => {
    const hold: CaseCommand = { type: 'case.hold', actor: agent, reason: 'carrier', reviewAt: hour(50) };
    const held = timeline(AGREED, [0, open], [1, start], [10, consult('finance')], [20, hold]);
    expect(clock(held, 'consult').runningSince).not.toBeNull();
  });

  it('is cancelled by the solution', () => {
    const result = step(twoAsked, at(resolve(), hour(2)), AGREED);
    if (!result.accepted) throw new Error(result.refusal.code);
    const consults = result.finishedClocks.filter(({ metric }) => metric === 'consult');
    expect(consults.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled']);
  });

  const urgent: CaseCommand = {
    type: 'case.prioritize',
    actor: agent,
    impact: 'high',
    urgency: 'high',
    reason: 'press',
  };

  it('counts the open time of the department that was asked', () => {
    const mornings = compileCalendar({
      timeZone: 'UTC',
      weekly: { mon: [['00:00', '03:00']], tue: [['00:00', '03:00']] },
      overrides: [],
    });
    const finance = {
      ...AGREED.departments['finance']!,
      calendar: 'mornings',
      ola: { P3: { consult: { businessSeconds: 3 * 3600 } } },
    };
    const policies: Policies = {
      ...AGREED,
      departments: { ...AGREED.departments, finance },
      book: {
        ...AGREED.book,
        calendar: (key) =>
          key === 'mornings' ? { key, version: 3, calendar: mornings } : AGREED.book.calendar(key),
      },
    };
    const current = timeline(policies, [0, open], [60, consult('finance')]);
    expect(clock(current, 'consult')).toMatchObject({ calendarKey: 'mornings', calendarVersion: 3 });
    // One hour on Monday until 03:00, two on Tuesday.
    expect(clock(current, 'consult').dueAt).toBe(hour(25));
  });

  it('with a date of its own is warned of once, whatever the priority does', () => {
    const seen: StepResult[] = [];
    const dated = timeline(
      AGREED,
      [0, open],
      [0, message],
      [0, start],
      [0, consult('finance', { dueAt: hour(4) })],
    );
    const raised = step(letPass(dated, hour(3.2), AGREED, seen), at(urgent, hour(3.3)), AGREED);
    if (!raised.accepted) throw new Error(raised.refusal.code);
    letPass(raised.case, hour(3.5), AGREED, seen);
    expect(timeIn(seen).filter((name) => name.includes('consult'))).toEqual(['case.warned consult 1']);
  });

  it('follows the priority, unless a date was asked for', () => {
    const dated = consult('product', { dueAt: hour(5) });
    const current = timeline(
      AGREED,
      [0, open],
      [1, start],
      [10, consult('finance')],
      [10, dated],
      [20, urgent],
    );
    expect(minutes(clock(current, 'consult', 1).dueAt)).toBe(10 + 60);
    expect(clock(current, 'consult', 2).dueAt).toBe(hour(5));
  });
});

describe('a question that nobody answers', () => {
  const passed = (until: number): { seen: StepResult[]; current: Case } => {
    const seen: StepResult[] = [];
    const asked = timeline(
      AGREED,
      [0, open],
      [1, message],
      [2, start],
      [10, consult('finance')],
      [20, consult('product')],
    );
    return { seen, current: letPass(asked, T0 + until * MINUTE_MS, AGREED, seen) };
  };
  const about = (names: string[]) => names.filter((name) => name.includes('consult'));

  it('warns the lead of the department that was asked, each question for itself', () => {
    const { seen } = passed(10 + 240 * 0.75 + 15);
    expect(about(timeIn(seen))).toEqual(['case.warned consult 1', 'case.warned consult 2']);
    expect(stepOf(seen, 'case.warned consult 2').entry.data['alarmed']).toEqual(['lead:product']);
  });

  it('goes to the deputy when it is due, and moves nothing else', () => {
    const { seen, current } = passed(10 + 240 + 5);
    expect(current).toMatchObject({ state: 'frontline.working', context: { level: 0, attention: null } });
    expect(current.context.consults.map(({ withDeputy }) => withDeputy)).toEqual([true, false]);
    const breach = stepOf(seen, 'case.breached consult 1');
    expect(breach).toMatchObject({
      update: null,
      entry: { data: { alarmed: ['owner:agent-1', 'lead:finance'], dueAt: hour(0) + 250 * MINUTE_MS } },
    });
  });

  it('is warned of in the order of the due times after an outage, each for itself', () => {
    const asked = timeline(
      AGREED,
      [0, open],
      [0, message],
      [0, consult('finance')],
      [30, consult('product')],
    );
    const seen: StepResult[] = [];
    let current = asked;
    for (let event = dueEvent(current, hour(3.65)); event; event = dueEvent(current, hour(3.65))) {
      const result = step(current, event, AGREED);
      if (!result.accepted) throw new Error(result.refusal.code);
      seen.push(result);
      current = result.case;
    }
    expect(about(timeIn(seen))).toEqual(['case.warned consult 2', 'case.warned consult 1']);
  });

  it('is on record as breached when it is answered late', () => {
    const { current } = passed(10 + 240 + 5);
    const result = when(current, answer(member('finance')), AGREED);
    expect(result).toMatchObject({ accepted: true });
    if (!result.accepted) return;
    expect(result.finishedClocks).toMatchObject([
      { outcome: 'breached', breachedAt: hour(0) + 250 * MINUTE_MS },
    ]);
  });
});
