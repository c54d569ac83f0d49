/**
 * The three questions to the database: who holds this key, this session, this identity at an issuer. Role, department
 * and whether somebody still works here always come from our own table of staff, never from a credential.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import type { Actor, StaffRole } from '../domain/actor.js';
import type { Scope } from '../domain/scopes.js';
import type { NowSql } from '../store/now.js';
import { runStatement, type Statement } from '../store/statement.js';
import type { ProvenSubject } from './access-tokens.js';
import { SESSION_LIFE_SECONDS, sessionLasts } from './sessions.js';

export interface Holder {
  readonly actor: Actor;
  /** Epoch milliseconds; null: never by itself. */
  readonly endsAt: number | null;
  /** For how long the answer may be kept at most. */
  readonly lastsMs: number;
  /** Writes down that the credential was used; null: nobody wants to know. */
  readonly use: Statement | null;
}

interface StaffRow {
  staff_id: string;
  role: StaffRole;
  department: string | null;
}

interface KeyRow extends StaffRow {
  id: string;
  secret_hash: Buffer;
  ends_at: number | null;
  scopes: Scope[] | null;
}

export async function holderOfKey(pool: Pool, now: NowSql, hash: Buffer): Promise<Holder | null> {
  const [row] = await runStatement<KeyRow>(pool, {
    name: 'principal-by-key',
    text: `SELECT k.id, k.secret_hash, LEAST(k.revoked_at, k.expires_at) AS ends_at,
             k.scopes, s.id AS staff_id, s.role, s.department
           FROM api_keys k JOIN staff s ON s.id = k.staff_id
           WHERE k.secret_hash = $1 AND s.active
             AND (k.revoked_at IS NULL OR k.revoked_at > ${now})
             AND (k.expires_at IS NULL OR k.expires_at > ${now})`,
    values: [hash],
  });
  if (row === undefined || !timingSafeEqual(row.secret_hash, hash)) return null;
  const text = `UPDATE api_keys SET last_used_at = ${now} WHERE id = $1`;
  const actor: Actor = { ...actorOf(row), ...(row.scopes === null ? {} : { scopes: row.scopes }) };
  return { actor, endsAt: row.ends_at, lastsMs: Infinity, use: { text, values: [row.id] } };
}

interface SessionRow extends StaffRow {
  secret_hash: Buffer;
  issuer: string;
  ends_at: number;
}

/** @returns with the issuer at which the session began. */
export async function holderOfSession(
  pool: Pool,
  now: NowSql,
  hash: Buffer,
): Promise<(Holder & { readonly issuer: string }) | null> {
  const [row] = await runStatement<SessionRow>(pool, {
    name: 'principal-by-session',
    text: `SELECT x.secret_hash, x.issuer, s.id AS staff_id, s.role, s.department,
             x.began_at + interval '${SESSION_LIFE_SECONDS} seconds' AS ends_at
           FROM sessions x
           JOIN staff_identities i ON i.issuer = x.issuer AND i.subject = x.subject AND i.staff_id = x.staff_id
           JOIN staff s ON s.id = x.staff_id
           WHERE x.secret_hash = $1 AND s.active AND ${sessionLasts(now)}`,
    values: [hash],
  });
  if (row === undefined || !timingSafeEqual(row.secret_hash, hash)) return null;
  const use = {
    text: `UPDATE sessions SET last_used_at = ${now} WHERE secret_hash = $1`,
    values: [hash],
  };
  return { actor: actorOf(row), endsAt: row.ends_at, lastsMs: Infinity, use, issuer: row.issuer };
}

export async function holderOfIdentity(pool: Pool, proven: ProvenSubject): Promise<Holder | null> {
  const [row] = await runStatement<StaffRow>(pool, {
    name: 'principal-by-identity',
    text: `SELECT s.id AS staff_id, s.role, s.department
           FROM staff_identities i JOIN staff s ON s.id = i.staff_id
           WHERE i.issuer = $1 AND i.subject = $2 AND s.active`,
    values: [proven.issuer, proven.subject],
  });
  if (row === undefined) return null;
  return { actor: actorOf(row), endsAt: proven.endsAt, lastsMs: proven.lastsMs, use: null };
}

function actorOf({ staff_id, role, department }: StaffRow): Actor {
  return { kind: role, id: staff_id, ...(department === null ? {} : { department }) };
}
