/**
 * Whom an alarm is for when a clock warns or is missed (domain.md §3, last paragraph): the owner, the lead of the
 * department that has the case, managers. Recorded with the entry, so that whatever channel carries it, and whoever
 * asks later, finds the same names. Sends nothing.
 */
import type { CaseContext, Metric } from './case.js';
import type { PolicedEvent } from './moves/move.js';
import { demandsMove } from './moves/timekeeping.js';

/** `owner:<staff id>`, `lead:<department>`, `manager`. */
export type Alarm = `owner:${string}` | `lead:${string}` | 'manager';

/** Between departments: the lead must know. All other clocks are the owner's towards the customer. */
const DEPARTMENTAL: ReadonlySet<Metric> = new Set<Metric>(['olaAccept', 'olaWork']);

/**
 * @param before the context in which the clock ran: a breach that moves the case alarms those who had it.
 * @returns null for an event that alarms nobody.
 */
export function alarmsOf(event: PolicedEvent, before: CaseContext): Alarm[] | null {
  if (event.type !== 'case.warn' && event.type !== 'case.reassure' && event.type !== 'case.breach')
    return null;
  const owner: Alarm[] = before.ownerId === null ? [] : [`owner:${before.ownerId}`];
  const lead: Alarm[] = before.handler === null ? [] : [`lead:${before.handler.department}`];
  if (event.type !== 'case.breach') return DEPARTMENTAL.has(event.metric) ? lead : orManager(owner);
  const escalated = before.level === 2 || demandsMove(before, event);
  return orManager([...owner, ...lead, ...(escalated ? (['manager'] as const) : [])]);
}

/** A case without an owner is nobody's to notice but a manager's. */
function orManager(alarms: Alarm[]): Alarm[] {
  return alarms.length > 0 ? alarms : ['manager'];
}
