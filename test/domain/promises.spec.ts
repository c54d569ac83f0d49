import { describe, expect, it } from '@jest/globals';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import type { Actor } from '../../src/domain/actor.js';
import type { Case } from '../../src/domain/case.js';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Policies } from '../../src/domain/policies.js';
import { step } from '../../src/domain/step.js';
import type { Accepted, StepResult } from '../../src/domain/step-result.js';
import { ask, clock, confirm, MINUTE_MS, reopen, silenced } from './clock-words.js';
import { cancelPromise, hour, keep, promise, renegotiate, stepOf, timeIn } from './commitment-words.js';
import {
  agent,
  at,
  codeOf,
  consult,
  customer,
  DAY_MS,
  escalate,
  given,
  HOUR_MS,
  lead,
  letPass,
  manager,
  open,
  OTHER_ID,
  resolve,
  start,
  T0,
  TARGETED,
  then,
  timeline,
  when,
} from './given.js';

const promised = (...more: (readonly [number, CaseCommand])[]): Case =>
  timeline(TARGETED, [0, open], [1, start], [10, promise(hour(10))], ...more);

function taken(current: Case, command: CaseCommand, hours: number): Accepted {
  const result = step(current, at(command, hour(hours)), TARGETED);
  if (!result.accepted) throw new Error(result.refusal.code);
  return result;
}

function endedClocks({ finishedClocks }: Accepted) {
  return finishedClocks.filter(({ metric }) => metric === 'promise');
}

function passed(current: Case, hours: number): { current: Case; seen: StepResult[] } {
  const seen: StepResult[] = [];
  return { current: letPass(current, hour(hours), TARGETED, seen), seen };
}

describe('making a promise', () => {
  it('puts it on record with who made it, and tells the customer what and when', () => {
    const result = when(given(open, start), promise(hour(10), { department: 'sales' }));
    expect(result).toMatchObject({
      accepted: true,
      update: { key: 'case.promiseMade', params: { promise: 'We call you', promisedAt: hour(10) } },
      case: {
        context: {
          promises: [
            { n: 1, state: 'open', madeBy: agent.id, madeByKind: 'agent', department: 'sales', concerns: [] },
          ],
        },
      },
    });
  });

  it.each([
    ['promise-in-past', promise(T0)],
    ['too-far-ahead', promise(hour(6 * 366 * 24))],
    ['unknown-department', promise(hour(1), { department: 'kitchen' })],
  ])('is refused with %s', (code, command) => {
    expect(codeOf(when(given(open, start), command))).toBe(code);
  });

  it('counts from whole seconds, so that the clock is due just when was promised', () => {
    const current = timeline(TARGETED, [0, open], [1.0001, promise(hour(3) + 789)]);
    expect(current.context.promises[0]?.dueAt).toBe(hour(3));
    expect(clock(current, 'promise').dueAt).toBe(hour(3));
  });
});

describe('a promise that may not be kept', () => {
  const nightShift = compileCalendar({
    timeZone: 'UTC',
    weekly: { mon: [['00:00', '02:00']], tue: [['00:00', '02:00']] },
    overrides: [],
  });
  const closing: Policies = {
    ...TARGETED,
    departments: { ...TARGETED.departments, sales: { ...TARGETED.departments['sales']!, calendar: 'night' } },
    book: { ...TARGETED.book, calendar: () => ({ key: 'night', version: 1, calendar: nightShift }) },
  };
  const begun = timeline(TARGETED, [0, open], [61, start]);
  const make = (more: Partial<CaseCommand<'case.promise'>>, due = hour(10)) =>
    step(begun, at(promise(due, more), hour(2)), closing);
  const concernsOf = (result: StepResult) =>
    result.accepted ? result.case.context.promises[0]?.concerns : result.refusal;

  it('lies after the solution is due', () => {
    expect(codeOf(make({}, hour(24)))).toBe('accepted');
    expect(make({}, hour(25))).toMatchObject({
      refusal: { code: 'promise-not-keepable', fields: ['/dueAt'] },
    });
    expect(concernsOf(make({ actor: manager, despite: true }, hour(25)))).toEqual(['beyondSla']);
  });

  it('finds the department closed all the time until then', () => {
    expect(codeOf(make({ department: 'sales' }))).toBe('promise-not-keepable');
    expect(codeOf(make({ department: 'finance' }, hour(23.5)))).toBe('accepted');
    expect(concernsOf(make({ department: 'sales', actor: manager, despite: true }))).toEqual(['closed']);
  });

  it('meets a department that has too much to do', () => {
    const soon = { department: 'finance', openTasks: 201 };
    expect(codeOf(make(soon, hour(23.5)))).toBe('promise-not-keepable');
    expect(codeOf(make({ ...soon, openTasks: 200 }, hour(23.5)))).toBe('accepted');
    expect(concernsOf(make({ ...soon, actor: manager, despite: true }, hour(26)))).toEqual([
      'beyondSla',
      'overloaded',
    ]);
  });

  it.each([agent, lead('sales')] as Actor[])('is not made by %j on their own word', (actor) => {
    const asked = then(begun, consult('sales'));
    const promised = step(asked, at(promise(hour(25), { actor, despite: true }), hour(2)), closing);
    expect(codeOf(promised)).toBe('promise-not-keepable');
  });

  it('is refused to a manager, too, who does not say that it is known', () => {
    expect(codeOf(make({ actor: manager }, hour(25)))).toBe('promise-not-keepable');
  });
});

describe('keeping a promise', () => {
  it('in time stops its clock met, on the very due instant too', () => {
    const result = taken(promised(), keep(), 10);
    expect(result).toMatchObject({
      update: { key: 'case.promiseKept' },
      case: { context: { promises: [{ state: 'kept', fulfilledAt: hour(10), endedAt: hour(10) }] } },
    });
    expect(endedClocks(result)).toMatchObject([{ attempt: 1, outcome: 'met' }]);
  });

  it('late is on record as both: broken, and fulfilled', () => {
    const { current } = passed(promised(), 11);
    const result = taken(current, keep(), 12);
    expect(result.update?.key).toBe('case.promiseFulfilledLate');
    expect(result.case.context.promises).toMatchObject([{ state: 'broken', fulfilledAt: hour(12) }]);
    expect(endedClocks(result)).toMatchObject([{ outcome: 'breached', breachedAt: hour(10) }]);
  });

  it('late is broken even if nobody noticed', () => {
    const result = taken(silenced(promised()), keep(), 12);
    expect(result.update?.key).toBe('case.promiseFulfilledLate');
    expect(result.case.context.promises).toMatchObject([{ state: 'broken', fulfilledAt: hour(12) }]);
  });

  it('is done once', () => {
    expect(codeOf(when(then(promised(), keep()), keep()))).toBe('promise-unknown');
    expect(codeOf(when(promised(), keep(2)))).toBe('promise-unknown');
  });
});

describe('renegotiating a promise', () => {
  it('moves the same clock, keeps the old date on record and tells the customer the new one', () => {
    const result = taken(promised(), renegotiate(hour(20)), 5);
    expect(result).toMatchObject({
      update: { key: 'case.promiseRenegotiated', params: { promisedAt: hour(20) } },
      case: {
        context: {
          promises: [
            { dueAt: hour(20), renegotiations: [{ fromDueAt: hour(10), by: agent.id, at: hour(5) }] },
          ],
        },
      },
    });
    expect(clock(result.case, 'promise')).toMatchObject({
      attempt: 1,
      startedAt: hour(0) + 10 * MINUTE_MS,
      dueAt: hour(20),
      breachedAt: null,
    });
  });

  it('warns of the new date only, and of nothing that lies behind it', () => {
    const { current } = passed(promised(), 9.5);
    const again = taken(current, renegotiate(hour(10.5)), 9.6).case;
    const { seen } = passed(again, 10.5);
    expect(timeIn(seen).filter((name) => name.includes('promise'))).toEqual([]);
    const later = passed(taken(current, renegotiate(hour(20)), 9.6).case, 19.9).seen;
    expect(timeIn(later).filter((name) => name.includes('promise'))).toEqual([
      'case.warned promise 1',
      'case.reassured promise 1',
    ]);
  });

  it.each([
    ['promise-overdue', renegotiate(hour(20)), 10],
    ['unchanged', renegotiate(hour(10)), 5],
    ['promise-in-past', renegotiate(hour(4)), 5],
    ['promise-not-keepable', renegotiate(hour(30)), 5],
    ['promise-unknown', renegotiate(hour(20), { n: 2 }), 5],
  ])('is refused with %s', (code, command, hours) => {
    expect(codeOf(step(promised(), at(command, hour(hours)), TARGETED))).toBe(code);
  });

  it('beyond the SLA is a manager’s, and adds to the concerns', () => {
    const result = taken(promised(), renegotiate(hour(30), { actor: manager, despite: true }), 5);
    expect(result.case.context.promises).toMatchObject([{ concerns: ['beyondSla'], dueAt: hour(30) }]);
  });
});

describe('a promise at risk', () => {
  it('is told to the customer before it breaks, and to the owner and the department', () => {
    const current = timeline(
      TARGETED,
      [0, open],
      [1, start],
      [10, promise(hour(10), { department: 'sales' })],
    );
    const { seen } = passed(current, 9.9);
    const told = stepOf(seen, 'case.reassured promise 1');
    expect(told).toMatchObject({
      update: { key: 'case.promiseAtRisk', params: { promise: 'We call you', promisedAt: hour(10) } },
      entry: { data: { alarmed: ['owner:agent-1', 'lead:sales'] } },
    });
    // Its own date says when the customer hears again; the silence that is measured beside it did not end.
    expect(told.update?.params['nextUpdateDueAt']).toBe(clock(told.case, 'nextUpdate').dueAt);
  });
});

describe('a broken promise', () => {
  const broken = passed(promised(), 10.1);

  it('is told to the customer once, and to owner and manager', () => {
    expect(timeIn(broken.seen).filter((name) => name === 'case.breached promise 1')).toHaveLength(1);
    expect(stepOf(broken.seen, 'case.breached promise 1')).toMatchObject({
      update: { key: 'case.promiseBroken', params: { promise: 'We call you', promisedAt: hour(10) } },
      entry: { data: { alarmed: ['owner:agent-1', 'manager'] } },
    });
  });

  it('moves no case, and its clock runs on', () => {
    expect(broken.current).toMatchObject({ state: 'frontline.working', context: { level: 0 } });
    expect(broken.current.context.promises).toMatchObject([{ state: 'broken', endedAt: null }]);
    expect(clock(broken.current, 'promise')).toMatchObject({ breachedAt: hour(10), stoppedAt: null });
  });

  it('holds the solution back until it is fulfilled or cancelled', () => {
    expect(codeOf(when(broken.current, resolve()))).toBe('promise-open');
    for (const command of [keep(), cancelPromise()]) {
      expect(codeOf(when(then(broken.current, command), resolve()))).toBe('accepted');
    }
    // One that is not due yet stands beside the solution.
    expect(codeOf(when(promised(), resolve()))).toBe('accepted');
  });

  it('stays broken when it is cancelled', () => {
    const cancelled = then(broken.current, cancelPromise());
    expect(cancelled.context.promises).toMatchObject([{ state: 'broken', fulfilledAt: null }]);
    expect(cancelled.context.promises[0]?.endedAt).not.toBeNull();
  });
});

describe('cancelling a promise', () => {
  it('tells the customer and cancels its clock', () => {
    const result = taken(promised(), cancelPromise(), 5);
    expect(endedClocks(result)).toMatchObject([{ outcome: 'cancelled' }]);
    expect(result).toMatchObject({
      update: { key: 'case.promiseCancelled' },
      case: { context: { promises: [{ state: 'cancelled', endedAt: hour(5) }] } },
    });
  });

  it.each([
    { type: 'case.withdraw', actor: customer, reason: 'found' },
    {
      type: 'case.merge',
      actor: agent,
      caseId: 'x',
      primaryCaseId: OTHER_ID,
      primaryState: 'received',
      reason: 'same',
    },
  ] as CaseCommand[])('comes with a case that ends unsolved: %j', (command) => {
    const result = taken(promised(), command, 5);
    expect(result.case.context.promises).toMatchObject([{ state: 'cancelled' }]);
    expect(result.finishedClocks).toContainEqual(expect.objectContaining({ metric: 'promise' }));
    expect(result.deadlines).toEqual([]);
  });
});

describe('the clock of a promise', () => {
  const day = 24 * 60;

  it('runs while the customer is asked, and while the case is solved and closed', () => {
    const far = timeline(TARGETED, [0, open], [1, start], [10, promise(hour(20))], [20, ask]);
    expect(clock(far, 'promise')).toMatchObject({ dueAt: hour(20), spans: [] });
    const solved = promised([20, resolve()]);
    expect(clock(solved, 'promise')).toMatchObject({ dueAt: hour(10), spans: [] });
    const closed = then(solved, confirm);
    expect(clock(closed, 'promise')).toMatchObject({ dueAt: hour(10), spans: [], cycle: 1 });
    expect(passed(closed, 11).current).toMatchObject({
      state: 'closed',
      context: { promises: [{ state: 'broken' }] },
    });
  });

  it('goes on with its number through a reopening', () => {
    const far = promise(T0 + 3 * DAY_MS, { actor: manager, despite: true });
    const current = timeline(
      TARGETED,
      [0, open],
      [1, start],
      [10, far],
      [20, resolve()],
      [30, confirm],
      [day, reopen],
    );
    expect(clock(current, 'promise')).toMatchObject({ cycle: 1, attempt: 1, dueAt: T0 + 3 * DAY_MS });
  });

  it('runs for each promise of its own', () => {
    const two = promised([20, promise(hour(12))]);
    const kept = taken(two, keep(1), 5).case;
    expect(kept.context.clocks.filter(({ metric }) => metric === 'promise')).toMatchObject([
      { attempt: 2, dueAt: hour(12) },
    ]);
  });

  it('is not moved by another priority, grade or policy', () => {
    const urgent: CaseCommand = {
      type: 'case.prioritize',
      actor: agent,
      impact: 'high',
      urgency: 'high',
      reason: 'press',
    };
    const rebase: CaseCommand = { type: 'case.rebase', actor: { kind: 'admin', id: 'admin-1' } };
    const before = clock(promised(), 'promise');
    expect(clock(promised([20, urgent], [30, rebase]), 'promise')).toEqual(before);
  });

  it('keeps a closed case from being sealed before the promise had its day', () => {
    const far = promise(T0 + 40 * DAY_MS, { actor: manager, despite: true });
    const closed = timeline(TARGETED, [0, open], [1, start], [10, far], [20, resolve()], [30, confirm]);
    expect(letPass(closed, T0 + 39 * DAY_MS, TARGETED).context.sealed).toBe(false);
    const sealed = letPass(closed, T0 + 41 * DAY_MS, TARGETED);
    expect(sealed.context).toMatchObject({ sealed: true, promises: [{ state: 'broken' }] });
    expect(sealed.context.promises[0]?.endedAt).not.toBeNull();
  });

  it('does not keep a promise from being made at any level', () => {
    const current = given(open, start, escalate('sales'), escalate('finance'));
    expect(codeOf(when(current, promise(T0 + HOUR_MS, { actor: lead('finance') })))).toBe('accepted');
  });
});
