/**
 * Whether a message goes out now, later or not at all, and in which language: the customer's wishes against the weight
 * of what it says (domain.md §5). Pure: everything that it depends on was read a moment ago.
 */
import type { Instant } from '../../domain/actor.js';
import type { Locale } from '../../domain/policies.js';
import type { DeliveryPolicy } from '../../engine/delivery-policy.js';
import type { ChannelName } from '../../engine/intents.js';
import { chooseLocale } from '../choose-locale.js';
import { knownTimeZone } from '../format-instant.js';
import type { Channel, Recipient } from './channel.js';
import type { ReadCustomer, Reading } from './notification-reader.js';
import { quietUntil } from './quiet-hours.js';
import { urgencyOf } from './update-urgency.js';

export type SendDecision =
  | { readonly kind: 'send'; readonly recipient: Recipient; readonly address: string }
  | { readonly kind: 'suppress'; readonly reason: 'no-address' | 'opted-out' | 'address-suppressed' }
  | { readonly kind: 'putOff'; readonly until: Instant; readonly reason: 'quiet-hours' | 'too-many' };

const DAY_MS = 86_400_000;

/** @param channels all that this installation has, in the order in which a critical message tries them */
export function decideSend(
  name: ChannelName,
  reading: Reading,
  channels: readonly Pick<Channel, 'name' | 'addressOf'>[],
  policy: DeliveryPolicy,
): SendDecision {
  const { customer, now, barred } = reading;
  if (customer === null) return { kind: 'suppress', reason: 'no-address' };
  const recipient = recipientOf(customer, policy);
  const addresses = new Map(channels.map((each) => [each.name, each.addressOf(recipient)]));
  const address = addresses.get(name) ?? null;
  if (address === null) return { kind: 'suppress', reason: 'no-address' };
  if (barred.includes(name)) return { kind: 'suppress', reason: 'address-suppressed' };

  const urgency = urgencyOf(reading.updates.map(({ key }) => key));
  const reachable = channels
    .map((each) => each.name)
    .filter((each) => addresses.get(each) != null && !barred.includes(each));
  if (!mayUse(name, customer, reachable, urgency.critical)) return { kind: 'suppress', reason: 'opted-out' };

  const midnight = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  if (reading.sentToday >= policy.messagesPerAddressAndDay) {
    return { kind: 'putOff', until: midnight, reason: 'too-many' };
  }
  const { quietHours } = customer.preferences;
  if (quietHours && !urgency.awaited && reading.priority !== 'P1' && !reading.reputationRisk) {
    const until = quietUntil(now, quietHours, recipient.timeZone);
    if (until > now) return { kind: 'putOff', until, reason: 'quiet-hours' };
  }
  return { kind: 'send', recipient, address };
}

/** What somebody opted out of still carries the critical, when nothing else is left to carry it: then one, not all. */
function mayUse(
  name: ChannelName,
  { preferences }: ReadCustomer,
  reachable: readonly ChannelName[],
  critical: boolean,
): boolean {
  const optedOut = preferences.optOut ?? [];
  if (!optedOut.includes(name)) return true;
  const left = reachable.filter((each) => !optedOut.includes(each));
  return critical && left.length === 0 && reachable[0] === name;
}

function recipientOf(customer: ReadCustomer, policy: DeliveryPolicy): Recipient {
  const { id: customerId, name, email, phone, account } = customer;
  const ofAccount = account === null ? undefined : ownValue(policy.accountLocales, account);
  const locale = chooseLocale({ customer: customer.locale }, ofAccount ?? policy.defaultLocale);
  return { customerId, name, email, phone, locale, timeZone: knownTimeZone(customer.timeZone, locale) };
}

/** An organisation may be called "constructor". */
function ownValue(table: Readonly<Record<string, Locale>>, key: string): Locale | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
