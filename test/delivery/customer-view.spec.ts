import { describe, expect, it } from '@jest/globals';
import { customerView, type CustomerView } from '../../src/delivery/customer-view.js';
import { statusPage } from '../../src/delivery/status-page.js';
import { allowedActions } from '../../src/domain/allowed-actions.js';
import { type Clock, STATE_PATHS, type StatePath } from '../../src/domain/case.js';
import { LOCALES, type Locale } from '../../src/domain/policies.js';
import {
  AGENT,
  ASKED,
  CANARY,
  CUSTOMER,
  escalation,
  MANAGER,
  MEMBER,
  namesIn,
  POLICIES,
  PRIMARY_ID,
  PRODUCT_MEMBER,
  SOLVED,
  Story,
  SYSTEM,
  type Told,
} from './story.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function viewOf(
  { current, updates, now }: Told,
  locale: Locale = 'en',
  timeZone = 'Europe/Berlin',
): CustomerView {
  const allowedEvents = allowedActions(current, CUSTOMER, POLICIES);
  return customerView({ current, updates, allowedEvents, now }, { locale, timeZone, names: namesIn(locale) });
}

const returned = {
  reason: 'misrouted',
  suggestion: null,
  missingFields: [],
  comment: `comment ${CANARY}`,
} as const;
const mergeInto = (story: Story) =>
  story.then('case.merge', AGENT, {
    caseId: '',
    primaryCaseId: PRIMARY_ID,
    primaryState: 'received',
    reason: `merge ${CANARY}`,
  } as never);
const decided = (decision: 'grant' | 'refuse') => ({
  decision,
  solution: 'A voucher of 20 euros.',
  reasons: 'The return window ended on 3 October.',
});

/** One life that ends in each state. */
const LIVES: Readonly<Record<StatePath, () => Story>> = {
  received: () => Story.opened(),
  'frontline.working': () => Story.started(),
  'frontline.returned': () =>
    Story.accepted().then('case.return', MEMBER, { ...returned, missingFields: [] }),
  'level1.dispatched': () => Story.escalated(),
  'level1.working': () => Story.accepted(),
  'level2.dispatched': () => Story.accepted().then('case.escalate', MEMBER, escalation('product')),
  'level2.working': () =>
    Story.accepted()
      .then('case.escalate', MEMBER, escalation('product'))
      .then('case.accept', PRODUCT_MEMBER, {}),
  arbitration: () =>
    Story.accepted()
      .then('case.return', MEMBER, { ...returned, missingFields: [] })
      .then('case.escalate', AGENT, escalation('logistics'))
      .then('case.return', MEMBER, { ...returned, missingFields: [] }),
  waiting: () => Story.accepted().then('case.ask', MEMBER, ASKED),
  resolved: () => Story.accepted().then('case.resolve', MEMBER, SOLVED),
  closed: () =>
    Story.accepted()
      .then('case.resolve', MEMBER, SOLVED)
      .then('case.confirm', CUSTOMER, { comment: `confirmation ${CANARY}` }),
  withdrawn: () => Story.accepted().then('case.withdraw', CUSTOMER, { reason: `withdrawal ${CANARY}` }),
  merged: () => mergeInto(Story.started()),
};

describe('what the customer sees', () => {
  it.each([
    ['received', 'We have your case', 'Our service team'],
    ['frontline.working', 'Mei is working on it', 'Mei'],
    ['frontline.returned', 'Mei is working on it', 'Mei'],
    ['level1.dispatched', 'With Logistics', 'Logistics'],
    ['level1.working', 'With Logistics', 'Logistics'],
    ['level2.dispatched', 'With Product', 'Product'],
    ['level2.working', 'With Product', 'Product'],
    ['arbitration', 'We are naming the responsible team', 'A manager'],
    ['waiting', 'We need something from you', 'Logistics'],
    ['resolved', 'Here is our solution, please confirm', 'Mei'],
    ['closed', 'This case is closed', null],
    ['withdrawn', 'This case has been withdrawn', null],
    ['merged', 'This case goes on as case C-NAXV-QK6C', null],
  ] as const)('of a case in %s is headed "%s", and %s has it', (state, headline, who) => {
    const told = LIVES[state]().told;
    expect(told.current.state).toBe(state);
    const view = viewOf(told);
    expect([view.headline, view.whoHasIt]).toEqual([headline, who]);
    expect(view.whatComesNext).not.toMatch(/\bnone\b|undefined|[{}]/);
  });

  it.each(LOCALES)('is complete for every state in %s', (locale) => {
    for (const state of STATE_PATHS) {
      const { timeline, ...rest } = viewOf(LIVES[state]().told, locale, 'Asia/Shanghai');
      expect({ state, ...rest }).toMatchSnapshot(`${state} ${locale}`);
      expect(timeline.length).toBeGreaterThan(0);
    }
  });

  it('tells what has happened in order, with the words that were meant for the customer', () => {
    const { timeline } = viewOf(
      LIVES.waiting()
        .then('case.reply', CUSTOMER, { text: CANARY, channel: 'web', messageId: null, automatic: false })
        .then('case.message', MEMBER, { text: 'We have called the carrier.' })
        .then('case.note', MEMBER, { text: `note ${CANARY}` }).told,
    );
    expect(timeline.map(({ text }) => text)).toEqual([
      'We have received your case.',
      'Your case is now with Mei, who stays your contact to the end.',
      'We have brought in Logistics to help with your case.',
      'Your case has been taken up by Logistics, and work has started.',
      'We have a question for you.',
      'We have received your message.',
      'We have sent you a message.',
    ]);
    expect(timeline.flatMap(({ quotes }) => quotes)).toEqual([
      { label: 'Our question', text: 'Which address should we send it to?' },
      { label: 'Our message', text: 'We have called the carrier.' },
    ]);
  });

  it('asks for the answer by its date, with the question', () => {
    const { whatWeNeed, stage } = viewOf(LIVES.waiting().told);
    expect(stage).toBe('yourTurn');
    expect(whatWeNeed?.question).toBe('Which address should we send it to?');
    expect(whatWeNeed?.text).toContain('by Friday, 13 November 2026');
  });

  it('shows the solution as it was told, and asks to confirm it by its date', () => {
    const { solution, whatWeNeed, offer } = viewOf(LIVES.resolved().told);
    expect(solution).toEqual([{ label: 'Our solution', text: SOLVED.solution }]);
    expect(whatWeNeed?.text).toMatch(/whether the solution works for you by Wednesday, 11 November 2026/);
    expect(offer).toBe('solution');
  });

  it('calls a refusal a decision, gives its reasons, and asks whether it can be accepted', () => {
    const refused = LIVES['level2.working']().then('case.decide', MANAGER, decided('refuse'));
    const view = viewOf(refused.told);
    expect([view.offer, view.headline]).toEqual(['refusal', 'Here is our decision']);
    expect(view.solution.map(({ label }) => label)).toEqual(['Our decision', 'Our reasons']);
    expect(view.whatWeNeed?.text).toMatch(/accept this/);
    const granted = viewOf(LIVES['level2.working']().then('case.decide', MANAGER, decided('grant')).told);
    expect(granted.offer).toBe('solution');
  });

  it('of a case that went unanswered offers to go on, and claims no solution', () => {
    const view = viewOf(LIVES.waiting().then('case.expireWaiting', SYSTEM, { dueAt: 0 }, 7 * DAY_MS).told);
    expect([view.offer, view.headline]).toEqual(['noReply', 'We have not heard from you']);
    expect(view.solution).toEqual([]);
    expect(view.allowed).toEqual(expect.arrayContaining(['confirmation', 'rejection']));
  });

  it('says by when a hold is looked at again, and not why it is held', () => {
    const reviewAt = Date.UTC(2026, 10, 20, 9, 0);
    const view = viewOf(
      LIVES['level1.working']().then('case.hold', MEMBER, { reason: CANARY, reviewAt }).told,
    );
    expect(view.whatComesNext).toContain('by Friday, 20 November 2026, 10:00');
  });

  it('promises the next update for as long as its clock runs', () => {
    const told = LIVES['level1.working']().told;
    const clock = (stoppedAt: number | null) =>
      ({ metric: 'nextUpdate', dueAt: told.now + HOUR_MS, stoppedAt }) as Clock;
    const withClocks = (clocks: readonly Clock[]) => ({
      ...told,
      current: { ...told.current, context: { ...told.current.context, clocks } },
    });
    expect(viewOf(withClocks([clock(told.now), clock(null)])).nextUpdateDueAt).toBe(told.now + HOUR_MS);
    expect(viewOf(withClocks([clock(told.now)])).nextUpdateDueAt).toBeNull();
    expect(viewOf(withClocks([])).nextUpdateDueAt).toBeNull();
  });

  it.each([
    ['received', ['reply', 'attention', 'withdrawal']],
    ['waiting', ['reply', 'attention', 'withdrawal']],
    ['resolved', ['reply', 'confirmation', 'rejection', 'attention']],
    ['closed', ['reply', 'rating', 'reopening']],
    ['withdrawn', []],
    ['merged', []],
  ] as const)('of a case in %s allows %j', (state, allowed) => {
    expect(viewOf(LIVES[state]().told).allowed).toEqual(allowed);
  });

  it('of a closed case past its window leaves one way: a new case that continues it', () => {
    const told = LIVES.closed().told;
    const late = viewOf({ ...told, now: told.now + 14 * DAY_MS });
    expect([late.allowed, late.reopeningMakesNewCase]).toEqual([['reopening'], true]);
    expect(late.whatComesNext).toMatch(/time for reopening is over/);
    expect(viewOf(told).reopeningMakesNewCase).toBe(false);
  });

  it('has words for an owner and a department whom the directory has forgotten', () => {
    const { current, updates, now } = LIVES['level1.working']().told;
    const names = { owner: () => null, department: () => null };
    const view = customerView(
      { current, updates, allowedEvents: [], now },
      { locale: 'en', timeZone: 'UTC', names },
    );
    expect([view.headline, view.whoHasIt]).toEqual([
      'With the department in charge',
      'The department in charge',
    ]);
    expect(JSON.stringify(view)).not.toMatch(/logistics|undefined/);
  });
});

describe('what is internal', () => {
  const everything = () =>
    LIVES['level2.working']()
      .then('case.note', PRODUCT_MEMBER, { text: `note ${CANARY}` })
      .then('case.hold', PRODUCT_MEMBER, { reason: `hold ${CANARY}`, reviewAt: Date.UTC(2027, 0, 1) })
      .then('case.release', PRODUCT_MEMBER, { reason: `release ${CANARY}` })
      .then('case.handOver', MANAGER, { agentId: `other-${CANARY}`, reason: `hand-over ${CANARY}` })
      .then('case.prioritize', MANAGER, { impact: 'high', urgency: 'high', reason: `priority ${CANARY}` })
      .then('case.raiseAttention', MANAGER, { reason: `attention ${CANARY}` })
      .then('case.flag', MANAGER, { flag: 'abuse', on: true, reason: `flag ${CANARY}` })
      .then('case.handBack', PRODUCT_MEMBER, { decision: `hand-back ${CANARY}`, department: null });

  it.each([
    ...STATE_PATHS.map((state) => [state, LIVES[state]] as const),
    ['everything that can happen', everything] as const,
  ])('never shows: %s', (_, life) => {
    const told = life().told;
    // The marks are there to be found; otherwise this would prove nothing.
    expect(JSON.stringify(told.current)).toContain(CANARY);
    for (const locale of LOCALES) {
      const view = viewOf(told, locale, 'Asia/Shanghai');
      const page = statusPage(view, {
        path: '/s/token',
        chosen: null,
        newKey: () => 'key',
        failed: null,
        notice: null,
        mergedPath: null,
        eventsPath: '/api/v1/status/token/events',
        ratingChoice: null,
        now: told.now,
      });
      for (const shown of [JSON.stringify(view), page]) {
        expect(shown).not.toContain(CANARY);
        expect(shown).not.toContain(told.current.intake.customerId);
        expect(shown).not.toMatch(/level[12]|frontline|P[1-4]\b|abuse|misrouted/);
      }
    }
  });
});
