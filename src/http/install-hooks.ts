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
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('trace-id', request.id);
    // An answer depends on who asks and on the moment; a route whose answer does not says so itself.
    reply.header('cache-control', 'no-store');
    if (request.raw.url !== undefined && request.raw.url.length > URL_BYTES_MAX) {
      throw new Problem('address-too-long');
    }
    refuseWhileDraining(request, reply, health);
    if (request.is404) throw missing(request, routes);
    refuseUnacceptable(request);
  });
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

function refuseUnacceptable(request: FastifyRequest): void {
  const { produces } = request.routeOptions.config;
  if (produces === undefined && !request.url.startsWith('/api/')) return;
  const offered = [...(produces ?? JSON_TYPES)];
  if (new Negotiator(request.raw).mediaType(offered) === undefined) {
    throw new Problem('not-acceptable', { detail: `Available: ${offered.join(', ')}.` });
  }
}
