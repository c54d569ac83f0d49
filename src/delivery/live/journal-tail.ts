/** Reads what happened in a case after a given entry, by the journal's key. The caller has made sure who may read it. */
import type { Pool } from 'pg';
import type { Instant } from '../../domain/actor.js';
import type { Level, StatePath } from '../../domain/case.js';
import type { JournalType } from '../../domain/events.js';
import { runStatement } from '../../store/statement.js';

export interface TailEntry {
  readonly seq: number;
  readonly type: JournalType;
  readonly state: StatePath;
  readonly level: Level;
  readonly occurredAt: Instant;
}

/** Who was away for longer is better served by reading the case. */
const TAIL_MAX = 200;

interface Row {
  seq: number;
  type: JournalType;
  to_state: StatePath;
  level_after: Level;
  occurred_at: Instant;
}

export class JournalTail {
  constructor(private readonly pool: Pool) {}

  /** @returns ascending; the newest ones where there are more than fit. @throws DependencyUnavailable */
  async after(caseId: string, seq: number): Promise<TailEntry[]> {
    const rows = await runStatement<Row>(this.pool, {
      name: 'journal-tail',
      text: `SELECT seq, type, to_state, level_after, occurred_at
             FROM journal WHERE case_id = $1 AND seq > $2 ORDER BY seq DESC LIMIT $3`,
      values: [caseId, seq, TAIL_MAX],
    });
    return rows.reverse().map((row) => ({
      seq: row.seq,
      type: row.type,
      state: row.to_state,
      level: row.level_after,
      occurredAt: row.occurred_at,
    }));
  }
}
