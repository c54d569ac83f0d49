/**
 * Tasks that a person can be named for, found by their key: whose they are, and the context once somebody else has
 * them. Says who may take or assign them (domain.md §3, row 21); the tasks themselves are derived next door.
 */
import type { Actor, Instant } from './actor.js';
import type { CaseContext } from './case.js';
import { taskNumbers } from './cooperation-tasks.js';
import { assignAttempt, openAttempt } from './escalation-records.js';
import { refusal, type Refusal } from './refusals.js';

export interface AssignableTask {
  /** null: the front line's. */
  readonly department: string | null;
  readonly assigneeId: string | null;
  /** Taken on, or still to be; `none`: not by `case.acceptTask` (a case as dispatched has `case.accept`). */
  readonly acceptance: 'none' | 'open' | 'taken';
  /** @param acceptedAt null: named by somebody else, not taken on yet. */
  assignedTo(assigneeId: string | null, acceptedAt: Instant | null): CaseContext;
}

type Finder = (context: CaseContext, n: number, k: number) => AssignableTask | null;

const FINDERS: Readonly<Record<string, Finder>> = {
  handle: (context, level, n) => {
    const attempt = openAttempt(context);
    if (!attempt || context.level !== level || attempt.n !== n) return null;
    return {
      department: attempt.department,
      assigneeId: attempt.memberId,
      acceptance: attempt.acceptedAt === null ? 'none' : takenBy(attempt.memberId),
      assignedTo: (assigneeId) => assignAttempt(context, assigneeId),
    };
  },

  consult: (context, n) => {
    const one = context.consults.find((consult) => consult.n === n && consult.endedAt === null);
    if (!one) return null;
    const assignedTo = (assigneeId: string | null, acceptedAt: Instant | null): CaseContext => ({
      ...context,
      consults: context.consults.map((each) => (each === one ? { ...one, assigneeId, acceptedAt } : each)),
    });
    const acceptance = takenBy(one.acceptedAt === null ? null : one.assigneeId);
    return { department: one.department, assigneeId: one.assigneeId, acceptance, assignedTo };
  },

  callback: (context, n) => {
    const one = context.callbacks.find((callback) => callback.n === n && callback.doneAt === null);
    if (!one) return null;
    const assignedTo = (assigneeId: string | null): CaseContext => ({
      ...context,
      callbacks: context.callbacks.map((each) => (each === one ? { ...one, assigneeId } : each)),
    });
    const acceptance = takenBy(one.assigneeId);
    return { department: one.department, assigneeId: one.assigneeId, acceptance, assignedTo };
  },

  approve: (context, n) => {
    const one = context.compensations.find((each) => each.n === n && each.state === 'proposed');
    if (!one) return null;
    const assignedTo = (assigneeId: string | null): CaseContext => ({
      ...context,
      compensations: context.compensations.map((each) => (each === one ? { ...one, assigneeId } : each)),
    });
    return {
      department: one.approverDepartment,
      assigneeId: one.assigneeId,
      acceptance: 'none',
      assignedTo,
    };
  },
};

function takenBy(assigneeId: string | null): 'open' | 'taken' {
  return assigneeId === null ? 'open' : 'taken';
}

/** null when no such task stands, or nobody can be named for it. */
export function assignableTask(context: CaseContext, key: string): AssignableTask | null {
  const { prefix, n, k } = taskNumbers(key);
  return (Object.hasOwn(FINDERS, prefix) && FINDERS[prefix]?.(context, n, k)) || null;
}

export function hasAssignableTask(context: CaseContext): boolean {
  return (
    openAttempt(context) !== undefined ||
    context.consults.some(({ endedAt }) => endedAt === null) ||
    context.callbacks.some(({ doneAt }) => doneAt === null) ||
    context.compensations.some(({ state }) => state === 'proposed')
  );
}

/** Department staff act within their department only, agents on what is the front line's. */
export function notTheirs({ department }: Pick<AssignableTask, 'department'>, actor: Actor): Refusal | null {
  switch (actor.kind) {
    case 'manager':
    case 'admin':
      return null;
    case 'member':
    case 'lead':
      return actor.department === department ? null : refusal('not-in-department');
    default:
      return department === null ? null : refusal('actor-not-permitted');
  }
}

/** Who may take a task by himself: whoever it is open to, unless somebody else was named for it. */
export function mayNotAccept(task: AssignableTask, actor: Actor): Refusal | null {
  const foreign = notTheirs(task, actor);
  if (foreign) return foreign;
  if (task.assigneeId !== null && task.assigneeId !== actor.id) return refusal('task-taken');
  return task.acceptance === 'taken' ? refusal('unchanged') : null;
}

/** Leads and managers name whom they want; everybody else takes what is free, or gives back what is theirs. */
export function mayNotAssign(task: AssignableTask, actor: Actor, assigneeId: string | null): Refusal | null {
  const foreign = notTheirs(task, actor);
  if (foreign || actor.kind === 'lead' || actor.kind === 'manager' || actor.kind === 'admin') return foreign;
  if (assigneeId !== null && assigneeId !== actor.id) return refusal('actor-not-permitted', ['/assigneeId']);
  return task.assigneeId === null || task.assigneeId === actor.id ? null : refusal('task-taken');
}
