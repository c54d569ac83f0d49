/**
 * What an actor may do with a case now, for buttons and for the body of a refusal. Derived from the machine's edges,
 * the roles and the rules that no payload could avert, so that it can never promise what the step would refuse.
 */
import { eventsIn } from './advance.js';
import type { Actor } from './actor.js';
import type { Case } from './case.js';
import { openAttempt } from './escalation-records.js';
import { EVENT_TYPES, type EventType } from './events.js';
import { moveOf } from './moves/moves.js';
import type { Policies } from './policies.js';
import { whyNot } from './rights.js';

/** Halves of a merge and acts of time are nobody's to choose. */
const NEVER_OFFERED: ReadonlySet<EventType> = new Set<EventType>(['case.open', 'case.absorb']);

/** Event names without `case.`, e.g. `["escalate", "note"]`; empty for a case that has ended. */
export function allowedActions(current: Case, actor: Actor, policies: Policies): string[] {
  if (current.context.erasedAt !== undefined) return [];
  const here = eventsIn(current.state);
  return EVENT_TYPES.filter(
    (type) =>
      here.has(type) &&
      !NEVER_OFFERED.has(type) &&
      whyNot(actor, type, current) === null &&
      !moveOf(type).blocked?.(current.context, current.context.lastEventAt, policies) &&
      !(type === 'case.accept' && isAnothers(current, actor)),
  ).map((type) => type.slice('case.'.length));
}

/** Somebody has taken the case on, or it was assigned to somebody else. */
function isAnothers({ context }: Case, actor: Actor): boolean {
  const attempt = openAttempt(context);
  if (!attempt || attempt.memberId === null) return false;
  return attempt.acceptedAt !== null || attempt.memberId !== actor.id;
}
