/** A message as the queue hands it to a channel, for the tests of mail. Knows no queue. */
import type { Outgoing, Recipient } from '../../../src/delivery/outbound/channel.js';
import type { VisibleUpdate } from '../../../src/delivery/render-update.js';
import type { Locale } from '../../../src/domain/policies.js';
import { CASE_ID, CUSTOMER_ID, namesIn, PRIMARY_ID, START_AT } from '../story.js';

export const NUMBER = 'C-7K3Q-F9XM';
export const STATUS_URL = 'https://help.example.com/s/AbCdEf0123456789';
const HOUR_MS = 3_600_000;

/** Everything that any update may carry (contract of the domain). */
export const PARAMS = {
  ownerId: 'agent-1',
  department: 'logistics',
  question: 'Which address should we send it to?',
  waitUntilAt: START_AT + 48 * HOUR_MS,
  confirmUntilAt: START_AT + 72 * HOUR_MS,
  reopenUntilAt: START_AT + 700 * HOUR_MS,
  reviewAt: START_AT + 24 * HOUR_MS,
  solution: 'The parcel was found and arrives on Friday.',
  reasons: 'The return window ended on 3 October.',
  text: 'We have called the carrier.',
  promise: 'A courier picks it up.',
  promisedAt: START_AT + 30 * HOUR_MS,
  description: 'A voucher for your next order',
  amountMinor: 1_250,
  currency: 'EUR',
  untilAt: START_AT + 96 * HOUR_MS,
  tell: 'The part has to be made anew.',
  primaryCaseId: PRIMARY_ID,
  primaryNumber: 'C-9ABC-DEFG',
} as const;

const NAMES: Readonly<Record<Locale, string>> = { en: 'Ada Lovelace', 'zh-CN': '王芳', 'zh-TW': '林淑芬' };
const ZONES: Readonly<Record<Locale, string>> = {
  en: 'Europe/Berlin',
  'zh-CN': 'Asia/Shanghai',
  'zh-TW': 'Asia/Taipei',
};

export function update(
  key: string,
  params: Readonly<Record<string, unknown>> = PARAMS,
  seq = 1,
): VisibleUpdate {
  return { seq, key, params, at: START_AT + (seq - 1) * HOUR_MS };
}

export function outgoing(
  updates: readonly VisibleUpdate[],
  { locale = 'en', ...recipient }: Partial<Recipient> = {},
  rest: Partial<Outgoing> = {},
): Outgoing {
  return {
    caseId: CASE_ID,
    number: NUMBER,
    subject: 'Parcel has not arrived',
    priority: 'P2',
    recipient: {
      customerId: CUSTOMER_ID,
      name: NAMES[locale],
      email: 'ada@example.com',
      phone: null,
      locale,
      timeZone: ZONES[locale],
      ...recipient,
    },
    names: namesIn(locale),
    updates,
    holder: { state: 'level1.working', department: 'logistics', ownerId: 'agent-1' },
    hearByAt: START_AT + 26 * HOUR_MS,
    statusUrl: STATUS_URL,
    dedupeKey: `${CASE_ID}:1:email`,
    earlierMessageIds: [],
    now: START_AT + HOUR_MS,
    ...rest,
  };
}
