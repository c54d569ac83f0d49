/**
 * The delivery policy as configuration: how long messages wait for company, how many an address may get a day, and
 * whose language is which. Checks what a body may hold; what it means is decided where messages are sent.
 */
import { childPointer } from '../domain/json-pointer.js';
import { LOCALES, type Locale } from '../domain/policies.js';
import {
  COALESCE_SECONDS_MAX,
  DEFAULT_DELIVERY_POLICY,
  type DeliveryPolicy,
} from '../engine/delivery-policy.js';
import { Checks } from './checks.js';
import type { ConfigurationKind } from './configuration-kind.js';
import { DEFAULT_POLICY } from './lifecycle-policies.js';

const FIELDS = Object.keys(DEFAULT_DELIVERY_POLICY) as (keyof DeliveryPolicy)[];
const WAITING = ['P2', 'P3', 'P4'] as const;
/** Nobody reads more; whoever is sent more has met a fault of ours. */
const MESSAGES_MAX = 1_000;
const WEEK_SECONDS = 7 * 86_400;
const ACCOUNT_LENGTH_MAX = 200;
const LOCALE_SHAPE = `one of ${LOCALES.join(', ')}`;

export const deliveryPolicyKind: ConfigurationKind<DeliveryPolicy> = {
  keyPattern: /^default$/,
  keyShape: '"default"',
  defaults: { [DEFAULT_POLICY]: DEFAULT_DELIVERY_POLICY },
  check: (_key, body) => {
    const checks = new Checks();
    const given = checks.object(body, '', FIELDS);
    /** An absent field keeps its default, so that a policy written for an older release stays valid. */
    const whole = (field: 'messagesPerAddressAndDay' | 'silentAfterSeconds', min: number, max: number) =>
      checks.integer(given[field] ?? DEFAULT_DELIVERY_POLICY[field], `/${field}`, min, max);
    const seconds = checks.object(given['coalesceSeconds'] ?? {}, '/coalesceSeconds', WAITING);
    const accounts = checks.object(given['accountLocales'] ?? {}, '/accountLocales', null);
    const value: DeliveryPolicy = {
      coalesceSeconds: Object.fromEntries(
        WAITING.map((priority) => [
          priority,
          checks.integer(
            seconds[priority] ?? DEFAULT_DELIVERY_POLICY.coalesceSeconds[priority],
            `/coalesceSeconds/${priority}`,
            0,
            COALESCE_SECONDS_MAX,
          ),
        ]),
      ) as DeliveryPolicy['coalesceSeconds'],
      messagesPerAddressAndDay: whole('messagesPerAddressAndDay', 1, MESSAGES_MAX),
      accountLocales: Object.fromEntries(
        Object.entries(accounts).map(([account, locale]) => [
          checks.text(account, '/accountLocales', ACCOUNT_LENGTH_MAX),
          knownLocale(locale, childPointer('/accountLocales', account), checks),
        ]),
      ),
      defaultLocale: knownLocale(
        given['defaultLocale'] ?? DEFAULT_DELIVERY_POLICY.defaultLocale,
        '/defaultLocale',
        checks,
      ),
      silentAfterSeconds: whole('silentAfterSeconds', 60, WEEK_SECONDS),
    };
    return { value, problems: checks.problems };
  },
};

function knownLocale(value: unknown, pointer: string, checks: Checks): Locale {
  const locale = LOCALES.find((known) => known === value);
  if (locale === undefined) checks.report(pointer, 'malformed', `Must be ${LOCALE_SHAPE}.`);
  return locale ?? DEFAULT_DELIVERY_POLICY.defaultLocale;
}
