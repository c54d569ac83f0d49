/**
 * When each clock runs, pauses and stops (the table of domain.md §2), as one rule per metric over what a step
 * changed. Nobody starts or stops a clock by hand. Knows no arithmetic.
 */
import type { Actor, Instant } from '../actor.js';
import type {
  Attempt,
  Case,
  CaseContext,
  Clock,
  Metric,
  ParallelMetric,
  SingleMetric,
  StatePath,
  StateTag,
} from '../case.js';
import { PARALLEL_METRICS } from '../case.js';
import { openAttempt } from '../escalation-records.js';
import type { CaseEvent, EventType } from '../events.js';
import type { SlaPolicy } from '../policies.js';

/** What a step changed, as the clocks need to know it. */
export interface Change {
  readonly before: Pick<Case, 'state' | 'context'> | null;
  readonly state: StatePath;
  readonly context: CaseContext;
  readonly tags: ReadonlySet<StateTag>;
  readonly event: CaseEvent;
  readonly receivedAt: Instant;
  /** The customer heard something that says more than "still working". */
  readonly informed: boolean;
  /** The agreement that the case's clocks started under. */
  readonly sla: SlaPolicy;
}

/** What a step knows of itself before its clocks moved. */
export type Step = Omit<Change, 'sla'> & {
  readonly intake: { readonly category: string; readonly channel: string };
};

/** What the metric's clock should do now; `begin` ends the one that lives and starts another. */
export type Want =
  | { readonly do: 'nothing' | 'run' | 'pause' | 'stop' | 'cancel' }
  | { readonly do: 'begin'; readonly from: Instant; readonly paused?: boolean; readonly continues?: boolean };

export function isLive(clock: Clock | undefined): clock is Clock {
  return clock !== undefined && clock.stoppedAt === null;
}

/** The latest record of a metric that is measured once at a time. */
export function clockOf(context: CaseContext, metric: SingleMetric): Clock | undefined {
  return context.clocks.find((clock) => clock.metric === metric);
}

export function isParallel(metric: Metric): metric is ParallelMetric {
  return (PARALLEL_METRICS as readonly Metric[]).includes(metric);
}

/** The clock that an event of time speaks of: among those that run side by side, the one of its number. */
export function clockMeant(
  context: CaseContext,
  { metric, attempt }: { readonly metric: Metric; readonly attempt?: number },
): Clock | undefined {
  return context.clocks.find(
    (clock) => clock.metric === metric && (!isParallel(metric) || clock.attempt === attempt),
  );
}

const HUMAN: ReadonlySet<Actor['kind']> = new Set(['agent', 'member', 'lead', 'manager', 'admin']);
const ANSWERS: ReadonlySet<EventType> = new Set<EventType>(['case.message', 'case.resolve', 'case.decide']);

/**
 * A human spoke to the customer. Automatic messages never count (glpi#15870), nor does a question: it asks for
 * something instead of answering, and pauses the clock.
 */
function answers({ event }: Change): boolean {
  return ANSWERS.has(event.type) && HUMAN.has(event.actor.kind);
}

const nothing: Want = { do: 'nothing' };

/** The part that all customer clocks share: where they run at all. */
function customerPhase({ tags }: Change): Want {
  if (tags.has('paused')) return { do: 'pause' };
  return { do: tags.has('customerClocks') ? 'run' : 'stop' };
}

/** A case that time resolved answered nobody: what was owed to the customer is cancelled, not met. */
function responsePhase(change: Change): Want {
  const phase = customerPhase(change);
  return phase.do === 'stop' && change.event.actor.kind === 'system' ? { do: 'cancel' } : phase;
}

function olaPhase(change: Change): Want {
  const { tags, context } = change;
  return { do: tags.has('paused') || context.hold ? 'pause' : 'run' };
}

function attemptBegan({ before, context }: Change): Attempt | undefined {
  const now = openAttempt(context);
  const was = before && openAttempt(before.context);
  return now &&
    (now.dispatchedAt !== was?.dispatchedAt || now.n !== was.n || before?.context.level !== context.level)
    ? now
    : undefined;
}

/** True when the case had ended (resolved or closed) before this step and works again after it. */
function cameBack({ before, tags }: Change): boolean {
  return (before?.state === 'resolved' || before?.state === 'closed') && tags.has('customerClocks');
}

export const CLOCK_RULES: Readonly<Record<SingleMetric, (change: Change, live: boolean) => Want>> = {
  firstResponse(change, live) {
    if (change.event.type === 'case.open') return { do: 'begin', from: change.receivedAt };
    if (!live) return nothing;
    if (answers(change)) return { do: 'stop' };
    if (change.tags.has('paused')) return { do: change.sla.firstResponsePausable ? 'pause' : 'run' };
    return responsePhase(change);
  },

  nextResponse(change, live) {
    const { event, before, tags, context } = change;
    if (live) {
      if (answers(change) || event.type === 'case.waiveReply') return { do: 'stop' };
      return responsePhase(change);
    }
    const asked = event.type === 'case.reply' && before?.state !== 'waiting' && tags.has('customerClocks');
    const firstStillOwed = isTargeted(clockOf(context, 'firstResponse'));
    return asked && !firstStillOwed ? { do: 'begin', from: event.at } : nothing;
  },

  nextUpdate(change, live) {
    const { event, tags, informed } = change;
    const alive = tags.has('customerClocks') || tags.has('paused');
    if (informed && alive) return { do: 'begin', from: event.at, paused: tags.has('paused') };
    // Missed: the customer was told of the delay; the next silence is measured from there.
    if (live && event.type === 'case.breach' && event.metric === 'nextUpdate') {
      return { do: 'begin', from: event.dueAt };
    }
    return live ? customerPhase(change) : nothing;
  },

  resolution(change, live) {
    if (change.event.type === 'case.open') return { do: 'begin', from: change.receivedAt };
    if (cameBack(change)) {
      const continues = change.event.type === 'case.reject' || change.sla.onReopen === 'continue';
      return { do: 'begin', from: change.event.at, continues };
    }
    return live ? customerPhase(change) : nothing;
  },

  olaAccept(change, live) {
    const attempt = attemptBegan(change);
    if (attempt && attempt.acceptedAt === null) return { do: 'begin', from: change.event.at };
    if (!live) return nothing;
    const open = openAttempt(change.context);
    return open && open.acceptedAt === null ? olaPhase(change) : { do: 'stop' };
  },

  olaWork(change, live) {
    if (attemptBegan(change))
      return { do: 'begin', from: change.event.at, continues: afterMissingInfo(change) };
    if (!live) return nothing;
    return openAttempt(change.context) ? olaPhase(change) : { do: 'stop' };
  },

  olaRework(change, live) {
    const returned = change.context.returned !== null;
    const wasReturned = change.before?.context.returned != null;
    if (returned && !wasReturned) return { do: 'begin', from: change.event.at };
    if (!live) return nothing;
    return returned ? olaPhase(change) : { do: 'stop' };
  },
};

/** Withdrawn and merged cases owe nothing: what still measures is cancelled, whatever the metric. */
export function endedWithoutAnswer({ state }: Change): boolean {
  return state === 'withdrawn' || state === 'merged';
}

function isTargeted(clock: Clock | undefined): boolean {
  return isLive(clock) && clock.targetSeconds !== null;
}

/** The remaining OLA resumes only after a return for missing information; every other dispatch starts afresh. */
function afterMissingInfo({ before }: Change): boolean {
  return before?.context.returned?.reason === 'missingInfo';
}
