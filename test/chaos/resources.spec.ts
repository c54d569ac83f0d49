/** What nodes hold at the end beside what they held at the start. */
import { describe, expect, it } from '@jest/globals';
import { judgeFigures, type NodeFigures } from '../../scripts/chaos/resources.js';

const AT_REST: NodeFigures = {
  node: 'node-1',
  openFiles: 40,
  residentMiB: 200,
  busyConnections: 0,
  waitingCallers: 0,
  lagP99Ms: 12,
};

function broken(changes: Partial<NodeFigures>): string[] {
  const after = { nodes: [{ ...AT_REST, ...changes }], sessions: 12 };
  return judgeFigures({ nodes: [AT_REST], sessions: 12 }, after)
    .filter(({ violations }) => violations > 0)
    .map(({ promise }) => promise);
}

describe('what a node holds after everything', () => {
  it('is what it held before, give or take', () => {
    expect(broken({ openFiles: 50, residentMiB: 300, lagP99Ms: 40 })).toEqual([]);
  });

  it.each([
    ['open files', { openFiles: 90 }, 'open files come back to what they were'],
    ['memory', { residentMiB: 420 }, 'memory comes back to what it was'],
    ['connections in use', { busyConnections: 1 }, 'every connection of a pool is free in the end'],
    ['callers without one', { waitingCallers: 3 }, 'every connection of a pool is free in the end'],
    ['a loop that is never free', { lagP99Ms: 400 }, 'the event loop is free in the end'],
    ['a figure that is missing', { openFiles: Number.NaN }, 'open files come back to what they were'],
  ])('is named when it is too much: %s', (_what, changes, promise) => {
    expect(broken(changes)).toEqual([promise]);
  });
});
