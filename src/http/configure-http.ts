/**
 * Makes an application of Nest into ours: adapter, parser, hooks, filter, headers, documents. Composition and
 * tests call the same functions, so what is tested is what runs.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestApplicationOptions } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import helmet from 'helmet';
import { Registry } from 'prom-client';
import { logDenied } from './auth/log-denied.js';
import { installCookies } from './auth/session-cookie.js';
import { ContractDocument } from './documents/documents.controller.js';
import { openApiDocument } from './documents/openapi.service.js';
import { HttpOptions, NodeHealth } from './http-options.js';
import { InboundSignature } from './inbound/inbound-desk.js';
import { installInbound } from './inbound/install-inbound.js';
import { installHooks } from './install-hooks.js';
import { installParser } from './install-parser.js';
import { installLimits } from './limits/install-limits.js';
import { RequestLimits } from './limits/request-limits.js';
import { measureRequests } from './operations/request-metrics.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { RouteTable } from './route-table.js';
import { installStatus } from './status/install-status.js';

export { httpAdapter } from './http.module.js';

/** For `NestFactory.create(module, httpAdapter(), HTTP_APP_OPTIONS)`. */
export const HTTP_APP_OPTIONS = {
  // Nest's parsers take forms and let duplicate keys pass; ours is installed below.
  bodyParser: false,
} as const satisfies NestApplicationOptions;

/** Call once, after creation and before `listen`. */
export async function configureHttp(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const routes = app.get(RouteTable);
  fastify.addHook('onRoute', ({ url, method }) => routes.add(url, method));
  installParser(fastify);
  installStatus(fastify);
  installInbound(fastify, app.get(InboundSignature));
  // First of the hooks, so that an answer of any later one carries the headers too.
  const secured = securityHeaders();
  fastify.addHook('onRequest', async (_request, reply) => void reply.headers(secured));
  await installCookies(fastify);
  installHooks(fastify, routes, app.get(NodeHealth));
  installLimits(fastify, app.get(RequestLimits));
  logDenied(fastify, app.get(HttpOptions).logger);
  measureRequests(fastify, app.get(Registry));
  app.useGlobalFilters(new ProblemFilter(app.get(HttpOptions)));
  app.get(ContractDocument).make = () => openApiDocument(app);
}

/** Asked once: they are the same for every answer, and each of helmet's twelve would be asked at every request. */
function securityHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  const answer = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  helmet(HELMET_OPTIONS)({} as IncomingMessage, answer as unknown as ServerResponse, () => undefined);
  return headers;
}

/** Answers of the API are data, never a page; pages set a policy of their own. */
const HELMET_OPTIONS = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
} as const;
