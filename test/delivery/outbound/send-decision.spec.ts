// Whether a message goes out now, later or not at all: the customer's wishes against the weight of what it says.
import { describe, expect, it } from '@jest/globals';
import type { ReadCustomer, Reading } from '../../../src/delivery/outbound/notification-reader.js';
import { quietUntil } from '../../../src/delivery/outbound/quiet-hours.js';
import { decideSend } from '../../../src/delivery/outbound/send-decision.js';
import { UPDATE_URGENCY } from '../../../src/delivery/outbound/update-urgency.js';
import { DEFAULT_DELIVERY_POLICY } from '../../../src/engine/delivery-policy.js';
import { ScriptedChannel } from './sending-house.js';

const EMAIL = new ScriptedChannel('email');
const SMS = new ScriptedChannel('sms');
const at = (text: string): number => Date.parse(text);
const text = (instant: number): string => new Date(instant).toISOString();

const NIGHT = { from: '22:00', to: '08:00' };

function reading(customer: Partial<ReadCustomer> | null, rest: Partial<Reading> = {}): Reading {
  return {
    now: at('2026-03-02T12:00:00Z'),
    number: 'C-1',
    subject: 's',
    category: 'delivery',
    priority: 'P3',
    reputationRisk: false,
    linkGeneration: 1,
    state: 'level1.working',
    department: 'logistics',
    ownerId: 'agent-1',
    nextUpdateDueAt: null,
    customer: customer && {
      id: 'c',
      name: 'Mei',
      email: 'mei@example.test',
      phone: '+49 30 1',
      locale: null,
      timeZone: 'Europe/Berlin',
      account: null,
      preferences: {},
      ...customer,
    },
    barred: [],
    sentToday: 0,
    updates: [telling('case.started')],
    earlierMessageIds: [],
    ...rest,
  };
}

const telling = (key: string) => ({ seq: 1, key, params: {}, at: 0 });

const decide = (of: Reading, name: 'email' | 'sms' = 'email', channels = [EMAIL, SMS]) => {
  const decision = decideSend(name, of, channels, DEFAULT_DELIVERY_POLICY);
  if (decision.kind === 'send') return 'send';
  return decision.kind === 'suppress' ? decision.reason : `${decision.reason} ${text(decision.until)}`;
};

describe('an address', () => {
  it('that is missing or barred ends the message with that reason', () => {
    expect(decide(reading(null))).toBe('no-address');
    expect(decide(reading({ email: null }))).toBe('no-address');
    expect(decide(reading({ email: null }), 'sms')).toBe('send');
    expect(decide(reading({}, { barred: ['email'] }))).toBe('address-suppressed');
    expect(decide(reading({}, { barred: ['email'] }), 'sms')).toBe('send');
  });

  it('that has had its share of the day waits for the next, however urgent', () => {
    const full = { sentToday: 30, updates: [telling('case.questionAsked')], priority: 'P1' as const };
    expect(decide(reading({}, { ...full, sentToday: 29 }))).toBe('send');
    expect(decide(reading({}, full))).toBe('too-many 2026-03-03T00:00:00.000Z');
  });
});

describe('who opted out', () => {
  const CRITICAL = { updates: [telling('case.started'), telling('case.questionAsked')] };

  it('is left in peace on that channel', () => {
    const preferences = { optOut: ['email'] as const };
    expect(decide(reading({ preferences }))).toBe('opted-out');
    expect(decide(reading({ preferences }), 'sms')).toBe('send');
  });

  it('hears what is critical by the channel that is left', () => {
    const preferences = { optOut: ['email'] as const };
    expect(decide(reading({ preferences }, CRITICAL))).toBe('opted-out');
    expect(decide(reading({ preferences }, CRITICAL), 'sms')).toBe('send');
  });

  it('of everything hears what is critical by one channel, not by all', () => {
    const preferences = { optOut: ['email', 'sms'] as const };
    expect(decide(reading({ preferences }))).toBe('opted-out');
    expect(decide(reading({ preferences }), 'sms')).toBe('opted-out');
    expect(decide(reading({ preferences }, CRITICAL))).toBe('send');
    expect(decide(reading({ preferences }, CRITICAL), 'sms')).toBe('opted-out');
    expect(decide(reading({ preferences }, { ...CRITICAL, barred: ['email'] }), 'sms')).toBe('send');
    expect(decide(reading({ preferences, email: null }, CRITICAL), 'sms')).toBe('send');
  });

  it('hears it by mail where the house has no other channel', () => {
    expect(decide(reading({ preferences: { optOut: ['email'] } }, CRITICAL), 'email', [EMAIL])).toBe('send');
  });
});

describe('quiet hours', () => {
  const asleep = { now: at('2026-03-02T23:30:00Z') };
  const preferences = { quietHours: NIGHT };

  it('put news off to their end, in the customer’s zone', () => {
    expect(decide(reading({ preferences }, asleep))).toBe('quiet-hours 2026-03-03T07:00:00.000Z');
    expect(decide(reading({ preferences, timeZone: 'America/New_York' }, asleep))).toBe('send');
    expect(decide(reading({ preferences: { quietHours: null } }, asleep))).toBe('send');
  });

  it.each(['case.questionAsked', 'case.opened', 'case.replied', 'case.resolved', 'case.decided.refuse'])(
    'do not keep from the customer what they wait for: %s',
    (key) => {
      expect(decide(reading({ preferences }, { ...asleep, updates: [telling(key)] }))).toBe('send');
    },
  );

  it.each(['case.stillWorking', 'case.delayed', 'case.promiseAtRisk', 'case.ofTheFuture'])(
    'cover %s',
    (key) => {
      expect(decide(reading({ preferences }, { ...asleep, updates: [telling(key)] }))).toMatch(
        /^quiet-hours/,
      );
    },
  );

  it('end for a case of the highest priority, or one that puts the house at risk', () => {
    expect(decide(reading({ preferences }, { ...asleep, priority: 'P1' }))).toBe('send');
    expect(decide(reading({ preferences }, { ...asleep, reputationRisk: true }))).toBe('send');
  });

  it.each([
    ['a night without a change of clocks', '2026-03-27T23:00:00Z', '2026-03-28T07:00:00.000Z'],
    ['the night on which clocks go forward', '2026-03-28T23:00:00Z', '2026-03-29T06:00:00.000Z'],
    ['the night on which they go back', '2026-10-24T22:00:00Z', '2026-10-25T07:00:00.000Z'],
  ])('follow the clock on the wall in %s', (_name, now, until) => {
    expect(text(quietUntil(at(now), NIGHT, 'Europe/Berlin'))).toBe(until);
  });

  it('that end within the hour that is skipped end when it does', () => {
    const hours = { from: '22:00', to: '02:30' };
    expect(text(quietUntil(at('2026-03-29T00:30:00Z'), hours, 'Europe/Berlin'))).toBe(
      '2026-03-29T01:00:00.000Z',
    );
  });

  it('may lie within a day, begin at midnight, or be none', () => {
    const noon = at('2026-03-02T12:00:00Z');
    expect(text(quietUntil(noon, { from: '12:00', to: '14:00' }, 'UTC'))).toBe('2026-03-02T14:00:00.000Z');
    expect(quietUntil(noon, { from: '14:00', to: '12:00' }, 'UTC')).toBe(noon);
    expect(text(quietUntil(noon, { from: '00:00', to: '13:00' }, 'UTC'))).toBe('2026-03-02T13:00:00.000Z');
    expect(quietUntil(noon, { from: '12:00', to: '12:00' }, 'UTC')).toBe(noon);
  });
});

it('weighs as critical exactly what the customer would be wronged by not knowing', () => {
  const critical = Object.entries(UPDATE_URGENCY).filter(([, urgency]) => urgency.critical);
  expect(critical.map(([key]) => key)).toEqual([
    'case.decided.grant',
    'case.decided.alternative',
    'case.decided.refuse',
    'case.questionAsked',
    'case.waitReminded',
    'case.waitExpired',
    'case.resolved',
    'case.breachEscalated',
    'case.delayed',
    'case.promiseAtRisk',
    'case.promiseBroken',
    'case.compensationCancelled',
  ]);
});
