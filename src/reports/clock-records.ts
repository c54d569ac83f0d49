/**
 * The clocks of a case that have ended, and what its journal says about who held it. Read-only; those that still run
 * are in the case itself.
 */
import type { Pool } from 'pg';
import type { Clock } from '../domain/case.js';
import type { Happened } from '../domain/clocks/attribute-time.js';
import { runStatement } from '../store/statement.js';

/** A case of thousands of entries is a fault somewhere; its figures are not worth the memory. */
const ENTRIES_MAX = 5_000;

export class ClockRecords {
  constructor(private readonly pool: Pool) {}

  /** Ended records, oldest first. */
  finished(caseId: string): Promise<Clock[]> {
    return runStatement<Clock>(this.pool, {
      text: `SELECT metric, cycle, attempt, policy_key AS "policyKey", policy_version AS "policyVersion",
          calendar_key AS "calendarKey", calendar_version AS "calendarVersion", target_seconds AS "targetSeconds",
          elapsed_seconds AS "elapsedSeconds", started_at AS "startedAt", NULL AS "runningSince", due_at AS "dueAt",
          '[]'::jsonb AS marks, 0 AS "warnedPercent", breached_at AS "breachedAt", detected_at AS "detectedAt",
          breach_cause AS "breachCause", NULL AS "retargetedAt", stopped_at AS "stoppedAt", outcome, spans
        FROM clocks WHERE case_id = $1 ORDER BY started_at, metric, cycle, attempt`,
      values: [caseId],
    });
  }

  /** Entries that tell where the case lay, in order. */
  happened(caseId: string): Promise<Happened[]> {
    return runStatement<Happened>(this.pool, {
      text: `SELECT type, to_state AS "toState", occurred_at AS "occurredAt"
        FROM journal WHERE case_id = $1 ORDER BY seq LIMIT $2`,
      values: [caseId, ENTRIES_MAX],
    });
  }
}
