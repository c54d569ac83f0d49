/**
 * The shape of one move: the rules that may refuse an event and the change of context when none does. Where a move
 * leads is the machine's business (`case-machine.ts`); here is only what it takes and what it leaves behind.
 */
import type { Instant } from '../actor.js';
import type { CaseContext } from '../case.js';
import type { CaseEvent, EventType } from '../events.js';
import type { Policies } from '../policies.js';
import type { Refusal } from '../refusals.js';

/** An event as the machine sees it: with the versions of the policies that apply to this case. */
export type PolicedEvent<T extends EventType = EventType> = CaseEvent<T> & { readonly policies: Policies };

export interface Move<T extends EventType> {
  /** A refusal that no payload could avert; also decides what is offered as an allowed action. */
  blocked?(context: CaseContext, at: Instant, policies: Policies): Refusal | null;
  /** A refusal that this payload earns. Total: it never throws and reads nothing but its arguments. */
  refuse?(context: CaseContext, event: PolicedEvent<T>): Refusal | null;
  /** The new context. Called only when nothing refused. */
  apply(context: CaseContext, event: PolicedEvent<T>): CaseContext;
}

export type MoveTable<T extends EventType> = { readonly [K in T]: Move<K> };

const MS_PER_SECOND = 1000;

/** The instant `seconds` calendar seconds after `at`. */
export function secondsAfter(at: Instant, seconds: number): Instant {
  return at + seconds * MS_PER_SECOND;
}
