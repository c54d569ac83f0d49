/**
 * Sessions of people who signed in: 256 random bits in a cookie, of which only a hash is stored. A session ends when
 * it is not used, at the latest half a day after it began, and with the link or the person it stands on. Knows no
 * cookie; `principals.ts` reads the sessions.
 */
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import { hashOf } from './api-keys.js';
import type { Identity } from './identities.js';

/** Longest pause: a desk that is left is nobody's after that. Uses are noted to the minute. */
export const SESSION_IDLE_SECONDS = 30 * 60;
/** A working day with its overtime, whatever happens in it. */
export const SESSION_LIFE_SECONDS = 12 * 60 * 60;

const SECRET_BYTES = 32;
export const SESSION_TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Each sign-in takes more old rows away than it adds, so that the table needs no other care. */
const SWEPT_PER_SIGN_IN = 20;

/** SQL that is true of a row `x` of `sessions` that still lasts. */
export function sessionLasts(now: NowSql): string {
  return `x.last_used_at > ${now} - interval '${SESSION_IDLE_SECONDS} seconds'
    AND x.began_at > ${now} - interval '${SESSION_LIFE_SECONDS} seconds'`;
}

export interface BegunSession {
  /** For the cookie; cannot be read again. */
  readonly token: string;
  readonly staffId: string;
}

export class Sessions {
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /**
   * @param previous the token of the session that the same browser had; it ends.
   * @returns null when the identity leads to nobody who works here.
   */
  async begin({ issuer, subject }: Identity, previous: string | null): Promise<BegunSession | null> {
    if (previous !== null) await this.end(previous);
    await this.sweep();
    const token = randomBytes(SECRET_BYTES).toString('base64url');
    const [row] = await runStatement<{ staff_id: string }>(this.pool, {
      text: `INSERT INTO sessions (secret_hash, staff_id, issuer, subject, began_at, last_used_at)
             SELECT $1, s.id, i.issuer, i.subject, ${this.now}, ${this.now}
             FROM staff_identities i JOIN staff s ON s.id = i.staff_id
             WHERE i.issuer = $2 AND i.subject = $3 AND s.active
             RETURNING staff_id`,
      values: [hashOf(token), issuer, subject],
    });
    return row === undefined ? null : { token, staffId: row.staff_id };
  }

  /** Ends a session; ending it again changes nothing. Nodes that have it in memory follow within seconds. */
  async end(token: string): Promise<void> {
    if (!SESSION_TOKEN.test(token)) return;
    const text = 'DELETE FROM sessions WHERE secret_hash = $1';
    await runStatement(this.pool, { text, values: [hashOf(token)] });
  }

  /** Ends all sessions of somebody, for good: they do not come back when the person does. */
  async endAllOf(staffId: string): Promise<void> {
    await runStatement(this.pool, { text: 'DELETE FROM sessions WHERE staff_id = $1', values: [staffId] });
  }

  private async sweep(): Promise<void> {
    await runStatement(this.pool, {
      text: `DELETE FROM sessions WHERE secret_hash IN (
               SELECT x.secret_hash FROM sessions x WHERE NOT (${sessionLasts(this.now)})
               LIMIT ${SWEPT_PER_SIGN_IN} FOR UPDATE SKIP LOCKED)`,
      values: [],
    });
  }
}
