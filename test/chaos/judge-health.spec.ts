/** What nodes said about themselves beside whether anybody could write: the truth passes, and each lie is named. */
import { describe, expect, it } from '@jest/globals';
import { judgeHealth, type NodeSample, type WriteSample } from '../../scripts/chaos/judge-health.js';

const FALSELY = 'no node says that it is ready while nobody can write';
const LATE = 'every node is ready within five seconds of writes that work';
const SILENT = 'every node lives, whatever the database does';

const TICK_MS = 200;
/** Twenty seconds of looks, one after the other. */
const TICKS = Array.from({ length: 100 }, (_, n) => n * TICK_MS);

const asked = (ok: (at: number) => boolean, up: (at: number) => boolean = () => true): NodeSample[] =>
  TICKS.map((at) => ({ node: 'node-1', from: at, to: at + TICK_MS / 2, ok: ok(at), up: up(at) }));
const written = (outcome: (at: number) => WriteSample['outcome']): WriteSample[] =>
  TICKS.map((at) => ({ from: at, to: at + TICK_MS / 2, outcome: outcome(at) }));

const within =
  (from: number, to: number) =>
  (at: number): boolean =>
    at >= from && at < to;
const always = (): boolean => true;
const outage = within(4_000, 8_000);
const writes = written((at) => (outage(at) ? 'failed' : 'ok'));

function broken(ready: NodeSample[], live: NodeSample[], tried: WriteSample[]): string[] {
  return judgeHealth(ready, live, tried)
    .filter(({ violations }) => violations > 0)
    .map(({ promise }) => promise);
}

describe('what a node says about itself', () => {
  it.each([
    ['it is ready just when writes work', (at: number) => !outage(at)],
    ['it notices both a little later', (at: number) => !within(4_400, 11_800)(at)],
  ])('is true when %s', (_how, ready) => {
    expect(broken(asked(ready), asked(always), writes)).toEqual([]);
  });

  it.each([
    ['it says that it is ready throughout', always, [FALSELY]],
    ['it says so once in the middle', (at: number) => !outage(at) || at === 6_000, [FALSELY]],
    ['it is not ready six seconds after', (at: number) => !within(4_000, 14_200)(at), [LATE]],
    ['it never is ready again', within(0, 4_000), [LATE]],
  ])('is a lie when %s', (_how, ready, promises) => {
    expect(broken(asked(ready), asked(always), writes)).toEqual(promises);
  });

  it('says nothing when whether a write works depends on the connection', () => {
    const torn = written((at) => (outage(at) ? 'unsure' : 'ok'));
    expect(broken(asked(always), asked(always), torn)).toEqual([]);
    expect(
      broken(
        asked(() => false),
        asked(always),
        written(() => 'unsure'),
      ),
    ).toEqual([]);
  });

  it('counts an outage from its first failure, for a slow try may have begun before it', () => {
    const slow = written(() => 'ok').map((write): WriteSample =>
      within(3_000, 8_000)(write.from)
        ? { ...write, to: Math.max(write.to, 5_200), outcome: 'failed' }
        : write,
    );
    const ready = (at: number) => !within(5_200, 8_000)(at);
    expect(broken(asked(ready), asked(always), slow)).toEqual([]);
  });

  it('asks nothing of a node that is down', () => {
    const down = (at: number) => !within(2_000, 12_000)(at);
    expect(
      broken(
        asked(down, down),
        asked(down, down),
        written(() => 'ok'),
      ),
    ).toEqual([]);
  });

  it('forgives one look that nobody answered, not two', () => {
    const calm = written(() => 'ok');
    const once = (at: number) => at !== 3_000;
    const twice = (at: number) => !within(3_000, 3_400)(at);
    expect(broken(asked(always), asked(once), calm)).toEqual([]);
    expect(broken(asked(always), asked(twice), calm)).toEqual([SILENT]);
  });
});
