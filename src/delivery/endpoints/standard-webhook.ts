/**
 * The headers of a Standard Webhook (standardwebhooks.com): id, time and a signature by each secret that is valid.
 * Pure; knows neither the body's meaning nor where it goes.
 */
import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/**
 * The same for every try of one journal entry at one endpoint, so that a receiver can tell a second arrival. Hashed,
 * because the signature covers `id.timestamp.body`: an id with a dot in it would leave open where it ends.
 */
export function webhookId(caseId: string, seq: number, endpointId: string): string {
  return `msg_${createHash('sha256').update(`${caseId}.${seq}.${endpointId}`).digest('base64url').slice(0, 32)}`;
}

/**
 * @param secrets as `whsec_…`, newest first; at least one
 * @param wallMs the time of day in epoch ms: receivers compare it with their own clocks, whatever ours is moved to
 */
export function webhookHeaders(
  id: string,
  body: string,
  secrets: readonly string[],
  wallMs: number,
): Record<string, string> {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(wallMs), body));
  return {
    'content-type': 'application/json',
    'user-agent': 'case-escalation',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(wallMs / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}
