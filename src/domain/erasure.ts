/**
 * Takes the person out of a case that has ended: what is left is its skeleton (`erasure-plan.ts`), and nothing moves it
 * any more. No event of the machine, because it is accepted by no state and leads to none. Pure; what lies outside the
 * case (journal, messages, files) is the engine's to erase.
 */
import { cancelClock, calendarOf } from './clocks/clock-record.js';
import { isLive, isParallel } from './clocks/clock-rules.js';
import type { Actor, Instant } from './actor.js';
import { type Case, OPEN_STATES } from './case.js';
import { CONTEXT, erased, INTAKE } from './erasure-plan.js';
import { CASE_ERASED } from './events.js';
import { MACHINE_VERSION } from './machine-version.js';
import { withoutWork } from './moves/pending-matters.js';
import type { Policies } from './policies.js';
import { type RefusalCode, refusal } from './refusals.js';
import type { StepResult } from './step-result.js';
import { taskChanges } from './tasks.js';

export interface ErasureOrder {
  readonly actor: Actor;
  /** For the journal; names nobody. */
  readonly reason: string;
  readonly at: Instant;
  /** Whether a text names the person: what staff classified is kept only where it does not. */
  readonly names: (text: string) => boolean;
}

/**
 * Erases a case that has ended. States, levels, times, money, scores, clocks and those who worked on it stay, so that
 * every report counts as before; nothing moves it any more.
 * @returns a refusal for a case that somebody still works on, or whose money is under way.
 */
export function eraseCase(current: Case, order: ErasureOrder, policies: Policies): StepResult {
  const denied = whyNotErase(current);
  if (denied) return { accepted: false, refusal: refusal(denied) };
  const { actor, reason, at, names } = order;
  const ended = withoutWork(current.context, { at, actor });
  const clocks = ended.clocks.map((clock) =>
    isLive(clock) ? cancelClock(clock, at, calendarOf(clock, policies.book)) : clock,
  );
  const rewritten = erased({ ...ended, clocks }, CONTEXT, names);
  const after: Case = {
    ...current,
    machineVersion: MACHINE_VERSION,
    revision: current.revision + 1,
    intake: erased(current.intake, INTAKE, names),
    context: {
      ...rewritten,
      // Those of parallel metrics are kept nowhere but in the table of ended ones.
      clocks: clocks.filter((clock) => current.context.clocks.includes(clock) || !isParallel(clock.metric)),
      attention: null,
      hold: null,
      linkGeneration: ended.linkGeneration + 1,
      lastEventAt: at,
      erasedAt: at,
    },
  };
  return {
    accepted: true,
    case: after,
    entry: {
      seq: after.revision,
      type: CASE_ERASED,
      fromState: current.state,
      toState: current.state,
      level: ended.level,
      actor,
      occurredAt: at,
      machineVersion: MACHINE_VERSION,
      customerVisible: false,
      data: { reason },
    },
    update: null,
    silence: 'the person is forgotten; there is nobody left to tell',
    tasks: taskChanges(current, after, 'case.withdraw'),
    deadlines: [],
    finishedClocks: clocks.filter((clock) => !current.context.clocks.includes(clock)),
  };
}

/** null when the case may be erased. */
export function whyNotErase({ state, context }: Pick<Case, 'state' | 'context'>): RefusalCode | null {
  if (context.erasedAt !== undefined) return 'case-erased';
  if (OPEN_STATES.has(state)) return 'case-still-open';
  // What the payment system answers could not be noted any more.
  return context.compensations.some((one) => one.state === 'executing') ? 'payment-under-way' : null;
}
