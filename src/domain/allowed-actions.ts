/**
 * What an actor may do with a case now, for buttons and for the body of a refusal. Derived from the machine's edges,
 * the roles and the rules that no payload could avert, so that it can never promise what the step would refuse.
 */
import { eventsIn } from './advance.js';
import type { Actor } from './actor.js';
import { type Case, STATE_PATHS, type StatePath } from './case.js';
import { openAttempt } from './escalation-records.js';
import { EVENT_TYPES, type EventType } from './events.js';
import { moveOf } from './moves/moves.js';
import type { Policies } from './policies.js';
import { whyNot } from './rights.js';

/** Halves of a merge and acts of time are nobody's to choose. */
const NEVER_OFFERED: ReadonlySet<EventType> = new Set<EventType>(['case.open', 'case.absorb']);

const OFFERED = EVENT_TYPES.filter((type) => !NEVER_OFFERED.has(type));
/** In the order of the events, by state: no case has to go through all of them. */
const offeredIn = new Map<StatePath, readonly EventType[]>(
  STATE_PATHS.map((state) => [state, OFFERED.filter((type) => eventsIn(state).has(type))]),
);

/** Event names without `case.`, e.g. `["escalate", "note"]`; empty for a case that has ended. */
export function allowedActions(current: Case, actor: Actor, policies: Policies): string[] {
  if (current.context.erasedAt !== undefined) return [];
  const offered = offeredIn.get(current.state) ?? [];
  return offered
    .filter(
      (type) =>
        whyNot(actor, type, current) === null &&
        !moveOf(type).blocked?.(current.context, current.context.lastEventAt, policies) &&
        !(type === 'case.accept' && isAnothers(current, actor)),
    )
    .map((type) => type.slice('case.'.length));
}

/** Somebody has taken the case on, or it was assigned to somebody else. */
function isAnothers({ context }: Case, actor: Actor): boolean {
  const attempt = openAttempt(context);
  if (!attempt || attempt.memberId === null) return false;
  return attempt.acceptedAt !== null || attempt.memberId !== actor.id;
}
