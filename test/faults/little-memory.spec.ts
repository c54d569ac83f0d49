// Two hundred clients who export everything from a node with little memory (reliability.md A9): each gets all of it or is
// told so, and the node lives on. The built product as a process with a capped heap.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { buildProduct, discardProduct, type NodeProcess, startNodeProcess } from '../app/node-process.js';
import { openCase } from '../http/case-client.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** The heap could not hold all the exports at once, nor many of them. */
const HEAP_MIB = 160;
const CLIENTS = 200;
const CASES = 3_000;
/** The connection ended before the file did, so that nobody takes a part for the whole. */
const CUT = -1;

let base: TestApp;
let node: NodeProcess;
beforeAll(async () => {
  buildProduct();
  base = await startTestApp({ env: { ROLE: 'api' } });
  await openCase(base);
  const owner = new pg.Client({ connectionString: base.databaseUrl });
  await owner.connect();
  await owner.query(`INSERT INTO cases SELECT (jsonb_populate_record(c, jsonb_build_object(
      'id', gen_random_uuid(), 'number', 'C-' || n, 'next_due_at', NULL,
      'subject', repeat('very long ', 20) || n))).*
    FROM cases c CROSS JOIN generate_series(1, ${CASES - 1}) n`);
  await owner.end();
  node = startNodeProcess({
    DATABASE_URL: base.databaseUrl,
    DEMO: '0',
    CLOCK: 'manual',
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
  });
});
afterAll(async () => {
  discardProduct();
  await base?.close();
});

describe('a node with little memory', () => {
  it('gives every exporter all, or says that it did not, and serves on', async () => {
    const url = await node.serving;
    const headers = { authorization: `Bearer ${base.tokens.admin}` };
    const lines = async (): Promise<number> => {
      const answer = await fetch(`${url}/api/v1/cases/export.csv`, { headers });
      if (answer.status !== 200) return -answer.status;
      const text = await answer.text().catch(() => null);
      return text === null ? CUT : text.trimEnd().split('\r\n').length;
    };
    const counts = await Promise.all(Array.from({ length: CLIENTS }, lines));
    const whole = counts.filter((count) => count === CASES + 1);
    expect(counts.filter((count) => ![CASES + 1, -503, -429, CUT].includes(count))).toEqual([]);
    expect(whole.length).toBeGreaterThan(0);
    expect(await lines()).toBe(CASES + 1);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    node.kill('SIGTERM');
    expect(await node.ended).toBe(0);
    expect(node.stderr).toEqual([]);
  });
});
