/**
 * Whom an alarm is for when a clock warns or is missed (domain.md §3, last paragraph): the owner, the lead of the
 * department that has the case, managers. Recorded with the entry, so that whatever channel carries it, and whoever
 * asks later, finds the same names. Sends nothing.
 */
import type { CaseContext, Metric } from './case.js';
import type { CaseEvent } from './events.js';
import type { PolicedEvent } from './moves/move.js';
import { demandsMove } from './moves/timekeeping.js';

/** `owner:<staff id>`, `lead:<department>`, `manager`. */
export type Alarm = `owner:${string}` | `lead:${string}` | 'manager';

/** Between departments: the lead must know. All other clocks are the owner's towards the customer. */
const DEPARTMENTAL: ReadonlySet<Metric> = new Set<Metric>(['olaAccept', 'olaWork', 'consult', 'decision']);

/**
 * @param before the context in which the clock ran: a breach that moves the case alarms those who had it.
 * @returns null for an event that alarms nobody.
 */
export function alarmsOf(event: PolicedEvent, before: CaseContext): Alarm[] | null {
  if (event.type !== 'case.warn' && event.type !== 'case.reassure' && event.type !== 'case.breach')
    return null;
  const owner: Alarm[] = before.ownerId === null ? [] : [`owner:${before.ownerId}`];
  const department = departmentOf(event, before);
  const lead: Alarm[] = department === null ? [] : [`lead:${department}`];
  if (event.type !== 'case.breach') return orManager(warned(event.metric, owner, lead));
  const isManagers =
    before.level === 2 ||
    event.metric === 'promise' ||
    (event.metric === 'decision' && department === null) ||
    demandsMove(before, event);
  return orManager([...owner, ...lead, ...(isManagers ? (['manager'] as const) : [])]);
}

/** A promise that a department must keep is the owner's and the department's. */
function warned(metric: Metric, owner: Alarm[], lead: Alarm[]): Alarm[] {
  if (metric === 'promise') return [...owner, ...lead];
  return DEPARTMENTAL.has(metric) ? lead : owner;
}

/** Whose lead it concerns: the department that was asked, or that must approve or keep; else the one with the case. */
function departmentOf(
  { metric, attempt }: CaseEvent<'case.warn' | 'case.reassure' | 'case.breach'>,
  { consults, compensations, promises, handler }: CaseContext,
): string | null {
  switch (metric) {
    case 'consult':
      return consults.find(({ n }) => n === attempt)?.department ?? null;
    case 'decision':
      return compensations.find(({ n }) => n === attempt)?.approverDepartment ?? null;
    case 'promise':
      return promises.find(({ n }) => n === attempt)?.department ?? null;
    default:
      return handler?.department ?? null;
  }
}

/** A case without an owner is nobody's to notice but a manager's. */
function orManager(alarms: Alarm[]): Alarm[] {
  return alarms.length > 0 ? alarms : ['manager'];
}
