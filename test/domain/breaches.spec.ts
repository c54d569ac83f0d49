import type { Case } from '../../src/domain/case.js';
import { describe, expect, it } from '@jest/globals';
import { dueEvent, SYSTEM } from '../../src/domain/deadlines.js';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Policies } from '../../src/domain/policies.js';
import { step } from '../../src/domain/step.js';
import type { StepResult } from '../../src/domain/step-result.js';
import { AGREED, stepOf, timeIn } from './commitment-words.js';
import {
  accept,
  at,
  codeOf,
  escalate,
  letPass,
  manager,
  member,
  open,
  propose,
  resolve,
  start,
  T0,
  TARGETED,
  timeline,
} from './given.js';

import { MINUTE_MS, minutes, clock, message, reply, ask, withPolicy, silenced } from './clock-words.js';

describe('a breach', () => {
  const types = (seen: readonly StepResult[]) =>
    seen.flatMap((result) =>
      result.accepted ? `${result.entry.type} ${String(result.entry.data['metric'])}` : [],
    );

  it('of the resolution at the front line sends the case to level 1, once', () => {
    const seen: StepResult[] = [];
    const current = letPass(
      timeline(TARGETED, [0, open], [1, message]),
      T0 + 1441 * MINUTE_MS,
      TARGETED,
      seen,
    );
    expect(current).toMatchObject({ state: 'level1.dispatched', context: { level: 1 } });
    expect(types(seen).filter((type) => type === 'case.breached resolution')).toHaveLength(1);
  });

  it('of an acceptance climbs only when it is overrun by half', () => {
    const before = letPass(
      timeline(TARGETED, [0, open], [1, escalate('sales')]),
      T0 + 180 * MINUTE_MS,
      TARGETED,
    );
    expect(before).toMatchObject({ state: 'level1.dispatched' });
    expect(clock(before, 'olaAccept').breachedAt).toBe(T0 + 121 * MINUTE_MS);
    expect(letPass(before, T0 + 182 * MINUTE_MS, TARGETED).state).toBe('level2.dispatched');
  });

  it('at level 2 climbs nowhere, calls a manager, requires a final decision, and tells the customer', () => {
    const seen: StepResult[] = [];
    const level2 = timeline(
      TARGETED,
      [0, open],
      [1, escalate('sales')],
      [2, escalate('finance')],
      [3, accept('finance')],
    );
    const current = letPass(level2, T0 + 483 * MINUTE_MS, TARGETED, seen);
    expect(current).toMatchObject({
      state: 'level2.working',
      context: { level: 2, finalDecisionRequired: true },
    });
    expect(current.context.attention).not.toBeNull();
    const last = seen.at(-1);
    expect(last).toMatchObject({ update: { key: 'case.delayed' } });
  });

  it('detected hours late is stamped at its due time', () => {
    const opened = timeline(TARGETED, [0, open]);
    const event = dueEvent(opened, T0 + 300 * MINUTE_MS);
    const result = event && step(opened, event, TARGETED);
    expect(result).toMatchObject({
      accepted: true,
      entry: { type: 'case.breached', data: { metric: 'firstResponse', dueAt: T0 + 60 * MINUTE_MS } },
    });
    if (!result?.accepted) return;
    expect(clock(result.case, 'firstResponse')).toMatchObject({
      breachedAt: T0 + 60 * MINUTE_MS,
      detectedAt: T0 + 300 * MINUTE_MS,
    });
  });
});

describe('an alarm', () => {
  const alarmedBy = (seen: readonly StepResult[], what: string) =>
    seen
      .filter((one) => one.accepted && `${one.entry.type} ${String(one.entry.data['metric'])}` === what)
      .map((one) => (one.accepted ? one.entry.data['alarmed'] : null));
  const upTo = (current: Case, minute: number): StepResult[] => {
    const seen: StepResult[] = [];
    letPass(current, T0 + minute * MINUTE_MS, TARGETED, seen);
    return seen;
  };

  it('goes to the owner for the customer’s clocks, and to the department’s lead for its own', () => {
    const seen = upTo(timeline(TARGETED, [0, open], [1, escalate('sales')]), 130);
    expect(alarmedBy(seen, 'case.warned firstResponse')).toContainEqual(['owner:agent-1']);
    expect(alarmedBy(seen, 'case.warned olaAccept')).toContainEqual(['lead:sales']);
    expect(alarmedBy(seen, 'case.breached olaAccept')).toEqual([['owner:agent-1', 'lead:sales']]);
  });

  it('goes to a manager too when a missed target moves the case, or nobody owns it', () => {
    const owned = upTo(timeline(TARGETED, [0, open], [1, escalate('sales')], [2, accept('sales')]), 490);
    expect(alarmedBy(owned, 'case.breached olaWork')).toEqual([['owner:agent-1', 'lead:sales', 'manager']]);
    const unowned = upTo(timeline(TARGETED, [0, { ...open, ownerId: null }]), 50);
    expect(alarmedBy(unowned, 'case.warned firstResponse')).toEqual([['manager']]);
  });
});

describe('another target', () => {
  const urgent: CaseCommand = {
    type: 'case.prioritize',
    actor: manager,
    impact: 'high',
    urgency: 'high',
    reason: 'press',
  };
  const policies = withPolicy({
    targets: {
      P1: { resolution: { calendarSeconds: 2 * 3600 } },
      P3: { resolution: { calendarSeconds: 4 * 3600 } },
    },
  });

  it('counts from the clock’s own start with its pauses', () => {
    const current = timeline(policies, [0, open], [10, start], [20, ask], [50, reply()], [60, urgent]);
    expect(minutes(clock(current, 'resolution').dueAt)).toBe(120 + 30);
  });

  it('that is over already breaches for the cause of the retarget, once', () => {
    const seen: StepResult[] = [];
    const current = timeline(policies, [0, open], [180, urgent]);
    const after = letPass(current, T0 + 181 * MINUTE_MS, policies, seen);
    expect(clock(after, 'resolution')).toMatchObject({
      breachedAt: T0 + 120 * MINUTE_MS,
      breachCause: 'retarget',
    });
    expect(seen.filter((result) => result.accepted && result.entry.type === 'case.breached')).toHaveLength(1);
  });

  it('that changes nothing warns nobody again, however late the clock is', () => {
    const late: StepResult[] = [];
    const climbed = timeline(TARGETED, [0, open], [1, start], [2, escalate('sales')]);
    const overrun = letPass(climbed, T0 + 200 * MINUTE_MS, TARGETED, late);
    const rebased = step(overrun, at({ type: 'case.rebase', actor: SYSTEM }, T0 + 201 * MINUTE_MS), TARGETED);
    if (!rebased.accepted) throw new Error(rebased.refusal.code);
    letPass(rebased.case, T0 + 202 * MINUTE_MS, TARGETED, late);
    const percents = late.flatMap((one) => {
      const { metric, percent } = one.accepted ? one.entry.data : {};
      return metric === 'olaAccept' ? [percent] : [];
    });
    expect(percents).toEqual([75, 90, 100, 150]);
  });
});

describe('a missed target', () => {
  /** Nothing climbs by itself here, so that the case can be asked about after the breach. */
  const policies = (minutesOfTarget: number): Policies => ({
    ...withPolicy({ targets: { P3: { resolution: { calendarSeconds: minutesOfTarget * 60 } } } }),
    playbook: { ...TARGETED.playbook, breachClimbs: false },
  });

  it('calls a manager instead of climbing where the playbook says so', () => {
    const current = letPass(timeline(policies(60), [0, open], [1, start]), T0 + 61 * MINUTE_MS, policies(60));
    expect(current).toMatchObject({ state: 'frontline.working', context: { level: 0 } });
    expect(current.context.attention).not.toBeNull();
  });

  it('stays missed when the clock pauses before anybody noticed', () => {
    const started = timeline(policies(60), [0, open], [1, start]);
    const asked = step(silenced(started), at(ask, T0 + 70 * MINUTE_MS), policies(60));
    if (!asked.accepted) throw new Error(asked.refusal.code);
    expect(clock(asked.case, 'resolution')).toMatchObject({ breachedAt: T0 + 60 * MINUTE_MS, dueAt: null });
    const solved = letPass(asked.case, T0 + 30 * 24 * 60 * MINUTE_MS, policies(60));
    expect(clock(solved, 'resolution').outcome).toBe('breached');
  });

  it('stays missed through another target while the clock is paused, and is not told twice', () => {
    const breached = timeline(policies(60), [0, open], [1, start], [70, ask]);
    const tighter = policies(50);
    const rebase: CaseCommand = { type: 'case.rebase', actor: { kind: 'admin', id: 'admin-1' } };
    const rebased = step(breached, at(rebase, T0 + 80 * MINUTE_MS), tighter);
    if (!rebased.accepted) throw new Error(rebased.refusal.code);
    expect(clock(rebased.case, 'resolution').breachedAt).toBe(T0 + 50 * MINUTE_MS);
    const seen: StepResult[] = [];
    const answered = step(rebased.case, at(reply(), T0 + 90 * MINUTE_MS), tighter);
    if (!answered.accepted) throw new Error(answered.refusal.code);
    letPass(answered.case, T0 + 95 * MINUTE_MS, tighter, seen);
    expect(seen.filter((one) => one.accepted && one.entry.type === 'case.breached')).toEqual([]);
  });

  it('is forgiven when a wider target takes effect in time', () => {
    const breached = timeline(policies(60), [0, open], [1, start], [70, ask]);
    const rebase: CaseCommand = { type: 'case.rebase', actor: { kind: 'admin', id: 'admin-1' } };
    const rebased = step(breached, at(rebase, T0 + 80 * MINUTE_MS), policies(600));
    if (!rebased.accepted) throw new Error(rebased.refusal.code);
    expect(clock(rebased.case, 'resolution').breachedAt).toBeNull();
  });
});

describe('a wait that nobody ended', () => {
  it('answers nobody: the first response is cancelled, not met', () => {
    const pausable = withPolicy({ firstResponsePausable: true });
    const waiting = timeline(pausable, [0, open], [10, start], [20, ask]);
    const expired = letPass(waiting, T0 + 8 * 24 * 60 * MINUTE_MS, pausable);
    expect(clock(expired, 'firstResponse').outcome).toBe('cancelled');
  });
});

describe('an approval that nobody gives', () => {
  const proposed = timeline(AGREED, [0, open], [1, message], [2, start], [10, propose(20_000)]);

  it('is measured in the calendar of the agreement with the customer, and rests in a wait', () => {
    expect(minutes(clock(proposed, 'decision').dueAt)).toBe(10 + 600);
    const waiting = step(proposed, at(ask, T0 + 70 * MINUTE_MS), AGREED);
    if (!waiting.accepted) throw new Error(waiting.refusal.code);
    expect(clock(waiting.case, 'decision')).toMatchObject({ runningSince: null, elapsedSeconds: 3600 });
  });

  it('is warned of once, whatever the priority does', () => {
    const seen: StepResult[] = [];
    const urgent: CaseCommand = {
      type: 'case.prioritize',
      actor: manager,
      impact: 'high',
      urgency: 'high',
      reason: 'press',
    };
    const warned = letPass(proposed, T0 + 480 * MINUTE_MS, AGREED, seen);
    const raised = step(warned, at(urgent, T0 + 490 * MINUTE_MS), AGREED);
    if (!raised.accepted) throw new Error(raised.refusal.code);
    letPass(raised.case, T0 + 500 * MINUTE_MS, AGREED, seen);
    const names = timeIn(seen).filter((name) => name.includes('decision'));
    expect(names).toEqual(['case.warned decision 1']);
  });

  it('goes to the deputy, approves nothing and moves nothing', () => {
    const seen: StepResult[] = [];
    const { state, context } = letPass(proposed, T0 + 611 * MINUTE_MS, AGREED, seen);
    expect({ state, level: context.level }).toEqual({ state: 'frontline.working', level: 0 });
    expect(context.compensations).toMatchObject([{ state: 'proposed', withDeputy: true, decidedBy: null }]);
    expect(stepOf(seen, 'case.breached decision 1').update).toBeNull();
  });

  it('alarms the lead who is asked, or a manager where none is', () => {
    const upTo = (current: Case): StepResult[] => {
      const seen: StepResult[] = [];
      letPass(current, T0 + 700 * MINUTE_MS, AGREED, seen);
      return seen;
    };
    const breach = stepOf(upTo(proposed), 'case.breached decision 1');
    expect(breach.entry.data['alarmed']).toEqual(['owner:agent-1', 'manager']);
    const handled = timeline(
      { ...AGREED, playbook: { ...AGREED.playbook, breachClimbs: false } },
      [0, open],
      [1, escalate('sales')],
      [2, accept('sales')],
      [10, propose(20_000, member('sales'))],
    );
    expect(stepOf(upTo(handled), 'case.warned decision 1').entry.data['alarmed']).toEqual(['lead:sales']);
  });

  it('holds solution and decision back', () => {
    expect(codeOf(step(proposed, at(resolve(), T0 + 20 * MINUTE_MS), AGREED))).toBe('compensation-open');
    const level2 = timeline(
      AGREED,
      [0, open],
      [1, escalate('sales')],
      [2, escalate('finance')],
      [3, propose(20_000)],
    );
    const decide: CaseCommand = {
      type: 'case.decide',
      actor: manager,
      decision: 'grant',
      solution: 's',
      reasons: 'r',
    };
    expect(codeOf(step(level2, at(decide, T0 + 20 * MINUTE_MS), AGREED))).toBe('compensation-open');
  });

  it('falls away when the customer does not answer and time solves the case', () => {
    const waiting = step(proposed, at(ask, T0 + 20 * MINUTE_MS), AGREED);
    if (!waiting.accepted) throw new Error(waiting.refusal.code);
    const solved = letPass(waiting.case, T0 + 8 * 24 * 60 * MINUTE_MS, AGREED);
    expect(solved.context.compensations).toMatchObject([{ state: 'cancelled' }]);
  });
});
