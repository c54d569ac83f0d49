import { describe, expect, it } from '@jest/globals';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import type { Actor, Instant } from '../../src/domain/actor.js';
import type { Case } from '../../src/domain/case.js';
import type { CaseCommand } from '../../src/domain/events.js';
import { explainClock } from '../../src/domain/clocks/explain-clock.js';
import type { Policies } from '../../src/domain/policies.js';
import { step } from '../../src/domain/step.js';
import type { Accepted, StepResult } from '../../src/domain/step-result.js';
import { ask, clock, reply, silenced, withPolicy } from './clock-words.js';
import { hour, timeIn } from './commitment-words.js';
import {
  accept,
  agent,
  at,
  codeOf,
  escalate,
  lead,
  letPass,
  manager,
  member,
  open,
  resolve,
  start,
  T0,
  TARGETED,
  timeline,
} from './given.js';

const request = (
  untilAt: Instant,
  more: Partial<CaseCommand<'case.requestExtension'>> = {},
): CaseCommand => ({
  type: 'case.requestExtension',
  actor: agent,
  metric: 'resolution',
  untilAt,
  reason: 'the carrier searches',
  tell: 'The carrier is searching.',
  ...more,
});
const grant = (actor: Actor = manager, n = 1): CaseCommand => ({
  type: 'case.grantExtension',
  actor,
  n,
  comment: null,
});
const deny = (actor: Actor = manager, n = 1): CaseCommand => ({
  type: 'case.denyExtension',
  actor,
  n,
  reason: 'no',
});
const work = (untilAt: Instant): CaseCommand =>
  request(untilAt, { metric: 'olaWork', actor: member('sales') });

/** Nothing climbs by itself, so that a due time that passes can be looked at. */
const STAYING: Policies = { ...TARGETED, playbook: { ...TARGETED.playbook, breachClimbs: false } };

function taken(current: Case, command: CaseCommand, hours: number): Accepted {
  const result = step(current, at(command, hour(hours)), STAYING);
  if (!result.accepted) throw new Error(result.refusal.code);
  return result;
}

const requested = timeline(STAYING, [0, open], [1, start], [60, request(hour(30))]);
const handled = [
  [0, open],
  [1, escalate('sales')],
  [2, accept('sales')],
] as const;

describe('a request for more time', () => {
  it('is silent and changes no clock', () => {
    const before = timeline(STAYING, [0, open], [1, start]);
    const result = taken(before, request(hour(30)), 1);
    expect(result.update).toBeNull();
    expect(clock(result.case, 'resolution').dueAt).toBe(hour(24));
    expect(result.case.context.extensions).toMatchObject([{ n: 1, state: 'requested', untilAt: hour(30) }]);
  });

  it.each([
    ['extension-open', request(hour(31))],
    ['clock-not-running', request(hour(31), { metric: 'olaWork' })],
  ])('is refused with %s', (code, command) => {
    expect(codeOf(step(requested, at(command, hour(2)), STAYING))).toBe(code);
  });

  it('must ask for later than what is due, and not for years', () => {
    const before = timeline(STAYING, [0, open], [1, start]);
    for (const [date, code] of [
      [hour(1), 'extension-not-later'],
      [hour(24), 'extension-not-later'],
      [hour(6 * 366 * 24), 'too-far-ahead'],
    ] as const) {
      expect(codeOf(step(before, at(request(date), hour(1)), STAYING))).toBe(code);
    }
  });

  it('comes before the due time, noticed or not, and while the clock runs', () => {
    const before = timeline(STAYING, [0, open], [1, start]);
    const late = letPass(before, hour(24.1), STAYING);
    const asked = timeline(STAYING, [0, open], [1, start], [2, ask]);
    for (const [current, hours] of [
      [late, 25],
      [silenced(before), 25],
      [asked, 1],
    ] as const) {
      expect(codeOf(step(current, at(request(hour(40)), hour(hours)), STAYING))).toBe('clock-not-running');
    }
  });

  it('that nobody decides lapses when the time is up', () => {
    const seen: StepResult[] = [];
    const after = letPass(requested, hour(24.1), STAYING, seen);
    expect(after.context.extensions).toMatchObject([{ state: 'lapsed', decidedBy: null }]);
    expect(timeIn(seen)).toContain('case.breached resolution');
    expect(codeOf(step(after, at(grant(), hour(25)), STAYING))).toBe('extension-unknown');
  });

  it('that nobody decides lapses with its clock', () => {
    expect(taken(requested, resolve(), 2).case.context.extensions).toMatchObject([{ state: 'lapsed' }]);
    const ola = timeline(STAYING, ...handled, [60, work(hour(20))]);
    const climbed = taken(ola, escalate('finance', { actor: member('sales') }), 2).case;
    expect(climbed.context.extensions).toMatchObject([{ state: 'lapsed' }]);
    expect(codeOf(step(climbed, at(grant(), hour(3)), STAYING))).toBe('extension-unknown');
  });
});

describe('granting it', () => {
  const granted = taken(requested, grant(), 2);

  it('moves the due time and tells the customer the date and why', () => {
    expect(granted.update).toMatchObject({
      key: 'case.extensionGranted',
      params: { untilAt: hour(30), tell: 'The carrier is searching.' },
    });
    expect(clock(granted.case, 'resolution')).toMatchObject({
      dueAt: hour(30),
      targetSeconds: 30 * 3600,
      startedAt: T0,
      retargetedAt: hour(2),
      breachedAt: null,
    });
    expect(granted.case.context.extensions).toMatchObject([{ state: 'granted', decidedBy: manager.id }]);
  });

  it('breaches nothing at the old due time, and warns of the new one', () => {
    const seen: StepResult[] = [];
    letPass(granted.case, hour(29), STAYING, seen);
    const about = timeIn(seen).filter((name) => name.includes('resolution'));
    expect(about).toEqual(['case.warned resolution', 'case.warned resolution']);
    const late = taken(letPass(requested, hour(22), STAYING), grant(), 22.5).case;
    expect(clock(late, 'resolution')).toMatchObject({ dueAt: hour(30), warnedPercent: 75 });
  });

  it('agrees with what its spans explain', () => {
    const explained = explainClock(clock(granted.case, 'resolution'), hour(3), STAYING.book);
    expect(explained).toMatchObject({ agrees: true, recomputedDueAt: hour(30) });
  });

  it('while the customer is asked leaves what the date would have left', () => {
    const waiting = taken(requested, ask, 2).case;
    const resting = taken(waiting, grant(), 3).case;
    expect(clock(resting, 'resolution')).toMatchObject({ dueAt: null, targetSeconds: (2 + 27) * 3600 });
    expect(clock(taken(resting, reply(), 4).case, 'resolution').dueAt).toBe(hour(31));
  });

  it('counts open seconds: until the close before the date, and not at all for a date in the night', () => {
    const day = compileCalendar({ timeZone: 'UTC', weekly: { mon: [['00:00', '10:00']] }, overrides: [] });
    const narrow = withPolicy({
      calendar: 'day',
      targets: { P3: { resolution: { businessSeconds: 7 * 3600 } } },
    });
    const policies: Policies = {
      ...narrow,
      book: { ...narrow.book, calendar: () => ({ key: 'day', version: 1, calendar: day }) },
    };
    const before = timeline(policies, [0, open], [1, start]);
    const ask12 = step(before, at(request(hour(12)), hour(1)), policies);
    if (!ask12.accepted) throw new Error(ask12.refusal.code);
    const result = step(ask12.case, at(grant(), hour(2)), policies);
    expect(result.accepted && clock(result.case, 'resolution').dueAt).toBe(hour(9));
    const full = withPolicy({
      calendar: 'day',
      targets: { P3: { resolution: { businessSeconds: 9 * 3600 } } },
    });
    const atClose = { ...policies, book: { ...full.book, calendar: policies.book.calendar } };
    const due9 = timeline(atClose, [0, open], [1, start]);
    expect(codeOf(step(due9, at(request(hour(12)), hour(1)), atClose))).toBe('extension-not-later');
  });

  it('comes too late after the due time, noticed or not', () => {
    expect(codeOf(step(silenced(requested), at(grant(), hour(25)), STAYING))).toBe('extension-unknown');
  });
});

describe('denying it', () => {
  it('is silent and leaves the due time', () => {
    const result = taken(requested, deny(), 2);
    expect(result.update).toBeNull();
    expect(clock(result.case, 'resolution').dueAt).toBe(hour(24));
    expect(result.case.context.extensions).toMatchObject([{ state: 'denied', comment: 'no' }]);
    expect(codeOf(step(result.case, at(grant(), hour(3)), STAYING))).toBe('extension-unknown');
    expect(codeOf(step(result.case, at(request(hour(30)), hour(3)), STAYING))).toBe('accepted');
  });
});

describe('the decision', () => {
  const ola = timeline(STAYING, ...handled, [60, work(hour(20))]);

  it.each([
    ['accepted', lead('sales')],
    ['accepted', manager],
    ['not-in-department', lead('finance')],
    ['actor-not-permitted', member('sales')],
    ['actor-not-permitted', agent],
  ])('on the department’s work is %s for %j', (code, actor) => {
    expect(codeOf(step(ola, at(grant(actor), hour(2)), STAYING))).toBe(code);
    expect(codeOf(step(ola, at(deny(actor), hour(2)), STAYING))).toBe(code);
  });

  it('on the department’s work moves its own clock alone', () => {
    const result = taken(ola, grant(lead('sales')), 2);
    expect(clock(result.case, 'olaWork').dueAt).toBe(hour(20));
    expect(clock(result.case, 'resolution').dueAt).toBe(hour(24));
  });

  it('on the promise to the customer is no lead’s', () => {
    const both = timeline(STAYING, ...handled, [60, request(hour(30), { actor: member('sales') })]);
    expect(codeOf(step(both, at(grant(lead('sales')), hour(2)), STAYING))).toBe('actor-not-permitted');
  });

  it('is nobody’s on what they asked for themselves', () => {
    const own = timeline(STAYING, [0, open], [1, start], [60, request(hour(30), { actor: manager })]);
    expect(codeOf(step(own, at(grant(), hour(2)), STAYING))).toBe('actor-not-permitted');
    const other: Actor = { kind: 'manager', id: 'manager-2' };
    expect(codeOf(step(own, at(grant(other), hour(2)), STAYING))).toBe('accepted');
  });
});
