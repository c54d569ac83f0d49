/**
 * The case: one customer issue, as plain JSON data. What a case *is*; not how it moves (`case-machine.ts`), how it
 * is stored (`src/store`), nor how it looks to the outside (`src/http`). Instants are epoch milliseconds, so that a
 * stored context survives JSON and calendar arithmetic needs no parsing.
 */

/** Epoch milliseconds, UTC. Names of fields that hold one end in `At`. */
export type Instant = number;

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

export type ActorKind = 'customer' | 'agent' | 'member' | 'lead' | 'manager' | 'admin' | 'service' | 'system';

/** Who asks. `department` is set for members and leads only. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string;
  readonly department?: string;
}

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

/** 会办: another department is asked; owner, handler and level stay. Numbered from 1 within the case, as all below. */
export interface Consult {
  readonly n: number;
  readonly department: string;
  readonly question: string;
  /** A blocking one must have ended before the case may be resolved. */
  readonly blocking: boolean;
  readonly askedBy: string;
  readonly askedAt: Instant;
  /** Asked for by a date; null: the department's own target. */
  readonly dueAt: Instant | null;
  readonly assigneeId: string | null;
  readonly acceptedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly outcome: 'answered' | 'declined' | 'cancelled' | null;
  /** The answer, or why it was declined or cancelled. */
  readonly answer: string | null;
  readonly answeredBy: string | null;
  /** Not answered in time: it lies with the department's deputy now. */
  readonly withDeputy: boolean;
}

/** A joint solution (A10): agreed to by each department on the record, then carried out item by item (A11). */
export interface Proposal {
  readonly n: number;
  readonly text: string;
  readonly by: string;
  readonly at: Instant;
  readonly voices: readonly ProposalVoice[];
  readonly actions: readonly ActionItem[];
  readonly state: 'open' | 'agreed' | 'objected' | 'carriedOut' | 'cancelled';
  readonly settledAt: Instant | null;
}

export interface ProposalVoice {
  readonly department: string;
  readonly agrees: boolean | null;
  readonly by: string | null;
  readonly at: Instant | null;
  readonly comment: string | null;
}

export interface ActionItem {
  readonly k: number;
  readonly text: string;
  readonly department: string;
  readonly dueAt: Instant | null;
  readonly doneAt: Instant | null;
  readonly doneBy: string | null;
  readonly outcome: string | null;
}

/** 承诺: a dated commitment to the customer. */
export interface CustomerPromise {
  readonly n: number;
  /** In words that the customer reads. */
  readonly text: string;
  readonly dueAt: Instant;
  /** Who must keep it; null: the owner. */
  readonly department: string | null;
  readonly madeBy: string;
  readonly madeByKind: ActorKind;
  readonly madeAt: Instant;
  /** Checks that it failed when made, and that a manager overruled: `beyondSla`, `closed`, `overloaded`. */
  readonly concerns: readonly string[];
  /** `broken` stays so even when it is fulfilled late. */
  readonly state: 'open' | 'kept' | 'broken' | 'cancelled';
  readonly endedAt: Instant | null;
  /** When it was fulfilled, in time or late. */
  readonly fulfilledAt: Instant | null;
  /** Earlier due times, oldest first: renegotiated before they came. */
  readonly renegotiations: readonly Renegotiation[];
}

export interface Renegotiation {
  readonly fromDueAt: Instant;
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
}

export const COMPENSATION_KINDS = ['refund', 'voucher', 'goods', 'other'] as const;
export type CompensationKind = (typeof COMPENSATION_KINDS)[number];

/** 补偿: money or goods offered. `amountMinor` counts the smallest unit of its currency, so that sums are exact. */
export interface Compensation {
  readonly n: number;
  readonly kind: CompensationKind;
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  /** What the customer reads. */
  readonly description: string;
  /** Why; for staff. */
  readonly reason: string;
  readonly proposedBy: string;
  readonly proposedByKind: ActorKind;
  readonly proposedAt: Instant;
  /** Lowest role whose authority covers it; the task goes there. */
  readonly approverRole: 'agent' | 'member' | 'lead' | 'manager' | 'admin';
  /** Whose leads may approve; null: managers. */
  readonly approverDepartment: string | null;
  readonly state: 'proposed' | 'approved' | 'rejected' | 'executing' | 'executed' | 'failed' | 'cancelled';
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
  readonly decisionComment: string | null;
  readonly executedAt: Instant | null;
  /** The payment system's own number. */
  readonly reference: string | null;
  /** Not decided in time: a deputy may decide now. */
  readonly withDeputy: boolean;
}

/** A request for more time before a deadline, with the reason that the customer is told when it is granted. */
export interface Extension {
  readonly n: number;
  readonly metric: 'resolution' | 'olaWork';
  readonly untilAt: Instant;
  readonly reason: string;
  readonly tell: string;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly state: 'requested' | 'granted' | 'denied' | 'lapsed';
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
  readonly comment: string | null;
}

export const CALLBACK_REASONS = ['lowRating', 'undeliverable', 'followUp', 'salesLead'] as const;
export type CallbackReason = (typeof CALLBACK_REASONS)[number];

/** 回访: somebody of us is to call. */
export interface Callback {
  readonly n: number;
  readonly reason: CallbackReason;
  readonly note: string;
  /** null: the owner's. */
  readonly department: string | null;
  readonly assigneeId: string | null;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly dueAt: Instant | null;
  /** The due time passed and a manager was told; it is not told twice. */
  readonly overdue: boolean;
  readonly doneAt: Instant | null;
  readonly doneBy: string | null;
  readonly outcome: string | null;
}

/** What the customer thinks (CSAT, 1 to 5), and whether they would recommend us (NPS, 0 to 10). */
export interface Rating {
  readonly cycle: number;
  readonly score: number;
  readonly recommend: number | null;
  readonly comment: string | null;
  readonly at: Instant;
}

export interface HandOffRating {
  readonly level: 1 | 2;
  readonly attempt: number;
  readonly department: string;
  readonly score: number;
  readonly comment: string | null;
  readonly by: string;
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
