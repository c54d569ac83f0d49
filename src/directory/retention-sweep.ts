/**
 * Forgets what is past its keeping, by the retention policy in force, and finishes erasures that were cut short: every
 * hour, a few rows at a time with a breath in between, so that no lock is held for long. What is done is left out of the
 * next look, so a stop costs nothing; harmless on any number of nodes. Old answers are the answer sweep's.
 */
import type pg from 'pg';
import { SYSTEM } from '../domain/deadlines.js';
import type { CaseEngine } from '../engine/case-engine.js';
import type { RetentionPolicy } from '../engine/retention-policy.js';
import { Rounds } from '../engine/rounds.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import { namesAny, type PersonRecord } from './erased-person.js';
import type { PersonErasure } from './person-erasure.js';

export interface RetentionSweepOptions {
  readonly pool: pg.Pool;
  readonly now: NowSql;
  readonly engine: Pick<CaseEngine, 'erase'>;
  readonly persons: Pick<PersonErasure, 'finish'>;
  /** From memory. */
  readonly policy: () => RetentionPolicy;
  /** Told of a round that failed; the next one makes up for it. */
  readonly report?: (error: unknown) => void;
  /** Rows at a time. */
  readonly rowsMax?: number;
  readonly breathMs?: number;
}

const EVERY_MS = 3_600_000;
const ROWS_MAX = 200;
const BREATH_MS = 100;
const PERSONS_MAX = 10;

type DaysField = Exclude<keyof RetentionPolicy, 'storedAnswersHours' | 'endedCasesDays'>;

/** One batch each: `$1` days, `$2` rows. @returns one row for each that was forgotten */
const STATEMENTS = (now: NowSql): readonly { readonly by: DaysField; readonly text: string }[] => {
  const ago = `${now} - make_interval(days => $1)`;
  return [
    {
      by: 'inboundDays',
      text: `DELETE FROM inbound_messages WHERE message_id IN (
        SELECT message_id FROM inbound_messages WHERE received_at < ${ago} ORDER BY received_at LIMIT $2) RETURNING 1`,
    },
    {
      by: 'deliveryDetailDays',
      text: `UPDATE notification_attempts SET detail = NULL WHERE (case_id, seq, channel, n) IN (
        SELECT case_id, seq, channel, n FROM notification_attempts
        WHERE detail IS NOT NULL AND started_at < ${ago} ORDER BY started_at LIMIT $2) RETURNING 1`,
    },
    {
      by: 'deliveryDetailDays',
      text: `UPDATE endpoint_attempts SET response = NULL WHERE (case_id, seq, endpoint_id, n) IN (
        SELECT case_id, seq, endpoint_id, n FROM endpoint_attempts
        WHERE response IS NOT NULL AND started_at < ${ago} ORDER BY started_at LIMIT $2) RETURNING 1`,
    },
    {
      by: 'attachmentsDays',
      text: `DELETE FROM attachments WHERE (case_id, id) IN (
        SELECT a.case_id, a.id FROM attachments a JOIN cases c ON c.id = a.case_id
        WHERE a.created_at < ${ago} AND c.terminal ORDER BY a.created_at LIMIT $2) RETURNING 1`,
    },
  ];
};

export class RetentionSweep {
  private readonly rounds: Rounds;
  private readonly rowsMax: number;

  constructor(private readonly options: RetentionSweepOptions) {
    this.rowsMax = options.rowsMax ?? ROWS_MAX;
    this.rounds = new Rounds({ round: () => this.round(), everyMs: EVERY_MS, report: options.report });
  }

  /** The first round begins at once. Harmless when begun. */
  start(): void {
    this.rounds.start();
  }

  /** Ends after the statement under way. */
  async stop(): Promise<void> {
    await this.rounds.stop();
  }

  /** Everything that is past its keeping now. @returns how many rows and cases were forgotten */
  async round(): Promise<number> {
    const { persons, policy } = this.options;
    await persons.finish(PERSONS_MAX);
    const { endedCasesDays, ...days } = policy();
    let forgotten = 0;
    for (const { by, text } of STATEMENTS(this.options.now)) {
      const keptDays = days[by];
      if (keptDays !== null) forgotten += await this.inBatches(() => this.batch(text, keptDays));
    }
    if (endedCasesDays === null) return forgotten;
    const refused: string[] = [];
    return forgotten + (await this.inBatches(() => this.endedCases(endedCasesDays, refused)));
  }

  /** @param batch returns how many rows it met; fewer than asked for: there are no more */
  private async inBatches(batch: () => Promise<number>): Promise<number> {
    let all = 0;
    for (let met = this.rowsMax; met === this.rowsMax && !this.rounds.isStopping;) {
      met = await batch();
      all += met;
      if (met === this.rowsMax) await this.rounds.rest(this.options.breathMs ?? BREATH_MS);
    }
    return all;
  }

  private async batch(text: string, days: number): Promise<number> {
    return (await runStatement(this.options.pool, { text, values: [days, this.rowsMax] })).length;
  }

  /** @param refused those that cannot be erased now: looked at again in the next round */
  private async endedCases(days: number, refused: string[]): Promise<number> {
    const { pool, now, engine } = this.options;
    const rows = await runStatement<PersonRecord & { case_id: string }>(pool, {
      text: `SELECT c.id AS case_id, u.id, u.external_id, u.name, u.email, u.phone, u.erased_at, u.erased_by
        FROM cases c JOIN customers u ON u.id = c.customer_id
        WHERE c.terminal AND NOT c.context ? 'erasedAt' AND c.updated_at < ${now} - make_interval(days => $1)
          AND c.id <> ALL ($3::uuid[]) ORDER BY c.updated_at, c.id LIMIT $2`,
      values: [days, this.rowsMax, refused],
    });
    for (const { case_id: caseId, ...person } of rows) {
      if (this.rounds.isStopping) break;
      const order = { actor: SYSTEM, reason: 'retention', names: namesAny([person]) };
      const outcome = await engine.erase(caseId, order);
      if (outcome.kind !== 'erased') refused.push(caseId);
    }
    return rows.length;
  }
}
