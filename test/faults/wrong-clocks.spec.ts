// Nodes whose clocks are hours wrong, disagree, and are set while they run (reliability.md E4, E6): the built product with
// another time of day. The database's clock decides, so nothing is early, and a case is the same wherever it was opened.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildProduct, discardProduct, type NodeProcess } from '../app/node-process.js';
import { OPEN_CASE } from '../http/case-client.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { clientOf, type Client } from '../support/client.js';
import { startMisbehavingNode } from './misbehaving-node.js';

const HOUR_MS = 3_600_000;

let base: TestApp;
let slow: NodeProcess;
let nodes: Record<'fast' | 'slow', Client>;
beforeAll(async () => {
  buildProduct();
  // It fires nothing itself: whatever happens was done by a node with a wrong clock.
  base = await startTestApp({ clock: 'system', env: { ROLE: 'api' } });
  const fast = startShifted(2 * HOUR_MS);
  slow = startShifted(-5 * 60_000);
  nodes = { fast: await agentOf(fast), slow: await agentOf(slow) };
});
afterAll(async () => {
  discardProduct();
  await base?.close();
});

const startShifted = (shiftMs: number): NodeProcess =>
  startMisbehavingNode({ shiftMs, shiftLaterMs: -HOUR_MS }, { DATABASE_URL: base.databaseUrl });

const agentOf = async (node: NodeProcess): Promise<Client> => clientOf(await node.serving, base.tokens.agent);

async function databaseNow(): Promise<number> {
  const [row] = await base.dataSource.query('SELECT extract(epoch FROM now()) * 1000 AS now');
  return Number(row.now);
}

/** @returns the id of a case whose wait ends so much later by the database's clock */
async function waits(client: Client, ms: number): Promise<string> {
  const { body } = await client.post('/cases', { ...OPEN_CASE, impact: 'high', urgency: 'high' });
  expect((await client.post(`/cases/${body.id}/ownership`, {})).status).toBe(201);
  const waitUntil = new Date((await databaseNow()) + ms).toISOString();
  const asked = await client.post(`/cases/${body.id}/questions`, { question: 'Which door?', waitUntil });
  expect(asked.status).toBe(201);
  return body.id;
}

/** Lets the database wait until so many of the waits have ended. */
const untilEnded = (ids: readonly string[]): Promise<unknown> =>
  base.dataSource.query(`DO $$ BEGIN LOOP
    EXIT WHEN (SELECT count(*) FROM journal WHERE type = 'case.waitExpired'
      AND case_id IN ('${ids.join("', '")}')) >= ${ids.length};
    PERFORM pg_sleep(0.02); END LOOP; END $$`);

const ENDS = `SELECT case_id, count(*)::int AS times,
    bool_or(recorded_at < to_timestamp((data->>'dueAt')::bigint / 1000.0)) AS early
  FROM journal WHERE type = 'case.waitExpired' GROUP BY case_id`;

describe('nodes with wrong clocks', () => {
  it('end each wait when it is due by the database, and none before, also after a clock was set', async () => {
    const later = [await waits(nodes.fast, HOUR_MS), await waits(nodes.slow, HOUR_MS)];
    const soon = [await waits(nodes.fast, 1_500), await waits(nodes.slow, 1_500)];
    await untilEnded(soon);
    slow.kill('SIGUSR2');
    await slow.logs('clock set');
    soon.push(await waits(nodes.slow, 1_000), await waits(nodes.fast, 1_000));
    await untilEnded(soon);
    const ends = await base.dataSource.query(ENDS);
    const expected = soon.map((id) => ({ case_id: id, times: 1, early: false }));
    expect(ends).toHaveLength(expected.length);
    expect(ends).toEqual(expect.arrayContaining(expected));
    expect(later.filter((id) => ends.some((end: { case_id: string }) => end.case_id === id))).toEqual([]);
  });

  it('promise the same: a quarter of an hour from the moment by the database', async () => {
    const before = await databaseNow();
    for (const client of Object.values(nodes)) {
      const { body } = await client.post('/cases', { ...OPEN_CASE, impact: 'high', urgency: 'high' });
      const [row] = await base.dataSource.query(
        `SELECT extract(epoch FROM due_at - occurred_at)::float8 AS promised,
            extract(epoch FROM occurred_at)::float8 * 1000 AS opened
         FROM audit.clock JOIN audit.journal USING (case_id)
         WHERE case_id = $1 AND metric = 'firstResponse' AND seq = 1`,
        [body.id],
      );
      // A clock begins with its second.
      expect(Math.abs(row.promised - 900)).toBeLessThanOrEqual(1);
      expect(row.opened).toBeGreaterThanOrEqual(before - 1);
      expect(row.opened).toBeLessThanOrEqual(await databaseNow());
    }
  });

  it('say that they are well, and know who asks', async () => {
    for (const client of Object.values(nodes)) {
      expect((await client.get('/health/ready')).status).toBe(200);
      expect((await client.get('/cases?state=resolved')).status).toBe(200);
    }
  });
});
