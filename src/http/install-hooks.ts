/**
 * What happens to every request before its route: trace id, limits that the server does not set itself, addresses
 * and methods that do not exist, answers nobody would accept, and the end of the node. Knows no resource.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { URL_BYTES_MAX } from './fastify-options.js';
import { NodeHealth } from './http-options.js';
import { Problem } from './problems/problem.js';
import { retryLater } from './problems/to-problem.js';
import type { RouteTable } from './route-table.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Media types of the route's answers, where they are not JSON. */
    produces?: readonly string[];
  }
}

/** Hooks throw problems; Nest's exception layer and our filter turn them into answers. */
export function installHooks(fastify: FastifyInstance, routes: RouteTable, health: NodeHealth): void {
  // An expectation that nobody here knows may be ignored (RFC 9110 §10.1.1); Node's own 417 would say nothing.
  fastify.server.on('checkExpectation', (request, response) =>
    fastify.server.emit('request', request, response),
  );
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('trace-id', request.id);
    // An answer depends on who asks and on the moment; a route whose answer does not says so itself.
    reply.header('cache-control', 'no-store');
    if (request.raw.url !== undefined && request.raw.url.length > URL_BYTES_MAX) {
      throw new Problem('address-too-long');
    }
    if (!isAddressedToUs(request.raw)) {
      // What follows on this connection may be read in two ways, too.
      reply.header('connection', 'close');
      throw new Problem('bad-request');
    }
    refuseWhileDraining(request, reply, health);
    if (request.is404) throw missing(request, routes);
    refuseUnacceptable(request);
  });
}

/**
 * One host, and an address that is a path: everything here that looks at an address expects one, and a proxy before us
 * may have read another host than we would (RFC 9112 §3.2). An older client need not name a host.
 */
function isAddressedToUs({ url, rawHeaders, httpVersion }: FastifyRequest['raw']): boolean {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && /^host$/i.test(name)).length;
  return url?.startsWith('/') === true && (hosts === 1 || (hosts === 0 && httpVersion === '1.0'));
}

/** Connections that are kept alive still bring requests after the node was told to stop. */
function refuseWhileDraining(request: FastifyRequest, reply: FastifyReply, health: NodeHealth): void {
  if (!health.isDraining) return;
  reply.header('connection', 'close');
  if (!request.url.startsWith('/health/')) throw new Problem('unavailable', retryLater());
}

function missing(request: FastifyRequest, routes: RouteTable): Problem {
  const path = request.url.split('?', 1)[0] as string;
  const methods = routes.methodsAt(path);
  if (methods.length === 0) return new Problem('not-found');
  const allow = methods.join(', ');
  return new Problem('method-not-allowed', { detail: `Allowed: ${allow}.`, headers: { allow } });
}

const JSON_TYPES = ['application/json', 'application/problem+json'] as const;

/** What nearly every client sends; the rest is weighed. */
const TAKES_JSON: ReadonlySet<string> = new Set(['*/*', 'application/json', 'application/json, */*']);

function refuseUnacceptable(request: FastifyRequest): void {
  const { produces } = request.routeOptions.config;
  if (produces === undefined && !request.url.startsWith('/api/')) return;
  if (produces === undefined && TAKES_JSON.has(request.headers.accept ?? '*/*')) return;
  const offered = [...(produces ?? JSON_TYPES)];
  if (new Negotiator(request.raw).mediaType(offered) === undefined) {
    throw new Problem('not-acceptable', { detail: `Available: ${offered.join(', ')}.` });
  }
}
