/**
 * What leaves the house because of a step, as the rows that are written with it: one message to the customer per
 * channel, one delivery per endpoint that wants to hear of the entry. Says when each may first be tried; knows no
 * channel beyond its name and no address.
 */
import type { Instant } from '../domain/actor.js';
import type { Priority } from '../domain/case.js';
import type { JournalType } from '../domain/events.js';
import type { Accepted } from '../domain/step-result.js';

/** Ways to the customer beside the status page, which needs no sending. */
export type ChannelName = 'email' | 'sms';

/** Asked on every step, so answered from memory. */
export interface OutboundRules {
  /** Those that this installation has; no row is written for any other. */
  readonly channels: readonly ChannelName[];
  /** How long a message may wait for company, so that quick successive steps become one. Milliseconds. */
  coalesceMs(priority: Priority): number;
  /** Ids of the active endpoints that want entries of this type, silent ones included. */
  endpointsFor(type: JournalType): readonly string[];
}

/** An installation that tells its customers on the status page alone. */
export const PAGE_ONLY: OutboundRules = { channels: [], coalesceMs: () => 0, endpointsFor: () => [] };

export interface Intents {
  readonly channels: readonly ChannelName[];
  readonly waitMs: number;
  readonly endpoints: readonly string[];
}

export function intentsOf({ case: after, entry, update }: Accepted, rules: OutboundRules): Intents {
  return {
    channels: update === null ? [] : rules.channels,
    waitMs: rules.coalesceMs(after.context.priority),
    endpoints: rules.endpointsFor(entry.type),
  };
}

/** About when the first of these steps has something to be sent; Infinity when none has. */
export function firstSendAt(accepted: readonly Accepted[], rules: OutboundRules): Instant {
  let earliest = Infinity;
  for (const step of accepted) {
    const { channels, waitMs, endpoints } = intentsOf(step, rules);
    const at = step.entry.occurredAt;
    if (endpoints.length > 0) earliest = Math.min(earliest, at);
    else if (channels.length > 0) earliest = Math.min(earliest, at + waitMs);
  }
  return earliest;
}
