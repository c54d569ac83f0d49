/**
 * Short words for tests of clocks: the usual commands, policies with other targets, and an engine that was down.
 */
import type { Actor } from '../../src/domain/actor.js';
import type { Case, Clock, Metric } from '../../src/domain/case.js';
import type { CaseCommand } from '../../src/domain/events.js';
import type { Policies, SlaPolicy } from '../../src/domain/policies.js';
import { step } from '../../src/domain/step.js';
import { agent, at, customer, member, T0, TARGETED, timeline } from './given.js';

export const MINUTE_MS = 60_000;
export const minutes = (instant: number | null | undefined) =>
  instant == null ? null : (instant - T0) / MINUTE_MS;

/** @param attempt of metrics that may run several times at once. */
export function clock(current: Case, metric: Metric, attempt?: number): Clock {
  const found = current.context.clocks.find(
    (one) => one.metric === metric && (attempt === undefined || one.attempt === attempt),
  );
  if (!found) throw new Error(`no ${metric}`);
  return found;
}

export const message: CaseCommand = { type: 'case.message', actor: agent, text: 'on its way' };
export const reply = (actor: Actor = customer): CaseCommand => ({
  type: 'case.reply',
  actor,
  text: 'and?',
  channel: null,
  messageId: null,
  automatic: false,
});
export const ask: CaseCommand = { type: 'case.ask', actor: agent, question: 'which?', waitUntilAt: null };
export const confirm: CaseCommand = { type: 'case.confirm', actor: customer, comment: null };
export const reject: CaseCommand = { type: 'case.reject', actor: customer, reason: 'no' };
export const reopen: CaseCommand = { type: 'case.reopen', actor: customer, reason: 'again' };
export const hold: CaseCommand = {
  type: 'case.hold',
  actor: member('sales'),
  reason: 'carrier',
  reviewAt: T0 + 5_000 * MINUTE_MS,
};
export const release: CaseCommand = { type: 'case.release', actor: agent, reason: null };

export function withPolicy(changes: Partial<SlaPolicy>): Policies {
  const policy = { ...TARGETED.book.slaPolicy('targeted', 1), ...changes };
  return { ...TARGETED, book: { ...TARGETED.book, slaPolicyFor: () => policy, slaPolicy: () => policy } };
}

/** Two events with no deadline acting in between: the engine was down. */
export function timelineWithoutTime(
  policies: Policies,
  first: CaseCommand,
  later: number,
  second: CaseCommand,
): Case {
  const opened = timeline(policies, [0, first]);
  const result = step(silenced(opened), at(second, T0 + later * MINUTE_MS), policies);
  if (!result.accepted) throw new Error(result.refusal.code);
  return result.case;
}

/** The engine is down: no mark is acted upon. */
export function silenced(current: Case): Case {
  const clocks = current.context.clocks.map((one) => ({ ...one, marks: [] }));
  return { ...current, context: { ...current.context, clocks } };
}
