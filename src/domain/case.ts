/**
 * The case: one customer issue, as plain JSON data. What a case *is*; not how it moves (`case-machine.ts`), how it
 * is stored (`src/store`), nor how it looks to the outside (`src/http`). Instants are epoch milliseconds, so that a
 * stored context survives JSON and calendar arithmetic needs no parsing.
 */

import type { ActorKind, Instant } from './actor.js';
import type {
  Callback,
  Compensation,
  Consult,
  CustomerPromise,
  Extension,
  HandOffRating,
  Proposal,
  Rating,
} from './cooperation.js';

/** 0 front line, 1, 2. Nothing else exists: the first of four nets under the limit of two levels (ADR-0004). */
export type Level = 0 | 1 | 2;

export const STATE_PATHS = [
  'received',
  'frontline.working',
  'frontline.returned',
  'level1.dispatched',
  'level1.working',
  'level2.dispatched',
  'level2.working',
  'arbitration',
  'waiting',
  'resolved',
  'closed',
  'withdrawn',
  'merged',
] as const;
export type StatePath = (typeof STATE_PATHS)[number];

/** States in which somebody still owes the customer something. */
export const OPEN_STATES: ReadonlySet<StatePath> = new Set(
  STATE_PATHS.filter((path) => !['resolved', 'closed', 'withdrawn', 'merged'].includes(path)),
);

/** Which kinds of clock a state calls for (domain.md §3, column "tags → clocks"). */
export type StateTag = 'customerClocks' | 'olaAccept' | 'olaWork' | 'olaRework' | 'paused';

export type Priority = 'P1' | 'P2' | 'P3' | 'P4';
export const PRIORITIES: readonly Priority[] = ['P1', 'P2', 'P3', 'P4'];
export type Severity = 'high' | 'medium' | 'low';
export const SEVERITIES: readonly Severity[] = ['high', 'medium', 'low'];
export type Grade = 'standard' | 'key' | 'vip';
export const GRADES: readonly Grade[] = ['standard', 'key', 'vip'];

/** What was taken in when the case was opened; never changes afterwards (A1: in the customer's own words). */
export interface Intake {
  readonly subject: string;
  readonly description: string;
  readonly expectedOutcome: string;
  readonly category: string;
  /** By which way it came: `phone`, `email`, a shop, a robot; an organisation's own word. */
  readonly channel: string;
  readonly orderRef: string | null;
  readonly customerId: string;
  /** When the channel received it: the customer's clocks start here. */
  readonly receivedAt: Instant;
  readonly openedAt: Instant;
  /** The closed case that this one continues, when it was reopened after its window. */
  readonly previousCaseId: string | null;
}

export interface Case {
  readonly id: string;
  readonly machineVersion: number;
  /** Number of the last journal entry. */
  readonly revision: number;
  readonly state: StatePath;
  readonly intake: Intake;
  readonly context: CaseContext;
}

/** Everything about a case that can change. JSON scalars, arrays and objects only: no Date, Map or undefined. */
export interface CaseContext {
  /** Present depth: a return makes it 0, a hand-back 1. */
  readonly level: Level;
  readonly maxLevelReached: Level;
  readonly ownerId: string | null;
  readonly handler: Handler | null;
  readonly impact: Severity;
  readonly urgency: Severity;
  readonly grade: Grade;
  readonly priority: Priority;
  /** 1 for the first life of the case; a reopening adds one. A rejected solution stays in its cycle. */
  readonly cycle: number;
  /** At most one record per level, through returns, reopenings and arbitration. */
  readonly escalations: readonly EscalationRecord[];
  /** Misrouted or unjustified hand-overs since the last binding assignment, per level. */
  readonly bounces: { readonly 1: number; readonly 2: number };
  readonly reroutes: number;
  /** Why the case lies with its owner again; set only in `frontline.returned`. */
  readonly returned: ReturnNote | null;
  /** Set only in `waiting`. */
  readonly waiting: Waiting | null;
  readonly hold: Hold | null;
  readonly resolution: Resolution | null;
  readonly closedAt: Instant | null;
  readonly closedBecause: 'confirmed' | 'noObjection' | null;
  readonly reopenUntilAt: Instant | null;
  /** True once the reopen window has passed: nothing moves this case any more. */
  readonly sealed: boolean;
  readonly rejections: number;
  readonly reopenings: number;
  readonly attention: Attention | null;
  /** The cycle in which the customer last asked for a manager: once per cycle. */
  readonly attentionAskedInCycle: number;
  readonly arbitrations: number;
  readonly needsTriage: boolean;
  readonly finalDecisionRequired: boolean;
  readonly reputationRisk: boolean;
  readonly abuse: boolean;
  readonly chases: number;
  readonly lastCustomerMessageAt: Instant | null;
  readonly mergedInto: string | null;
  readonly absorbed: readonly string[];
  /** Raising it makes every earlier status link of the case stale. */
  readonly linkGeneration: number;
  /** When the customer last heard something that told them more than "still working". */
  readonly lastUpdateAt: Instant;
  /** `at` of the last accepted event; time never goes back within a case. */
  readonly lastEventAt: Instant;
  readonly consults: readonly Consult[];
  readonly proposals: readonly Proposal[];
  readonly promises: readonly CustomerPromise[];
  readonly compensations: readonly Compensation[];
  readonly extensions: readonly Extension[];
  readonly callbacks: readonly Callback[];
  /** At most one per cycle. */
  readonly ratings: readonly Rating[];
  /** What receiving departments think of the hand-offs that they got (C1); at most one per attempt. */
  readonly handOffRatings: readonly HandOffRating[];
  /**
   * The latest record of each metric, and every live one of `consult`, `decision` and `promise`; earlier ones were
   * written when they ended and never change.
   */
  readonly clocks: readonly Clock[];
  /** When the person was forgotten; absent: never. Nothing moves the case from then on (`erasure.ts`). */
  readonly erasedAt?: Instant;
}

export interface Handler {
  readonly department: string;
  readonly memberId: string | null;
}

/** The record of one climb. Its attempts say how often the level had to be tried. */
export interface EscalationRecord {
  readonly level: 1 | 2;
  readonly purpose: string;
  readonly expectedOutcome: string;
  readonly evidence: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  readonly reason: string | null;
  readonly by: string;
  readonly at: Instant;
  /** A manager named this department: it may not answer "misrouted". */
  readonly binding: boolean;
  readonly attempts: readonly Attempt[];
}

export type AttemptOutcome =
  'returned' | 'escalated' | 'rerouted' | 'arbitrated' | 'handedBack' | 'resolved' | 'withdrawn';

export interface Attempt {
  /** 1, 2, … within the record. */
  readonly n: number;
  readonly department: string;
  readonly memberId: string | null;
  readonly dispatchedAt: Instant;
  readonly acceptedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly outcome: AttemptOutcome | null;
  readonly returnReason: ReturnReason | null;
}

export const RETURN_REASONS = ['misrouted', 'missingInfo', 'notJustified', 'answered'] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

export interface ReturnNote {
  readonly fromLevel: 1 | 2;
  readonly reason: ReturnReason;
  readonly missingFields: readonly string[];
  readonly suggestion: string | null;
  readonly comment: string;
}

/** States that `waiting` may come back to. */
export const RESUMABLE_STATES = [
  'frontline.working',
  'frontline.returned',
  'level1.working',
  'level2.working',
] as const satisfies readonly StatePath[];
export type ResumableState = (typeof RESUMABLE_STATES)[number];

export interface Waiting {
  readonly resumeTo: ResumableState;
  readonly question: string;
  readonly askedBy: string;
  readonly since: Instant;
  /** Reminders still to come, ascending. Stamped when the wait begins: a later policy change does not move them. */
  readonly remindAt: readonly Instant[];
  readonly expireAt: Instant;
}

export interface Hold {
  readonly reason: string;
  readonly since: Instant;
  readonly reviewAt: Instant;
  /** The review date has come and a manager was told; it is not told twice. */
  readonly reviewDue: boolean;
}

/** Where a rejected solution or a reopening goes back to. */
export const REWORK_STATES = [
  'frontline.working',
  'level1.working',
  'level2.working',
  'level2.dispatched',
  'arbitration',
] as const satisfies readonly StatePath[];
export type ReworkState = (typeof REWORK_STATES)[number];

export const DECISIONS = ['grant', 'alternative', 'refuse'] as const;
export type Decision = (typeof DECISIONS)[number];

export interface Resolution {
  readonly kind: 'solution' | 'decision' | 'noCustomerReply';
  readonly decision: Decision | null;
  readonly solution: string;
  readonly rootCause: string | null;
  readonly by: string;
  readonly at: Instant;
  readonly reworkTo: ReworkState;
  /** null once the reminder was sent. Both are stamped at resolution: a later policy change does not move them. */
  readonly remindAt: Instant | null;
  readonly closeAt: Instant;
}

export interface Attention {
  readonly reason: string;
  readonly by: string;
  readonly byKind: ActorKind;
  readonly at: Instant;
}

/** Measured once at a time. */
export const SINGLE_METRICS = [
  'firstResponse',
  'nextResponse',
  'nextUpdate',
  'resolution',
  'olaAccept',
  'olaWork',
  'olaRework',
] as const;
export type SingleMetric = (typeof SINGLE_METRICS)[number];

/** May run several times at once, told apart by `attempt`: the number of the consult, compensation or promise. */
export const PARALLEL_METRICS = ['consult', 'decision', 'promise'] as const;
export type ParallelMetric = (typeof PARALLEL_METRICS)[number];

export const METRICS = [...SINGLE_METRICS, ...PARALLEL_METRICS] as const;
export type Metric = (typeof METRICS)[number];

/** An instant at which a running clock asks for something; those still to come, ascending. */
export interface ClockMark {
  readonly kind: 'warning' | 'holding' | 'breach' | 'overrun';
  /** Percent of the target: 75, 90, 100, 150. */
  readonly percent: number;
  readonly at: Instant;
}

/**
 * A measurement against a target (domain.md §2). Breach is an attribute, not a state. A clock without a target still
 * measures, so that every response time is on record and a target set later counts from the true start.
 */
export interface Clock {
  readonly metric: Metric;
  readonly cycle: number;
  /** Distinguishes the same metric within a cycle: the n-th exchange, the n-th dispatch. */
  readonly attempt: number;
  readonly policyKey: string;
  readonly policyVersion: number;
  readonly calendarKey: string;
  readonly calendarVersion: number;
  readonly targetSeconds: number | null;
  readonly startedAt: Instant;
  /** Business seconds of `spans`: what was used up before `runningSince`. */
  readonly elapsedSeconds: number;
  readonly runningSince: Instant | null;
  readonly dueAt: Instant | null;
  readonly marks: readonly ClockMark[];
  readonly warnedPercent: number;
  readonly breachedAt: Instant | null;
  /** When the engine noticed: a figure of its own health, not of anybody's work. */
  readonly detectedAt: Instant | null;
  /** Why the breach came about; `retarget` is not the handler's fault. */
  readonly breachCause: 'time' | 'retarget' | null;
  readonly retargetedAt: Instant | null;
  readonly stoppedAt: Instant | null;
  readonly outcome: 'met' | 'breached' | 'cancelled' | null;
  /** Half-open running spans that have ended, so that every due time can be explained and recomputed. */
  readonly spans: readonly ClockSpan[];
}

export interface ClockSpan {
  readonly fromAt: Instant;
  readonly toAt: Instant;
}
