/**
 * Which person at an issuer is which member of staff. Only an administrator says so: an address or a name in a token
 * links nobody, because whoever may choose them at an issuer could choose somebody else's. Knows no credential.
 */
import type { Pool } from 'pg';
import type { NowSql } from '../store/now.js';
import { inTransaction, runStatement } from '../store/statement.js';

export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** A person has one or two; more is a mistake. */
export const IDENTITIES_MAX = 10;

export class Identities {
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /** In the order of issuer and subject. */
  async of(staffId: string): Promise<Identity[]> {
    const text = 'SELECT issuer, subject FROM staff_identities WHERE staff_id = $1 ORDER BY issuer, subject';
    return runStatement<{ issuer: string; subject: string }>(this.pool, { text, values: [staffId] });
  }

  /**
   * These and no others lead to this person from now on. Sessions that began by one that is gone end with it.
   * @returns the first one that is somebody else's; then nothing was changed. null: done.
   */
  async put(staffId: string, identities: readonly Identity[]): Promise<Identity | null> {
    const values = [
      staffId,
      identities.map(({ issuer }) => issuer),
      identities.map(({ subject }) => subject),
    ];
    return inTransaction(this.pool, async (run) => {
      await run({
        text: `DELETE FROM staff_identities WHERE staff_id = $1
               AND (issuer, subject) NOT IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
        values,
      });
      await run({
        text: `DELETE FROM sessions WHERE staff_id = $1
               AND (issuer, subject) NOT IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
        values,
      });
      await run({
        text: `INSERT INTO staff_identities (issuer, subject, staff_id, linked_at)
               SELECT i, s, $1, ${this.now} FROM unnest($2::text[], $3::text[]) AS t (i, s) ORDER BY i, s
               ON CONFLICT DO NOTHING`,
        values,
      });
      // Read after the insert, which waited for whoever was linking the same identity.
      const [taken] = await run<{ issuer: string; subject: string }>({
        text: `SELECT issuer, subject FROM staff_identities WHERE staff_id <> $1
               AND (issuer, subject) IN (SELECT * FROM unnest($2::text[], $3::text[])) LIMIT 1`,
        values,
      });
      if (taken !== undefined) throw new Taken(taken);
      return null;
    }).catch((error: unknown) => {
      if (error instanceof Taken) return error.identity;
      throw error;
    });
  }

  /** Links one identity unless it leads to somebody already. For the demo's own issuer alone. */
  async linkOnce(staffId: string, { issuer, subject }: Identity): Promise<void> {
    await runStatement(this.pool, {
      text: `INSERT INTO staff_identities (issuer, subject, staff_id, linked_at) VALUES ($1, $2, $3, ${this.now})
             ON CONFLICT DO NOTHING`,
      values: [issuer, subject, staffId],
    });
  }
}

/** Rolls the transaction back. */
class Taken extends Error {
  constructor(readonly identity: Identity) {
    super('an identity leads to somebody else');
  }
}
