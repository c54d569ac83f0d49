// One stream by itself: heartbeats, failures, readers who do not keep up.
import { describe, expect, it } from '@jest/globals';
import { LiveStream, type LiveSource } from '../../src/http/live/live-stream.js';
import { Problem } from '../../src/http/problems/problem.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';

const event = (id: number) => ({ id, data: { id } });
const nothing: LiveSource = () => Promise.resolve([]);
const start = (source: LiveSource, rest: Partial<ConstructorParameters<typeof LiveStream>[0]> = {}) =>
  new LiveStream({ first: [], afterId: 0, source, ...rest });

/** Reads until `text` has come; everything that came before it included. */
async function until(stream: LiveStream, text: string): Promise<string> {
  let read = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    read += String(chunk);
    if (read.includes(text)) return read;
  }
  return read;
}

describe('a stream of events', () => {
  it('says how soon to come back, then what is new first, each with its number', async () => {
    const stream = start(nothing, { first: [event(2), event(3)] });
    expect(await until(stream, 'id: 3\ndata: {"id":3}\n\n')).toBe(
      'retry: 3000\n\nid: 2\ndata: {"id":2}\n\nid: 3\ndata: {"id":3}\n\n',
    );
    expect(stream.seenId).toBe(3);
    stream.destroy();
  });

  it('asks one question at a time, and once more for what came up meanwhile', async () => {
    const asked: number[] = [];
    const answers: ((id: number) => void)[] = [];
    const stream = start((afterId) => {
      asked.push(afterId);
      return new Promise((resolve) => answers.push((id) => resolve([event(id)])));
    });
    for (let n = 0; n < 3; n += 1) stream.nudge();
    expect(asked).toEqual([0]);
    answers[0]?.(5);
    await until(stream, '"id":5');
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual([0, 5]);
    answers[1]?.(6);
    await until(stream, '"id":6');
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(2);
    stream.destroy();
  });

  it('breaks its silence, and asks with each heartbeat whether its reader may still read', async () => {
    let beats = 0;
    const stream = start(
      async () => {
        beats += 1;
        if (beats === 3) throw new Problem('link-expired');
        return [];
      },
      { heartbeatMs: 1 },
    );
    expect((await until(stream, 'never')).replace('retry: 3000\n\n', '')).toBe(':\n\n:\n\n:\n\n');
    expect([beats, stream.readableEnded]).toEqual([3, true]);
  });

  it.each(['not-found', 'link-expired', 'unauthenticated'] as const)(
    'ends by itself when the answer is %s, with what was written before',
    async (code) => {
      const stream = start(() => Promise.reject(new Problem(code)), { first: [event(1)] });
      stream.nudge();
      expect(await until(stream, 'never')).toContain('"id":1');
      expect(stream.readableEnded).toBe(true);
    },
  );

  it('outlives a database that is away, and then tells what it missed', async () => {
    let failures = 0;
    const stream = start(async () => {
      failures += 1;
      if (failures === 1) throw new DependencyUnavailable('the database gives no connection');
      return [event(7)];
    });
    stream.nudge();
    expect(await until(stream, '"id":7')).toContain('id: 7');
    stream.destroy();
  });

  it('is cut when its reader does not keep up', async () => {
    const large = { id: 1, data: { text: 'x'.repeat(70_000) } };
    const stream = start(() => Promise.resolve([large]));
    stream.nudge();
    await new Promise((resolve) => stream.once('close', resolve));
    expect([stream.destroyed, stream.readableEnded]).toEqual([true, false]);
  });

  it('says nothing more once it has been told to end', async () => {
    const stream = start(() => Promise.resolve([event(1)]), { heartbeatMs: 1 });
    stream.end();
    stream.end();
    stream.nudge();
    expect(await until(stream, 'never')).toBe('retry: 3000\n\n');
  });
});
