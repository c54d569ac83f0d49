/**
 * The work items that follow from a case, derived like its clocks and deadlines: a task exists because the case says
 * so, and ends when it no longer does. Knows no inbox.
 */
import type { Case, CaseContext, Instant, Metric } from './case.js';
import { openAttempt } from './escalation-records.js';
import type { EventType } from './events.js';
import type { Task } from './step-result.js';

/** Tasks that stand now. */
export function tasksOf(current: Pick<Case, 'state' | 'context'> | null): Task[] {
  if (!current) return [];
  const { context, state } = current;
  const attempt = openAttempt(context);
  if (state === 'arbitration') {
    return [
      {
        key: `arbitrate-${context.arbitrations}`,
        kind: 'arbitrate',
        department: null,
        assigneeId: null,
        state: 'open',
        createdAt: context.attention?.at ?? context.lastEventAt,
        dueAt: null,
      },
    ];
  }
  if (!attempt) return [];
  return [
    {
      key: `handle-${context.level}-${attempt.n}`,
      kind: 'handle',
      department: attempt.department,
      assigneeId: attempt.memberId,
      state: attempt.memberId === null ? 'open' : 'accepted',
      createdAt: attempt.dispatchedAt,
      dueAt: handleDueAt(context, attempt.memberId !== null),
    },
  ];
}

/** What the department's own clocks say: taken on until the acceptance is due, done until the work is. */
function handleDueAt(context: CaseContext, accepted: boolean): Instant | null {
  const running = (metric: Metric) =>
    context.clocks.find((clock) => clock.metric === metric && clock.stoppedAt === null)?.dueAt ?? null;
  return accepted ? running('olaWork') : (running('olaAccept') ?? running('olaWork'));
}

const CANCELLING: ReadonlySet<EventType> = new Set<EventType>(['case.withdraw', 'case.merge']);

/** Tasks that came, changed or went between two moments of a case. */
export function taskChanges(
  before: Pick<Case, 'state' | 'context'> | null,
  after: Pick<Case, 'state' | 'context'>,
  type: EventType,
): Task[] {
  const stood = tasksOf(before);
  const stand = tasksOf(after);
  const gone = stood
    .filter((task) => !stand.some(({ key }) => key === task.key))
    .map((task) => ({ ...task, state: CANCELLING.has(type) ? ('cancelled' as const) : ('done' as const) }));
  const changed = stand.filter((task) => {
    const old = stood.find(({ key }) => key === task.key);
    return !old || old.state !== task.state || old.assigneeId !== task.assigneeId || old.dueAt !== task.dueAt;
  });
  return [...gone, ...changed];
}
