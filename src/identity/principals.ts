/**
 * Turns a bearer token into the actor who holds it, or null. Every request asks, so answers are kept for at most
 * `KEPT_MS`: a revoked key, a person who left or changed department is noticed within that. Grants nothing: what an
 * actor may do is decided in `src/domain`.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import type { Actor, StaffRole } from '../domain/actor.js';
import type { NowSql } from '../store/now.js';
import { runStatement } from '../store/statement.js';
import { API_KEY, hashOf } from './api-keys.js';

/** Longest time that a withdrawn right still works; the promise is 5 s, less the time of a slow answer. */
const KEPT_MS = 4_000;
/** Keys in memory at once: bounds the memory, not the number of keys. */
const KEPT_MAX = 10_000;
/** A use is noted at most this often per key, so that reading costs no write. */
const NOTE_USE_EVERY_MS = 60_000;

interface KeyRow {
  id: string;
  secret_hash: Buffer;
  staff_id: string;
  role: StaffRole;
  department: string | null;
}

interface Kept {
  readonly actor: Actor;
  readonly until: number;
}

export class Principals {
  private readonly kept = new Map<string, Kept>();
  private readonly asking = new Map<string, Promise<Actor | null>>();
  private readonly notedAt = new Map<string, number>();
  private noting: Promise<void> = Promise.resolve();
  private forgettings = 0;

  /** @param monotonicMs a clock that never goes back; replaced in tests */
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /**
   * @param bearer the token after `Bearer `
   * @returns null for a token that is malformed, unknown, revoked, expired, or whose holder has left.
   * @throws DependencyUnavailable when the database cannot be asked.
   */
  async authenticate(bearer: string): Promise<Actor | null> {
    // Junk never reaches the database: only a well-formed key is worth a question.
    if (!API_KEY.test(bearer)) return null;
    const hash = hashOf(bearer);
    const name = hash.toString('base64');
    const kept = this.kept.get(name);
    if (kept !== undefined && kept.until > this.monotonicMs()) return kept.actor;
    // Requests that arrive together with one key share one question.
    const asked = this.asking.get(name) ?? this.ask(hash, name).finally(() => this.asking.delete(name));
    this.asking.set(name, asked);
    return asked;
  }

  /** What is known may be so no longer: a key has just ended here. Whoever asks from now on is looked up afresh. */
  forget(): void {
    this.forgettings += 1;
    this.kept.clear();
    this.asking.clear();
  }

  /** Resolves when no note of a key's use is under way any more. */
  async settle(): Promise<void> {
    await this.noting;
  }

  private async ask(hash: Buffer, name: string): Promise<Actor | null> {
    const askedAt = this.monotonicMs();
    const { forgettings } = this;
    const [row] = await runStatement<KeyRow>(this.pool, {
      name: 'principal-by-key',
      text: `SELECT k.id, k.secret_hash, s.id AS staff_id, s.role, s.department
             FROM api_keys k JOIN staff s ON s.id = k.staff_id
             WHERE k.secret_hash = $1 AND s.active
               AND (k.revoked_at IS NULL OR k.revoked_at > ${this.now})
               AND (k.expires_at IS NULL OR k.expires_at > ${this.now})`,
      values: [hash],
    });
    if (row === undefined || !timingSafeEqual(row.secret_hash, hash)) {
      this.kept.delete(name);
      return null;
    }
    const actor: Actor = {
      kind: row.role,
      id: row.staff_id,
      ...(row.department === null ? {} : { department: row.department }),
    };
    // An answer from before a key ended must not outlive it.
    if (forgettings === this.forgettings) this.keep(name, { actor, until: askedAt + KEPT_MS });
    this.noteUse(row.id, askedAt);
    return actor;
  }

  /** Maps keep insertion order, so the first key is the one that was asked for longest ago. */
  private keep(name: string, kept: Kept): void {
    this.kept.delete(name);
    this.kept.set(name, kept);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT_MAX) break;
      this.kept.delete(oldest);
    }
  }

  /** Off the request's path; a note that fails is lost, and the next use writes it. */
  private noteUse(keyId: string, at: number): void {
    const last = this.notedAt.get(keyId);
    if (last !== undefined && at - last < NOTE_USE_EVERY_MS) return;
    if (this.notedAt.size >= KEPT_MAX) this.notedAt.clear();
    this.notedAt.set(keyId, at);
    this.noting = this.noting.then(async () => {
      try {
        const text = `UPDATE api_keys SET last_used_at = ${this.now} WHERE id = $1`;
        await runStatement(this.pool, { text, values: [keyId] });
      } catch {
        this.notedAt.delete(keyId);
      }
    });
  }
}
