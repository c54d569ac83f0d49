/**
 * All moves by event type: total over the events, so that an event without rules does not compile.
 */
import type { EventType } from '../events.js';
import { AFTERCARE } from './aftercare.js';
import { COMMITMENTS } from './commitments.js';
import { COMPENSATIONS } from './compensations.js';
import { CONVERSATION } from './conversation.js';
import { COOPERATION } from './cooperation.js';
import type { Move, MoveTable } from './move.js';
import { MOVEMENT } from './movement.js';
import { OUTCOME } from './outcome.js';
import { OVERSIGHT } from './oversight.js';
import { TIMEKEEPING } from './timekeeping.js';

const MOVES: MoveTable<EventType> = {
  ...OVERSIGHT,
  ...MOVEMENT,
  ...CONVERSATION,
  ...OUTCOME,
  ...TIMEKEEPING,
  ...COOPERATION,
  ...COMMITMENTS,
  ...COMPENSATIONS,
  ...AFTERCARE,
};

/** The move of one event type. The cast is the price of a table keyed by a union; the table itself is exact. */
export function moveOf<T extends EventType>(type: T): Move<T> {
  return MOVES[type] as unknown as Move<T>;
}
