/** Short words for tests of cooperation and commitments: the usual commands, and departments with agreements. */
import type { Actor, Instant } from '../../src/domain/actor.js';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Policies, Span } from '../../src/domain/policies.js';
import type { Accepted, StepResult } from '../../src/domain/step-result.js';
import { agent, HOUR_MS, T0, TARGETED } from './given.js';

/** The instant so many hours after T0. */
export const hour = (count: number): Instant => T0 + count * HOUR_MS;

const aroundTheClock = (hours: number): Span => ({ calendarSeconds: hours * 3600 });

/** Like `TARGETED`, with four hours for every consult and ten for every approval. */
export const AGREED: Policies = {
  ...TARGETED,
  compensation: { ...TARGETED.compensation, decideWithin: aroundTheClock(10) },
  departments: Object.fromEntries(
    Object.entries(TARGETED.departments).map(([key, one]) => [
      key,
      {
        ...one,
        ola: { P3: { ...one.ola?.P3, consult: aroundTheClock(4) }, P1: { consult: aroundTheClock(1) } },
      },
    ]),
  ),
};

export const promise = (
  promisedAt: Instant,
  more: Partial<CaseCommand<'case.promise'>> = {},
): CaseCommand => ({
  type: 'case.promise',
  actor: agent,
  text: 'We call you',
  promisedAt,
  department: null,
  despite: false,
  openTasks: 0,
  ...more,
});
export const keep = (n = 1): CaseCommand => ({ type: 'case.keepPromise', actor: agent, n, note: null });
export const renegotiate = (
  promisedAt: Instant,
  more: Partial<CaseCommand<'case.renegotiatePromise'>> = {},
): CaseCommand => ({
  type: 'case.renegotiatePromise',
  actor: agent,
  n: 1,
  promisedAt,
  reason: 'the carrier is late',
  despite: false,
  ...more,
});
export const cancelPromise = (n = 1): CaseCommand => ({
  type: 'case.cancelPromise',
  actor: agent,
  n,
  reason: 'not wanted any more',
});
export const answer = (actor: Actor, n = 1): CaseCommand => ({
  type: 'case.answerConsult',
  actor,
  n,
  answer: 'It is.',
});
export const cancelConsult = (actor: Actor, n = 1): CaseCommand => ({
  type: 'case.cancelConsult',
  actor,
  n,
  reason: 'found out',
});

/** `case.warned consult 2` for each step of time that was taken. */
export function timeIn(seen: readonly StepResult[]): string[] {
  return seen.flatMap((result) => {
    if (!result.accepted) return [];
    const { metric, attempt } = result.entry.data as { metric?: string; attempt?: number };
    return metric === undefined ? [] : [`${result.entry.type} ${metric} ${attempt ?? ''}`.trim()];
  });
}

/** The step of time of that name. */
export function stepOf(seen: readonly StepResult[], name: string): Accepted {
  const found = seen.find((one) => timeIn([one])[0] === name);
  if (!found?.accepted) throw new Error(`no ${name} among ${timeIn(seen).join(', ')}`);
  return found;
}
