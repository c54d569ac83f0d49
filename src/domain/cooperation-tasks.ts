/**
 * The work items that people owe one another within a case: consults, words on a proposal, agreed
 * actions, approvals, callbacks. Each list
 * of the context yields its tasks and says how one of them ended. Knows nothing of where the case itself lies.
 */
import type { Instant } from './actor.js';
import type { CaseContext, Metric } from './case.js';
import { FRONT_LINE } from './moves/proposals.js';
import type { Task } from './step-result.js';

/** What the key of a task says. */
export interface TaskNumbers {
  readonly prefix: string;
  readonly n: number;
  readonly k: number;
  /** What follows the first number; a department in the keys that name one. */
  readonly department: string;
}

/** Tasks of one kind of matter. */
interface Matter {
  /** Before the number in the task's key. */
  readonly prefix: string;
  standing(context: CaseContext): Task[];
  /** Whether the matter of this key was done, rather than dropped. */
  isDone(context: CaseContext, key: TaskNumbers): boolean;
}

const MATTERS: readonly Matter[] = [
  {
    prefix: 'consult',
    standing: (context) =>
      context.consults
        .filter(({ endedAt }) => endedAt === null)
        .map((one) => ({
          key: `consult-${one.n}`,
          kind: 'consult',
          department: one.department,
          assigneeId: one.assigneeId,
          state: one.acceptedAt === null ? 'open' : 'accepted',
          createdAt: one.askedAt,
          dueAt: clockDueAt(context, 'consult', one.n) ?? one.dueAt,
        })),
    isDone: ({ consults }, { n }) => {
      const outcome = consults.find((one) => one.n === n)?.outcome;
      return outcome === 'answered' || outcome === 'declined';
    },
  },
  {
    prefix: 'agree',
    standing: ({ proposals }) =>
      proposals
        .filter(({ state }) => state === 'open')
        .flatMap(({ n, at, voices }) =>
          voices
            .filter(({ agrees }) => agrees === null)
            .map(({ department }) => ({
              key: `agree-${n}-${department}`,
              kind: 'approve' as const,
              department,
              assigneeId: null,
              state: 'open' as const,
              createdAt: at,
              dueAt: null,
            })),
        ),
    // Where another department objected first, nobody asks for this one's word any more.
    isDone: ({ proposals }, { n, department }) =>
      proposals.some(
        (one) =>
          one.n === n && one.voices.some((voice) => voice.department === department && voice.agrees !== null),
      ),
  },
  {
    prefix: 'action',
    standing: ({ proposals, ownerId }) =>
      proposals
        .filter(({ state }) => state === 'agreed')
        .flatMap(({ n, settledAt, at, actions }) =>
          actions
            .filter(({ doneAt }) => doneAt === null)
            .map(({ k, department, dueAt }) => ({
              key: `action-${n}-${k}`,
              kind: 'consult' as const,
              ...(department === FRONT_LINE
                ? { department: null, assigneeId: ownerId, state: 'accepted' as const }
                : { department, assigneeId: null, state: 'open' as const }),
              createdAt: settledAt ?? at,
              dueAt,
            })),
        ),
    isDone: ({ proposals }, { n, k }) =>
      proposals.find((one) => one.n === n)?.actions.find((one) => one.k === k)?.doneAt != null,
  },
  {
    prefix: 'approve',
    standing: (context) =>
      context.compensations
        .filter(({ state }) => state === 'proposed')
        .map((one) => ({
          key: `approve-${one.n}`,
          kind: 'approve',
          department: one.approverDepartment,
          assigneeId: one.assigneeId,
          state: 'open',
          createdAt: one.proposedAt,
          dueAt: clockDueAt(context, 'decision', one.n),
        })),
    isDone: ({ compensations }, { n }) =>
      compensations.some((one) => one.n === n && one.state !== 'cancelled'),
  },
  {
    prefix: 'extension',
    standing: (context) =>
      context.extensions
        .filter(({ state }) => state === 'requested')
        .map(({ n, metric, requestedAt }) => ({
          key: `extension-${n}`,
          kind: 'approve',
          // The department's own work is its lead's to extend, the promise to the customer a manager's.
          department: metric === 'olaWork' ? (context.handler?.department ?? null) : null,
          assigneeId: null,
          state: 'open',
          createdAt: requestedAt,
          // Decided later, it comes too late.
          dueAt: clockDueAt(context, metric),
        })),
    isDone: ({ extensions }, { n }) => extensions.some((one) => one.n === n && one.state !== 'lapsed'),
  },
  {
    prefix: 'callback',
    standing: ({ callbacks, ownerId }) =>
      callbacks
        .filter(({ doneAt }) => doneAt === null)
        .map((one) => {
          const assigneeId = one.assigneeId ?? (one.department === null ? ownerId : null);
          return {
            key: `callback-${one.n}`,
            kind: 'callback',
            department: one.department,
            assigneeId,
            state: assigneeId === null ? 'open' : 'accepted',
            createdAt: one.askedAt,
            dueAt: one.dueAt,
          };
        }),
    isDone: ({ callbacks }, { n }) => callbacks.find((one) => one.n === n)?.outcome != null,
  },
];

const BY_PREFIX = new Map(MATTERS.map((matter) => [matter.prefix, matter]));

/** Tasks that stand beside the case's own. Whatever ends with the solution has ended in the context already. */
export function cooperationTasks(context: CaseContext): Task[] {
  return MATTERS.flatMap((matter) => matter.standing(context));
}

/** How a task that stands no longer has ended; null for one of the case itself. */
export function cooperationTaskEnd({ key }: Task, context: CaseContext): 'done' | 'cancelled' | null {
  const numbers = taskNumbers(key);
  const matter = BY_PREFIX.get(numbers.prefix);
  if (!matter) return null;
  return matter.isDone(context, numbers) ? 'done' : 'cancelled';
}

/**
 * `action-2-3` → action, 2, 3; numbers that a key lacks are 0, which no matter has. `agree-2-after-sales` → agree, 2 and
 * the department.
 */
export function taskNumbers(key: string): TaskNumbers {
  const [prefix = '', n, ...rest] = key.split('-');
  return { prefix, n: Number(n) || 0, k: Number(rest[0]) || 0, department: rest.join('-') };
}

/** @param attempt of metrics that may run several times at once. */
export function clockDueAt(context: CaseContext, metric: Metric, attempt?: number): Instant | null {
  const clock = context.clocks.find(
    (one) =>
      one.metric === metric && one.stoppedAt === null && (attempt === undefined || one.attempt === attempt),
  );
  return clock?.dueAt ?? null;
}
