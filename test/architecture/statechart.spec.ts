// The picture of the machine says what the machine says: nothing that leads elsewhere is left out, and what is drawn
// once for many states is true of each of them.
import { describe, expect, it } from '@jest/globals';
import { createMachine } from 'xstate';
import { mermaidOf } from '../../scripts/statechart/mermaid-of.js';
import { caseMachine } from '../../src/domain/case-machine.js';

const options = { commonTags: ['open'], anyLabel: 'any', backLabel: 'back', eventPrefix: 'case.' };

const small = createMachine({
  initial: 'new',
  states: {
    new: { on: { 'case.open': 'desk' } },
    desk: { tags: 'open', on: { 'case.note': {}, 'case.climb': 'floor', 'case.drop': 'gone' } },
    floor: {
      id: 'floor',
      tags: 'open',
      initial: 'sent',
      on: { 'case.drop': 'gone', 'case.give': 'desk', 'case.lift': 'desk' },
      states: {
        sent: { on: { 'case.take': 'taken' } },
        taken: { id: 'taken', on: { 'case.end': '#gone' } },
      },
    },
    gone: {
      id: 'gone',
      on: {
        'case.undo': [
          { guard: () => true, target: 'desk' },
          { guard: () => true, target: '#floor.sent' },
          { guard: () => true, target: '#taken' },
          { target: 'floor' },
        ],
      },
    },
  },
});

const edgesOf = (mermaid: string) => mermaid.split('\n').filter((line) => line.includes('-->'));

describe('statechart', () => {
  it('draws frames, merges edges of the same ends, and draws once what is common or leads back', () => {
    expect(mermaidOf(small, options).split('\n')).toEqual([
      'stateDiagram-v2',
      '  state "desk" as desk',
      '  state "floor" as floor {',
      '    state "sent" as floor_sent',
      '    state "taken" as floor_taken',
      '    floor_sent --> floor_taken : take',
      '  }',
      '  state "gone" as gone',
      '  state "any" as any',
      '  state "back" as back',
      '  [*] --> desk : open',
      '  desk --> floor : climb',
      '  any --> gone : drop',
      '  floor --> desk : give, lift',
      '  floor --> gone : end',
      '  gone --> back : undo',
    ]);
  });

  it('draws nothing as common to all when no state carries the tag', () => {
    expect(edgesOf(mermaidOf(small, { ...options, commonTags: ['none'] })).join()).not.toContain('any');
  });

  it('names every event of the case that leads to another state', () => {
    const leading = Object.values(caseMachine.states)
      .flatMap((state) => [state, ...Object.values(state.states)])
      .flatMap((state) =>
        [...state.transitions.values()].flat().filter(({ target }) => target?.some((to) => to !== state)),
      )
      .map(({ eventType }) => eventType.replace('case.', ''));
    const drawn = edgesOf(
      mermaidOf(caseMachine, { ...options, commonTags: ['customerClocks', 'paused'] }),
    ).flatMap((line) => line.slice(line.indexOf(' : ') + 3).split(', '));
    expect([...new Set(drawn)].sort()).toEqual([...new Set(leading)].sort());
  });

  it('shows no escalation out of level 2', () => {
    const outOfLevel2 = edgesOf(mermaidOf(caseMachine, options)).filter((line) =>
      /^\s*level2\S* -->/.test(line),
    );
    expect(outOfLevel2.length).toBeGreaterThan(0);
    expect(outOfLevel2.filter((line) => line.includes('escalate'))).toEqual([]);
  });
});
