/** Everything that time may ask of a case, each on its own: by due time alone, an earlier one would hide all later. */
import type { Case } from '../../src/domain/case.js';
import { isParallel } from '../../src/domain/clocks/clock-rules.js';
import { deadlines, dueEvent, SYSTEM } from '../../src/domain/deadlines.js';
import type { CaseEvent } from '../../src/domain/events.js';

export function dueEvents(current: Case): CaseEvent[] {
  return [...lifecycleEvents(current), ...clockEvents(current)];
}

function lifecycleEvents(current: Case): CaseEvent[] {
  const unclocked = { ...current, context: { ...current.context, clocks: [] } };
  return deadlines(unclocked).flatMap(({ dueAt }) => dueEvent(unclocked, dueAt) ?? []);
}

function clockEvents({ context }: Case): CaseEvent[] {
  const running = context.clocks.filter((clock) => clock.stoppedAt === null);
  return running.flatMap(({ metric, attempt, marks }) =>
    marks.map(({ kind, percent, at: dueAt }): CaseEvent => {
      const numbered = isParallel(metric) ? { attempt } : {};
      const mark = { at: Math.max(dueAt, context.lastEventAt), actor: SYSTEM, dueAt, percent, ...numbered };
      if (kind === 'holding') {
        return { ...mark, type: 'case.reassure', metric: metric === 'promise' ? metric : 'nextUpdate' };
      }
      return { ...mark, type: kind === 'warning' ? 'case.warn' : 'case.breach', metric };
    }),
  );
}
