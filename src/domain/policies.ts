/**
 * The rules that an organisation sets for itself, as plain data handed to the pure step. The step never looks one
 * up: the engine passes the versions that apply. Seeds are domain.md §6; all of it is configurable.
 */
import type { Metric, Priority } from './case.js';

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
  /** A further customer message within this span that brings nothing new counts as a chase. */
  readonly chaseWithinSeconds: number;
}

/** 预案: what a category prescribes. */
export interface Playbook {
  readonly category: string;
  readonly directLevel2: boolean;
  /** Hand-off fields that each department needs; `*` holds for all. */
  readonly requiredFields: Readonly<Record<string, readonly string[]>>;
  /** When true, at least one piece of evidence must come with an escalation (A8). */
  readonly evidenceRequired: boolean;
}

export interface Department {
  readonly key: string;
  readonly publicName: Readonly<Record<Locale, string>>;
  readonly answersFor: string;
  /** Calendar of its OLA clocks. */
  readonly calendar: string;
}

/** What one step may consult. */
export interface Policies {
  readonly lifecycle: LifecyclePolicy;
  readonly playbook: Playbook;
  /** By key; a department not in here does not exist. */
  readonly departments: Readonly<Record<string, Department>>;
}

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
  chaseWithinSeconds: DAY_SECONDS,
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
};

export type { Metric, Priority };
