// A bad line between a node and its database (reliability.md D1, D2, D4): slow, silent, torn at any byte, dripping. What
// was asked is done once or not at all, who asked hears so within five seconds, and the node recovers by itself.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TcpProxy, type Weather } from '../../scripts/chaos/tcp-proxy.js';
import { Random } from '../../scripts/fuzz/random.js';
import { DeliveryLoop } from '../../src/delivery/outbound/delivery-loop.js';
import type { DeliveryQueue } from '../../src/delivery/outbound/delivery-queue.js';
import { hookFaultPoint } from '../../src/engine/fault-points.js';
import { DependencyUnavailable } from '../../src/store/database-errors.js';
import type { Outcome } from '../../src/engine/outcome.js';
import { aKey, aRequest, note, startTestEngine, type TestEngine } from '../support/engine.js';

let house: TestEngine;
let caseId: string;
beforeAll(async () => {
  house = await startTestEngine();
});
beforeEach(async () => {
  caseId = (await house.open()).id;
});
afterAll(() => house?.close());

/** A node at the far end of a line of its own. */
interface Far {
  readonly line: TcpProxy;
  readonly node: TestEngine;
}
const fars: Far[] = [];
afterEach(async () => {
  for (const { line, node } of fars.splice(0)) {
    line.setWeather({});
    await node.close();
    await line.close();
  }
});

async function farNode(seed = 1): Promise<Far> {
  const random = new Random(seed);
  const target = new URL(house.url);
  const line = await TcpProxy.start({
    targetPort: Number(target.port),
    targetHost: target.hostname,
    random: () => random.fraction(),
  });
  target.port = String(line.port);
  const far = { line, node: await house.another(4, target.href) };
  fars.push(far);
  return far;
}

const ask = ({ node }: Far, key: string, id = caseId): Promise<Outcome> =>
  node.engine.send(id, note(key), aRequest({ idempotencyKey: key, requestHash: 'h' }));

/** @returns what was answered; null: that the database cannot serve now. */
async function tried(asking: Promise<Outcome>): Promise<Outcome['kind'] | null> {
  try {
    return (await asking).kind;
  } catch (error) {
    expect(error).toBeInstanceOf(DependencyUnavailable);
    return null;
  }
}

/** Each dead connection is found out by its next user, and who gave up waiting may still have the key. */
async function untilServed(far: Far, key: string, id = caseId): Promise<Outcome['kind']> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const kind = await tried(ask(far, key, id));
    if (kind !== null && kind !== 'keyInProgress') return kind;
    await house.sql('SELECT pg_sleep(0.02)');
  }
  throw new Error('the node does not recover');
}
/** Seconds; a node recovers as soon as its dead connections are found out. */
const TRIES_MAX = 300;

const entriesUnder = async (key: string): Promise<number> =>
  (await house.sql('SELECT seq FROM journal WHERE command_key = $1', [key])).length;

describe('a line that is slow', () => {
  it('costs two round trips a command, and no timeout', async () => {
    const far = await farNode();
    await untilServed(far, aKey());
    far.line.setWeather({ delayMs: 50, jitterMs: 30 });
    const before = far.line.counts.delayedChunks;
    const COMMANDS = 10;
    for (let n = 0; n < COMMANDS; n += 1) expect(await tried(ask(far, aKey()))).toBe('done');
    // One chunk each way for the reading, and for the writing.
    expect((far.line.counts.delayedChunks - before) / COMMANDS).toBe(4);
  });
});

describe('a database that takes long to say what is due', () => {
  it('is asked again when it has answered, so that waiting costs no connections', async () => {
    let [asking, most, asked] = [0, 0, 0];
    let onEnough: () => void = () => undefined;
    const enough = new Promise<void>((resolve) => (onEnough = resolve));
    const runDue: DeliveryQueue['runDue'] = async (_limit, onClaimed) => {
      [asking, asked] = [asking + 1, asked + 1];
      most = Math.max(most, asking);
      await house.sql('SELECT pg_sleep(0.3)');
      asking -= 1;
      if (asked === 3) onEnough();
      onClaimed?.(0);
      return 0;
    };
    const queue: DeliveryQueue = { name: 'slow', nextDueSql: '(SELECT NULL::timestamptz)', runDue };
    const { pool, now } = house;
    const engine = { onCommitted: () => () => undefined, firstSendAt: () => Infinity };
    const loop = new DeliveryLoop({ pool, now, queues: [queue], engine, pollMs: 1 });
    loop.start();
    await enough;
    await loop.stop();
    expect(most).toBe(1);
  });
});

describe('a line that is torn', () => {
  it('at any byte of an answer leaves one effect under each key, and a node that goes on', async () => {
    const far = await farNode();
    const random = new Random(20260302);
    let torn = 0;
    for (let round = 0; round < 60; round += 1) {
      const keys = [aKey(), aKey(), aKey()];
      far.line.setWeather({ resetAfterBytes: random.whole(0, 3_000) });
      const first = await Promise.all(keys.map((key) => tried(ask(far, key))));
      far.line.setWeather({});
      torn += first.filter((kind) => kind === null).length;
      for (const [n, key] of keys.entries()) {
        const again = await untilServed(far, key);
        if (first[n] === 'done') expect(again).toBe('replayed');
        expect(await entriesUnder(key)).toBe(1);
      }
    }
    expect(torn).toBeGreaterThan(20);
    expect(far.line.counts.resets).toBeGreaterThan(20);
  });
});

/** [what the line does, what a second asking under the same key meets] */
const SILENCES: [string, Weather, RegExp][] = [
  ['swallows everything', { flow: 'blackHole' }, /^done$/],
  ['swallows the answers', { flow: 'halfOpen' }, /^replayed$/],
  // The write arrives when nobody waits for it any more, beside or before the second asking.
  ['brings everything late', { flow: 'pause' }, /^(done|replayed)$/],
  ['lets a few bytes through', { dripBytesPerSecond: 20 }, /^replayed$/],
];

describe('a line that says nothing', () => {
  afterEach(() => hookFaultPoint('before-commit', null));

  /** Lets everybody come to the point, then turns the weather. */
  function turnAtCommit(turn: () => void): void {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let waiting = 0;
    hookFaultPoint('before-commit', () => {
      waiting += 1;
      if (waiting < SILENCES.length) return gate;
      turn();
      hookFaultPoint('before-commit', null);
      return open();
    });
  }

  it('is given up within five seconds; what was asked is done once, and no connection is missing', async () => {
    // All at once, for each takes its five seconds.
    const nodes = await Promise.all(SILENCES.map(() => farNode()));
    const keys = await Promise.all(nodes.map(async (far) => (await untilServed(far, aKey()), aKey())));
    const cases = await Promise.all(nodes.map(() => house.open()));
    turnAtCommit(() => nodes.forEach(({ line }, n) => line.setWeather(SILENCES[n]![1])));
    const began = performance.now();
    const first = nodes.map((far, n) => tried(ask(far, keys[n]!, cases[n]!.id)));
    expect(await Promise.all(first)).toEqual(SILENCES.map(() => null));
    expect(performance.now() - began).toBeLessThan(5_500);
    for (const [n, far] of nodes.entries()) {
      far.line.setWeather({});
      const again = await untilServed(far, keys[n]!, cases[n]!.id);
      expect(again).toMatch(SILENCES[n]![2]);
      expect(await entriesUnder(keys[n]!)).toBe(1);
      const { totalCount, idleCount, waitingCount } = far.node.pool;
      expect([totalCount - idleCount, waitingCount]).toEqual([0, 0]);
    }
  });
});
