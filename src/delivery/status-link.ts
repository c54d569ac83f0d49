/**
 * The customer's key to one case: a signed token in a link, with no row behind it. Responsible for making a token
 * and for telling a true one from anything else. Refuses to know whether the case exists, has ended, or has been
 * given a newer link: `link-life.ts` says that, with the case in hand.
 *
 * Token = base64url(case id, 16 bytes ‖ generation, 2 bytes ‖ HMAC-SHA256 of both, cut to 24 bytes). 42 bytes are
 * a multiple of three, so each token has exactly one spelling: no padding and no loose bits at its end.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { BoundedCache } from '../calendar/bounded-cache.js';

/** What a true token says. */
export interface LinkClaim {
  readonly caseId: string;
  readonly generation: number;
}

const CASE_ID_BYTES = 16;
const GENERATION_BYTES = 2;
const CLAIM_BYTES = CASE_ID_BYTES + GENERATION_BYTES;
/** 192 bits: guessing stays hopeless at any request rate (OWASP ASVS 5.0, 6.5.2 asks for at least 112 bits). */
const MAC_BYTES = 24;
/** Some 200 bytes each. */
const SIGNED_MAX = 10_000;
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{56}$/;
const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const GENERATION_MAX = 2 ** (8 * GENERATION_BYTES) - 1;
/** Keeps a signature made here from ever being valid for another purpose of the same secret. */
const PURPOSE = 'status-link/1\0';
/** A shorter secret could be searched for offline by anyone who holds one link. */
const SECRET_BYTES_MIN = 32;

/** Makes and checks the tokens of one installation. */
export class StatusLinks {
  readonly #secret: Buffer;
  /** Each answer about a case carries its link, and a case is asked for again soon. */
  readonly #signed = new BoundedCache(SIGNED_MAX, (claim: string) => this.#token(claim));

  /**
   * @param secret at least 32 bytes; every node of an installation needs the same one.
   * @throws RangeError when the secret is too short.
   */
  constructor(secret: string | Uint8Array) {
    this.#secret = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : Buffer.from(secret);
    if (this.#secret.length < SECRET_BYTES_MIN) {
      throw new RangeError(`The secret of status links needs at least ${SECRET_BYTES_MIN} bytes.`);
    }
  }

  /**
   * @param caseId a UUID.
   * @param generation the case's `linkGeneration`, 0–65535.
   * @returns 56 characters that are safe in a URL path.
   * @throws RangeError when either does not fit into a token.
   */
  sign(caseId: string, generation: number): string {
    if (!UUID_PATTERN.test(caseId)) throw new RangeError('A status link needs a UUID.');
    if (!Number.isInteger(generation) || generation < 0 || generation > GENERATION_MAX) {
      throw new RangeError(`The generation of a status link must lie in 0–${GENERATION_MAX}.`);
    }
    const claim = caseId.replaceAll('-', '') + generation.toString(16).padStart(2 * GENERATION_BYTES, '0');
    return this.#signed.get(claim);
  }

  /** @returns what the token says, or null for anything that this installation did not sign. Never throws. */
  verify(token: string): LinkClaim | null {
    if (!TOKEN_PATTERN.test(token)) return null;
    const bytes = Buffer.from(token, 'base64url');
    const claim = bytes.subarray(0, CLAIM_BYTES);
    if (!timingSafeEqual(bytes.subarray(CLAIM_BYTES), this.#mac(claim))) return null;
    return { caseId: toUuid(claim), generation: claim.readUInt16BE(CASE_ID_BYTES) };
  }

  /** @param hex of the claim */
  #token(hex: string): string {
    const claim = Buffer.from(hex, 'hex');
    return Buffer.concat([claim, this.#mac(claim)]).toString('base64url');
  }

  #mac(claim: Buffer): Buffer {
    return createHmac('sha256', this.#secret).update(PURPOSE).update(claim).digest().subarray(0, MAC_BYTES);
  }
}

function toUuid(claim: Buffer): string {
  const hex = claim.toString('hex', 0, CASE_ID_BYTES);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
