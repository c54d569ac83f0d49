/**
 * API keys: how one looks, how it is made, stored (as a SHA-256 only), listed, replaced and ended. A key carries 256
 * random bits, so a plain hash suffices: there is nothing to guess. Knows no request; `principals.ts` reads the keys.
 */
import { hash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { uuidv7 } from 'uuidv7';
import type { StaffRole } from '../domain/actor.js';
import type { Scope } from '../domain/scopes.js';
import type { NowSql } from '../store/now.js';
import { inTransaction, runStatement, type RunSql, type Statement } from '../store/statement.js';

/** `cew_<role>_<43 characters of base64url>`: the readable prefix lets a leaked key be found and named. */
export const API_KEY = /^cew_(agent|member|lead|manager|admin|service)_[A-Za-z0-9_-]{43}$/;

const SECRET_BYTES = 32;

export function newApiKey(role: StaffRole): string {
  return `cew_${role}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** What is stored of a key. */
export function hashOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** What may be read of a key; instants in epoch milliseconds. */
export interface ApiKey {
  readonly id: string;
  /** The role that its holder had then, and four characters of the secret. */
  readonly prefix: string;
  readonly staffId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** What it is narrowed to; null: it may all that its holder may. */
  readonly scopes: readonly Scope[] | null;
  /** From then on it is refused; ahead of now while a replaced key runs out. */
  readonly revokedAt: number | null;
  /** To the minute. */
  readonly lastUsedAt: number | null;
}

export interface IssuedKey extends ApiKey {
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
  /** Absent: it may all that its holder may. */
  readonly scopes?: readonly Scope[] | null;
}

export interface KeyList {
  /** null: everybody's. */
  readonly staffId: string | null;
  /** null: from the first. */
  readonly afterId: string | null;
  readonly limit: number;
}

export interface RotateOptions {
  /** How long the old key works beside the new one. */
  readonly overlapMs: number;
  /** Of the new key; null: that of the old one. */
  readonly expiresAt: number | null;
}

/**
 * Why a key is left as it is: there is none; it is the one that asks, and its holder would be locked out; it ended
 * already, or is about to; the one that asks did.
 */
export type KeyRefusal = 'unknown' | 'in-use' | 'ended' | 'asking-key-ended';

interface KeyRow {
  id: string;
  staffId: string;
  name: string;
  role: StaffRole;
  expiresAt: number | null;
  scopes: Scope[] | null;
  asks: boolean;
  lasting: boolean;
}

const COLUMNS = `id, prefix, staff_id AS "staffId", name, scopes, created_at AS "createdAt", expires_at AS "expiresAt",
  revoked_at AS "revokedAt", last_used_at AS "lastUsedAt"`;

export class ApiKeys {
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
  ) {}

  /** Makes a key for a member of staff who must exist. */
  async issue(options: IssueOptions): Promise<IssuedKey> {
    return this.issueBy((statement) => runStatement(this.pool, statement), options);
  }

  /**
   * Stores the hash of a key made elsewhere (a setting, a kept token file).
   * @returns the key's id, or null when this very key is stored already.
   */
  async register(key: string, options: IssueOptions): Promise<string | null> {
    const [row] = await runStatement<ApiKey>(this.pool, this.insertion(key, options));
    return row?.id ?? null;
  }

  /** By id, so in the order of creation; ended keys included. */
  async list({ staffId, afterId, limit }: KeyList): Promise<ApiKey[]> {
    const values: unknown[] = [limit];
    const conditions = ['true'];
    if (staffId !== null) conditions.push(`staff_id = $${values.push(staffId)}`);
    if (afterId !== null) conditions.push(`id > $${values.push(afterId)}`);
    const text = `SELECT ${COLUMNS} FROM api_keys WHERE ${conditions.join(' AND ')} ORDER BY id LIMIT $1`;
    return runStatement<ApiKey>(this.pool, { text, values });
  }

  /**
   * Ends a key now; ending it again changes nothing. Nodes that have it in memory follow within seconds.
   * @param asking the key of whoever asks for this; null: they came by another way in, and keep it
   */
  async revoke(id: string, asking: string | null): Promise<'revoked' | KeyRefusal> {
    return inTransaction(this.pool, async (run) => {
      const target = await this.lock(run, id, asking);
      if (typeof target === 'string') return target;
      if (target.asks) return 'in-use';
      await run(this.ending(id, 0));
      return 'revoked';
    });
  }

  /**
   * Makes a key in place of another, for the same person under the same name; the old one ends after the overlap.
   * @param asking the key of whoever asks: it may replace itself only with an overlap, or an answer that is lost on
   *   its way would lock its holder out; null: they came by another way in
   */
  async rotate(
    id: string,
    asking: string | null,
    { overlapMs, expiresAt }: RotateOptions,
  ): Promise<IssuedKey | KeyRefusal> {
    return inTransaction(this.pool, async (run) => {
      const old = await this.lock(run, id, asking);
      if (typeof old === 'string') return old;
      if (!old.lasting) return 'ended';
      if (old.asks && overlapMs === 0) return 'in-use';
      await run(this.ending(id, overlapMs));
      const { staffId, role, name, scopes } = old;
      return this.issueBy(run, { staffId, role, name, scopes, expiresAt: expiresAt ?? old.expiresAt });
    });
  }

  /**
   * Both keys at once, in one order: of two administrators who end each other's key at the same time, one must stay.
   * So one that asks must last, too: an end ahead is not told apart from one that another transaction set just now.
   */
  private async lock(run: RunSql, id: string, asking: string | null): Promise<KeyRow | KeyRefusal> {
    const rows = await run<KeyRow>({
      text: `SELECT k.id, k.staff_id AS "staffId", k.name, s.role, k.scopes, k.expires_at AS "expiresAt",
          coalesce(k.secret_hash = $2, false) AS asks,
          s.active AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${this.now}) AS lasting
        FROM api_keys k JOIN staff s ON s.id = k.staff_id
        WHERE k.id = $1 OR k.secret_hash = $2 ORDER BY k.id FOR UPDATE OF k`,
      values: [id, asking === null ? null : hashOf(asking)],
    });
    if (asking !== null && !rows.some(({ asks, lasting }) => asks && lasting)) return 'asking-key-ended';
    return rows.find((row) => row.id === id) ?? 'unknown';
  }

  /** Never later than it ends already. */
  private ending(id: string, overlapMs: number): Statement {
    return {
      text: `UPDATE api_keys SET revoked_at = LEAST(revoked_at, ${this.now} + $2 * interval '1 ms') WHERE id = $1`,
      values: [id, overlapMs],
    };
  }

  private async issueBy(run: RunSql, options: IssueOptions): Promise<IssuedKey> {
    const key = newApiKey(options.role);
    const [row] = await run<ApiKey>(this.insertion(key, options));
    if (row === undefined) throw new Error('a fresh API key collided with a stored one');
    return { ...row, key };
  }

  private insertion(key: string, { staffId, name, expiresAt, scopes }: IssueOptions): Statement {
    if (!API_KEY.test(key)) throw new Error('not an API key');
    return {
      text: `INSERT INTO api_keys (id, staff_id, prefix, secret_hash, name, created_at, expires_at, scopes)
       VALUES ($1, $2, $3, $4, $5, ${this.now}, to_timestamp($6::double precision / 1000), $7::text[])
       ON CONFLICT (secret_hash) DO NOTHING RETURNING ${COLUMNS}`,
      values: [uuidv7(), staffId, prefixOf(key), hashOf(key), name, expiresAt, scopes ?? null],
    };
  }
}

/** The readable part and four characters: enough to tell keys apart, useless for guessing one. */
function prefixOf(key: string): string {
  const secretStart = key.indexOf('_', 'cew_'.length) + 1;
  return key.slice(0, secretStart + 4);
}
