/** The one line of time on which all scenarios of a file are lived. */
import { describe, expect, it } from '@jest/globals';
import { timelineOf } from '../../scripts/scenarios/timeline.js';
import { at, check, event, scenario } from './small-scenarios.js';

describe('a timeline of scenarios', () => {
  it('takes every instant once, in order, with the events and checks of each scenario', () => {
    const one = scenario('one', [event('10:00', 'resolved')], [check('10:00', { overall: 'met' })]);
    const other = scenario(
      'other',
      [event('09:00', 'agent_reply')],
      [check('10:00', { overall: 'running' })],
    );
    const timeline = timelineOf([one, other]);
    expect(timeline.map((instant) => new Date(instant.at).toISOString())).toEqual([
      '2026-01-12T08:00:00.000Z',
      '2026-01-12T09:00:00.000Z',
      '2026-01-12T10:00:00.000Z',
    ]);
    const [opening, , last] = timeline.map(({ moments }) => moments);
    expect(opening?.map(({ scenario: whose }) => whose.id)).toEqual(['one', 'other']);
    expect(last?.map(({ events, checks, isLast }) => [events.length, checks.length, isLast])).toEqual([
      [1, 1, true],
      [0, 1, true],
    ]);
  });

  it('takes instants of different offsets for the same', () => {
    const local = { at: '2026-01-12T09:00:00+01:00', expect: {} };
    expect(timelineOf([scenario('one', [], [local])])).toHaveLength(1);
  });

  it('looks for a warning when it is expected, unless something happens before', () => {
    const expectation = { warn_at: at('08:45'), resolution: { due: at('09:00'), warn_at: at('08:45') } };
    const checksOf = (...events: Parameters<typeof event>[]) =>
      timelineOf([
        scenario(
          'one',
          events.map((args) => event(...args)),
          [check('08:10', expectation)],
        ),
      ]).flatMap(({ moments }) => moments.flatMap(({ checks }) => checks));
    expect(checksOf()).toEqual([
      check('08:10', { resolution: { due: at('09:00') } }),
      check('08:45', { warn_at: at('08:45') }),
      check('08:45', { resolution: { warn_at: at('08:45') } }),
    ]);
    expect(checksOf(['08:30', 'agent_reply'])).toEqual([check('08:10', expectation)]);
  });
});
