/**
 * Which bodies are read at all: JSON through `readJson`, and nothing else (415). The customer's page, which must live
 * without scripts, may also send a form; that is parsed under its own addresses only.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readJson } from './input/read-json.js';

/** Replaces every parser that Fastify or Nest would bring along. */
export function installParser(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) =>
      readJson(body, request.headers['content-type'], request.headers['content-encoding']),
  );
}
