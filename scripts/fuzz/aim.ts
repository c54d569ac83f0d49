/**
 * What an operation needs to find in order to succeed, so that valid requests land in states that take them: the action
 * that a case must allow, and the kind of task. Only for aiming: no answer is judged by it.
 */
import 'reflect-metadata';
import { CASE_COMMANDS } from '../../src/http/cases/case-commands.js';
import type { Json, Operation } from './contract.js';

const CASE = '/api/v1/cases/{id}/';
const LINK = '/api/v1/status/{token}/';
const TASK = '/api/v1/tasks/{taskId}/';

/** What the customer's page can do, by the word in its address. */
const LINK_ACTIONS: Readonly<Record<string, string>> = {
  replies: 'reply',
  attachments: 'reply',
  confirmation: 'confirm',
  rejection: 'reject',
  rating: 'rate',
  reopening: 'reopen',
  withdrawal: 'withdraw',
  attention: 'raiseAttention',
};

/** With what the key of a task begins that takes this. */
const TASK_KINDS: Readonly<Record<string, readonly string[]>> = {
  acceptance: ['handle', 'consult', 'callback'],
  return: ['handle', 'consult'],
  answer: ['consult'],
  approval: ['agree', 'approve', 'extension'],
  rejection: ['agree', 'approve', 'extension'],
  completion: ['handle', 'action', 'callback'],
  assignment: ['handle', 'consult', 'approve', 'callback'],
};

const ACTIONS: ReadonlyMap<string, readonly string[]> = new Map(
  CASE_COMMANDS.map(({ method, path, events }) => [
    `${method} ${CASE}${path}`,
    events.map((type) => type.slice('case.'.length)),
  ]),
);

/** Names as in a case's `allowedActions`, one of which will do; empty: any case will. */
export function actionsOf({ method, path }: Operation): readonly string[] {
  if (path.startsWith(LINK)) {
    const action = LINK_ACTIONS[path.slice(LINK.length)];
    return method === 'POST' && action !== undefined ? [action] : [];
  }
  return ACTIONS.get(`${method} ${path}`) ?? [];
}

/** null: any task will do. */
export function taskKindsOf({ path }: Operation): readonly string[] | null {
  return path.startsWith(TASK) ? (TASK_KINDS[path.slice(TASK.length)] ?? null) : null;
}

/** A task that a case shows to be open, by the matter that it is about. */
export interface OpenTask {
  readonly key: string;
  readonly department: string | null;
}

const OPEN_TASKS: readonly [list: string, toTasks: (matter: Json) => OpenTask[]][] = [
  ['consults', ({ n, endedAt, department }) => (endedAt === null ? [task(`consult-${n}`, department)] : [])],
  [
    'proposals',
    ({ n, state, voices, actions }) => [
      ...of(state === 'open' && voices, 'agrees').map((one) =>
        task(`agree-${n}-${one['department']}`, one['department']),
      ),
      ...of(state === 'agreed' && actions, 'doneAt').map((one) =>
        task(`action-${n}-${one['k']}`, one['department']),
      ),
    ],
  ],
  [
    'compensations',
    ({ n, state, approverDepartment }) =>
      state === 'proposed' ? [task(`approve-${n}`, approverDepartment)] : [],
  ],
  ['extensions', ({ n, state }) => (state === 'requested' ? [task(`extension-${n}`, null)] : [])],
  ['callbacks', ({ n, doneAt, department }) => (doneAt === null ? [task(`callback-${n}`, department)] : [])],
];

/** What a list of tasks said is soon out of date: every answer about a case tells which of its tasks are open now. */
export function openTasksIn(resource: Json, kinds: readonly string[] | null): OpenTask[] {
  return OPEN_TASKS.flatMap(([list, toTasks]) => of(resource[list]).flatMap(toTasks)).filter(
    ({ key }) => kinds === null || kinds.some((kind) => key.startsWith(kind)),
  );
}

/** @param unset the field that whoever is done with it has filled; absent: all. */
function of(list: unknown, unset?: string): Json[] {
  const all = Array.isArray(list) ? (list as Json[]) : [];
  return unset === undefined ? all : all.filter((one) => one[unset] === null);
}

const task = (key: string, department: unknown): OpenTask => ({
  key,
  department: typeof department === 'string' && department !== 'frontline' ? department : null,
});
