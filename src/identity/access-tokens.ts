/**
 * What a JWT access token proves: which person of which issuer holds it, and nothing else. One algorithm per issuer,
 * no key out of the token itself, a short life (reliability.md §4, S5). Knows no staff and no right.
 */
import { jwtVerify } from 'jose';
import { DependencyUnavailable } from '../store/database-errors.js';
import type { Issuers } from './issuers.js';

export interface ProvenSubject {
  readonly issuer: string;
  readonly subject: string;
  /** Epoch milliseconds of the token's own end. */
  readonly endsAt: number;
  /** For how long it is still taken. */
  readonly lastsMs: number;
}

/** Real ones have 1 to 2 KiB; more is work for us and none for the sender. */
const TOKEN_CHARACTERS_MAX = 8 * 1024;
/** Clocks of issuers and nodes differ by less than this. */
export const SKEW_SECONDS = 30;
/** A stolen token is worth this long at most. */
export const LIFE_SECONDS_MAX = 15 * 60;
const SUBJECT_MAX = 255;

/**
 * Thumbprints are hints that nobody here follows; all else is refused: keys and addresses of keys (`jwk`, `jku`,
 * `x5u`, `x5c`), extensions (`crit`, `b64`, `zip`) and tokens within tokens (`cty`).
 */
const HEADER_KEYS: ReadonlySet<string> = new Set(['alg', 'kid', 'typ', 'x5t', 'x5t#S256']);
/** Base64 and base64url, as issuers make them up. It is only ever compared, but it need not be compared at any length. */
const KEY_ID = /^[A-Za-z0-9._~+/=-]{1,128}$/;

type Json = Readonly<Record<string, unknown>>;
interface Parts {
  readonly header: Json;
  readonly claims: Json;
}

/** Finds what `JSON.parse` lets pass: duplicate keys, names of prototypes, depth. null: nothing. */
export type JsonFaultFinder = (text: string) => string | null;

export class AccessTokens {
  /** @param wallMs the clock that issuers follow too: a token's life is no business time. Replaced in tests */
  constructor(
    private readonly issuers: Issuers,
    private readonly jsonFault: JsonFaultFinder,
    private readonly wallMs: () => number = Date.now,
  ) {}

  /** Whether it is worth a look at all: three parts, of a bounded length. */
  mayBeToken(text: string): boolean {
    return text.length <= TOKEN_CHARACTERS_MAX && text.split('.', 4).length === 3;
  }

  /** @param issuer as in `iss` */
  believes(issuer: string): boolean {
    return this.issuers.find(issuer) !== null;
  }

  /**
   * @returns null for everything that is not a valid token of an issuer that is believed here.
   * @throws DependencyUnavailable when its keys cannot be had: it may well be valid.
   */
  async verify(token: string): Promise<ProvenSubject | null> {
    const parts = this.read(token);
    const issuer = parts === null ? null : this.issuers.find(String(parts.claims['iss']));
    if (parts === null || issuer === null || !isWellMade(parts, issuer.setting.algorithm)) return null;
    const { audience, algorithm, typ } = issuer.setting;
    const nowMs = this.wallMs();
    try {
      const { payload } = await jwtVerify(token, issuer.key, {
        algorithms: [algorithm],
        issuer: issuer.setting.issuer,
        audience,
        typ,
        clockTolerance: SKEW_SECONDS,
        maxTokenAge: LIFE_SECONDS_MAX,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(nowMs),
      });
      const endsAt = Number(payload.exp) * 1_000;
      const lastsMs = endsAt + SKEW_SECONDS * 1_000 - nowMs;
      return { issuer: issuer.setting.issuer, subject: String(payload.sub), endsAt, lastsMs };
    } catch (error) {
      if (error instanceof DependencyUnavailable) throw error;
      return null;
    }
  }

  /** Both readable parts, as exactly one spelling of exactly one meaning; else null. */
  private read(token: string): Parts | null {
    const parts = this.mayBeToken(token) ? token.split('.') : [];
    if (parts.length !== 3 || !parts.every(isCanonical)) return null;
    const [header, claims] = parts.slice(0, 2).map((part) => this.object(part));
    return header && claims ? { header, claims } : null;
  }

  private object(part: string): Json | null {
    try {
      const text = utf8.decode(Buffer.from(part, 'base64url'));
      const value: unknown = JSON.parse(text);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
      return this.jsonFault(text) === null ? (value as Json) : null;
    } catch {
      return null;
    }
  }
}

// A byte order mark is a character more, and so another spelling.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Unused bits at the end may say anything and decode to the same bytes: then it is another spelling of a token. */
function isCanonical(part: string): boolean {
  return part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part;
}

/** What the library does not check, or only after it has asked for a key. */
function isWellMade({ header, claims }: Parts, algorithm: string): boolean {
  const { alg, kid } = header;
  const { aud, iat, exp, sub } = claims;
  return (
    Object.keys(header).every((key) => HEADER_KEYS.has(key)) &&
    alg === algorithm &&
    typeof kid === 'string' &&
    KEY_ID.test(kid) &&
    // A token for several may be played by one of them to another.
    (typeof aud === 'string' || (Array.isArray(aud) && aud.length === 1)) &&
    typeof sub === 'string' &&
    isSubject(sub) &&
    typeof iat === 'number' &&
    typeof exp === 'number' &&
    exp > iat &&
    exp - iat <= LIFE_SECONDS_MAX
  );
}

/** OIDC allows 255 ASCII characters; some issuers use more than ASCII. */
export function isSubject(text: string): boolean {
  return text.length >= 1 && text.length <= SUBJECT_MAX && !/[\p{Cc}\p{Surrogate}]/u.test(text);
}
