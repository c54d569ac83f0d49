/** Reads from a request what it offers as proof of who asks. Judges nothing: the identity room knows what it is worth. */
import type { FastifyRequest } from 'fastify';

/**
 * The key or token of whoever asks: `Authorization: Bearer …`, or `X-API-Key: …` where a client cannot set the former. Of two
 * that differ neither counts (401): guessing which one was meant could act in the wrong person's name.
 */
export function credentialOf({ headers }: FastifyRequest): string | null {
  const { authorization, 'x-api-key': apiKey } = headers;
  if (authorization === undefined) return typeof apiKey === 'string' ? apiKey : null;
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? null;
  return apiKey === undefined || apiKey === bearer ? bearer : null;
}

/** Whether a request names a credential at all, in a header that only a program sets. */
export function offersCredential({ headers }: FastifyRequest): boolean {
  return headers.authorization !== undefined || headers['x-api-key'] !== undefined;
}
