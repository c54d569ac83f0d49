/**
 * Writes down who was turned away: which address, by which rule, in which role, and the trace to find more by. Nothing
 * that was sent, no name, no token. Listens to answers, so that no way of saying no can forget it.
 */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { PROBLEM_MEDIA_TYPE } from '../problems/problem.js';

/**
 * 401 is often a client that has yet to sign in; 403 somebody who reaches for more than is theirs. What is hidden looks
 * like what is absent (404), so both are noted, for those who hold a credential.
 */
const LEVELS: Readonly<Record<number, 'info' | 'warn'>> = { 401: 'info', 403: 'warn', 404: 'info' };

export function logDenied(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    const level = LEVELS[reply.statusCode];
    const role = request.actor?.kind;
    if (level === undefined || (reply.statusCode === 404 && role === undefined)) return payload;
    const fields = {
      route: `${request.method} ${request.routeOptions.url ?? '*'}`,
      code: codeIn(payload, reply.getHeader('content-type')) ?? String(reply.statusCode),
      role: role ?? 'nobody',
      traceId: request.id,
    };
    logger[level](fields, 'Access denied');
    return payload;
  });
}

/** The code of the problem that is answered with; null where it is none. */
function codeIn(payload: unknown, type: unknown): string | null {
  if (typeof payload !== 'string' || !String(type).startsWith(PROBLEM_MEDIA_TYPE)) return null;
  const { code } = JSON.parse(payload) as { code?: unknown };
  return typeof code === 'string' ? code : null;
}
