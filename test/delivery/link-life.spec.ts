import { describe, expect, it } from '@jest/globals';
import { linkState, reopenWindowIsOver } from '../../src/delivery/link-life.js';
import { AGENT, CUSTOMER, MEMBER, PRIMARY_ID, SOLVED, Story } from './story.js';

const DAY_MS = 86_400_000;
const closed = () =>
  Story.accepted().then('case.resolve', MEMBER, SOLVED).then('case.confirm', CUSTOMER, { comment: null });

describe('the life of a link', () => {
  it('lasts as long as the case is open, however long that is', () => {
    const { current, now } = Story.accepted().told;
    const { linkGeneration } = current.context;
    expect(linkState(current, linkGeneration, now + 1_000 * DAY_MS)).toBe('live');
  });

  it('is over once the case has a link of another generation', () => {
    const { current, now } = Story.accepted().told;
    const { linkGeneration } = current.context;
    expect(linkState(current, linkGeneration - 1, now)).toBe('replaced');
    expect(linkState(current, linkGeneration + 1, now)).toBe('replaced');
  });

  it.each([
    ['closed', closed],
    ['withdrawn', () => Story.accepted().then('case.withdraw', CUSTOMER, { reason: 'found it' })],
    [
      'merged',
      () =>
        Story.started().then('case.merge', AGENT, {
          caseId: '',
          primaryCaseId: PRIMARY_ID,
          primaryState: 'received',
          reason: '',
        } as never),
    ],
  ])('ends 30 days after the case was %s, to the millisecond', (_, story) => {
    const { current, now } = story().told;
    const { linkGeneration } = current.context;
    expect(linkState(current, linkGeneration, now + 30 * DAY_MS - 1)).toBe('live');
    expect(linkState(current, linkGeneration, now + 30 * DAY_MS)).toBe('expired');
  });

  it('is not shortened by what happens to a closed case afterwards, and goes on when it is reopened', () => {
    const sealed = closed();
    const closedAt = sealed.told.now;
    sealed.then('case.seal', { kind: 'system', id: 'system' }, { dueAt: 0 }, 14 * DAY_MS);
    const { current } = sealed.told;
    expect(linkState(current, current.context.linkGeneration, closedAt + 30 * DAY_MS)).toBe('expired');
    const reopened = closed().then('case.reopen', CUSTOMER, { reason: 'again' }).told.current;
    expect(linkState(reopened, reopened.context.linkGeneration, closedAt + 90 * DAY_MS)).toBe('live');
  });

  it('knows by the clock alone that the reopen window of 14 days is over', () => {
    const { current, now } = closed().told;
    expect(reopenWindowIsOver(current, now + 14 * DAY_MS - 1)).toBe(false);
    expect(reopenWindowIsOver(current, now + 14 * DAY_MS)).toBe(true);
    expect(reopenWindowIsOver(Story.accepted().told.current, now + 99 * DAY_MS)).toBe(false);
  });
});
