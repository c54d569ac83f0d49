/**
 * Whether this node can serve: it is not stopping, and a write gets through to the disk. Implements what `/health`
 * asks; knows no route.
 */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { NodeHealth } from '../http/http-options.js';
import { DependencyUnavailable } from '../store/database-errors.js';
import { inTransaction } from '../store/statement.js';
import type { Shutdown } from './shutdown.js';

/** A database that takes longer (a stalled standby, a full disk) serves nobody, though it may answer in the end. */
const PROBE_WITHIN_MS = 3_000;

export class ProbedNodeHealth extends NodeHealth {
  constructor(
    private readonly pool: Pool,
    private readonly shutdown: Shutdown,
  ) {
    super();
  }

  get isDraining(): boolean {
    return this.shutdown.isStopping;
  }

  /** A row that is gone before anybody can see it: the commit still has to reach the disk and the standbys. */
  async probeWrite(): Promise<void> {
    const key = randomUUID();
    const startedAt = performance.now();
    await inTransaction(this.pool, async (run) => {
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
    if (performance.now() - startedAt > PROBE_WITHIN_MS) {
      throw new DependencyUnavailable('the database takes too long to write');
    }
  }
}
