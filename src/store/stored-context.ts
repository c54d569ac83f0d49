/**
 * A context ↔ the JSON that is kept of it. What is nothing yet (null, false, 0, an empty list) is not written: a
 * quarter of the bytes, and each of them is sent, parsed, logged and read again at every step. Knows no table, no rule.
 */
import type { CaseContext, Clock } from '../domain/case.js';
import { BLANK_CONTEXT } from '../domain/moves/oversight.js';

/** As in the database; by earlier builds with every member. */
export type StoredContext = WithoutNothings<Omit<CaseContext, 'clocks'>, Kept> & {
  readonly clocks: readonly StoredClock[];
};
export type StoredClock = WithoutNothings<Clock, NeverNull>;

type WithoutNothings<Whole, Always extends PropertyKey> = Partial<Whole> & Pick<Whole, Always & keyof Whole>;
/** Never nothing, or read by SQL that would take "absent" for something else. */
type Kept =
  | 'level'
  | 'maxLevelReached'
  | 'impact'
  | 'urgency'
  | 'grade'
  | 'priority'
  | 'cycle'
  | 'bounces'
  | 'linkGeneration'
  | 'lastUpdateAt'
  | 'lastEventAt';
type NeverNull = { [Name in keyof Clock]: null extends Clock[Name] ? never : Name }[keyof Clock];

const KEPT: ReadonlySet<keyof CaseContext> = new Set<Kept>([
  'level',
  'maxLevelReached',
  'impact',
  'urgency',
  'grade',
  'priority',
  'cycle',
  'bounces',
  'linkGeneration',
  'lastUpdateAt',
  'lastEventAt',
]);
const MAY_BE_NOTHING = (Object.keys(BLANK_CONTEXT) as (keyof CaseContext)[]).filter(
  (name) => name !== 'clocks' && !KEPT.has(name),
);

/** For JSON, which leaves out what is undefined. @returns what `restoreContext` makes the same context of. */
export function storedContext(context: CaseContext): StoredContext {
  const stored: { -readonly [Name in keyof CaseContext]?: unknown } = { ...context };
  for (const name of MAY_BE_NOTHING) {
    // Deleting would make a dictionary of the object, which takes three times as long to write.
    if (isNothing(context[name])) stored[name] = undefined;
  }
  stored.clocks = context.clocks.map(storedClock);
  return stored as StoredContext;
}

/**
 * The whole context. Written out member by member, so that the object keeps a fixed shape: one that is completed in a
 * loop becomes a dictionary, and every copy of it in a step then takes a hundred times as long (8 µs).
 */
export function restoreContext(stored: StoredContext): CaseContext {
  return {
    level: stored.level,
    maxLevelReached: stored.maxLevelReached,
    ownerId: stored.ownerId ?? null,
    handler: stored.handler ?? null,
    impact: stored.impact,
    urgency: stored.urgency,
    grade: stored.grade,
    priority: stored.priority,
    cycle: stored.cycle,
    escalations: stored.escalations ?? [],
    bounces: stored.bounces,
    reroutes: stored.reroutes ?? 0,
    returned: stored.returned ?? null,
    waiting: stored.waiting ?? null,
    hold: stored.hold ?? null,
    resolution: stored.resolution ?? null,
    closedAt: stored.closedAt ?? null,
    closedBecause: stored.closedBecause ?? null,
    reopenUntilAt: stored.reopenUntilAt ?? null,
    sealed: stored.sealed ?? false,
    rejections: stored.rejections ?? 0,
    reopenings: stored.reopenings ?? 0,
    attention: stored.attention ?? null,
    attentionAskedInCycle: stored.attentionAskedInCycle ?? 0,
    arbitrations: stored.arbitrations ?? 0,
    needsTriage: stored.needsTriage ?? false,
    finalDecisionRequired: stored.finalDecisionRequired ?? false,
    reputationRisk: stored.reputationRisk ?? false,
    abuse: stored.abuse ?? false,
    chases: stored.chases ?? 0,
    lastCustomerMessageAt: stored.lastCustomerMessageAt ?? null,
    mergedInto: stored.mergedInto ?? null,
    absorbed: stored.absorbed ?? [],
    linkGeneration: stored.linkGeneration,
    lastUpdateAt: stored.lastUpdateAt,
    lastEventAt: stored.lastEventAt,
    consults: stored.consults ?? [],
    proposals: stored.proposals ?? [],
    promises: stored.promises ?? [],
    compensations: stored.compensations ?? [],
    extensions: stored.extensions ?? [],
    callbacks: stored.callbacks ?? [],
    ratings: stored.ratings ?? [],
    handOffRatings: stored.handOffRatings ?? [],
    clocks: stored.clocks.map(restoreClock),
    ...(stored.erasedAt === undefined ? {} : { erasedAt: stored.erasedAt }),
  };
}

function storedClock(clock: Clock): StoredClock {
  const { targetSeconds, runningSince, dueAt, breachedAt, detectedAt, breachCause, retargetedAt } = clock;
  return {
    ...clock,
    targetSeconds: targetSeconds ?? undefined,
    runningSince: runningSince ?? undefined,
    dueAt: dueAt ?? undefined,
    breachedAt: breachedAt ?? undefined,
    detectedAt: detectedAt ?? undefined,
    breachCause: breachCause ?? undefined,
    retargetedAt: retargetedAt ?? undefined,
    stoppedAt: clock.stoppedAt ?? undefined,
    outcome: clock.outcome ?? undefined,
  } as StoredClock;
}

function restoreClock(stored: StoredClock): Clock {
  return {
    metric: stored.metric,
    cycle: stored.cycle,
    attempt: stored.attempt,
    policyKey: stored.policyKey,
    policyVersion: stored.policyVersion,
    calendarKey: stored.calendarKey,
    calendarVersion: stored.calendarVersion,
    targetSeconds: stored.targetSeconds ?? null,
    startedAt: stored.startedAt,
    elapsedSeconds: stored.elapsedSeconds,
    runningSince: stored.runningSince ?? null,
    dueAt: stored.dueAt ?? null,
    marks: stored.marks,
    warnedPercent: stored.warnedPercent,
    breachedAt: stored.breachedAt ?? null,
    detectedAt: stored.detectedAt ?? null,
    breachCause: stored.breachCause ?? null,
    retargetedAt: stored.retargetedAt ?? null,
    stoppedAt: stored.stoppedAt ?? null,
    outcome: stored.outcome ?? null,
    spans: stored.spans,
  };
}

function isNothing(value: unknown): boolean {
  return value === null || value === false || value === 0 || (Array.isArray(value) && value.length === 0);
}
