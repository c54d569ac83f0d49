/** What the list of cases can be asked, and what that means to the report behind it. */
import type { Actor } from '../../domain/actor.js';
import { visibilityOf } from '../../domain/visibility.js';
import { PRIORITIES, STATE_PATHS, type Level, type Priority, type StatePath } from '../../domain/case.js';
import {
  CASE_SORT_NAMES,
  type CaseListing,
  type CaseQuery,
  type CaseSortName,
} from '../../reports/case-list.js';
import {
  PageQuery,
  pageOf,
  QueryChoice,
  QueryText,
  QueryUuid,
  sortChoices,
  sortOf,
} from '../input/query-fields.decorator.js';

/** `level1` stands for all of its sub-states. */
const STATES = [...new Set(STATE_PATHS.flatMap((path) => [path, path.split('.')[0] as string]))];
const NEWEST_CHANGE_FIRST = '-updatedAt';

export class CaseQueryDto extends PageQuery {
  @QueryChoice(STATES, 'A state, or a group of states such as `level1`.') state?: string;
  @QueryChoice(['0', '1', '2'], 'How far it has climbed.') level?: string;
  @QueryText('The department that has the case now.', 64) department?: string;
  @QueryText('The agent who answers to the customer.', 64) ownerId?: string;
  @QueryUuid('The customer whose case it is.') customerId?: string;
  @QueryChoice(PRIORITIES, 'The priority it has now.') priority?: Priority;
  @QueryChoice(['true', 'false'], 'Whether a running clock is past its due time.') breached?:
    'true' | 'false';
  @QueryText('The case number, the order reference, or a part of the subject.') q?: string;
  @QueryChoice(sortChoices(CASE_SORT_NAMES), `Default: ${NEWEST_CHANGE_FIRST}.`) sort?: string;
}

export function toCaseQuery(query: CaseQueryDto, actor: Actor): CaseQuery {
  return { ...toCaseListing(query, actor), ...pageOf(query) };
}

/** Which cases, in which order; without the page. */
export function toCaseListing(query: Omit<CaseQueryDto, keyof PageQuery>, actor: Actor): CaseListing {
  const { state, level, department, ownerId, customerId, priority, breached, q, sort } = query;
  return {
    visibility: visibilityOf(actor),
    states: state === undefined ? undefined : STATE_PATHS.filter((path) => isWithin(path, state)),
    level: level === undefined ? undefined : (Number(level) as Level),
    department,
    ownerId,
    customerId,
    priority,
    breached: breached === undefined ? undefined : breached === 'true',
    q,
    sort: sortOf<CaseSortName>(sort, NEWEST_CHANGE_FIRST),
  };
}

function isWithin(path: StatePath, state: string): boolean {
  return path === state || path.startsWith(`${state}.`);
}
