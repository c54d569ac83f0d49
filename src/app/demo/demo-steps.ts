/**
 * The vocabulary of the demo's scripts: one thing that somebody does to a case, and short forms of the frequent ones.
 */
import type { Instant } from '../../domain/actor.js';
import type { Intake, Severity } from '../../domain/case.js';
import type { EventPayloads, EventType } from '../../domain/events.js';
import type { CustomerInput } from '../../directory/customers.js';

/** One thing that somebody does: a member of staff by id, or the case's customer. */
export type DemoStep = {
  [T in EventType]: { readonly by: string; readonly type: T } & Readonly<EventPayloads[T]>;
}[EventType];

export interface DemoCase {
  readonly customer: CustomerInput;
  readonly intake: Omit<Intake, 'customerId' | 'receivedAt' | 'openedAt' | 'previousCaseId'>;
  readonly receivedHoursAgo: number;
  readonly impact: Severity;
  readonly urgency: Severity;
  /** @param now the database's clock, for dates that must lie in the future */
  readonly steps: (now: Instant) => readonly DemoStep[];
}

/** Stands for the case's own customer in `by`. */
export const CUSTOMER = 'customer';

export const start = (agentId: string): DemoStep => ({ by: agentId, type: 'case.start', agentId });
export const accept = (by: string): DemoStep => ({ by, type: 'case.accept' });
export const say = (by: string, text: string): DemoStep => ({ by, type: 'case.message', text });
export const reply = (text: string): DemoStep => ({
  by: CUSTOMER,
  type: 'case.reply',
  text,
  channel: 'email',
  messageId: null,
  automatic: false,
});
export const escalate = (
  by: string,
  department: string,
  packet: {
    purpose: string;
    expectedOutcome: string;
    evidence: string[];
    reason?: string;
    checked?: string[];
  },
): DemoStep => ({
  by,
  type: 'case.escalate',
  department,
  fields: {},
  ...packet,
  reason: packet.reason ?? null,
});
/** Asks another department while the case stays where it is. */
export const consult = (by: string, department: string, question: string): DemoStep => ({
  by,
  type: 'case.consult',
  department,
  question,
  blocking: false,
  dueAt: null,
});
export const misrouted = (by: string, suggestion: string, comment: string): DemoStep => ({
  by,
  type: 'case.return',
  reason: 'misrouted',
  suggestion,
  missingFields: [],
  comment,
});
