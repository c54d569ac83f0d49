/**
 * Whether this node can serve: it is not stopping, and a write gets through to the disk. Implements what `/health`
 * asks; knows no route.
 */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { NodeHealth } from '../http/http-options.js';
import { DependencyUnavailable } from '../store/database-errors.js';
import { inTime } from '../store/in-time.js';
import { inTransaction } from '../store/statement.js';
import type { Shutdown } from './shutdown.js';

/**
 * A database that takes longer (a standby that does not confirm, a full disk) serves nobody, though it may answer in the
 * end. Whoever asks hears so now, well within the five seconds in which a node must be taken out of service.
 */
const PROBE_WITHIN_MS = 3_000;

export class ProbedNodeHealth extends NodeHealth {
  private probing: Promise<void> | null = null;

  constructor(
    private readonly pool: Pool,
    private readonly shutdown: Shutdown,
    private readonly probeWithinMs = PROBE_WITHIN_MS,
  ) {
    super();
  }

  get isDraining(): boolean {
    return this.shutdown.isStopping;
  }

  /** Those who ask while a probe is under way share it: one that hangs holds one connection, not one for each of them. */
  async probeWrite(): Promise<void> {
    this.probing ??= this.writeAndRemove().finally(() => (this.probing = null));
    await inTime(this.probing, this.probeWithinMs, () => {
      throw new DependencyUnavailable('the database takes too long to write');
    });
  }

  /** A row that is gone before anybody can see it: the commit still has to reach the disk and the standbys. */
  private writeAndRemove(): Promise<void> {
    const key = randomUUID();
    return inTransaction(this.pool, async (run) => {
      await run({
        text: `INSERT INTO commands (principal, idempotency_key, request_hash, status, body, headers, recorded_at)
               VALUES ('health', $1, '', 204, '', '{}', now())`,
        values: [key],
      });
      await run({
        text: `DELETE FROM commands WHERE principal = 'health' AND idempotency_key = $1`,
        values: [key],
      });
    });
  }
}
