import { describe, expect, it } from '@jest/globals';
import { compileCalendar } from '../../src/calendar/compile-calendar.js';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Policies, SlaPolicy } from '../../src/domain/policies.js';
import { step } from '../../src/domain/step.js';
import type { StepResult } from '../../src/domain/step-result.js';
import {
  accept,
  agent,
  escalate,
  giveBack,
  letPass,
  open,
  resolve,
  start,
  T0,
  TARGETED,
  timeline,
} from './given.js';

import {
  MINUTE_MS,
  minutes,
  clock,
  message,
  reply,
  ask,
  confirm,
  reject,
  reopen,
  hold,
  release,
  withPolicy,
  timelineWithoutTime,
} from './clock-words.js';

describe('first response', () => {
  it('counts from when the channel received the case, not from when it was typed in', () => {
    const late = { ...open, intake: { ...open.intake, receivedAt: T0 - 10 * MINUTE_MS } };
    expect(minutes(clock(timeline(TARGETED, [0, late]), 'firstResponse').dueAt)).toBe(50);
  });

  it('is met by a human message on the very due instant', () => {
    expect(clock(timeline(TARGETED, [0, open], [60, message]), 'firstResponse')).toMatchObject({
      outcome: 'met',
      elapsedSeconds: 3600,
    });
  });

  it.each([
    ['an automatic message', { ...message, actor: { kind: 'service', id: 'bot' } } as CaseCommand],
    ['an internal note', { type: 'case.note', actor: agent, text: 'hm' } as CaseCommand],
    ['a start', start],
    ['an escalation', escalate('sales')],
  ])('is not answered by %s', (_name, command) => {
    expect(clock(timeline(TARGETED, [0, open], [30, command]), 'firstResponse').stoppedAt).toBeNull();
  });

  it('is answered by a resolution', () => {
    expect(clock(timeline(TARGETED, [0, open], [30, resolve()]), 'firstResponse').outcome).toBe('met');
  });

  it('runs on while the customer is asked, unless the policy pauses it', () => {
    const waiting = timeline(TARGETED, [0, open], [10, start], [20, ask]);
    expect(minutes(clock(waiting, 'firstResponse').dueAt)).toBe(60);
    const pausable = withPolicy({ firstResponsePausable: true });
    const paused = timeline(pausable, [0, open], [10, start], [20, ask]);
    expect(clock(paused, 'firstResponse')).toMatchObject({ dueAt: null, elapsedSeconds: 1200 });
    const resumed = timeline(pausable, [0, open], [10, start], [20, ask], [50, reply()]);
    expect(minutes(clock(resumed, 'firstResponse').dueAt)).toBe(90);
  });
});

describe('next response', () => {
  it('starts with the oldest unanswered message and is not moved by further ones', () => {
    const current = timeline(TARGETED, [0, open], [10, message], [20, reply()], [40, reply()]);
    expect(clock(current, 'nextResponse')).toMatchObject({ attempt: 1 });
    expect(minutes(clock(current, 'nextResponse').dueAt)).toBe(200);
  });

  it('does not start while the first response is still owed', () => {
    const current = timeline(TARGETED, [0, open], [10, reply()]);
    expect(current.context.clocks.map(({ metric }) => metric)).not.toContain('nextResponse');
  });

  it('stops when somebody answers, or when it is waived on the record', () => {
    const waive: CaseCommand = { type: 'case.waiveReply', actor: agent, reason: 'thanks only' };
    for (const answer of [message, waive]) {
      const current = timeline(TARGETED, [0, open], [10, message], [20, reply()], [30, answer]);
      expect(clock(current, 'nextResponse')).toMatchObject({ outcome: 'met', elapsedSeconds: 600 });
    }
  });

  it('pauses while the customer is asked and resumes at the time of the reply', () => {
    const current = timeline(
      TARGETED,
      [0, open],
      [1, start],
      [2, message],
      [10, reply()],
      [20, ask],
      [80, reply()],
    );
    expect(minutes(clock(current, 'nextResponse').dueAt)).toBe(10 + 180 + 60);
  });
});

describe('resolution', () => {
  it('excludes waiting, and keeps every running span', () => {
    const current = timeline(TARGETED, [0, open], [10, start], [60, ask], [180, reply()]);
    expect(clock(current, 'resolution')).toMatchObject({
      elapsedSeconds: 3600,
      spans: [{ fromAt: T0, toAt: T0 + 60 * MINUTE_MS }],
    });
    expect(minutes(clock(current, 'resolution').dueAt)).toBe(24 * 60 + 120);
  });

  it('is not paused by a hold for a third party', () => {
    const current = timeline(TARGETED, [0, open], [1, escalate('sales')], [2, accept('sales')], [3, hold]);
    expect(minutes(clock(current, 'resolution').dueAt)).toBe(24 * 60);
  });

  it('goes on after a rejection and after reopening without counting the time in between', () => {
    const rejected = timeline(TARGETED, [0, open], [60, resolve()], [600, reject]);
    expect(minutes(clock(rejected, 'resolution').dueAt)).toBe(600 + 23 * 60);
    const reopened = timeline(TARGETED, [0, open], [60, resolve()], [100, confirm], [1000, reopen]);
    expect(clock(reopened, 'resolution')).toMatchObject({ cycle: 2, attempt: 1, elapsedSeconds: 3600 });
    expect(minutes(clock(reopened, 'resolution').dueAt)).toBe(1000 + 23 * 60);
  });

  it('restarts at reopening where the policy says so', () => {
    const policies = withPolicy({ onReopen: 'restart' });
    const current = timeline(policies, [0, open], [60, resolve()], [100, confirm], [1000, reopen]);
    expect(minutes(clock(current, 'resolution').dueAt)).toBe(1000 + 24 * 60);
  });

  it('is breached by a late stop even if nobody noticed before', () => {
    const unnoticed = withPolicy({ targets: { P3: { resolution: { calendarSeconds: 3600 } } } });
    const stopped = timelineWithoutTime(unnoticed, open, 120, resolve());
    expect(clock(stopped, 'resolution')).toMatchObject({
      outcome: 'breached',
      breachedAt: T0 + 60 * MINUTE_MS,
      detectedAt: T0 + 120 * MINUTE_MS,
    });
  });
});

describe('the department’s clocks', () => {
  const dispatched = [
    [0, open],
    [10, escalate('sales')],
  ] as const;

  it('start at dispatch; acceptance stops only the first', () => {
    const current = timeline(TARGETED, ...dispatched, [40, accept('sales')]);
    expect(clock(current, 'olaAccept')).toMatchObject({ outcome: 'met', elapsedSeconds: 1800 });
    expect(minutes(clock(current, 'olaWork').dueAt)).toBe(10 + 480);
  });

  it('pause while the case is on hold, which the customer’s clocks do not', () => {
    const current = timeline(TARGETED, ...dispatched, [20, accept('sales')], [30, hold], [90, release]);
    expect(minutes(clock(current, 'olaWork').dueAt)).toBe(10 + 480 + 60);
  });

  it('start afresh at the next department', () => {
    const current = timeline(TARGETED, ...dispatched, [20, accept('sales')], [100, escalate('finance')]);
    expect(clock(current, 'olaWork')).toMatchObject({ attempt: 2, elapsedSeconds: 0 });
    expect(minutes(clock(current, 'olaWork').dueAt)).toBe(100 + 480);
  });

  it('resume after a return for missing information with what was left, but a quarter at least', () => {
    const again = escalate('sales', { fields: { serial: '1' } });
    const back = giveBack('sales', 'missingInfo', ['serial']);
    const early = timeline(TARGETED, ...dispatched, [130, back], [200, again]);
    expect(clock(early, 'olaWork').targetSeconds).toBe(6 * 3600);
    const late = timeline(TARGETED, ...dispatched, [20, accept('sales')], [460, back], [470, again]);
    expect(clock(late, 'olaWork').targetSeconds).toBe(2 * 3600);
  });

  it('leave the rework to the front line’s own clock', () => {
    const current = timeline(TARGETED, ...dispatched, [60, giveBack('sales', 'answered')]);
    expect(clock(current, 'olaWork').outcome).toBe('met');
    expect(minutes(clock(current, 'olaRework').dueAt)).toBe(60 + 360);
  });
});

describe('next update', () => {
  it('restarts with each informative update, and not with a bare acknowledgement', () => {
    const current = timeline(TARGETED, [0, open], [10, start], [100, reply()]);
    expect(minutes(clock(current, 'nextUpdate').dueAt)).toBe(10 + 300);
  });

  it('says so honestly before it breaks, with a new date, and goes on measuring the silence', () => {
    const seen: StepResult[] = [];
    const current = letPass(
      timeline(TARGETED, [0, open], [10, message]),
      T0 + 311 * MINUTE_MS,
      TARGETED,
      seen,
    );
    const told = seen.flatMap((result) => (result.accepted && result.update) || []);
    expect(told).toEqual([
      expect.objectContaining({
        key: 'case.stillWorking',
        params: { nextUpdateDueAt: T0 + 610 * MINUTE_MS },
      }),
    ]);
    expect(clock(current, 'nextUpdate')).toMatchObject({ attempt: 3, runningSince: T0 + 310 * MINUTE_MS });
    expect(minutes(clock(current, 'nextUpdate').dueAt)).toBe(610);
  });
});

describe('business time', () => {
  const berlin = compileCalendar({
    timeZone: 'Europe/Berlin',
    weekly: {
      mon: [['09:00', '17:00']],
      tue: [['09:00', '17:00']],
      wed: [['09:00', '17:00']],
      thu: [['09:00', '17:00']],
      fri: [['09:00', '17:00']],
    },
    overrides: [],
  });
  const withBerlin = (targets: NonNullable<SlaPolicy['targets']['P3']>): Policies => {
    const agreed = withPolicy({ calendar: 'berlin', targets: { P3: targets } });
    return {
      ...agreed,
      book: { ...agreed.book, calendar: () => ({ key: 'berlin', version: 1, calendar: berlin }) },
    };
  };
  const policies = withBerlin({ resolution: { businessSeconds: 12 * 3600 } });

  it('resumes with exactly what was left: Fri 09:00 + 12 h, paused Fri 16:00 to Tue 10:00, is due Tue 15:00', () => {
    const friday = (Date.UTC(2026, 10, 6, 8) - T0) / MINUTE_MS;
    const opened = { ...open, intake: { ...open.intake, receivedAt: T0 + friday * MINUTE_MS } };
    const current = timeline(
      policies,
      [friday, opened],
      [friday, start],
      [friday + 7 * 60, { ...ask, waitUntilAt: T0 + friday * MINUTE_MS + 20 * 86_400_000 } as CaseCommand],
      [friday + 4 * 24 * 60 + 60, reply()],
    );
    expect(new Date(clock(current, 'resolution').dueAt ?? 0).toISOString()).toBe('2026-11-10T14:00:00.000Z');
  });

  const close = Date.UTC(2026, 10, 3, 16);
  const inDays: Policies = withBerlin({ resolution: { businessDays: 1 }, nextUpdate: { businessDays: 1 } });

  it('of whole days ends with the day, in whatever millisecond it began', () => {
    const monday = T0 + 8 * 3_600_000 + 437;
    const opened = { ...open, intake: { ...open.intake, receivedAt: monday } };
    const current = timeline(inDays, [(monday - T0) / MINUTE_MS, opened]);
    expect([clock(current, 'resolution').dueAt, clock(current, 'nextUpdate').dueAt]).toEqual([close, close]);
  });

  it('of hours that becomes one of whole days ends with the day, too', () => {
    const monday = T0 + 8 * 3_600_000 + 437;
    const opened = { ...open, intake: { ...open.intake, receivedAt: monday } };
    const minute = (monday - T0) / MINUTE_MS;
    const begun = timeline(policies, [minute, opened]);
    const result = step(
      begun,
      { type: 'case.rebase', at: monday + 999, actor: { kind: 'system', id: 'system' } },
      inDays,
    );
    expect(result.accepted && clock(result.case, 'resolution').dueAt).toBe(close);
  });
});
