/**
 * What a request says about who reads it, and the headers that every answer by link carries. Knows no case.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Locale } from '../../domain/policies.js';
import type { ReaderHints } from './status-desk.service.js';

/** @param chosen language sent with a form; without one, `?lang=` counts. */
export function readerHints(request: FastifyRequest, chosen?: string | null): ReaderHints {
  return {
    chosen: chosen ?? parameterOf(request, 'lang'),
    acceptLanguage: request.headers['accept-language'] ?? null,
  };
}

/** A query parameter that was sent once; null for none and for many. */
export function parameterOf(request: FastifyRequest, name: string): string | null {
  const query = (request.query ?? {}) as Record<string, unknown>;
  const value = Object.hasOwn(query, name) ? query[name] : null;
  return typeof value === 'string' ? value : null;
}

/** The token in the address. */
export function tokenIn(request: FastifyRequest): string {
  return (request.params as { token?: string }).token ?? '';
}

/** The same address answers in several languages. */
export function inLanguage(reply: FastifyReply, locale: Locale): FastifyReply {
  return reply.header('content-language', locale).header('vary', 'Accept-Language');
}
