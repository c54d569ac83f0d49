/**
 * Our own words for an update in the form in which an administrator would write them, to begin an own wording from;
 * and a message with examples, to see one before there is a case. Pure; holds no wording itself.
 */
import type { Instant } from '../../domain/actor.js';
import type { Locale } from '../../domain/policies.js';
import { fill } from '../catalogue.js';
import { DEFAULT_TIME_ZONE } from '../format-instant.js';
import type { Outgoing } from '../outbound/channel.js';
import { ruleOf } from '../update-rules.js';
import type { TemplateValues } from './edited-texts.js';

/** Values as a wording names them. */
const NAMES = {
  owner: '{{ owner }}',
  department: '{{ department }}',
  at: '{{ at }}',
  number: '{{ otherNumber }}',
  amount: '{{ amount }}',
};

/** What happened and what comes next, as a wording that says the same when every value is there. */
export function builtInWording(key: string, locale: Locale): string {
  // The variant without a department is no wording of its own: both are put into other words together.
  const { happened, next } = ruleOf(key, { department: 'any' });
  return `${fill(locale, happened, NAMES)}\n\n${fill(locale, next, NAMES)}`;
}

const HOUR_MS = 3_600_000;

/** A message of an update as it could be, told by the examples of the fields. */
export function exampleMessage(
  key: string,
  locale: Locale,
  examples: TemplateValues,
  now: Instant,
): Outgoing {
  return {
    caseId: '00000000-0000-7000-8000-000000000000',
    number: examples.number,
    subject: examples.subject,
    priority: 'P2',
    recipient: {
      customerId: '00000000-0000-7000-8000-000000000001',
      name: examples.customerName,
      email: null,
      phone: null,
      locale,
      timeZone: DEFAULT_TIME_ZONE[locale],
    },
    names: { department: () => examples.department, owner: () => examples.owner },
    updates: [{ seq: 1, key, params: exampleParams(key, examples, now), at: now }],
    holder: { state: 'level1.working', department: 'example', ownerId: 'example' },
    hearByAt: now + 26 * HOUR_MS,
    statusUrl: examples.statusUrl,
    dedupeKey: 'example',
    earlierMessageIds: [],
    now,
  };
}

export function exampleParams(
  key: string,
  examples: TemplateValues,
  now: Instant,
): Readonly<Record<string, unknown>> {
  const { at } = ruleOf(key, { department: 'any' });
  return {
    ownerId: 'example',
    department: 'example',
    ...(at !== null && { [at]: now + 48 * HOUR_MS }),
    question: examples.question,
    text: examples.message,
    solution: examples.solution,
    reasons: examples.reasons,
    promise: examples.promise,
    description: examples.compensation,
    amountMinor: 1_250,
    currency: 'EUR',
    tell: examples.why,
    primaryNumber: examples.otherNumber,
  };
}
