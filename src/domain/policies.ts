/**
 * The rules that an organisation sets for itself, as plain data handed to the pure step. The step never looks one
 * up: the engine passes the versions that apply. Seeds are domain.md §6; all of it is configurable.
 */
import { always, type Calendar } from '../calendar/compile-calendar.js';
import type { Grade, Priority } from './case.js';
import type { Compensation } from './cooperation.js';

export const LOCALES = ['en', 'zh-CN', 'zh-TW'] as const;
export type Locale = (typeof LOCALES)[number];

/** When the life cycle acts by itself. All spans are calendar seconds (24×7), not business time. */
export interface LifecyclePolicy {
  readonly waitingRemindAfterSeconds: readonly number[];
  readonly waitingExpireAfterSeconds: number;
  readonly confirmationRemindAfterSeconds: number;
  readonly confirmationExpireAfterSeconds: number;
  readonly reopenWindowSeconds: number;
  /** Returns as misrouted or unjustified, and reroutes, at one level before a manager must decide. */
  readonly bouncesBeforeArbitration: number;
  readonly reroutesPerCase: number;
  readonly reopeningsBeforeAttention: number;
  /** So often a customer may bring one case back; after that a new one continues it. */
  readonly reopeningsPerCase: number;
  /** A further customer message within this span that brings nothing new counts as a chase. */
  readonly chaseWithinSeconds: number;
  /** So many chases in one cycle call a manager. */
  readonly chasesBeforeAttention: number;
  /** A rating this low or lower asks for a callback (回访). */
  readonly lowScoreAtMost: number;
  readonly callbackWithinSeconds: number;
  /** A department with more open tasks than this is too busy for a further promise. */
  readonly tasksBeforeOverload: number;
}

/** 预案: what a category prescribes. */
export interface Playbook {
  readonly category: string;
  readonly directLevel2: boolean;
  /** Hand-off fields that each department needs; `*` holds for all. */
  readonly requiredFields: Readonly<Record<string, readonly string[]>>;
  /** When true, at least one piece of evidence must come with an escalation (A8). */
  readonly evidenceRequired: boolean;
  /** Whether a missed target moves the case up by itself; where not, a manager is called. */
  readonly breachClimbs: boolean;
  /** Where time sends a case that nobody moved; null at level 2: the same department goes on. */
  readonly route: { readonly level1: string | null; readonly level2: string | null };
  /** An escalation to another department than `route` names needs a reason. */
  readonly departuresNeedReason: boolean;
  /** What must have been done before the hand-off to each department; `*` holds for all. */
  readonly checklist: Readonly<Record<string, readonly string[]>>;
  /** 话术: ready texts by name, in each language. */
  readonly texts: Readonly<Record<string, Readonly<Record<Locale, string>>>>;
}

/** Who may grant how much (E1). Amounts count the smallest unit of `currency`. */
export interface CompensationPolicy {
  readonly currency: string;
  /** By role; a role that is absent may grant nothing. */
  readonly limitsMinor: Readonly<Partial<Record<Compensation['approverRole'], number>>>;
  /** Granted to one customer within the period, over all cases. */
  readonly customerCapMinor: number;
  readonly customerCapDays: number;
  /** How long an approval may take before the deputy is asked. */
  readonly decideWithin: Span;
}

export interface Department {
  readonly key: string;
  readonly publicName: Readonly<Record<Locale, string>>;
  readonly answersFor: string;
  /** Key of the calendar of its OLA clocks. */
  readonly calendar: string;
  /** Its agreement with the other departments (A12); a missing target measures without a limit. */
  readonly ola?: OlaTargets;
  /** Staff ids. */
  readonly lead?: string | null;
  readonly deputies?: readonly string[];
}

/** A span of time as people agree on it: open seconds, plain seconds, or the n-th following open date. */
export type Span =
  | { readonly businessSeconds: number }
  | { readonly calendarSeconds: number }
  | { readonly businessDays: number };

export type SlaMetric = 'firstResponse' | 'nextResponse' | 'nextUpdate' | 'resolution' | 'olaRework';
export type OlaMetric = 'olaAccept' | 'olaWork' | 'consult';

export type SlaTargets = Readonly<
  Partial<Record<Priority, Readonly<Partial<Record<SlaMetric, Span | null>>>>>
>;
export type OlaTargets = Readonly<
  Partial<Record<Priority, Readonly<Partial<Record<OlaMetric, Span | null>>>>>
>;

/** The promise to the customer. Immutable per version: running clocks keep the version that they started with. */
export interface SlaPolicy {
  readonly key: string;
  readonly version: number;
  readonly calendar: string;
  readonly targets: SlaTargets;
  /** Whether waiting for the customer pauses the first response too. */
  readonly firstResponsePausable: boolean;
  readonly onReopen: 'continue' | 'restart';
  /** Percentages of the budget at which to warn; the highest also triggers the holding message of `nextUpdate`. */
  readonly warnPercents: readonly number[];
}

/** A calendar as clocks know it: compiled, of one version. */
export interface VersionedCalendar {
  readonly key: string;
  readonly version: number;
  readonly calendar: Calendar;
}

/** Every version of the configuration that clocks refer to, from memory: looking one up is no I/O. */
export interface PolicyBook {
  /** The newest policy that matches; `default` when no other does. */
  slaPolicyFor(what: {
    readonly category: string;
    readonly grade: Grade;
    readonly channel: string;
  }): SlaPolicy;
  /** That very version; the newest of the key when the version is unknown. */
  slaPolicy(key: string, version: number): SlaPolicy;
  /** The newest version, or the one named; 24×7 when there is no such calendar. */
  calendar(key: string, version?: number): VersionedCalendar;
}

/** What one step may consult. */
export interface Policies {
  readonly lifecycle: LifecyclePolicy;
  readonly playbook: Playbook;
  /** By key; a department not in here does not exist. */
  readonly departments: Readonly<Record<string, Department>>;
  readonly compensation: CompensationPolicy;
  readonly book: PolicyBook;
}

/** Measures every clock around the clock and limits none: for a house that has not agreed on targets yet. */
export const MEASURING_BOOK: PolicyBook = {
  slaPolicyFor: () => MEASURING_POLICY,
  slaPolicy: () => MEASURING_POLICY,
  calendar: () => ({ key: '24x7', version: 0, calendar: always }),
};

const MEASURING_POLICY: SlaPolicy = {
  key: 'measuring',
  version: 0,
  calendar: '24x7',
  targets: {},
  firstResponsePausable: false,
  onReopen: 'continue',
  warnPercents: [],
};

const DAY_SECONDS = 86_400;

/** domain.md §6. */
export const DEFAULT_LIFECYCLE: LifecyclePolicy = {
  waitingRemindAfterSeconds: [2 * DAY_SECONDS, 4 * DAY_SECONDS],
  waitingExpireAfterSeconds: 7 * DAY_SECONDS,
  confirmationRemindAfterSeconds: 2 * DAY_SECONDS,
  confirmationExpireAfterSeconds: 5 * DAY_SECONDS,
  reopenWindowSeconds: 14 * DAY_SECONDS,
  bouncesBeforeArbitration: 2,
  reroutesPerCase: 3,
  reopeningsBeforeAttention: 2,
  reopeningsPerCase: 10,
  chaseWithinSeconds: DAY_SECONDS,
  chasesBeforeAttention: 3,
  lowScoreAtMost: 2,
  callbackWithinSeconds: 2 * DAY_SECONDS,
  tasksBeforeOverload: 200,
};

/**
 * For a category without a playbook of its own: one level at a time, purpose and expected outcome always. The
 * customer's own words travel with the case; evidence beyond them is for a playbook to demand.
 */
export const DEFAULT_PLAYBOOK: Playbook = {
  category: '*',
  directLevel2: false,
  requiredFields: {},
  evidenceRequired: false,
  breachClimbs: true,
  route: { level1: 'sales', level2: null },
  departuresNeedReason: false,
  checklist: {},
  texts: {},
};

/** domain.md §6: 50, 150, 500 and 5,000 in the account's currency. */
export const DEFAULT_COMPENSATION: CompensationPolicy = {
  currency: 'CNY',
  limitsMinor: { agent: 5_000, member: 15_000, lead: 50_000, manager: 500_000, admin: 500_000 },
  customerCapMinor: 500_000,
  customerCapDays: 365,
  decideWithin: { businessSeconds: 8 * 3_600 },
};

const HOUR_SECONDS = 3_600;
const business = (hours: number): Span => ({ businessSeconds: hours * HOUR_SECONDS });
const aroundTheClock = (hours: number): Span => ({ calendarSeconds: hours * HOUR_SECONDS });

/** domain.md §6, towards the customer. */
export const DEFAULT_SLA_POLICY: SlaPolicy = {
  key: 'default',
  version: 0,
  calendar: 'default',
  targets: {
    P1: {
      firstResponse: aroundTheClock(0.25),
      nextResponse: aroundTheClock(0.25),
      nextUpdate: aroundTheClock(1),
      resolution: aroundTheClock(4),
    },
    P2: {
      firstResponse: business(0.5),
      nextResponse: business(1),
      nextUpdate: business(4),
      resolution: business(8),
    },
    P3: {
      firstResponse: business(2),
      nextResponse: business(4),
      nextUpdate: { businessDays: 1 },
      resolution: business(24),
    },
    P4: {
      firstResponse: business(4),
      nextResponse: business(8),
      nextUpdate: { businessDays: 2 },
      resolution: { businessDays: 3 },
    },
  },
  firstResponsePausable: false,
  onReopen: 'continue',
  warnPercents: [75, 90],
};

/** domain.md §6, between departments, at each level. */
export const DEFAULT_OLA: OlaTargets = {
  P1: { olaAccept: aroundTheClock(0.25), olaWork: aroundTheClock(1), consult: aroundTheClock(0.5) },
  P2: { olaAccept: business(0.5), olaWork: business(3), consult: business(1) },
  P3: { olaAccept: business(2), olaWork: business(8), consult: business(4) },
  P4: { olaAccept: business(4), olaWork: business(8), consult: business(8) },
};
