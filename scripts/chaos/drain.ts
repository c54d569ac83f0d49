/**
 * Waits until everything that was due is done and every message has come to its end, and spares the run what is nothing
 * but waiting. Changes no message beyond the time of its next try. Knows no fault.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { SupervisedNode } from './supervised-node.js';

export interface DrainOptions {
  /** Longest wait for what is left over. */
  readonly drainSeconds: number;
  /** Of the run, for whoever is told of the progress. */
  readonly seconds: number;
  progress(line: string, doneSeconds: number): void;
}

const LOOK_EVERY_MS = 250;
const LOOKS_BETWEEN_LINES = 40;

/**
 * Time goes on making new things due; what came later is not waited for. Messages that wait for their next try need not
 * wait as long as they would. One that is under way keeps its lease: nobody can tell whether its sender is dead.
 * @returns whether nothing was left in time.
 */
export async function drain(client: pg.Client, options: DrainOptions): Promise<boolean> {
  const { drainSeconds, seconds } = options;
  const since = new Date();
  const giveUpAt = performance.now() + drainSeconds * 1000;
  for (let looks = 0; ; looks += 1) {
    for (const hurry of HURRY) await client.query(hurry, [since]);
    const { left } = (await client.query(LEFT, [since])).rows[0] as { left: number };
    if (left === 0) return true;
    if (performance.now() > giveUpAt) return false;
    if (looks % LOOKS_BETWEEN_LINES === 0) options.progress(`draining, ${left} left`, seconds);
    await pause(LOOK_EVERY_MS);
  }
}

/**
 * Stops every node as for an upgrade and starts them again. While none runs, no sender lives: whatever is under way by
 * the books is a dead one's, and its lease is let end now instead of up to a minute and a half later.
 * @returns how many nodes did not end cleanly.
 */
export async function endDeadLeases(client: pg.Client, nodes: readonly SupervisedNode[]): Promise<number> {
  const codes = await Promise.all(nodes.map((node) => node.rest()));
  for (const table of ['notifications', 'endpoint_deliveries'])
    await client.query(`UPDATE ${table} SET next_attempt_at = now() WHERE next_attempt_at > now()`);
  for (const node of nodes) node.wake();
  await Promise.all(nodes.map((node) => node.untilReady()));
  return codes.filter((code) => code !== 0).length;
}

const HURRY = [
  `UPDATE notifications n SET next_attempt_at = now()
   WHERE n.created_at < $1 AND n.next_attempt_at > now() + interval '2 seconds'
     AND NOT EXISTS (SELECT FROM notification_attempts a WHERE a.case_id = n.case_id AND a.seq = n.seq
       AND a.channel = n.channel AND a.n = n.attempts AND a.ended_at IS NULL)`,
  `UPDATE endpoint_deliveries d SET next_attempt_at = now()
   WHERE d.created_at < $1 AND d.next_attempt_at > now() + interval '2 seconds'
     AND NOT EXISTS (SELECT FROM endpoint_attempts a WHERE a.case_id = d.case_id AND a.seq = d.seq
       AND a.endpoint_id = d.endpoint_id AND a.n = d.attempts AND a.ended_at IS NULL)
     AND NOT EXISTS (SELECT FROM endpoint_deliveries b WHERE b.case_id = d.case_id AND b.endpoint_id = d.endpoint_id
       AND b.status = 'pending' AND b.seq < d.seq)`,
];

const LEFT = `
SELECT ((SELECT count(*) FROM cases WHERE next_due_at < now() - interval '2 seconds')
  + (SELECT count(*) FROM notifications WHERE next_attempt_at IS NOT NULL AND created_at < $1)
  + (SELECT count(*) FROM endpoint_deliveries WHERE next_attempt_at IS NOT NULL AND created_at < $1))::integer AS left`;
