// What a customer reads of promises and compensations, and what they never do.
import { describe, expect, it } from '@jest/globals';
import { compensationsOf, promisesOf } from '../../src/delivery/customer-commitments.js';
import { customerView } from '../../src/delivery/customer-view.js';
import { statusPage } from '../../src/delivery/status-page.js';
import type { CaseContext } from '../../src/domain/case.js';
import type { Compensation, CustomerPromise } from '../../src/domain/cooperation.js';
import { LOCALES, type Locale } from '../../src/domain/policies.js';
import { CANARY, namesIn, Story } from './story.js';

const DUE_AT = Date.UTC(2026, 10, 20, 16);

const promise = (given: Partial<CustomerPromise>): CustomerPromise => ({
  n: 1,
  text: 'A new parcel leaves our warehouse.',
  dueAt: DUE_AT,
  department: CANARY,
  madeBy: CANARY,
  madeByKind: 'agent',
  madeAt: 0,
  concerns: [CANARY],
  state: 'open',
  endedAt: null,
  fulfilledAt: null,
  renegotiations: [{ fromDueAt: 0, at: 0, by: CANARY, reason: CANARY }],
  ...given,
});

const compensation = (given: Partial<Compensation>): Compensation => ({
  n: 1,
  kind: 'refund',
  amountMinor: 2_500,
  currency: 'EUR',
  description: 'For the trouble',
  reason: CANARY,
  proposedBy: CANARY,
  proposedByKind: 'agent',
  proposedAt: 0,
  approverRole: 'lead',
  approverDepartment: CANARY,
  state: 'approved',
  decidedBy: CANARY,
  decidedAt: 0,
  decisionComment: CANARY,
  authority: { role: 'lead', limitMinor: 1, capMinor: 1, grantedMinor: 1 },
  executedAt: null,
  reference: CANARY,
  assigneeId: CANARY,
  withDeputy: true,
  ...given,
});

function pageWith(context: Partial<CaseContext>, locale: Locale): string {
  const { current, updates, now } = Story.accepted().told;
  const changed = { ...current, context: { ...current.context, ...context } };
  const reader = { locale, timeZone: 'Europe/Berlin', names: namesIn(locale) };
  return statusPage(customerView({ current: changed, updates, allowedEvents: [], now }, reader), {
    path: '/s/token',
    chosen: null,
    newKey: () => 'key',
    failed: null,
    notice: null,
    mergedPath: null,
    eventsPath: '/events',
    ratingChoice: null,
    now,
  });
}

describe('a promise', () => {
  it.each([
    [{ state: 'open' }, 'open'],
    [{ state: 'kept', fulfilledAt: 1 }, 'kept'],
    [{ state: 'broken' }, 'broken'],
    [{ state: 'broken', fulfilledAt: 1 }, 'keptLate'],
  ] as const)('that is %j is told as %s, with its words and its date', (given, state) => {
    expect(promisesOf({ promises: [promise(given)] })).toEqual([
      { text: 'A new parcel leaves our warehouse.', dueAt: DUE_AT, state },
    ]);
  });

  it('that no longer applies is none', () => {
    expect(promisesOf({ promises: [promise({ state: 'cancelled' })] })).toEqual([]);
  });
});

describe('a compensation', () => {
  it.each([
    ['proposed', []],
    ['approved', ['approved']],
    ['rejected', []],
    ['executing', ['approved']],
    ['executed', ['executed']],
    ['failed', ['approved']],
    ['cancelled', []],
  ] as const)('that is %s inside the house is told as %j', (state, told) => {
    const found = compensationsOf({ compensations: [compensation({ state })] }, 'en');
    expect(found.map((each) => each.state)).toEqual(told);
  });

  it('is written as the reader’s language writes money, whole yen and thousandths of a dinar included', () => {
    const amountOf = (amountMinor: number, currency: string, locale: Locale) =>
      compensationsOf({ compensations: [compensation({ amountMinor, currency })] }, locale)[0]?.amount;
    expect(amountOf(2_500, 'EUR', 'en')).toBe('€25.00');
    expect(amountOf(6_800, 'CNY', 'zh-CN')).toBe('¥68.00');
    expect(amountOf(648_000, 'TWD', 'zh-TW')).toBe('$6,480.00');
    expect(amountOf(900, 'JPY', 'en')).toBe('¥900');
    expect(amountOf(1_500, 'KWD', 'en')).toMatch(/^KWD\s1\.500$/);
  });
});

describe('the page', () => {
  it.each(LOCALES)('shows both in %s, and nothing of who, why and how', (locale) => {
    const page = pageWith({ promises: [promise({})], compensations: [compensation({})] }, locale);
    expect(page).toContain('A new parcel leaves our warehouse.');
    expect(page).toContain('<time datetime="2026-11-20T16:00:00.000Z"');
    expect(page).toContain('For the trouble');
    expect(page).toMatch(/<b class="amount">€25\.00<\/b>/);
    expect(page).not.toContain(CANARY);
    expect(page).not.toMatch(/refund|lead|undefined/);
  });

  it('shows neither while there is none', () => {
    expect(pageWith({}, 'en')).not.toMatch(/What we have promised you|What we are giving you/);
  });
});
