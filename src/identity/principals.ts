/**
 * Turns a credential (API key, access token, session) into the actor who holds it, or null. Every request asks, so
 * answers are kept for at most `KEPT_MS`: a revoked key, a person who left or changed department is noticed within
 * that, whatever they hold. Grants nothing: what an actor may do is decided in `src/domain`.
 */
import type { Pool } from 'pg';
import type { Actor } from '../domain/actor.js';
import type { NowSql } from '../store/now.js';
import { runStatement, type Statement } from '../store/statement.js';
import type { AccessTokens } from './access-tokens.js';
import { API_KEY, hashOf } from './api-keys.js';
import { holderOfIdentity, holderOfKey, holderOfSession, type Holder } from './holders.js';
import { SESSION_TOKEN } from './sessions.js';

/** Longest time that a withdrawn right still works; the promise is 5 s, less the time of a slow answer. */
const KEPT_MS = 4_000;
/** Credentials in memory at once: bounds the memory, not the number of credentials. */
const KEPT_MAX = 10_000;
/** A use is noted at most this often per credential, so that reading costs no write. */
const NOTE_USE_EVERY_MS = 60_000;

export interface Principal {
  readonly actor: Actor;
  /** Epoch milliseconds from which on the credential is refused; null: it has no end. */
  readonly endsAt: number | null;
}

interface Kept {
  readonly principal: Principal;
  readonly until: number;
}

/** What `authenticate` asks once it remembers nothing. */
type Question = () => Promise<Holder | null>;

export class Principals {
  private readonly kept = new Map<string, Kept>();
  private readonly asking = new Map<string, Promise<Principal | null>>();
  private readonly notedAt = new Map<string, number>();
  private noting: Promise<void> = Promise.resolve();
  private forgettings = 0;

  /**
   * @param tokens absent: no issuer is believed, only keys and sessions are
   * @param monotonicMs a clock that never goes back; replaced in tests
   */
  constructor(
    private readonly pool: Pool,
    private readonly now: NowSql,
    private readonly monotonicMs: () => number = () => performance.now(),
    private readonly tokens: Pick<AccessTokens, 'verify' | 'mayBeToken' | 'believes'> | null = null,
  ) {}

  /**
   * @param bearer what stands after `Bearer `: an API key or an access token
   * @returns null for one that is malformed, unknown, revoked, expired, or whose holder has left.
   * @throws DependencyUnavailable when the database, or the token's issuer, cannot be asked.
   */
  async authenticate(bearer: string): Promise<Actor | null> {
    return (await this.bearer(bearer))?.actor ?? null;
  }

  /** @param token of the session's cookie. Null and errors as `authenticate`. */
  async authenticateSession(token: string): Promise<Actor | null> {
    return (await this.session(token))?.actor ?? null;
  }

  /** As `authenticate`, with the credential's end. */
  async bearer(bearer: string): Promise<Principal | null> {
    // Junk never reaches the database: only a well-formed credential is worth a question.
    if (API_KEY.test(bearer)) {
      return this.known(bearer, (hash) => holderOfKey(this.pool, this.now, hash));
    }
    const { tokens } = this;
    if (tokens === null || !tokens.mayBeToken(bearer)) return null;
    return this.known(bearer, async () => {
      const proven = await tokens.verify(bearer);
      return proven === null ? null : holderOfIdentity(this.pool, proven);
    });
  }

  /** As `authenticateSession`, with the session's latest end. */
  async session(token: string): Promise<Principal | null> {
    if (!SESSION_TOKEN.test(token)) return null;
    return this.known(token, async (hash) => {
      const found = await holderOfSession(this.pool, this.now, hash);
      // Whom nobody here believes any more vouches for nobody who signed in before either.
      return found !== null && this.tokens?.believes(found.issuer) ? found : null;
    });
  }

  /** What is known may be so no longer: a right has just ended here. Whoever asks from now on is looked up afresh. */
  forget(): void {
    this.forgettings += 1;
    this.kept.clear();
    this.asking.clear();
  }

  /** Resolves when no note of a credential's use is under way any more. */
  async settle(): Promise<void> {
    await this.noting;
  }

  /** No key has the form of a token or of a session, so one memory serves all three. */
  private async known(
    secret: string,
    ask: (hash: Buffer) => Promise<Holder | null>,
  ): Promise<Principal | null> {
    const hash = hashOf(secret);
    const name = hash.toString('base64');
    const kept = this.kept.get(name);
    if (kept !== undefined && kept.until > this.monotonicMs()) return kept.principal;
    // Requests that arrive together with one credential share one question.
    const asked = this.asking.get(name) ?? this.ask(name, () => ask(hash));
    this.asking.set(name, asked);
    return asked;
  }

  private async ask(name: string, question: Question): Promise<Principal | null> {
    const askedAt = this.monotonicMs();
    const { forgettings } = this;
    try {
      const holder = await question();
      if (holder === null) {
        this.kept.delete(name);
        return null;
      }
      const { actor, endsAt, lastsMs, use } = holder;
      const principal: Principal = { actor, endsAt };
      // An answer from before a right ended must not outlive it.
      if (forgettings === this.forgettings) {
        this.keep(name, { principal, until: askedAt + Math.min(KEPT_MS, lastsMs) });
      }
      if (use !== null) this.noteUse(name, use, askedAt);
      return principal;
    } finally {
      // After `forget` the place may be taken by a newer question.
      if (forgettings === this.forgettings) this.asking.delete(name);
    }
  }

  /** Maps keep insertion order, so the first is the one that was asked for longest ago. */
  private keep(name: string, kept: Kept): void {
    this.kept.delete(name);
    this.kept.set(name, kept);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT_MAX) break;
      this.kept.delete(oldest);
    }
  }

  /** Off the request's path; a note that fails is lost, and the next use writes it. */
  private noteUse(name: string, use: Statement, at: number): void {
    const last = this.notedAt.get(name);
    if (last !== undefined && at - last < NOTE_USE_EVERY_MS) return;
    if (this.notedAt.size >= KEPT_MAX) this.notedAt.clear();
    this.notedAt.set(name, at);
    this.noting = this.noting.then(async () => {
      try {
        await runStatement(this.pool, use);
      } catch {
        this.notedAt.delete(name);
      }
    });
  }
}
