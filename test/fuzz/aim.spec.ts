// What a case shows to be open, so that requests about tasks find one.
import { describe, expect, it } from '@jest/globals';
import { openTasksIn } from '../../scripts/fuzz/aim.js';

const RESOURCE = {
  consults: [
    { n: 1, department: 'sales', endedAt: '2026-03-02T09:00:00Z' },
    { n: 2, department: 'product', endedAt: null },
  ],
  proposals: [
    {
      n: 1,
      state: 'open',
      voices: [
        { department: 'sales', agrees: true },
        { department: 'after-sales', agrees: null },
      ],
      actions: [],
    },
    {
      n: 2,
      state: 'agreed',
      voices: [{ department: 'sales', agrees: true }],
      actions: [{ k: 3, department: 'frontline', doneAt: null }],
    },
  ],
  compensations: [{ n: 1, state: 'proposed', approverDepartment: null }],
  extensions: [{ n: 4, state: 'granted' }],
  callbacks: [{ n: 1, department: 'sales', doneAt: null }],
};

describe('tasks that a case shows to be open', () => {
  it('are all that nobody is done with, each with the department that it waits for', () => {
    expect(openTasksIn(RESOURCE, null)).toEqual([
      { key: 'consult-2', department: 'product' },
      { key: 'agree-1-after-sales', department: 'after-sales' },
      { key: 'action-2-3', department: null },
      { key: 'approve-1', department: null },
      { key: 'callback-1', department: 'sales' },
    ]);
  });

  it('are those of a kind where an operation takes that kind alone', () => {
    expect(openTasksIn(RESOURCE, ['consult']).map(({ key }) => key)).toEqual(['consult-2']);
    expect(openTasksIn({}, ['consult'])).toEqual([]);
  });
});
