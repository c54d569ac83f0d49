/**
 * Given/when/then for the pure core: a case after a sequence of commands, on a clock that the test moves by hand.
 * Knows no database and no HTTP.
 */
import type { Actor, Instant } from '../../src/domain/actor.js';
import type { Case } from '../../src/domain/case.js';
import type { CaseCommand, CaseEvent, EventType } from '../../src/domain/events.js';
import {
  DEFAULT_COMPENSATION,
  DEFAULT_LIFECYCLE,
  DEFAULT_PLAYBOOK,
  MEASURING_BOOK,
  type Policies,
  type SlaPolicy,
  type Span,
} from '../../src/domain/policies.js';
import type { Accepted, StepResult } from '../../src/domain/step-result.js';
import { deadlines, dueEvent } from '../../src/domain/deadlines.js';
import { step } from '../../src/domain/step.js';

export const T0: Instant = Date.UTC(2026, 10, 2, 1, 0, 0);
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const name = (text: string) => ({ en: text, 'zh-CN': text, 'zh-TW': text });
const department = (key: string) => ({
  key,
  publicName: name(key),
  answersFor: key,
  calendar: 'always',
});

export const POLICIES: Policies = {
  compensation: DEFAULT_COMPENSATION,
  lifecycle: DEFAULT_LIFECYCLE,
  playbook: DEFAULT_PLAYBOOK,
  departments: {
    sales: department('sales'),
    product: department('product'),
    logistics: department('logistics'),
    finance: department('finance'),
  },
  book: MEASURING_BOOK,
};

const hours = (count: number): Span => ({ calendarSeconds: count * 3600 });

/** Every metric with a target of its own, around the clock, so that each breach can be told apart. */
export const TARGETED: Policies = {
  ...POLICIES,
  departments: Object.fromEntries(
    Object.entries(POLICIES.departments).map(([key, one]) => [
      key,
      { ...one, ola: { P3: { olaAccept: hours(2), olaWork: hours(8) } } },
    ]),
  ),
  book: {
    ...MEASURING_BOOK,
    slaPolicyFor: () => TARGETED_POLICY,
    slaPolicy: () => TARGETED_POLICY,
  },
};

const TARGETED_POLICY: SlaPolicy = {
  key: 'targeted',
  version: 1,
  calendar: '24x7',
  targets: {
    P3: {
      firstResponse: hours(1),
      nextResponse: hours(3),
      nextUpdate: hours(5),
      resolution: hours(24),
      olaRework: hours(6),
    },
  },
  firstResponsePausable: false,
  onReopen: 'continue',
  warnPercents: [75, 90],
};

export const agent: Actor = { kind: 'agent', id: 'agent-1' };
export const manager: Actor = { kind: 'manager', id: 'manager-1' };
export const customer: Actor = { kind: 'customer', id: 'customer-1' };
export const member = (of: string): Actor => ({ kind: 'member', id: `member-${of}`, department: of });
export const lead = (of: string): Actor => ({ kind: 'lead', id: `lead-${of}`, department: of });

export const CASE_ID = '019a0000-0000-7000-8000-0123456789ab';
export const OTHER_ID = '019a0000-0000-7000-8000-0123456789ff';

export const open: CaseCommand<'case.open'> = {
  type: 'case.open',
  actor: agent,
  caseId: CASE_ID,
  intake: {
    subject: 'Parcel missing',
    description: 'It was due on Monday.',
    expectedOutcome: 'The parcel, or the money.',
    category: 'delivery',
    channel: 'phone',
    orderRef: null,
    customerId: customer.id,
    receivedAt: T0,
    openedAt: T0,
    previousCaseId: null,
  },
  impact: 'medium',
  urgency: 'medium',
  grade: 'standard',
  ownerId: agent.id,
};

export const escalate = (to: string, more: Partial<CaseCommand<'case.escalate'>> = {}): CaseCommand => ({
  type: 'case.escalate',
  actor: agent,
  department: to,
  purpose: 'Find the parcel',
  expectedOutcome: 'A delivery date',
  evidence: [],
  fields: {},
  reason: null,
  ...more,
});
export const accept = (by: string): CaseCommand => ({ type: 'case.accept', actor: member(by) });
export const giveBack = (
  by: string,
  reason: 'misrouted' | 'missingInfo' | 'notJustified' | 'answered',
  missingFields: string[] = [],
): CaseCommand => ({
  type: 'case.return',
  actor: member(by),
  reason,
  suggestion: null,
  missingFields,
  comment: 'see above',
});
export const resolve = (actor: Actor = agent): CaseCommand => ({
  type: 'case.resolve',
  actor,
  solution: 'Sent again',
  rootCause: 'Lost in sorting',
});
export const start: CaseCommand = { type: 'case.start', actor: agent, agentId: agent.id };

/** CNY, in fen: an agent may grant 50.00, a member 150.00, a lead 500.00, a manager 5,000.00. */
export const propose = (
  amountMinor: number,
  actor: Actor = agent,
  more: Partial<CaseCommand<'case.proposeCompensation'>> = {},
): CaseCommand => ({
  type: 'case.proposeCompensation',
  actor,
  kind: 'refund',
  amountMinor,
  currency: 'CNY',
  description: 'Your money back',
  reason: 'Lost in sorting',
  grantedMinor: 0,
  ...more,
});
export const approve = (actor: Actor, n = 1, grantedMinor = 0): CaseCommand => ({
  type: 'case.approveCompensation',
  actor,
  n,
  comment: null,
  grantedMinor,
});
export const execute = (n = 1, reference: string | null = 'pay-1', grantedMinor = 0): CaseCommand => ({
  type: 'case.executeCompensation',
  actor: agent,
  n,
  reference,
  grantedMinor,
});
export const assignTask = (actor: Actor, task: string, assigneeId: string | null): CaseCommand => ({
  type: 'case.assignTask',
  actor,
  task,
  assigneeId,
  reason: null,
});
export const acceptTask = (actor: Actor, task: string): CaseCommand => ({
  type: 'case.acceptTask',
  actor,
  task,
});
export const askCallback = (
  department: string | null,
  more: Partial<CaseCommand<'case.askCallback'>> = {},
): CaseCommand => ({
  type: 'case.askCallback',
  actor: agent,
  reason: 'followUp',
  note: 'Ask whether it arrived',
  department,
  dueAt: null,
  ...more,
});
export const consult = (of: string, more: Partial<CaseCommand<'case.consult'>> = {}): CaseCommand => ({
  type: 'case.consult',
  actor: agent,
  department: of,
  question: 'Is it insured?',
  blocking: false,
  dueAt: null,
  ...more,
});

/** Stamps a command with an instant. */
export function at<T extends EventType>(command: CaseCommand<T>, instant: Instant): CaseEvent<T> {
  return { ...command, at: instant } as unknown as CaseEvent<T>;
}

/** The case after these commands, one second apart from T0. Throws at the first refusal, by its name. */
export function given(...commands: readonly CaseCommand[]): Case {
  return run(commands).case;
}

/** The last step of these commands; throws at a refusal. */
export function run(commands: readonly CaseCommand[], policies: Policies = POLICIES): Accepted {
  let current: Case | null = null;
  let last: Accepted | undefined;
  for (const [index, command] of commands.entries()) {
    const result: StepResult = step(current, at(command, T0 + index * 1000), policies);
    if (!result.accepted) throw new Error(`${command.type} was refused: ${result.refusal.code}`);
    current = result.case;
    last = result;
  }
  if (!last) throw new Error('no commands');
  return last;
}

/** The case after these commands, each at so many minutes from T0; deadlines that fall due in between act first. */
export function timeline(
  policies: Policies,
  ...moves: readonly (readonly [minutes: number, command: CaseCommand])[]
): Case {
  let current: Case | null = null;
  for (const [minutes, command] of moves) {
    const now = T0 + minutes * 60_000;
    if (current) current = letPass(current, now, policies);
    const result: StepResult = step(current, at(command, now), policies);
    if (!result.accepted) throw new Error(`${command.type} was refused: ${result.refusal.code}`);
    current = result.case;
  }
  if (!current) throw new Error('no moves');
  return current;
}

/** Every deadline that falls due by `until` acts at its own instant, in due order. */
export function letPass(current: Case, until: Instant, policies: Policies, seen: StepResult[] = []): Case {
  let now = current;
  for (let next = deadlines(now)[0]; next && next.dueAt <= until; next = deadlines(now)[0]) {
    const event = dueEvent(now, next.dueAt);
    const result: StepResult | null = event && step(now, event, policies);
    if (!result?.accepted) throw new Error(`a deadline was refused: ${JSON.stringify(result)}`);
    seen.push(result);
    now = result.case;
  }
  return now;
}

/** The case after further commands, one second apart. Throws at the first refusal, by its name. */
export function then(current: Case, ...commands: readonly CaseCommand[]): Case {
  return commands.reduce((before, command) => {
    const result = when(before, command);
    if (!result.accepted) throw new Error(`${command.type} was refused: ${result.refusal.code}`);
    return result.case;
  }, current);
}

/** What a further command yields on a case, a second after its last event. */
export function when(current: Case, command: CaseCommand, policies: Policies = POLICIES): StepResult {
  return step(current, at(command, current.context.lastEventAt + 1000), policies);
}

export function codeOf(result: StepResult): string {
  return result.accepted ? 'accepted' : result.refusal.code;
}
