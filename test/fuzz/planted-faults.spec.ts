// The fuzzer is red when the product is wrong: each kind of fault is planted and must be reported, and nothing else.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { doubtsAbout } from '../../scripts/fuzz/doubts.js';
import { runFuzz, type Exchange, type FuzzReport } from '../../scripts/fuzz/run-fuzz.js';
import { fuzzTable } from '../../scripts/fuzz/report.js';
import { openDoor } from '../../scripts/fuzz/send.js';
import { ADDRESSES, DOCUMENT, operationIdOf, startFaultyServer, type FaultyServer } from './faulty-server.js';

const SEED = 7;
/** Enough for each address to be asked as documented, and in each of the ways that only some addresses know. */
const ROUNDS = 30;
/** An answer of a loopback server takes a millisecond; one that does not come costs this. */
const BOUND_MS = 250;

let server: FaultyServer;
let report: FuzzReport;

async function run(options: {
  seed?: number;
  requests?: number;
  only?: number;
  witness?: (one: Exchange) => void;
}) {
  const door = openDoor({
    base: server.url,
    tokens: { admin: 'x' },
    inboundSecret: null,
    boundMs: () => BOUND_MS,
    sockets: 4,
  });
  try {
    return await runFuzz(door, DOCUMENT, {
      seed: options.seed ?? SEED,
      requests: options.requests ?? ROUNDS * Object.keys(ADDRESSES).length,
      only: options.only ?? null,
      // One after the other: what is known of the world is then the same each time.
      concurrency: options.witness ? 1 : 8,
      progress: () => undefined,
      ...(options.witness ? { witness: options.witness } : {}),
    });
  } finally {
    door.close();
  }
}

beforeAll(async () => {
  server = await startFaultyServer();
  report = await run({});
});
afterAll(() => server?.close());

describe('a planted fault', () => {
  it.each(Object.entries(ADDRESSES))('is reported as what it is: %s', (name, { fault }) => {
    const found = report.findings.filter(({ operation }) => operation === operationIdOf(name));
    const kinds = [...new Set(found.map(({ kind }) => kind))];
    if (fault === null) expect(kinds).toEqual([]);
    else expect(kinds).toContain(fault);
  });

  it('is shown with the command that repeats it', () => {
    const text = fuzzTable(report, null, []);
    const [leak] = report.findings.filter(({ kind }) => kind === 'leak');
    expect(text).toContain(`npm run fuzz -- --seed ${SEED} --only ${leak?.first.request.n}`);
    expect(text).toMatch(new RegExp(`${report.findings.length} findings`));
  });
});

describe('a request of a seed', () => {
  const shown = ({ request }: Exchange) =>
    `${request.n} ${request.method} ${request.target} ${request.mutation} ${request.role} ${request.body?.toString('latin1')}`;

  /** Each once, although some are repeated under their key. */
  const made = async (options: { seed?: number; requests?: number; only?: number }) => {
    const all = new Set<string>();
    await run({ ...options, witness: (one) => all.add(shown(one)) });
    return [...all];
  };

  it('is the same each time, also alone', async () => {
    const first = await made({ requests: 40 });
    expect(first).toHaveLength(40);
    expect(await made({ requests: 40 })).toEqual(first);
    expect(await made({ only: 17 })).toEqual([first[17]]);
  });

  it('is another one under another seed', async () => {
    const [one] = await made({ seed: 1, only: 5 });
    const [other] = await made({ seed: 2, only: 5 });
    expect(one).not.toBe(other);
  });
});

describe('a run', () => {
  it('is distrusted when hardly anything was accepted', () => {
    const operations = report.operations.map((one) => ({ ...one, succeeded: 0 }));
    expect(doubtsAbout({ ...report, operations }, [])[0]).toMatch(/only 0.0 % of the requests were accepted/);
  });

  it('is distrusted when an operation never succeeded, unless there is a reason', () => {
    const operations = report.operations.map((one, n) => ({
      ...one,
      sent: 500,
      succeeded: n === 0 ? 0 : 100,
    }));
    const [first] = report.operations;
    const told = `${first?.operation.id} was never answered with success in 500 tries`;
    expect(doubtsAbout({ ...report, operations }, [])).toEqual([told]);
    const excuse = { operation: /^GET \/sound$/, why: 'a test' };
    expect(doubtsAbout({ ...report, operations }, [excuse])).toEqual([]);
  });

  it('ends early when nobody answers any more', async () => {
    const door = openDoor({
      base: new URL('http://127.0.0.1:9'),
      tokens: {},
      inboundSecret: null,
      boundMs: () => BOUND_MS,
      sockets: 1,
    });
    const options = { seed: 1, requests: 5_000, only: null, concurrency: 1, progress: () => undefined };
    const { ended, requests } = await runFuzz(door, DOCUMENT, options);
    door.close();
    expect(ended).toMatch(/nobody answers any more/);
    expect(requests).toBeLessThan(200);
  });
});
