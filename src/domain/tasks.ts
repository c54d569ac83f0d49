/**
 * The work items that follow from a case, derived like its clocks and deadlines: a task exists because the case says
 * so, and ends when it no longer does. Knows no inbox.
 */
import type { Instant } from './actor.js';
import type { Case, CaseContext } from './case.js';
import { clockDueAt, cooperationTaskEnd, cooperationTasks } from './cooperation-tasks.js';
import { openAttempt } from './escalation-records.js';
import type { EventType } from './events.js';
import type { Task } from './step-result.js';

/** Tasks that stand now. */
export function tasksOf(current: Pick<Case, 'state' | 'context'> | null): Task[] {
  if (!current) return [];
  const { context, state } = current;
  return [...caseTask(state, context), ...cooperationTasks(context)];
}

/** The case itself, with whoever has it now: a department, or managers. Its owner needs no task to know of it. */
function caseTask(state: Case['state'], context: CaseContext): Task[] {
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
  const attempt = openAttempt(context);
  if (!attempt) return [];
  // Assigned by the lead, and not taken on yet: still open. Handed back at the end of a shift: open again.
  const isTaken = attempt.memberId !== null && attempt.acceptedAt !== null;
  return [
    {
      key: `handle-${context.level}-${attempt.n}`,
      kind: 'handle',
      department: attempt.department,
      assigneeId: attempt.memberId,
      state: isTaken ? 'accepted' : 'open',
      createdAt: attempt.dispatchedAt,
      dueAt: handleDueAt(context, isTaken),
    },
  ];
}

/** What the department's own clocks say: taken on until the acceptance is due, done until the work is. */
function handleDueAt(context: CaseContext, isTaken: boolean): Instant | null {
  const workDueAt = clockDueAt(context, 'olaWork');
  return isTaken ? workDueAt : (clockDueAt(context, 'olaAccept') ?? workDueAt);
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
  const ownEnd = CANCELLING.has(type) ? 'cancelled' : 'done';
  const gone = stood
    .filter((task) => !stand.some(({ key }) => key === task.key))
    .map((task) => ({ ...task, state: cooperationTaskEnd(task, after.context) ?? ownEnd }));
  const changed = stand.filter((task) => {
    const old = stood.find(({ key }) => key === task.key);
    return !old || CHANGING.some((field) => old[field] !== task[field]);
  });
  return [...gone, ...changed];
}

/** What of a task may change while it stands. */
const CHANGING = ['state', 'department', 'assigneeId', 'dueAt'] as const satisfies readonly (keyof Task)[];
