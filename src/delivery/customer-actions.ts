/**
 * What a customer can do with a case by link: our name for it, the path under which it is posted, and the event that
 * it becomes. One table for the page, the JSON answer and the routes.
 */
import type { EventType } from '../domain/events.js';

export const CUSTOMER_ACTIONS = {
  reply: { path: 'replies', event: 'case.reply' },
  confirmation: { path: 'confirmation', event: 'case.confirm' },
  rejection: { path: 'rejection', event: 'case.reject' },
  rating: { path: 'rating', event: 'case.rate' },
  reopening: { path: 'reopening', event: 'case.reopen' },
  attention: { path: 'attention', event: 'case.raiseAttention' },
  withdrawal: { path: 'withdrawal', event: 'case.withdraw' },
} as const satisfies Record<string, { path: string; event: EventType }>;

export type CustomerAction = keyof typeof CUSTOMER_ACTIONS;
export type CustomerEvent = (typeof CUSTOMER_ACTIONS)[CustomerAction]['event'];
export type ActionPath = (typeof CUSTOMER_ACTIONS)[CustomerAction]['path'];

/** In the order in which they are offered. */
export const CUSTOMER_ACTION_NAMES = Object.keys(CUSTOMER_ACTIONS) as CustomerAction[];

/** @param events what the domain allows, without `case.`: the answer of `allowedActions`. */
export function customerActions(events: readonly string[]): CustomerAction[] {
  return CUSTOMER_ACTION_NAMES.filter((name) =>
    events.includes(CUSTOMER_ACTIONS[name].event.slice('case.'.length)),
  );
}
