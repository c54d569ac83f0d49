/**
 * How an installation sends: how long messages wait for company, how many an address may get, and the language of whom
 * nothing is known. A stored value, published by administrators; what is sent when follows from it elsewhere.
 */
import type { Priority } from '../domain/case.js';
import type { Locale } from '../domain/policies.js';

export interface DeliveryPolicy {
  /** How long a message waits for the next step of its case. P1 never waits. */
  readonly coalesceSeconds: Readonly<Record<Exclude<Priority, 'P1'>, number>>;
  /** Beyond it messages wait for the next day (UTC); none is lost. */
  readonly messagesPerAddressAndDay: number;
  /** For customers who have said nothing: by the organisation that they belong to, */
  readonly accountLocales: Readonly<Record<string, Locale>>;
  /** and for all others. */
  readonly defaultLocale: Locale;
  /** After it, a step of which a customer was not told counts as silent. */
  readonly silentAfterSeconds: number;
}

export const DEFAULT_DELIVERY_POLICY: DeliveryPolicy = {
  coalesceSeconds: { P2: 30, P3: 30, P4: 30 },
  messagesPerAddressAndDay: 30,
  accountLocales: {},
  defaultLocale: 'en',
  silentAfterSeconds: 3_600,
};

/** The longest that anybody may be kept waiting for the sake of fewer messages. */
export const COALESCE_SECONDS_MAX = 60;

/** Milliseconds. */
export function coalesceMs({ coalesceSeconds }: DeliveryPolicy, priority: Priority): number {
  return priority === 'P1' ? 0 : coalesceSeconds[priority] * 1_000;
}
