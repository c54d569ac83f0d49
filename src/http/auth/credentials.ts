/** Reads from a request what it offers as proof of who asks. Judges nothing: the identity room knows what a key is worth. */
import type { FastifyRequest } from 'fastify';

/**
 * The key of whoever asks: `Authorization: Bearer …`, or `X-API-Key: …` where a client cannot set the former. Of two
 * that differ neither counts (401): guessing which one was meant could act in the wrong person's name.
 */
export function credentialOf({ headers }: FastifyRequest): string | null {
  const { authorization, 'x-api-key': apiKey } = headers;
  if (authorization === undefined) return typeof apiKey === 'string' ? apiKey : null;
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? null;
  return apiKey === undefined || apiKey === bearer ? bearer : null;
}
