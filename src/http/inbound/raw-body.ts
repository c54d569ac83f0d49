/**
 * Bodies that are no JSON: a mail, a file. They reach their route as an unread stream, so that nobody who is not let in
 * makes us hold one in memory; the route reads it, up to its bound. Everywhere else these types stay a 415.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';

/** By the path of the route: which types may be sent there. */
export type RawRoutes = Readonly<Record<string, readonly string[]>>;

/** Call on the bare Fastify instance, after the parsers of the API were installed. */
export function installRawBodies(fastify: FastifyInstance, routes: RawRoutes): void {
  for (const type of new Set(Object.values(routes).flat())) {
    fastify.addContentTypeParser(type, async (request: FastifyRequest, payload: Readable) => {
      if (!routes[request.routeOptions.url ?? '']?.includes(type))
        throw new Problem('unsupported-media-type');
      return payload;
    });
  }
}

/** @throws Problem 415 for a body of another kind, 413 for one that is too large. */
export async function rawBodyOf(request: FastifyRequest, bytesMax: number, limit: string): Promise<Buffer> {
  const { body } = request;
  if (!(body instanceof Readable)) {
    throw new Problem('unsupported-media-type', { detail: 'Send the bytes themselves, with their type.' });
  }
  return bytesOf(body, request, bytesMax, limit);
}

/** @param limit what the sender is told when there are more. @throws Problem 413 */
export async function bytesOf(
  stream: Readable,
  { headers }: FastifyRequest,
  bytesMax: number,
  limit: string,
): Promise<Buffer> {
  if (Number(headers['content-length'] ?? 0) > bytesMax) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bytesMax) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The rest of such a body would still be on its way when the next request is to come: this connection is done. */
function tooLarge(detail: string): Problem {
  return new Problem('body-too-large', { detail, headers: { connection: 'close' } });
}
