/**
 * What can be done to a task: kind × verb → the command on its case that it stands for. This table is the whole of it;
 * addresses and documents are made from it. Acting on a task is acting on its case.
 */
import { taskNumbers } from '../../domain/cooperation-tasks.js';
import type { Actor } from '../../domain/actor.js';
import type { EventType } from '../../domain/events.js';
import type { InboxTask } from '../../reports/task-inbox.js';
import { NothingDto } from '../cases/case-command.dto.js';
import { CASE_COMMANDS } from '../cases/case-commands.js';
import { invalid, type RoutedCommand } from '../cases/command-route.js';
import { AssigneeDto } from '../cases/cooperation.dto.js';

export const TASK_VERBS = [
  'acceptance',
  'return',
  'answer',
  'approval',
  'rejection',
  'completion',
  'assignment',
] as const;
export type TaskVerb = (typeof TASK_VERBS)[number];

/** Whether somebody of this id works in the department (null: at the front line). */
export type WorksIn = (staffId: string, department: string | null) => boolean;

export interface TaskDeed<Body extends object = object> {
  readonly body: new () => Body;
  /** What it can ask of the case. */
  readonly events: readonly EventType[];
  toCommand(body: Body, actor: Actor, task: InboxTask, worksIn: WorksIn): RoutedCommand;
}

const deed = <Body extends object>(one: TaskDeed<Body>): TaskDeed => one as unknown as TaskDeed;

/** The same as the command of this path, with the numbers of the task's key. */
function like(path: string): TaskDeed {
  const route = CASE_COMMANDS.find((one) => one.path === path && one.method === 'POST');
  if (!route || route.readsCase) throw new Error(`${path} is no plain command`);
  return {
    body: route.body,
    events: route.events,
    toCommand: (sent, actor, { key }) => route.toCommand(sent, actor, taskNumbers(key)),
  };
}

const accept = deed({
  body: NothingDto,
  events: ['case.acceptTask'],
  toCommand: (_body, actor, { key }) => ({ type: 'case.acceptTask', actor, task: key }),
});

/** As dispatched, the case itself is taken on; a task that a colleague gave back is only taken over. */
const acceptCase = deed({
  body: NothingDto,
  events: ['case.accept', 'case.acceptTask'],
  toCommand: (_body, actor, { key, case: { state } }) =>
    state.endsWith('.dispatched')
      ? { type: 'case.accept', actor }
      : { type: 'case.acceptTask', actor, task: key },
});

const assign = deed({
  body: AssigneeDto,
  events: ['case.assignTask'],
  toCommand: ({ assigneeId, reason }, actor, { key, department }, worksIn) => {
    if (assigneeId && !worksIn(assigneeId, department)) {
      throw invalid('/assigneeId', 'Nobody of this id works there.', 'unknown');
    }
    const named = { task: key, assigneeId: assigneeId ?? null, reason: reason ?? null };
    return { type: 'case.assignTask', actor, ...named };
  },
});

/** By what the task's key begins with. */
const DEEDS: Readonly<Record<string, Readonly<Partial<Record<TaskVerb, TaskDeed>>>>> = {
  handle: {
    acceptance: acceptCase,
    return: like('returns'),
    completion: like('resolutions'),
    assignment: assign,
  },
  consult: {
    acceptance: accept,
    answer: like('consults/{n}/answer'),
    return: like('consults/{n}/decline'),
    assignment: assign,
  },
  agree: { approval: like('proposals/{n}/agreement'), rejection: like('proposals/{n}/objection') },
  action: { completion: like('proposals/{n}/actions/{k}/completion') },
  approve: {
    approval: like('compensations/{n}/approval'),
    rejection: like('compensations/{n}/rejection'),
    assignment: assign,
  },
  extension: { approval: like('extensions/{n}/grant'), rejection: like('extensions/{n}/denial') },
  callback: { acceptance: accept, completion: like('callbacks/{n}/completion'), assignment: assign },
};

/** null when this cannot be done to such a task. */
export function deedOf(key: string, verb: TaskVerb): TaskDeed | null {
  const { prefix } = taskNumbers(key);
  return (Object.hasOwn(DEEDS, prefix) && DEEDS[prefix]?.[verb]) || null;
}

/** What a verb can ask of a case, each once: which of them depends on the task. */
export function eventsOf(verb: TaskVerb): EventType[] {
  return [...new Set(Object.values(DEEDS).flatMap((verbs) => verbs[verb]?.events ?? []))];
}

/** The bodies that a verb may take, each once: which one depends on the task. */
export function bodiesOf(verb: TaskVerb): (new () => object)[] {
  return [...new Set(Object.values(DEEDS).flatMap((verbs) => verbs[verb]?.body ?? []))];
}
