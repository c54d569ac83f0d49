/**
 * What limits need of every answer, whatever gives it: a wrong credential is noted, and a client that does not take
 * what it asked for loses its connection. Knows no route.
 */
import type { FastifyInstance } from 'fastify';
import type { RequestLimits } from './request-limits.js';

/**
 * An answer that waits in memory for a client that takes nothing of it. Above the heartbeat of event streams (20 s),
 * so that a quiet stream is none.
 */
export const STALLED_ANSWER_MS = 30_000;

/** Call on the bare Fastify instance, before routes are known. */
export function installLimits(
  fastify: FastifyInstance,
  limits: RequestLimits,
  { stalledAnswerMs = STALLED_ANSWER_MS } = {},
): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode === 401) limits.chargeGuess(request.ip);
    // Ends with the answer: the server sets its own limit between two requests.
    request.raw.socket.setTimeout(stalledAnswerMs);
    done(null, payload);
  });
}
