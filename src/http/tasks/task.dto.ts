/** Tasks as clients see them, and what an inbox can be asked. */
import type { Actor } from '../../domain/actor.js';
import { STATE_PATHS, PRIORITIES } from '../../domain/case.js';
import { visibilityOf } from '../../domain/visibility.js';
import { TASK_KINDS, type Task, type TaskKind } from '../../domain/step-result.js';
import {
  COUNTED_MAX,
  type InboxCounts,
  type InboxFilter,
  type InboxQuery,
  type InboxScope,
  type InboxTask,
} from '../../reports/task-inbox.js';
import { Out, OutChoice, OutInstant, OutUuid } from '../documents/out.decorator.js';
import { toInstantText } from '../input/instant.js';
import {
  PageQuery,
  pageOf,
  QueryChoice,
  QueryText,
  sortChoices,
  sortOf,
} from '../input/query-fields.decorator.js';

const NULLABLE = { nullable: true } as const;
const TASK_STATES = ['open', 'accepted', 'done', 'cancelled'] as const satisfies readonly Task['state'][];
const SORT_NAMES = ['dueAt', 'createdAt'] as const;
const FIRST_DUE_FIRST = 'dueAt';

class InboxFilterDto {
  @QueryText('Default: every department whose tasks you may see.', 64) department?: string;
  @QueryChoice(TASK_KINDS, 'What is asked for.') kind?: TaskKind;
}

export class CountsQueryDto extends InboxFilterDto {}

export class InboxQueryDto extends PageQuery {
  @QueryText('Default: every department whose tasks you may see.', 64) department?: string;
  @QueryChoice(TASK_KINDS, 'What is asked for.') kind?: TaskKind;
  @QueryChoice(TASK_STATES, 'Default: what is still to be done, `open` and `accepted`.')
  state?: Task['state'];
  @QueryChoice(['me', 'none'], 'Tasks of your own, or those that nobody has taken.') assignee?: 'me' | 'none';
  @QueryChoice(sortChoices(SORT_NAMES), `Default: ${FIRST_DUE_FIRST}.`) sort?: string;
}

export class TaskCaseDto {
  @Out(String) number: string;
  @Out(String) subject: string;
  @OutChoice(STATE_PATHS) state: string;
  @Out('integer', { enum: [0, 1, 2] }) level: number;
  @Out('integer') revision: number;
}

export class TaskDto {
  @Out(String, { description: '`<case id>.<key>`.' }) id: string;
  @OutUuid() caseId: string;
  @Out(String, { example: 'handle-1-1' }) key: string;
  @OutChoice(TASK_KINDS) kind: string;
  @Out(String, { ...NULLABLE, description: 'Null: a task for managers.' }) department: string | null;
  @Out(String, NULLABLE) assigneeId: string | null;
  @OutChoice(TASK_STATES) state: string;
  @OutChoice(PRIORITIES) priority: string;
  @OutInstant() createdAt: string;
  @OutInstant(NULLABLE) dueAt: string | null;
  @OutInstant() updatedAt: string;
  @OutInstant(NULLABLE) closedAt: string | null;
  @Out(Boolean, { description: 'Not done in time by those who should have: a deputy may now.' })
  withDeputy: boolean;
  @Out(() => TaskCaseDto) case: TaskCaseDto;
}

const COUNT = { minimum: 0, maximum: COUNTED_MAX, description: `${COUNTED_MAX} means: that many or more.` };

export class TaskCountsDto {
  @Out('integer', COUNT) open: number;
  @Out('integer', COUNT) accepted: number;
  @Out('integer', COUNT) mine: number;
  @Out('integer', COUNT) unassigned: number;
  @Out('integer', COUNT) overdue: number;
  @Out('integer', { description: 'From here on counts are not exact.' }) countedMax: number;
}

/** Department staff see their own inbox; tasks of no department are for managers, and for whoever has them. */
export function inboxScope(actor: Actor): InboxScope {
  const managers = actor.kind === 'manager' || actor.kind === 'admin';
  return { visibility: visibilityOf(actor), managers, readerId: actor.id };
}

export function toInboxFilter({ department, kind }: InboxFilterDto, actor: Actor): InboxFilter {
  return { scope: inboxScope(actor), department, kind };
}

export function toInboxQuery(query: InboxQueryDto, actor: Actor): InboxQuery {
  const { state, assignee, sort } = query;
  return {
    ...toInboxFilter(query, actor),
    state,
    ...(assignee === undefined ? {} : { assigneeId: assignee === 'me' ? actor.id : null }),
    sort: sortOf<(typeof SORT_NAMES)[number]>(sort, FIRST_DUE_FIRST),
    ...pageOf(query),
  };
}

export function taskResource(task: InboxTask): TaskDto {
  const { caseId, key, createdAt, dueAt, updatedAt, closedAt } = task;
  return {
    id: `${caseId}.${key}`,
    caseId,
    key,
    kind: task.kind,
    department: task.department,
    assigneeId: task.assigneeId,
    state: task.state,
    priority: task.priority,
    createdAt: toInstantText(createdAt),
    dueAt: toInstantText(dueAt),
    updatedAt: toInstantText(updatedAt),
    closedAt: toInstantText(closedAt),
    withDeputy: task.withDeputy,
    case: task.case,
  };
}

export function countsResource(counts: InboxCounts): TaskCountsDto {
  return { ...counts, countedMax: COUNTED_MAX };
}
