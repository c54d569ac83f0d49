/**
 * Whether an inbound webhook was signed with the shared secret (Standard Webhooks): id, time and the very bytes of the
 * body. Says yes or no and nothing else, so that nobody learns what was wrong.
 */
import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** Beyond this a recorded request could be sent again by somebody else. */
const TOLERANCE_SECONDS = 5 * 60;
/** No dot: what is signed is `id.timestamp.body`, and must not be readable in two ways. */
const ID = /^[\w-]{1,200}$/;
const TIMESTAMP = /^\d{1,12}$/;
/** Several, while a secret is changed; each costs a comparison. */
const SIGNATURES_LENGTH_MAX = 1_000;

export class WebhookSignature {
  private readonly webhook: Webhook | null;

  /**
   * @param secret `whsec_…` in base64, or any other text as it is; null: no signature is valid
   * @throws Error for a `whsec_` that is no base64
   */
  constructor(secret: string | null) {
    const format = secret?.startsWith('whsec_') ? undefined : ({ format: 'raw' } as const);
    this.webhook = secret === null ? null : new Webhook(secret, format);
  }

  /** @param headers by their lower-case names. @param wallMs the time of day */
  holds(headers: Readonly<Record<string, unknown>>, body: Buffer, wallMs: number): boolean {
    const [id, timestamp, given] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
      (name) => headers[name],
    );
    if (!this.webhook || !isText(id, ID) || !isText(timestamp, TIMESTAMP)) return false;
    if (typeof given !== 'string' || given.length > SIGNATURES_LENGTH_MAX) return false;
    if (Math.abs(Math.floor(wallMs / 1_000) - Number(timestamp)) > TOLERANCE_SECONDS) return false;
    const expected = Buffer.from(this.webhook.sign(id, new Date(Number(timestamp) * 1_000), body));
    return given.split(' ').some((one) => isSame(Buffer.from(one), expected));
  }
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
