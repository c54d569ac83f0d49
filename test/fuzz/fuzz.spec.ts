// Requests that nobody would think of, made from the OpenAPI document and broken in every way that we know of (reliability
// N24, I16, I19): a small share of what `npm run fuzz` sends, with the same machinery, against the node of this process.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { judgeDatabase } from '../../scripts/fuzz/aftermath.js';
import type { Json } from '../../scripts/fuzz/contract.js';
import { doubtsAbout } from '../../scripts/fuzz/doubts.js';
import { boundMs } from '../../scripts/fuzz/exceptions.js';
import { type Receiver, startReceiver } from '../../scripts/fuzz/receiver.js';
import { exchangeText } from '../../scripts/fuzz/report.js';
import { runFuzz, type FuzzReport } from '../../scripts/fuzz/run-fuzz.js';
import { openDoor } from '../../scripts/fuzz/send.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** Fixed, so that a failure is the same on every machine. */
const SEED = 20_260_302;
/** Each operation some seven times; `npm run fuzz` sends thirty times as many. */
const REQUESTS = 1_500;
const INBOUND_SECRET = `whsec_${Buffer.from('known to the fuzzer alone').toString('base64')}`;

let app: TestApp;
let report: FuzzReport;
let receiver: Receiver;

beforeAll(async () => {
  // The demo's cases stand in every state, so that there is something to aim at from the first request on.
  receiver = await startReceiver();
  app = await startTestApp({ demo: '1', env: { INBOUND_SECRET, PRIVATE_ENDPOINTS: '1' } });
  const { body: document } = await app.api(null).get('/openapi.json');
  const base = new URL(app.url);
  const door = openDoor({ base, tokens: app.tokens, inboundSecret: INBOUND_SECRET, boundMs, sockets: 8 });
  const options = {
    seed: SEED,
    requests: REQUESTS,
    only: null,
    concurrency: 8,
    receiverUrl: receiver.url,
    progress: () => undefined,
  };
  report = await runFuzz(door, document as Json, options);
  door.close();
});
afterAll(async () => {
  await app?.close();
  await receiver?.close();
});

describe('a request that nobody would think of', () => {
  it('is answered as the document says, and never by a failure', () => {
    const found = report.findings.map(
      ({ kind, operation, detail, first }) => `${kind}: ${operation}: ${detail}\n${exchangeText(first)}`,
    );
    expect(found).toEqual([]);
    expect(report.ended).toBeNull();
  });

  it('is often enough one that is accepted', () => {
    expect(doubtsAbout(report, [])).toEqual([]);
    const succeeded = report.operations.filter((one) => one.succeeded > 0).length;
    expect(succeeded / report.operations.length).toBeGreaterThan(0.6);
  });

  it('leaves the prototype of objects as it was', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('leaves a node that is ready, and a database in which every promise holds', async () => {
    expect((await app.api(null).get('/health/ready')).status).toBe(200);
    const client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    try {
      const { broken, idleInTransaction } = await judgeDatabase(client);
      expect({ broken, idleInTransaction }).toEqual({ broken: [], idleInTransaction: 0 });
    } finally {
      await client.end();
    }
  });
});
