/**
 * Moves that time makes on a case whose clocks ran (domain.md §3, row 24): warn, reassure, breach, and the rebase of
 * running clocks. One breach causes at most one move. The clocks themselves change in `clocks/`; here is only what a
 * missed promise does to the case.
 */
import type { CaseContext, Metric, ParallelMetric } from '../case.js';
import { clockMeant, isLive, isParallel } from '../clocks/clock-rules.js';
import { dispatch, endAttempt, recordOf } from '../escalation-records.js';
import { refusal, type Refusal } from '../refusals.js';
import type { MoveTable, PolicedEvent } from './move.js';

type Marked = PolicedEvent<'case.warn' | 'case.reassure' | 'case.breach'>;
type Breach = PolicedEvent<'case.breach'>;

/** Metrics whose breach moves a case, by the level at which they do; acceptance only once it is overrun. */
const CLIMBING: Readonly<Record<number, readonly Metric[]>> = {
  0: ['resolution'],
  1: ['resolution', 'olaWork', 'olaAccept'],
  2: ['resolution', 'olaWork', 'olaAccept'],
};

/** A breach that calls for more than an alarm. */
export function demandsMove(context: CaseContext, event: Breach): boolean {
  const overrun = event.metric !== 'olaAccept' || event.percent > 100;
  return overrun && (CLIMBING[context.level] ?? []).includes(event.metric);
}

/** A breach that sends the case one level up: it demands a move, there is a level, and a department to go to. */
export function breachClimbs(context: CaseContext, event: Breach): boolean {
  return demandsMove(context, event) && nextDepartment(context, event) !== null;
}

export const TIMEKEEPING: MoveTable<'case.warn' | 'case.reassure' | 'case.breach' | 'case.rebase'> = {
  'case.warn': { refuse: notDue, apply: (context) => ({ ...context }) },
  'case.reassure': { refuse: notDue, apply: (context) => ({ ...context }) },
  'case.rebase': { apply: (context) => ({ ...context }) },
  'case.breach': {
    refuse: notDue,
    apply(context, event) {
      if (isParallel(event.metric)) return missed(context, event.metric, event.attempt);
      if (!demandsMove(context, event)) return { ...context };
      const department = nextDepartment(context, event);
      if (department === null) return alarmed(context, event);
      const level = context.level === 0 ? 1 : 2;
      const earlier = recordOf(context, level) ?? recordOf(context, 1);
      return dispatch(endAttempt(context, event.at, 'escalated'), {
        level,
        department,
        packet: earlier ?? {
          purpose: `${event.metric} target missed`,
          expectedOutcome: '',
          evidence: [],
          fields: {},
          reason: 'breach',
        },
        by: event.actor.id,
        at: event.at,
        binding: false,
      });
    },
  },
};

/** A promise is broken; a question or a proposal that nobody answered lies with the deputy, who decides no more than before. */
function missed(context: CaseContext, metric: ParallelMetric, n: number | undefined): CaseContext {
  switch (metric) {
    case 'promise':
      return { ...context, promises: changedAt(context.promises, n, { state: 'broken' }) };
    case 'consult':
      return { ...context, consults: changedAt(context.consults, n, { withDeputy: true }) };
    case 'decision':
      return { ...context, compensations: changedAt(context.compensations, n, { withDeputy: true }) };
  }
}

function changedAt<T extends { readonly n: number }>(
  list: readonly T[],
  n: number | undefined,
  change: Partial<T>,
): T[] {
  return list.map((one) => (one.n === n ? { ...one, ...change } : one));
}

/** The playbook's department for the next level; without one the same department goes on at level 2. */
function nextDepartment(context: CaseContext, event: Breach): string | null {
  // At level 2 no level is left, and in arbitration a manager is naming the department already.
  const arbitrated = context.level === 1 && context.handler === null;
  const { breachClimbs: climbs, route } = event.policies.playbook;
  if (!climbs || context.level === 2 || arbitrated) return null;
  const named = context.level === 0 ? route.level1 : (route.level2 ?? context.handler?.department ?? null);
  return named !== null && Object.hasOwn(event.policies.departments, named) ? named : null;
}

function alarmed(context: CaseContext, event: Breach): CaseContext {
  return {
    ...context,
    finalDecisionRequired: context.finalDecisionRequired || context.level === 2,
    attention: context.attention ?? {
      reason: `${event.metric} target missed`,
      by: event.actor.id,
      byKind: event.actor.kind,
      at: event.at,
    },
  };
}

function notDue(context: CaseContext, event: Marked): Refusal | null {
  const clock = clockMeant(context, event);
  const due =
    isLive(clock) && clock.marks.some((mark) => mark.percent === event.percent && mark.at <= event.at);
  return due ? null : refusal('not-due');
}
