/**
 * API keys: how one looks, how it is made, and how it is stored, which is as a SHA-256 only. A key carries 256 random
 * bits, so a plain hash suffices: there is nothing to guess. Knows no request; `principals.ts` reads the keys.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { uuidv7 } from 'uuidv7';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import type { StaffRole } from './staff.js';

/** `cew_<role>_<43 characters of base64url>`: the readable prefix lets a leaked key be found and named. */
export const API_KEY = /^cew_(agent|member|lead|manager|admin|service)_[A-Za-z0-9_-]{43}$/;

const SECRET_BYTES = 32;

export function newApiKey(role: StaffRole): string {
  return `cew_${role}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** What is stored of a key. */
export function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

export interface IssuedKey {
  readonly id: string;
  /** Shown this once; it cannot be read again. */
  readonly key: string;
}

export interface IssueOptions {
  readonly staffId: string;
  readonly role: StaffRole;
  /** What the key is for, in its holder's words. */
  readonly name: string;
  /** Epoch milliseconds; null: until revoked. */
  readonly expiresAt: number | null;
}

export class ApiKeys {
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /** Makes a key for a member of staff who must exist. */
  async issue(options: IssueOptions): Promise<IssuedKey> {
    const key = newApiKey(options.role);
    const id = await this.register(key, options);
    if (id === null) throw new Error('a fresh API key collided with a stored one');
    return { id, key };
  }

  /**
   * Stores the hash of a key made elsewhere (a setting, a kept token file).
   * @returns the key's id, or null when this very key is stored already.
   */
  async register(key: string, options: IssueOptions): Promise<string | null> {
    if (!API_KEY.test(key)) throw new Error('not an API key');
    const rows = await runStatement<{ id: string }>(this.pool, {
      text: `INSERT INTO api_keys (id, staff_id, prefix, secret_hash, name, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, ${this.now}, to_timestamp($6::double precision / 1000))
       ON CONFLICT (secret_hash) DO NOTHING RETURNING id`,
      values: [uuidv7(), options.staffId, prefixOf(key), hashOf(key), options.name, options.expiresAt],
    });
    return rows[0]?.id ?? null;
  }

  /** Ends a key; nodes that have it in memory follow within seconds. @returns false when there is no such live key. */
  async revoke(id: string): Promise<boolean> {
    const revoked = await runStatement(this.pool, {
      text: `UPDATE api_keys SET revoked_at = ${this.now} WHERE id = $1 AND revoked_at IS NULL RETURNING id`,
      values: [id],
    });
    return revoked.length === 1;
  }
}

/** The readable part and four characters: enough to tell keys apart, useless for guessing one. */
function prefixOf(key: string): string {
  const secretStart = key.indexOf('_', 'cew_'.length) + 1;
  return key.slice(0, secretStart + 4);
}
